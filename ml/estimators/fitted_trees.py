"""Trained trees: what predicts, with what fills the gaps and the sum they begin from, written down without pickle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ml.base.odds import logit, sigmoid
from ml.estimators.additive import FittedAdditive
from ml.estimators.base import Floats, Singles
from ml.estimators.imputation import Imputer

if TYPE_CHECKING:
    import xgboost as xgb

BATCH = 50_000


@dataclass(frozen=True)
class FittedTrees:
    """A booster with its recalibration, what fills the gaps where it was taught on filled answers, and what it begins from."""

    booster: xgb.Booster
    about: dict[str, Any]
    shift: float = 0.0
    slope: float = 1.0
    threads: int = 1
    imputer: Imputer | None = None
    start: FittedAdditive | None = None

    def predict(self, values: Singles) -> Floats:
        """Calibrated probabilities."""
        self.booster.set_param({"nthread": self.threads})
        raw = self._raw(values)
        return (
            raw if (self.shift, self.slope) == (0.0, 1.0) else sigmoid(self.shift + self.slope * logit(raw))
        )

    def _raw(self, values: Singles) -> Floats:
        if self.start is None:
            return np.asarray(self.booster.inplace_predict(self.seen(values)), dtype=np.float64)
        out = np.empty(len(values))
        for first in range(0, len(values), BATCH):
            filled = self.start.imputer.transform(values[first : first + BATCH])
            begins = self.start.margin(filled).astype(np.float32)
            out[first : first + BATCH] = self.booster.inplace_predict(
                filled.astype(np.float32), base_margin=begins
            )
        return out

    def seen(self, values: Singles) -> Singles:
        """What the trees look at: the answers, with open questions filled."""
        imputer = self.imputer if self.start is None else self.start.imputer
        return values if imputer is None else imputer.transform(values).astype(np.float32)

    def state(self) -> dict[str, Any]:
        """The booster in its own JSON, its recalibration, and what comes before it."""
        raw = self.booster.save_raw("json").decode("utf-8")
        made = {**self.about, "kind": "trees", "booster": raw, "shift": self.shift, "slope": self.slope}
        if self.start is not None:
            return {**made, "start": self.start.state()}
        return made if self.imputer is None else {**made, "imputer": self.imputer.state()}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> FittedTrees:
        """The model that was written down."""
        import xgboost as xgb

        booster = xgb.Booster()
        booster.load_model(bytearray(state["booster"], "utf-8"))
        apart = ("booster", "shift", "slope", "imputer", "start")
        about = {k: v for k, v in state.items() if k not in apart}
        return cls(
            booster,
            about,
            state["shift"],
            state["slope"],
            imputer=Imputer.from_state(state["imputer"]) if "imputer" in state else None,
            start=FittedAdditive.from_state(state["start"]) if "start" in state else None,
        )
