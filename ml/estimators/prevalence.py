"""The model that knows nothing: everybody gets the share of events. What every other model must beat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.base.dataset import Dataset
from ml.estimators.base import Floats, Singles


@dataclass(frozen=True)
class FittedPrevalence:
    """One number."""

    share: float

    def predict(self, values: Singles) -> Floats:
        """The same probability for every row."""
        return np.full(len(values), self.share)

    def state(self) -> dict[str, Any]:
        """The number."""
        return {"kind": "prevalence", "share": self.share}


@dataclass(frozen=True)
class Prevalence:
    """Learns the weighted share of events."""

    def fit(self, data: Dataset, folds: NDArray[np.int64]) -> FittedPrevalence:
        """The share of events in the data."""
        return FittedPrevalence(float(np.average(data.outcome, weights=data.weight)))
