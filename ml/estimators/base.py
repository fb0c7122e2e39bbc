"""What a model can do here: learn from a dataset, give probabilities, and be written down without pickle."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ml.base.dataset import Dataset

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
# From here on a model can follow more than a panel of the usual size allows: more bends, deeper trees.
MANY_ROWS = 40_000


class Fitted(Protocol):
    """A trained model."""

    def predict(self, values: Singles) -> Floats:
        """The probability of the outcome for each row."""
        ...

    def state(self) -> dict[str, Any]:
        """Everything needed to predict the same again, as plain data."""
        ...


class Estimator(Protocol):
    """A way to train."""

    def fit(self, data: Dataset, folds: NDArray[np.int64]) -> Fitted:
        """A trained model; choices inside the training are made on `folds`, which keep families whole."""
        ...


def log_loss(outcome: Singles, probability: Floats, weight: Singles) -> float:
    """The weighted mean negative log likelihood."""
    p = np.clip(probability, 1e-9, 1 - 1e-9)
    return float(np.average(-(outcome * np.log(p) + (1 - outcome) * np.log(1 - p)), weights=weight))
