"""What publications have already said of partners' cells: kept in private beside the vault, cell by cell and in order, so
that a new release never contradicts or completes an old one, also when the old one's file is cleared away.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from datawerkplaats.base.duckdb import connect_read_only, literal
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.files import write_text
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.partners.vault import private_files
from datawerkplaats.publication.store import Publication, load, recovered_pointer
from datawerkplaats.publication.verify import verify_bytes

_FILE = "released.json"
_VERSION = 2
# source, year, area, age band, sex
CellKey = tuple[str, int, str, str, str]
# area, age band, sex, partner, and how many there are of these
People = list[tuple[str, str, str, str, int]]


@dataclass(frozen=True)
class Told:
    """What one publication said of a cell: count or share with the bounds beside it; all None where it was hidden."""

    value: float | None
    lower: float | None = None
    upper: float | None = None
    denominator: float | None = None


@dataclass(frozen=True)
class Released:
    """Per cell every figure that any publication has shown of it; an empty list where it was only ever hidden.

    Attributes:
        shown: The figures, each once, the earliest first.
        latest: What was last shown of a cell, where anything was.
        contents: Per source and year of which private rows (a hash each) publications were made, the first one first, as
            far as known.
        people: Of those rows how many there were of each kind, where that is still kept: the first and the last.
    """

    shown: dict[CellKey, list[float]]
    latest: dict[CellKey, Told] = field(default_factory=dict)
    contents: dict[tuple[str, int], list[str]] = field(default_factory=dict)
    people: dict[tuple[str, int, str], People] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Changes when a publication has said something new."""
        return hashlib.sha256(repr(sorted(self.shown.items())).encode()).hexdigest()[:16]

    def was_hidden(self, key: CellKey) -> bool:
        """Whether every publication that has the cell hid it."""
        return key in self.shown and not self.shown[key]

    def was_beside(self, key: CellKey) -> bool:
        """Whether a count was last told give or take a margin: of a year that was not corrected, beside a small one."""
        told = self.latest.get(key)
        return told is not None and told.upper is not None

    def has_shown(self, key: CellKey, value: float | None = None) -> bool:
        """Whether a publication has shown this very figure, or any figure where none is given."""
        figures = self.shown.get(key, [])
        return bool(figures) if value is None else any(math.isclose(value, figure) for figure in figures)

    def is_corrected(self, source_id: str, year: int, content: str) -> bool:
        """Whether a publication of this year was made of other rows than these."""
        return bool(set(self.contents.get((source_id, year), ())) - {content})


@dataclass
class _Book:
    """The file: publications in order, what each said of a cell where that was new, and the rows behind each."""

    publications: list[str] = field(default_factory=list)
    cells: dict[CellKey, list[tuple[int, Told]]] = field(default_factory=dict)
    contents: dict[tuple[str, int], list[str]] = field(default_factory=dict)

    def add(self, publication_id: str, cells: list[tuple[CellKey, Told]]) -> None:
        """Note one more publication; only what differs from what was last said takes room."""
        place = len(self.publications)
        self.publications.append(publication_id)
        for key, told in cells:
            before = self.cells.setdefault(key, [])
            if not before or before[-1][1] != told:
                before.append((place, told))

    def note(self, source_id: str, by_year: Mapping[str, str]) -> None:
        """Note of which rows a publication was made, where that was not so already."""
        for year, content in by_year.items():
            made_of = self.contents.setdefault((source_id, int(year)), [])
            if made_of[-1:] != [content]:
                made_of.append(content)

    def released(self) -> Released:
        """What follows from it for protection."""
        shown: dict[CellKey, list[float]] = {}
        latest: dict[CellKey, Told] = {}
        for key, said in self.cells.items():
            figures = [told for _, told in said if told.value is not None]
            shown[key] = list(dict.fromkeys(told.value for told in figures if told.value is not None))
            if figures:
                latest[key] = figures[-1]
        return Released(shown, latest, self.contents)


def released(settings: Settings, sources: list[Source]) -> Released:
    """What all publications up to now have said, the cleared ones included: each is read once and remembered."""
    path = settings.private_dir / _FILE
    book = _read(path)
    pointer = recovered_pointer(settings.publish_dir)
    fresh = [one for one in (pointer.history if pointer else []) if one not in book.publications]
    for publication_id in fresh:
        try:
            publication = load(settings.publish_dir, publication_id)
        except FileNotFoundError:
            continue
        except DataProblem as problem:
            if problem.code != "publication_withdrawn":
                raise
            continue
        cells, made_of = _cells_of(publication, sources)
        book.add(publication_id, cells)
        for source_id, protected_id in made_of:
            book.note(source_id, _contents(settings, source_id).get(protected_id, {}))
    if fresh:
        _write(path, book)
    told = book.released()
    for source in sources:
        for year, kept in _people(settings, source.source_id).items():
            told.people.update({(source.source_id, int(year), name): rows for name, rows in kept.items()})
    return told


