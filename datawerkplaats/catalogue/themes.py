"""Themes and events: which figures a theme opens with and when something stands out, and what may have moved a figure.

Read apart from the indicators, because pages need them when they are drawn and nothing in the warehouse is made of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeVar

import yaml
from pydantic import Field, TypeAdapter, ValidationError

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue.dimensions import Entry, Identifier, Text

Read = TypeVar("Read")


class Rules(Entry):
    """When something stands out; the same for every area."""

    min_residents: int = Field(ge=0, description="Residents under which an area is set apart.")
    min_areas: int = Field(ge=2, description="Fewest areas among which a place says something.")
    min_figures: int = Field(ge=2, description="Fewest figures of a pattern.")
    pattern_share: float = Field(ge=0.5, lt=1, description="More than this share points the same way.")
    extreme_share: float = Field(gt=0, le=0.5, description="Share of the areas that is called extreme.")
    modelled_parts: int = Field(ge=2, le=3, description="In how many parts model estimates are placed.")
    min_size: float = Field(ge=0, description="Smallest difference told, in spreads between areas.")
    most_alarms: int = Field(ge=1, description="Most findings that are not good, told at once.")
    most_good: int = Field(ge=0, description="Most findings that are good, told at once.")
    most_tiles: int = Field(ge=1, description="Most figures on the first screen.")


class Phase(Entry):
    """One life phase, or care or circumstances: its figures in the order of their weight."""

    title: Text = Field(description="What stands above its figures.")
    group: Text = Field(description="The people, as in a sentence.")
    age: str | None = Field(None, description="Age band; without it the one that stands for the whole.")
    pattern: bool = Field(False, description="Its figures may be told as one.")
    lead: int = Field(1, ge=0, description="How many of its figures are tiles in any case.")
    figures: tuple[Identifier, ...] = Field(min_length=1, description="Ids of indicators.")


class Theme(Entry):
    """What a theme shows first."""

    title: Text = Field(description="Name of the theme.")
    rules: Rules = Field(description="When something stands out.")
    phases: dict[Identifier, Phase] = Field(description="By id, in the order of the page.")
    map: tuple[Identifier, ...] = Field(description="Figures for the small map, the preferred one first.")
    synonyms: dict[str, tuple[Identifier, ...]] = Field(
        default_factory=dict, description="What people type, and the figures that are meant."
    )

    def figures(self) -> Iterator[tuple[str, str | None, str]]:
        """Phase, age band and indicator of every figure, in the order of the page."""
        for name, phase in self.phases.items():
            for indicator in phase.figures:
                yield name, phase.age, indicator


class Event(Entry):
    """Something that may have moved figures from a year on."""

    year: int = Field(ge=1900, le=2100, description="First year in which it counts.")
    kind: Literal["event", "method"] = Field(description="Something happened, or it was measured otherwise.")
    title: Text = Field(description="Word beside the flag.")
    text: Text = Field(description="What happened, in a sentence.")
    figures: tuple[Identifier, ...] = Field((), description="Indicators it concerns; none given: all.")


def load_theme(folder: Path, name: str = "mental_health") -> Theme:
    """A theme of the catalogue in a folder.

    Raises:
        DataProblem: Naming the file and the field that is not right.
    """
    return _theme(folder / "themes" / f"{name}.yml")


@lru_cache(8)
def _theme(path: Path) -> Theme:
    return _read(path, TypeAdapter(Theme))


def load_events(folder: Path) -> tuple[Event, ...]:
    """All events, oldest first, of every file in `events/`: those of the country and those of a region."""
    return _events(tuple(sorted((folder / "events").glob("*.yml"))))


@lru_cache(8)
def _events(paths: tuple[Path, ...]) -> tuple[Event, ...]:
    adapter = TypeAdapter(dict[Identifier, Event])
    found = [event for path in paths for event in _read(path, adapter).values()]
    return tuple(sorted(found, key=lambda event: (event.year, event.title.nl)))


def check_themes(folder: Path, indicators: Collection[str]) -> None:
    """Every figure that a theme or an event names exists, and none stands twice in a phase.

    Raises:
        DataProblem: Naming the file and the field.
    """
    for path in sorted((folder / "themes").glob("*.yml")):
        theme = _read(path, TypeAdapter(Theme))
        named = [(f"phases.{phase}.figures", figure) for phase, _, figure in theme.figures()]
        named += [("map", figure) for figure in theme.map]
        named += [(f"synonyms.{word}", figure) for word, ids in theme.synonyms.items() for figure in ids]
        _check(f"themes/{path.name}", named, indicators)
        for name, phase in theme.phases.items():
            twice = [figure for figure in phase.figures if phase.figures.count(figure) > 1]
            if twice:
                raise _problem(f"themes/{path.name}", f"phases.{name}.figures", "each figure once", twice[0])
    for path in sorted((folder / "events").glob("*.yml")):
        events = _read(path, TypeAdapter(dict[Identifier, Event]))
        named = [(f"{key}.figures", figure) for key, event in events.items() for figure in event.figures]
        _check(f"events/{path.name}", named, indicators)


def _check(name: str, named: list[tuple[str, str]], indicators: Collection[str]) -> None:
    for field, figure in named:
        if figure not in indicators:
            raise _problem(name, field, "the id of an indicator", figure)


def _read(path: Path, adapter: TypeAdapter[Read]) -> Read:
    name = f"{path.parent.name}/{path.name}"
    try:
        return adapter.validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "file"
        raise _problem(name, where, first["msg"], repr(first["input"])[:80]) from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise _problem(name, "file", "a readable file of declarations", type(error).__name__) from error


def _problem(name: str, field: str, expected: str, found: str) -> DataProblem:
    return DataProblem(
        "catalogue_field",
        subject=name,
        where=field,
        expected=expected,
        found=found,
        remedy="correct the field; datawerkplaats/catalogue/themes.py tells them all",
    )
