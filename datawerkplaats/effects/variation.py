"""How areas differ, and how they wander: the share of it that stays, that fades, and that grows.

The ratio of an area's count to what was expected of its people varies for four reasons: chance (Poisson), a level of its own that
stays, a deviation that fades from period to period, and a direction of its own. Each leaves another mark on the products of the
deviations in two periods; the marks are fitted by least squares, no part below nothing. Everything is done for many worlds at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np

from datawerkplaats.effects.panel import Floats

_FADES = (0.0, 0.2, 0.4, 0.6, 0.8, 0.95)  # from one period to the next
_GUESS = 0.05  # variance between areas, for weights only
_PARTS = 3
LEAST_FOR_DIRECTION = 12  # periods


@dataclass(frozen=True)
class Variation:
    """Per world the variance that stays, that fades (with its pace), and of the direction per period."""

    stays: Floats
    fades: Floats
    pace: Floats
    direction: Floats

    def covariance(self, fitted: int, periods: int) -> Floats:
        """Worlds × periods × periods: of the deviations in all periods; directions turn around the middle of the fitted ones."""
        time = np.arange(periods)
        middle = time - (fitted - 1) / 2
        apart = np.abs(time[:, None] - time[None, :])
        fading = self.pace[:, None, None] ** apart
        return np.asarray(
            self.stays[:, None, None]
            + self.fades[:, None, None] * fading
            + self.direction[:, None, None] * middle[:, None] * middle[None, :]
        )


@lru_cache(64)
def _marks(periods: int, pace: float) -> Floats:
    """Pairs of periods × parts: what each part leaves on the product of two deviations."""
    first, second = np.triu_indices(periods)
    middle = np.arange(periods) - (periods - 1) / 2
    return np.stack(
        [np.ones(first.size), pace ** np.abs(second - first), middle[first] * middle[second]], axis=1
    )


def variation(events: Floats, expected: Floats) -> Variation:
    """How the areas of each world vary.

    Args:
        events: Worlds × areas × periods without an approach; 0 where nothing was seen.
        expected: What was expected of the people; 0 where nothing was seen.
    """
    periods = events.shape[-1]
    seen = expected > 0
    safe = np.where(seen, expected, 1.0)
    deviation = np.where(seen, events / safe - 1.0, 0.0)
    typical = expected.sum(-1, keepdims=True) / np.maximum(seen.sum(-1, keepdims=True), 1)
    weight = np.where(seen, typical / (1.0 + _GUESS * typical), 0.0)
    pairs = np.matmul((weight * deviation).swapaxes(-1, -2), weight * deviation)
    count = np.matmul(weight.swapaxes(-1, -2), weight)
    chance = np.where(seen, weight**2 / safe, 0.0).sum(-2)
    pairs[..., np.arange(periods), np.arange(periods)] -= chance
    first, second = np.triu_indices(periods)
    products = (pairs / np.maximum(count, 1e-12))[..., first, second]
    return _fit(products, periods)


def _fit(products: Floats, periods: int) -> Variation:
    """The parts that lie nearest to the products, none below nothing; the pace is the best of a few."""
    worlds = products.shape[0]
    first, second = np.triu_indices(periods)
    # In a few periods a direction cannot be told from what fades slowly, and carrying one on that is not there makes whoever was
    # chosen for rising seem to fall.
    told = _PARTS if periods >= LEAST_FOR_DIRECTION else _PARTS - 1
    # A pair of the same period also carries the noise of the Poisson correction.
    trust = np.where(first == second, 0.5, 1.0)
    best = np.full(worlds, np.inf)
    found = np.zeros((worlds, _PARTS + 1))
    for pace in _FADES:
        marks = _marks(periods, pace)
        for size in range(told + 1):
            for parts in combinations(range(told), size):
                chosen = marks[:, parts] * np.sqrt(trust)[:, None]
                aim = products * np.sqrt(trust)
                values = aim @ np.linalg.pinv(chosen).T if parts else np.zeros((worlds, 0))
                left = ((aim - values @ chosen.T) ** 2).sum(-1)
                better = (values >= 0).all(-1) & (left < best - 1e-15)
                best = np.where(better, left, best)
                row = np.zeros((worlds, _PARTS + 1))
                row[:, parts] = values
                row[:, _PARTS] = pace
                found = np.where(better[:, None], row, found)
    return Variation(found[:, 0], found[:, 1], found[:, 3], found[:, 2])
