"""Outcomes that came in since a model was made: a chart that signals where the level has moved, and hardly ever elsewhere."""

from __future__ import annotations

import numpy as np
import pytest

from ml.production.drift import _outcomes
from ml.production.outcomes import LEAST_EVENTS, highest, seen
from tests.unit.test_ml_models import invented


def drawn(seed: int, people: int = 1_500, odds: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    told = rng.beta(2, 10, people)
    true = odds * told / (1 - told + odds * told)
    return told, (rng.random(people) < true).astype(float)


def test_chart__is_the_sum_of_log_likelihood_ratios_held_at_zero() -> None:
    # By hand, with odds doubled: an event at 0.5 adds log(2 / 1.5), none takes log(1.5) away.
    up, down = np.log(2 / 1.5), np.log(1.5)
    told = np.full(4, 0.5)
    first, second = np.array([1.0, 1.0, 0.0, 1.0]), np.array([0.0, 1.0, 0.0, 1.0])
    assert highest(told, np.stack([first, second], axis=1), 2.0) == pytest.approx([2 * up, up])
    assert highest(told, np.zeros((4, 1)), 0.5) == pytest.approx([4 * np.log(1 / 0.75)])
    assert highest(told, np.zeros((4, 1)), 2.0) == pytest.approx([0.0])
    assert down > up


def test_seen__signals_where_odds_have_moved_either_way_and_hardly_ever_where_they_have_not() -> None:
    right = [seen(*drawn(seed)) for seed in range(20)]
    assert (
        sum(one is not None and one.signals for one in right) <= 6
    )  # 5 % of 40, and what chance makes of it
    for odds in (1.7, 0.55):
        moved = [seen(*drawn(seed, odds=odds)) for seed in range(4)]
        assert all(one is not None and one.signals for one in moved)
        assert all(one is not None and (one.observed_expected > 1) == (odds > 1) for one in moved)


def test_seen__says_nothing_of_few() -> None:
    told, outcome = drawn(1, 200)
    assert outcome.sum() < LEAST_EVENTS
    assert seen(told, outcome) is None


class _Told:
    """A model that tells everybody the same risk."""

    def __init__(self, risk: float) -> None:
        self.risk = risk

    def predict(self, values: np.ndarray) -> np.ndarray:
        return np.full(len(values), self.risk)


def test_outcomes__of_people_that_the_model_has_not_seen_ask_for_training_where_the_level_is_off() -> None:
    data, _ = invented(2_000)
    before = data.take(np.arange(1_000))
    share = float(data.outcome[1_000:].mean())
    right, wrong = (_outcomes(_Told(risk), before, data) for risk in (share, share / 2))  # type: ignore[arg-type]
    assert right is not None and wrong is not None
    assert (right["people"], right["observed_expected"], right["signals"]) == (1_000, 1.0, False)
    assert (wrong["observed_expected"], wrong["signals"]) == (2.0, True)
    # Of whom it learned from nothing is counted, and of few nothing is said.
    assert _outcomes(_Told(share), data, data) is None  # type: ignore[arg-type]
    assert _outcomes(_Told(share), data.take(np.arange(1_950)), data) is None  # type: ignore[arg-type]
