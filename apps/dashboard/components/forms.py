"""What somebody does on a page: it succeeds and is said, or it is refused in a sentence and what was typed stays there."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import streamlit as st

from apps.dashboard.components.headline import plain
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import DataProblem, Language

__all__ = ["act", "plain", "say", "told"]

_TOLD, _UNTIL = "told_after_rerun", "told_until"


def act(language: Language, told: str, action: Callable[[], Any]) -> None:
    """Do something; then the page is drawn anew with `told` above, or the sentence of the refusal stands below."""
    try:
        action()
    except DataProblem as problem:
        st.error(problem.sentence(language))
        return
    say(text(told, language))
    st.rerun()


def told(stays_s: float = 0) -> None:
    """What was done in the run before: once, or for `stays_s` seconds on a page that draws itself.

    There the next drawing may take the place of one that nobody has seen yet, and three seconds is short to read.
    Its place stays where it is when there is nothing to tell: were it gone, all below it would move up, and the browser
    would close what somebody had just opened there (on a page that draws itself every three seconds: while they type).
    """
    place = st.empty()
    if sentence := st.session_state.get(_TOLD, ""):
        until = st.session_state.setdefault(_UNTIL, time.monotonic() + stays_s)
        place.success(sentence)
        if time.monotonic() >= until:
            del st.session_state[_TOLD], st.session_state[_UNTIL]


def say(sentence: str) -> None:
    """Keep a sentence for after the page is drawn anew."""
    st.session_state[_TOLD] = sentence
    st.session_state.pop(_UNTIL, None)
