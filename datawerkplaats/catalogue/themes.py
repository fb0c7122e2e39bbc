"""Themes: which figures take part in which role, what a theme opens with and when something stands out.

A theme is one file, with what grows larger in a folder beside it (`theme_files`). An indicator's own file knows of no theme: what
is an indicator here may be a determinant there. Read apart from the indicators, because pages need them when they are drawn;
`theme_checks` holds the two together.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import ConfigDict, Field, ValidationError, model_validator

from datawerkplaats.catalogue.dimensions import MARTS, Entry, Identifier, Mart, Text
from datawerkplaats.catalogue.reading import file_name, not_valid
from datawerkplaats.catalogue.theme_files import DEFAULTS, FOLDER, content_of, theme_problem, told_in

Column = Literal["component", "building_block"]
OTHER = "other"  # the place of a figure that no file gives one
# Filled in from `theme_defaults.yml` where a file leaves it out.
DEFAULT: dict[str, Any] = {"by_default": True}


class Rules(Entry):
    """When something stands out; the same for every area."""

    min_residents: int = Field(
        json_schema_extra=DEFAULT, ge=0, description="Residents under which an area is set apart."
    )
    min_areas: int = Field(
        json_schema_extra=DEFAULT, ge=2, description="Fewest areas among which a place says something."
    )
    min_figures: int = Field(json_schema_extra=DEFAULT, ge=2, description="Fewest figures of a pattern.")
    pattern_share: float = Field(
        json_schema_extra=DEFAULT, ge=0.5, lt=1, description="More than this share points the same way."
    )
    extreme_share: float = Field(
        json_schema_extra=DEFAULT, gt=0, le=0.5, description="Share of the areas that is called extreme."
    )
    modelled_parts: int = Field(
        json_schema_extra=DEFAULT, ge=2, le=3, description="In how many parts model estimates are placed."
    )
    min_size: float = Field(
        json_schema_extra=DEFAULT, ge=0, description="Smallest difference told, in spreads between areas."
    )
    most_alarms: int = Field(
        json_schema_extra=DEFAULT, ge=1, description="Most findings that are not good, told at once."
    )
    most_good: int = Field(
        json_schema_extra=DEFAULT, ge=0, description="Most findings that are good, told at once."
    )
    most_tiles: int = Field(json_schema_extra=DEFAULT, ge=1, description="Most figures on the first screen.")


class Phase(Entry):
    """One life phase, or care or circumstances: its figures in the order of their weight."""

    title: Text = Field(json_schema_extra=DEFAULT, description="What stands above its figures.")
    group: Text = Field(json_schema_extra=DEFAULT, description="The people, as in a sentence.")
    age: str | None = Field(None, description="Age band; without it the one that stands for the whole.")
    pattern: bool = Field(False, description="Its figures may be told as one.")
    lead: int = Field(1, ge=0, description="How many of its figures are tiles in any case.")
    figures: tuple[Identifier, ...] = Field(min_length=1, description="Ids of indicators.")


class Component(Entry):
    """A part of a framework, or a building block of such a part."""

    title: Text = Field(description="Name people see.")
    heading: Text | None = Field(None, description="What stands above its figures; the title without it.")
    parent: Identifier | None = Field(None, description="The component of which it is a building block.")
    figures: tuple[Identifier, ...] = Field((), description="Indicators that stand here.")


class Framework(Entry):
    """The model that gives every indicator of a theme its place."""

    title: Text = Field(json_schema_extra=DEFAULT, description="Name of the model, as in a sentence.")
    source: str = Field(
        min_length=10, json_schema_extra=DEFAULT, description="Who made it and where it is written down."
    )
    url: str | None = Field(None, description="Where it can be read.")
    columns: dict[Column, Identifier] = Field(
        default_factory=dict, description="Published columns that tell the place in this framework."
    )
    profile: tuple[Identifier, ...] = Field((), description="Components in the order of the profile.")
    components: dict[Identifier, Component] = Field(
        min_length=1, json_schema_extra=DEFAULT, description="By id, with their parents and indicators."
    )

    def component_of(self, place: str) -> str:
        """The component of a place, which may itself be one."""
        return self.components[place].parent or place

    def standing(self) -> Mapping[str, str]:
        """The place of every indicator that has one."""
        return {figure: place for place, part in self.components.items() for figure in part.figures}


class Roles(Entry):
    """Which figures take part, each in one role."""

    indicator: tuple[Identifier, ...] = Field(
        (), description="What the theme is about, beside what stands in the framework."
    )
    determinant: tuple[Identifier, ...] = Field((), description="What goes with the theme.")
    outcome: tuple[Identifier, ...] = Field((), description="What follows from it.")
    levels: dict[Identifier, Identifier] = Field(
        default_factory=dict, description="The level of a determinant whose own file tells none."
    )

    def named(self) -> Iterator[tuple[Mart, str]]:
        """Role and indicator of everything that takes part."""
        yield from (("indicator", indicator) for indicator in self.indicator)
        yield from (("determinant", indicator) for indicator in self.determinant)
        yield from (("outcome", indicator) for indicator in self.outcome)


class Hypothesis(Entry):
    """Why determinants might go with the theme."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    causes: tuple[Identifier, ...] = Field(alias="from", min_length=1, description="Ids of determinants.")
    expected: Literal["worse", "better"] = Field(description="What more of it is expected to go with.")
    evidence: Literal["persons", "framework", "expert"] = Field(description="How it is known.")
    source: str = Field(min_length=10, description="Where that can be read.")
    text: Text = Field(description="Why it might be so.")
    refuted_by: Text = Field(description="What would speak against it.")


