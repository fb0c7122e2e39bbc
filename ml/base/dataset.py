"""The matrix that models see: features with their origin, the outcome, the groups that may not be split, and a hash."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["continuous", "ordinal", "binary", "count"]
Role = Literal["feature", "status", "proxy", "identifier", "design"]
Singles = NDArray[np.float32]


@dataclass(frozen=True)
class Column:
    """One feature: what kind of value, in which direction it can only act, and where and when it was known."""

    name: str
    kind: Kind
    sign: int = 0
    topic: str = ""
    variable: str = ""  # in the source
    wave_offset: int = 0  # 0 the index wave, -1 the wave before, +1 after: a leak
    role: Role = "feature"
    proxy_of: str = ""
    parents: tuple[str, ...] = ()  # variables (of the source) that a derived feature was computed from
    title_nl: str = ""
    title_en: str = ""


@dataclass(frozen=True)
class Dataset:
    """Rows are persons at an index moment. `outcome` is nan where it is not known."""

    columns: tuple[Column, ...]
    values: Singles
    outcome: Singles
    person: NDArray[np.str_]
    family: NDArray[np.str_]
    period: NDArray[np.str_]
    strata: dict[str, NDArray[np.str_]] = field(repr=False)
    weight: Singles = field(repr=False)
    target: str = ""
    source: str = ""
    synthetic: bool = True
    flow: tuple[tuple[str, int], ...] = ()  # how many rows were left after each step

    def __len__(self) -> int:
        return len(self.outcome)

    @property
    def names(self) -> tuple[str, ...]:
        """The feature names, in the order of the matrix."""
        return tuple(c.name for c in self.columns)

    @property
    def signs(self) -> NDArray[np.int64]:
        """The known directions, one per feature."""
        return np.array([c.sign for c in self.columns], dtype=np.int64)

    @property
    def events(self) -> int:
        """The number of rows with the outcome."""
        return int(np.nansum(self.outcome))

    def take(self, rows: NDArray[np.integer] | NDArray[np.bool_]) -> Dataset:
        """The same dataset with only these rows."""
        return replace(
            self, values=self.values[rows], outcome=self.outcome[rows], person=self.person[rows],
            family=self.family[rows], period=self.period[rows], weight=self.weight[rows],
            strata={name: values[rows] for name, values in self.strata.items()},
        )  # fmt: skip

    def labelled(self) -> Dataset:
        """Only the rows whose outcome is known."""
        return self.take(np.flatnonzero(~np.isnan(self.outcome)))

    def without(self, names: tuple[str, ...]) -> Dataset:
        """The same rows without some features."""
        keep = [i for i, c in enumerate(self.columns) if c.name not in names]
        return replace(
            self,
            columns=tuple(self.columns[i] for i in keep),
            values=np.ascontiguousarray(self.values[:, keep]),
        )

    def with_column(self, column: Column, values: NDArray[np.floating]) -> Dataset:
        """The same rows with one feature more."""
        added = np.column_stack([self.values, values.astype(np.float32)])
        return replace(self, columns=(*self.columns, column), values=added)

    def hash(self) -> str:
        """A digest of everything a model could learn from: equal hashes mean equal training data."""
        digest = hashlib.sha256()
        for column in self.columns:
            digest.update(f"{column.name}|{column.kind}|{column.sign}|{column.wave_offset}\n".encode())
        for array in (self.values, self.outcome, self.weight):
            digest.update(np.ascontiguousarray(array, dtype="<f4").tobytes())
        for texts in (self.person, self.family, self.period):
            digest.update("\n".join(texts.tolist()).encode())
        return digest.hexdigest()
