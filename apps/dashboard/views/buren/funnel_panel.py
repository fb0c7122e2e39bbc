"""Which areas fall outside what chance explains: the funnel plot of one indicator, in words and as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from apps.dashboard.components import downloads, markup, plot, quality_strip, tables
from apps.dashboard.components.address import Address
from apps.dashboard.components.charts import funnel as funnel_chart
from apps.dashboard.components.folds import fold
from apps.dashboard.data.cache import cached
from apps.dashboard.data.cube import Cube
from apps.dashboard.views.buren import figures
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.numbers import format_number, rounded
from apps.dashboard.wording.texts import plural, text
from datawerkplaats.base.errors import Language


def outliers_sentence(
    title: str,
    overall: str,
    count: int,
    above: int,
    below: int,
    language: Language,
    *,
    is_wide: bool = False,
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
    if is_wide:
        parts.append(text("buren.funnel_wide", language))
    return " ".join(parts)


def show(
    context: Context,
    indicator_texts: IndicatorTexts,
    cube: Cube,
    address: Address,
    counted: list[str],
    area: str,
    years: dict[str, int],
    key: tuple[str, ...],
) -> None:
    """Draw the funnel plot of a counted indicator, with the choice, the table and the files."""
    language = context.language
    st.subheader(text("buren.funnel_title", language), anchor=False)
    if not counted:
        st.html(markup.note(text("buren.funnel_none", language)))
        return
    indicator = address.one(
        "funnel", counted, counted[0], text("buren.choose_funnel", language), indicator_texts.menu_title
    )
    outliers = _described((*key, indicator, language), indicator_texts, cube, indicator)
    st.html(markup.note(outliers.sentence))
    chosen = cube.labels[cube.codes.index(area)]
    stands_out = any(point["n"] == chosen and point["o"] for point in outliers.points)
    if outliers.is_wide and stands_out:
        st.html(markup.note(text("buren.funnel_even_then", language, area=chosen)))
    words = {
        "x": text("buren.size", language), "y": indicator_texts.title(indicator), "area": text("shared.column_area", language),
        "decimal_mark": "," if language == "nl" else ".",
    }  # fmt: skip
    spec = funnel_chart.funnel(outliers.points, outliers.limits, outliers.benchmark, words, chosen=chosen)
    how = plot.Help("buren_funnel", indicator_texts.title(indicator), language)
    plot.draw(spec, key=f"funnel_{indicator}_{area}", alt=outliers.sentence, how_to_read=how)
    quality_strip.of_figures(context, indicator_texts, cube, "funnel", [indicator], years)
    with fold(text("shared.table_title", language), "funnel") as is_open:
        if not is_open:
            return
        style = indicator_texts.style(indicator, False)
        tables.table(outliers.shown, {1: style.short, 2: lambda v: format_number(v, 0, language)})
        title, drawing = text("buren.funnel_title", language), downloads.Drawing(spec, outliers.sentence)
        downloads.panel(
            context,
            "buren_trechter",
            title,
            outliers.shown,
            [indicator_texts.rows[indicator]],
            drawing=drawing,
        )


@dataclass(frozen=True)
class Outliers:
    """A funnel plot in words, points and rows; the same whichever area is chosen."""

    sentence: str
    benchmark: float
    points: list[dict[str, Any]]
    limits: list[dict[str, float]]
    shown: downloads.Shown
    is_wide: bool


@cached(12)
def _described(key: tuple[str, ...], _book: IndicatorTexts, _cube: Cube, indicator: str) -> Outliers:
    indicator_texts, cube, language = _book, _cube, _book.context.language
    found = figures.funnel(cube, indicator, figures.counted_per(indicator_texts.rows[indicator]))
    assert found is not None
    style, n, values = (
        indicator_texts.style(indicator, False),
        cube.denominators[indicator],
        cube.columns[indicator],
    )
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
    sentence = outliers_sentence(
        indicator_texts.title(indicator), overall, len(points), above, below, language, is_wide=found.is_wide
    )
    names = {-1: "below", 0: "within", 1: "above"}
    state = {side: text(f"buren.{name}", language) for side, name in names.items()}
    rows = tuple(
        (point["n"], float(rounded(point["y"], style.decimals)), point["x"], state[point["o"]])
        for point in sorted(points, key=lambda point: (-abs(point["o"]), -point["y"]))
    )
    columns = (
        text("shared.column_area", language),
        indicator_texts.title(indicator),
        text("buren.size", language),
        text("buren.verdict", language),
    )
    return Outliers(sentence, found.benchmark, points, limits, downloads.Shown(columns, rows), found.is_wide)
