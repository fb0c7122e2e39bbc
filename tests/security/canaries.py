# Long because it is one thing: what is planted, and every place in every form of delivery where that is done.
"""Names and numbers that look like those of persons, planted in every source and looked for in all that is written.

None is of a person: names are drawn from lists, numbers are made to pass the proof of eleven.
"""

from __future__ import annotations

import csv
import random
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import orjson

from datawerkplaats.catalogue.identifiers import is_citizen_number
from datawerkplaats.catalogue.sources import Source
from demo.transport import DemoTransport
from demo.wire import DATA_SETS, FILES

Table = tuple[list[str], list[list[Any]]]
SERVICE = ("statline_v3", "statline_v4")
TABLE_PLACES = (
    "a cell of words",
    "a cell of numbers",
    "a header",
    "another column",
    "the file's name",
    "a sheet's name",
)
SERVICE_PLACES = (
    "a cell of words",
    "a cell of numbers",
    "a header",
    "a label",
    "the file's name",
    "a sheet's name",
)
MAP_PLACES = (
    "a property",
    "another property",
    "a property's name",
    "a feature's id",
    "the file's name",
    "the map's name",
)
SMALL_ROWS = 40
NAMES = ("the file's name", "a sheet's name")
ELSEWHERE = "a cell, since no delivery of this source may be called so"

_FIRST = (
    "Sanne",
    "Femke",
    "Johan",
    "Mohammed",
    "Fatima",
    "Willemijn",
    "Pieter",
    "Annemarie",
    "Jan-Willem",
    "Noor",
)
_LAST = (
    "Hoekstra",
    "de Vries",
    "van der Berg",
    "Yilmaz",
    "el Amrani",
    "Bakker",
    "ten Brink",
    "Pietersen",
    "Mulder",
    "Jansen",
)
KINDS = (
    "full name",
    "initials",
    "turned round",
    "lower case",
    "number",
    "number padded",
    "number grouped",
    "phone",
    "mail",
    "address",
)


@dataclass(frozen=True)
class Canary:
    """What is planted, what kind of thing it is, and where."""

    text: str
    kind: str
    place: str

    @property
    def spellings(self) -> list[str]:
        """What is looked for: the text, and what it becomes in a name of a file or as a number."""
        digits = re.sub(r"\D", "", self.text).lstrip("0")
        joined = [re.sub(r"[ .]+", mark, self.text) for mark in ("_", "-")]
        return list(dict.fromkeys([self.text, *joined, *([digits] if len(digits) >= 8 else [])]))


def canaries(places: tuple[str, ...], seed: int = 1) -> list[Canary]:
    """Sixty of them, ten per place, no two alike."""
    chance = random.Random(seed)
    numbers = (str(n) for n in iter(lambda: chance.randrange(100_000_000, 999_999_999), 0))
    valid = (n for n in numbers if is_citizen_number(n))
    pairs = [(first, last) for first in _FIRST for last in _LAST]
    chance.shuffle(pairs)
    made = []
    for place in places:
        for kind in KINDS:
            first, last = pairs.pop()
            made.append(Canary(_text(kind, first, last, next(valid), chance), kind, place))
    return made


def _text(kind: str, first: str, last: str, number: str, chance: random.Random) -> str:
    between, _, family = last.rpartition(" ")
    if kind == "initials":
        return f"{first[0]}.{chance.choice('ABCDEHJM')}. {last}"
    if kind == "turned round":
        return f"{family}, {first[0]}. {between}".strip()
    if kind == "lower case":
        return f"{first.split('-', maxsplit=1)[0]} {last}".lower()
    if kind == "number grouped":
        return chance.choice(
            [f"{number[:4]}.{number[4:6]}.{number[6:]}", f"{number[:3]} {number[3:6]} {number[6:]}"]
        )
    return {
        "full name": f"{first} {last}",
        "number": number,
        "number padded": number.zfill(16),
        "phone": f"06{chance.choice(['-', ''])}{number[:8]}",
        "mail": f"{first.lower()}.{family.lower()}{number[:3]}@voorbeeld.nl",
        "address": f"9{number[:3]} {chance.choice('ABCDE')}{chance.choice('KLMN')} {number[3:5]}",
    }[kind]


