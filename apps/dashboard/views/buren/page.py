"""Verbanden tussen gebieden: which areas resemble this one and why, side by side, and which fall outside what chance explains."""

from __future__ import annotations

import numpy as np
import streamlit as st

from apps.dashboard.components import area_choice, downloads, markup, plot, quality_strip, tables
from apps.dashboard.components.address import Address, area_for, chosen_area
from apps.dashboard.components.charts import contributions as bars
from apps.dashboard.components.folds import fold
from apps.dashboard.components.headline import headline, opening
from apps.dashboard.data import cube as cube_data
from apps.dashboard.data import history
from apps.dashboard.data.cube import Cube
from apps.dashboard.views.buren import figures, funnel_panel, group_panel
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.numbers import format_number, rounded
from apps.dashboard.wording.texts import listing, text
from datawerkplaats.statistics import Neighbours, explain

K_LEAST, K_MOST, K_USUAL = 5, 20, 8
MOST_COMPARED = 6


def render(context: Context) -> None:
    """Draw the page."""
    language = context.language
    st.title(text("buren.title", language), anchor=False)
    opening(text("buren.intro", language))
    address = Address("buren", language)
    one, two, three, four = st.columns([1.2, 1.4, 2.4, 1.4])
    usual_level = "gemeente" if chosen_area().startswith("GM") else "wijk"
    level, scope = area_choice.level_and_scope(context, address, (one, two), level=usual_level)
    moments = cube_data.moments(context.release, level)
    cube = area_choice.table(context, level, scope, moments)
    if len(cube.codes) < K_LEAST:
        st.info(text("shared.no_figures", language))
        return
    indicator_texts = IndicatorTexts(context)
    marts = {m.indicator_id: m.mart for m in moments}
    labels = dict(zip(cube.codes, cube.labels, strict=True))
    may = sorted(figures.characteristics(cube, marts), key=indicator_texts.title)
    first = figures.first_area(cube, may)
    area = address.one(
        "area",
        cube.codes,
        area_for(cube.codes, first),
        text("buren.choose_area", language),
        lambda c: labels.get(c, c),
        column=three,
        replaced=lambda code: history.replaced(context.release, code),
    )
    k = address.one("k", range(K_LEAST, K_MOST + 1), K_USUAL, text("buren.choose_k", language), column=four)
    left, right = st.columns(2)
    heavy = address.many(
        "heavy", may, [], text("buren.choose_heavy", language), indicator_texts.title, column=left
    )
    without = address.many(
        "without", may, [], text("buren.choose_without", language), indicator_texts.title, column=right
    )
    menu = indicator_texts.comparable(moments)
    usual = [item for item in menu if marts[item] != "determinant"][:4]
    compared = address.many(
        "compared",
        menu,
        usual,
        text("buren.choose_compared", language),
        indicator_texts.menu_title,
        max_selections=MOST_COMPARED,
    )
    counted = funnels_of(indicator_texts, cube, menu)
    used = [name for name in may if name not in without]
    found = figures.similar(cube, cube.codes.index(area), used, marts, k, heavy)
    years = {moment.indicator_id: moment.year for moment in moments}
    _similar(context, indicator_texts, cube, area, found)
    quality_strip.of_figures(context, indicator_texts, cube, "similar", found.variables, years)
    _side_by_side(context, indicator_texts, cube, area, found, compared)
    key = (*context.release.view, level, scope)
    group_panel.show(
        context, indicator_texts, cube, address, area, group_panel.Choice(key, used, marts, heavy)
    )
    funnel_panel.show(context, indicator_texts, cube, address, counted, area, years, key)
    address.settle()
    with st.expander(text("shared.help_title", language), icon=":material/help:"):
        for part in ("distance", "choice", "groups"):
            st.markdown(text(f"buren.help_{part}", language))


def funnels_of(indicator_texts: IndicatorTexts, cube: Cube, menu: list[str]) -> list[str]:
    """What areas may stand out on: those that do are the top of a list. The funnel itself is wider for areas of few people."""
    return [
        item
        for item in menu
        if figures.counted_per(indicator_texts.rows[item])
        and figures.is_counted(cube, item)
        and indicator_texts.is_ranked(item)
    ]


