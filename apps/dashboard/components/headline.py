"""The generated sentence that says what a view shows: the first that a visitor reads.

It is written by the one element that the browser has from the start. All others are fetched when they are first drawn, and
what has been fetched is shown half a second after the last of them began: with them the sentence would come that much later.
"""

from __future__ import annotations

import re

import streamlit as st

_SENTENCES = re.compile(r"(?<=[.?!])\s+(?=[A-Z])")
_MARKS = re.compile(r"[\\`*_\[\]<>$~|#&^]|:(?=\w)|^[-+](?=\s)|(?<=^\d)[.)]|(?<=^\d\d)[.)]")


def headline(sentence: str, name: str = "main") -> None:
    """Draw the sentence; with more than one on a page each has a name of its own."""
    with st.container(key=f"dw-headline-{name}"):
        st.markdown(plain(sentence))


def opening(words: str) -> None:
    """Draw what a page is for: its first sentence as a headline, which is there first; what follows it as a text below."""
    first, *others = _SENTENCES.split(words.strip(), maxsplit=1)
    headline(first, "opening")
    for rest in others:
        st.markdown(plain(rest))


def plain(words: str) -> str:
    """Words in which nothing is taken for markup: a name in the data can never become any."""
    return _MARKS.sub(lambda found: f"\\{found[0]}", words)
