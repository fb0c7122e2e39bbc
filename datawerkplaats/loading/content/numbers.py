"""What is known of the long numbers in a column: whether one of them, or all of them, are those of citizens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from datawerkplaats.catalogue.identifiers import is_citizen_number

# From how many long numbers on their share tells, and which share: by chance it is 0.09.
FEWEST, SHARE = 5, 0.5
# Texts of a column that are remembered: those of a table of shares, not those of a register.
MOST_KNOWN = 2_000
# How many times larger than everything else in its column a single number has to be.
OUT_OF_PROPORTION = 100


@dataclass
class Numbers:
    """What is known of the long numbers in one column."""

    values: int = 0
    figures: int = 0
    long: int = 0
    passing: int = 0
    nines: int = 0
    first: tuple[str, int] = ("", 0)  # file and row of the first that passes
    largest: float = 0.0
    passed: list[tuple[float, str, int]] = field(default_factory=list)
    # Short figures, and words that say nothing: they keep coming back, and what was seen of them stays so.
    known_figures: set[str | None] = field(default_factory=lambda: {None})
    known_words: set[str | None] = field(default_factory=lambda: {None})

    def note(self, digits: str, subject: str, row: int) -> None:
        """Take a number of eight or nine digits."""
        self.long += 1
        value = float(digits)
        if is_citizen_number(digits):
            self.passing += 1
            self.nines += len(digits) == 9
            if self.passing == 1:
                self.first = (subject, row)
            if len(self.passed) < FEWEST:
                self.passed.append((value, subject, row))
        else:
            self.largest = max(self.largest, value)

    def place(self) -> tuple[str, int] | None:
        """File and row of what gives somebody away; None if nothing does."""
        if not self.passing:
            return None
        if self.long >= FEWEST:
            return self.first if self.passing >= SHARE * self.long else None
        if self.nines == self.long == self.values:  # in a table of a few rows: nothing but such numbers
            return self.first
        if self.figures < 0.5 * self.values:  # a column of words
            return self.first if self.nines else None
        others = self.values - self.long
        lone = len(self.passed) == self.long and others >= FEWEST
        if lone and min(value for value, _, _ in self.passed) > OUT_OF_PROPORTION * max(self.largest, 1):
            return self.first
        return None

    def takes_known(self, values: Sequence[Any]) -> bool:
        """Whether all values are known already; they are counted then."""
        are_figures = _are_among(self.known_figures, values)
        if not (are_figures or _are_among(self.known_words, values)):
            return False
        filled = len(values) - values.count(None)
        self.values += filled
        self.figures += filled if are_figures else 0
        return True

    def remember(self, texts: set[str], *, are_figures: bool) -> None:
        """Texts that need not be looked at again."""
        known = self.known_figures if are_figures else self.known_words
        if len(known) < MOST_KNOWN:
            known |= texts


def _are_among(known: set[str | None], values: Sequence[Any]) -> bool:
    try:
        return known.issuperset(values)
    except TypeError:  # lists and structures of a Parquet file
        return False
