"""What training came to: the models, their risks for people they had not seen, and the choice between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.base.dataset import Dataset
from ml.base.design import Design
from ml.estimators import Fitted
from ml.metrics import Interval

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Choice:
    """Which model a run puts forward, and why, in both languages."""

    model: str
    gain_over_glass_box: Interval
    gain_over_logistic: Interval
    reason_nl: str
    reason_en: str


@dataclass(frozen=True)
class Run:
    """Everything that a report is made from."""

    design: Design
    data: Dataset
    folds: NDArray[np.int64]
    held_out: dict[str, Floats]  # out-of-fold probabilities per model
    fitted: dict[str, Fitted]  # on all rows
    choice: Choice
    data_hash: str
    run_id: str
    minimum_rows: int
