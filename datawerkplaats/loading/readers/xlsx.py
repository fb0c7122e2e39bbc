"""Tables in spreadsheets: the first sheet, with the column names in its first row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.loading.readers import PIECE
from datawerkplaats.loading.readers.csv import check_header
from datawerkplaats.loading.readers.values import Columns


def read_xlsx(path: Path, source: Source) -> Iterator[Columns]:
    """The rows in pieces, values as the spreadsheet holds them; rows without any value are skipped.

    Raises:
        DataProblem: `unreadable_file`, `empty_file` or `duplicate_column`.
    """
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, OSError, ValueError) as error:
        raise DataProblem(
            "unreadable_file",
            subject=path.name,
            expected="a whole xlsx file",
            found=str(error),
            remedy="open the file in a spreadsheet program and save it again as xlsx",
        ) from error
    try:
        sheet = book.worksheets[0]
        lines = (line for line in sheet.iter_rows(values_only=True) if any(v is not None for v in line))
        header = [str(name).strip() for name in next(lines, ()) if name is not None]
        if not header:
            raise DataProblem(
                "empty_file",
                subject=path.name,
                where=f"sheet {sheet.title}",
                expected="column names in the first row of the first sheet",
                found="an empty sheet",
                remedy="put the table on the first sheet",
            )
        check_header(path, header, source.reader.delimiter)
        piece: list[tuple[Any, ...]] = []
        for line in lines:
            piece.append((*line, *[None] * len(header))[: len(header)])
            if len(piece) == PIECE:
                yield _columns(header, piece)
                piece = []
        if piece:
            yield _columns(header, piece)
    finally:
        book.close()


def _columns(header: list[str], lines: list[tuple[Any, ...]]) -> Columns:
    return {name: list(values) for name, values in zip(header, zip(*lines, strict=True), strict=True)}
