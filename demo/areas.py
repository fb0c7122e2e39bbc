"""The order in which a StatLine table lists areas: the country, then per gemeente itself, its wijken and
their buurten.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from demo import names
from demo.classification import Vintage
from demo.geography import Geography
from demo.tessellation import Floats, Ints


@dataclass(frozen=True)
class AreaList:
    """All areas of one vintage as StatLine lists them, and how to add up buurten to them."""

    geography: Geography
    vintage: Vintage
    country_code: str

    @cached_property
    def order(self) -> list[tuple[str, int]]:
        """(level, position within the level) per row; the country comes first."""
        rows: list[tuple[str, int]] = [("country", 0)]
        wijken, buurten = self.vintage.wijken, self.vintage.buurten
        for g in range(len(self.vintage.gemeenten.codes)):
            rows.append(("gemeente", g))
            for w in np.flatnonzero(wijken.gemeente == g):
                rows.append(("wijk", int(w)))
                rows += [("buurt", int(b)) for b in np.flatnonzero(buurten.wijk == w)]
        return rows

    def _pick(self, country: str, gemeente: list[str], wijk: list[str], buurt: list[str]) -> list[str]:
        by_level = {"country": [country], "gemeente": gemeente, "wijk": wijk, "buurt": buurt}
        return [by_level[level][position] for level, position in self.order]

    @cached_property
    def codes(self) -> list[str]:
        """Code per row, not padded."""
        v = self.vintage
        return self._pick(self.country_code, v.gemeenten.codes, v.wijken.codes, v.buurten.codes)

    @cached_property
    def titles(self) -> list[str]:
        """Name per row."""
        v = self.vintage
        return self._pick(names.COUNTRY, v.gemeenten.names, v.wijken.names, v.buurten.names)

    @cached_property
    def gemeente_names(self) -> list[str]:
        """Name of the gemeente per row (the country's own name in the first)."""
        gm = self.vintage.gemeenten.names
        wijk = [gm[g] for g in self.vintage.wijken.gemeente]
        buurt = [gm[g] for g in self.vintage.buurten.gemeente]
        return self._pick(names.COUNTRY, gm, wijk, buurt)

    @cached_property
    def kinds(self) -> list[str]:
        """Kind of area per row, as StatLine writes it."""
        word = {"country": "Land", "gemeente": "Gemeente", "wijk": "Wijk", "buurt": "Buurt"}
        return [word[level] for level, _ in self.order]

    @cached_property
    def small(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Whether a row is a wijk or a buurt."""
        return np.array([level in ("wijk", "buurt") for level, _ in self.order])

    @cached_property
    def _offsets(self) -> Ints:
        gm, wk = len(self.vintage.gemeenten.codes), len(self.vintage.wijken.codes)
        start = {"country": 0, "gemeente": 1, "wijk": 1 + gm, "buurt": 1 + gm + wk}
        return np.array([start[level] + position for level, position in self.order])

    def add_up(self, per_buurt: Floats) -> Floats:
        """Sums per row; the first row is the sum of the province."""
        values = per_buurt[self.vintage.buurt_order]
        gemeente = np.bincount(self.vintage.buurten.gemeente, weights=values)
        wijk = np.bincount(self.vintage.buurten.wijk, weights=values)
        return np.asarray(np.concatenate([[values.sum()], gemeente, wijk, values])[self._offsets])

    def average(self, per_buurt: Floats, weight: Ints) -> Floats:
        """Weighted means per row (not a number where nobody lives); the first row is the mean of the
        province.
        """
        total = self.add_up(weight.astype(float))
        return np.asarray(self.add_up(per_buurt * weight) / np.where(total > 0, total, np.nan))
