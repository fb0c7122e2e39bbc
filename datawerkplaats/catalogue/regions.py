"""Regions: who a workplace is for, one file each: its members, its look, its partners and whom to ask.

Pages, report, public site and the service for programs read name and look from here. `datawerkplaats.regions.members` holds the
members against the geography, which this room does not know.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue.dimensions import Entry, Helpline, Identifier, Text
from datawerkplaats.catalogue.looks import Look, logo_as_address
from datawerkplaats.catalogue.reading import read_declared, validated
from datawerkplaats.catalogue.themes import load_themes

Level = Literal["province", "ggd_region", "corop", "gemeente"]
Comparator = Literal["country", "province", "ggd_region"]
Web = Annotated[str, StringConstraints(pattern=r"^https://[^\s\"'<>]+$")]
Mail = Annotated[str, StringConstraints(pattern=r"^[^\s@\"'<>?&]+@[^\s@\"'<>?&]+\.[a-z]+$")]
FOLDER = "regions"


class Members(Entry):
    """What a region consists of, each by its code or its name."""

    provinces: tuple[str, ...] = Field((), description="Provinces.")
    ggd_regions: tuple[str, ...] = Field((), description="GGD regions.")
    corop: tuple[str, ...] = Field((), description="COROP areas.")
    gemeenten: tuple[str, ...] = Field((), description="Gemeenten, as they are now.")

    def named(self) -> Iterator[tuple[Level, str]]:
        """Level and code or name of every member, in the order of the file."""
        yield from (("province", one) for one in self.provinces)
        yield from (("ggd_region", one) for one in self.ggd_regions)
        yield from (("corop", one) for one in self.corop)
        yield from (("gemeente", one) for one in self.gemeenten)


class Partner(Entry):
    """An organisation that takes part."""

    name: str = Field(min_length=1, description="Its name.")
    url: Web | None = Field(None, description="Where people read about it.")


class Contact(Entry):
    """Whom people ask."""

    name: str | None = Field(None, description="Organisation or person that answers.")
    mail: Mail | None = Field(None, description="Where readers report an error in a figure.")
    privacy: Mail | None = Field(None, description="Who answers questions on privacy.")
    accessibility: Web | None = Field(None, description="The accessibility statement.")


class Region(Entry):
    """A region: name, members, look, partners and contact."""

    region_id: Identifier = Field(description="The file's name.")
    name: str = Field(min_length=1, max_length=60, description="What people call it.")
    in_sentence: Text | None = Field(
        None, description="The name within a sentence, where it has an article there."
    )
    members: Members = Field(description="What it consists of; of one kind or more.")
    theme: Identifier | None = Field(
        None, description="The theme that pages open with; the first without it."
    )
    comparators: tuple[Comparator, ...] = Field(
        ("country", "province", "ggd_region"),
        min_length=1,
        description="What an area is laid beside, the one to open with first.",
    )
    partners: tuple[Partner, ...] = Field((), description="Who takes part.")
    deliveries: tuple[Identifier, ...] = Field(
        (), description="Sources with rows of persons that partners of this region deliver."
    )
    contact: Contact = Field(Contact(), description="Whom people ask.")
    helplines: dict[Identifier, Helpline] = Field(
        default_factory=dict, description="Help of the region's own, told in the footer of every page."
    )
    look: Look = Field(Look(), description="House style: colours as design tokens, and a logo.")

    def named(self, language: Literal["nl", "en"]) -> str:
        """The name as it stands in a sentence."""
        if self.in_sentence is None:
            return self.name
        return self.in_sentence.nl if language == "nl" else self.in_sentence.en

    @cached_property
    def spellings(self) -> frozenset[str]:
        """How it may be asked for, in small letters."""
        return frozenset((self.region_id, self.name.casefold()))


class Regions(Mapping[str, Region]):
    """All regions by id, as they were read at one time: equal to itself only, so that it can be the key of what follows from it."""

    def __init__(self, found: dict[str, Region]) -> None:
        """Take what was read."""
        self._found = found
        self._spelled = {spelling: region for region in found.values() for spelling in region.spellings}

    def __getitem__(self, key: str) -> Region:
        """A region by its id."""
        return self._found[key]

    def __iter__(self) -> Iterator[str]:
        """The ids."""
        return iter(self._found)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._found)

    __hash__ = object.__hash__
    __eq__ = object.__eq__

    def find(self, wanted: str) -> Region | None:
        """The region of an id or name, in any case; None where no file has it."""
        return self._spelled.get(wanted.strip().casefold())


def load_regions(folder: Path) -> Regions:
    """The regions of the catalogue in a folder, by id.

    Raises:
        DataProblem: Naming the file and the field that is not right, or that contradicts another.
    """
    found = []
    for place in (folder / FOLDER, folder / FOLDER / "logos"):
        with suppress(FileNotFoundError), os.scandir(place) as entries:
            found += [(entry.path, entry.stat().st_mtime_ns) for entry in entries if entry.is_file()]
    return _regions(folder, tuple(sorted(found)))


@lru_cache(8)
def _regions(folder: Path, paths: tuple[tuple[str, int], ...]) -> Regions:
    found: dict[str, Region] = {}
    by_name: dict[str, str] = {}
    themes = load_themes(folder)
    for path in (Path(path) for path, _ in paths if path.endswith(".yml")):
        name = file_of(path.stem)
        content = {**read_declared(path, folder, dict)}
        if (given := content.setdefault("region_id", path.stem)) != path.stem:
            raise region_problem(name, "region_id", path.stem, str(given))
        region = validated(Region, content, name)
        _check(region, name, themes)
        other = by_name.setdefault(region.name.casefold(), name)
        if other != name:
            raise region_problem(name, "name", "a name that no other region has", f"also in {other}")
        logo_as_address(folder / FOLDER, region.look.logo, name)
        found[region.region_id] = region
    return Regions(found)


def _check(region: Region, name: str, themes: Mapping[str, object]) -> None:
    counted = Counter((level, one.casefold()) for level, one in region.members.named())
    if not counted:
        raise region_problem(
            name, "members", "at least one province, GGD region, COROP area or gemeente", "none"
        )
    (level, one), times = counted.most_common(1)[0]
    if times > 1:
        raise region_problem(name, "members", "each member once", f"{one} ({level}) {times} times")
    if region.theme is not None and region.theme not in themes:
        raise region_problem(name, "theme", f"one of {', '.join(themes)}", region.theme)
    if len(set(region.comparators)) < len(region.comparators):
        raise region_problem(name, "comparators", "each comparison once", ", ".join(region.comparators))
    partners = Counter(partner.name.casefold() for partner in region.partners)
    if partners and partners.most_common(1)[0][1] > 1:
        raise region_problem(name, "partners", "each partner once", partners.most_common(1)[0][0])


def logo_of(folder: Path, region: Region | None) -> str | None:
    """The logo of a region as an address within a page; None without one."""
    if region is None or region.look.logo is None:
        return None
    return logo_as_address(folder / FOLDER, region.look.logo, file_of(region.region_id))


def file_of(region_id: str) -> str:
    """How the file of a region is called in a sentence."""
    return f"catalogue/{FOLDER}/{region_id}.yml"


def region_problem(name: str, field: str, expected: str, found: str, remedy: str = "") -> DataProblem:
    """A mistake in the file of a region, ready to be raised."""
    return DataProblem(
        "catalogue_field",
        subject=name,
        where=field,
        expected=expected,
        found=found,
        remedy=remedy or "correct the field; docs/eigen_regio.md tells them all",
    )
