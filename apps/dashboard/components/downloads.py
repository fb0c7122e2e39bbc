"""Downloads of exactly what a page shows: the chart as PNG and SVG, the figures as CSV, Excel and Parquet.

Each file tells its publication, licence, choices and definitions. The CSV of a Dutch page has semicolons and decimal commas,
which Excel with Dutch settings opens by a double click; every row carries its origin and definition, so that one that is
copied elsewhere keeps them, and there is no second file to lose.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from apps.dashboard.components import chart_files
from apps.dashboard.components.address import choices
from apps.dashboard.components.chart_files import Drawing, stacked
from apps.dashboard.components.numbers import format_date
from apps.dashboard.components.texts import text
from apps.dashboard.context import LANGUAGE_PARAMETER, Context
from datawerkplaats.errors import Language

__all__ = [
    "About",
    "Drawing",
    "Shown",
    "about",
    "as_csv",
    "as_parquet",
    "as_xlsx",
    "images",
    "panel",
    "stacked",
]

Cell = str | float | int | None
Filters = tuple[tuple[str, str], ...]
HIDDEN = "x"  # stands in files where a figure is suppressed; an empty cell was not measured
_MIME = {
    "png": "image/png",
    "svg": "image/svg+xml",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
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
    def all_hidden(self) -> bool:
        """Whether figures are suppressed and none of those beside them is known."""
        columns = {column for _, column in self.hidden}
        return bool(columns) and all(row[column] is None for row in self.rows for column in columns)


@dataclass(frozen=True)
class About:
    """What travels with the figures: the facts of the publication and a definition per indicator."""

    facts: tuple[tuple[str, str], ...]
    definitions: tuple[tuple[str, str], ...]
    trailing: tuple[tuple[str, str], ...]  # columns that every row of every file carries
    language: Language = "nl"
    definition_column: str = "definitie"

    def definition_of(self, row: tuple[Cell, ...]) -> str:
        """The definition of the indicator that a row names, or those of all indicators in the table."""
        named = [told for title, told in self.definitions if title in row]
        return " | ".join(named or [f"{title}: {told}" for title, told in self.definitions])


def about(context: Context, indicators: list[dict[str, Any]], title: str, filters: Filters = ()) -> About:
    """Publication, licences, sources, choices and definitions of the indicators in a table."""
    language = context.language
    sources = {row["source_id"]: row for row in indicators}
    cited = "; ".join(str(row["citation"] or row["publisher"] or "") for row in sources.values())
    licences = "; ".join(dict.fromkeys(str(row["licence"] or "") for row in sources.values()))
    if not indicators:
        cited = licences = text("shared.file_see_sources", language)
    keys = ("publication", "source", "licence", "filters", "definition")
    names = {key: text(f"shared.file_{key}", language) for key in keys}
    chosen = "; ".join(f"{name}: {value}" for name, value in filters)
    trailing = (
        (names["publication"], context.release.id),
        (names["source"], cited),
        (names["licence"], licences),
        (names["filters"], chosen),
    )
    mode = text(f"common.mode_{context.release.mode}", language)
    retrieved = max((row["retrieved_at"] for row in indicators if row["retrieved_at"]), default=None)
    facts = (
        (text("shared.file_table", language), title),
        (text("shared.file_place", language), context.place),
        *trailing,
        (text("shared.file_published", language), format_date(context.release.published_at, language)),
        (text("shared.file_retrieved", language), format_date(retrieved, language)),
        (text("shared.file_mode", language), mode),
        (text("shared.file_mind", language), text("shared.file_hidden", language)),
    )
    definitions = {
        context.title_of(row): " ".join(
            filter(
                None,
                (
                    context.title_of(row, "description"),
                    context.title_of(row, "caveats"),
                    row["methodology_url"],
                ),
            )
        )
        for row in indicators
    }
    return About(facts, tuple(definitions.items()), trailing, language, names["definition"])


def harmless(cell: Cell) -> Cell:
    """A text that a spreadsheet cannot take for a formula; numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) and len(cell) > 1 else cell


def _filled(shown: Shown) -> list[tuple[Cell, ...]]:
    """The rows as people read them in a file: a suppressed figure is marked, and no text can be taken for a formula."""
    return [
        tuple(HIDDEN if (i, j) in shown.hidden else harmless(cell) for j, cell in enumerate(row))
        for i, row in enumerate(shown.rows)
    ]


def as_csv(shown: Shown, told: About) -> bytes:
    """UTF-8 with a mark that Excel recognises; separator and decimal mark are those of the language."""
    stream = io.StringIO()
    dutch = told.language == "nl"
    writer = csv.writer(stream, delimiter=";" if dutch else ",")
    writer.writerow([*shown.columns, *(name for name, _ in told.trailing), told.definition_column])
    more = [harmless(value) for _, value in told.trailing]
    definitions: dict[tuple[Cell, ...], Cell] = {}

    def written(cell: Cell) -> Cell:
        if not isinstance(cell, float):
            return "" if cell is None else cell
        short = f"{cell:.15g}"
        return short.replace(".", ",") if dutch else short

    for row, filled in zip(shown.rows, _filled(shown), strict=True):
        texts = tuple(cell for cell in row if isinstance(cell, str))
        definitions.setdefault(texts, harmless(told.definition_of(row)))
        writer.writerow([*map(written, filled), *more, definitions[texts]])
    return stream.getvalue().encode("utf-8-sig")