def small_deliveries(full: Path, to: Path) -> Path:
    """The fictional province's deliveries with a few rows of every table only."""
    shutil.copytree(full, to)
    counts = {}
    for folder in (to / "ODataFeed").iterdir():
        for page in folder.glob("*DataSet_*.json"):
            if not page.stem.endswith("_0"):
                page.unlink()
                continue
            body = orjson.loads(page.read_bytes())
            body["value"] = body["value"][:SMALL_ROWS]
            counts[folder.name.lower()] = len(body["value"])
            body.pop("odata.nextLink", None)
            page.write_bytes(orjson.dumps(body))
    tables = to / "ODataCatalog" / "Tables.json"
    body = orjson.loads(tables.read_bytes())
    for row in body["value"]:
        row["RecordCount"] = counts.get(row["Identifier"].lower(), row["RecordCount"])
    tables.write_bytes(orjson.dumps(body))
    for layer in (to / "wfs").rglob("*.json"):
        body = orjson.loads(layer.read_bytes())
        body["features"] = body["features"][:6]
        layer.write_bytes(orjson.dumps(body))
    for file in (to / FILES).glob("*.csv"):
        heading, *lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        # Rows of persons lie year after year, and some are let in only with all years that are counted together.
        apart = max(1, len(lines) // SMALL_ROWS) if file.name.startswith("partner_") else 1
        file.write_text("".join([heading, *lines[::apart][:SMALL_ROWS]]), encoding="utf-8")
    return to


class Planted(httpx.BaseTransport):
    """The province's services with a canary in the answers about one table or map; without one if there is no canary."""

    def __init__(self, folder: Path, source: Source, canary: Canary | None) -> None:
        self.inner, self.canary, self.source = DemoTransport(folder), canary, source

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, with the canary where it belongs."""
        answer = self.inner.handle_request(request)
        parts = request.url.path.rstrip("/").split("/")
        if self.canary is None or answer.status_code != 200:
            return answer
        body = orjson.loads(answer.content)
        if parts[-1] == "Tables":
            for row in body["value"]:
                row["Modified"] = f"2031-01-01T00:00:00#{self.canary.kind}{self.canary.place}"
        elif "features" in body:
            plant_in_map(body, self.canary)
        elif parts[-1] in DATA_SETS:
            plant_in_rows(body["value"], self.canary, self.source)
        elif self.canary.place == "a label" and parts[-1] == (
            self.source.reader.geo_dimension or "DataProperties"
        ):
            body["value"][3 % len(body["value"])]["Title"] = self.canary.text
        return httpx.Response(200, headers={"Content-Type": "application/json"}, content=orjson.dumps(body))


def plant_in_map(body: dict[str, Any], canary: Canary) -> None:
    """Puts a canary in a FeatureCollection."""
    features = body["features"]
    if canary.place == "a property":
        name = next(key for key in features[2]["properties"] if key.endswith("naam"))
        features[2]["properties"][name] = canary.text
    elif canary.place == "another property":
        features[3]["properties"]["opmerking"] = {"van": [canary.text]}
    elif canary.place == "a property's name":
        features[3]["properties"][canary.text] = 1
    elif canary.place == "a feature's id":
        features[1]["id"] = canary.text
    elif canary.place == "the map's name":
        body["name"] = canary.text


def plant_in_rows(rows: list[dict[str, Any]], canary: Canary, source: Source) -> None:
    """Puts a canary in rows of a table, in the sixth of them."""
    row = rows[5 % len(rows)]
    if canary.place == "a header":
        for one in rows:
            one[canary.text] = 1
    elif canary.place == "another column":
        for one in rows:
            one["opmerking"] = canary.text if one is row else "geen"
    elif canary.place in ("a cell of words", "a cell of numbers", ELSEWHERE):
        numbers = canary.place == "a cell of numbers"
        column = small_column(rows, source) if numbers else word_column(rows, source)
        plain = canary.kind == "number" and numbers and isinstance(rows[0][column], int | float)
        row[column] = int(canary.text) if plain else canary.text


def small_column(rows: list[dict[str, Any]], source: Source) -> str:
    """The measure with the smallest figures: a lone number among numbers of its own size cannot be told by anybody."""
    named = {*source.dimension_columns, *source.keys, "ID"}
    if source.micro:
        return source.micro.period

    def largest(column: str) -> float:
        found = [_figure(row[column]) for row in rows]
        filled = [value for value in found if value is not None]
        return max(filled) if len(filled) > 8 else float("inf")

    return min((name for name in rows[0] if name not in named), key=largest)


def _figure(value: Any) -> float | None:
    try:
        return float(str(value).replace(",", "."))
    except ValueError:
        return None


def word_column(rows: list[dict[str, Any]], source: Source) -> str:
    """A column of words: a name of an area where there is one, else a code."""
    texts = [name for name, value in rows[0].items() if isinstance(value, str) and _figure(value) is None]
    return next((name for name in texts if "naam" in name.lower()), texts[-1])


def table_of(source: Source, folder: Path, panel: Path) -> Table:
    """The first rows of a source that is delivered as a file, or could be."""
    if source.reader.kind in SERVICE:
        page = folder / "ODataFeed" / str(source.reader.table) / f"{source.reader.entity}_0.json"
        rows = orjson.loads(page.read_bytes())["value"]
        return list(rows[0]), [list(row.values()) for row in rows]
    places = [*(folder / FILES).glob("*.csv"), *panel.rglob("global_summary.csv")]
    for pattern in source.reader.files:
        wanted = Path(pattern).name
        for path in places:
            if path.match(wanted):
                with path.open(encoding="utf-8-sig", newline="") as file:
                    header, *lines = list(csv.reader(file, delimiter=source.reader.delimiter))[
                        : SMALL_ROWS + 1
                    ]
                return header, lines
    names = list(dict.fromkeys([*source.dimension_columns, *source.required_columns, *source.reader.columns]))
    return names, [[_likely(source, name, n) for name in names] for n in range(SMALL_ROWS)]


def _likely(source: Source, name: str, number: int) -> Any:
    if (source.observations and name == source.observations.region) or "code" in name or "region" in name:
        return f"GM{1000 + number}"
    words = ("jaar", "year", "period")
    return "2022" if any(word in name.lower() for word in words) else f"{number % 50}.5"


def delivery_path(source: Source, suffix: str, word: str = "") -> Path:
    """Where in the folder a delivery of this form lies; the word is in its name, or in that of the folder around it."""
    patterns = [p for p in source.reader.files if p.endswith(suffix)] or source.reader.files
    # Of a table in StatLine's own shape, not the other files that may stand for it.
    patterns = [p for p in patterns if source.reader.table and source.reader.table in p] or patterns
    pattern = next((p for p in patterns if "*" in Path(p).name), patterns[0])
    name = re.sub(r"\*+", "", Path(pattern).stem) + suffix
    inner = [part for part in Path(pattern).parent.parts if "*" not in part]
    if not word:
        return Path(*inner, name)
    if Path(pattern).stem.endswith("*"):
        return Path(*inner, f"{Path(name).stem}_{word}{suffix}")
    if Path(pattern).stem.startswith("*"):
        return Path(*inner, f"{word}_{name}")
    return Path(word, *inner, name)


def write_table(path: Path, table: Table, source: Source, sheet: str = "") -> None:
    """Writes a delivery as csv, as xlsx with a second sheet of this name, or as Parquet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    header, rows = table
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for line in (header, *rows):
            book.worksheets[0].append(line)
        if sheet:
            book.create_sheet(sheet)
        book.save(path)
    elif path.suffix == ".parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        columns = zip(*rows, strict=True)
        pq.write_table(pa.table(dict(zip(header, [[str(v) for v in c] for c in columns], strict=True))), path)
    else:
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=source.reader.delimiter).writerows([header, *rows])


