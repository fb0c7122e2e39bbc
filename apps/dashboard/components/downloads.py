"""Downloads of exactly what a page shows, as CSV, Excel and Parquet, each with publication, licence and definitions."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from typing import Any

import streamlit as st

from apps.dashboard.components.numbers import format_date
from apps.dashboard.components.texts import text
from apps.dashboard.context import LANGUAGE_PARAMETER, Context

Cell = str | float | int | None
_FORMULA = re.compile(r"^\s*[=+@\-\t\r]")


@dataclass(frozen=True)
class Shown:
    """A table as a page shows it: column names and cells, with figures rounded as on the page."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class About:
    """What travels with the figures: the facts of the publication and a definition per indicator."""

    facts: tuple[tuple[str, str], ...]
    definitions: tuple[tuple[str, str], ...]
    trailing: tuple[tuple[str, str], ...]  # columns that every row of every file carries


def about(context: Context, indicators: list[dict[str, Any]], title: str) -> About:
    """Publication, licences, sources and definitions of the indicators in a table."""
    language = context.language
    sources = {row["source_id"]: row for row in indicators}
    cited = "; ".join(str(row["citation"] or row["publisher"] or "") for row in sources.values())
    licences = "; ".join(dict.fromkeys(str(row["licence"] or "") for row in sources.values()))
    if not indicators:
        cited = licences = text("shared.file_see_sources", language)
    names = {key: text(f"shared.file_{key}", language) for key in ("publication", "source", "licence")}
    trailing = (
        (names["publication"], context.release.id),
        (names["source"], cited),
        (names["licence"], licences),
    )
    mode = text(f"common.mode_{context.release.mode}", language)
    facts = (
        (text("shared.file_table", language), title),
        (text("shared.file_place", language), context.place),
        *trailing,
        (text("shared.file_published", language), format_date(context.release.published_at, language)),
        (text("shared.file_mode", language), mode),
        (text("shared.file_mind", language), text("shared.file_hidden", language)),
    )
    definitions = tuple(
        (
            context.title_of(row),
            " ".join(filter(None, (context.title_of(row, "description"), context.title_of(row, "caveats")))),
        )
        for row in indicators
    )
    return About(facts, definitions, trailing)


def harmless(cell: Cell) -> Cell:
    """A text that a spreadsheet cannot take for a formula; numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) and len(cell) > 1 else cell


def as_csv(shown: Shown, told: About) -> bytes:
    """UTF-8 with a mark that Excel recognises, points as decimal mark; each row names publication, source and licence."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow([*shown.columns, *(name for name, _ in told.trailing)])
    more = [value for _, value in told.trailing]
    for row in shown.rows:
        writer.writerow(["" if cell is None else harmless(cell) for cell in (*row, *more)])
    return stream.getvalue().encode("utf-8-sig")


def as_xlsx(shown: Shown, told: About) -> bytes:
    """A workbook: the table, and a sheet with publication, licence and definitions."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    sheet = book.active
    sheet.title = "data"
    sheet.append([*shown.columns])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in shown.rows:
        sheet.append([harmless(cell) for cell in row])
    sheet.freeze_panes = "A2"
    notes = book.create_sheet("info")
    for name, value in (*told.facts, ("", ""), *told.definitions):
        notes.append([harmless(name), harmless(value)])
    notes.column_dimensions["A"].width, notes.column_dimensions["B"].width = 34, 110
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_parquet(shown: Shown, told: About) -> bytes:
    """A Parquet file with the same columns; publication, licence and definitions are in its metadata."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = list(zip(*shown.rows, strict=True)) or [() for _ in shown.columns]
    arrays = [_array(list(cells)) for cells in columns]
    table = pa.Table.from_arrays(arrays, names=list(shown.columns))
    told_as_text = json.dumps(
        {"facts": dict(told.facts), "definitions": dict(told.definitions)}, ensure_ascii=False
    )
    stream = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({"datawerkplaats": told_as_text}), stream)
    return stream.getvalue()


def _array(cells: list[Cell]) -> Any:
    import pyarrow as pa

    if any(isinstance(cell, str) for cell in cells):
        return pa.array([None if cell is None else str(cell) for cell in cells], pa.string())
    return pa.array([None if cell is None else float(cell) for cell in cells], pa.float64())


def panel(context: Context, key: str, title: str, shown: Shown, indicators: list[dict[str, Any]]) -> None:
    """Three buttons; a file is made only when it is asked for."""
    language = context.language
    if not shown.rows:
        st.caption(text("shared.download_empty", language))
        return
    stem = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60] or key
    name = f"{stem}_{context.release.id}"
    told = about(context, indicators, title)
    kinds = (
        ("csv", as_csv, "text/csv"),
        ("xlsx", as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("parquet", as_parquet, "application/vnd.apache.parquet"),
    )
    with st.container(horizontal=True, key=f"{key}_downloads"):
        for kind, make, mime in kinds:
            st.download_button(
                text(f"shared.download_{kind}", language),
                lambda make=make: make(shown, told),
                f"{name}.{kind}",
                mime,
                key=f"{key}_{kind}",
                on_click="ignore",
                icon=":material/download:",
            )
        page = context.links.get("kwaliteit")
        if indicators and page is not None:
            parameters = {"indicator": str(indicators[0]["indicator_id"]), LANGUAGE_PARAMETER: language}
            label = text("kwaliteit.trace_link", language)
            st.page_link(page, label=label, icon=":material/account_tree:", query_params=parameters)
