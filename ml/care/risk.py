"""What became of a hundred young people with the same answers: a range, what weighed most, or silence with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ml.estimators.additive import FittedAdditive
from ml.estimators.base import Fitted
from ml.model.registry import model_from_state

MOST_UNKNOWN = 3
WIDEST = 0.25
LIMITS = (0.05, 0.95)  # of the resampled models, and the model itself inside
WEIGHING = 3
Silent = Literal["unknown", "outside", "wide"]


@dataclass(frozen=True)
class Assessment:
    """Per hundred: the range and the middle; or why nothing is said. `weighs` are fields with + or - before them."""

    low: int
    high: int
    middle: float
    weighs: tuple[str, ...]
    unknown: tuple[str, ...]
    silent: Silent | None = None


@dataclass(frozen=True)
class Form:
    """The form of at most twelve fields with the models behind it."""

    asked: tuple[str, ...]
    columns: tuple[str, ...]
    average: float
    ages: tuple[float, float]
    model: Fitted
    resampled: tuple[FittedAdditive, ...]
    synthetic: bool

    @classmethod
    def from_states(
        cls,
        form: Mapping[str, Any],
        model: dict[str, Any],
        resampled: list[dict[str, Any]],
        *,
        synthetic: bool,
    ) -> Form:
        """The form as it was registered."""
        return cls(
            tuple(form["asked"]), tuple(form["columns"]), float(form["average"]), (form["ages"][0], form["ages"][1]),
            model_from_state(model), tuple(FittedAdditive.from_state(one) for one in resampled), synthetic,
        )  # fmt: skip

    def assess(self, answers: Mapping[str, float]) -> Assessment:
        """What is told about these answers; a field that is absent is not known."""
        unknown = tuple(name for name in self.asked if name not in answers)
        row = np.array([[answers.get(name, np.nan) for name in self.columns]], dtype=np.float32)
        middle = float(self.model.predict(row)[0])
        spread = [float(model.predict(row)[0]) for model in self.resampled]
        low, high = (float(value) for value in np.quantile([*spread, middle], LIMITS))
        low, high = min(low, middle), max(high, middle)
        silent: Silent | None = None
        if len(unknown) > MOST_UNKNOWN:
            silent = "unknown"
        elif "age" in answers and not self.ages[0] <= answers["age"] <= self.ages[1]:
            silent = "outside"
        elif high - low > WIDEST:
            silent = "wide"
        if silent:
            return Assessment(0, 0, 0.0, (), unknown, silent)
        return Assessment(
            int(np.floor(100 * low)), int(np.ceil(100 * high)), middle, self._weighs(row), unknown
        )

    def _weighs(self, row: np.ndarray[Any, np.dtype[np.float32]]) -> tuple[str, ...]:
        """The fields that move the score most, against an answer that is not known."""
        rows = np.vstack([row, np.full_like(row, np.nan)])
        moved = np.mean(
            [(parts := model.contributions(rows))[0] - parts[1] for model in self.resampled], axis=0
        )
        order = np.argsort(-np.abs(moved))[:WEIGHING]
        return tuple(
            f"{'+' if moved[i] > 0 else '-'}{self.columns[i]}" for i in order if abs(moved[i]) > 0.05
        )