def as_xlsx(shown: Shown, told: About) -> bytes:
    """A workbook of three sheets: the table, what it is (publication, licence, choices), and the definitions."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    sheet.title = "data"
    sheet.append([*shown.columns])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in _filled(shown):
        sheet.append(list(row))
    sheet.freeze_panes = "A2"
    for place, name in enumerate(shown.columns):
        longest = max([len(name), *(len(str(row[place])) for row in shown.rows[:200])])
        sheet.column_dimensions[get_column_letter(place + 1)].width = min(60, longest + 3)
    for name, pairs in (("info", told.facts), (told.definition_column, told.definitions)):
        notes = book.create_sheet(name)
        for first, second in pairs:
            notes.append([harmless(first), harmless(second)])
        notes.column_dimensions["A"].width, notes.column_dimensions["B"].width = 34, 110
        for cells in notes.iter_rows():
            cells[0].font = Font(bold=True)
            cells[-1].alignment = Alignment(wrap_text=True, vertical="top")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_parquet(shown: Shown, told: About) -> bytes:
    """A Parquet file with the same columns; a suppressed figure is null, and the metadata tells what the other files tell."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = list(zip(*shown.rows, strict=True)) or [() for _ in shown.columns]
    arrays = [_array(list(cells)) for cells in columns]
    table = pa.Table.from_arrays(arrays, names=list(shown.columns))
    told_as_text = json.dumps(
        {"facts": dict(told.facts), "definitions": dict(told.definitions)}, ensure_ascii=False
    )
    stream = io.BytesIO()
    metadata = {**dict(told.facts), "datawerkplaats": told_as_text}
    pq.write_table(table.replace_schema_metadata(metadata), stream)
    return stream.getvalue()


def _array(cells: list[Cell]) -> Any:
    import pyarrow as pa

    if any(isinstance(cell, str) for cell in cells):
        return pa.array([None if cell is None else str(cell) for cell in cells], pa.string())
    return pa.array([None if cell is None else float(cell) for cell in cells], pa.float64())


def image_notes(context: Context, told: About) -> tuple[str, ...]:
    """The lines below a chart: where its figures come from, and for a made-up region that they are made up."""
    language = context.language
    facts = dict(told.facts)

    def line(key: str) -> str:
        name = text(f"shared.file_{key}", language)
        return f"{name.capitalize()}: {facts[name]}" if facts.get(name) else ""

    lines = (
        " · ".join(filter(None, (line("source"), line("licence")))),
        line("filters"),
        " · ".join(filter(None, (line("publication"), line("retrieved"), text("common.product", language)))),
    )
    if context.release.is_fictional:
        made_up = text("common.fictional_text", language, region=context.place)
        lines = (f"{text('common.fictional_title', language)}. {made_up}", *lines)
    return tuple(filter(None, lines))


def _file_stem(context: Context, title: str, key: str) -> str:
    stem = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60] or key
    return f"{stem}_{context.release.id}"


def _buttons(context: Context, key: str, stem: str, kinds: list[tuple[str, Callable[[], bytes]]]) -> None:
    for kind, make in kinds:
        is_image = kind in ("png", "svg")
        st.download_button(
            text(f"shared.download_{kind}", context.language),
            make,
            f"{stem}.{kind}",
            _MIME[kind],
            key=f"{key}_{kind}",
            on_click="ignore",
            icon=":material/image:" if is_image else ":material/download:",
        )


def _images(
    context: Context, drawing: Drawing, title: str, told: About
) -> list[tuple[str, Callable[[], bytes]]]:
    notes = image_notes(context, told)
    return [
        ("png", lambda: chart_files.as_png(drawing, title, notes)),
        ("svg", lambda: chart_files.as_svg(drawing, title, notes)),
    ]


def images(
    context: Context,
    key: str,
    title: str,
    drawing: Drawing,
    indicators: list[dict[str, Any]],
    filters: Filters | None = None,
) -> None:
    """The buttons for a chart that stands apart from its table."""
    told = about(context, indicators, title, _choices(key, filters))
    with st.container(horizontal=True, key=f"{key}_images"):
        _buttons(
            context, key, _file_stem(context, f"{title} {key}", key), _images(context, drawing, title, told)
        )


def _choices(key: str, filters: Filters | None) -> Filters:
    return choices(key.split("_", maxsplit=1)[0]) if filters is None else filters


def panel(
    context: Context,
    key: str,
    title: str,
    shown: Shown,
    indicators: list[dict[str, Any]],
    *,
    drawing: Drawing | None = None,
    filters: Filters | None = None,
) -> None:
    """The buttons: the chart as an image and the figures as a file. A file is made only when it is asked for.

    Without `filters` the files tell the choices that the page's `Address` holds; `key` begins with the page's id.
    """
    language = context.language
    if not shown.rows:
        st.caption(text("shared.download_empty", language))
        return
    if shown.all_hidden:
        st.caption(text("shared.download_hidden", language))
    told = about(context, indicators, title, _choices(key, filters))
    kinds = [] if drawing is None else _images(context, drawing, title, told)
    kinds += [
        ("csv", lambda: as_csv(shown, told)),
        ("xlsx", lambda: as_xlsx(shown, told)),
        ("parquet", lambda: as_parquet(shown, told)),
    ]
    with st.container(horizontal=True, key=f"{key}_downloads"):
        _buttons(context, key, _file_stem(context, title, key), kinds)
        page = context.links.get("kwaliteit")
        if indicators and page is not None:
            parameters = {"indicator": str(indicators[0]["indicator_id"]), LANGUAGE_PARAMETER: language}
            label = text("kwaliteit.trace_link", language)
            st.page_link(page, label=label, icon=":material/account_tree:", query_params=parameters)
