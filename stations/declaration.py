"""What a joint table is: declared once, in `catalogue/joint/<id>.yml`, the same file at every partner."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue import Source
from datawerkplaats.catalogue.dimensions import Entry, Identifier, Text
from datawerkplaats.catalogue.partners import Micro, PublishedTable, band_ages
from datawerkplaats.catalogue.reading import read_declared, validated

FOLDER = "joint"


class JointMeasure(Entry):
    """One quantity that is added up over partners."""

    id: Identifier = Field(description="Measure code that indicators may read.")
    kind: Literal["count", "sum", "mean"] = Field(
        description="count: persons; sum: an amount per person; mean: the sum per person, made of the two after opening."
    )
    rate: Identifier | None = Field(
        None, description="Measure code of persons per 1,000 residents; beside a count."
    )
    column: str | None = Field(None, description="The amount in the delivery; for sum and mean.")
    most: int | None = Field(None, gt=0, description="The most that one person can have of it.")

    @model_validator(mode="after")
    def _complete(self) -> JointMeasure:
        wanted = self.kind != "count"
        if bool(self.column) != wanted or bool(self.most) != wanted or (wanted and self.rate):
            raise ValueError(
                "a sum or a mean needs column and most, and no rate; a count needs neither column nor most"
            )
        return self


class JointParties(Entry):
    """Who has to take part."""

    least: int = Field(
        3, ge=3, description="Fewest parties that bring data; with two, each would know the other's."
    )
    computing: bool = Field(
        False, description="Whether an independent party that brings no data computes along."
    )


class JointTable(Entry):
    """A table that partners compute together."""

    joint_id: Identifier = Field(description="The file's name.")
    title: Text = Field(description="What people see as its name.")
    delivery: Identifier = Field(description="Source whose declaration says how a partner's rows are read.")
    measures: list[JointMeasure] = Field(min_length=1, description="What is added up.")
    tables: list[PublishedTable] = Field(min_length=1, description="In which breakdowns.")
    years: list[int] = Field(min_length=1, description="The period that the agreement covers, year by year.")
    k: int = Field(10, ge=3, description="Fewest persons in a cell that is opened; 10 for care.")
    contributors: int = Field(3, ge=3, description="Fewest parties with a person in a cell that is opened.")
    group_share: float = Field(
        0.9, gt=0.5, le=1, description="A part with more than this share of its total is not opened."
    )
    most_in_cell: int = Field(
        200_000,
        gt=0,
        lt=2**27,
        description="More persons than this in one cell of one party is no plausible count.",
    )
    least_rows: int = Field(
        30, ge=0, description="Fewest persons that a party brings; with fewer it had better not take part."
    )
    parties: JointParties = Field(default_factory=JointParties, description="Who has to take part.")
    purpose: Text = Field(description="What the table is for.")
    legal_ground: Text = Field(description="On what ground the partners may process their records for it.")
    dpia: Text = Field(description="Where the joint data protection impact assessment is, and of which date.")
    agreed_until: date = Field(description="Last day on which a round may be run.")

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> JointTable:
        if sum(measure.kind == "count" for measure in self.measures) != 1:
            raise ValueError("measures needs one count: what is opened is decided by persons")
        names = [measure.id for measure in self.measures]
        if len(set(names)) != len(names):
            raise ValueError("measures: an id occurs twice")
        if len(set(self.years)) != len(self.years):
            raise ValueError("years: a year occurs twice")
        bands = sorted({band for table in self.tables for band in table.age_bands}, key=band_ages)
        if any(band_ages(a)[1] > band_ages(b)[0] for a, b in pairwise(bands)):
            raise ValueError(
                "tables: age bands of one joint table may not overlap; declare a second joint table"
            )
        return self

    @property
    def count(self) -> JointMeasure:
        """The measure that counts persons."""
        return next(measure for measure in self.measures if measure.kind == "count")

    @property
    def amounts(self) -> dict[str, int]:
        """Per column that is added up the most that one person can have of it."""
        return {measure.column: measure.most for measure in self.measures if measure.column and measure.most}

    def micro(self, source: Source) -> Micro:
        """How rows are read and counted here: as the source says, in the breakdowns of this table.

        Raises:
            DataProblem: `catalogue_field` if the source has no rows per person, or does not know a band or column.
        """
        name = f"catalogue/{FOLDER}/{self.joint_id}.yml"
        if source.micro is None:
            raise _wrong(name, "delivery", "a source with a row per person", self.delivery)
        unknown = sorted(set(self.amounts) - set(source.micro.amounts))
        if unknown:
            raise _wrong(
                name,
                "measures.column",
                f"an amount of {self.delivery}: {', '.join(source.micro.amounts)}",
                unknown[0],
            )
        content = source.micro.model_dump() | {
            "tables": [table.model_dump() for table in self.tables],
            "measures": {"count": self.count.id, "rate": self.count.rate},
            "weight": None,
            "answer": None,
        }
        return validated(Micro, content, name)


def _wrong(name: str, where: str, expected: str, found: str) -> DataProblem:
    return DataProblem(
        "catalogue_field",
        subject=name,
        where=where,
        expected=expected,
        found=found,
        remedy="correct the file at every partner: its content is part of the contract",
    )


def load_joint(folder: Path, joint_id: str) -> JointTable:
    """The declaration of one joint table.

    Args:
        folder: The catalogue's folder.
        joint_id: The name of its file.

    Raises:
        DataProblem: `catalogue_field`, one sentence with the file and the field.
    """
    path = folder / FOLDER / f"{joint_id}.yml"
    if not path.exists():
        known = ", ".join(sorted(p.stem for p in (folder / FOLDER).glob("*.yml"))) or "none"
        raise _wrong(
            f"catalogue/{FOLDER}/{joint_id}.yml", "file", f"one of the joint tables: {known}", joint_id
        )
    content = read_declared(path, folder, dict)
    if content.setdefault("joint_id", joint_id) != joint_id:
        raise _wrong(f"catalogue/{FOLDER}/{joint_id}.yml", "joint_id", joint_id, str(content["joint_id"]))
    return validated(JointTable, content, f"catalogue/{FOLDER}/{joint_id}.yml")


def joint_tables(folder: Path) -> dict[str, JointTable]:
    """All joint tables of a catalogue, by id."""
    return {path.stem: load_joint(folder, path.stem) for path in sorted((folder / FOLDER).glob("*.yml"))}
