"""A year of a partner that was published before and is published anew: looked at and attacked with all releases beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data_quality.auditor import Finding
from data_quality.auditor.chains import attack_chain
from data_quality.auditor.releases import CELL, Chain, Onlooker
from data_quality.partner_truth import Truth

# A new delivery of everything changes every cell a little: the smallest tell most.
_ATTACKED = 24
_PER = 1_000.0
_ANYBODY = (Onlooker("outsider"), Onlooker("who knows the size", size_known=True))


@dataclass(frozen=True)
class Year:
    """The counts of one source in one year, as they would be published, and as every earlier release had them.

    Attributes:
        year: Which year.
        cells: Keys, value (NaN where hidden), margin, rate, population and reasons, a row per cell.
        count: The true counts of these.
        earlier: The same of every earlier release, the oldest first; may be empty tables.
        above: Per area the one that it lies in.
        truths: The people behind the first and the last of these, where that was kept.
        rounding: What exact figures are rounded to.
    """

    year: int
    cells: pd.DataFrame
    count: pd.Series
    earlier: Sequence[pd.DataFrame]
    above: pd.Series
    truths: tuple[Truth | None, Truth | None] = (None, None)
    rounding: int = 1

    @property
    def is_corrected(self) -> bool:
        """Whether other people are counted than before, or other figures told.

        Told by a margin beside all figures (now or before), a figure that is another one than before, or one that was exact
        and is no longer right.
        """
        if not any(len(part) for part in self.earlier):
            return False
        told = self._beside_now()
        other = told["value_before"].notna() & told["value"].notna() & (told["value_before"] != told["value"])
        was_exact = told["value_before"].notna() & (told["margin"] == 0)
        wrong = was_exact & ((told["value_before"] - told["count"]).abs() > self.rounding - 1 + 1e-9)
        everywhere = any(
            len(part) and part.loc[part["value"].notna(), "margin"].min() > 0
            for part in (*self.earlier, self.cells)
        )
        return bool(everywhere or other.any() or wrong.any())

    def at_first_sight(self, threshold: float) -> Iterator[tuple[str, pd.DataFrame]]:
        """What needs no attack: figures beyond their margin, margins that tell where, small counts and small differences."""
        cells, shown = self.cells, self.cells["value"].notna()
        margin = float(cells["margin"].max())
        yield "not_what_was_counted", cells[shown & ((cells["value"] - self.count).abs() > margin + 1e-9)]
        yield "margins_differ", cells[shown & (cells["margin"] != margin)]
        yield "small_count", cells[shown & (cells["value"] > 0) & (cells["value"] < threshold)]
        yield "rate_tells_more", cells[cells["rate"].notna() & ~self._rate_repeats()]
        if cells.loc[~shown, "reasons"].nunique() > 1:
            yield "reason_reveals", cells[~shown].head(1)
        told = self._beside_now()
        step = (told["value"] - told["value_before"]).abs()
        yield (
            "small_difference",
            told[(step > 0) & (step < threshold)].drop_duplicates(CELL).assign(year=self.year),
        )

    def attack(self, truth: Truth, threshold: float) -> tuple[list[Finding], int]:
        """What the chain of releases gives away, to whom, and how many cells were attacked.

        Earlier counts are those of the people behind the release, or else known as far as they were shown exactly.
        """
        tables = [self._placed(part) for part in self.earlier if len(part)]
        tables = [table for i, table in enumerate(tables) if not i or not table.equals(tables[i - 1])]
        chain = Chain(
            [*tables, self._placed(self.cells)], truth.with_rest(self.year, self.cells["region_code"])
        )
        now = truth.counts(chain.cells.assign(year=self.year)).to_numpy(dtype=float)
        exact = [np.where(chain.margin[r] == 0, chain.value[r], np.nan) for r in range(len(tables))]
        findings: list[Finding] = []
        attacked = 0
        for base, then in dict(zip((0, len(exact) - 1), self.truths, strict=True)).items():
            if then is not None:
                exact[base] = then.counts(chain.cells.assign(year=self.year)).to_numpy(dtype=float)
            found, cells = attack_chain(
                chain, exact, now, [*_ANYBODY, *self._partners(chain, then, truth)], threshold,
                bases=[base], supposing=(False, True), most=_ATTACKED,
            )  # fmt: skip
            findings += found
            attacked += cells
        return findings, attacked

    def _partners(self, chain: Chain, then: Truth | None, now: Truth) -> Iterator[Onlooker]:
        """Each with its own people, before (where that is known) and now."""
        names = {*now.persons["partner"], *(then.persons["partner"] if then else ())} - {""}
        for name in sorted(map(str, names)):
            before = chain.atoms.known(then.of_partner(name, self.year)) if then else None
            yield Onlooker(name, before, chain.atoms.known(now.of_partner(name, self.year)))

    def _rate_repeats(self) -> pd.Series:
        """Whether the rate is made of the figure beside it: whole below 1,000 people, with one decimal above."""
        people = self.cells["population"]
        half = np.where(people < _PER, 0.5, 0.05)
        return (self.cells["rate"] - self.cells["value"] / people * _PER).abs() <= half + 1e-6

    def _beside_now(self) -> pd.DataFrame:
        before = pd.concat([part for part in self.earlier if len(part)])
        now = self.cells[[*CELL, "value"]].assign(count=self.count.to_numpy())
        return before.merge(now, on=CELL, suffixes=("_before", ""))

    def _placed(self, cells: pd.DataFrame) -> pd.DataFrame:
        placed = cells[[*CELL, "value", "margin"]].reset_index(drop=True)
        return placed.assign(parent_code=placed["region_code"].map(self.above).fillna(""))