class Explained(Entry):
    """A term of the theme for the glossary."""

    group: Literal["figures", "comparing", "association", "people", "handling"] = Field(
        description="Under which heading it stands."
    )
    term: Text = Field(description="The word.")
    text: Text = Field(description="What it means.")


class Place(NamedTuple):
    """Where a figure stands in a theme."""

    role: Mart
    component: str | None
    building_block: str | None


class Theme(Entry):
    """What a theme is called, which figures take part in it, and what it shows first."""

    theme_id: Identifier = Field(description="The file's name.")
    order: int = Field(100, ge=1, description="Place in the switch; the first is the theme pages open with.")
    title: Text = Field(description="Name of the theme.")
    product: Text = Field(
        json_schema_extra=DEFAULT, description="Name of the workplace when it shows this theme."
    )
    subject: Text = Field(
        json_schema_extra=DEFAULT, description="The theme as in a sentence: how is … doing."
    )
    care: Text | None = Field(
        None, description="Where people are referred to; without it there is no page on that."
    )
    missing: Text | None = Field(
        None, description="What the theme would show and no open source holds, for its first page."
    )
    headings: dict[Mart, Text] = Field(
        json_schema_extra=DEFAULT, description="What stands above the figures of each role."
    )
    framework: Framework = Field(json_schema_extra=DEFAULT, description="The model behind the theme.")
    roles: Roles = Field(
        json_schema_extra=DEFAULT,
        description="The figures that take part; what the headline set shows beside them has the role of its mart.",
    )
    rules: Rules = Field(json_schema_extra=DEFAULT, description="When something stands out.")
    phases: dict[Identifier, Phase] = Field(
        min_length=1, description="The headline set: by life phase, in the order of the page."
    )
    map: tuple[Identifier, ...] = Field(
        json_schema_extra=DEFAULT,
        description="Figures for the small map, the preferred one first; by default the first of every life phase.",
    )
    ages: tuple[str, ...] = Field(
        ("all", "18+", "18-64", "65+", "16-25"), description="Age bands, the one to open with first."
    )
    opens_with: tuple[Identifier, Identifier] | None = Field(
        None, description="The pair that is laid side by side at first."
    )
    ladders: tuple[Identifier, ...] = Field(
        (), json_schema_extra=DEFAULT, description="Ladders of deprivation, the preferred first."
    )
    models: tuple[Identifier, ...] = Field((), description="Risk models that belong to the theme.")
    hypotheses: dict[Identifier, Hypothesis] = Field(
        default_factory=dict, description="Why a determinant might go with the theme."
    )
    glossary: dict[Identifier, Explained] = Field(
        default_factory=dict, description="Terms of its own in the glossary."
    )
    synonyms: dict[str, tuple[Identifier, ...]] = Field(
        default_factory=dict, description="What people type, and the figures that are meant."
    )

    @model_validator(mode="after")
    def _has_every_heading(self) -> Theme:
        if absent := [mart for mart in MARTS if mart not in self.headings]:
            raise ValueError(f"headings needs a text for {absent[0]}")
        return self

    def figures(self) -> Iterator[tuple[str, str | None, str]]:
        """Phase, age band and indicator of every figure, in the order of the page."""
        for name, phase in self.phases.items():
            for indicator in phase.figures:
                yield name, phase.age, indicator

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """Where every figure that takes part stands; the level of a determinant only if its own file tells none."""
        found: dict[str, Place] = {}
        stands = self.framework.standing()
        for role, indicator in self.roles.named():
            place = stands.get(indicator) if role == "indicator" else None
            if place is None:
                found[indicator] = Place(role, self.roles.levels.get(indicator), None)
            else:
                component = self.framework.component_of(place)
                found[indicator] = Place(role, component, None if component == place else place)
        return found

    def components(self) -> tuple[str, ...]:
        """The components in the order of the profile, those that `profile` leaves out last."""
        whole = [key for key, part in self.framework.components.items() if part.parent is None]
        return tuple(dict.fromkeys((*self.framework.profile, *whole)))


