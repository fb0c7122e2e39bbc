"""A series without any comparison: the line before the start, carried on. The weakest design, and only with many points before.

What else changed at the same moment cannot be told apart here, and the words say so.
"""

from __future__ import annotations

import numpy as np

from datawerkplaats.effects.calibration import WORLDS, Aim, Calibration, of_looks
from datawerkplaats.effects.panel import Floats
from datawerkplaats.effects.variation import Variation

LEAST_POINTS = 12


def _carried_on(rates: Floats, weights: Floats, start: int) -> tuple[Floats, Floats]:
    """Series × periods: the log-linear line of the periods before the start, and what was left over there."""
    time = np.arange(rates.shape[-1], dtype=float)
    logs = np.log(np.maximum(rates[..., :start], 1e-12))
    marks = np.stack([np.ones(start), time[:start]], axis=1)
    root = np.sqrt(weights[:start])
    solved = (logs * root) @ np.linalg.pinv(marks * root[:, None]).T
    line = solved[..., :1] + solved[..., 1:] * time
    return np.exp(line), logs - line[..., :start]


def outcome(events: Floats, people: Floats, start: int) -> tuple[float, float]:
    """Events that came after the start, and what the line says was to be expected."""
    line, _ = _carried_on((events / people)[None], people, start)
    return float(events[start:].sum()), float((line[0] * people)[start:].sum())


def calibrate(
    events: Floats, people: Floats, start: int, *, seed: int, worlds: int = WORLDS, looks: tuple[int, ...] | None = None,
    aim: Aim = "lower", effects: tuple[float, ...] = (),
) -> tuple[Calibration, ...]:  # fmt: skip
    """How far chance goes at every look: the line, its wandering from period to period and chance itself, made up and fitted anew.

    The arguments are those of `calibration.calibrate`; the people of years to come are those of the newest.
    """
    random = np.random.default_rng(seed)
    looks = looks or (events.size - start,)
    people = np.concatenate([people, np.repeat(people[-1:], max(start + looks[-1] - people.size, 0))])
    events = np.concatenate([events, np.full(people.size - events.size, np.nan)])
    line, left = _carried_on((events / people)[None], people, start)
    usual = line[0] * people
    remains = left[0]
    pace = float(np.clip((remains[1:] * remains[:-1]).sum() / max((remains**2).sum(), 1e-12), 0.0, 0.9))
    # Two points were spent on the line; chance itself is made up apart.
    variance = max(float((remains**2).sum()) / max(start - 2, 1) - float((1 / usual[:start]).mean()), 0.0)
    wander = np.zeros((worlds, usual.size))
    wander[:, 0] = random.standard_normal(worlds) * np.sqrt(variance)
    for at in range(1, usual.size):
        fresh = random.standard_normal(worlds) * np.sqrt(variance * (1 - pace**2))
        wander[:, at] = pace * wander[:, at - 1] + fresh
    made = random.poisson(usual * np.exp(wander - variance / 2)).astype(float)
    again, _ = _carried_on((made + 0.5) / people, people, start)
    nothing = np.zeros(1)
    varied = Variation(nothing, np.array([variance]), np.array([pace]), nothing)
    ends = np.array(looks) - 1
    came, told = (values[:, start:].cumsum(-1)[:, ends] for values in (made, again * people))
    return of_looks(came, told, varied, random, aim=aim, effects=effects)
