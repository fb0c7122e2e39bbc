"""The first sentence of a page: whatever is in the data, it stands there as it is and never becomes markup."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.dashboard.components.headline import plain

PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"


@given(st.text(alphabet=f"ab 12{PUNCTUATION}"))
def test_plain__adds_nothing_but_backslashes_that_markdown_takes_away(words: str) -> None:
    assert re.sub(rf"\\([{re.escape(PUNCTUATION)}])", r"\1", plain(words)) == words


@pytest.mark.parametrize(
    "words",
    [
        "<b>x</b>",
        "[x](y)",
        "*x*",
        "_x_",
        "`x`",
        "$x$",
        ":red[x]",
        ":smile:",
        "# x",
        "- x",
        "1. x",
        "12) x",
        "a | b",
        "~~x~~",
    ],
)
def test_plain__leaves_no_mark_that_markdown_would_take(words: str) -> None:
    bare = re.sub(r"\\.", "", plain(words))
    assert not re.search(r"[<>\[\]*_`$#|~]|:\w|^- |^\d+[.)]", bare)
