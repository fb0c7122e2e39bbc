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

    No number in a period without any untreated area.
    """
    counted, among = np.where(free, events, 0.0), np.where(free, people, 0.0)
    level = np.ones(events.shape[:-1])
    rates = counted.sum(-2) / np.maximum(among.sum(-2), 1e-12)
    if free[..., :1].shape and not (free == free[..., :1]).all():
        for _ in range(_ROUNDS):
            usual = (among * rates[..., None, :]).sum(-1)
            level = np.where(usual > 0, counted.sum(-1) / np.maximum(usual, 1e-12), 1.0)
            level = np.maximum(level, _LEAST)
            rates = counted.sum(-2) / np.maximum((among * level[..., None]).sum(-2), 1e-12)
    return np.where(among.sum(-2) > 0, rates, np.nan)


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
    rates = period_rates(events, people, telling)
    usual = np.where(np.isnan(rates)[..., None, :], 0.0, people * np.nan_to_num(rates)[..., None, :])
    first = int(starts.min())
    varied = fitted or variation(events[..., :first], usual[..., :first])
    most = starts < NEVER
    count = int(most.sum(-1).max())
    # The areas with an approach of every world side by side; where a world has fewer, the last ones count for nothing.
    places = np.argsort(~most, axis=-1, kind="stable")[:, :count]
    at = np.arange(worlds)[:, None]
    own, base, begun, is_real = events[at, places], usual[at, places], starts[at, places], most[at, places]
    ratio = _ratio(own, base, begun, varied, first)
    looks = looks or periods - first
    cells = (np.arange(periods) >= np.where(is_real, begun, NEVER)[..., None]) & (base > 0)
    expected_cell = np.where(cells, base * ratio, 0.0)
    observed_cell = np.where(cells, own, 0.0)

    def by_look(values: Floats) -> Floats:
        return np.asarray(values.sum(-2).cumsum(-1)[..., first : first + looks])

    return Prediction(by_look(observed_cell), by_look(expected_cell), by_look(cells.astype(float)))


def _ratio(own: Floats, base: Floats, begun: Ints, varied: Variation, fitted: int) -> Floats:
    """Worlds × areas × periods: how an area is expected to stand to what is usual, given its periods before its start."""
    periods = own.shape[-1]
    covariance = varied.covariance(fitted, periods)
    known = (np.arange(periods) < begun[..., None]) & (base > 0)
    safe = np.where(known, base, 1.0)
    deviation = np.where(known, own / safe - 1.0, 0.0)
    # A period that was not seen gets so much noise that it counts for nothing.
    noise = np.where(known, 1.0 / safe, 1e9)
    matrix = covariance[:, None] + noise[..., None] * np.eye(periods)
    weights = np.linalg.solve(matrix, deviation[..., None])[..., 0]
    return np.asarray(np.maximum(1.0 + np.einsum("wts,was->wat", covariance, weights), _LEAST))
