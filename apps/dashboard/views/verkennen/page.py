"""Verkennen: one figure for all areas, as map, ranked bars and table, with the card of the area one chooses."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from apps.dashboard.components import helpline, markup, notes, quality_strip
from apps.dashboard.components.headline import headline
from apps.dashboard.data import history, periods, queries
from apps.dashboard.data import release as published_release
from apps.dashboard.data.cache import cached
from apps.dashboard.data.regions import SeenKey, seen_key
from apps.dashboard.views.verkennen import controls, explanation, panels
from apps.dashboard.views.verkennen.selection import Availability
from apps.dashboard.views.verkennen.view import View, collect
from apps.dashboard.wording import area_history, sentences
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import Language


def render(context: Context) -> None:
    """Draw the page."""
    release, language = context.release, context.language
    indicators = {row["indicator_id"]: row for row in queries.indicators(release)}
    titles = {key: context.title_of(row) for key, row in indicators.items()}
    available = _available(seen_key(release), language, context, indicators, titles)
    region = queries.focus_region(release)
    gemeente = controls.own_gemeente(context)
    selection, unknown = available.resolve(controls.asked(gemeente), region is not None, gemeente)
    if selection is None:
        st.info(text("verkennen.summary_no_areas", language))
        return
    view = collect(context, selection, indicators[selection.indicator], region)
    moved = history.replaced(release, selection.area) if selection.area and view.chosen is None else None
    successor = moved.shown([figure.code for figure in view.figures]) if moved else None
    if moved and successor:
        selection = replace(selection, area=successor[0])
        view = collect(context, selection, indicators[selection.indicator], region)
        st.html(markup.note(area_history.notice(moved, successor[1], language), "warn"))
    if unknown:
        names = ", ".join(text(f"verkennen.param_{name}", language) for name in unknown)
        st.html(markup.note(text("verkennen.note_unknown", language, names=names), "warn"))
    elif selection.area and view.chosen is None:
        st.html(markup.note(text("verkennen.note_unknown_area", language), "warn"))
    controls.remember(selection)
    controls.filters(context, selection, available, titles, region["region_name"] if region else None)

    def choose(code: str | None) -> None:
        controls.change(context, "area", code, available, region is not None)

    _heading(context, view)
    left, right = st.columns([3, 2], gap="large")
    with left:
        prepared = panels.map_panel(context, view, choose)
        citation = view.indicator["citation"] or view.indicator["publisher"] or ""
        age = sentences.age_words(selection.age, language)
        when = periods.when(context.release, selection.indicator, selection.year)
        st.html(markup.note(text("verkennen.source_line", language, citation=citation, year=when, age=age)))
        quality_strip.strip(context, "view", counts_of(view), [view.indicator], link=False)
        explanation.help_panel(context)
    with right:
        controls.area_search(context, view, available, region is not None)
        panels.card_panel(context, view, choose)
        if view.chosen is not None and view.chosen.value is not None:
            notes.panel(context, [key_of(view, view.chosen.code)])
        panels.bars_panel(context, view, choose)
    explanation.table_panel(context, view, lambda code: key_of(view, code))
    explanation.about_panel(context, view, prepared)


@cached(24)
def _available(
    kept_for: SeenKey,
    language: Language,
    _context: Context,
    _indicators: dict[str, published_release.Row],
    _titles: dict[str, str],
) -> Availability:
    """What can be chosen, put in order once per publication and language."""
    opens_with = {key for key, row in _indicators.items() if row["as_target"]}
    return Availability(
        queries.availability(_context.release),
        sorted(_titles, key=_titles.__getitem__),
        opens_with,
        _context.theme.ages,
    )


def key_of(view: View, code: str) -> notes.Key:
    """Which figure the view shows of an area."""
    s = view.selection
    return s.indicator, code, s.year, s.age, s.sex


def counts_of(view: View) -> quality_strip.Counts:
    """How many areas have a counted or estimated figure, and how many have none."""
    known = view.states["value"]
    modelled = sum(figure.is_modelled for figure in view.figures if figure.value is not None)
    return quality_strip.Counts(known - modelled, modelled, len(view.figures) - known, (view.selection.year,))


def _heading(context: Context, view: View) -> None:
    """What is shown, how sure it is, and what there is to see, in one sentence each."""
    language, selection = context.language, view.selection
    st.title(view.title, anchor=False)
    kind = ("modelled", "model") if view.is_modelled else ("counted", "counted")
    bounds = "survey_bounds" if view.has_intervals else "no_bounds"
    areas = text(f"verkennen.level_{selection.level}", language).split(" (")[0]
    when = periods.when(context.release, selection.indicator, selection.year)
    is_region = view.region is None or view.only_focus
    where = context.region_name if is_region else text("verkennen.country", language)
    if selection.gemeente:
        where = controls.scope_name(context, selection.gemeente)
    st.html(
        markup.badges(
            [
                (f"{areas} · {where}", "plain"),
                (f"{when} · {sentences.age_words(selection.age, language)}", "plain"),
                (text(f"verkennen.badge_{kind[0]}", language), kind[1]),
                (text(f"verkennen.badge_{bounds}", language), "plain"),
            ]
        )
    )
    headline(view.summary)
    helpline.show(context, [view.indicator])
