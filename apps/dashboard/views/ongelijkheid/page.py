"""Ongelijkheid: how a figure differs between areas with much and with little of a deprivation."""

from __future__ import annotations

import streamlit as st

from apps.dashboard.components import area_choice, downloads, markup, plot, quality_strip, tables
from apps.dashboard.components.address import Address
from apps.dashboard.components.charts.gradient import gradient as gradient_chart
from apps.dashboard.components.headline import headline
from apps.dashboard.data import cube as cube_data
from apps.dashboard.data.cube import Cube
from apps.dashboard.views.ongelijkheid import figures, years_panel
from apps.dashboard.views.ongelijkheid.figures import Gradient
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.numbers import format_number, rounded
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import Language
from datawerkplaats.statistics import Inequality, explain

# The page opens at the level that tells most; of two that tell as much at the finer one.
_LEVELS = ("wijk", "gemeente")


def render(context: Context) -> None:
    """Draw the page."""
    language = context.language
    st.title(text("ongelijkheid.title", language), anchor=False)
    address = Address("ongelijkheid", language)
    one, two = st.columns(2)
    indicator_texts = IndicatorTexts(context)
    told = {one: _best(context, indicator_texts, one) for one in _LEVELS}
    usual_level = max(_LEVELS, key=lambda one: told[one][0])
    level, scope = area_choice.level_and_scope(context, address, (one, two), level=usual_level)
    moments = cube_data.moments(context.release, level)
    cube = area_choice.table(context, level, scope, moments)
    menu = indicator_texts.comparable(moments)
    ladders = ladders_of(indicator_texts, cube, menu)
    if not ladders or len(menu) < 2:
        st.info(text("ongelijkheid.no_ladder", language))
        return
    first = next((item for item in context.theme.ladders if item in ladders), ladders[0])
    left, right = st.columns(2)
    ladder = address.one(
        "ladder",
        ladders,
        first,
        text("ongelijkheid.choose_ladder", language),
        indicator_texts.title,
        column=right,
    )
    others = [item for item in menu if item != ladder]
    _, best = told.get(level) or _best(context, indicator_texts, level)
    usual = next((item for item in others if item in best), others[0])
    indicator = address.one(
        "indicator",
        others,
        usual,
        text("ongelijkheid.choose_indicator", language),
        indicator_texts.menu_title,
        column=left,
    )
    address.settle()
    refusal = indicator_texts.refusal(indicator, ladder, cube.modelled)
    found = figures.gradient(cube, indicator, ladder, indicator_texts.rows[indicator]["unit"] or "", refusal)
    _show(context, indicator_texts, cube, found, indicator, ladder, refusal)
    years = {moment.indicator_id: moment.year for moment in moments}
    quality_strip.of_figures(
        context, indicator_texts, cube, "gradient", [indicator, ladder], years, link=False
    )
    years_panel.show(context, indicator_texts, (level, scope, indicator, ladder), refusal)
    with st.expander(text("shared.help_title", language), icon=":material/help:"):
        for part in ("measures", "care"):
            st.markdown(text(f"ongelijkheid.help_{part}", language))


def _best(context: Context, indicator_texts: IndicatorTexts, level: str) -> tuple[int, list[str]]:
    """What says how people are and tells most at a level, and how much that is."""
    moments = cube_data.moments(context.release, level)
    units = {
        item: indicator_texts.rows[item]["unit"] or ""
        for item in indicator_texts.comparable(moments)
        if indicator_texts.rows[item]["mart"] != "determinant"
    }
    return figures.tells_most(cube_data.cube(context.release, level, tuple(moments)), units)


def ladders_of(indicator_texts: IndicatorTexts, cube: Cube, menu: list[str]) -> list[str]:
    """What areas may be put in order by: counted, with a wrong end; an estimate would carry its own predictors into the order."""
    return [
        item
        for item in menu
        if indicator_texts.rows[item]["mart"] == "determinant"
        and indicator_texts.rows[item]["polarity"] == "higher_is_worse"
        and not cube.modelled[item]
        and indicator_texts.is_ranked(item)
    ]


def sentence(gradient: Gradient, title: str, ladder: str, first: str, last: str, language: Language) -> str:
    """The first and the last group; a difference is claimed only where the margin of the slope leaves out zero."""
    if not gradient.groups:
        return text("shared.no_figures", language)
    places = {"title": title, "ladder": ladder, "first": first, "last": last}
    key = "gradient"
    if gradient.measures is not None:
        lower, upper = gradient.measures.sii_limits[0]
        key = "higher" if lower > 0 else "lower" if upper < 0 else "unclear"
    return text(f"ongelijkheid.{key}", language, **places)


