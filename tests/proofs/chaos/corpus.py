# Long because handing in, comparing and judging a sentence are one look at a delivery.
"""Malformed deliveries through the door: each is loaded as another reader reads it, or refused with a sentence."""

from __future__ import annotations

import json
import os
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.loading import door
from datawerkplaats.loading.ingest import ingest_source
from datawerkplaats.loading.result import IngestResult
from datawerkplaats.partners.loading import load_partner
from tests.proofs.chaos import forms, mutations, second_reader
from tests.proofs.chaos.forms import Unclear
from tests.proofs.chaos.mutations import MARK, Delivery
from tests.proofs.registry import Measured, Room
from tests.province import deliveries
from tests.security.planted import all_sources

SEED, DRAWN, ROWS = 99, 160, 40
# Codes that a sentence gives as examples; what is shorter than a word says nothing about who wrote it.
_EXAMPLES = frozenset({"NL00", "PV22", "GG1101", "GM1680", "WK168001", "BU16800101"})
_SHORTEST = 5
STATLINE, TABLE = "ggd_young_adults_50140ned", "50140NED"


@dataclass(frozen=True)
class Example:
    """A real delivery of the example region, cut short, and how it is declared."""

    source: Source
    told: dict[str, Any]
    name: str
    table: mutations.Table
    delimiter: str

    @property
    def content(self) -> bytes:
        """As it should be."""
        return mutations.as_text(self.table, self.delimiter)


@dataclass
class Tried:
    """What came of one delivery."""

    source_id: str
    name: str
    outcome: str = ""
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.source_id}, {self.name}: {self.outcome} {'; '.join(self.wrong)}"


