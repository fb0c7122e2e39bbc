"""The generated sentence that says what a view shows: the first that a visitor reads.

It is written by the one element that the browser has from the start. All others are fetched when they are first drawn, and
what has been fetched is shown half a second after the last of them began: with them the sentence would come that much later.
"""

from __future__ import annotations

import re

import streamlit as st

_MARKS = re.compile(r"[\\`*_\[\]<>$~|#&^]|:(?=\w)|^[-+](?=\s)|(?<=^\d)[.)]|(?<=^\d\d)[.)]")


def headline(sentence: str, name: str = "main") -> None:
    """Draw the sentence; with more than one on a page each has a name of its own."""
    with st.container(key=f"dw-headline-{name}"):
        st.markdown(plain(sentence))


def plain(words: str) -> str:
    """Words in which nothing is taken for markup: a name in the data can never become any."""
    return _MARKS.sub(lambda found: f"\\{found[0]}", words)
