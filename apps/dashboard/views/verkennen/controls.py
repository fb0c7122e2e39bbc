"""The filters of the page. The URL is the truth: a widget shows what the URL says and writes its change back into it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import streamlit as st

from apps.dashboard.components import address, area_header
from apps.dashboard.data import periods
from apps.dashboard.data.cache import cached
from apps.dashboard.views.verkennen.selection import (
    PARAMETERS,
    SCOPES,
    Availability,
    Choices,
    Selection,
    scopes,
)
from apps.dashboard.views.verkennen.view import View
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.sentences import age_words, sex_words
from apps.dashboard.wording.texts import text

PAGE = "verkennen"
_CODES = {"gemeente": "GM", "wijk": "WK"}  # how the code of an area of a level begins
_PREFIX = f"{PAGE}_"
MOST_LISTED = 700  # a list of more areas takes longer to send than the map
_NARROW, _WIDE = 110, 230  # pixels; on a phone two filters stand side by side
# A change of the first makes the second meaningless: it is forgotten, not reported as unknown.
_DEPENDENT = {"class": ("indicator",), "level": ("area",)}


def own_gemeente(context: Context) -> str:
    """The gemeente of the area that all pages are about, or else of the map in the address; empty without."""
    scope = address.asked(PAGE, PARAMETERS).get("scope", "")
    code = address.chosen_area() or ("" if scope in SCOPES else scope)
    found = area_header.known(context, code) if code else None
    return str(found[0]["gemeente_code"] or found[0]["code"]) if found else ""


def asked(gemeente: str = "") -> dict[str, str]:
    """The view the URL asks for; without any, the one of earlier in this visit. Its area is that of all pages.

    A map of one gemeente follows the area of all pages to its `gemeente`.
    """
    wanted = address.asked(PAGE, PARAMETERS)
    area, level = address.chosen_area(), wanted.get("level", "gemeente")
    if "area" not in wanted and area.startswith(_CODES.get(level, "?")):
        wanted["area"] = area
    if gemeente and wanted.get("scope", SCOPES[0]) not in SCOPES:
        wanted["scope"] = gemeente
    return wanted


def remember(selection: Selection) -> None:
    """Put the selection in the URL and keep it for when the page is opened again."""
    wanted = selection.as_parameters()
    address.remember(PAGE, wanted, gone=set(PARAMETERS) - set(wanted))


def change(context: Context, name: str, value: Any, available: Availability, has_region: bool) -> None:
    """Change one parameter by hand: what the new choice does not offer falls back without a remark."""
    if value is None and name != "area":
        return
    gemeente = own_gemeente(context)
    wanted = {k: v for k, v in asked(gemeente).items() if k != name}
    if name == "area":
        # Without an area, a map of one gemeente is still of that gemeente.
        is_within = wanted.get("scope") == gemeente != ""
        address.follow_area(value or (gemeente if is_within else None))
    if value is not None:
        wanted[name] = str(value)
    for dependent in _DEPENDENT.get(name, ()):
        wanted.pop(dependent, None)
    selection, _ = available.resolve(wanted, has_region, gemeente)
    if selection:
        remember(selection)


def filters(
    context: Context,
    selection: Selection,
    available: Availability,
    titles: dict[str, str],
    region: str | None,
) -> None:
    """Draw the filters with the options that exist for this selection."""
    language = context.language
    choices: Choices = available.choices(selection)
    has_region = region is not None

    def pick(
        column: Any,
        kind: str,
        name: str,
        options: list[Any],
        value: Any,
        words: Callable[[Any], str],
        **more: Any,
    ) -> None:
        key = _PREFIX + name
        st.session_state[key] = value
        getattr(column, kind)(
            text(f"verkennen.choose_{more.pop('label', name)}", language),
            options,
            format_func=words,
            key=key,
            on_change=lambda: change(context, name, st.session_state[key], available, has_region),
            **more,
        )

    with st.container(key="verkennen_filters"):
        first, second, third = st.columns([3.2, 4, 3.2])
        pick(
            first, "segmented_control", "class", choices.marts, selection.mart,
            lambda mart: text(f"verkennen.mart_{mart}", language), label="mart", help=text("verkennen.help_mart", language),
        )  # fmt: skip
        pick(
            second,
            "selectbox",
            "indicator",
            choices.indicators,
            selection.indicator,
            lambda item: titles[item],
        )
        pick(
            third, "segmented_control", "level", choices.levels, selection.level,
            lambda level: text(f"verkennen.level_{level}", language).split(" (")[0],
        )  # fmt: skip
    when = {year: periods.when(context.release, selection.indicator, year) for year in choices.years}
    # Years that are counted together need the room of two.
    room = _NARROW if all(len(words) == len("2023") for words in when.values()) else _WIDE
    with st.container(key="verkennen_details", horizontal=True):
        pick(st, "selectbox", "year", choices.years, selection.year, when.__getitem__, width=room)
        pick(
            st,
            "selectbox",
            "age",
            choices.ages,
            selection.age,
            lambda age: age_words(age, language),
            width=_WIDE,
        )
        if len(choices.sexes) > 1:
            pick(
                st, "selectbox", "sex", choices.sexes, selection.sex,
                lambda sex: sex_words(sex, language), width=_WIDE,
            )  # fmt: skip
        extents = scopes(has_region, selection.level, own_gemeente(context))
        if len(extents) > 1:
            named = {scope: scope_name(context, scope) for scope in extents}
            pick(st, "selectbox", "scope", extents, selection.scope, named.__getitem__, width=_WIDE)


def scope_name(context: Context, scope: str) -> str:
    """The region, the whole country or the gemeente that a map is of, in words."""
    if scope == "country":
        return text("verkennen.whole_country", context.language)
    found = area_header.known(context, scope) if scope not in SCOPES else None
    return str(found[0]["name"]) if found else context.region_name


def area_search(context: Context, view: View, available: Availability, has_region: bool) -> None:
    """Find an area by its name: the way to the card without a mouse. All areas of the country stand in the search box above."""
    if len(view.figures) > MOST_LISTED:
        return
    labels = _labels(view.key, view)
    key = _PREFIX + "area"
    st.session_state[key] = view.selection.area if view.selection.area in labels else None
    st.selectbox(
        text("verkennen.choose_area", context.language),
        list(labels),
        index=None,
        format_func=lambda code: labels.get(code, code),
        key=key,
        placeholder=text("verkennen.choose_area_hint", context.language),
        on_change=lambda: change(context, "area", st.session_state[key], available, has_region),
    )


@cached(12)
def _labels(key: Hashable, _view: View) -> dict[str, str]:
    """The name of every area by its code, in the order of the names."""
    return {figure.code: figure.label for figure in sorted(_view.figures, key=lambda figure: figure.label)}
