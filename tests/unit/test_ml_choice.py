"""Which model is put forward: XGBoost where it is as good, the better one elsewhere, and what a design asks for."""

from __future__ import annotations

import numpy as np
import pytest

from ml.base.odds import sigmoid
from ml.model.choice import Judged, choose

PEOPLE = 8_000


def people() -> tuple[np.ndarray, Judged]:
    """True log odds, and outcomes drawn from them, in two groups."""
    rng = np.random.default_rng(1)
    log_odds = -1.2 + rng.normal(0, 1.0, PEOPLE)
    outcome = (rng.random(PEOPLE) < sigmoid(log_odds)).astype(np.float32)
    sex = np.where(rng.random(PEOPLE) < 0.5, "male", "female")
    return log_odds, Judged(outcome, np.ones(PEOPLE, np.float32), np.arange(PEOPLE), {"sex": sex}, 1)


def put_forward(
    xgboost: np.ndarray, glass_box: np.ndarray, on: Judged, champion: str = "best"
) -> tuple[str, str]:
    made = choose({"glass_box": glass_box, "logistic_splines": glass_box, "boosting": xgboost}, on, champion)
    return made.model, made.reason_en


def noisy(log_odds: np.ndarray, spread: float) -> np.ndarray:
    """Calibrated probabilities of somebody who sees the log odds with noise."""
    seen = log_odds + np.random.default_rng(2).normal(0, spread, PEOPLE)
    known = 1 / (1 + spread**2)  # of the differences between people
    inside = np.sqrt(1 + 0.346 * (1 - known))  # probabilities whose log odds are spread: nearer to a half
    return np.asarray(sigmoid((-1.2 + known * (seen + 1.2)) / inside))


def test_choice__puts_xgboost_forward_where_it_is_as_good() -> None:
    log_odds, on = people()
    model, why = put_forward(noisy(log_odds, 0.10), sigmoid(log_odds), on)
    assert (model, "Not more than 0.005 lower" in why) == ("boosting", True)


def test_choice__keeps_the_glass_box_where_xgboost_is_lower() -> None:
    log_odds, on = people()
    model, why = put_forward(noisy(log_odds, 0.6), sigmoid(log_odds), on)
    assert (model, "More than 0.005 lower" in why) == ("glass_box", True)
    assert "not demonstrably better than plain logistic" in why


@pytest.mark.parametrize("spoil", ["slope", "level", "group"])
def test_choice__keeps_the_glass_box_where_calibration_or_gaps_are_not_equal(spoil: str) -> None:
    log_odds, on = people()
    truth = sigmoid(log_odds)
    if spoil == "slope":
        spoilt = sigmoid(-1.2 + 1.3 * (log_odds + 1.2))
    elif spoil == "level":
        spoilt = sigmoid(log_odds + 0.15)
    else:
        spoilt = sigmoid(log_odds + np.where(on.strata["sex"] == "male", 0.11, -0.11))
    model, why = put_forward(spoilt, truth, on)
    assert model == "glass_box"
    assert ("gaps between groups" if spoil == "group" else "calibration") in why


def test_choice__of_what_is_surely_better_says_in_what_it_is_worse() -> None:
    log_odds, on = people()
    better = sigmoid(-1.2 + 1.4 * (log_odds + 1.2))
    model, why = put_forward(better, noisy(log_odds, 0.8), on)
    assert (model, "though worse in calibration" in why) == ("boosting", True)


@pytest.mark.parametrize(("asked", "model"), [("xgboost", "boosting"), ("glass_box", "glass_box")])
def test_choice__is_what_a_design_asks_for(asked: str, model: str) -> None:
    log_odds, on = people()
    for xgboost in (sigmoid(log_odds), noisy(log_odds, 0.8)):
        made, why = put_forward(xgboost, noisy(log_odds, 0.3), on, asked)
        assert (made, f"asks for {asked}" in why) == (model, True)