def _show(
    context: Context,
    indicator_texts: IndicatorTexts,
    cube: Cube,
    gradient: Gradient,
    indicator: str,
    ladder: str,
    refusal: str,
) -> None:
    language = context.language
    style, rungs = (
        indicator_texts.style(indicator, cube.modelled[indicator]),
        indicator_texts.style(ladder, False),
    )
    ends = (
        (style.value(gradient.groups[0].value), style.value(gradient.groups[-1].value))
        if gradient.groups
        else ("", "")
    )
    headline(
        sentence(gradient, indicator_texts.title(indicator), indicator_texts.title(ladder), *ends, language)
    )
    if not gradient.groups:
        return
    badge = ("modelled", "model") if cube.modelled[indicator] else ("counted", "counted")
    st.html(markup.badges([(text(f"verkennen.badge_{badge[0]}", language), badge[1])]))
    if gradient.reason:
        reasons = dict.fromkeys((explain(gradient.reason, language), explain(refusal, language)))
        st.html(
            markup.note(
                f"{text('ongelijkheid.only_gradient', language)} {' '.join(filter(None, reasons))}", "warn"
            )
        )
    st.html(markup.note(text("shared.ecological", language)))
    names = [text(f"ongelijkheid.group_{group.number}", language) for group in gradient.groups]
    rows = [
        {
            "n": name,
            "v": float(rounded(g.value, style.decimals)),
            "t": style.short(g.value),
            "lo": g.lower,
            "hi": g.upper,
        }
        for name, g in zip(names, gradient.groups, strict=True)
    ]
    words = {"group": text("ongelijkheid.group", language), "decimal_mark": "," if language == "nl" else "."}
    alt = text(
        "ongelijkheid.alt",
        language,
        title=indicator_texts.title(indicator),
        ladder=indicator_texts.title(ladder),
    )
    spec = gradient_chart(rows, indicator_texts.title(indicator), words)
    about = f"{indicator_texts.title(indicator)} {text('ongelijkheid.by', language)} {indicator_texts.title(ladder)}"
    plot.draw(spec, key="gradient", alt=alt, how_to_read=plot.Help("ongelijkheid_groups", about, language))
    columns = (
        words["group"], indicator_texts.title(indicator), text("verkennen.column_interval", language),
        indicator_texts.title(ladder), text("ongelijkheid.areas", language), text("ongelijkheid.weight", language),
    )  # fmt: skip
    shown = downloads.Shown(
        columns,
        tuple(
            (
                name, float(rounded(g.value, style.decimals)), style.interval(g.lower, g.upper),
                f"{rungs.short(g.ladder_low)} – {rungs.short(g.ladder_high)}", g.areas, g.population,
            )
            for name, g in zip(names, gradient.groups, strict=True)
        ),
    )  # fmt: skip
    tables.table(shown, {1: style.short, 5: lambda v: format_number(v, 0, language)})
    if gradient.measures is not None:
        _measures(context, gradient.measures, indicator_texts.rows[indicator]["polarity"] or "neutral")
    title = f"{indicator_texts.title(indicator)} {text('ongelijkheid.by', language)} {indicator_texts.title(ladder)}"
    told_of = [indicator_texts.rows[indicator], indicator_texts.rows[ladder]]
    downloads.panel(context, "ongelijkheid", title, shown, told_of, drawing=downloads.Drawing(spec, alt))


def _measures(context: Context, measures: Inequality, polarity: str) -> None:
    language = context.language

    def written(value: float, limits: tuple[float, float], decimals: int) -> list[str]:
        low, high = (format_number(limit, decimals, language) for limit in limits)
        return [format_number(value, decimals, language), f"{low} – {high}"]

    kinds = [
        ("sii", measures.sii, measures.sii_limits[0], 1),
        ("rii", measures.rii, measures.rii_limits[0], 2),
    ]
    if polarity != "higher_is_better":
        kinds.append(("paf", measures.paf, measures.paf_limits[0], 1))
    st.subheader(text("ongelijkheid.measures_title", language), anchor=False)
    header = [text(f"ongelijkheid.column_{name}", language) for name in ("measure", "value", "margin")]
    rows = [
        [text(f"ongelijkheid.{kind}", language), *written(value, limits, decimals)]
        for kind, value, limits, decimals in kinds
    ]
    st.html(markup.table(header, rows))
    st.html(markup.note(text("ongelijkheid.no_cause", language)))
