"""Verbanden tussen gebieden: which areas resemble this one and why, side by side, and which fall outside what chance explains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from apps.dashboard.components import area_choice, downloads, markup, plot, quality_strip, tables
from apps.dashboard.components.address import Address
from apps.dashboard.components.charts import contributions as bars
from apps.dashboard.components.charts import funnel as funnel_chart
from apps.dashboard.components.headline import headline
from apps.dashboard.data import cube as data_cube
from apps.dashboard.data import history
from apps.dashboard.data.cache import kept
from apps.dashboard.data.cube import Cube
from apps.dashboard.views.buren import figures, group_panel
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.indicators import Book
from apps.dashboard.wording.numbers import format_number, rounded
from apps.dashboard.wording.texts import listing, plural, text
from datawerkplaats.base.errors import Language
from datawerkplaats.statistics import Neighbours, explain

K_LEAST, K_MOST, K_USUAL = 5, 20, 8
MOST_COMPARED = 6


def render(context: Context) -> None:
    """Draw the page."""
    language = context.language
    st.title(text("buren.title", language), anchor=False)
    address = Address("buren", language)
    one, two, three, four = st.columns([1.2, 1.4, 2.4, 1.4])
    level, scope = area_choice.level_and_scope(context, address, (one, two), level="wijk")
    moments = data_cube.moments(context.release, level)
    cube = area_choice.table(context, level, scope, moments)
    if len(cube.codes) < K_LEAST:
        st.info(text("shared.no_figures", language))
        return
    book = Book(context)
    marts = {m.indicator_id: m.mart for m in moments}
    labels = dict(zip(cube.codes, cube.labels, strict=True))
    may = sorted(figures.characteristics(cube, marts), key=book.title)
    first = figures.first_area(cube, may)
    area = address.one(
        "area",
        cube.codes,
        first,
        text("buren.choose_area", language),
        lambda c: labels.get(c, c),
        place=three,
        replaced=lambda code: history.replaced(context.release, code),
    )
    k = address.one("k", range(K_LEAST, K_MOST + 1), K_USUAL, text("buren.choose_k", language), place=four)
    left, right = st.columns(2)
    heavy = address.many("heavy", may, [], text("buren.choose_heavy", language), book.title, place=left)
    without = address.many(
        "without", may, [], text("buren.choose_without", language), book.title, place=right
    )
    menu = book.comparable(moments)
    usual = [item for item in menu if marts[item] != "determinant"][:4]
    compared = address.many(
        "compared",
        menu,
        usual,
        text("buren.choose_compared", language),
        book.menu_title,
        max_selections=MOST_COMPARED,
    )
    # Areas that stand out are the top of a list.
    counted = [item for item in menu if figures.is_counted(cube, item) and book.is_ranked(item)]
    used = [name for name in may if name not in without]
    found = figures.similar(cube, cube.codes.index(area), used, marts, k, heavy)
    years = {moment.indicator_id: moment.year for moment in moments}
    _similar(context, book, cube, area, found)
    quality_strip.of_figures(context, book, cube, "similar", found.variables, years)
    _side_by_side(context, book, cube, area, found, compared)
    key = (*context.release.identity, level, scope)
    group_panel.show(context, book, cube, address, area, group_panel.Choice(key, used, marts, heavy))
    _outliers(context, book, cube, address, counted, area, years, key)
    address.settle()
    with st.expander(text("shared.help_title", language), icon=":material/help:"):
        for part in ("distance", "choice", "groups"):
            st.markdown(text(f"buren.help_{part}", language))


def _similar(context: Context, book: Book, cube: Cube, area: str, found: Neighbours) -> None:
    language = context.language
    name = cube.labels[cube.codes.index(area)]
    if found.reason:
        headline(f"{text('buren.refused', language, area=name)} {explain(found.reason, language)}")
        return
    nearest = [cube.labels[i] for i in found.positions]
    parts = found.contributions.sum(axis=0)
    most = [book.title(found.variables[i]) for i in np.argsort(-parts)[:2]]
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
    pieces = figures.largest_parts(found)
    titles = [book.title(v) if v else text("buren.other_parts", language) for v, _ in pieces]
    rows = [
        {
            "n": label,
            "v": title,
            "d": float(parts[i]),
            "t": format_number(float(parts[i]), 2, language),
            "o": place,
        }
        for i, label in enumerate(nearest)
        for place, (title, (_, parts)) in enumerate(zip(titles, pieces, strict=True))
    ]
    alt = text("buren.alt", language, area=name, count=len(nearest))
    spec = bars.contributions(rows, nearest, titles, words)
    plot.draw(spec, key=f"parts_{area}", alt=alt, told=plot.Help("buren_parts", name, language))
    shown = downloads.Shown(
        (words["area"], text("buren.squared", language), *(book.title(v) for v in found.variables)),
        tuple(
            (label, float(rounded(float(line.sum()), 2)), *(float(rounded(float(part), 2)) for part in line))
            for label, line in zip(nearest, found.contributions, strict=True)
        ),
    )
    with st.expander(text("buren.parts_table", language), icon=":material/table:"):
        two = {place: (lambda v: format_number(v, 2, language)) for place in range(1, len(shown.columns))}
        tables.table(shown, two)
        downloads.panel(
            context,
            "buren_delen",
            text("buren.parts_table", language),
            shown,
            [book.rows[v] for v in found.variables],
            drawing=downloads.Drawing(spec, alt),
        )


def _side_by_side(
    context: Context, book: Book, cube: Cube, area: str, found: Neighbours, compared: list[str]
) -> None:
    language = context.language
    st.subheader(text("buren.side_title", language), anchor=False)
    places = [cube.codes.index(area), *(int(i) for i in found.positions)]
    if not compared:
        st.html(markup.note(text("buren.choose_something", language)))
        return
    styles = [book.style(item, cube.modelled[item]) for item in compared]

    def number(item: str, place: int, decimals: int) -> float | None:
        value = float(cube.columns[item][place])
        return None if np.isnan(value) else float(rounded(value, decimals))

    shown = downloads.Shown(
        (
            text("shared.column_area", language),
            *(f"{book.title(item)}{' ≈' if cube.modelled[item] else ''}" for item in compared),
        ),
        tuple(
            (
                cube.labels[place],
                *(number(item, place, style.decimals) for item, style in zip(compared, styles, strict=True)),
            )
            for place in places
        ),
    )
    cells = [
        [
            cube.labels[place],
            *(
                style.value(number(item, place, style.decimals))
                for item, style in zip(compared, styles, strict=True)
            ),
        ]
        for place in places
    ]
    st.html(markup.table(list(shown.columns), cells))
    if any(cube.modelled[item] for item in compared):
        st.html(markup.note(text("buren.modelled", language)))
    downloads.panel(
        context, "buren", text("buren.side_title", language), shown, [book.rows[item] for item in compared]
    )


def outliers_sentence(
    title: str, overall: str, count: int, above: int, below: int, language: Language
) -> str:
    """How many areas lie outside what chance explains, on either side; no word on what that means."""
    parts = [text("buren.funnel_overall", language, title=title, overall=overall)]
    for key, number in (("above", above), ("below", below)):
        shown = format_number(number, 0, language)
        parts.append(
            text(f"buren.funnel_{key}_none", language)
            if not number
            else plural(
                f"buren.funnel_{key}", number, language, shown=shown, all=format_number(count, 0, language)
            )
        )
    return " ".join(parts)


def _outliers(
    context: Context,
    book: Book,
    cube: Cube,
    address: Address,
    counted: list[str],
    area: str,
    years: dict[str, int],
    key: tuple[str, ...],
) -> None:
    language = context.language
    st.subheader(text("buren.funnel_title", language), anchor=False)
    if not counted:
        st.html(markup.note(text("buren.funnel_none", language)))
        return
    indicator = address.one(
        "funnel", counted, counted[0], text("buren.choose_funnel", language), book.menu_title
    )
    told = _told_outliers((*key, indicator, language), book, cube, indicator)
    st.html(markup.note(told.sentence))
    words = {
        "x": text("buren.size", language), "y": book.title(indicator), "area": text("shared.column_area", language),
        "decimal_mark": "," if language == "nl" else ".",
    }  # fmt: skip
    chosen = cube.labels[cube.codes.index(area)]
    spec = funnel_chart.funnel(told.points, told.limits, told.benchmark, words, chosen=chosen)
    how = plot.Help("buren_funnel", book.title(indicator), language)
    plot.draw(spec, key=f"funnel_{indicator}_{area}", alt=told.sentence, told=how)
    quality_strip.of_figures(context, book, cube, "funnel", [indicator], years)
    with st.expander(text("shared.table_title", language), icon=":material/table:"):
        style = book.style(indicator, False)
        tables.table(told.shown, {1: style.short, 2: lambda v: format_number(v, 0, language)})
        title, drawing = text("buren.funnel_title", language), downloads.Drawing(spec, told.sentence)
        downloads.panel(context, "buren_trechter", title, told.shown, [book.rows[indicator]], drawing=drawing)


@dataclass(frozen=True)
class Outliers:
    """A funnel plot in words, points and rows; the same whichever area is chosen."""

    sentence: str
    benchmark: float
    points: list[dict[str, Any]]
    limits: list[dict[str, float]]
    shown: downloads.Shown


@kept(12)
def _told_outliers(key: tuple[str, ...], _book: Book, _cube: Cube, indicator: str) -> Outliers:
    book, cube, language = _book, _cube, _book.context.language
    found = figures.funnel(cube, indicator)
    assert found is not None
    style, n, values = book.style(indicator, False), cube.denominators[indicator], cube.columns[indicator]
    points = [
        {"n": cube.labels[i], "x": float(n[i]), "y": value, "t": style.value(value), "o": out}
        for i, value, out in zip(
            found.places, values[found.places].tolist(), found.outside.tolist(), strict=True
        )
    ]
    bounds = (found.limits.lower998, found.limits.lower95, found.limits.upper95, found.limits.upper998)
    limits = [
        dict(zip("xabcd", map(float, row), strict=True)) for row in zip(found.grid, *bounds, strict=True)
    ]
    above, below = int((found.outside > 0).sum()), int((found.outside < 0).sum())
    overall = style.value(found.benchmark)
    sentence = outliers_sentence(book.title(indicator), overall, len(points), above, below, language)
    names = {-1: "below", 0: "within", 1: "above"}
    state = {side: text(f"buren.{name}", language) for side, name in names.items()}
    rows = tuple(
        (point["n"], float(rounded(point["y"], style.decimals)), point["x"], state[point["o"]])
        for point in (points[i] for i in np.argsort(-np.abs(found.outside), kind="stable"))
    )
    columns = (
        text("shared.column_area", language),
        book.title(indicator),
        text("buren.size", language),
        text("buren.verdict", language),
    )
    return Outliers(sentence, found.benchmark, points, limits, downloads.Shown(columns, rows))