def note_contents(
    settings: Settings,
    source_id: str,
    protected_id: str,
    made_of: Mapping[int, tuple[str, People]],
    said: Released,
) -> None:
    """Keep of which rows (a hash per year) a protected table was made, and how many there were of each kind.

    Those of the first and the last publication stay: what a partner knows of his own people then, he knows for ever.
    """
    noted = _contents(settings, source_id) | {
        protected_id: {str(y): told for y, (told, _) in made_of.items()}
    }
    people = _people(settings, source_id)
    for year, (content, rows) in made_of.items():
        published = said.contents.get((source_id, year), [])
        kept = people.get(str(year), {})
        still = {name: kept[name] for name in {*published[:1], *published[-1:]} & kept.keys()}
        people[str(year)] = {**still, content: rows}
    with private_files():
        write_text(settings.private_dir / source_id / "contents.json", json.dumps(noted, indent=1))
        write_text(settings.private_dir / source_id / "people.json", json.dumps(people))


def people_of(rows: pa.Table) -> dict[int, People]:
    """Per year how many persons there are of each kind and partner."""
    keys = ["year", "area", "age_band", "sex", "partner"]
    counted = rows.group_by(keys).aggregate([([], "count_all")]).sort_by([(key, "ascending") for key in keys])
    found: dict[int, People] = {}
    for year, area, band, sex, partner, count in zip(
        *(counted.column(name).to_pylist() for name in (*keys, "count_all")), strict=True
    ):
        found.setdefault(int(year), []).append((area, band, sex, partner, count))
    return found


def _people(settings: Settings, source_id: str) -> dict[str, dict[str, People]]:
    try:
        path = settings.private_dir / source_id / "people.json"
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {
        year: {
            content: [(a, b, s, p, int(n)) for a, b, s, p, n in rows] for content, rows in by_content.items()
        }
        for year, by_content in kept.items()
    }


def _contents(settings: Settings, source_id: str) -> dict[str, dict[str, str]]:
    try:
        path = settings.private_dir / source_id / "contents.json"
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _cells_of(
    publication: Publication, sources: list[Source]
) -> tuple[list[tuple[CellKey, Told]], set[tuple[str, str]]]:
    """The cells of partners in a publication (the count, or for a survey the share), and which tables they came from."""
    micros = {source.source_id: source.micro for source in sources if source.micro}
    measures = {
        (source_id, code): kind
        for source_id, micro in micros.items()
        for code, kind in micro.counted_as.items()
    }
    if not measures:
        return [], set()
    wanted = ", ".join(f"({literal(source)}, {literal(code)})" for source, code in measures)
    verify_bytes(publication)
    with connect_read_only(publication.path) as con:
        has = {
            str(row[0])
            for row in con.execute(
                "select column_name from duckdb_columns() where schema_name = 'core' and table_name = 'fct_observation'"
            ).fetchall()
        }
        if not has:
            return [], set()
        bounds = [name if name in has else f"null as {name}" for name in ("lower", "upper", "denominator")]
        made = "snapshot_id" if "snapshot_id" in has else "'' as snapshot_id"
        rows = con.execute(
            f"select distinct source_id, measure_code, year, region_code, age_band, sex, {made}, value, {', '.join(bounds)}"
            f" from core.fct_observation where (source_id, measure_code) in ({wanted})"
        ).fetchall()
    cells = [
        (
            (
                str(source),
                int(year),
                str(area),
                micros[source].band_of(measures[source, code], str(band)),
                str(sex),
            ),
            Told(*(None if figure is None else float(figure) for figure in figures)),
        )
        for source, code, year, area, band, sex, _, *figures in rows
    ]
    return cells, {(str(row[0]), str(row[6])) for row in rows}


def _read(path: Path) -> _Book:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return _Book()
    book = _Book(list(content["publications"]))
    if content.get("version") != _VERSION:  # of before order and bounds were kept
        for source, year, area, band, sex, figures in content["cells"]:
            said = [(0, Told(float(figure))) for figure in figures] or [(0, Told(None))]
            book.cells[source, int(year), area, band, sex] = said
        return book
    for source, year, area, band, sex, said in content["cells"]:
        book.cells[source, int(year), area, band, sex] = [(int(at), Told(*told)) for at, *told in said]
    for source, year, made_of in content["contents"]:
        book.contents[source, int(year)] = list(made_of)
    return book


def _write(path: Path, book: _Book) -> None:
    told = {
        "version": _VERSION,
        "publications": book.publications,
        "cells": [
            [*key, [[at, one.value, one.lower, one.upper, one.denominator] for at, one in said]]
            for key, said in sorted(book.cells.items())
        ],
        "contents": [[*key, made_of] for key, made_of in sorted(book.contents.items())],
    }
    with private_files():
        write_text(path, json.dumps(told))
