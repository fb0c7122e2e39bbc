"""What the parts of the evaluation yield, and how much is computed. The goals stand with the proofs, in tests/proofs/parts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

# Name, value, and what it is compared with in the same worlds.
Figure = tuple[str, float, float | None]
# Choices between models were made in worlds 1-20, 101-110 and 201-210; figures are reported from these on, which nobody chose in.
FRESH = 301


@dataclass(frozen=True)
class Sizes:
    """How much is computed."""

    people: int = 5_000
    seeds: int = 10
    worlds: int = 20
    leak_worlds: int = 3
    scored_rows: int = 1_000_000
    compared_worlds: int = 2  # those in which every model is trained, where that is dear
    first_seed: int = FRESH
    data: Path | None = None

    def worlds_from(self, most: int | None = None) -> range:
        """The seeds of the worlds to be judged in, at most so many."""
        return range(self.first_seed, self.first_seed + min(self.seeds, most or self.seeds))
