"""What leaves the house: for every column of every published table, and every field of every published document, what it is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from datawerkplaats.catalogue.models import Entry
from datawerkplaats.catalogue.reading import read_declared, validated

FILE = "egress.yml"
Kind = Literal["count", "derived_from_counts", "estimate", "area_id", "catalogue_text"]
KINDS: tuple[Kind, ...] = ("count", "derived_from_counts", "estimate", "area_id", "catalogue_text")
# Where a table goes: the file that everybody reads, the file that needs a decision, both (small lists of names that make the
# second file readable by itself), or row by row after the source that its indicator comes from.
Place = Literal["figures", "predicted", "both", "by_indicator"]


class Fields(Entry):
    """The fields of a table or document, each under what it is."""

    count: tuple[str, ...] = Field((), description="A number of people, cells or rows.")
    derived_from_counts: tuple[str, ...] = Field(
        (), description="A share, rate, measure of fit: made of counts."
    )
    estimate: tuple[str, ...] = Field(
        (), description="What a model gives, and no count stands behind exactly."
    )
    area_id: tuple[str, ...] = Field((), description="Code or shape of an area.")
    catalogue_text: tuple[str, ...] = Field(
        (), description="Words, codes, dates and settings of the catalogue or the build; never from a row."
    )

    @model_validator(mode="after")
    def _each_once(self) -> Fields:
        names = [name for _, name in self.by_kind()]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)}: a field is one thing")
        return self

    def by_kind(self) -> Iterator[tuple[Kind, str]]:
        """Every field with its kind."""
        for kind in KINDS:
            for name in getattr(self, kind):
                yield kind, name

    @property
    def names(self) -> set[str]:
        """All fields."""
        return {name for _, name in self.by_kind()}


class TableDeclared(Fields):
    """A published table."""

    place: Place = "figures"
    persons: str = Field(
        "",
        description="Source of the persons that every row derives from; by_source where it differs per row: then the rows of "
        "sources with persons (person_level, survey) and of tables that partners compute together are meant.",
    )
    counts: Literal["people", "cells"] = Field(
        "people", description="What is counted in the columns under count."
    )
    counts_where_unit: dict[str, str] = Field(
        default_factory=dict,
        description="Columns that are counts of people where the indicator is in this unit.",
    )
    residents: tuple[str, ...] = Field(
        (), description="Columns under count that are residents: public, and not judged."
    )
    round_to: int = Field(1, ge=1, description="What counts of persons are multiples of.")
    decimals: dict[str, int] = Field(
        default_factory=dict,
        description="Most decimals of what derives from counts of persons, per column; '*' for all others.",
    )
    indicator: str = Field(
        "indicator_id", description="With place by_indicator: the column with the indicator."
    )

    @property
    def people(self) -> tuple[str, ...]:
        """The columns that count people who are not public."""
        return (
            tuple(name for name in self.count if name not in self.residents)
            if self.counts == "people"
            else ()
        )

    @model_validator(mode="after")
    def _persons_are_told_roughly(self) -> TableDeclared:
        if self.persons not in ("", "by_source") and self.derived_from_counts and not self.decimals:
            raise ValueError("decimals: tell how many are left of what derives from counts of persons")
        return self


class Egress(Entry):
    """All that is declared about what leaves the house."""

    predicted: dict[str, str] = Field(
        default_factory=dict,
        description="Source of predictions to the system in the register that decides about them.",
    )
    tables: dict[str, TableDeclared]
    documents: dict[str, Fields]

    def place_of(self, label: str) -> Place:
        """Where a table goes; what is not declared is stopped by the gate, and until then belongs to the closed file."""
        return self.tables[label].place if label in self.tables else "predicted"


@cache
def load_egress(catalogue_dir: Path) -> Egress:
    """The declarations of `catalogue/egress.yml`.

    Raises:
        DataProblem: `catalogue_field` if something in it is not right.
    """
    path = catalogue_dir / FILE
    return validated(Egress, read_declared(path, catalogue_dir, dict), path.name)