def _similar(
    context: Context, indicator_texts: IndicatorTexts, cube: Cube, area: str, neighbours: Neighbours
) -> None:
    language = context.language
    name = cube.labels[cube.codes.index(area)]
    if neighbours.reason:
        headline(f"{text('buren.refused', language, area=name)} {explain(neighbours.reason, language)}")
        return
    nearest = [cube.labels[i] for i in neighbours.positions]
    parts = neighbours.contributions.sum(axis=0)
    most = [indicator_texts.title(neighbours.variables[i]) for i in np.argsort(-parts)[:2]]
    headline(
        text(
            "buren.sentence",
            language,
            area=name,
            names=listing(nearest[:3], language),
            most=listing(most, language),
        )
    )
    st.html(markup.note(text("buren.no_judgement", language)))
    words = {
        "axis": text("buren.part", language),
        "area": text("shared.column_area", language),
        "part": text("buren.characteristic", language),
    }
    pieces = figures.largest_parts(neighbours)
    titles = [indicator_texts.title(v) if v else text("buren.other_parts", language) for v, _ in pieces]
    rows = [
        {
            "n": label,
            "v": title,
            "d": float(parts[i]),
            "t": format_number(float(parts[i]), 2, language),
            "o": index,
        }
        for i, label in enumerate(nearest)
        for index, (title, (_, parts)) in enumerate(zip(titles, pieces, strict=True))
    ]
    alt = text("buren.alt", language, area=name, count=len(nearest))
    spec = bars.contributions(rows, nearest, titles, words)
    plot.draw(spec, key=f"parts_{area}", alt=alt, how_to_read=plot.Help("buren_parts", name, language))
    shown = downloads.Shown(
        (
            words["area"],
            text("buren.squared", language),
            *(indicator_texts.title(v) for v in neighbours.variables),
        ),
        tuple(
            (label, float(rounded(float(line.sum()), 2)), *(float(rounded(float(part), 2)) for part in line))
            for label, line in zip(nearest, neighbours.contributions, strict=True)
        ),
    )
    with fold(text("buren.parts_table", language), "parts") as is_open:
        if not is_open:
            return
        two = {index: (lambda v: format_number(v, 2, language)) for index in range(1, len(shown.columns))}
        tables.table(shown, two)
        downloads.panel(
            context,
            "buren_delen",
            text("buren.parts_table", language),
            shown,
            [indicator_texts.rows[v] for v in neighbours.variables],
            drawing=downloads.Drawing(spec, alt),
        )


def _side_by_side(
    context: Context,
    indicator_texts: IndicatorTexts,
    cube: Cube,
    area: str,
    neighbours: Neighbours,
    compared: list[str],
) -> None:
    language = context.language
    st.subheader(text("buren.side_title", language), anchor=False)
    indices = [cube.codes.index(area), *(int(i) for i in neighbours.positions)]
    if not compared:
        st.html(markup.note(text("buren.choose_something", language)))
        return
    styles = [indicator_texts.style(item, cube.modelled[item]) for item in compared]

    def number(item: str, index: int, decimals: int) -> float | None:
        value = float(cube.columns[item][index])
        return None if np.isnan(value) else float(rounded(value, decimals))

    shown = downloads.Shown(
        (
            text("shared.column_area", language),
            *(f"{indicator_texts.title(item)}{' ≈' if cube.modelled[item] else ''}" for item in compared),
        ),
        tuple(
            (
                cube.labels[index],
                *(number(item, index, style.decimals) for item, style in zip(compared, styles, strict=True)),
            )
            for index in indices
        ),
    )
    cells = [
        [
            cube.labels[index],
            *(
                style.value(number(item, index, style.decimals))
                for item, style in zip(compared, styles, strict=True)
            ),
        ]
        for index in indices
    ]
    st.html(markup.table(list(shown.columns), cells))
    if any(cube.modelled[item] for item in compared):
        st.html(markup.note(text("buren.modelled", language)))
    downloads.panel(
        context,
        "buren",
        text("buren.side_title", language),
        shown,
        [indicator_texts.rows[item] for item in compared],
    )
