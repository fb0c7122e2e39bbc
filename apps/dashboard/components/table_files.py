"""Files of a table as a page shows it: CSV, Excel and Parquet, each telling its publication, licence, choices and definitions.

The CSV of a Dutch page has semicolons and decimal commas, which Excel with Dutch settings opens by a double click; every row
carries its origin and definition, so that one that is copied elsewhere keeps them, and there is no second file to lose.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from datawerkplaats.base.errors import Language
from datawerkplaats.base.visible import visible

Cell = str | float | int | None
HIDDEN = "x"  # stands in files where a figure is suppressed; an empty cell was not measured
_FORMULA = re.compile(r"^\s*[=+@\-\t\r]")


@dataclass(frozen=True)
class Shown:
    """A table as a page shows it: column names and cells, with figures rounded as on the page.

    `hidden` holds row and column of the figures that are suppressed: a reader must be able to tell them from unmeasured ones.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    hidden: frozenset[tuple[int, int]] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it."""
        return not self.rows

    @property
    def all_hidden(self) -> bool:
        """Whether figures are suppressed and none of those beside them is known."""
        columns = {column for _, column in self.hidden}
        return bool(columns) and all(row[column] is None for row in self.rows for column in columns)


@dataclass(frozen=True)
class Later:
    """A table that is made when somebody asks for its file: of thousands of areas that takes longer than a click may.

    Args:
        make: Makes it.
        is_empty: Whether it will have no rows.
        all_hidden: Whether all its figures are suppressed.
    """

    make: Callable[[], Shown]
    is_empty: bool
    all_hidden: bool


@dataclass(frozen=True)
class About:
    """What travels with the figures: the facts of the publication and a definition per indicator."""

    facts: tuple[tuple[str, str], ...]
    definitions: tuple[tuple[str, str], ...]
    trailing: tuple[tuple[str, str], ...]  # columns that every row of every file carries
    language: Language = "nl"
    definition_column: str = "definitie"
    helplines: tuple[str, ...] = ()

    def definition_of(self, row: tuple[Cell, ...]) -> str:
        """The definition of the indicator that a row names, or those of all indicators in the table; and where help is.

        A table may tell of an indicator that no row names: each row carries the helplines of all.
        """
        named = [told for title, told in self.definitions if title in row]
        told = " | ".join(named or [f"{title}: {told}" for title, told in self.definitions])
        return " | ".join(filter(None, (told, *(words for words in self.helplines if words not in told))))


def harmless(cell: Cell) -> Cell:
    """A text that a spreadsheet cannot take for a formula, without characters that nobody sees; numbers stay numbers."""
    if not isinstance(cell, str):
        return cell
    is_formula = _FORMULA.match(cell) is not None and len(cell) > 1
    shown = visible(cell, lines=True)
    return f"'{shown}" if is_formula else shown


def _filled(shown: Shown) -> list[tuple[Cell, ...]]:
    """The rows as people read them in a file: a suppressed figure is marked, and no text can be taken for a formula."""
    return [
        tuple(HIDDEN if (i, j) in shown.hidden else harmless(cell) for j, cell in enumerate(row))
        for i, row in enumerate(shown.rows)
    ]


def as_csv(shown: Shown, info: About) -> bytes:
    """UTF-8 with a mark that Excel recognises; separator and decimal mark are those of the language."""
    stream = io.StringIO()
    dutch = info.language == "nl"
    writer = csv.writer(stream, delimiter=";" if dutch else ",")
    names = (*shown.columns, *(name for name, _ in info.trailing), info.definition_column)
    writer.writerow(map(harmless, names))
    more = [harmless(value) for _, value in info.trailing]
    definitions: dict[tuple[Cell, ...], Cell] = {}

    def written(cell: Cell) -> Cell:
        if not isinstance(cell, float):
            return "" if cell is None else cell
        short = f"{cell:.15g}"
        return short.replace(".", ",") if dutch else short

    for row, filled in zip(shown.rows, _filled(shown), strict=True):
        texts = tuple(cell for cell in row if isinstance(cell, str))
        definitions.setdefault(texts, harmless(info.definition_of(row)))
        writer.writerow([*map(written, filled), *more, definitions[texts]])
    return stream.getvalue().encode("utf-8-sig")


def as_xlsx(shown: Shown, info: About) -> bytes:
    """A workbook of three sheets: the table, what it is (publication, licence, choices), and the definitions."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "data"
    sheet.append([harmless(name) for name in shown.columns])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in _filled(shown):
        sheet.append(list(row))
    sheet.freeze_panes = "A2"
    for index, name in enumerate(shown.columns):
        longest = max([len(name), *(len(str(row[index])) for row in shown.rows[:200])])
        sheet.column_dimensions[get_column_letter(index + 1)].width = min(60, longest + 3)
    for name, pairs in (("info", info.facts), (info.definition_column, info.definitions)):
        notes = workbook.create_sheet(name)
        for first, second in pairs:
            notes.append([harmless(first), harmless(second)])
        notes.column_dimensions["A"].width, notes.column_dimensions["B"].width = 34, 110
        for cells in notes.iter_rows():
            cells[0].font = Font(bold=True)
            cells[-1].alignment = Alignment(wrap_text=True, vertical="top")
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def as_parquet(shown: Shown, info: About) -> bytes:
    """A Parquet file with the same columns; a suppressed figure is null, and the metadata tells what the other files tell."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = list(zip(*shown.rows, strict=True)) or [() for _ in shown.columns]
    arrays = [_array(list(cells)) for cells in columns]
    table = pa.Table.from_arrays(arrays, names=list(shown.columns))
    told_as_text = json.dumps(
        {"facts": dict(info.facts), "definitions": dict(info.definitions)}, ensure_ascii=False
    )
    stream = io.BytesIO()
    metadata = {**dict(info.facts), "datawerkplaats": told_as_text}
    pq.write_table(table.replace_schema_metadata(metadata), stream)
    return stream.getvalue()


def _array(cells: list[Cell]) -> Any:
    import pyarrow as pa

    if any(isinstance(cell, str) for cell in cells):
        return pa.array([None if cell is None else str(cell) for cell in cells], pa.string())
    return pa.array([None if cell is None else float(cell) for cell in cells], pa.float64())
