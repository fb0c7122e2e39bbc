"""What is examined is what is released: fitted once more on the same people it is the same model."""

from __future__ import annotations

import numpy as np
import pytest

from ml.audit.explain import with_noise
from ml.base.design import load_design
from ml.base.splits import grouped_folds
from ml.estimators import AdditiveLogistic, BoostedTrees
from ml.estimators.fitted_trees import FittedTrees
from ml.metrics import Interval
from ml.model.again import again
from ml.model.run import Choice, Run
from tests.unit.test_ml_models import invented

NOTHING = Interval(0.0, 0.0, 0.0)


def run_of(name: str, fitted: object, data: object, folds: np.ndarray) -> Run:
    design = load_design("nhanes_phq9").model_copy(update={"effort": "quick"})
    choice = Choice(name, NOTHING, NOTHING, "nl", "en")
    return Run(design, data, folds, {}, {name: fitted}, choice, "data", "run", 100)  # type: ignore[arg-type, dict-item]


@pytest.mark.parametrize("name", ["boosting", "glass_box"])
def test_again__on_the_same_people_is_the_model_that_is_put_forward(name: str) -> None:
    data, _ = invented(900)
    folds = grouped_folds(data, 3, 1)
    seed = load_design("nhanes_phq9").seed
    estimator = BoostedTrees(seed, budget=2) if name == "boosting" else AdditiveLogistic(monotone=True)
    fitted = estimator.fit(data, folds)
    same = again(run_of(name, fitted, data, folds)).fit(data, folds)
    assert np.allclose(same.predict(data.values), fitted.predict(data.values), atol=1e-6)
    other = data.take(np.arange(len(data)) % 3 > 0)
    assert not np.allclose(
        again(run_of(name, fitted, data, folds)).fit(other, folds[:1]).predict(data.values),
        fitted.predict(data.values),
    )


@pytest.mark.parametrize("constrained", [0.0, 1.0])
def test_again__of_trees_takes_a_feature_more_that_is_held_in_no_direction(constrained: float) -> None:
    data, _ = invented(600)
    folds = grouped_folds(data, 3, 1)
    fitted = BoostedTrees(1, budget=1, fixed={"constrained": constrained}).fit(data, folds)
    wider = with_noise(data, 1)
    made = again(run_of("boosting", fitted, data, folds)).fit(wider, folds)
    assert isinstance(made, FittedTrees)
    held = made.about["parameters"]["monotone_constraints"]
    assert held == "(" + ",".join(["1", "1"] + ["0"] * 9 if constrained else ["0"] * 11) + ")"
    assert made.about["parameters"]["eta"] == fitted.about["parameters"]["eta"]
