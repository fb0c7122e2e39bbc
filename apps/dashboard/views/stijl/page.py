"""Every component in every state, for who makes the pages: in no menu, and what the pictures of the tests are taken of."""

from __future__ import annotations

from html import escape

import streamlit as st

from apps.dashboard.components import (
    approach,
    figure,
    markup,
    plot,
    quality_strip,
    small_map,
    tables,
    year_line,
)
from apps.dashboard.components.charts.ranked_bars import ranked_bars
from apps.dashboard.components.charts.scale import PALETTES, ColourClass
from apps.dashboard.components.headline import headline, opening
from apps.dashboard.components.table_files import Shown
from apps.dashboard.data.helping import Approach
from apps.dashboard.views.stijl import examples
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.numbers import format_number, format_value
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import Language


def render(context: Context) -> None:
    """Draw the page."""
    language = context.language
    st.title(text("stijl.title", language), anchor=False)
    opening(text("stijl.intro", language))
    _part("figures", language)
    st.html(figure.figures(examples.cards(language), text("stijl.part_figures", language)))
    _part("lines", language)
    for column, (name, line) in zip(st.columns(3), examples.lines(language), strict=True):
        column.html(f'<section class="dw-beside"><h2>{escape(name)}</h2>{_line(line, language)}</section>')
    _part("map", language)
    _map(language)
    _part("sentences", language)
    headline(text("stijl.headline", language), "one")
    headline(text("stijl.long_headline", language), "two")
    st.html(markup.note(text("stijl.note", language)) + markup.note(text("stijl.warning", language), "warn"))
    st.html(
        markup.notices(
            text("stijl.notices", language), [(text("stijl.kind", language), text("stijl.warning", language))]
        )
    )
    _part("words", language)
    _words(context)
    _part("tables", language)
    _tables(language)
    _part("charts", language)
    _chart(language)
    _part("controls", language)
    _controls(language)


def _part(name: str, language: Language) -> None:
    st.subheader(text(f"stijl.part_{name}", language), anchor=False)


def _line(line: year_line.YearLine, language: Language) -> str:
    alt = text("stijl.line_alt", language)
    return year_line.drawn(line, lambda value: format_value(value, "%", 0, language), alt)


def _map(language: Language) -> None:
    shapes = examples.shapes()
    classes = {shape.code: shape.code for shape in shapes}
    words = {kind: text(f"stijl.map_{kind}", language) for kind in small_map.CLASSES}
    drawn = small_map.drawn(shapes, classes, text("stijl.map_alt", language)) + small_map.legend(words)
    left, right = st.columns(2)
    left.html(
        f'<section class="dw-beside"><h2>{escape(text("stijl.part_map", language))}</h2>{drawn}</section>'
    )
    colours = PALETTES["higher_is_worse"]
    legend = [
        ColourClass(colour, f"{30 + 5 * at}–{35 + 5 * at}", at + 1) for at, colour in enumerate(colours)
    ]
    others = [
        (state, text(f"stijl.state_{state}", language), "2") for state in ("suppressed", "missing", "changed")
    ]
    counts = [format_number(item.count, 0, language) for item in legend]
    caption = text("stijl.figure", language)
    references = markup.reference_keys(
        [(text("stijl.region", language), False), (text("stijl.whole_country", language), True)]
    )
    right.html(markup.legend(caption, legend, counts, others) + references)


def _words(context: Context) -> None:
    """Labels, facts, terms, the card of one area, what is known to help, and a clock."""
    language = context.language
    quality_strip.strip(context, "stijl", quality_strip.Counts(1204, 12, 1, (2016, 2024)), [])
    long = text("stijl.long_name", language)
    st.html(
        markup.facts(
            [(text("stijl.region", language), "12"), (long, format_value(46.5, "%", 1, language)), ("–", "–")]
        )
    )
    st.html(
        markup.definitions(
            [(text("stijl.figure", language), text("stijl.long_headline", language)), (long, "–")]
        )
    )
    left, right = st.columns(2)
    left.html(
        markup.area_card(
            text("stijl.long_area", language),
            text("stijl.figure", language),
            format_value(46.5, "%", 1, language),
            text("stijl.cut_off", language),
            [text("gebied.sure_unclear", language), text("stijl.change", language)],
        )
    )
    known = Approach(
        "example", text("stijl.approach", language), "", text("stijl.register", language), "#", "well_founded", None, None, 12, 23,
        text("stijl.audience", language), text("stijl.note", language), (),
    )  # fmt: skip
    right.html(approach.card(known, [text("stijl.figure", language), long], language))
    st.html(markup.clock(text("stijl.clock", language), "12:34"))


def _tables(language: Language) -> None:
    """A small table, one with cells in colour, and one that can be sorted, each with a gap in it."""
    header = [text(f"stijl.{key}", language) for key in ("area", "figure", "state")]
    rows = [
        [
            text("stijl.area_one", language),
            format_value(46.5, "%", 1, language),
            text("stijl.state_ordinary", language),
        ],
        [text("stijl.long_area", language), "–", text("stijl.state_hidden", language)],
    ]
    st.html(markup.table(header, rows, text("stijl.part_tables", language)))
    signs = {"+": "good", "?": "doubt", "-": "bad"}
    coloured = [
        [rows[0][0], f"+ {rows[0][1]}", f"? {rows[1][2]}"],
        [text("stijl.area_two", language), f"- {rows[0][1]}", ""],
    ]
    st.html(markup.coloured_table(header, coloured, signs))
    columns = (header[0], header[1])
    shown = Shown(columns, ((rows[0][0], 46.5), (rows[1][0], None), (coloured[1][0], 31.0)))
    tables.table(shown, {1: lambda value: format_value(value, "%", 1, language)})


def _chart(language: Language) -> None:
    bars, references = examples.bars(language)
    title = text("stijl.figure", language)
    spec = ranked_bars(bars, references, bars[1].code, figure=title, area=text("stijl.area", language))
    how = plot.Help("verkennen_bars", title, language)
    plot.draw(spec, key="stijl_bars", alt=text("stijl.chart_alt", language), how_to_read=how)


def _controls(language: Language) -> None:
    """What Streamlit draws, in the colours of the house: one of each, one that cannot be used, and the kinds of messages."""
    words = text("stijl.press", language)
    first, second, third = st.columns(3)
    first.button(words, key="stijl_button")
    second.button(words, key="stijl_primary", type="primary")
    third.button(words, key="stijl_off", disabled=True)
    options = [text("stijl.region", language), text("stijl.long_area", language)]
    first.selectbox(text("stijl.area", language), options, key="stijl_select")
    second.segmented_control(
        text("stijl.state", language),
        [text("stijl.region", language), "%"],
        default="%",
        key="stijl_segments",
    )
    third.text_input(text("stijl.figure", language), key="stijl_text")
    with st.expander(text("stijl.folded", language)):
        st.html(markup.note(text("stijl.note", language)))
    st.warning(text("stijl.warning", language))
