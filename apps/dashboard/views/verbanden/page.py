"""Verbanden tussen variabelen: two figures against each other, adjusted for others, and all pairs in one heat map."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import streamlit as st

from apps.dashboard.components import area_choice, downloads, markup, plot, quality_strip, tables
from apps.dashboard.components.address import Address
from apps.dashboard.components.charts.scatter import MOST_POINTS, Point, scatter
from apps.dashboard.components.folds import fold
from apps.dashboard.components.headline import headline, opening
from apps.dashboard.data import cube as cube_data
from apps.dashboard.data.cache import cached
from apps.dashboard.data.cube import Cube
from apps.dashboard.views.verbanden import all_pairs, figures
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.figures import Format
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.numbers import format_number, rounded
from apps.dashboard.wording.texts import listing, text
from datawerkplaats.base.errors import Language
from datawerkplaats.statistics import Correlation, explain

MOST_CONTROLS = 4


def render(context: Context) -> None:
    """Draw the page."""
    language = context.language
    st.title(text("verbanden.title", language), anchor=False)
    opening(text("verbanden.intro", language))
    address = Address("verbanden", language)
    first, second = st.columns(2)
    level, scope = area_choice.level_and_scope(context, address, (first, second))
    indicator_texts = IndicatorTexts(context)
    moments = cube_data.moments(context.release, level)
    menu = indicator_texts.comparable(moments)
    if len(menu) < 2:
        st.info(text("shared.no_figures", language))
        return
    cube = area_choice.table(context, level, scope, moments)
    default_x, default_y = _opening(indicator_texts, cube, menu)
    left, right = st.columns(2)
    y = address.one(
        "y", menu, default_y, text("verbanden.choose_y", language), indicator_texts.menu_title, column=left
    )
    x = address.one(
        "x", menu, default_x, text("verbanden.choose_x", language), indicator_texts.menu_title, column=right
    )
    controls = address.many(
        "controls", [item for item in menu if item not in (x, y)], [], text("verbanden.choose_controls", language),
        indicator_texts.title, max_selections=MOST_CONTROLS, placeholder=text("verbanden.choose_controls_hint", language),
    )  # fmt: skip
    address.settle()
    _pair(context, indicator_texts, cube, x, y, controls, (*context.release.view, level, scope, language))
    years = {moment.indicator_id: moment.year for moment in moments}
    quality_strip.of_figures(context, indicator_texts, cube, "pair", [y, x, *controls], years, link=False)
    all_pairs.show(context, indicator_texts, cube, level, scope, menu)
    quality_strip.of_figures(context, indicator_texts, cube, "all_pairs", menu, years)
    with st.expander(text("shared.help_title", language), icon=":material/help:"):
        for part in ("adjusted", "refused"):
            st.markdown(text(f"verbanden.help_{part}", language))


def _opening(indicator_texts: IndicatorTexts, cube: Cube, menu: list[str]) -> tuple[str, str]:
    """The pair to open with: a fixed one where it exists, else the first that may be computed."""
    opens_with = indicator_texts.context.theme.opens_with
    if opens_with and set(opens_with) <= set(menu):
        return opens_with
    upward = [item for item in menu if indicator_texts.rows[item]["mart"] != "determinant"] or menu
    pairs = (
        (x, y)
        for y in upward
        for x in menu
        if x not in upward and not indicator_texts.refusal(x, y, cube.modelled)
    )
    return next(pairs, (menu[-1], menu[0]))


def number(value: float, language: Language) -> str:
    """A correlation in words: two decimals."""
    return format_number(value, 2, language)


def coefficient_words(correlation: Correlation, language: Language) -> str:
    """r with its interval and number of areas."""
    return text(
        "verbanden.r", language, r=number(correlation.r, language), lower=number(correlation.lower, language),
        upper=number(correlation.upper, language), areas=format_number(correlation.areas, 0, language),
    )  # fmt: skip


def sentence(
    correlation: Correlation,
    adjusted: Correlation | None,
    x: str,
    y: str,
    controls: list[str],
    language: Language,
) -> str:
    """What may be said of a pair: a direction only where the interval leaves out zero."""
    if correlation.reason:
        return f"{text('verbanden.refused', language, x=x, y=y)} {explain(correlation.reason, language)}"

    def direction(item: Correlation) -> str:
        return "positive" if item.lower > 0 else "negative" if item.upper < 0 else "unclear"

    parts = [
        text(f"verbanden.{direction(correlation)}", language, x=x, y=y),
        coefficient_words(correlation, language),
    ]
    if not correlation.draw_line:
        parts.append(text("verbanden.no_line", language))
    if adjusted is not None:
        names = listing(controls, language)
        if adjusted.reason:
            parts.append(
                text("verbanden.adjusted_refused", language, names=names)
                + " "
                + explain(adjusted.reason, language)
            )
        else:
            parts.append(text(f"verbanden.adjusted_{direction(adjusted)}", language, names=names))
            parts.append(coefficient_words(adjusted, language))
    return " ".join(parts)


def _pair(
    context: Context,
    indicator_texts: IndicatorTexts,
    cube: Cube,
    x: str,
    y: str,
    controls: list[str],
    key: tuple[object, ...],
) -> None:
    language = context.language
    found, adjusted = figures.pair(indicator_texts, cube, x, y, controls)
    titles = (indicator_texts.title(x), indicator_texts.title(y))
    headline(sentence(found, adjusted, *titles, [indicator_texts.title(c) for c in controls], language))
    st.html(markup.note(text("shared.ecological", language), "warn"))
    blocked = found.reason == "circular_pair"
    both = ~(np.isnan(cube.columns[x]) | np.isnan(cube.columns[y]))
    written_x, written_y = (
        _written((*key, item), cube.columns[item], indicator_texts.style(item, cube.modelled[item]))
        for item in (x, y)
    )
    points = [
        Point(
            cube.labels[i], float(cube.columns[x][i]), float(cube.columns[y][i]), written_x[i][1], written_y[i][1],
            float(cube.population[i]),
        )
        for i in np.flatnonzero(both & (cube.population > 0))[:MOST_POINTS]
    ]  # fmt: skip
    if not blocked and points:
        line = (found.intercept, found.slope) if found.draw_line and not found.reason else None
        spec = scatter(
            points,
            titles,
            line,
            greyed=bool(found.reason),
            area=text("shared.column_area", language),
            decimal_mark="," if language == "nl" else ".",
        )
        alt = text("verbanden.alt", language, x=titles[0], y=titles[1], count=int(both.sum()))
        how = plot.Help("verbanden_scatter", listing([f"'{title}'" for title in titles], language), language)
        plot.draw(spec, key=f"scatter_{x}_{y}", alt=alt, how_to_read=how)
        if any(cube.modelled.get(item) for item in (x, y)):
            badge = markup.badges([(text("verkennen.badge_modelled", language), "model")])
            st.html(badge + markup.note(text("verbanden.modelled", language)))
        names = ("column_area", "column_gemeente", "column_code")
        area, gemeente, code = (text(f"shared.{name}", language) for name in names)
        people = text("shared.column_population", language)
        places = np.flatnonzero(both)
        shown = downloads.Shown(
            (area, gemeente, *titles, people, code),
            tuple(
                (
                    cube.labels[i], cube.gemeenten[i], written_x[i][0], written_y[i][0],
                    None if np.isnan(cube.population[i]) else float(cube.population[i]), cube.codes[i],
                )
                for i in places
            ),
        )  # fmt: skip
        with fold(text("shared.table_title", language), "pair") as is_open:
            if is_open:
                short = [indicator_texts.style(item, cube.modelled[item]).short for item in (x, y)]
                tables.table(shown, {2: short[0], 3: short[1], 4: lambda v: format_number(v, 0, language)})
        st.caption(text("shared.download_title", language))
        title = text("verbanden.file", language, x=titles[0], y=titles[1])
        drawing = downloads.Drawing(spec, alt)
        downloads.panel(
            context,
            "verbanden",
            title,
            shown,
            [indicator_texts.rows[x], indicator_texts.rows[y]],
            drawing=drawing,
        )


@cached(120)
def _written(
    key: tuple[object, ...], _column: npt.NDArray[np.float64], _style: Format
) -> list[tuple[float, str]]:
    """Per area the figure rounded as shown and in words, written once per publication, extent and language."""
    return [
        (math.nan, "") if math.isnan(value) else (float(rounded(value, _style.decimals)), _style.value(value))
        for value in _column.tolist()
    ]
