"""What a benchmark prints: one JSON line per figure, so that people and programs can compare two runs."""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured value beside what it is compared with.

    Args:
        name: The figure's name.
        value: What we reached.
        unit: Unit of the value.
        compared_with: What the ratio is taken against, in words with its value.
        ratio: Our value divided by the other's, taken in the same run; None for an absolute figure.
        goal: The goal in words, such as "ratio <= 0.25".
        met: Whether the goal holds.
    """

    name: str
    value: float
    unit: str
    compared_with: str
    ratio: float | None
    goal: str
    met: bool

    def print(self) -> None:
        """Prints the figure as one JSON line."""
        row = {k: round(v, 4) if isinstance(v, float) else v for k, v in self.__dict__.items()}
        print(json.dumps(row, ensure_ascii=False), flush=True)


def ratio_figure(name: str, ours: float, theirs: float, unit: str, other: str, goal: float) -> Figure:
    """A figure whose goal is a ratio to something measured in the same run."""
    ratio = ours / theirs
    return Figure(name, ours, unit, f"{other}: {theirs:.2f} {unit}", ratio, f"ratio <= {goal}", ratio <= goal)
