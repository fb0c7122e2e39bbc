"""The questions, phases, values and scenario cards, as declared in `catalogue/governance`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from datawerkplaats.catalogue.models import Entry
from datawerkplaats.catalogue.reading import read_declared, validated
from datawerkplaats.workplace.people import Role

Phase = Literal["decide", "develop", "use"]
Value = Literal["inclusion", "joy_in_work", "privacy", "quality"]
EvidenceKind = Literal["automatic", "document", "person"]
Kind = Literal["area_model", "person_tool", "joint_computation", "release_rule"]
KINDS: tuple[Kind, ...] = ("area_model", "person_tool", "joint_computation", "release_rule")
PHASES: tuple[Phase, ...] = ("decide", "develop", "use")
_PHASE_OF: dict[str, Phase] = {"B": "decide", "O": "develop", "G": "use"}
_VALUE_OF: dict[str, Value] = {"INC": "inclusion", "WER": "joy_in_work", "PRI": "privacy", "KWA": "quality"}


class Words(Entry):
    """A text in both languages."""

    nl: str
    en: str


class ValueDeclared(Words):
    """One of the four values and what it asks."""

    asks: Words


class PhaseDeclared(Words):
    """One of the three phases and how long an answer in it is valid."""

    valid_days: int = Field(gt=0)


class Question(Entry):
    """One of the forty questions, or one that the house `added` to them."""

    question_id: str = Field(pattern=r"^[BOG]-(INC|WER|PRI|KWA)-\d$")
    nl: str
    en: str
    answered_by: tuple[Role, ...] = Field(min_length=1)
    evidence: tuple[EvidenceKind, ...] = Field(min_length=1)
    automatic: str = ""
    retired: bool = False
    applies_to: tuple[Kind, ...] = Field(KINDS, min_length=1)
    added: bool = False
    iama: tuple[Annotated[str, StringConstraints(pattern=r"^\d[AB]?\.\d\.\d$")], ...] = ()
    dpia: tuple[Annotated[int, Field(ge=1, le=17)], ...] = ()
    algoritmekader: tuple[Annotated[str, StringConstraints(pattern=r"^[a-z]{3}-\d\d$")], ...] = ()

    @model_validator(mode="after")
    def _names_its_finding(self) -> Question:
        if ("automatic" in self.evidence) != bool(self.automatic):
            raise ValueError("'automatic' names the finding that answers it, exactly where evidence says so")
        return self

    @property
    def phase(self) -> Phase:
        """The phase that its id says."""
        return _PHASE_OF[self.question_id[0]]

    @property
    def value(self) -> Value:
        """The value that its id says."""
        return _VALUE_OF[self.question_id[2:5]]


class Scenario(Entry):
    """A card that disturbs the conversation."""

    phase: Phase
    title: Words
    story: Words
    asks: Words


class WorldCafe(Entry):
    """How the world café goes: a table per value, a round per phase, and what is asked at the end."""

    tables: tuple[Value, ...] = Field(min_length=1)
    rounds: tuple[Phase, ...] = Field(min_length=1)
    minutes: int = Field(gt=0)
    questions_per_table: int = Field(gt=0)
    telling_minutes: int = Field(gt=0)
    evaluation: dict[str, Words] = Field(min_length=1)

    @model_validator(mode="after")
    def _holds_each_once(self) -> WorldCafe:
        if len(set(self.tables)) < len(self.tables) or len(set(self.rounds)) < len(self.rounds):
            raise ValueError("'tables' and 'rounds' name every value and every phase at most once")
        return self


class Exercise(Entry):
    """How often people practise with a scenario card."""

    every_days: int = Field(gt=0)


class Governance(Entry):
    """All that is declared about governance."""

    values: dict[Value, ValueDeclared]
    phases: dict[Phase, PhaseDeclared]
    questions: dict[str, Question]
    scenarios: dict[str, Scenario]
    world_cafe: WorldCafe
    exercise: Exercise

    def of_kind(self, kind: str) -> list[Question]:
        """The questions that are asked of a kind of system, in the order of the file."""
        return [one for one in self.questions.values() if kind in one.applies_to and not one.retired]

    def of_phase(self, phase: Phase, kind: str = "area_model") -> list[Question]:
        """The questions of a phase that are asked of a kind of system."""
        return [one for one in self.of_kind(kind) if one.phase == phase]

    def cell(self, phase: Phase, value: Value, kind: str = "area_model") -> list[Question]:
        """The questions of one of the twelve cells."""
        return [one for one in self.of_phase(phase, kind) if one.value == value]


@cache
def load(catalogue_dir: Path) -> Governance:
    """The declared governance.

    Raises:
        DataProblem: If a file is missing or a question has an id twice, an unknown phase, value or role.
    """
    content: dict[str, Any] = {}
    for name in ("questions.yml", "scenarios.yml"):
        content |= read_declared(catalogue_dir / "governance" / name, catalogue_dir, dict)
    asked = content.get("questions") or {}
    content["questions"] = {key: {"question_id": key, **(fields or {})} for key, fields in asked.items()}
    return validated(Governance, content, "governance/questions.yml")
