"""What the members of a region are in the geography that is delivered, and what of them cannot be."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations
from typing import Any

from datawerkplaats.base.parquet import read_table
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue.dimensions import Area
from datawerkplaats.catalogue.models import Catalogue
from datawerkplaats.catalogue.regions import Level, Region, file_of, load_regions, region_problem
from datawerkplaats.regions.changes import (
    FICTIONAL,
    FIRST_VINTAGE,
    LAST_VINTAGE,
    REAL,
    Change,
    between,
    lives,
    read_changes,
)

Member = tuple[Level, str]
CLASSIFICATION = "cbs_regions_85067ned"
LEVELS: tuple[Level, ...] = ("province", "ggd_region", "corop", "gemeente")
_MAJORITY = (
    0.5  # of the residents of a gemeente that was divided: then it counts as a part of what it went to
)


@dataclass(frozen=True)
class Geography:
    """Which areas there are, by level and spelling, and in which of them each gemeente lies."""

    spellings: Mapping[Level, Mapping[str, tuple[str, ...]]]
    names: Mapping[Level, Mapping[str, str]]
    gemeenten: tuple[Mapping[Level, str], ...] = ()
    changes: tuple[Change, ...] = field(default=(), repr=False)

    def codes(self, level: Level, wanted: str) -> tuple[str, ...]:
        """The codes that a spelling stands for; more than one where areas share a name."""
        return self.spellings[level].get(wanted.strip().casefold(), ())

    def inside(self, members: Iterable[Member]) -> frozenset[str]:
        """The gemeenten of the classification in these areas."""
        wanted = set(members)
        return frozenset(
            row["gemeente"]
            for row in self.gemeenten
            if any((level, code) in wanted for level, code in row.items())
        )


def geography(settings: Settings, catalogue: Catalogue) -> Geography:
    """The delivered areas; none of any level where the classification is not delivered."""
    listed: dict[Level, Mapping[str, Area]] = {
        "province": catalogue.dimensions.provinces,
        "ggd_region": catalogue.dimensions.ggd_regions,
    }
    return geography_of(_delivered(settings), is_fictional=settings.source == "demo", listed=listed)


def geography_of(
    rows: Iterable[Mapping[str, Any]],
    *,
    is_fictional: bool,
    listed: Mapping[Level, Mapping[str, Area]] | None = None,
) -> Geography:
    """The areas in rows of a classification.

    Args:
        rows: A gemeente each, with `<level>_code` and `<level>_name` of it and of what it lies in, where known.
        is_fictional: Whether the gemeenten are made up, with changes of their own.
        listed: Areas with their spellings, where rows do not yet have the codes.
    """
    rows = list(rows)
    changes = tuple(read_changes(FICTIONAL if is_fictional else REAL))
    listed = listed or {}
    spellings: dict[Level, dict[str, dict[str, None]]] = {level: defaultdict(dict) for level in LEVELS}
    names: dict[Level, dict[str, str]] = {level: {} for level in LEVELS}
    placed: list[Mapping[Level, str]] = []

    def know(level: Level, code: str, *told: str) -> None:
        for spelling in (code, *told):
            spellings[level][spelling.casefold()][code] = None
            if level == "ggd_region":
                spellings[level][spelling.casefold().removeprefix("ggd ")][code] = None

    for row in rows:
        found: dict[Level, str] = {}
        for level in LEVELS:
            areas = listed.get(level, {})
            given = [str(row[key]).strip() for key in (f"{level}_code", f"{level}_name") if row.get(key)]
            code = next((known for text in given if (known := _canonical(areas).get(text.casefold()))), None)
            code = code or (given[0] if given else None)
            if code is None:
                continue
            area = areas.get(code)
            names[level].setdefault(code, area.name if area else given[-1])
            know(level, code, *given, *((area.name, *area.aliases) if area else ()))
            found[level] = code
        placed.append(found)
    if rows:
        for change in changes:
            for code, name in (
                (change.link.from_code, change.old_name),
                (change.link.to_code, change.new_name),
            ):
                know("gemeente", code, name)
                names["gemeente"].setdefault(code, name)
    return Geography(
        {level: {text: tuple(codes) for text, codes in known.items()} for level, known in spellings.items()},
        names,
        tuple(row for row in placed if "gemeente" in row),
        changes,
    )


def _canonical(areas: Mapping[str, Area]) -> dict[str, str]:
    return {
        text.casefold(): code for code, area in areas.items() for text in (code, area.name, *area.aliases)
    }


def members_of(region: Region, known: Geography) -> tuple[Member, ...]:
    """Level and code of every member; of a gemeente also what went to it, so that older years are of the same region.

    Raises:
        DataProblem: `catalogue_field` for a member that does not exist or ended, a name that two share, or a gemeente that
            lies in another member.
    """
    file = file_of(region.region_id)
    found: dict[Member, None] = {}
    for level, wanted in region.members.named():
        codes = _still_there(level, known.codes(level, wanted), known)
        if not codes:
            raise region_problem(file, "members", *_why_absent(level, wanted, known))
        if len(codes) > 1:
            raise region_problem(
                file, "members", "a code, as areas share this name", f"{wanted}: {', '.join(codes)}"
            )
        found[level, codes[0]] = None
    inside: dict[str, Member] = {}
    for member in found:
        for gemeente in known.inside([member]):
            other = inside.setdefault(gemeente, member)
            if other != member:
                name = known.names["gemeente"].get(gemeente, gemeente)
                twice = f"{name} lies in {_told(other, known)} and in {_told(member, known)}"
                raise region_problem(file, "members", "each gemeente once", twice)
    now = {code for level, code in found if level == "gemeente"}
    return (*found, *(("gemeente", code) for code in sorted(_became(now, known.changes) - now)))


def _told(member: Member, known: Geography) -> str:
    return known.names[member[0]].get(member[1], member[1])


def _still_there(level: Level, codes: tuple[str, ...], known: Geography) -> tuple[str, ...]:
    if level != "gemeente":
        return codes
    life = lives(known.changes)
    return tuple(code for code in codes if code not in life or life[code].last is None)


def _why_absent(level: Level, wanted: str, known: Geography) -> tuple[str, str, str]:
    """What was expected, what was found and what to do."""
    words = {
        "province": "province",
        "ggd_region": "GGD region",
        "corop": "COROP area",
        "gemeente": "gemeente",
    }
    for code in known.codes(level, wanted):  # an ended gemeente: all else would have been found
        after = sorted(
            {c.new_name for c in known.changes if c.link.from_code == code and c.link.to_code != code}
        )
        last = lives(known.changes)[code].last
        return (
            "gemeenten as they are now",
            f"{wanted}, which ended after {last}",
            f"name what it became: {', '.join(after)}",
        )
    asked = wanted.casefold()
    longer = [text for text in known.spellings[level] if text.startswith(f"{asked} (")]  # as in 'Bergen (L.)'
    near = longer or difflib.get_close_matches(asked, list(known.spellings[level]), n=1, cutoff=0.5)
    return (
        f"a {words[level]} in the data, by code or name",
        wanted,
        f"did you mean {' or '.join(near)}?"
        if near
        else "look the code up on the page with areas, or in CBS's table",
    )


def _became(gemeenten: set[str], changes: tuple[Change, ...]) -> set[str]:
    """These gemeenten and all of earlier years that went to them for the larger part."""
    known = lives(changes)
    if gemeenten.isdisjoint(known):
        return set(gemeenten)
    found = set(gemeenten)
    shares = dict.fromkeys(gemeenten, 1.0)
    for vintage in reversed(range(FIRST_VINTAGE, LAST_VINTAGE)):
        before: dict[str, float] = defaultdict(float)
        for link in between(list(changes), vintage, vintage + 1).links:
            before[link.from_code] += link.weight * shares.get(link.to_code, 0.0)
        shares = {**dict.fromkeys(gemeenten - set(known), 1.0), **before}
        found |= {code for code, share in before.items() if share > _MAJORITY}
    return found


def check_regions(settings: Settings, catalogue: Catalogue) -> int:
    """How many regions are declared, after all that are in the data were held against it and against each other.

    Raises:
        DataProblem: `catalogue_field` naming file and field.
    """
    regions = load_regions(settings.catalogue_dir)
    for region in regions.values():
        for source in region.deliveries:
            if source not in catalogue.sources or catalogue.sources[source].micro is None:
                raise region_problem(
                    file_of(region.region_id), "deliveries", "ids of sources with rows of persons", source
                )
    known = geography(settings, catalogue)
    delivering = [
        (region, known.inside(members_of(region, known)))
        for region in _in_data(regions.values(), known)
        if region.deliveries
    ]
    for (one, here), (other, there) in combinations(delivering, 2):
        shared = sorted(set(one.deliveries) & set(other.deliveries))
        both = sorted(here & there)
        # Two counts of overlapping groups tell, by their difference, of the few in between.
        if shared and both and here != there:
            names = ", ".join(known.names["gemeente"].get(code, code) for code in both[:3])
            raise region_problem(
                file_of(other.region_id),
                "deliveries",
                f"no gemeenten of {file_of(one.region_id)}, which publishes {shared[0]} too",
                f"both have {names}" + (f" and {len(both) - 3} more" if len(both) > 3 else ""),
                "let one of the two publish this delivery, or let them have the same members",
            )
    return len(regions)


def _in_data(regions: Iterable[Region], known: Geography) -> Iterator[Region]:
    """The regions of which all larger members are delivered; one that is not is looked at when it is chosen."""
    for region in regions:
        if known.gemeenten and all(
            known.codes(level, wanted) for level, wanted in region.members.named() if level != "gemeente"
        ):
            yield region


def _delivered(settings: Settings) -> list[dict[str, Any]]:
    path = settings.inputs_dir / CLASSIFICATION / "data.parquet"
    return _rows(str(path), path.stat().st_mtime_ns) if path.exists() else []


@cache
def _rows(path: str, _changed: int) -> list[dict[str, Any]]:
    table = read_table(path)
    wanted = [f"{level}_{part}" for level in LEVELS for part in ("code", "name")]
    return list(table.select([name for name in wanted if name in table.column_names]).to_pylist())
