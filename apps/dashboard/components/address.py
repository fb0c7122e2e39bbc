# Long because it is the one place that reads and writes the address: all that pages choose goes through here.
"""The only place that reads and writes the address of a page: its choices, language and publication, and links to pages.

A link reproduces the view; what a link asks that is not there is said.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from apps.dashboard.components import markup
from apps.dashboard.components.region_choice import REGION, REMEMBERED_REGION, region_for_links
from apps.dashboard.components.theme_choice import REMEMBERED_THEME, THEME, first_theme, theme_for_links
from apps.dashboard.data.history import Replaced
from apps.dashboard.registry import pages
from apps.dashboard.wording import area_history
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.texts import LANGUAGES, text
from datawerkplaats.base.errors import Language

LANGUAGE, RELEASE, AREA = "lang", "release", "gebied"  # what all pages have beside theme and region
_IN_WORDS = "choices_in_words"
MOST_CHARACTERS = 2_000  # of one parameter; a longer one is not a choice that anybody made
MOST_OF_AN_ID = 80
_OF_ALL_PAGES = (LANGUAGE, RELEASE, AREA, THEME, REGION)
# Choices of pages that name one area: the area of all pages follows them.
_NAMES_AN_AREA = ("wijk", "area", "gemeente")
_REMEMBERED_LANGUAGE = "remembered_language"
_REMEMBERED_AREA = "remembered_area"
_NO_AREA = ("", "-")


def current_language() -> Language:
    """The language in the address, else the one chosen before in this visit, else Dutch; afterwards the address says it."""
    asked = st.query_params.get(LANGUAGE)
    remembered = st.session_state.get(_REMEMBERED_LANGUAGE)
    language: Language = next((known for known in LANGUAGES if known == asked), remembered or "nl")
    st.session_state[_REMEMBERED_LANGUAGE] = language
    if asked != language and (asked is not None or language != "nl"):
        st.query_params[LANGUAGE] = language
    return language


def choose_language(language: Language | None) -> None:
    """Put a language in the address; choosing nothing keeps the one that was there."""
    if language is not None:
        st.session_state[_REMEMBERED_LANGUAGE] = language
        st.query_params[LANGUAGE] = language


def choose_theme(theme: str) -> None:
    """Let all pages be about a theme: what they had chosen of the figures of another is given up."""
    for key in [key for key in st.session_state if str(key).endswith(_remembered(""))]:
        del st.session_state[key]
    _write({}, gone=[name for name in st.query_params if name not in _OF_ALL_PAGES])
    st.session_state[REMEMBERED_THEME] = theme
    st.query_params[THEME] = theme


def choose_region(region: str) -> None:
    """Let all pages be for a declared region, or for the whole country: areas chosen before may lie elsewhere."""
    for key in [key for key in st.session_state if str(key).endswith(_remembered(""))]:
        del st.session_state[key]
    st.session_state.pop(_REMEMBERED_AREA, None)
    kept = (LANGUAGE, RELEASE, THEME)
    _write({}, gone=[name for name in st.query_params if name not in kept])
    st.session_state[REMEMBERED_REGION] = region
    if region:
        st.query_params[REGION] = region


def chosen_area() -> str:
    """The code of the area that all pages are about: of the address, or else of earlier in this visit; empty without."""
    asked = st.query_params.get(AREA, "")[:MOST_OF_AN_ID]
    found = asked or str(st.session_state.get(_REMEMBERED_AREA, ""))
    st.session_state[_REMEMBERED_AREA] = found
    if found and not asked:
        st.query_params[AREA] = found
    return found


def area_for(options: Collection[str], default: str) -> str:
    """The area of all pages where a page offers it, else its own default."""
    found = chosen_area()
    return found if found in options else default


def choose_area(code: str) -> None:
    """Let all pages be about an area: what they had chosen themselves before is given up."""
    for key, values in list(st.session_state.items()):
        if str(key).endswith(_remembered("")) and isinstance(values, dict):
            st.session_state[key] = {k: v for k, v in values.items() if k not in _NAMES_AN_AREA}
    _write({}, gone=_NAMES_AN_AREA)
    follow_area(code)


def follow_area(code: str | None) -> None:
    """Let the area of all pages be the one that a page has just chosen; None: no area at all any more."""
    if code is None:
        st.session_state.pop(_REMEMBERED_AREA, None)
        _write({}, gone=(AREA,))
    elif code not in _NO_AREA:
        st.session_state[_REMEMBERED_AREA] = code[:MOST_OF_AN_ID]
        st.query_params[AREA] = code[:MOST_OF_AN_ID]


def frozen_release() -> str | None:
    """The publication that the address asks for, if any."""
    asked = st.query_params.get(RELEASE)
    return asked[:MOST_OF_AN_ID] if asked else None


def leave_frozen_release() -> None:
    """Show the newest publication from now on."""
    _write({}, gone=(RELEASE,))


def forget_everything() -> None:
    """Begin again: nothing chosen, no language, the newest publication."""
    st.query_params.clear()
    for key in list(st.session_state):
        del st.session_state[key]


def parameter(name: str, most: int) -> str:
    """What the address itself asks, cut off after `most` characters; empty without."""
    return st.query_params.get(name, "")[:most]


def hold(page: str, names: Collection[str]) -> None:
    """Let the browser's own address say what a page was asked: a link from a page to itself does not change it.

    Without this what somebody presses next is asked of the page as it was before that link.
    """
    here = {name: st.query_params.get(name, "") for name in names}
    if st.session_state.get(f"{page}_held") != here:
        st.session_state[f"{page}_held"] = here
        st.query_params.from_dict(st.query_params.to_dict())


def asked(page: str, names: Collection[str] | None = None) -> dict[str, str]:
    """The choices in the address, of all parameters or these, or without any the ones of earlier in this visit."""
    found = {
        name: value
        for name, value in st.query_params.items()
        if (name not in _OF_ALL_PAGES if names is None else name in names)
    }
    return found or dict(st.session_state.get(_remembered(page), {}))


def remember(page: str, values: Mapping[str, str], gone: Collection[str] = ()) -> None:
    """Put choices in the address, take those of `gone` out, and keep them for when the page is opened again."""
    st.session_state[_remembered(page)] = dict(values)
    _write(values, gone)


def link(context: Context, page: str, values: Mapping[str, str], *, frozen: bool = False) -> str:
    """The address that shows these choices, `frozen` on the publication that is shown now; from the site's root on."""
    told = {LANGUAGE: context.language, THEME: theme_for_links(), REGION: region_for_links(), **values}
    parameters = {name: value for name, value in told.items() if value}
    if frozen:
        parameters[RELEASE] = context.release.id
    return f"/{'' if page == pages()[0].id else page}?{urlencode(parameters)}"


