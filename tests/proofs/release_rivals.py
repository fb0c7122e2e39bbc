"""Other ways to publish a correction, to hold the house's against: as it was done before, not at all, and noise per cell."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.partners.history import Released
from tests.proofs.release_worlds import Place, Publisher, truth


@dataclass
class Exact(Publisher):
    """Every correction as it is, hidden together with what earlier releases showed: the house's way until now."""

    last: pd.DataFrame = field(default_factory=pd.DataFrame)

    def publish(self, place: Place) -> pd.DataFrame:
        """The exact table; where that cannot be protected, the earlier one."""
        self.said = Released(self.said.shown, self.said.latest)  # nobody remembers of which rows
        with suppress(DataProblem):
            self.last = super().publish(place)
        return self.last


@dataclass
class Held(Exact):
    """The first release for ever."""

    def publish(self, place: Place) -> pd.DataFrame:
        """What was published first."""
        return self.last if len(self.last) else super().publish(place)


@dataclass
class CellKey(Publisher):
    """Noise per cell from the first release on, drawn anew when a cell's people change; small counts hidden.

    The key of a cell is a hash of its name and people, so that the same people give the same noise.
    """

    reach: int = 5

    def publish(self, place: Place) -> pd.DataFrame:
        """Every count give or take at most `reach`."""
        table = super().publish(place).assign(margin=0.0)
        (one,) = place.counted()
        counts = truth(one, table)
        least = place.micro.rule.threshold
        people = [
            one.cells[key].tobytes()
            for key in zip(table["region_code"], table["age_band"], table["sex"], strict=True)
        ]
        noise = [self._noise(f"{key}".encode() + told) for key, told in zip(table.index, people, strict=True)]
        value = np.where(counts < least, np.nan, np.maximum(counts + noise, float(least)))
        return table.assign(value=value, margin=float(self.reach))

    def _noise(self, cell: bytes) -> int:
        drawn = hashlib.blake2b(cell, key=self.secret[:32], digest_size=4).digest()
        return int.from_bytes(drawn, "big") % (2 * self.reach + 1) - self.reach
