# Long because it is one list: every way in which a delivery goes wrong.
"""Malformed deliveries, made by mutation from real ones: each is a name and the bytes of a file."""

from __future__ import annotations

import datetime
import io
import json
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

Table = tuple[list[str], list[list[str]]]
# Put into cells so that a message that repeats them is seen.
MARK = "Zq7vKx"

# What may stand in a cell for a figure, and what nobody can read for certain.
FIGURES = (
    "12,5", " 12.5 ", "1.234,5", "1,234.5", "1e3", "1E400", "NaN", "inf", "-inf", "None", "NULL", "12%", "€ 12", "12 kg", "½",
    "١٢", "１２", "+3", "--3", "-", ".", "x", "$5", "0x1F", "1_000", "12;", "=1+1", "#N/A", "true", "2020-01-01", "12:30",
    "9" * 400, "0." + "0" * 300 + "1", "\u00a012", "12\u200b", "−3", "’12", "12\t", "een", f"{MARK}9", "12.5.1", "",
)  # fmt: skip
REGIONS = (
    "gm9901", "GM99", "9901", "GM9901 ", " GM9901", "GM 9901", "GM99010", "WK9901", "BU9901", "NL", "NL00", "Drenthe", "GM٩٩٠١",
    "GM９９０１", "GM9901\u200b", "XX9901", "WK123400", "GG9999", "PV99", "", "-", "GM99O1", f"{MARK}", "GM9901;GM9902", "0",
)  # fmt: skip
YEARS = (
    "2020.0", "2020,0", "2020JJ00", "2020KW01", "20200", "202", "20", "twintig", "2020-01-01", "01-01-2020", "2020/2021", "'2020",
    "2020 ", "٢٠٢٠", "２０２０", "1020", "0", "-2020", "2020.5", "", f"{MARK}", "9999", "2020*", "2020 (voorlopig)",
)  # fmt: skip


@dataclass(frozen=True)
class Delivery:
    """A file that somebody might send."""

    name: str
    suffix: str
    content: bytes


def as_text(table: Table, delimiter: str, end: str = "\n") -> bytes:
    """A table as a text file."""

    def cell(value: str) -> str:
        return (
            '"' + value.replace('"', '""') + '"'
            if any(m in value for m in (delimiter, '"', "\n", "\r"))
            else value
        )

    return (end.join(delimiter.join(map(cell, line)) for line in (table[0], *table[1])) + end).encode()


def copied(table: Table) -> Table:
    """A table that may be spoilt."""
    return list(table[0]), [list(row) for row in table[1]]


def cells(
    table: Table, delimiter: str, places: dict[str, tuple[str, ...]], chance: random.Random
) -> Iterator[Delivery]:
    """One cell of a column replaced by each of the texts."""
    for column, texts in places.items():
        at = table[0].index(column)
        for text in texts:
            spoilt = copied(table)
            spoilt[1][chance.randrange(len(spoilt[1]))][at] = text
            yield Delivery(f"{column}: {text[:20]!r}", ".csv", as_text(spoilt, delimiter))


def tables(table: Table, delimiter: str, chance: random.Random) -> Iterator[Delivery]:
    """The table with another shape."""
    for name, change in SHAPES.items():
        spoilt = copied(table)
        change(spoilt, chance)
        yield Delivery(name, ".csv", as_text(spoilt, delimiter))
    for name, other in (
        ("with commas", ","),
        ("with semicolons", ";"),
        ("with tabs", "\t"),
        ("with bars", "|"),
    ):
        if other != delimiter:
            yield Delivery(name, ".csv", as_text(table, other))


def _renamed(change: Callable[[str], str], at: int = -1) -> Callable[[Table, random.Random], None]:
    def spoil(table: Table, _: random.Random) -> None:
        table[0][at] = change(table[0][at])

    return spoil


def _drop(at: int) -> Callable[[Table, random.Random], None]:
    def spoil(table: Table, _: random.Random) -> None:
        for line in (table[0], *table[1]):
            line.pop(at)

    return spoil


def _add(name: str, value: str) -> Callable[[Table, random.Random], None]:
    def spoil(table: Table, _: random.Random) -> None:
        table[0].append(name)
        for row in table[1]:
            row.append(value)

    return spoil


def _shuffled(table: Table, chance: random.Random) -> None:
    order = list(range(len(table[0])))
    chance.shuffle(order)
    for line in (table[0], *table[1]):
        line[:] = [line[at] for at in order]


def _row(change: Callable[[list[list[str]], int], Any]) -> Callable[[Table, random.Random], None]:
    def spoil(table: Table, chance: random.Random) -> None:
        change(table[1], chance.randrange(1, len(table[1])))

    return spoil


