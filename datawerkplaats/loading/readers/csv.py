"""Tables in text files with a delimiter."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.loading.content.watch import Watch
from datawerkplaats.loading.readers import MOST_COLUMNS, PIECE, empty_file, too_large
from datawerkplaats.loading.readers.values import Columns

LONGEST_LINE = 10_000_000
DELIMITERS = (";", ",", "\t", "|")


def read_csv(path: Path, source: Source) -> Iterator[Columns]:
    """The rows in pieces, every value as text.

    Raises:
        DataProblem: `empty_file`, `wrong_encoding`, `wrong_delimiter`, `duplicate_column` or `uneven_row`.
    """
    delimiter = source.reader.delimiter
    _check_encoding(path, source.reader.encoding)
    with path.open(encoding=source.reader.encoding, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter)
        lines = _lines(reader, path)
        header = next((line for line in lines if any(cell.strip() for cell in line)), None)
        if header is None:
            raise empty_file(path.name)
        check_header(path, header, source)
        piece: list[list[str]] = []
        for line in lines:
            if not line:
                continue
            if len(line) != len(header):
                raise DataProblem(
                    "uneven_row",
                    subject=path.name,
                    where=f"line {reader.line_num}",
                    expected=f"{len(header)} fields, as in the heading",
                    found=f"{len(line)}",
                    remedy=f"quote values that hold a {delimiter!r}, and check that the line is whole",
                )
            piece.append(line)
            if len(piece) == PIECE:
                yield _columns(header, piece)
                piece = []
        if piece:
            yield _columns(header, piece)


def _columns(header: list[str], lines: list[list[str]]) -> Columns:
    return {name: list(values) for name, values in zip(header, zip(*lines, strict=True), strict=True)}


def _check_encoding(path: Path, encoding: str) -> None:
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE + 1), b""), 1):
            if len(line) > LONGEST_LINE:
                raise too_large(path.name, "lines of at most 10 MB", "a longer one", f"line {number}")
            try:
                line.decode("utf-8" if encoding == "utf-8-sig" else encoding)
            except UnicodeDecodeError as error:
                raise DataProblem(
                    "wrong_encoding",
                    subject=path.name,
                    where=f"line {number}",
                    expected=encoding.removesuffix("-sig").upper(),
                    found=f"byte {line[error.start]:#04x} at position {error.start + 1}, as in Latin-1",
                    remedy="save the file as UTF-8 (in Excel: 'CSV UTF-8')",
                ) from error


def _lines(reader: Any, path: Path) -> Iterator[list[str]]:
    """The lines as fields.

    Raises:
        DataProblem: `unreadable_file`, naming the line: a field without an end, or bytes that are no text.
    """
    try:
        yield from reader
    except csv.Error as error:
        raise DataProblem(
            "unreadable_file",
            subject=path.name,
            where=f"line {reader.line_num + 1}",
            expected="fields of text, of at most 131,072 characters each",
            found="a field that is longer or never ends, or a byte that is no text",
            remedy="look for a quotation mark that is never closed, and save the file again as CSV",
        ) from error


def check_header(path: Path, header: list[str], source: Source) -> None:
    """Passes if the heading is one of several, differently named columns; it is not quoted if it points at a person.

    Raises:
        DataProblem: `wrong_delimiter`, `duplicate_column`, `too_large` or `direct_identifier`.
    """
    delimiter = source.reader.delimiter
    if len(header) > MOST_COLUMNS:
        raise too_large(path.name, f"at most {MOST_COLUMNS:,} columns", f"{len(header):,}")
    if source.micro is None:  # a partner's columns are checked against what was agreed
        Watch(path.name, source.reader.passed_over).heads(header)
    other = next((d for d in DELIMITERS if d != delimiter and len(header) == 1 and d in header[0]), None)
    if other:
        raise DataProblem(
            "wrong_delimiter",
            subject=path.name,
            where="line 1",
            expected=repr(delimiter),
            found=repr(other),
            remedy=f"put {delimiter!r} between the fields, or set reader.delimiter of the source",
        )
    twice = next((name for i, name in enumerate(header) if name in header[:i]), None)
    if twice is not None:
        raise DataProblem(
            "duplicate_column",
            subject=path.name,
            where=f"column {twice or '(without a name)'}",
            expected="each column name once",
            found="the same name twice",
            remedy="give each column a name of its own",
        )
