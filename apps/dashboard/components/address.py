"""The choices of a page in its address: a link reproduces the view, and what a link asks that is not there is said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from apps.dashboard.components import markup
from apps.dashboard.data.history import Replaced
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import Language

TOLD = "choices_told"
MOST_CHARACTERS = 2_000  # of one parameter; a longer one is not a choice that anybody made
_OF_ALL_PAGES = ("lang", "release")


def choices(page: str) -> tuple[tuple[str, str], ...]:
    """The choices of the page in words, as its widgets show them; none where another page was drawn last."""
    drawn, told = st.session_state.get(TOLD, ("", {}))
    return tuple(told.items()) if drawn == page else ()


class Address:
    """Reads the choices of one page from the URL, draws their widgets and writes changes back."""

    def __init__(self, page: str, language: Language) -> None:
        """Take what the URL asks, or without any the choices of earlier in this visit."""
        self.page, self.language = page, language
        self.unknown: list[str] = []
        self.notices: list[str] = []
        self.values: dict[str, str] = {}
        self.told: dict[str, str] = {}  # label and words of each choice, for the files that a page gives
        self._remembered = f"{page}_remembered"
        self._remarks = st.container()
        st.session_state[TOLD] = (page, self.told)

    def _asked(self) -> dict[str, str]:
        found = {name: value for name, value in st.query_params.items() if name not in _OF_ALL_PAGES}
        return found or dict(st.session_state.get(self._remembered, {}))

    def one(
        self,
        name: str,
        options: Sequence[Any],
        default: Any,
        label: str,
        words: Callable[[Any], str] = str,
        *,
        kind: str = "selectbox",
        place: Any = st,
        forgets: tuple[str, ...] = (),
        replaced: Callable[[str], Replaced | None] | None = None,
        **more: Any,
    ) -> Any:
        """The chosen option; an unknown one in the URL gives the default and a remark.

        With `replaced` an area that ended gives its successor, and a remark that tells what became of it.
        """
        asked = self._asked().get(name)
        found = next((option for option in options if str(option) == asked), None)
        if asked and found is None:
            found = self._successor(asked, options, replaced) if replaced else None
            if found is None:
                self.unknown.append(label)
        value = default if found is None else found
        key = f"{self.page}_{name}"
        st.session_state[key] = value
        getattr(place, kind)(
            label,
            options,
            format_func=words,
            key=key,
            on_change=self._change,
            args=(name, key, forgets),
            **more,
        )
        self.values[name] = "" if value is None else str(value)
        self.told[label] = "–" if value is None else words(value)
        return value

    def _successor(
        self, asked: str, options: Sequence[Any], replaced: Callable[[str], Replaced | None]
    ) -> Any:
        """The option that took the place of an area that ended; None if there is none."""
        area = replaced(asked)
        shown = area.shown(options) if area else None
        if area is None or shown is None:
            return None
        self.notices.append(area.notice(shown[1], self.language))
        return next(option for option in options if str(option) == shown[0])

    def many(
        self,
        name: str,
        options: Sequence[str],
        default: Sequence[str],
        label: str,
        words: Callable[[Any], str] = str,
        *,
        place: Any = st,
        **more: Any,
    ) -> list[str]:
        """The chosen options, kept in the URL as one parameter with commas."""
        asked = self._asked().get(name)
        if asked is None:
            value = [item for item in default if item in options]
        else:
            wanted = [item for item in asked[:MOST_CHARACTERS].split(",") if item and item != "-"]
            value = [item for item in dict.fromkeys(wanted) if item in options]
            if len(value) < len(set(wanted)):
                self.unknown.append(label)
        value = value[: more.get("max_selections") or len(value)]
        key = f"{self.page}_{name}"
        st.session_state[key] = value
        more.setdefault("placeholder", text("shared.choose_options", self.language))
        place.multiselect(
            label, options, format_func=words, key=key, on_change=self._change, args=(name, key, ()), **more
        )
        self.values[name] = ",".join(value) or "-"
        self.told[label] = ", ".join(map(words, value)) or "–"
        return value

    def _change(self, name: str, key: str, forgets: tuple[str, ...]) -> None:
        value = st.session_state.get(key)
        if value is not None:
            told = (",".join(value) or "-") if isinstance(value, list) else str(value)
            self.choose(name, told, forgets)

    def choose(self, name: str, value: str | None, forgets: tuple[str, ...] = ()) -> None:
        """Make a choice, in its widget or elsewhere, such as by a click on a map; None gives the choice up."""
        gone = forgets if value is not None else (*forgets, name)
        kept = {k: v for k, v in self._asked().items() if k not in gone}
        if value is not None:
            kept[name] = value
        st.session_state[self._remembered] = kept
        for key in gone:
            if key in st.query_params:
                del st.query_params[key]
        st.query_params.update(kept)

    def settle(self) -> None:
        """Write all choices into the URL, so that a later default changes no link, and say what was not found."""
        known = {name: value for name, value in self.values.items() if value}
        st.session_state[self._remembered] = known
        for name, value in known.items():
            if st.query_params.get(name) != value:
                st.query_params[name] = value
        for sentence in self.notices:
            self._remarks.html(markup.note(sentence, "warn"))
        if self.unknown:
            names = ", ".join(dict.fromkeys(self.unknown)).lower()
            sentence = text("verkennen.note_unknown", self.language, names=names)
            self._remarks.html(markup.note(sentence, "warn"))