def _conflicting(rows: list[list[str]], at: int) -> None:
    rows.append([*rows[at][:-1], rows[at - 1][-1] + "1"])


def _times(table: Table, _: random.Random) -> None:
    table[1][:] = table[1] * 100


def _swapped(table: Table, _: random.Random) -> None:
    table[0][-1], table[0][-2] = table[0][-2], table[0][-1]


def _title_above(table: Table, _: random.Random) -> None:
    table[1].insert(0, list(table[0]))
    table[0][:] = ["Levering", *[""] * (len(table[0]) - 1)]


SHAPES: dict[str, Callable[[Table, random.Random], None]] = {
    "the first column dropped": _drop(0),
    "the last column dropped": _drop(-1),
    "the columns in another order": _shuffled,
    "two headings swapped": _swapped,
    "a heading in capitals": _renamed(str.upper),
    "a heading with spaces": _renamed(lambda name: f" {name} "),
    "a heading with a mark that cannot be seen": _renamed(lambda name: f"{name[:2]}\u200b{name[2:]}"),
    "a heading of another edition": _renamed(lambda name: f"{name}_7"),
    "another heading": _renamed(lambda _: f"kolom_{MARK.lower()}"),
    "a heading that is empty": _renamed(lambda _: ""),
    "a heading twice": _renamed(lambda _: "jaar"),
    "the heading of the region renamed": _renamed(lambda _: "plaats", 0),
    "a column more": _add("opmerking", f"{MARK}"),
    "a column more without a heading": _add("", "1"),
    "a column more that is empty": _add("leeg", ""),
    "a second column with the year": _add("peiljaar", "2019"),
    "a title above the heading": _title_above,
    "a total below": _row(lambda rows, at: rows.append(["Totaal", *[""] * (len(rows[0]) - 2), "99"])),
    "a row twice": _row(lambda rows, at: rows.append(list(rows[at]))),
    "a row twice that contradicts itself": _row(_conflicting),
    "a row with a cell less": _row(lambda rows, at: rows[at].pop()),
    "a row with a cell more": _row(lambda rows, at: rows[at].append("1")),
    "an empty row": _row(lambda rows, at: rows.insert(at, [""] * len(rows[0]))),
    "a row without a region": _row(lambda rows, at: rows[at].__setitem__(0, "")),
    "a heading between the rows": lambda table, chance: table[1].insert(len(table[1]) // 2, list(table[0])),
    "a row is gone": _row(lambda rows, at: rows.pop(at)),
    "half the rows": lambda table, _: table[1].__delitem__(slice(len(table[1]) // 2, None)),
    "no rows": lambda table, _: table[1].clear(),
    "a hundred times the rows": _times,
    "the rows in another order": lambda table, chance: chance.shuffle(table[1]),
    "a text over two lines": _row(lambda rows, at: rows[at].__setitem__(1, f"{MARK}\ntwee")),
    "a quoted delimiter": _row(lambda rows, at: rows[at].__setitem__(1, f"{MARK};,een")),
}  # fmt: skip


def files(good: bytes, suffix: str, chance: random.Random) -> Iterator[Delivery]:
    """The bytes of a file spoilt, whatever its form."""
    size = len(good)

    def at() -> int:
        return chance.randrange(size)

    def flipped(count: int) -> bytes:
        made = bytearray(good)
        for _ in range(count):
            made[at()] ^= 1 << chance.randrange(8)
        return bytes(made)

    cut, where, other = at(), at(), at()
    low, high = sorted((where, other))
    for name, content in {
        "nothing in it": b"",
        "one byte": good[:1],
        "cut off": good[:cut],
        "cut off near the end": good[: size - chance.randrange(1, 40)],
        "without its beginning": good[chance.randrange(1, 40) :],
        "one bit flipped": flipped(1),
        "another bit flipped": flipped(1),
        "a third bit flipped": flipped(1),
        "twenty bits flipped": flipped(20),
        "a block of zeros": good[:low] + bytes(min(high - low, 64)) + good[low + min(high - low, 64) :],
        "a block of 0xff": good[:low] + b"\xff" * 16 + good[low + 16 :],
        "a part of it gone": good[:low] + good[min(high, low + 50) :],
        "a part of it twice": good[: low + 50] + good[low:],
        "twice in one file": good + good,
        "rubbish behind it": good + bytes(chance.randrange(256) for _ in range(40)),
        "a page of HTML": b"<!DOCTYPE html><html><body>503 Service Unavailable</body></html>",
        "a PDF": b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n",
        "an old or closed workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504),
        "a compressed file": b"\x1f\x8b\x08\x00" + bytes(60),
        "an answer of an API": b'{"error": {"code": 500}}',
    }.items():
        yield Delivery(name, suffix, content)


def encodings(good: bytes, table: Table, delimiter: str) -> Iterator[Delivery]:
    """A text file as another program writes it."""
    text = good.decode()
    odd = copied(table)
    odd[1][1][1] = "Skarsterlân Súdwest"
    accented = as_text(odd, delimiter)
    for name, content in {
        "UTF-8 with a mark": b"\xef\xbb\xbf" + good,
        "UTF-8 with two marks": b"\xef\xbb\xbf\xef\xbb\xbf" + good,
        "UTF-16": text.encode("utf-16"),
        "UTF-16 without a mark": text.encode("utf-16-le"),
        "UTF-32": text.encode("utf-32"),
        "Latin-1": accented.decode().encode("latin-1"),
        "Windows-1252": accented.decode().replace("ú", "€").encode("cp1252"),
        "encoded twice": accented.decode().encode("utf-8").decode("latin-1").encode(),
        "EBCDIC": text.encode("cp500"),
        "ends of line of Windows": as_text(table, delimiter, "\r\n"),
        "ends of line of an old Mac": as_text(table, delimiter, "\r"),
        "no end of line at the end": good.rstrip(b"\n"),
        "lines apart": as_text(table, delimiter, "\n\n"),
        "a line that says the delimiter": f"sep={delimiter}\n".encode() + good,
        "a byte 0 in the middle": good[:200] + b"\0" + good[200:],
        "a quotation mark that stays open": good.replace(b"\n", b'\n"', 3).replace(b'\n"', b"\n", 2),
        "every cell quoted": "\n".join(
            delimiter.join(f'"{cell}"' for cell in line) for line in (table[0], *table[1])
        ).encode(),
        "separators of another alphabet": text.replace(delimiter, "，").encode(),
    }.items():
        yield Delivery(name, ".csv", content)


def _book(table: Table, change: Callable[[Any], Any] = lambda _: None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(table[0])
    for row in table[1]:
        sheet.append([_number(value) for value in row])
    change(book)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _number(value: str) -> str | int | float:
    return (
        int(value)
        if re.fullmatch(r"\d{1,9}", value)
        else float(value)
        if re.fullmatch(r"-?\d+\.\d+", value)
        else value
    )


def sheets(table: Table, chance: random.Random) -> Iterator[Delivery]:
    """Spreadsheets: what only they can hold."""
    last, row = len(table[0]), chance.randrange(3, len(table[1]))

    def cell(value: Any, column: int = last) -> Callable[[Any], None]:
        return lambda book: book.worksheets[0].cell(row, column, value) and None

    def noted(book: Any) -> None:
        book.worksheets[0].cell(row, last + 2, f"{MARK} kladje")

    def hidden(book: Any) -> None:
        book.create_sheet("Toelichting", 0).append(["Dit is een toelichting"])

    def merged(book: Any) -> None:
        book.worksheets[0].merge_cells(start_row=row, end_row=row + 2, start_column=last, end_column=last)

    def above(book: Any) -> None:
        book.worksheets[0].insert_rows(1, 2)
        book.worksheets[0]["A1"] = "Levering 2024"

    changes: dict[str, Callable[[Any], Any]] = {
        "as it should be": lambda _: None,
        "a formula that was not worked out": cell("=SUM(D2:D3)"),
        "a formula in the year": cell("=2000+20", 3),
        "an error": cell("#N/A"),
        "true for a figure": cell(True),
        "a date for a figure": cell(datetime.datetime(2020, 1, 1)),
        "a date for the year": cell(datetime.datetime(2020, 1, 1), 3),
        "a time for a figure": cell(datetime.time(12, 30)),
        "a text for a figure": cell(MARK),
        "a figure as text": cell("12,5"),
        "an apostrophe before a figure": cell("'12"),
        "a very large figure": cell(1e300),
        "a year with decimals": cell(2020.5, 3),
        "a region as a number": cell(9901, 1),
        "a cell beside the table": noted,
        "another sheet first": hidden,
        "cells joined": merged,
        "a title above": above,
        "no heading": lambda book: book.worksheets[0].delete_rows(1),
        "an empty sheet": lambda book: book.worksheets[0].delete_rows(1, 10_000),
        "a sheet without cells": lambda book: setattr(book.worksheets[0], "title", "Blad 1"),
        "an empty row between": lambda book: book.worksheets[0].insert_rows(row),
        "a column between": lambda book: book.worksheets[0].insert_cols(2),
        "a hidden row": lambda book: setattr(book.worksheets[0].row_dimensions[row], "hidden", True),
    }
    good = _book(table)
    for name, change in changes.items():
        yield Delivery(f"sheet: {name}", ".xlsx", _book(table, change))
    yield from files(good, ".xlsx", chance)
    with zipfile.ZipFile(io.BytesIO(good)) as packed:
        parts = {part: packed.read(part) for part in packed.namelist()}
    for name in ("sheet1.xml", "styles.xml", "workbook.xml", "Types].xml"):
        part = next(one for one in parts if one.endswith(name))
        for kind, content in (
            ("gone", None),
            ("cut off", parts[part][: len(parts[part]) // 2]),
            ("empty", b""),
        ):
            yield Delivery(f"sheet: {name} {kind}", ".xlsx", _packed({**parts, part: content}))


def _packed(parts: dict[str, bytes | None]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for part, content in parts.items():
            if content is not None:
                packed.writestr(part, content)
    return made.getvalue()


def parquets(table: Table, chance: random.Random) -> Iterator[Delivery]:
    """Parquet files: what only they can hold."""
    columns = {name: [row[at] for row in table[1]] for at, name in enumerate(table[0])}
    last, count = table[0][-1], len(table[1])
    numbers = pa.array([float(value) if value else None for value in columns[last]])
    at = chance.randrange(count)

    def with_last(values: Any) -> pa.Table:
        return pa.table({**columns, last: values})

    def spoilt(value: float) -> pa.Array:
        made = numbers.to_pylist()
        made[at] = value
        return pa.array(made, pa.float64())

    made: dict[str, Any] = {
        "as it should be": pa.table(columns),
        "figures as numbers": with_last(numbers),
        "not a number": with_last(spoilt(float("nan"))),
        "infinite": with_last(spoilt(float("inf"))),
        "minus infinite": with_last(spoilt(float("-inf"))),
        "very large": with_last(spoilt(1e300)),
        "decimals": with_last(numbers.cast(pa.float32()).cast(pa.decimal128(20, 6))),
        "half precision": with_last(numbers.cast(pa.float32())),
        "true and false": with_last(pa.array([n % 2 == 0 for n in range(count)])),
        "moments": with_last(pa.array([datetime.datetime(2020, 1, 1)] * count)),
        "dates": with_last(pa.array([datetime.date(2020, 1, 1)] * count)),
        "bytes": with_last(pa.array([b"\xff\x00"] * count)),
        "lists": with_last(pa.array([[1.0]] * count)),
        "structures": with_last(pa.array([{"a": 1.0}] * count)),
        "categories": with_last(pa.array(columns[last]).dictionary_encode()),
        "nothing but nothing": with_last(pa.nulls(count)),
        "a text among figures": with_last(pa.array([*columns[last][:-1], MARK])),
        "the year as a number": pa.table({**columns, "jaar": pa.array([int(year) for year in columns["jaar"]])}),
        "the year as a broken number": pa.table({**columns, "jaar": pa.array([float(year) for year in columns["jaar"]])}),
        "the year as a date": pa.table({**columns, "jaar": pa.array([datetime.date(int(y), 1, 1) for y in columns["jaar"]])}),
        "the region as a number": pa.table({**columns, table[0][0]: pa.array(range(count))}),
        "a column less": pa.table({name: values for name, values in columns.items() if name != table[0][0]}),
        "a column twice": pa.Table.from_arrays(
            [pa.array(columns[name]) for name in (*table[0], last)], names=[*table[0], last]
        ),
        "no rows": pa.table({name: pa.array([], pa.string()) for name in columns}),
        "no columns": pa.table({}),
    }  # fmt: skip
    good = b""
    for name, one in made.items():
        stream = io.BytesIO()
        pq.write_table(one, stream)
        good = good or stream.getvalue()
        yield Delivery(f"parquet: {name}", ".parquet", stream.getvalue())
    yield from files(good, ".parquet", chance)


def typed(rows: list[dict[str, Any]], figure: str, region: str, chance: random.Random) -> Iterator[Delivery]:
    """A table of StatLine with numbers, as Parquet."""
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    numbers, at = [float(value or 0) for value in columns[figure]], chance.randrange(len(rows))

    def spoilt(value: float) -> pa.Array:
        return pa.array([*numbers[:at], value, *numbers[at + 1 :]], pa.float64())

    for name, other in {
        "as it should be": {},
        "not a number": {figure: spoilt(float("nan"))},
        "infinite": {figure: spoilt(float("inf"))},
        "minus infinite": {figure: spoilt(float("-inf"))},
        "very large": {figure: spoilt(1e300)},
        "true and false": {figure: pa.array([n % 2 == 0 for n in range(len(rows))])},
        "whole numbers": {figure: pa.array([int(n) for n in numbers])},
        "decimals": {figure: pa.array(numbers, pa.float64()).cast(pa.decimal128(20, 2))},
        "texts": {figure: pa.array([str(n) for n in numbers])},
        "a text": {figure: pa.array([*map(str, numbers[:-1]), MARK])},
        "another alphabet": {figure: pa.array([*map(str, numbers[:-1]), "١٢"])},
        "moments": {figure: pa.array([datetime.datetime(2020, 1, 1)] * len(rows))},
        "lists": {figure: pa.array([[1.0]] * len(rows))},
        "regions in small letters": {region: pa.array([code.lower() for code in columns[region]])},
        "regions as numbers": {region: pa.array(range(len(rows)))},
        "a region twice": {region: pa.array([*columns[region][:-1], columns[region][0]])},
    }.items():
        made = io.BytesIO()
        pq.write_table(pa.table({**columns, **other}), made)
        yield Delivery(f"typed: {name}", ".parquet", made.getvalue())


def maps(good: bytes, chance: random.Random) -> Iterator[Delivery]:
    """Maps: what only GeoJSON can hold."""

    def feature(change: Callable[[dict[str, Any]], Any]) -> bytes:
        told = json.loads(good)
        change(told["features"][chance.randrange(len(told["features"]))])
        return json.dumps(told).encode()

    def whole(change: Callable[[dict[str, Any]], Any]) -> bytes:
        told = json.loads(good)
        change(told)
        return json.dumps(told).encode()

    def ring(one: dict[str, Any]) -> list[list[float]]:
        part = one["geometry"]["coordinates"][0]
        return list(part[0]) if one["geometry"]["type"] == "MultiPolygon" else part

    def metres(one: dict[str, Any]) -> None:
        one["geometry"] = {
            "type": "Polygon",
            "coordinates": [[[2e5, 5e5], [3e5, 5e5], [3e5, 6e5], [2e5, 5e5]]],
        }

    def turned(one: dict[str, Any]) -> None:
        one["geometry"] = {"type": "Polygon", "coordinates": [[point[::-1] for point in ring(one)]]}

    for name, content in {
        "as it should be": good,
        "no geometry": feature(lambda one: one.update(geometry=None)),
        "a point": feature(lambda one: one.update(geometry={"type": "Point", "coordinates": [6.5, 53.0]})),
        "metres": feature(metres),
        "north and east swapped": feature(turned),
        "an outline without an end": feature(lambda one: one["geometry"].update(type="Polygon", coordinates=[[[6, 53], [6, 54]]])),
        "an empty outline": feature(lambda one: one.update(geometry={"type": "Polygon", "coordinates": []})),
        "coordinates as text": feature(lambda one: one.update(geometry={"type": "Polygon", "coordinates": [[["6", "53"]] * 4]})),
        "no code": feature(lambda one: one["properties"].pop("wijkcode")),
        "a code that is empty": feature(lambda one: one["properties"].update(wijkcode="")),
        "a code that is none": feature(lambda one: one["properties"].update(wijkcode=MARK)),
        "a code in small letters": feature(lambda one: one["properties"].update(wijkcode=one["properties"]["wijkcode"].lower())),
        "a code as a number": feature(lambda one: one["properties"].update(wijkcode=990100)),
        "no properties": feature(lambda one: one.update(properties=None)),
        "properties that are a list": feature(lambda one: one.update(properties=[1])),
        "a feature that is a text": whole(lambda told: told["features"].append(MARK)),
        "an area twice": whole(lambda told: told["features"].append(told["features"][0])),
        "no features": whole(lambda told: told.update(features=[])),
        "features that are none": whole(lambda told: told.update(features=None)),
        "another type": whole(lambda told: told.update(type="Topology")),
        "not a number": good.replace(b'"coordinates":[[[', b'"coordinates":[[[NaN,53.1],[', 1),
        "a comma too many": good[:-2] + b",]}",
        "with a mark": b"\xef\xbb\xbf" + good,
        "UTF-16": good.decode().encode("utf-16"),
        "a list": b"[]",
        "a very deep one": b"[" * 20_000,
    }.items():  # fmt: skip
        yield Delivery(f"map: {name}", ".geojson", content)
    yield from files(good, ".geojson", chance)
