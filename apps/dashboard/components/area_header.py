"""The search box of every page: it says which area the pages are about, and finds another area or a figure."""

from __future__ import annotations

from typing import Any

import streamlit as st

from apps.dashboard.components import markup, postcode_search, search
from apps.dashboard.components.address import choose_area, chosen_area
from apps.dashboard.data import cube, history, queries
from apps.dashboard.data.cache import cached
from apps.dashboard.data.regions import SeenKey, seen_key
from apps.dashboard.data.release import Extent, Release, Row
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.sentences import age_words
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import Language

_KEY = "area_search"
_GO, _TOLD, _ANSWER = "search_goes_to", "search_told", "search_postcode"
LEVELS = ("gemeente", "wijk")


def known(context: Context, code: str) -> tuple[Row, str] | None:
    """The area of a code with its level; of a gemeente that ended its successor; None for one that is not there."""
    for level in LEVELS:
        found = next((row for row in cube.regions(context.release, level) if row["code"] == code), None)
        if found:
            return found, level
    moved = history.replaced(context.release, code)
    return known(context, moved.successors[0][0]) if moved and moved.successors else None


def entries(context: Context) -> tuple[search.Entry, ...]:
    """What can be found in this publication, in the language of the page."""
    only_region = queries.focus_region(context.release) is not None
    release, language = context.release, context.language
    return (
        *_areas(release.extent, language, only_region, release),
        *_found_figures(seen_key(release), language, context),
    )


@cached(60)
def _areas(
    extent: Extent, language: Language, only_region: bool, _release: Release
) -> tuple[search.Entry, ...]:
    found = []
    for level in LEVELS:
        rows = [row for row in cube.regions(_release, level) if row["is_focus"] or not only_region]
        if level == "wijk" and not only_region:
            continue  # of the whole country there are thousands: they are found by typing
        for row in rows:
            name = str(row["name"])
            label = text(f"zoek.{level}", language, name=name, gemeente=row["gemeente_name"] or "")
            found.append(search.Entry(str(row["code"]), label, (name,)))
    return tuple(found)


@cached(24)
def _found_figures(key: SeenKey, language: Language, _context: Context) -> tuple[search.Entry, ...]:
    release = _context.release
    public = {row["indicator_id"]: row for row in queries.indicators(release)}
    shown = {
        row["indicator_id"] for row in queries.availability(release) if row["known"] and row["sex"] == "total"
    }
    titles = {key: _context.title_of(row) for key, row in public.items() if key in shown}
    ages = {key: str(public[key].get("age_band") or "") for key in titles}
    words = {key: age_words(age, language) for key, age in ages.items() if age not in ("", "all")}
    return tuple(search.figure_entries(titles, _context.theme.synonyms, words))


def show(context: Context, column: Any = st) -> None:
    """Draw the box and go where it leads; what was not found stands below it (`say`)."""
    language = context.language
    by_key = {entry.key: entry for entry in entries(context)}
    area = chosen_area()
    here = known(context, area) if area else None
    options = list(by_key)
    if here and area not in by_key:
        options.append(area)
    st.session_state[_KEY] = area if here else None

    def label(key: str) -> str:
        if key in by_key:
            return by_key[key].label
        return str(here[0]["name"]) if here and key == area else key

    column.selectbox(
        text("zoek.label", language),
        options,
        index=None,
        format_func=label,
        key=_KEY,
        placeholder=text("zoek.hint", language),
        label_visibility="collapsed",
        accept_new_options=True,
        on_change=_chosen,
        args=(context,),
    )
    figure = st.session_state.pop(_GO, "")
    if figure and "verkennen" in context.links:
        asked = {"indicator": figure, "lang": language, **({"gebied": area} if area else {})}
        st.switch_page(context.links["verkennen"], query_params=asked)


def say() -> None:
    """What the search box has to say: what was not found, or the wijken of a postcode to choose from."""
    told = st.session_state.pop(_TOLD, "")
    if told:
        st.html(markup.note(told, "warn"))
    # The wijken of a postcode stay on offer until somebody chooses one, or looks for something else.
    answer: tuple[str, postcode_search.Answer] | None = st.session_state.get(_ANSWER)
    if answer and answer[0] == chosen_area():
        postcode_search.show(answer[1])


def _chosen(context: Context) -> None:
    """What was chosen in the list, or typed."""
    wanted = str(st.session_state.get(_KEY) or "")
    st.session_state.pop(_ANSWER, None)
    found = resolve(context, wanted)
    if found is None and search.is_postcode(wanted):
        answer = postcode_search.answer(context, search.plain(wanted), known)
        if answer.area:
            choose_area(answer.area)
        st.session_state[_ANSWER] = (answer.area or chosen_area(), answer)
    elif found is None:
        if wanted:
            words = wanted[: search.MOST_CHARACTERS]
            st.session_state[_TOLD] = text("zoek.nothing", context.language, words=words)
    elif found.startswith(search.FIGURE):
        st.session_state[_GO] = found.removeprefix(search.FIGURE)
    else:
        choose_area(found)


def resolve(context: Context, wanted: str) -> str | None:
    """The key of what was typed: an area, a figure, or of the whole country a wijk that the list does not hold."""
    listed = entries(context)
    if any(entry.key == wanted for entry in listed):
        return wanted
    if search.is_postcode(wanted):
        return None
    found = search.find(listed, wanted)
    if found is None:
        rows = cube.regions(context.release, "wijk")
        found = search.find(
            (search.Entry(str(row["code"]), str(row["name"]), (str(row["name"]),)) for row in rows), wanted
        )
    return found.key if found else None
