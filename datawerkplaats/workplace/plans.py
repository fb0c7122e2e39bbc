"""A plan of a local intervention: what is frozen, what the figures say of it, and what makes it impossible to judge."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.effects.choosing import WAYS
from datawerkplaats.effects.design import LEAST_BEFORE, LEAST_DONORS, LEAST_EVENTS
from datawerkplaats.effects.interrupted import LEAST_POINTS
from datawerkplaats.workplace.prose import choice

CHOSEN_BY = (*WAYS, "everywhere")
AIMS = ("lower", "higher")


@dataclass(frozen=True)
class Plan:
    """What is frozen.

    Args:
        title: What it is called here.
        approach: Id of an intervention of the catalogue; empty for one of its own.
        indicator_id: The outcome: counted, never modelled.
        region_level: Level of the areas.
        starts: Per area the first year with the approach.
        comparison: Areas to compare with; empty: all others without an approach.
        chosen_by: Why these areas: `lot`, `need`, `falling` (volunteers), `steps` or `everywhere`.
        aim: Whether `lower` or `higher` is hoped for.
        smallest_effect: The smallest change that matters, such as -0.2.
        end_year: Last year with the approach; open without.
    """

    title: str
    approach: str
    indicator_id: str
    region_level: str
    starts: Mapping[str, int]
    comparison: tuple[str, ...]
    chosen_by: str
    aim: str
    smallest_effect: float
    end_year: int | None = None

    @property
    def first(self) -> int:
        """The first year in any area."""
        return min(self.starts.values())

    @property
    def hash(self) -> str:
        """A digest of everything that is frozen; not of its name, which may have to be erased one day."""
        told = {name: value for name, value in vars(self).items() if name != "title"}
        told |= {"starts": dict(sorted(self.starts.items())), "comparison": sorted(self.comparison)}
        return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class Facts:
    """What the publication knows of the outcome of a plan.

    Args:
        release_id: The publication.
        is_known: Whether it has the indicator at the level.
        is_modelled: Whether its figures are estimates.
        is_retired: Whether it is not followed any more.
        newest_year: The newest year with figures.
        years_before: Years with figures before the start.
        events: Events that are to be expected in the areas in two years.
        donors: Areas that could be compared with.
        areas: Codes of the level with figures.
        promised: The chance to see the smallest effect that matters; None where it was not worked out.
    """

    release_id: str
    is_known: bool
    is_modelled: bool
    is_retired: bool
    newest_year: int
    years_before: int
    events: float
    donors: int
    areas: frozenset[str]
    promised: float | None


def refused(code: str, subject: str, found: str, expected: str, remedy: str) -> DataProblem:
    """A refusal by its own name."""
    return DataProblem(code, subject=subject, found=found, expected=expected, remedy=remedy)


def check_plan(plan: Plan, facts: Facts) -> None:
    """Stop with one sentence at what makes a plan impossible to judge.

    Raises:
        DataProblem: `plan_...`, one code for each reason.
    """
    _check_itself(plan)
    if not facts.is_known or facts.is_retired:
        raise refused(
            "plan_outcome_retired",
            plan.indicator_id,
            "",
            "an outcome that is still followed",
            "choose another outcome",
        )
    if facts.is_modelled:
        raise refused(
            "plan_outcome_modelled",
            plan.indicator_id,
            "model estimates",
            "counts",
            "choose an outcome that is counted",
        )
    strange = sorted(set(plan.starts) - facts.areas)
    if strange:
        raise refused(
            "plan_area_unknown",
            "areas",
            strange[0],
            f"a {plan.region_level} with figures",
            "choose another area",
        )
    if plan.first <= facts.newest_year:
        raise refused(
            "plan_after_figures", "start", str(plan.first), f"a year after {facts.newest_year}, the newest with figures",
            "freeze a plan before its outcome is known",
        )  # fmt: skip
    if facts.years_before < LEAST_BEFORE:
        raise refused(
            "plan_short_before", plan.indicator_id, f"{facts.years_before} years before the start", f"at least {LEAST_BEFORE}",
            "choose an outcome with a longer series, or start later",
        )  # fmt: skip
    if facts.events < LEAST_EVENTS:
        raise refused(
            "plan_few_events", plan.indicator_id, f"{facts.events:.0f} in two years", f"at least {LEAST_EVENTS}",
            "take more areas under one plan, or another outcome",
        )  # fmt: skip
    if facts.donors < LEAST_DONORS and facts.years_before < LEAST_POINTS:
        raise refused(
            "plan_no_comparison", "comparison", f"{facts.donors} areas", f"at least {LEAST_DONORS} areas without the approach",
            "start in some areas first, in an order that is drawn",
        )  # fmt: skip


def _check_itself(plan: Plan) -> None:
    """What is wrong with a plan whatever the figures say."""
    choice(plan.chosen_by, CHOSEN_BY, "chosen_by")
    choice(plan.aim, AIMS, "aim")
    if not plan.starts:
        raise refused(
            "plan_area_unknown", "areas", "none", "at least one area", "choose the areas of the plan"
        )
    if plan.end_year is not None and plan.end_year < max(plan.starts.values()):
        raise refused(
            "plan_start_after_end",
            "start",
            str(max(plan.starts.values())),
            f"at most {plan.end_year}",
            "turn them around",
        )
    is_lower = plan.smallest_effect < 0
    if not 0.01 <= abs(plan.smallest_effect) <= 0.9 or is_lower != (plan.aim == "lower"):
        raise DataProblem(
            "input_refused", subject="smallest_effect", expected="a change between 1 % and 90 % in the direction hoped for",
            remedy="say how large a change has to be before it matters",
        )  # fmt: skip
    both = sorted(set(plan.starts) & set(plan.comparison))
    if both:
        raise refused(
            "plan_treated_compared",
            "comparison",
            both[0],
            "areas without the approach",
            "take it out of one of the two",
        )
