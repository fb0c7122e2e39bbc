"""All pairs of figures: the ten that go together most clearly as a list, all of them as a pattern and a table on request."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from apps.dashboard.components import area_choice, downloads, markup, plot, tables
from apps.dashboard.components.charts.heat_map import HeatCell, heat_map
from apps.dashboard.components.folds import fold
from apps.dashboard.data.cube import Cube
from apps.dashboard.views.verbanden import figures
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.numbers import format_number, rounded
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import Language
from datawerkplaats.statistics import explain

HEAT_ROWS_IN_VIEW = 17  # more rows are scrolled to
MOST_LISTED = 10


def show(
    context: Context, indicator_texts: IndicatorTexts, cube: Cube, level: str, scope: str, menu: list[str]
) -> None:
    """Draw the strongest pairs as a list, and all of them as a pattern and a table on request."""
    language = context.language
    st.subheader(text("verbanden.strongest_title", language), anchor=False)
    enough = [item for item in menu if area_choice.known_areas(cube, item) >= figures.LEAST_AREAS]
    rows = tuple(item for item in enough if indicator_texts.rows[item]["mart"] != "determinant")
    columns = tuple(item for item in enough if indicator_texts.rows[item]["mart"] == "determinant")
    if not rows or not columns:
        st.html(markup.note(text("shared.no_figures", language)))
        return
    key = (*context.release.view, level, scope)
    cells = figures.cached_heat_map(key, indicator_texts, cube, rows, columns)
    st.html(markup.note(heat_sentence(cells, language)))
    _strongest(cells, indicator_texts, language)
    _pattern(cells, indicator_texts, f"heat_{level}_{scope}", language)
    with fold(text("verbanden.heat_table", language), "all_pairs") as is_open:
        if is_open:
            shown = _listed(cells, indicator_texts, language)
            two = {2: lambda v: format_number(v, 2, language), 3: lambda v: format_number(v, 3, language)}
            tables.table(shown, two)
            told_of = [indicator_texts.rows[item] for item in dict.fromkeys((*rows, *columns))]
            title, drawing = (
                text("verbanden.heat_title", language),
                _drawing(cells, indicator_texts, language),
            )
            downloads.panel(context, "verbanden_alle", title, shown, told_of, drawing=drawing)


def _listed(
    cells: list[figures.Cell], indicator_texts: IndicatorTexts, language: Language
) -> downloads.Shown:
    """The pairs that were computed as rows, those that stand out first."""
    words = _words(language)
    listed = sorted((c for c in cells if not c.reason), key=lambda c: (not c.stands_out, -abs(c.r)))
    return downloads.Shown(
        (
            words["row"],
            words["column"],
            "r",
            text("verbanden.q", language),
            text("verbanden.areas", language),
            text("verbanden.verdict", language),
        ),
        tuple(
            (
                indicator_texts.title(c.row), indicator_texts.title(c.column),
                float(rounded(c.r, 2)), float(rounded(c.q, 4)), c.areas,
                _cell_words(c, language).split(":")[0],
            )
            for c in listed
        ),
    )  # fmt: skip


def strongest(cells: list[figures.Cell]) -> list[figures.Cell]:
    """The pairs that go together most clearly, the strongest first."""
    return sorted((cell for cell in cells if cell.stands_out), key=lambda cell: -abs(cell.r))[:MOST_LISTED]


def _strongest(cells: list[figures.Cell], indicator_texts: IndicatorTexts, language: Language) -> None:
    words = _words(language)
    rows = [
        (
            indicator_texts.title(cell.row),
            indicator_texts.title(cell.column),
            text(f"verbanden.heat_{'positive' if cell.r > 0 else 'negative'}", language),
            format_number(cell.r, 2, language),
        )
        for cell in strongest(cells)
    ]
    if rows:
        header = (words["row"], words["column"], text("verbanden.together", language), words["value"])
        st.html(markup.table(header, rows) + markup.note(text("verbanden.strongest_note", language)))


def _words(language: Language) -> dict[str, str]:
    return {
        "row": text("verbanden.row", language),
        "column": text("verbanden.column", language),
        "value": "r",
    }


def _pattern(
    cells: list[figures.Cell], indicator_texts: IndicatorTexts, key: str, language: Language
) -> None:
    """All pairs as a pattern of squares, folded."""
    with fold(text("verbanden.heat_title", language), "pattern", ":material/grid_on:") as is_open:
        if not is_open:
            return
        words, drawing = _words(language), _drawing(cells, indicator_texts, language)
        tall = len({c.row for c in cells}) > HEAT_ROWS_IN_VIEW
        how = plot.Help("verbanden_heat", f"{words['row']} × {words['column']}", language)
        height: int | Literal["content"] = 620 if tall else "content"
        plot.draw(drawing.spec, key=key, alt=drawing.description, how_to_read=how, height=height)
        st.html(markup.note(text("verbanden.legend", language)))


def _drawing(
    cells: list[figures.Cell], indicator_texts: IndicatorTexts, language: Language
) -> downloads.Drawing:
    """All pairs as a pattern of squares, with what it shows in words."""
    drawn = [
        HeatCell(
            indicator_texts.title(c.row), indicator_texts.title(c.column), c.r if c.stands_out else None,
            ("+" if c.r > 0 else "−") if c.stands_out else "", _cell_words(c, language), c.reason != "",
        )
        for c in cells
    ]  # fmt: skip
    alt = f"{text('verbanden.heat_title', language)}. {heat_sentence(cells, language)}"
    return downloads.Drawing(heat_map(drawn, _words(language)), alt)


def _cell_words(cell: figures.Cell, language: Language) -> str:
    if cell.reason:
        return explain(cell.reason, language)
    kind = "heat_unclear" if not cell.stands_out else "heat_positive" if cell.r > 0 else "heat_negative"
    return f"{text(f'verbanden.{kind}', language)}: r = {format_number(cell.r, 2, language)}"


def heat_sentence(cells: list[figures.Cell], language: Language) -> str:
    """How many pairs go together, how many do not, and how many are not computed."""
    refused = sum(c.reason in ("circular_pair", "shared_predictors") for c in cells)
    stands = sum(c.stands_out for c in cells)
    looked = sum(not c.reason for c in cells)
    return text(
        "verbanden.heat_sentence", language, stands=format_number(stands, 0, language),
        looked=format_number(looked, 0, language), refused=format_number(refused, 0, language),
    )  # fmt: skip
