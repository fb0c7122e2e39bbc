"""Below the charts: the same figures as a table, what the figure is, and how to read the page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from apps.dashboard import data
from apps.dashboard.components import downloads, markup
from apps.dashboard.components.map_data import PreparedMap
from apps.dashboard.components.numbers import format_date, format_number, rounded
from apps.dashboard.components.texts import listing, text, word
from apps.dashboard.context import Context
from apps.dashboard.views.verkennen import sentences
from apps.dashboard.views.verkennen.selection import Selection
from apps.dashboard.views.verkennen.view import View
from datawerkplaats.errors import Language

# Writing each figure out takes 0.03 ms; above this the browser does it, in its own language's notation.
MOST_STYLED_ROWS = 700


def table_panel(context: Context, view: View) -> None:
    """The same figures as a table, with a reason where there is none."""
    import pandas

    language = context.language
    st.subheader(text("verkennen.table_title", language), anchor=False)
    names = {
        name: text(f"verkennen.column_{name}", language)
        for name in ("area", "gemeente", "value", "interval", "population", "state", "code")
    }
    frame = pandas.DataFrame(
        {
            names["area"]: [f.name for f in view.figures],
            names["gemeente"]: [f.gemeente_name for f in view.figures],
            names["value"]: [f.value for f in view.figures],
            names["interval"]: [view.style.interval(f.lower, f.upper) for f in view.figures],
            names["population"]: [f.population for f in view.figures],
            names["state"]: [
                sentences.state_words(f.value, f.status, f.is_modelled, language, has_interval=f.has_interval)
                for f in view.figures
            ],
            names["code"]: [f.code for f in view.figures],
        }
    )
    if view.selection.level == "gemeente":
        frame = frame.drop(columns=names["gemeente"])
    # A column in which nothing stands only takes room.
    optional = [names[name] for name in ("interval", "population", "state")]
    frame = frame.drop(columns=[name for name in optional if not any(frame[name].fillna("").astype(bool))])
    height = min(420, 38 + 35 * len(frame))
    _draw(view, frame, names, height)
    shown = _file(context.release.identity, language, replace(view.selection, area=None), view)
    choices = sentences.choices(view.selection, context)
    downloads.panel(context, "verkennen", view.title, shown, [view.indicator], filters=choices)


@st.cache_resource(max_entries=12, show_spinner=False)
def _file(identity: data.Identity, language: Language, selection: Selection, _view: View) -> downloads.Shown:
    """Kept, since writing out thousands of areas takes longer than a click on the map may."""
    return as_table(_view)


def as_table(view: View) -> downloads.Shown:
    """The same figures as a file holds them: rounded as on the page, with limits and the reason for an empty cell."""
    language, style = view.style.language, view.style

    def number(value: float | None) -> float | None:
        return None if value is None else float(rounded(value, style.decimals))

    names = ("area", "gemeente", "value", "lower", "upper", "population", "state", "code")
    rows = tuple(
        (
            f.name, f.gemeente_name, number(f.value), number(f.lower), number(f.upper), f.population,
            sentences.state_words(f.value, f.status, f.is_modelled, language, has_interval=f.has_interval), f.code,
        )
        for f in view.figures
    )  # fmt: skip
    hidden = frozenset((i, 2) for i, f in enumerate(view.figures) if f.state == "suppressed")
    return downloads.Shown(tuple(text(f"verkennen.column_{name}", language) for name in names), rows, hidden)


def _draw(view: View, frame: Any, names: dict[str, str], height: int) -> None:
    language = view.style.language
    if len(frame) <= MOST_STYLED_ROWS:
        formats = {
            names["value"]: view.style.short,
            names["population"]: lambda value: format_number(value, 0, language),
        }
        styled = frame.style.format({name: write for name, write in formats.items() if name in frame})
        st.dataframe(styled, hide_index=True, width="stretch", height=height, placeholder="–")
        return
    frame[names["value"]] = frame[names["value"]].round(view.style.decimals)
    unit = f" ({view.style.unit.strip('()')})" if view.style.unit else ""
    columns = {
        names["value"]: st.column_config.NumberColumn(names["value"] + unit, format="localized"),
        names["population"]: st.column_config.NumberColumn(format="localized"),
    }
    st.dataframe(
        frame, hide_index=True, width="stretch", height=height, placeholder="–", column_config=columns
    )


def about_panel(context: Context, view: View, prepared: PreparedMap | None) -> None:
    """Definition, population, period, borders, source, caveats and origin of the figure."""
    language, indicator = context.language, view.indicator
    instrument = sentences.instrument(indicator, language)
    borders = text("verkennen.about_borders_same", language, year=view.vintage)
    if prepared and prepared.vintage != view.vintage:
        borders = text(
            "verkennen.about_borders_value", language, year=view.vintage, map_year=prepared.vintage
        )
    retrieved = text(
        "verkennen.about_retrieved", language, date=format_date(indicator["retrieved_at"], language)
    )
    trace = text(
        "verkennen.about_trace_value",
        language,
        id=context.release.id,
        snapshot=indicator["snapshot_id"] or "–",
    )
    population = context.title_of(indicator, "population")
    age = sentences.age_words(view.selection.age, language)
    items = [
        ("meaning", context.title_of(indicator, "description")),
        ("instrument", instrument),
        ("population", population),
        ("age", "" if age in population else age),
        ("period", str(view.selection.year)),
        ("borders", borders),
        ("source", f"{indicator['citation'] or ''} ({indicator['licence'] or ''}), {retrieved}"),
        ("caveats", context.title_of(indicator, "caveats")),
        ("trace", trace),
    ]
    st.subheader(text("verkennen.about_title", language), anchor=False)
    if view.is_modelled:
        explained = text("verkennen.modelled_explained", language)
        if indicator["model_predictors"]:
            codes = [code.strip() for code in indicator["model_predictors"].split(",")]
            predictors = listing([word("predictor", code, language) for code in codes], language)
            explained += " " + text("verkennen.modelled_from", language, predictors=predictors)
        st.html(
            markup.badges([(text("verkennen.badge_modelled", language), "model")]) + markup.note(explained)
        )
    st.html(markup.definitions([(text(f"verkennen.about_{key}", language), value) for key, value in items]))
    if (indicator["methodology_url"] or "").startswith("https://"):
        st.link_button(text("verkennen.more_about", language), indicator["methodology_url"])


def help_panel(context: Context) -> None:
    """How to read the page."""
    with st.expander(text("verkennen.help_title", context.language), icon=":material/help:"):
        for part in ("map", "bars", "differences", "care"):
            st.markdown(text(f"verkennen.help_{part}", context.language))