def example(source_id: str) -> Example:
    """The delivery of a source in the example region, of a file with one row per area or person."""
    source = all_sources()[source_id]
    told = second_reader.declared(PROJECT_ROOT / "catalogue" / "sources" / f"{source_id}.yml")
    folder = deliveries() / "files"
    path = next(path for pattern in source.reader.files for path in sorted(folder.glob(pattern)))
    delimiter = str(told["reader"].get("delimiter", ";"))
    heading, rows = forms.text_table(path.read_bytes(), delimiter)
    apart = max(1, len(rows) // ROWS) if source.micro else 1
    return Example(source, told, path.name, (heading, rows[::apart][:ROWS]), delimiter)


class Door:
    """A data folder with a sound delivery in it, at which malformed ones of one source are handed in."""

    def __init__(self, source: Source, told: dict[str, Any], name: str, work: Path) -> None:
        self.told, self.name = told, name
        patterns = [f"{Path(name).stem}{end}" for end in (".csv", ".xlsx", ".parquet", ".geojson")]
        self.source = source.model_copy(
            update={"reader": source.reader.model_copy(update={"files": patterns})}
        )
        self.folder = work / "in"
        self.folder.mkdir(parents=True)
        self.settings = Settings(_env_file=None, source="files", files=self.folder, data_dir=work / "data")
        self.used: str | None = None

    def hand_in(self, one: Delivery) -> IngestResult:
        """What the house says of a delivery."""
        for old in self.folder.iterdir():
            old.unlink()
        (self.folder / f"{Path(self.name).stem}{one.suffix}").write_bytes(one.content)
        entry = load_partner if self.source.micro else ingest_source
        return door.load(entry, self.source, self.settings)

    def loaded(self) -> str | None:
        """Which content is in use."""
        private = self.settings.private_dir / self.source.source_id / "current"
        at = private if self.source.micro else self.settings.inputs_dir / self.source.source_id
        return at.resolve().name if at.exists() and at.resolve().name != "absent" else None

    def rows(self) -> list[tuple[Any, ...]]:
        """The rows that are in use, read by DuckDB."""
        private = self.settings.private_dir / self.source.source_id / "current"
        at = (
            private if self.source.micro else self.settings.inputs_dir / self.source.source_id
        ) / "data.parquet"
        names = (
            ["area", "year", "sex", "age_band", "partner"]
            if self.source.micro
            else list(self.told["reader"].get("columns", {}))
        )
        if self.source.reader.kind == "geojson":
            names = ["region_code", "region_name", "geometry_geojson"]
        if self.source.reader.kind == "statline_v3":
            with duckdb.connect() as con:
                told = con.execute("describe from read_parquet(?)", [str(at.resolve())]).fetchall()
            names = sorted(f'"{name}"' for name, *_ in told if name != "ID")
        with duckdb.connect() as con:
            found: list[tuple[Any, ...]] = con.execute(
                f"select {', '.join(names)} from read_parquet(?)", [str(at.resolve())]
            ).fetchall()
        return found

    def read_by_another(self, one: Delivery) -> tuple[list[tuple[Any, ...]], bool, set[str]]:
        """What the delivery says, read by other means: rows, whether rows are left out, measures without a column."""
        at = self.folder / f"{Path(self.name).stem}{one.suffix}"
        if one.suffix == ".geojson":
            return second_reader.areas(one.content, self.told["reader"]["columns"]), False, set()
        table = (
            forms.sheet_table(one.content)
            if one.suffix == ".xlsx"
            else forms.parquet_table(at)
            if one.suffix == ".parquet"
            else forms.text_table(one.content, str(self.told["reader"].get("delimiter", ";")))
        )
        if self.source.micro:
            return second_reader.persons(table, self.told), False, set()
        if self.source.reader.kind == "statline_v3":
            return second_reader.statline(table, self.told), False, set()
        return second_reader.figures(table, self.told)


def tried(at: Door, one: Delivery) -> Tried:
    """One delivery, and what came of it: right, refused, or what is wrong about it."""
    found, before = Tried(at.source.source_id, one.name), at.loaded()
    try:
        result = at.hand_in(one)
    except Exception as error:
        found.outcome, found.wrong = "trace", [f"{type(error).__name__} came out of the door"]
        return found
    problem = result.problem
    if result.status in ("rejected", "absent"):
        found.outcome = "refused"
        if problem is None:
            found.wrong.append("refused without a sentence")
        if at.loaded() != before:
            found.wrong.append("what was loaded before is not in use any more")
    else:
        found.outcome = "right"
        found.wrong += _compared(at, one, result)
    if problem:
        found.wrong += _said(problem, one, at)
    return found


def _compared(at: Door, one: Delivery, result: IngestResult) -> list[str]:
    try:
        told, is_left, absent = at.read_by_another(one)
    except Unclear as unclear:
        return [f"loaded, though it has {unclear}"]
    rows = [_row(row, at.source.reader.kind) for row in at.rows()]
    if sorted(rows, key=repr) != sorted(told, key=repr):
        other = next(
            (
                pair
                for pair in zip(sorted(rows, key=repr), sorted(told, key=repr), strict=False)
                if pair[0] != pair[1]
            ),
            None,
        )
        return [f"loaded {len(rows)} rows where it has {len(told)}, or another value: {str(other)[:160]}"]
    if is_left and not (result.problem and result.problem.code == "rows_left_out"):
        return ["rows with figures were left out and nothing is said of it"]
    notes = " ".join(result.provenance.notes) if result.provenance else ""
    return [f"{name} has no column and nothing is said of it" for name in absent if name not in notes]


def _row(row: tuple[Any, ...], kind: str) -> tuple[Any, ...]:
    if kind == "geojson":
        return row[0], row[1], second_reader._corners(json.loads(row[2])["coordinates"])
    if kind == "statline_v3":
        return tuple(value.strip() if isinstance(value, str) else value for value in row)
    if kind == "micro":
        return row[0] or "", *row[1:]
    return str(row[0]).strip(), int(str(row[1]).strip()[:4]), *row[2:]


def _said(problem: DataProblem, one: Delivery, at: Door) -> list[str]:
    """What is wrong with a sentence: no place in it, more than a line, or what stood in a cell."""
    wrong, written = [], problem.sentence("en") + " " + problem.sentence("nl")
    if "\n" in written or "Traceback" in written or not written.strip().endswith("."):
        wrong.append("not one sentence")
    if Path(at.name).stem not in written and not problem.where:
        wrong.append("the sentence names no file, row or field")
    for cell in _cells_of(one, at):
        if cell in written:
            wrong.append(f"the sentence repeats a cell: {cell[:30]!r}")
    return wrong


def _cells_of(one: Delivery, at: Door) -> list[str]:
    """The texts in the cells of a delivery, as far as they can be told."""
    try:
        if one.suffix == ".csv":
            heading, rows = forms.text_table(one.content, str(at.told["reader"].get("delimiter", ";")))
        elif one.suffix == ".xlsx":
            heading, rows = forms.sheet_table(one.content)
        else:
            heading, rows = [], []
    except Unclear:
        heading, rows = [], []
    known = {str(name).strip() for name in heading} | _EXAMPLES | set(_words(at.told))
    cells = {str(value).strip() for row in rows for value in row if value is not None}
    return [MARK, *sorted(cell for cell in cells - known if len(cell) >= _SHORTEST)]


def _words(told: Any) -> Iterator[str]:
    """All words of a declaration: what was agreed may be said."""
    if isinstance(told, dict):
        for name, value in told.items():
            yield str(name)
            yield from _words(value)
    elif isinstance(told, list):
        for value in told:
            yield from _words(value)
    else:
        yield str(told)


def made(chance: random.Random) -> Iterator[tuple[str, list[Delivery]]]:
    """All deliveries that are made by mutation, per source and form."""
    for source_id, places in (
        ("leefbaarometer_scores", {"lbm": mutations.FIGURES, "gebiedscode": mutations.REGIONS, "jaar": mutations.YEARS}),
        ("vektis_care_costs_gemeente", {"kosten_ggz": mutations.FIGURES[::4], "jaar": mutations.YEARS[::4]}),
        ("partner_youth_care", {
            "area_code": mutations.REGIONS, "year": mutations.YEARS, "sex": ("M", "x", "", f"{MARK}"),
            "age_band": ("12-15", "13", "", f"{MARK}"), "pseudonym": ("123456782", "", f"{MARK}", "Jan de Vries"),
        }),
    ):  # fmt: skip
        one = example(source_id)
        yield (
            source_id,
            [
                *mutations.cells(one.table, one.delimiter, places, chance),
                *mutations.tables(one.table, one.delimiter, chance),
                *mutations.encodings(one.content, one.table, one.delimiter),
                *mutations.files(one.content, ".csv", chance),
            ],
        )
    one = example("leefbaarometer_scores")
    yield "leefbaarometer_scores", list(mutations.sheets(one.table, chance))
    yield "leefbaarometer_scores", list(mutations.parquets(one.table, chance))
    rows = rows_of(TABLE)
    yield STATLINE, list(mutations.typed(rows, "HeeftSchulden_3", "RegioS", chance))
    yield "pdok_wijk_2022", list(mutations.maps(map_of(), chance))


def rows_of(table: str) -> list[dict[str, Any]]:
    """The first rows of a table of the example region, with numbers."""
    told = json.loads((deliveries() / "ODataFeed" / table / "TypedDataSet_0.json").read_bytes())["value"]
    return [dict(row) for row in told[:ROWS]]


def map_of() -> bytes:
    """The wijken of the example region, six of them."""
    told = json.loads((deliveries() / "wfs" / "2022" / "wijken.json").read_bytes())
    told["features"] = told["features"][:6]
    return json.dumps(told, separators=(",", ":")).encode()


def at_the_door(source_id: str, work: Path) -> Door:
    """The door for one source."""
    source = all_sources()[source_id]
    told = second_reader.declared(PROJECT_ROOT / "catalogue" / "sources" / f"{source_id}.yml")
    own = {"geojson": "wijk_2022.geojson", "statline_v3": f"{TABLE}.parquet"}
    name = own[source.reader.kind] if source.reader.kind in own else example(source_id).name
    return Door(source, told, name, work)


def figures(room: Room) -> Iterator[Measured]:
    """All of them; `CHAOS_ONLY=<pattern>` hands in those whose source and name match alone, while one of them is looked at."""
    work, chance = Path(tempfile.mkdtemp(dir=room.work)), random.Random(SEED)
    found: list[Tried] = []
    for number, (source_id, all_of_it) in enumerate(made(chance)):
        at = at_the_door(source_id, work / str(number))
        if at.name.endswith(".csv"):  # so that there is something that a refusal may not touch
            assert at.hand_in(Delivery("sound", ".csv", example(source_id).content)).status == "new"
        only = re.compile(os.environ.get("CHAOS_ONLY", ""))
        found += [tried(at, one) for one in all_of_it if only.search(f"{source_id}: {one.name}")]
    by_mutation = len(found)
    doors = {
        name: at_the_door(name, work / f"drawn_{name}")
        for name in ("leefbaarometer_scores", "partner_youth_care")
    }
    from tests.proofs.chaos.drawn import drawn

    found += drawn(doors, DRAWN, SEED) if not os.environ.get("CHAOS_ONLY") else []
    door.close()
    for one in found:
        if one.wrong:
            print(one, file=sys.stderr)
    count = Counter("wrong" if one.wrong else one.outcome for one in found)
    yield "corpus_deliveries", len(found), None
    yield "corpus_drawn", len(found) - by_mutation, None
    yield "corpus_loaded_right", count["right"], len(found)
    yield "corpus_refused_with_a_sentence", count["refused"], len(found)
    yield "corpus_wrong", count["wrong"], len(found)
