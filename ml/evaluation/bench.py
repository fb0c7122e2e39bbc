"""Cost of training and scoring, each beside the bare library call in the same process."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from ml.base.dataset import Dataset
from ml.base.splits import grouped_folds
from ml.estimators.boosting import LEARNING_RATE_FIXED, BoostedTrees
from ml.estimators.fitted_trees import FittedTrees
from ml.estimators.tree_search import DEFAULT
from ml.model.scoring import score_batches

BATCH = 100_000
REPEATS = 3


def _fastest(first: Callable[[], Any], second: Callable[[], Any]) -> tuple[float, float]:
    """The shortest of a few alternating runs of both, so that a busy machine hits them alike."""
    best = [np.inf, np.inf]
    for _ in range(REPEATS):
        for position, call in enumerate((first, second)):
            started = time.perf_counter()
            call()
            best[position] = min(best[position], time.perf_counter() - started)
    return best[0], best[1]


def train_against_bare(data: Dataset, rounds: int = 200) -> tuple[float, float]:
    """Seconds of a final fit here, and of the bare `xgb.train` on the same matrix with the same parameters."""
    import xgboost as xgb

    estimator = BoostedTrees(seed=1, rounds=rounds, filled=False)
    parameters = estimator.parameters(data.signs, DEFAULT, LEARNING_RATE_FIXED)
    folds = grouped_folds(data, 2, 1)

    def bare() -> None:
        matrix = xgb.QuantileDMatrix(data.values, data.outcome, weight=data.weight, max_bin=64, nthread=1)
        xgb.train(parameters, matrix, rounds)

    return _fastest(lambda: estimator.fit(data, folds), bare)


def residents(data: Dataset, rows: int, seed: int = 1) -> Iterator[pa.RecordBatch]:
    """Synthetic residents in Arrow batches, drawn from the rows of a dataset."""
    rng = np.random.default_rng([seed, 51])
    names = list(data.names)
    filled = np.where(np.isnan(data.values), np.nanmedian(data.values, axis=0), data.values).astype(
        np.float32
    )
    batch = filled[rng.integers(0, len(filled), min(BATCH, rows))]
    made = pa.record_batch(
        [pa.array(np.ascontiguousarray(batch[:, i])) for i in range(len(names))], names=names
    )
    for start in range(0, rows, BATCH):
        yield made.slice(0, min(BATCH, rows - start))


def score_against_bare(data: Dataset, model: FittedTrees, rows: int) -> tuple[float, float]:
    """Seconds to score so many residents from Arrow, and of the bare `inplace_predict` on ready matrices."""
    manifest = {"columns": [{"name": name} for name in data.names]}
    batches = list(residents(data, min(rows, BATCH)))
    matrix = np.column_stack([batches[0].column(i).to_numpy() for i in range(batches[0].num_columns)])
    times = max(1, rows // BATCH)

    def ours() -> None:
        for _ in score_batches(model, manifest, (batches[0] for _ in range(times))):
            pass

    def bare() -> None:
        for _ in range(times):
            model.booster.inplace_predict(matrix)

    return _fastest(ours, bare) if rows <= 2_000_000 else (_once(ours), _once(bare))


def _once(call: Callable[[], Any]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def peak_memory_mb() -> float:
    """The most memory this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
