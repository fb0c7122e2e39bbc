"""Events that may have moved figures: what happened, or was measured otherwise, in the country or a region, from which year on."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, TypeAdapter, ValidationError

from datawerkplaats.catalogue.dimensions import Entry, Identifier, Text
from datawerkplaats.catalogue.reading import file_name, not_valid, read_declared


class Event(Entry):
    """Something that may have moved figures from a year on."""

    year: int = Field(ge=1900, le=2100, description="First year in which it counts.")
    kind: Literal["event", "method"] = Field(description="Something happened, or it was measured otherwise.")
    title: Text = Field(description="Word beside the flag.")
    text: Text = Field(description="What happened, in a sentence.")
    figures: tuple[Identifier, ...] = Field((), description="Indicators it concerns; none given: all.")


def load_events(folder: Path) -> tuple[Event, ...]:
    """All events, oldest first, of every file in `events/`: those of the country and those of a region."""
    return _events(tuple(sorted((folder / "events").glob("*.yml"))), folder)


@lru_cache(8)
def _events(paths: tuple[Path, ...], folder: Path) -> tuple[Event, ...]:
    found = [event for path in paths for event in _events_in(path, folder).values()]
    return tuple(sorted(found, key=lambda event: (event.year, event.title.nl)))


def load_event_files(folder: Path) -> dict[str, dict[str, Event]]:
    """Per file the events it declares, by id.

    Raises:
        DataProblem: Naming the file and the field that is not right.
    """
    return {path.name: _events_in(path, folder) for path in sorted((folder / "events").glob("*.yml"))}


def _events_in(path: Path, folder: Path) -> dict[str, Event]:
    try:
        return TypeAdapter(dict[Identifier, Event]).validate_python(read_declared(path, folder, dict))
    except ValidationError as error:
        raise not_valid(error, file_name(path, folder)) from error
