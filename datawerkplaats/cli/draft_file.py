"""A file as a draft of a source: what it holds tells delimiter, encoding, decimal sign, region codes, years and measures."""

from __future__ import annotations

import csv
import re
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any, Literal

from datawerkplaats.catalogue.sources import PERIOD_NAME, Reader
from datawerkplaats.cli.draft import (
    LEVELS,
    MOST_CATEGORIES,
    Column,
    Draft,
    level_counts,
    not_inferred,
    own_names,
    slug,
    undeclared,
    vintage_of,
)
from datawerkplaats.cli.draft_years import Table, pattern_of, without_years, year_columns, years_of_rows
from datawerkplaats.loading.readers import empty_file, read_delivery
from datawerkplaats.loading.readers.csv import DELIMITERS
from datawerkplaats.loading.readers.validation import no_rows
from datawerkplaats.loading.readers.values import NO_FIGURE, NUMBER, REGION_CODE, as_text, trimmed

_KINDS: dict[str, Literal["csv", "xlsx", "parquet"]] = {".csv": "csv", ".xlsx": "xlsx", ".parquet": "parquet"}
_THOUSANDS = re.compile(r"-?\d{1,3}(?:\.\d{3})+")
_NO_MEASURE = frozenset({"", "id", "fid", "objectid", "index", "unnamed_0"})
_UNITS = (
    ("pct", "%"),
    ("percentage", "%"),
    ("perc_", "%"),
    ("aantal", "aantal"),
    ("kosten", "euro"),
    ("_eur", "euro"),
    ("afstand", "km"),
)


def draft_of_file(path: Path, source_id: str = "", year: str = "", title: str = "") -> Draft:
    """The draft of a table in a csv, xlsx or parquet file.

    Args:
        path: The file, as delivered.
        source_id: Own id; the file's name without years by default.
        year: The column that holds the year where several could, or the year itself where none does.
        title: What people see; the file's name by default.

    Raises:
        DataProblem: If the file is not readable, or something cannot be told from it: which column is meant, with the candidates.
    """
    reader, table = _read(path)
    regions = _region_columns(path, table)
    codes = [next((c for c in row if c), "") for row in zip(*(table[name] for name in regions), strict=True)]
    years, period = year_columns(path, table, year)
    of_row = years_of_rows(table, years)
    measures = _measures(table, {*regions, *years})
    if not measures:
        raise not_inferred(
            path.name, "at least one column of numbers", "none", "deliver the figures as numbers"
        )
    _check_thousands(path, table, measures)
    split = _split(path, table, list(zip(codes, of_row, strict=True)), {*regions, *years}, measures)
    dimensions = [Column("region_code", tuple(regions)), *([Column("year", tuple(years))] if years else [])]
    if split:
        dimensions.append(Column(slug(split[0]), (split[0],)))
        measures = [name for name in measures if name != split[0]]
    names = own_names(measures, [column.name for column in dimensions])
    stem = without_years(path.stem)
    return Draft(
        source_id=source_id or slug(stem),
        title=title or re.sub(r"[_\s]+", " ", stem).strip().capitalize() or path.stem,
        reader={"kind": reader.kind, "files": [f"**/{pattern_of(path)}"], **_text_form(reader)},
        dimensions=dimensions,
        measures=[Column(names[name], (name,), unit=_unit(name)) for name in measures],
        levels=level_counts(codes),
        years=sorted({value for value in of_row if value}),
        region_vintage=vintage_of([code for code in codes if code], [period, *of_row]),
        period=period,
        split=(slug(split[0]), split[1]) if split else None,
        remarks=[f"Decimals are written with a {'comma' if _has_comma(table, measures) else 'point'}."],
    )


def _read(path: Path) -> tuple[Reader, Table]:
    if not path.is_file():
        raise not_inferred(
            path.name,
            "a file, a folder of a StatLine table or the id of one",
            "nothing of that name",
            "check the path",
            "missing_delivery",
        )
    if path.stat().st_size == 0:
        raise empty_file(path.name)
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        raise not_inferred(
            path.name,
            ", ".join(_KINDS),
            path.suffix or "no extension",
            "save it as one of these",
            "unsupported_file",
        )
    reader = Reader(kind=kind, **(_sniffed(path) if kind == "csv" else {}))
    table: dict[str, list[str]] = {}
    for piece in read_delivery(path, undeclared(reader)):
        for name, values in piece.items():
            table.setdefault(name, []).extend(trimmed(value) for value in values)
    if not table:
        raise no_rows(path.name)
    return reader, table


