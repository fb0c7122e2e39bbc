"""Models, folds, registry, scoring, promotion: honest, repeatable to the bit, and written down without pickle."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from ml.audit.explain import NOISE, permutation_importance, rank_coverage, with_noise
from ml.audit.privacy import membership_attack, smallest_cell
from ml.base.dataset import Column, Dataset
from ml.base.design import load_design
from ml.base.problems import DataProblem
from ml.base.splits import grouped_folds, groups, leave_one_out, temporal_split, temporal_split_halves
from ml.estimators import AdditiveLogistic, AveragedAdditive, BoostedTrees, FoundingBoosting
from ml.estimators.founding import PARAMETERS, ROUNDS
from ml.metrics import Interval, auroc, calibration
from ml.model.registry import champion, load, model_from_state, promote, register, roll_back
from ml.model.run import Choice, Run
from ml.model.scoring import score_batches
from ml.model.train import shuffled, train

LIGHT = AdditiveLogistic(monotone=True, penalties=(100.0, 100.0))


def invented(n: int = 1_500, seed: int = 1, product: float = 0.0) -> tuple[Dataset, np.ndarray]:
    """A small dataset with its true risks: two features that matter, one in a curve, and eight that do not."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 10))
    log_odds = -1.5 + 0.9 * x[:, 0] + 0.8 * np.maximum(x[:, 1], 0) + product * x[:, 2] * x[:, 3]
    risk = 1 / (1 + np.exp(-log_odds))
    values = np.where(rng.random(x.shape) < 0.1, np.nan, x).astype(np.float32)
    family = np.array([f"F{i // 2}" for i in range(n)])
    columns = tuple(Column(f"x{i}", "continuous", 1 if i < 2 else 0, f"t{i}", f"x{i}") for i in range(10))
    data = Dataset(
        columns, values, (rng.random(n) < risk).astype(np.float32), np.array([f"P{i}" for i in range(n)]), family,
        np.where(np.arange(n) < n // 2, "1A", "2A"), {"gemeente": np.array([f"GM{i % 5}" for i in range(n)])},
        np.ones(n, np.float32), "y",
    )  # fmt: skip
    return data, risk


@pytest.fixture(scope="module")
def data() -> Dataset:
    return invented()[0]


@pytest.fixture(scope="module")
def exam() -> tuple[Dataset, np.ndarray]:
    return invented(6_000, 2)


def test_folds__keep_persons_families_and_their_relatives_together(data: Dataset) -> None:
    chained = replace(data, person=np.array([f"P{i // 3}" for i in range(len(data))]))
    folds = grouped_folds(chained, 5, 1)
    for key in (chained.person, chained.family, groups(chained)):
        assert max(len(set(folds[key == value])) for value in np.unique(key)[:100]) == 1
    counts = np.bincount(folds, weights=chained.outcome)
    assert counts.max() - counts.min() < 0.2 * counts.mean() + 10
    for early, late in (temporal_split(data, ["1A"], ["2A"]), temporal_split_halves(data, ["1A"], ["2A"], 1)):
        assert not set(data.family[early]) & set(data.family[late])
        assert set(data.period[early]) == {"1A"}
    for _, outside, inside in leave_one_out(data, "gemeente"):
        assert not set(data.family[outside]) & set(data.family[inside])
    alone = replace(data, strata={**data.strata, "province": np.full(len(data), "PV99")})
    assert list(leave_one_out(alone, "province")) == []


def test_fold__without_anybody_who_fell_ill_is_one_sentence_before_anything_is_trained(data: Dataset) -> None:
    first = data.family == data.family[0]
    with pytest.raises(DataProblem) as caught:
        train(
            load_design("nhanes_phq9"),
            replace(data, outcome=first.astype(np.float32)),
            models=("prevalence",),
        )
    assert caught.value.code == "constant_target"
    assert "of 5" in str(caught.value)


@pytest.mark.parametrize("estimator", [AdditiveLogistic(monotone=True), AveragedAdditive(1)])
def test_glass_box__is_calibrated_follows_the_known_direction_and_beats_the_founding_model(
    data: Dataset, exam: tuple[Dataset, np.ndarray], estimator: Any
) -> None:
    folds = grouped_folds(data, 5, 1)
    test, risk = exam
    model = estimator.fit(data, folds)
    p = model.predict(test.values)
    founding = FoundingBoosting(1).fit(data, folds).predict(test.values)
    assert auroc(p, risk) > auroc(founding, risk) + 0.02
    quality = calibration(p, risk)
    assert 0.8 < quality.slope < 1.25
    assert quality.ici < 0.03
    assert calibration(founding, risk).slope < 0.7
    probe = np.zeros((50, 10), dtype=np.float32)
    probe[:, 0] = np.linspace(-3, 3, 50)
    assert (np.diff(model.predict(probe)) >= -1e-9).all()
    assert np.average(model.predict(data.values)) == pytest.approx(data.outcome.mean(), abs=1e-3)


def test_glass_box__finds_two_features_that_work_together_only_when_they_do() -> None:
    apart, together = invented(8_000, 3)[0], invented(8_000, 3, product=0.6)[0]
    assert LIGHT.fit(apart, grouped_folds(apart, 2, 1)).curves.pairs == ()
    assert (2, 3) in LIGHT.fit(together, grouped_folds(together, 2, 1)).curves.pairs


def test_averaged_glass_box__names_few_pairs_and_only_where_they_work_together() -> None:
    apart, together = invented(5_000, 3)[0], invented(5_000, 3, product=0.6)[0]
    folds = grouped_folds(apart, 2, 1)
    found = AveragedAdditive(1).fit(together, folds)
    assert (2, 3) in found.curves.pairs
    place = len(found.curves.owner) + found.curves.pairs.index((2, 3))
    assert found.theta[1 + place] == pytest.approx(0.6, abs=0.2)
    # Without any product what is named by accident is few, and close to nothing.
    alone = AveragedAdditive(1).fit(apart, folds)
    assert np.abs(alone.theta[1 + len(alone.curves.owner) :]).sum() < 0.1


def test_averaged_glass_box__gives_features_without_effect_next_to_nothing(data: Dataset) -> None:
    model = AveragedAdditive(1).fit(data, grouped_folds(data, 2, 1))
    spread = model.contributions(data.values).std(axis=0)
    assert spread[:2].min() > 0.3
    assert spread[2:].max() < 0.15


def test_founding_model__has_the_published_parameters() -> None:
    assert PARAMETERS["learning_rate"] == 0.05
    assert (PARAMETERS["max_depth"], ROUNDS, PARAMETERS["subsample"], PARAMETERS["colsample_bytree"]) == (
        3,
        1000,
        0.7,
        0.8,
    )
    assert (PARAMETERS["reg_alpha"], PARAMETERS["reg_lambda"]) == (0.1, 1.0)


@pytest.mark.parametrize(
    "estimator",
    [
        AdditiveLogistic(monotone=True),
        AdditiveLogistic(monotone=False),
        AveragedAdditive(seed=1),
        BoostedTrees(seed=1, budget=1),
        BoostedTrees(seed=1, rounds=30, filled=False),
        BoostedTrees(seed=1, budget=6),
    ],
)
def test_model__is_the_same_to_the_bit_and_survives_being_written_down(data: Dataset, estimator: Any) -> None:
    folds = grouped_folds(data, 3, 1)
    first, second = estimator.fit(data, folds), estimator.fit(data, folds)
    texts = [json.dumps(m.state(), sort_keys=True) for m in (first, second)]
    assert texts[0] == texts[1]
    again = model_from_state(json.loads(texts[0]))
    assert np.array_equal(again.predict(data.values), first.predict(data.values))
    assert smallest_cell(first, data) >= 10


def test_shuffled_outcomes__leave_nothing_to_learn(data: Dataset) -> None:
    areas = []
    for seed in range(6):
        dealt = shuffled(data, seed)
        assert dealt.events == data.events
        folds, p = grouped_folds(data, 4, seed), np.empty(len(data))
        for fold in range(4):
            p[folds == fold] = LIGHT.fit(dealt.take(folds != fold), folds[folds != fold]).predict(
                data.values[folds == fold]
            )
        areas.append(auroc(p, dealt.outcome))
    assert np.mean(areas) == pytest.approx(0.5, abs=0.03)


def test_membership__cannot_be_told_from_the_glass_box(data: Dataset) -> None:
    assert membership_attack(data, LIGHT, 1).auc < 0.56
    assert membership_attack(data, FoundingBoosting(1), 1).auc > 0.65


def test_importance__puts_what_matters_first_and_noise_at_the_floor(data: Dataset) -> None:
    train, (test, _) = with_noise(data, 1), invented(3_000, 5)
    model = LIGHT.fit(train, grouped_folds(train, 2, 1))
    found = permutation_importance(model, with_noise(test, 2), test.outcome, by_topic=False, draws=20)
    assert [f.name for f in found[:2]] == ["x0", "x1"]
    floor = next(f for f in found if f.name == NOISE)
    assert abs(floor.loss) < 0.01 < found[1].loss
    assert found[0].rank_lower == 1
    assert rank_coverage(found, found)[0] == 1.0
    assert rank_coverage(found, [replace(f, rank=len(found) + 1) for f in found])[0] == 0.0


@pytest.fixture
def run(data: Dataset) -> Iterator[Run]:
    folds = grouped_folds(data, 2, 1)
    model = LIGHT.fit(data, folds)
    nothing = Interval(0.0, 0.0, 0.0)
    yield Run(
        load_design("nhanes_phq9"),
        data,
        folds,
        {},
        {"glass_box": model},
        Choice("glass_box", nothing, nothing, "nl", "en"),
        data.hash(),
        "run1",
        100,
    )


def test_registry__keeps_bytes_refuses_changed_ones_and_promotes_only_with_a_name(
    run: Run, tmp_path: Path
) -> None:
    home = register(run, tmp_path, {"a": 1})
    model, manifest = load(home)
    assert np.array_equal(model.predict(run.data.values), run.fitted["glass_box"].predict(run.data.values))
    assert not list(home.glob("*.pkl"))
    with pytest.raises(DataProblem, match="not released"):
        promote(tmp_path, manifest["model_id"], "run1", approved_by=" ", failures=[])
    with pytest.raises(DataProblem, match="slope"):
        promote(tmp_path, manifest["model_id"], "run1", approved_by="A. Name", failures=["slope 0.5"])
    assert champion(tmp_path, manifest["model_id"]) is None
    promote(tmp_path, manifest["model_id"], "run1", approved_by="A. Name", failures=[])
    register(replace(run, run_id="run2"), tmp_path, {"a": 2})
    promote(tmp_path, manifest["model_id"], "run2", approved_by="A. Name", failures=[])
    roll_back(tmp_path, manifest["model_id"], approved_by="B. Name")
    held = champion(tmp_path, manifest["model_id"])
    assert held is not None
    assert held["run_id"] == "run1"
    file = home / "model_glass_box.json"
    file.write_bytes(file.read_bytes().replace(b"0", b"1", 1))
    with pytest.raises(DataProblem, match="was changed"):
        load(home)


def test_scoring__gives_what_the_model_gives_whatever_the_order_of_columns(run: Run) -> None:
    model, values = run.fitted["glass_box"], run.data.values
    arrays = {
        name: pa.array(values[:, i].astype(float), from_pandas=True) for i, name in enumerate(run.data.names)
    }
    batch = pa.record_batch({"key": pa.array(run.data.person), **dict(reversed(arrays.items()))})
    manifest = {"columns": [{"name": n} for n in run.data.names]}
    scored = list(score_batches(model, manifest, [batch.slice(0, 700), batch.slice(700)], keep=("key",)))
    assert np.allclose(
        np.concatenate([b.column("risk").to_numpy() for b in scored]), model.predict(values), atol=1e-6
    )
    with pytest.raises(DataProblem, match="do not fit"):
        list(score_batches(model, manifest, [batch.drop_columns(["x3"])]))