def path_of(page: str) -> str:
    """The address of a page with all that stands in the address now, from the site's root on."""
    query = urlencode(sorted(st.query_params.items()))
    return f"/{'' if page == pages()[0].id else page}{f'?{query}' if query else ''}"


def page_link(context: Context, page: str, label: str, icon: str | None = None, **values: str) -> None:
    """A link to a page in the same language, with these choices; nothing where there is no such page."""
    target = context.links.get(page)
    if target is not None:
        kept = {AREA: chosen_area(), THEME: theme_for_links(), REGION: region_for_links()}
        asked = {
            **{name: value for name, value in kept.items() if value},
            **values,
            LANGUAGE: context.language,
        }
        st.page_link(target, label=label, icon=icon or target.icon, query_params=asked)


def carried_query(language: Language, area: str = "", theme: str = "", region: str = "") -> str:
    """What follows the path in a link that keeps language, area, theme and region; nothing for those that pages open with."""
    usual = {LANGUAGE: "nl", AREA: "", THEME: first_theme(), REGION: ""}
    kept = {LANGUAGE: str(language), AREA: area, THEME: theme or first_theme(), REGION: region}
    carried = {name: value for name, value in kept.items() if value != usual[name]}
    return f"?{urlencode(carried)}" if carried else ""


def choices(page: str) -> tuple[tuple[str, str], ...]:
    """The choices of the page in words, as its widgets show them; none where another page was drawn last."""
    drawn, in_words = st.session_state.get(_IN_WORDS, ("", {}))
    return tuple(in_words.items()) if drawn == page else ()


def _remembered(page: str) -> str:
    return f"{page}_remembered"


def _write(values: Mapping[str, str], gone: Collection[str] = ()) -> None:
    for name in gone:
        if name in st.query_params:
            del st.query_params[name]
    for name, value in values.items():
        if st.query_params.get(name) != value:
            st.query_params[name] = value


