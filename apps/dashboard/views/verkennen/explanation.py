"""Below the charts: the same figures as a table, what the figure is, and how to read the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from apps.dashboard.components import downloads, markup, notes, tables
from apps.dashboard.components.folds import fold
from apps.dashboard.components.map_data import PreparedMap
from apps.dashboard.data import periods
from apps.dashboard.data.cache import cached
from apps.dashboard.views.verkennen import controls
from apps.dashboard.views.verkennen.summary import choices_in_words
from apps.dashboard.views.verkennen.view import View
from apps.dashboard.wording import sentences
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.numbers import format_date, format_number, rounded
from apps.dashboard.wording.texts import listing, text, word

# Written out, a row is twice as long to send; above this the browser writes it, in its own language's notation.
MOST_WRITTEN_ROWS = 700


def table_panel(context: Context, view: View, key_of: Callable[[str], notes.Key]) -> None:
    """The same figures as a table, with a reason where there is none; the files carry the notes on each figure.

    `key_of` gives the key of the figure of an area, by its code.
    """
    language = context.language
    with fold(text("verkennen.table_title", language), "verkennen") as is_open:
        if is_open:
            _table(_drawn(view.key, view))
    choices = choices_in_words(view.selection, context, controls.scope_name(context, view.selection.scope))

    def shown() -> downloads.Shown:
        return notes.in_table(context, as_table(view), [key_of(figure.code) for figure in view.figures])

    later = downloads.Later(shown, not view.figures, is_all_hidden(view.states))
    downloads.panel(context, "verkennen", view.title, later, [view.indicator], filters=choices)


def is_all_hidden(states: Counter[str]) -> bool:
    """Whether figures are suppressed and none of those beside them is known: what the table itself says of its rows."""
    return states["suppressed"] > 0 and not states["value"]


def _table(drawn: Drawn) -> None:
    if drawn.texts is None:
        tables.plain(drawn.names, drawn.columns, drawn.config)
    else:
        tables.written(drawn.names, drawn.columns, drawn.texts)


@dataclass(frozen=True)
class Drawn:
    """The columns of the table, and what stands in their cells or (in a long table) how the browser writes them."""

    names: list[str]
    columns: list[list[Any]]
    texts: dict[int, list[str]] | None
    config: dict[str, Any]


@cached(12)
def _drawn(key: Hashable, _view: View) -> Drawn:
    view, language, style = _view, _view.style.language, _view.style
    columns: dict[str, list[Any]] = {
        "area": [f.name for f in view.figures],
        "gemeente": [f.gemeente_name for f in view.figures],
        "value": [f.value for f in view.figures],
        "interval": [style.interval(f.lower, f.upper) for f in view.figures],
        "population": [f.population for f in view.figures],
        "state": [
            sentences.state_words(f.value, f.status, f.is_modelled, language, has_interval=f.has_interval)
            for f in view.figures
        ],
        "code": [f.code for f in view.figures],
    }
    if view.selection.level == "gemeente":
        del columns["gemeente"]
    # A column in which nothing stands only takes room.
    empty = [name for name in ("interval", "population", "state") if not any(columns[name])]
    columns = {name: column for name, column in columns.items() if name not in empty}
    names = {name: text(f"verkennen.column_{name}", language) for name in columns}
    config: dict[str, Any] = {}
    texts: dict[int, list[str]] | None = None
    if len(view.figures) <= MOST_WRITTEN_ROWS:
        write: dict[str, Callable[[float | None], str]] = {
            "value": style.short,
            "population": lambda value: format_number(value, 0, language),
        }
        texts = {
            index: [write[name](cell) for cell in columns[name]]
            for index, name in enumerate(columns)
            if name in write
        }
    else:
        columns["value"] = [
            None if value is None else round(value, style.decimals) for value in columns["value"]
        ]
        unit = f" ({style.unit.strip('()')})" if style.unit else ""
        config = {
            names["value"]: st.column_config.NumberColumn(names["value"] + unit, format="localized"),
            text("verkennen.column_population", language): st.column_config.NumberColumn(format="localized"),
        }
    return Drawn(list(names.values()), list(columns.values()), texts, config)


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
        ("period", periods.when(context.release, view.selection.indicator, view.selection.year)),
        ("borders", borders),
        ("source", f"{indicator['citation'] or ''} ({indicator['licence'] or ''}), {retrieved}"),
        (
            "caveats",
            "\n".join(filter(None, (context.title_of(indicator, name) for name in ("caveats", "helpline")))),
        ),
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
        for part in ("differences", "care"):
            st.markdown(text(f"verkennen.help_{part}", context.language))
