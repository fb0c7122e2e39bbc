"""What is done here and what is seen of it: the judgement of a plan on the counts of a publication, worked out once."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable
from dataclasses import dataclass
from typing import cast

import numpy as np

from apps.dashboard.data.cache import cached
from apps.dashboard.data.counts import Counts, counts, outcomes
from apps.dashboard.data.release import Identity, Release, records
from datawerkplaats.effects.calibration import Aim
from datawerkplaats.effects.choosing import WAYS, Choice, Way
from datawerkplaats.effects.design import LEAST_AFTER, LEAST_BEFORE, Design
from datawerkplaats.effects.panel import NEVER
from datawerkplaats.effects.verdict import Outcome, Promise, judge, promise
from datawerkplaats.workplace.interventions import Registered
from datawerkplaats.workplace.plans import Facts, Plan


@dataclass(frozen=True)
class Waiting:
    """Nothing can be said yet: the outcome is not there, or nothing after the start is known."""

    first: int
    newest: int | None


Seen = Outcome | Design | Waiting


def seen(release: Release, one: Registered, everything: list[Registered]) -> Seen:
    """What is seen of a plan."""
    others = tuple(sorted(_others(one.id, one.plan, everything).items()))
    return _seen(release.identity, one.plan_hash, one.plan, others, release)


def _others(plan_id: str, plan: Plan, everything: list[Registered]) -> dict[str, int]:
    """Areas of other plans for the same outcome, with their first year."""
    same = [
        other
        for other in everything
        if other.id != plan_id and other.status != "dropped" and other.plan.indicator_id == plan.indicator_id
    ]
    return {code: year for other in same for code, year in other.plan.starts.items()}


@cached(40)
def _seen(
    identity: Identity, plan_hash: str, _plan: Plan, others: tuple[tuple[str, int], ...], _release: Release
) -> Seen:
    known = counts(_release, _plan.indicator_id, _plan.region_level)
    if known is None or _plan.first > known.years[-1]:
        return Waiting(_plan.first, known.years[-1] if known else None)
    panel = known.panel(_plan.starts, dict(others), _plan.comparison)
    if not (panel.starts < NEVER).any():
        return Waiting(_plan.first, known.years[-1])
    return judge(
        panel,
        choice_of(_plan, known),
        smallest=_plan.smallest_effect,
        aim=cast(Aim, _plan.aim),
        seed=_seed(plan_hash),
    )


def _seed(plan_hash: str) -> int:
    """The same plan gets the same worlds, whoever looks and when."""
    return int(plan_hash[:8], 16)


def choice_of(plan: Plan, known: Counts) -> Choice:
    """The registered way of choosing, for the periods of the counts."""
    first = int(np.searchsorted(np.array(known.years), plan.first))
    way = cast(Way, plan.chosen_by) if plan.chosen_by in WAYS else "lot"
    waves = len(set(plan.starts.values()))
    return Choice(way, len(plan.starts), first, waves=waves)


def facts_of(release: Release, plan: Plan, everything: list[Registered]) -> Facts:
    """What the publication knows of the outcome of a plan that is being written, with what it promises."""
    known = counts(release, plan.indicator_id, plan.region_level)
    row = _indicator(release.identity, plan.indicator_id)
    newest = known.years[-1] if known else 0
    may = (plan.indicator_id, plan.region_level) in {(one, level) for one, level, *_ in outcomes(release)}
    facts = Facts(
        release.id, is_known=bool(row) and (may or bool(row.get("is_model"))), is_modelled=bool(row.get("is_model")),
        is_retired=row.get("status") == "retired", newest_year=newest, years_before=0, events=0.0, donors=0,
        areas=frozenset(), promised=None,
    )  # fmt: skip
    if known is None or not may or not plan.starts:
        return facts
    panel = known.panel({}, _others("", plan, everything), plan.comparison)
    mine = np.isin(known.codes, list(plan.starts))
    whole = np.asarray(panel.seen.all(-1), dtype=np.bool_)
    average = float(np.nan_to_num(panel.events[mine]).sum()) / len(known.years)
    donors = int((whole & ~mine).sum())
    before = min(plan.first - known.years[0], len(known.years))
    promised = None
    if mine.any() and donors and before >= 2:
        promised = next(
            (one.at_first for one in chances(release, plan, everything, (plan.smallest_effect,))), None
        )
    areas = frozenset(code for code, is_whole in zip(known.codes, whole, strict=True) if is_whole)
    return Facts(
        **{
            **vars(facts), "years_before": before, "events": average * LEAST_AFTER, "donors": donors, "areas": areas,
            "promised": promised,
        }
    )  # fmt: skip


def promised(release: Release, one: Registered, everything: list[Registered]) -> tuple[float | None, bool]:
    """The chance that was told before the start; or else the same worked out now, from what was known then (True)."""
    if one.promised is not None:
        return one.promised, False
    found = chances(release, one.plan, everything, (one.plan.smallest_effect,), newest=one.newest_known)
    return (found[0].at_first, True) if found else (None, False)


def is_retired(release: Release, indicator: str) -> bool:
    """Whether an outcome is not followed any more."""
    return _indicator(release.identity, indicator).get("status") == "retired"


def chances(
    release: Release,
    plan: Plan,
    everything: list[Registered],
    effects: tuple[float, ...],
    *,
    newest: int | None = None,
) -> tuple[Promise, ...]:
    """The chance to see each of some effects, before anything begins; none where the way of choosing cannot be played.

    Args:
        release: The publication.
        plan: What is planned.
        everything: All plans.
        effects: Such as -0.3.
        newest: The newest year that counts; the newest that there is without.
    """
    if plan.chosen_by not in WAYS or not plan.starts:
        return ()
    others = tuple(sorted(_others("", plan, everything).items()))
    starts = tuple(sorted(plan.starts.items()))
    asked = (
        plan.indicator_id, plan.region_level, starts, others, plan.comparison, plan.chosen_by, plan.aim, newest,
    )  # fmt: skip
    found = {
        one.effect: one for one in _chances(release.identity, asked, tuple(sorted(effects)), plan, release)
    }
    return tuple(found[effect] for effect in effects if effect in found)


@cached(60)
def _chances(
    identity: Identity,
    asked: tuple[Hashable, ...],
    effects: tuple[float, ...],
    _plan: Plan,
    _release: Release,
) -> tuple[Promise, ...]:
    """Played once for a choice of areas, whoever asks and however the plan is called."""
    known = counts(_release, _plan.indicator_id, _plan.region_level)
    if known is None:
        return ()
    known = known.until(cast(int | None, asked[-1]) or known.years[-1])
    panel = known.panel({}, dict(cast(tuple[tuple[str, int], ...], asked[3])), _plan.comparison)
    mine = np.isin(known.codes, list(_plan.starts))
    if not mine.any() or len(known.years) < LEAST_BEFORE:
        return ()
    waves = len(set(_plan.starts.values()))
    choice = Choice(cast(Way, _plan.chosen_by), len(_plan.starts), len(known.years), waves=waves)
    seed = int(hashlib.sha256(repr(asked).encode()).hexdigest()[:8], 16)
    return promise(panel, choice, effects=effects, aim=cast(Aim, _plan.aim), seed=seed, areas=mine)


@cached(20)
def _indicator(identity: Identity, indicator: str) -> dict[str, object]:
    sql = """select i.status, coalesce(s.is_model_estimate, false) as is_model
             from core.dim_indicator as i left join core.dim_source as s using (source_id) where indicator_id = ?"""
    found = records(identity, sql, (indicator,))
    return found[0] if found else {}
