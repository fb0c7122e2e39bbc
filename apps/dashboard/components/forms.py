"""What somebody does on a page: it succeeds and is said, or it is refused in a sentence and what was typed stays there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from apps.dashboard.components.headline import plain
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import DataProblem, Language

__all__ = ["act", "plain", "say", "told"]

_TOLD = "told_after_rerun"


def act(language: Language, told: str, action: Callable[[], Any]) -> None:
    """Do something; then the page is drawn anew with `told` above, or the sentence of the refusal stands below."""
    try:
        action()
    except DataProblem as problem:
        st.error(problem.sentence(language))
        return
    say(text(told, language))
    st.rerun()


def told() -> None:
    """What was done in the run before, once.

    Its place stays where it is when there is nothing to tell: were it gone, all below it would move up, and the browser
    would close what somebody had just opened there (on a page that draws itself every three seconds: while they type).
    """
    place = st.empty()
    if sentence := st.session_state.pop(_TOLD, ""):
        place.success(sentence)


def say(sentence: str) -> None:
    """Keep a sentence for after the page is drawn anew."""
    st.session_state[_TOLD] = sentence
