"""What was to be expected of areas with an approach, from areas and periods without one only.

Two things are taken from what is untreated: how every period was (areas without an approach), and how an area was before its start.
The second is drawn towards the middle as far as experience says that it will go there by itself: an area that was chosen because it
stood high is not expected to stay as high (regression to the mean). Because this holds for every choice that was made by looking at
the years before the start, it holds whatever the reason for the choice was.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from datawerkplaats.effects.panel import NEVER, Bools, Floats, Ints
from datawerkplaats.effects.variation import Variation, variation

_LEAST = 0.05  # nobody is expected to fall below a twentieth of what is usual
_ROUNDS = 3
_CELLS = 2_000_000  # numbers that are worked on at once


@dataclass(frozen=True)
class Prediction:
    """Per world what came and what was to be expected in the cells with an approach, as it was known after every period.

    Args:
        observed: Worlds × looks: events in cells with an approach, up to that many periods since the first start.
        expected: The same of what was to be expected without.
        usable: Cells that could be compared, per world and look.
    """

    observed: Floats
    expected: Floats
    usable: Floats

    @property
    def log_ratio(self) -> Floats:
        """Worlds × looks: the logarithm of came over expected; half an event is added to both, so that none is infinite."""
        return np.asarray(np.log((self.observed + 0.5) / (self.expected + 0.5)))


def untreated(starts: Ints, periods: int) -> Bools:
    """Worlds × areas × periods: which cells have no approach."""
    return np.asarray(np.arange(periods) < starts[..., None])


def period_rates(events: Floats, people: Floats, free: Bools) -> Floats:
    """Worlds × periods: events per person in what is untreated, as if the same areas were there in every period.

    The rates fit all that is counted: over all areas and periods as many are usual as there were. No number in a period without
    any untreated area.
    """
    counted, among = np.where(free, events, 0.0), np.where(free, people, 0.0)
    level = np.ones(events.shape[:-1])
    rates = counted.sum(-2) / np.maximum(among.sum(-2), 1e-12)
    there = among > 0
    if not (there == there[..., :1]).all():
        for _ in range(_ROUNDS):
            usual = (among * rates[..., None, :]).sum(-1)
            level = np.where(usual > 0, counted.sum(-1) / np.maximum(usual, 1e-12), 1.0)
            level = np.maximum(level, _LEAST)
            rates = counted.sum(-2) / np.maximum((among * level[..., None]).sum(-2), 1e-12)
        usual = (among * rates[..., None, :]).sum((-2, -1))
        rates = rates * (counted.sum((-2, -1)) / np.maximum(usual, 1e-12))[..., None]
    return np.where(among.sum(-2) > 0, rates, np.nan)


@dataclass(frozen=True)
class Usual:
    """What is usual in every period, worked out of areas and periods without an approach.

    Args:
        rates: Worlds × periods: events per person; no number where nothing is untreated.
        varied: How areas vary, measured before the first start.
        ratio: Worlds × areas × periods: how an area is expected to stand to that, given the periods before the first start.
    """

    rates: Floats
    varied: Variation
    ratio: Floats


def find_usual(
    events: Floats, people: Floats, free: Bools, first: int, *, fitted: Variation | None = None
) -> Usual:
    """What is usual before the first start by all areas, and afterwards by those that have no approach.

    The areas without one are not like all: where those of the highest need were chosen, the others stood low, by chance too. So a
    later period is measured by what was expected of the very areas that tell of it. Nothing that came later changes an earlier
    period, so a look says the same whatever came after it; and how areas vary is measured before the start only, so that it is the
    same when a promise is made and when it is kept.

    Args:
        events: Worlds × areas × periods; 0 where nothing was seen.
        people: The same; 0 where nothing was seen.
        free: Worlds × areas × periods: cells that tell how a period was.
        first: The first period in which any area has an approach.
        fitted: How areas vary; measured here where not given.
    """
    periods = events.shape[-1]
    early, among = events[..., :first], people[..., :first]
    before = period_rates(early, among, free[..., :first])
    base = among * np.nan_to_num(before)[..., None, :]
    varied = fitted or variation(early, base)
    begun = np.full(events.shape[:-1], first)
    ratio = _ratio(early, base, begun, varied, first, periods)
    counted = np.where(free, events, 0.0)[..., first:].sum(-2)
    expected = np.where(free, people * ratio, 0.0)[..., first:].sum(-2)
    later = np.where(expected > 0, counted / np.maximum(expected, 1e-12), np.nan)
    return Usual(np.concatenate([before, later], axis=-1), varied, ratio)


def predict(
    events: Floats, people: Floats, starts: Ints, *, donors: Bools | None = None, looks: int | None = None,
    fitted: Variation | None = None,
) -> Prediction:  # fmt: skip
    """Came and expected, for many worlds at once.

    Args:
        events: Worlds × areas × periods; 0 where nothing was seen.
        people: The same; 0 where nothing was seen.
        starts: Worlds × areas.
        donors: Worlds × areas: the areas that tell how a period was (all, where not given); never after their own start.
        looks: How many periods since the first start are told apart; all.
        fitted: How areas vary; measured here where not given.
    """
    worlds, _, periods = events.shape
    free = untreated(starts, periods)
    telling = free if donors is None else free & (donors | (starts < NEVER))[..., None]
    first = int(starts.min())
    found = find_usual(events, people, telling, first, fitted=fitted)
    most = starts < NEVER
    count = int(most.sum(-1).max())
    # The areas with an approach of every world side by side; where a world has fewer, the last ones count for nothing.
    places = np.argsort(~most, axis=-1, kind="stable")[:, :count]
    at = np.arange(worlds)[:, None]
    own, begun, is_real = events[at, places], starts[at, places], most[at, places]
    base = people[at, places] * np.nan_to_num(found.rates)[..., None, :]
    ratio = found.ratio[at, places]
    if (begun[is_real] > first).any():  # who starts later is known for longer
        ratio = _ratio(own, base, begun, found.varied, first, periods)
    looks = looks or periods - first
    cells = (np.arange(periods) >= np.where(is_real, begun, NEVER)[..., None]) & (base > 0)
    expected_cell = np.where(cells, base * ratio, 0.0)
    observed_cell = np.where(cells, own, 0.0)

    def by_look(values: Floats) -> Floats:
        return np.asarray(values.sum(-2).cumsum(-1)[..., first : first + looks])

    return Prediction(by_look(observed_cell), by_look(expected_cell), by_look(cells.astype(float)))


def _ratio(own: Floats, base: Floats, begun: Ints, varied: Variation, fitted: int, periods: int) -> Floats:
    """Worlds × areas × periods: how an area is expected to stand to what is usual, given its periods before its start.

    Args:
        own: Worlds × areas × periods that are known.
        base: The same of what is usual for its people; 0 where nothing was seen.
        begun: Worlds × areas: the start.
        varied: How areas vary.
        fitted: Periods that the variation was measured in.
        periods: How many are asked for.
    """
    seen = own.shape[-1]
    covariance = varied.covariance(fitted, periods)
    known = (np.arange(seen) < begun[..., None]) & (base > 0)
    safe = np.where(known, base, 1.0)
    deviation = np.where(known, own / safe - 1.0, 0.0)
    # A period that was not seen gets so much noise that it counts for nothing.
    noise = np.where(known, 1.0 / safe, 1e9)
    found = np.empty((*own.shape[:-1], periods))
    worlds, areas = own.shape[:2]
    covariance = np.broadcast_to(covariance, (worlds, periods, periods))
    size = max(1, _CELLS // max(areas * seen * seen, 1))
    for begin in range(0, worlds, size):
        part = slice(begin, begin + size)
        among = covariance[part, :, :seen]
        matrix = among[:, None, :seen] + noise[part][..., None] * np.eye(seen)
        weights = np.linalg.solve(matrix, deviation[part][..., None])[..., 0]
        found[part] = weights @ among.swapaxes(-1, -2)
    return np.maximum(1.0 + found, _LEAST)