class Address:
    """Reads the choices of one page from the URL, draws their widgets and writes changes back."""

    def __init__(self, page: str, language: Language) -> None:
        """Take what the URL asks, or without any the choices of earlier in this visit."""
        self.page, self.language = page, language
        self.unknown: list[str] = []
        self.notices: list[str] = []
        self.values: dict[str, str] = {}
        self.in_words: dict[str, str] = {}  # label and words of each choice, for the files that a page gives
        self._remarks = st.container()
        st.session_state[_IN_WORDS] = (page, self.in_words)

    def one(
        self,
        name: str,
        options: Sequence[Any],
        default: Any,
        label: str,
        words: Callable[[Any], str] = str,
        *,
        kind: str = "selectbox",
        column: Any = st,
        forgets: tuple[str, ...] = (),
        replaced: Callable[[str], Replaced | None] | None = None,
        **more: Any,
    ) -> Any:
        """The chosen option; an unknown one in the URL gives the default and a remark.

        With `replaced` an area that ended gives its successor, and a remark that tells what became of it.
        """
        wanted = asked(self.page).get(name)
        if wanted and name in _NAMES_AN_AREA and not chosen_area():
            follow_area(wanted)
        found = next((option for option in options if str(option) == wanted), None)
        if wanted and found is None:
            found = self._successor(wanted, options, replaced) if replaced else None
            if found is None:
                self.unknown.append(label)
        value = default if found is None else found
        key = f"{self.page}_{name}"
        st.session_state[key] = value
        getattr(column, kind)(
            label,
            options,
            format_func=words,
            key=key,
            on_change=self._change,
            args=(name, key, forgets),
            **more,
        )
        self.values[name] = "" if value is None else str(value)
        self.in_words[label] = "–" if value is None else words(value)
        return value

    def _successor(
        self, wanted: str, options: Sequence[Any], replaced: Callable[[str], Replaced | None]
    ) -> Any:
        """The option that took the place of an area that ended; None if there is none."""
        area = replaced(wanted)
        shown = area.shown(options) if area else None
        if area is None or shown is None:
            return None
        self.notices.append(area_history.notice(area, shown[1], self.language))
        return next(option for option in options if str(option) == shown[0])

    def many(
        self,
        name: str,
        options: Sequence[str],
        default: Sequence[str],
        label: str,
        words: Callable[[Any], str] = str,
        *,
        column: Any = st,
        **more: Any,
    ) -> list[str]:
        """The chosen options, kept in the URL as one parameter with commas."""
        written = asked(self.page).get(name)
        if written is None:
            value = [item for item in default if item in options]
        else:
            wanted = [item for item in written[:MOST_CHARACTERS].split(",") if item and item != "-"]
            value = [item for item in dict.fromkeys(wanted) if item in options]
            if len(value) < len(set(wanted)):
                self.unknown.append(label)
        value = value[: more.get("max_selections") or len(value)]
        key = f"{self.page}_{name}"
        st.session_state[key] = value
        more.setdefault("placeholder", text("shared.choose_options", self.language))
        column.multiselect(
            label, options, format_func=words, key=key, on_change=self._change, args=(name, key, ()), **more
        )
        self.values[name] = ",".join(value) or "-"
        self.in_words[label] = ", ".join(map(words, value)) or "–"
        return value

    def _change(self, name: str, key: str, forgets: tuple[str, ...]) -> None:
        value = st.session_state.get(key)
        if value is not None:
            written = (",".join(value) or "-") if isinstance(value, list) else str(value)
            self.choose(name, written, forgets)

    def choose(self, name: str, value: str | None, forgets: tuple[str, ...] = ()) -> None:
        """Make a choice, in its widget or elsewhere, such as by a click on a map; None gives the choice up."""
        if value is not None and name in _NAMES_AN_AREA:
            follow_area(value)
        gone = forgets if value is not None else (*forgets, name)
        values = {k: v for k, v in asked(self.page).items() if k not in gone}
        if value is not None:
            values[name] = value
        remember(self.page, values, gone)

    def settle(self) -> None:
        """Write all choices into the URL, so that a later default changes no link, and say what was not found."""
        remember(self.page, {name: value for name, value in self.values.items() if value})
        if self.unknown:
            names = ", ".join(dict.fromkeys(self.unknown)).lower()
            self.notices.append(text("verkennen.note_unknown", self.language, names=names))
        for sentence in self.notices:
            self._remarks.html(markup.note(sentence, "warn"))
