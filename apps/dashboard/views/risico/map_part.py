"""The map and the table of the estimates, both of the same areas."""

from __future__ import annotations

import streamlit as st

from apps.dashboard.components import clicks, downloads, markup, plot, tables
from apps.dashboard.components.charts import choropleth, scale
from apps.dashboard.components.clicks import Choose
from apps.dashboard.components.map_data import MapNotWritableError, matching_codes, prepare_map
from apps.dashboard.data.release import Row
from apps.dashboard.views.risico import sentences
from apps.dashboard.views.risico.model_tables import RiskArea
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.numbers import format_number
from apps.dashboard.wording.texts import text


def name_of(area: RiskArea) -> str:
    """The area's name with its gemeente."""
    return f"{area.name} ({area.gemeente})" if area.gemeente and area.gemeente != area.name else area.name


def indicators_of(context: Context, model: Row) -> list[Row]:
    """The indicator that a model's estimates are published as; none where the publication has no such indicator."""
    rows = IndicatorTexts(context).rows
    return [rows[model["indicator_id"]]] if model["indicator_id"] in rows else []


def show(
    context: Context, model: Row, level: str, areas: list[RiskArea], chosen: str, choose: Choose
) -> None:
    """The map with its legend: coloured where there is an estimate, striped where the model is silent; a click chooses."""
    language = context.language
    st.subheader(text("risico.map_title", language), anchor=False)
    vintage = max(area.vintage for area in areas)
    try:
        prepared = prepare_map(context.release, level, vintage, False)
    except MapNotWritableError:
        prepared = None
    if prepared is None:
        st.html(markup.note(text("risico.no_map", language), "warn"))
        return
    matched = matching_codes(((area.code, area.name, area.vintage) for area in areas), prepared)
    values = [area.value for area in areas if area.value is not None]
    colours = scale.map_scale(areas, "higher_is_worse", 0, is_modelled=True)
    striped = choropleth.is_striped(len(prepared.names))
    drawn = choropleth.map_areas(
        choropleth.MapArea(
            area.code,
            None if area.value is None else colours.index(area.value),
            sentences.tooltip(area, language),
            "suppressed" if area.value is None else "value",
        )
        for area in areas
        if area.code in matched
    )
    title = context.title_of(model)
    words = choropleth.MapWords(
        area=text("risico.column_area", language),
        gemeente=text("risico.column_gemeente", language),
        figure=text("risico.column_estimate", language),
        changed=text("verkennen.legend_changed", language),
    )
    identity = f"{prepared.url}|{model['model_id']}|{level}|{language}"
    key, started_with = clicks.chart_key(identity, chosen or None)
    spec = choropleth.choropleth(
        prepared.url,
        drawn,
        colours.colours,
        words,
        selected=started_with,
        outline_url=_outline(context, level, vintage) if striped else None,
        with_names=level == "gemeente",
        striped=striped,
    )
    alt = text(
        "risico.map_alt", language, title=title, summary=sentences.headline(areas, model, level, language)
    )
    how = plot.Help("risico_map", title, language)
    plot.draw(spec, key=key, alt=alt, how_to_read=how, on_select=lambda: clicks.pass_on(key, choose))
    classes = scale.legend(colours, values, "%", language)
    legend = tuple((item.colour, item.label) for item in classes)
    indicators = indicators_of(context, model)
    downloads.images(context, "risico_map", title, downloads.Drawing(spec, alt, legend), indicators)
    silent = len(areas) - len(values)
    others = [("suppressed", text("risico.legend_silent", language), str(silent))] if silent else []
    st.html(
        markup.legend(
            text("risico.map_caption", language),
            classes,
            [str(item.count) for item in classes],
            others,
            striped=striped,
        )
    )
    st.html(markup.note(text("risico.map_note", language)))


def _outline(context: Context, level: str, vintage: int) -> str | None:
    """The borders of gemeenten on a map of wijken, for orientation."""
    if level == "gemeente":
        return None
    gemeenten = prepare_map(context.release, "gemeente", vintage, False)
    return gemeenten.url if gemeenten else None


def table(context: Context, model: Row, level: str, areas: list[RiskArea]) -> None:
    """All areas by name, with expected numbers beside the shares, and the files to download."""
    language = context.language
    st.subheader(text("risico.table_title", language), anchor=False)
    names = ("area", "gemeente", "estimate", "interval", "expected", "expected_interval", "residents", "why")
    rows = tuple(
        (
            area.name,
            area.gemeente,
            None if area.value is None else float(round(area.value)),
            sentences.interval(area.lower, area.upper, language),
            None if area.expected is None else float(round(area.expected)),
            _between(area, context),
            float(area.people),
            sentences.silence(area.reason, language),
        )
        for area in areas
    )
    hidden = frozenset((i, j) for i, area in enumerate(areas) if area.value is None for j in (2, 4))
    shown = downloads.Shown(tuple(text(f"risico.column_{name}", language) for name in names), rows, hidden)
    tables.table(
        shown,
        {
            2: lambda value: sentences.percentage(value, language),
            4: lambda value: format_number(value, 0, language),
            6: lambda value: format_number(value, 0, language),
        },
    )
    indicators = indicators_of(context, model)
    title = f"{context.title_of(model)} · {text(f'risico.level_{level}', language)}"
    downloads.panel(context, "risico", title, shown, indicators)


def _between(area: RiskArea, context: Context) -> str:
    if area.expected_lower is None or area.expected_upper is None:
        return ""
    low, high = (
        format_number(value, 0, context.language) for value in (area.expected_lower, area.expected_upper)
    )
    return f"{low} – {high}"
