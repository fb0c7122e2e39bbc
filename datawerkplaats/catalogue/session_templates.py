"""Templates of sessions: what happens at the table in which order, and the phases of a series."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from datawerkplaats.catalogue.dimensions import Entry, Identifier, Text
from datawerkplaats.catalogue.reading import parsed, problem

LONGEST = 240


class Block(Entry):
    """One part of a session."""

    title: Text = Field(description="What it is called.")
    minutes: int = Field(ge=1, le=120, description="How long it takes.")
    ask: Text = Field(description="What the chair asks or does.")
    kind: Literal["open", "look", "use_case", "expertise", "dialogue", "agree"] = Field(
        "dialogue",
        description="What sort of work it is; a working session of a series has use_case, expertise and dialogue.",
    )
    lesson: Identifier | None = Field(
        None, description="Id of a lesson that fits, a file of catalogue/lessons."
    )


class Phase(Entry):
    """One session of a series."""

    phase_id: Identifier = Field(description="Name of the phase.")
    title: Text = Field(description="Name people see.")
    blocks: list[Block] = Field(min_length=1, description="What happens in it.")


class SessionTemplate(Entry):
    """A kind of session: an interpretation, assumptions of a model, a meeting around a school, a learning community."""

    template_id: Identifier = Field(description="The file's name.")
    aim: Text = Field(description="What it is for.")
    mind: Text | None = Field(None, description="What may not happen in it.")
    blocks: list[Block] = Field(default_factory=list, description="What happens in one session, in order.")
    phases: list[Phase] = Field(
        default_factory=list, description="The sessions of a series, in order, instead of blocks."
    )
    every_weeks: int = Field(4, ge=1, le=26, description="Weeks between two sessions of a series.")
    results: list[Identifier] = Field(
        default_factory=list,
        description="Pages that show results: once one was on the screen no assumption is added.",
    )

    @model_validator(mode="after")
    def _holds(self) -> SessionTemplate:
        if bool(self.blocks) == bool(self.phases):
            raise ValueError("a template has blocks, or phases with blocks, and not both")
        if len({phase.phase_id for phase in self.phases}) < len(self.phases):
            raise ValueError("a phase_id stands twice")
        for blocks in (self.blocks, *(phase.blocks for phase in self.phases)):
            if sum(block.minutes for block in blocks) > LONGEST:
                raise ValueError(f"a session takes at most {LONGEST} minutes")
        return self

    def blocks_of(self, phase_id: str = "") -> list[Block]:
        """What happens in a session: of a phase where it is one of a series."""
        return next((phase.blocks for phase in self.phases if phase.phase_id == phase_id), self.blocks)

    def lessons(self) -> Iterator[str]:
        """Every lesson that a block names."""
        for block in [*self.blocks, *(block for phase in self.phases for block in phase.blocks)]:
            if block.lesson is not None:
                yield block.lesson


def load_templates(catalogue_dir: Path) -> dict[str, SessionTemplate]:
    """The templates of a catalogue by id.

    Raises:
        DataProblem: Naming file and field.
    """
    paths = sorted((catalogue_dir / "sessions").glob("*.yml"))
    return {path.stem: _template(path, path.stat().st_mtime_ns) for path in paths}


@lru_cache(maxsize=32)
def _template(path: Path, _changed: int) -> SessionTemplate:
    return parsed(SessionTemplate, path, path.parents[1], {"template_id": path.stem})


def check_templates(catalogue_dir: Path, known: Collection[str], lessons: Collection[str]) -> None:
    """Every template is of a kind that sessions know, and the lessons that it names are there.

    Raises:
        DataProblem: Naming file and field.
    """
    for key, template in load_templates(catalogue_dir).items():
        file = f"catalogue/sessions/{key}.yml"
        if key not in known:
            raise problem(file, "template_id", f"one of {', '.join(known)}", key, "rename the file")
        for lesson in template.lessons():
            if lesson not in lessons:
                raise problem(
                    file, "blocks.lesson", "the id of a lesson", lesson, "name a file of catalogue/lessons"
                )