def _sniffed(path: Path) -> dict[str, Any]:
    """Encoding and delimiter: UTF-8 if the bytes are, and the delimiter that gives the most columns in every line alike."""
    content = path.read_bytes()
    encoding = "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise not_inferred(
                path.name,
                "UTF-8 or Windows-1252",
                "UTF-16",
                "save it as UTF-8 (in Excel: 'CSV UTF-8')",
                "wrong_encoding",
            ) from None
        encoding = "cp1252"
        text = content.decode(encoding, errors="replace")
    lines = [line for line in text.splitlines()[:200] if line.strip()]
    widths: dict[str, int] = {}
    for delimiter in DELIMITERS:
        found = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter))
        width, rows = found.most_common(1)[0] if found else (1, 0)
        if width > 1 and rows >= 0.9 * len(lines):
            widths[delimiter] = width
    if not widths:
        raise not_inferred(
            path.name,
            "columns with one of ; , tab | between them",
            "lines of one field, or of different lengths",
            "save it as csv with a semicolon between the fields",
            "wrong_delimiter",
        )
    return {"delimiter": max(widths, key=lambda delimiter: widths[delimiter]), "encoding": encoding}


def _text_form(reader: Reader) -> dict[str, str]:
    return {"delimiter": reader.delimiter, "encoding": reader.encoding} if reader.kind == "csv" else {}


def _region_columns(path: Path, table: Table) -> list[str]:
    """The columns with region codes, fine to coarse."""
    found: dict[str, str] = {}
    for name, values in table.items():
        filled = [value for value in values if value]
        coded = [value for value in filled if REGION_CODE.fullmatch(value)]
        if filled and len(coded) >= 0.9 * len(filled):
            found[name] = Counter(value[:2] for value in coded).most_common(1)[0][0]
    if not found:
        raise not_inferred(
            path.name,
            "a column with region codes such as GM0106, WK010600 or PV22",
            f"{len(table)} columns, none with them",
            "add the codes, or write them with their letters",
        )
    for one, other in combinations(found, 2):
        pairs = zip(table[one], table[other], strict=True)
        if found[one] == found[other] and any(a and b and a != b for a, b in pairs):
            raise not_inferred(
                path.name,
                "one column with the codes of a level",
                f"{one} and {other}",
                "take one of the two out of the delivery",
                "ambiguous_column",
            )
    order = list(LEVELS)
    return sorted(found, key=lambda name: -order.index(found[name]))


def _measures(table: Table, dimensions: set[str]) -> list[str]:
    found = []
    for name, values in table.items():
        if name in dimensions or slug(name) in _NO_MEASURE or PERIOD_NAME.fullmatch(name.strip()):
            continue
        figures = {value for value in values if value not in NO_FIGURE}
        if figures and all(NUMBER.fullmatch(value) or _THOUSANDS.fullmatch(value) for value in figures):
            found.append(name)
    return found


def _check_thousands(path: Path, table: Table, measures: list[str]) -> None:
    """A point is a decimal sign: a file that has commas for those may not have points for thousands."""
    if not _has_comma(table, measures):
        return
    for name in measures:
        row = next((i for i, value in enumerate(table[name], 1) if _THOUSANDS.fullmatch(value)), 0)
        if row:
            raise not_inferred(
                path.name,
                "numbers without a sign between thousands",
                "a point with three digits after it, beside decimal commas elsewhere",
                "save the numbers without thousands separators",
                "not_a_number",
                where=f"column {name}, row {row}",
            )


def _has_comma(table: Table, measures: list[str]) -> bool:
    return any("," in value for name in measures for value in table[name])


def _split(
    path: Path, table: Table, keys: list[tuple[str, str]], used: set[str], measures: list[str]
) -> tuple[str, dict[str, str]] | None:
    """The column that tells rows of one region and year apart, with its categories; None where nothing needs to."""
    rows = [number for number, (code, _) in enumerate(keys) if code]
    if len({keys[number] for number in rows}) == len(rows):
        return None
    # A measure may tell rows apart by chance: one that does is taken for a category only if its values keep coming back.
    texts = [name for name in table if name not in used and name not in measures]
    numbers = [name for name in measures if len(measures) > 1 and 2 * len(set(table[name])) <= len(rows)]
    for name in [*texts, *numbers]:
        values = table[name]
        categories = sorted({values[number] for number in rows})
        if not 2 <= len(categories) <= MOST_CATEGORIES or "" in categories:
            continue
        if len({(*keys[number], values[number]) for number in rows}) == len(rows):
            return name, own_names(categories)
    raise not_inferred(
        path.name,
        "one row per region and year, or one column that tells rows of a region and year apart",
        "rows that repeat",
        "split the file, or write a staging model of its own for it",
        "duplicate_key",
    )


def _unit(name: str) -> str:
    own = as_text(slug(name))
    return next((unit for part, unit in _UNITS if part in own), "")
