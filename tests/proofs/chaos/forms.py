"""The forms of deliveries taken apart by other means than the house's, for the examiner of `chaos.corpus`.

Nothing of the house is imported. Text files are taken apart by hand, spreadsheets as the XML that they are, Parquet by DuckDB.
What a person who holds the file could not tell for certain is `Unclear`: that has to be refused.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import duckdb

Table = tuple[list[str], list[list[Any]]]
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_DATES = frozenset(range(14, 23)) | {45, 46, 47}


class Unclear(Exception):
    """What it says cannot be told for certain."""


class Marked(str):
    """A cell that is no text and no number: why nobody can use it."""


def text_table(content: bytes, delimiter: str) -> Table:
    """A text file with a delimiter, quoted as RFC 4180 says."""
    try:
        text = content.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unclear("bytes that are no UTF-8") from error
    lines = [line for line in _lines(text, delimiter) if line != [""]]
    while lines and not any(cell.strip() for cell in lines[0]):
        lines.pop(0)
    if not lines:
        raise Unclear("no heading")
    return lines[0], [list(line) for line in lines[1:]]


def _lines(text: str, delimiter: str) -> list[list[str]]:
    """The cells, line by line: outside quotation marks a delimiter ends a cell and an end of line a row."""
    rows: list[list[str]] = [[]]
    cell = ""
    for piece in re.findall(r'"(?:[^"]|"")*"|"|\r\n|[\r\n]|[^"\r\n]+', text):
        if piece == '"' or "\0" in piece:
            raise Unclear("a quotation mark that is never closed, or a byte that is no text")
        if piece[0] == '"' and not cell:
            cell = piece[1:-1].replace('""', '"')
        elif piece in ("\r\n", "\r", "\n"):
            rows[-1].append(cell)
            cell = ""
            rows.append([])
        else:
            *before, last = piece.split(delimiter)
            for part in before:
                rows[-1].append(cell + part)
                cell = ""
            cell += last
    rows[-1].append(cell)
    return rows


def sheet_table(content: bytes) -> Table:
    """The first sheet of a workbook, cell by cell from its XML."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = {name: packed.read(name) for name in packed.namelist()}
        book = ElementTree.fromstring(parts["xl/workbook.xml"])
        links = ElementTree.fromstring(parts["xl/_rels/workbook.xml.rels"])
        first = book.find(f"{_MAIN}sheets/{_MAIN}sheet")
        assert first is not None
        relation = first.attrib["{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"]
        target = next(link.attrib["Target"] for link in links if link.attrib["Id"] == relation)
        sheet = ElementTree.fromstring(parts["xl/" + target.removeprefix("/xl/").removeprefix("xl/")])
        words = _words(parts.get("xl/sharedStrings.xml"))
        dated = _date_styles(parts.get("xl/styles.xml"))
        rows = [_cells(row, words, dated) for row in sheet.iter(f"{_MAIN}row")]
    except (
        zipfile.BadZipFile,
        ElementTree.ParseError,
        KeyError,
        StopIteration,
        AssertionError,
        ValueError,
    ) as error:
        raise Unclear(f"no whole workbook: {type(error).__name__}") from error
    except (IndexError, EOFError, OSError, RuntimeError, NotImplementedError) as error:
        raise Unclear(f"no whole workbook: {type(error).__name__}") from error
    except Exception as error:  # zlib.error and whatever else a damaged part gives
        raise Unclear(f"no whole workbook: {type(error).__name__}") from error
    filled = [row for row in rows if any(value is not None for value in row.values())]
    if not filled:
        raise Unclear("an empty sheet")
    head = {
        place: str(value).strip()
        for place, value in filled[0].items()
        if value is not None and str(value).strip()
    }
    if any(place not in head and value is not None for row in filled[1:] for place, value in row.items()):
        raise Unclear("a cell without a heading")
    return list(head.values()), [[row.get(place) for place in head] for row in filled[1:]]


def _words(part: bytes | None) -> list[str]:
    if part is None:
        return []
    return [
        "".join(text.text or "" for text in item.iter(f"{_MAIN}t"))
        for item in ElementTree.fromstring(part).iter(f"{_MAIN}si")
    ]


def _date_styles(part: bytes | None) -> set[int]:
    if part is None:
        return set()
    formats = ElementTree.fromstring(part).find(f"{_MAIN}cellXfs")
    return {
        n
        for n, one in enumerate(formats if formats is not None else [])
        if int(one.get("numFmtId", "0")) in _DATES
    }


def _cells(row: ElementTree.Element, words: list[str], dated: set[int]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for cell in row.iter(f"{_MAIN}c"):
        place = re.sub(r"[0-9]", "", cell.attrib["r"])
        value, kind = cell.find(f"{_MAIN}v"), cell.get("t", "n")
        text = value.text if value is not None else None
        if kind == "inlineStr":
            found[place] = "".join(part.text or "" for part in cell.iter(f"{_MAIN}t"))
        elif text is None:
            found[place] = (
                Marked("a formula that was not worked out") if cell.find(f"{_MAIN}f") is not None else None
            )
        elif kind == "s":
            found[place] = words[int(text)]
        elif kind == "b":
            found[place] = Marked("true or false")
        elif kind == "e":
            found[place] = Marked("an error")
        elif kind == "n":
            found[place] = Marked("a date") if int(cell.get("s", "0")) in dated else float(text)
        else:
            found[place] = text
    return found


def parquet_table(path: Path) -> Table:
    """A Parquet file, read by DuckDB."""
    try:
        with duckdb.connect() as con:
            made = con.execute("select * from read_parquet(?)", [str(path)])
            names = [column[0] for column in made.description or []]
            rows = made.fetchall()
    except Exception as error:
        raise Unclear(f"no whole Parquet file: {type(error).__name__}") from error
    return names, [[_plain(value) for value in row] for row in rows]


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return Marked("true or false")
    if value is None or isinstance(value, str | int | float):
        return value
    if type(value).__name__ == "Decimal":
        return float(value)
    return Marked(type(value).__name__)
