"""The panels of the page: map, bars, card, table and what the figure is. All draw the same `View`."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable
from functools import cache
from typing import Any

import streamlit as st

from apps.dashboard.components import clicks, downloads, markup, plot
from apps.dashboard.components.charts import choropleth, ranked_bars, scale
from apps.dashboard.components.clicks import Choose
from apps.dashboard.components.map_data import MapNotWritableError, PreparedMap, matching_codes, prepare_map
from apps.dashboard.data import history, periods, queries
from apps.dashboard.data.cache import cached
from apps.dashboard.data.release import Extent
from apps.dashboard.views.verkennen import controls, map_legend
from apps.dashboard.views.verkennen.summary import border_changes, choices_in_words
from apps.dashboard.views.verkennen.view import View, gemeenten
from apps.dashboard.wording import area_history, sentences
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.figures import Figure
from apps.dashboard.wording.numbers import format_number
from apps.dashboard.wording.sentences import areas_word
from apps.dashboard.wording.texts import plural, text

BARS_HEIGHT = 470


def map_panel(context: Context, view: View, choose: Choose) -> PreparedMap | None:
    """The map with its legend and remarks on borders; returns the map that was drawn."""
    language = context.language
    st.subheader(text("verkennen.map_title", language), anchor=False)
    try:
        prepared = prepare_map(
            context.release,
            view.selection.level,
            view.vintage,
            view.only_focus,
            view.selection.gemeente,
        )
        striped = prepared is not None and choropleth.is_striped(len(prepared.names))
        outline = _outline(context, view) if striped else None
    except MapNotWritableError:
        st.html(markup.note(text("verkennen.no_map_write", language), "warn"))
        return None
    if prepared is None:
        st.html(markup.note(text("verkennen.no_map", language), "warn"))
        return None
    words = choropleth.MapWords(
        area=text("verkennen.column_area", language),
        gemeente=text("verkennen.column_gemeente", language),
        figure=view.title,
        changed=text("verkennen.legend_changed", language),
    )
    matched = _matched(context.release.extent, prepared.url, view.vintage, view.only_focus, view, prepared)
    s = view.selection
    identity = f"{prepared.url}|{s.indicator}|{s.level}|{s.year}|{s.age}|{s.sex}|{s.scope}|{language}"
    key, started_with = clicks.chart_key(identity, s.area)
    spec = choropleth.choropleth(
        prepared.url,
        _on_map(view.key, prepared.url, view, matched, striped),
        view.scale.colours,
        words,
        selected=started_with,
        outline_url=outline,
        with_names=view.selection.level == "gemeente",
        striped=striped,
    )
    alt = text("verkennen.alt_map", language, title=view.title, summary=view.summary)
    how = plot.Help("verkennen_map", view.title, language)
    plot.draw(spec, key=key, alt=alt, how_to_read=how, on_select=lambda: clicks.pass_on(key, choose))
    _images(context, view, "verkennen_map", spec, alt)
    st.html(map_legend.legend(view, prepared, matched))
    for sentence in border_changes(
        view.figures, prepared.names, matched, view.selection.level, prepared.vintage, language
    ):
        st.html(markup.note(sentence))
    return prepared


def _images(context: Context, view: View, key: str, spec: dict[str, Any], alt: str) -> None:
    """The chart as an image, with its moment in the title and the colours that the page explains beside it."""
    classes = map_legend.classes(view.key, view) if key.endswith("map") else []
    legend = tuple((item.colour, item.label) for item in classes)
    if classes:
        legend += ((scale.HIDDEN[0], text("verkennen.legend_suppressed", view.style.language)),)
    else:
        legend = tuple((scale.CHOSEN, sentences.reference_words(r, view.style)) for r in view.references)
    age = sentences.age_words(view.selection.age, view.style.language)
    when = periods.when(context.release, view.selection.indicator, view.selection.year)
    title = f"{view.title} ({when}, {age})"
    choices = choices_in_words(view.selection, context, controls.scope_name(context, view.selection.scope))
    downloads.images(context, key, title, downloads.Drawing(spec, alt, legend), [view.indicator], choices)


@cached(24)
def _matched(
    extent: Extent, url: str, vintage: int, only_focus: bool, _view: View, _prepared: PreparedMap
) -> set[str]:
    """Codes of which figure and polygon are one area: the same for all figures of one classification."""
    return matching_codes(((f.code, f.name, f.vintage) for f in _view.figures), _prepared)


@cached(12)
def _on_map(key: Hashable, url: str, _view: View, _matched: set[str], _striped: bool) -> choropleth.MapAreas:
    """The figures as the map wants them; whether one is in doubt is seen on a striped map only."""
    view, written = _view, cache(_view.words_of)  # many areas have one and the same figure
    return choropleth.map_areas(
        choropleth.MapArea(
            figure.code,
            None if figure.value is None else view.scale.index(figure.value),
            written(figure.value, figure.lower, figure.upper, figure.state),
            figure.state,
            _striped and view.is_in_doubt(figure),
        )
        for figure in view.figures
        if figure.code in _matched
    )


def _outline(context: Context, view: View) -> str | None:
    """The borders of gemeenten on top of smaller areas, for orientation; on a canvas they would catch the clicks."""
    if view.selection.level == "gemeente":
        return None
    outlines = prepare_map(
        context.release, "gemeente", view.vintage, view.only_focus, view.selection.gemeente
    )
    return outlines.url if outlines else None


def bars_panel(context: Context, view: View, choose: Choose) -> None:
    """Ranked bars with the region and the country as lines."""
    language = context.language
    order = "" if view.is_ranked else "_by_name"
    st.subheader(text(f"verkennen.bars_title{order}", language), anchor=False)
    everything = view.ranked()
    if not everything:
        st.html(markup.note(text("verkennen.summary_empty", language)))
        return
    lines = [
        ranked_bars.Reference(
            sentences.reference_name(item, language), item.value, dashed=item.kind != "country"
        )
        for item in view.references
    ]
    if lines:
        keys = [
            (sentences.reference_words(item, view.style), item.kind != "country") for item in view.references
        ]
        st.html(markup.reference_keys(keys))
    shown = view.bars(ranked_bars.bars_shown(everything, view.selection.area))
    # Clicking a bar chooses its area; the bars mark the choice by themselves, whichever way it was made.
    key = f"bars_{hashlib.sha256(repr(view.selection).encode()).hexdigest()[:12]}"
    spec = ranked_bars.ranked_bars(
        shown, lines, view.selection.area, figure=view.title, area=text("verkennen.column_area", language)
    )
    alt = text(f"verkennen.alt_bars{order}", language, title=view.title, summary=view.summary)
    plot.draw(
        spec,
        key=key,
        alt=alt,
        how_to_read=plot.Help("verkennen_bars", view.title, language),
        on_select=lambda: clicks.pass_on(key, choose),
        height=BARS_HEIGHT if spec["height"] > BARS_HEIGHT else "content",
    )
    _images(context, view, "verkennen_bars", spec, alt)
    if view.is_ranked and view.small:
        areas = areas_word(view.selection.level, view.small, language)
        least = format_number(view.least, 0, language)
        st.html(markup.note(plural("verkennen.bars_small", view.small, language, areas=areas, least=least)))
    if len(shown) < len(everything):
        count = format_number(len(everything), 0, language)
        st.html(markup.note(text(f"verkennen.bars_cut{order}", language, shown=len(shown), count=count)))


def card_panel(context: Context, view: View, choose: Choose) -> None:
    """The card of the chosen area."""
    language, figure = context.language, view.chosen
    if figure is None:
        st.html(markup.note(text("verkennen.card_empty", language)))
        return
    subtitle = []
    if view.selection.level != "gemeente" and figure.gemeente_name:
        subtitle.append(text("verkennen.card_in_gemeente", language, gemeente=figure.gemeente_name))
    if figure.population:
        subtitle.append(
            text("verkennen.card_residents", language, count=format_number(figure.population, 0, language))
        )
    subtitle.append(figure.code)
    when = periods.when(context.release, view.selection.indicator, view.selection.year)
    moment = f"{when}, {sentences.age_words(view.selection.age, language)}"
    note = f"{view.title}, {moment}"
    if figure.value is None:
        shown = view.words_for(figure)
    else:
        shown = view.style.value(figure.value)
        if margin := sentences.margin_words(view.style, figure.lower, figure.upper):
            note = f"{margin} · {note}"
    st.html(
        markup.area_card(
            figure.name, " · ".join(subtitle), shown, note, _card_sentences(context, view, figure)
        )
    )
    _history(context, view, figure)
    st.button(text("verkennen.card_close", language), on_click=lambda: choose(None), icon=":material/close:")


def _card_sentences(context: Context, view: View, figure: Figure) -> list[str]:
    language = view.style.language
    if figure.value is None:
        return [text(f"verkennen.card_{figure.state}", language, area=figure.name)]
    if view.style.is_count:  # fewer people in a wijk than in its gemeente says nothing
        return []
    others = list(view.references)
    if view.selection.level != "gemeente":
        parent = gemeenten(view.key, view, context.release).get(figure.gemeente_code or "")
        others = [parent, *others] if parent else others
    return [sentences.compare(figure, other, view.style) for other in others]


def _history(context: Context, view: View, figure: Figure) -> None:
    s, language = view.selection, context.language
    rows = queries.history(
        context.release, view.indicator["home"], s.indicator, s.level, figure.code, s.age, s.sex
    )
    if s.sex == "total":
        moved = history.restated(context.release, figure.code, s.indicator)
        rows = history.with_earlier_years(rows, figure.code, [row for row in moved if row["age"] == s.age])
    if len(rows) < 2:
        return
    shown = [
        [
            periods.when(context.release, s.indicator, row["year"]),
            view.style.short(row["value"]),
            view.style.interval(row["lower"], row["upper"]),
            area_history.words(
                row,
                sentences.state_words(
                    row["value"],
                    row["status"],
                    row["is_modelled"],
                    language,
                    has_interval=row["lower"] is not None and row["upper"] is not None,
                ),
                language,
            ),
        ]
        for row in rows
    ]
    names = ["year", "value", "bounds" if view.style.is_count else "interval", "state"]
    used = [i for i in range(4) if i < 2 or any(row[i] for row in shown)]
    header = [text(f"verkennen.column_{names[i]}", language) for i in used]
    caption = text("verkennen.card_history", language)
    st.html(markup.table(header, [[row[i] for i in used] for row in shown], caption))
    modelled = any(row["is_modelled"] for row in rows)
    st.html(
        markup.note(
            text("verkennen.card_no_trend" if modelled else "verkennen.card_no_trend_survey", language)
        )
    )
