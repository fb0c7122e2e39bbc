"""One figure with its goal, in the form of the benchmark lines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

Line = dict[str, Any]
# Choices between models were made in worlds 1-20, 101-110 and 201-210; figures are reported from these on, which nobody chose in.
FRESH = 301


def line(
    name: str,
    value: float,
    unit: str,
    *,
    compared_with: float | None = None,
    goal: str = "",
    met: bool | None = None,
) -> Line:
    """One figure."""
    ratio = None if compared_with in (None, 0) else value / float(compared_with)  # type: ignore[arg-type]
    return {
        "name": name,
        "value": round(float(value), 5),
        "unit": unit,
        "compared_with": compared_with,
        "ratio": ratio,
        "goal": goal,
        "met": met,
    }


def at_least(name: str, value: float, goal: float, unit: str, compared_with: float | None = None) -> Line:
    """A figure that must not be lower than its goal."""
    return line(name, value, unit, compared_with=compared_with, goal=f">= {goal}", met=bool(value >= goal))


def at_most(name: str, value: float, goal: float, unit: str, compared_with: float | None = None) -> Line:
    """A figure that must not be higher than its goal."""
    return line(name, value, unit, compared_with=compared_with, goal=f"<= {goal}", met=bool(value <= goal))


def between(name: str, value: float, low: float, high: float, unit: str) -> Line:
    """A figure that must lie between two limits."""
    return line(name, value, unit, goal=f"{low}..{high}", met=bool(low <= value <= high))


@dataclass(frozen=True)
class Sizes:
    """How much is computed."""

    people: int = 5_000
    seeds: int = 10
    worlds: int = 20
    leak_worlds: int = 3
    scored_rows: int = 1_000_000
    large: bool = False
    large_worlds: int = 10
    compared_worlds: int = 2  # of the large ones, those in which every model is trained
    first_seed: int = FRESH
    data: Path | None = None

    def worlds_from(self, most: int | None = None) -> range:
        """The seeds of the worlds to be judged in, at most so many."""
        return range(self.first_seed, self.first_seed + min(self.seeds, most or self.seeds))