def load_themes(folder: Path) -> dict[str, Theme]:
    """The themes of the catalogue in a folder, the one that pages open with first.

    Raises:
        DataProblem: Naming the file and the field that is not right.
    """
    return _themes(folder, _changed(folder))


def load_theme(folder: Path, name: str = "") -> Theme:
    """A theme by its id; the one that pages open with where there is none of that name.

    Raises:
        DataProblem: Naming the file and the field that is not right; or that there is no theme at all.
    """
    known = load_themes(folder)
    if not known:
        raise theme_problem(FOLDER, "file", "at least one theme", "nothing")
    return known.get(name) or next(iter(known.values()))


def _changed(folder: Path) -> tuple[tuple[str, int], ...]:
    """Every file that themes are read from, and the folders of the marts, with the time it last changed."""
    home = folder / FOLDER
    found: list[tuple[str, int]] = []
    with suppress(FileNotFoundError), os.scandir(home) as entries:
        for entry in entries:
            if entry.is_dir():
                with os.scandir(entry.path) as pieces:
                    found += [(piece.path, piece.stat().st_mtime_ns) for piece in pieces]
            else:
                found.append((entry.path, entry.stat().st_mtime_ns))
    for beside in (folder / DEFAULTS, *(folder / "indicators" / mart for mart in MARTS)):
        with suppress(FileNotFoundError):
            found.append((os.fspath(beside), beside.stat().st_mtime_ns))
    return tuple(sorted(found))


@lru_cache(8)
def _themes(folder: Path, _changed_at: tuple[tuple[str, int], ...]) -> dict[str, Theme]:
    home = folder / FOLDER
    for beside in sorted(path for path in home.glob("*") if path.is_dir()):
        if not beside.with_suffix(".yml").is_file():
            expected = f"{FOLDER}/{beside.name}.yml beside this folder"
            raise theme_problem(file_name(beside, folder), "file", expected, "nothing")
    found = [_theme(path, folder) for path in sorted(home.glob("*.yml"))]
    return {theme.theme_id: theme for theme in sorted(found, key=lambda theme: (theme.order, theme.theme_id))}


def _theme(path: Path, folder: Path) -> Theme:
    content = content_of(path, folder)
    try:
        return Theme.model_validate({**content, "theme_id": path.stem})
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        raise not_valid(error, told_in(folder, path.stem, where), Theme) from error
