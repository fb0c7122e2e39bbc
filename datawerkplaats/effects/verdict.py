"""One of four words for what is seen, with what it rests on. None of them says that something was proven."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from datawerkplaats.effects import interrupted
from datawerkplaats.effects.calibration import WORLDS, Aim, Calibration, calibrate
from datawerkplaats.effects.choosing import Choice
from datawerkplaats.effects.design import Design, design, planned_looks
from datawerkplaats.effects.panel import NEVER, Bools, Floats, Panel
from datawerkplaats.effects.prediction import find_usual, predict, untreated

_MOST_LEFT_OUT = 60  # donors; the largest are left out one by one, they weigh most


class Verdict(StrEnum):
    """What is seen."""

    FITS_WORKING = "fits_working"
    NO_DIFFERENCE = "no_difference"
    NOT_VISIBLE = "not_visible"
    WORSE = "worse"


@dataclass(frozen=True)
class Outcome:
    """The verdict and what it rests on.

    Args:
        verdict: One of four.
        design: The comparison.
        effect: Came over expected, minus 1.
        low: Lower end of the 95 % interval of the effect, as wide as all planned looks together need.
        high: Upper end.
        power: Chance at this look to see the smallest effect that matters, where it is there.
        observed: Events that came in the areas since the start.
        expected: Events that were to be expected without.
        before: How the areas stood to what is usual before the start, minus 1.
        remained: How they were expected to stand afterwards by themselves, minus 1: the rest fades (regression to the mean).
        cloud: Effects in made-up worlds where nothing works.
        without_one: Smallest and largest effect when one area of the comparison is left out; equal where there is none.
        donors: Areas in the comparison.
        look: Which look this is, from 1.
        looks: How many were planned.
        spent: Share of the error of "works" that this look and the earlier ones have used up, out of `BELOW`.
    """

    verdict: Verdict
    design: Design
    effect: float
    low: float
    high: float
    power: float
    observed: float
    expected: float
    before: float
    remained: float
    cloud: Floats
    without_one: tuple[float, float]
    donors: int
    look: int
    looks: int
    spent: float


def verdict_of(measured: float, chance: Calibration, smallest: float, aim: Aim) -> Verdict:
    """The word for a measured effect.

    Args:
        measured: Logarithm of came over expected, the middle taken off.
        chance: How far chance goes, measured for the same aim.
        smallest: The smallest effect that matters, such as -0.2 (or 0.2 where more is aimed for).
        aim: Whether lower or higher is hoped for.
    """
    toward = measured if aim == "lower" else -measured
    if toward < chance.low:
        return Verdict.FITS_WORKING
    if toward > chance.high:
        return Verdict.WORSE
    hoped = np.log1p(smallest) if aim == "lower" else -np.log1p(smallest)
    # The interval does not reach as far as what was hoped for: such an effect does not fit what came.
    return Verdict.NO_DIFFERENCE if toward - chance.high > hoped else Verdict.NOT_VISIBLE


@dataclass(frozen=True)
class Promise:
    """The chances that an effect would be seen, told before the start.

    Args:
        effect: Such as -0.3.
        at_first: At the first look.
        in_the_end: At any of the planned looks.
    """

    effect: float
    at_first: float
    in_the_end: float


def promise(
    panel: Panel, choice: Choice, *, effects: tuple[float, ...], aim: Aim, seed: int,
    areas: Bools | None = None, looks: tuple[int, ...] | None = None, worlds: int = WORLDS,
) -> tuple[Promise, ...]:  # fmt: skip
    """What effects would be seen: planted in made-up worlds with this history, and looked for as it will be looked for.

    Args:
        panel: What is known before the start.
        choice: The registered way.
        effects: Such as -0.3.
        aim: Whether lower or higher is hoped for.
        seed: Makes the answer the same every time.
        areas: The areas of the plan, where they are known already.
        looks: Periods since the first start after which is looked.
        worlds: How many are made up.
    """
    chances = calibrate(
        panel, choice, seed=seed, worlds=worlds, looks=looks or planned_looks(_spread(choice)),
        may=_whole(panel, choice.start), like=areas, aim=aim, effects=effects,
    )  # fmt: skip
    return tuple(Promise(one, chances[0].seen[one], chances[-1].by_now[one]) for one in effects)


def _spread(choice: Choice) -> int:
    return (choice.waves - 1) * choice.apart


def _whole(panel: Panel, start: int) -> Bools:
    """Areas that can be chosen: those seen in every period before."""
    return np.asarray(panel.seen[:, :start].all(-1))[None]


def judge(panel: Panel, choice: Choice, *, smallest: float, aim: Aim, seed: int) -> Outcome | Design:
    """The outcome for a panel; the design with its reason where no comparison is possible.

    What came after the last planned look changes the word no more.
    """
    begun = panel.starts[panel.starts < NEVER]
    first = int(begun.min())
    looks = planned_looks(int(begun.max()) - first)
    last = first + looks[-1]
    panel = Panel(panel.events[:, :last], panel.people[:, :last], panel.starts)
    found = design(panel)
    if found.kind == "none":
        return found
    look = looks.index(panel.periods - first)
    if found.kind == "interrupted":
        return _of_a_line(panel, found, smallest, aim, seed, look)
    events, people = (values[None] for values in panel.known())
    prediction = predict(events, people, panel.starts[None])
    chance = calibrate(
        panel, choice, seed=seed, looks=looks, may=_whole(panel, choice.start), like=panel.starts < NEVER,
        aim=aim, effects=(smallest,),
    )[look]  # fmt: skip
    before, remained = _middle(panel, float(prediction.expected[0, -1]))
    return _outcome(
        found, float(prediction.log_ratio[0, -1]), chance, smallest, aim,
        observed=float(prediction.observed[0, -1]), expected=float(prediction.expected[0, -1]), before=before,
        remained=remained, without_one=_without_one(panel, chance.middle), donors=_donors(panel), look=look,
        looks=len(looks),
    )  # fmt: skip


def _of_a_line(panel: Panel, found: Design, smallest: float, aim: Aim, seed: int, look: int) -> Outcome:
    treated, start = panel.starts < NEVER, int(panel.starts.min())
    events, people = (values[treated].sum(0) for values in panel.known())
    observed, expected = interrupted.outcome(events, people, start)
    looks = planned_looks(int(panel.starts[treated].max()) - start)
    chance = interrupted.calibrate(
        events, people, start, seed=seed, looks=looks, aim=aim, effects=(smallest,)
    )[look]
    measured = float(np.log((observed + 0.5) / (expected + 0.5)))
    return _outcome(
        found, measured, chance, smallest, aim, observed=observed, expected=expected, before=0.0, remained=0.0,
        without_one=(0.0, 0.0), donors=0, look=look, looks=len(looks),
    )  # fmt: skip


def _outcome(
    found: Design, measured: float, chance: Calibration, smallest: float, aim: Aim, *, observed: float, expected: float,
    before: float, remained: float, without_one: tuple[float, float], donors: int, look: int, looks: int,
) -> Outcome:  # fmt: skip
    value = measured - chance.middle
    sign = 1 if aim == "lower" else -1
    ends = sorted(float(np.expm1(sign * (sign * value - bound))) for bound in (chance.low, chance.high))
    if not without_one[0] and not without_one[1]:
        without_one = (float(np.expm1(value)),) * 2
    return Outcome(
        verdict_of(value, chance, smallest, aim), found, float(np.expm1(value)), ends[0], ends[1],
        chance.seen[smallest], observed, expected, before, remained,
        np.expm1(chance.draws), without_one, donors, look + 1, looks, chance.spent,
    )  # fmt: skip


def _donors(panel: Panel) -> int:
    """Areas without the approach that are seen in every period."""
    return int(((panel.starts == NEVER) & panel.seen.all(-1)).sum())


def _middle(panel: Panel, expected: float) -> tuple[float, float]:
    """How the areas stood to what is usual before, and how they were expected to stand afterwards."""
    events, people = panel.known()
    free = untreated(panel.starts[None], panel.periods)
    rates = np.nan_to_num(find_usual(events[None], people[None], free, int(panel.starts.min())).rates[0])
    treated = panel.starts < NEVER
    time = np.arange(panel.periods)
    own, begun = events[treated], panel.starts[treated][:, None]
    middle = people[treated] * rates
    earlier, later = time < begun, time >= begun
    return (
        float(own[earlier].sum() / max(middle[earlier].sum(), 1e-12)) - 1,
        expected / max(float(middle[later].sum()), 1e-12) - 1,
    )


def _without_one(panel: Panel, middle: float) -> tuple[float, float]:
    """Smallest and largest effect when one of the largest areas of the comparison is left out."""
    events, people = panel.known()
    donors = np.flatnonzero(panel.starts == NEVER)
    donors = donors[np.argsort(-people[donors].sum(-1))][:_MOST_LEFT_OUT]
    telling = np.ones((donors.size, events.shape[0]), dtype=bool)
    telling[np.arange(donors.size), donors] = False
    wide = (donors.size, *events.shape)
    ratio = predict(
        np.broadcast_to(events, wide),
        np.broadcast_to(people, wide),
        np.broadcast_to(panel.starts, wide[:2]),
        donors=telling,
    ).log_ratio[:, -1]
    return float(np.expm1(ratio.min() - middle)), float(np.expm1(ratio.max() - middle))
