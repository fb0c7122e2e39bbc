"""Kinds of care and factors at the intake, as declared in `catalogue/care`: for trajectories, models, blocks and forms."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import Field, field_validator, model_validator

from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.catalogue.models import Entry
from datawerkplaats.catalogue.reading import read_declared, validated

_Declared = TypeVar("_Declared", bound=Entry)
FOLDER = PROJECT_ROOT / "catalogue"
END = "no_care"  # the kind that ends a trajectory
MOST = 24  # a camera tells no more blocks apart
Pattern = Literal["plain", "stripes", "dots", "waves", "grid"]
Topic = Literal[
    "school", "behaviour", "health", "parents", "safety", "household", "housing", "money", "network",
    "earlier_care",
]  # fmt: skip


class CareKind(Entry):
    """A kind of care: its words, the looks of its block, its product code and whether it is away from home."""

    id: str = Field(pattern=r"^[a-z_]+$")
    nl: str
    en: str
    colour: str
    pattern: Pattern
    product: str = Field("", pattern=r"^(\d\d[A-Z]\d\d)?$")
    away: bool = False


class CareKinds(Entry):
    """All kinds in the order of their tags."""

    colours: dict[str, str]
    kinds: tuple[CareKind, ...] = Field(max_length=MOST)

    @model_validator(mode="after")
    def _are_apart(self) -> CareKinds:
        """Every id, product, and colour with pattern is of one kind."""
        for what, values in {
            "id": [one.id for one in self.kinds],
            "product": [one.product for one in self.kinds if one.id != END],
            "colour and pattern": [f"{one.colour} {one.pattern}" for one in self.kinds],
        }.items():
            twice = next((value for value in values if values.count(value) > 1), None)
            if twice is not None:
                raise ValueError(f"{what} '{twice}' is given to two kinds of care")
        unknown = next((one.colour for one in self.kinds if one.colour not in self.colours), None)
        if unknown:
            raise ValueError(f"colour '{unknown}' is not declared")
        return self


class Factor(Entry):
    """One field at the intake. `sign` is the known direction of its effect, `choice` whether next steps are chosen with it."""

    id: str = Field(pattern=r"^[a-z_]+$")
    topic: Topic
    kind: Literal["yes_no", "level"]
    sign: Literal[-1, 0, 1]
    choice: bool = False
    nl: str
    en: str

    @property
    def most(self) -> int:
        """The highest answer as a number."""
        return 1 if self.kind == "yes_no" else 3


class Factors(Entry):
    """All fields."""

    factors: tuple[Factor, ...]

    @field_validator("factors")
    @classmethod
    def _once(cls, value: tuple[Factor, ...]) -> tuple[Factor, ...]:
        if len({one.id for one in value}) < len(value):
            raise ValueError("a factor is declared twice")
        return value


@cache
def care_kinds(catalogue_dir: Path = FOLDER) -> CareKinds:
    """The declared kinds of care.

    Raises:
        DataProblem: If there are too many, or two share what has to tell them apart.
    """
    return _read(CareKinds, "kinds.yml", catalogue_dir)


@cache
def care_factors(catalogue_dir: Path = FOLDER) -> tuple[Factor, ...]:
    """The declared fields of an intake.

    Raises:
        DataProblem: If one is not as it should be.
    """
    return _read(Factors, "factors.yml", catalogue_dir).factors


def _read(model: type[_Declared], name: str, catalogue_dir: Path) -> _Declared:
    content = read_declared(catalogue_dir / "care" / name, catalogue_dir, dict)
    return validated(model, content, f"care/{name}")
