"""What every page gets: the publication, the language and the address parameters it was opened with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from apps.dashboard.data.queries import Release
from apps.dashboard.wording.texts import LANGUAGES
from datawerkplaats.base.errors import Language

LANGUAGE_PARAMETER = "lang"
_REMEMBERED_LANGUAGE = "remembered_language"


@dataclass(frozen=True)
class Context:
    """One run of a page."""

    release: Release
    language: Language
    links: dict[str, Any]
    place: str

    def title_of(self, row: dict[str, Any], field: str = "title") -> str:
        """A text of the data in the page's language, or the other one where it is absent."""
        other = "en" if self.language == "nl" else "nl"
        return str(row.get(f"{field}_{self.language}") or row.get(f"{field}_{other}") or "")


def current_language() -> Language:
    """The language in the address, else the one chosen before in this visit, else Dutch; afterwards the address says it."""
    asked = st.query_params.get(LANGUAGE_PARAMETER)
    remembered = st.session_state.get(_REMEMBERED_LANGUAGE)
    language: Language = next((known for known in LANGUAGES if known == asked), remembered or "nl")
    st.session_state[_REMEMBERED_LANGUAGE] = language
    if asked != language and (asked is not None or language != "nl"):
        st.query_params[LANGUAGE_PARAMETER] = language
    return language


def choose_language(language: Language | None) -> None:
    """Put a language in the address; choosing nothing keeps the one that was there."""
    if language is not None:
        st.session_state[_REMEMBERED_LANGUAGE] = language
        st.query_params[LANGUAGE_PARAMETER] = language
