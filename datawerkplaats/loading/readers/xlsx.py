"""Tables in spreadsheets: the first sheet, with the column names in its first row."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.loading.content.watch import Watch
from datawerkplaats.loading.readers import PIECE, too_large
from datawerkplaats.loading.readers.csv import check_header
from datawerkplaats.loading.readers.values import Columns

MB = 1_000_000
# What the parts of the file may say to be together, and how many times their own size; real ones unfold 5 to 20 times.
MOST_MB, MOST_RATIO, ALWAYS_MB, MOST_PARTS = 1_500, 150, 20, 5_000
MOST_WORDS_MB = 100  # texts that cells share are in memory together
LAST_ROW = 1_048_576
_HEAD = 4_096
_PIECE = 1_000_000
# A cell with a formula and without what came of it: the library gives nothing there, as for a cell that is empty.
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:</(?:\w+:)?c>|<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</)"
)
_CELL = re.compile(rb'\br="([A-Z]{1,3}[0-9]{1,7})"')


def read_xlsx(path: Path, source: Source) -> Iterator[Columns]:
    """The rows in pieces, values as the spreadsheet holds them; rows without any value are skipped.

    How many rows and columns a sheet has is seen by reading it, whatever it says itself. The other sheets are read as well, to
    see whether they point at a person: the delivery is kept as it came.

    Raises:
        DataProblem: `unreadable_file`, `empty_file`, `duplicate_column`, `uneven_row`, `unfolds_too_far`, `too_large` or
            `direct_identifier`.
    """
    import openpyxl

    book: Any = _safely(path, "", lambda: _opened(path, openpyxl))
    try:
        watch = Watch(path.name) if source.micro is None else None
        if watch:
            watch.heads([sheet.title for sheet in book.worksheets], "sheet")
        first, *others = book.worksheets
        _safely(path, "first sheet", lambda: _check_formulas(path, book, first))
        yield from _table(path, source, _lines(path, first, "first sheet"))
        for number, sheet in enumerate(others if watch else (), 2):
            assert watch is not None
            watch.go_on_with(f"{path.name}, sheet {number}")
            for piece in _pieces(_lines(path, sheet, f"sheet {number}")):
                columns = zip_longest(*piece)
                watch.rows({f"{place}": values for place, values in enumerate(columns, 1)})
            watch.finish()
            watch.start_over()
    finally:
        book.close()


def _opened(path: Path, openpyxl: Any) -> Any:
    with zipfile.ZipFile(path) as packed:
        _check_parts(path, packed)
    book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    if not book.worksheets:
        raise ValueError
    return book


def _check_parts(path: Path, packed: zipfile.ZipFile) -> None:
    parts = packed.infolist()
    said, size = sum(part.file_size for part in parts), path.stat().st_size
    if len(parts) > MOST_PARTS or said > MOST_MB * MB:
        raise too_large(
            path.name,
            f"at most {MOST_MB} MB in {MOST_PARTS:,} parts, unfolded",
            f"{said // MB} MB in {len(parts):,}",
        )
    words = sum(part.file_size for part in parts if part.filename.lower().endswith("sharedstrings.xml"))
    if words > MOST_WORDS_MB * MB:
        raise too_large(path.name, f"at most {MOST_WORDS_MB} MB of texts", f"{words // MB} MB")
    if said > max(ALWAYS_MB * MB, MOST_RATIO * size):
        raise DataProblem(
            "unfolds_too_far",
            subject=path.name,
            expected=f"at most {MOST_RATIO} times its own size",
            found=f"{said // max(size, 1)} times",
            remedy="open the file in a spreadsheet program, keep the table alone and save it again",
        )
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels")):
            with packed.open(part) as stream:
                # Whatever is declared before the first element unfolds while it is read.
                if b"<!" in stream.read(_HEAD).replace(b"<!--", b""):
                    raise ParseError


def _check_formulas(path: Path, book: Any, sheet: Any) -> None:
    """Passes if every formula was worked out by the program that wrote the file."""
    kept = b""
    with book._archive.open(sheet._worksheet_path) as stream:
        while piece := stream.read(_PIECE):
            kept += piece
            if match := _FORMULA.search(kept):
                cell = _CELL.search(match[1])
                raise DataProblem(
                    "formula_not_worked_out",
                    subject=path.name,
                    where=f"first sheet, cell {cell[1].decode()}" if cell else "first sheet",
                    expected="a value in every cell",
                    found="a formula without what came of it",
                    remedy="open the file in a spreadsheet program and save it again, or put values in the place of formulas",
                )
            kept = kept[max(kept.rfind(b"<row"), 0) :][-_PIECE:]


def _lines(path: Path, sheet: Any, where: str) -> Iterator[Sequence[Any]]:
    """The rows that hold anything, each as long as its last cell."""
    sheet.reset_dimensions()
    rows, number = sheet.iter_rows(values_only=True), 0
    while (line := _safely(path, f"{where}, after row {number}", lambda: next(rows, None))) is not None:
        number += 1
        if number > LAST_ROW:
            raise too_large(path.name, f"at most {LAST_ROW:,} rows", "a row beyond that", where)
        if any(value is not None for value in line):
            yield line


def _safely(path: Path, where: str, read: Callable[[], Any]) -> Any:
    """What the library reads.

    Raises:
        DataProblem: `unreadable_file` for all that it throws at a file that is not whole, without what it says of it.
    """
    try:
        return read()
    except (DataProblem, MemoryError):
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        SyntaxError,
        LookupError,
        OSError,
        EOFError,
        RuntimeError,
    ) as error:
        raise _damaged(path, where, error) from error
    except (ValueError, TypeError, AttributeError, NotImplementedError, OverflowError) as error:
        raise _damaged(path, where, error) from error
    except Exception as error:  # its own kinds of exception have no common ancestor
        raise _damaged(path, where, error) from error


def _damaged(path: Path, where: str, error: Exception) -> DataProblem:
    found = "XML that is not right" if isinstance(error, SyntaxError) else type(error).__name__
    return DataProblem(
        "unreadable_file",
        subject=path.name,
        where=where,
        expected="a whole xlsx file",
        found=found,
        remedy="open the file in a spreadsheet program and save it again as xlsx",
    )


def _table(path: Path, source: Source, lines: Iterator[Sequence[Any]]) -> Iterator[Columns]:
    """The first sheet as a table: every filled cell stands below a name."""
    heading = next(lines, ())
    places = [place for place, name in enumerate(heading) if name is not None and str(name).strip()]
    if not places:
        raise DataProblem(
            "empty_file",
            subject=path.name,
            where="first sheet",
            expected="column names in the first row of the first sheet",
            found="an empty sheet",
            remedy="put the table on the first sheet",
        )
    header = [str(heading[place]).strip() for place in places]
    check_header(path, header, source)
    rows = 1
    for piece in _pieces(lines):
        columns = list(zip_longest(*piece))
        for place, values in enumerate(columns):
            if place not in places and any(value is not None for value in values):
                raise _without_name(path, place, values, rows)
        rows += len(piece)
        empty = (None,) * len(piece)
        yield {
            name: list(columns[place] if place < len(columns) else empty)
            for name, place in zip(header, places, strict=True)
        }


def _pieces(lines: Iterator[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    piece: list[Sequence[Any]] = []
    for line in lines:
        piece.append(line)
        if len(piece) == PIECE:
            yield piece
            piece = []
    if piece:
        yield piece


def _without_name(path: Path, place: int, values: Sequence[Any], rows: int) -> DataProblem:
    row = rows + 1 + next(i for i, value in enumerate(values) if value is not None)
    return DataProblem(
        "uneven_row",
        subject=path.name,
        where=f"column {place + 1}, filled row {row}",
        expected="a name in the first row above every filled cell",
        found="a cell in a column without a name",
        remedy="give the column a name, or leave out what stands beside the table",
    )