def reads_alone(source: Source) -> bool:
    """Whether a file of the rows loads without the table's own list of columns, by whose titles some are found."""
    return source.reader.kind not in SERVICE or not source.reader.columns


def may_be_called(source: Source, canary: Canary) -> bool:
    """Whether a delivery may have the canary in its name, or come as a workbook, and still be found by its patterns."""
    if source.reader.kind == "geojson":
        return any(p.endswith(".geojson") for p in source.reader.files)
    if canary.place == "a sheet's name":
        return any(p.endswith(".xlsx") for p in source.reader.files)
    return any("*" in Path(p).name or p.startswith("**/") for p in source.reader.files)


def as_rows(table: Table) -> list[dict[str, Any]]:
    """A table as rows by name."""
    return [dict(zip(table[0], row, strict=True)) for row in table[1]]


def as_table(rows: list[dict[str, Any]]) -> Table:
    """Rows by name as a table."""
    return list(rows[0]), [list(row.values()) for row in rows]


def places_of(source: Source) -> tuple[str, ...]:
    """Where canaries are planted in a source of this kind."""
    if source.reader.kind == "geojson":
        return MAP_PLACES
    return SERVICE_PLACES if source.reader.kind in SERVICE else TABLE_PLACES


def deliveries_of(
    source: Source, folder: Path, panel: Path, to: Path
) -> Iterator[tuple[Canary | None, Path | None, httpx.BaseTransport | None]]:
    """For each canary, after none at all in each form, what is delivered: a folder with a file, or the answers of a service."""
    kind, service = source.reader.kind, source.reader.kind in (*SERVICE, "geojson")
    planted = canaries(places_of(source))
    if service:
        yield None, None, Planted(folder, source, None)
    suffix = {"parquet": ".parquet"}.get(kind, ".csv")
    if kind == "geojson":
        answer = Planted(folder, source, None)
        url = f"https://service.pdok.nl{source.reader.url}&count=1000&startIndex=0"
        body = answer.handle_request(httpx.Request("GET", url)).content
    else:
        table = table_of(source, folder, panel)
        write_table(_emptied(to) / delivery_path(source, suffix), table, source)
        if reads_alone(source):
            yield None, to, None
    for wanted in planted:
        is_other = wanted.place in NAMES and not may_be_called(source, wanted)
        canary = replace(wanted, place=ELSEWHERE) if is_other else wanted
        if canary.place in NAMES:
            word = re.sub(r"[/\\:*?\[\]]", "-", canary.text)
            if kind == "geojson":
                path = _emptied(to) / delivery_path(source, ".geojson", word)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(body)
            elif canary.place == "a sheet's name":
                write_table(_emptied(to) / delivery_path(source, ".xlsx"), table, source, word[:31])
            else:
                write_table(_emptied(to) / delivery_path(source, suffix, word), table, source)
            yield canary, to, None
        elif service:
            yield canary, None, Planted(folder, source, canary)
        else:
            rows = as_rows(table)
            plant_in_rows(rows, canary, source)
            write_table(_emptied(to) / delivery_path(source, suffix), as_table(rows), source)
            yield canary, to, None


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
