"""Keeps an interaction from waiting for memory that nobody gives up: libraries and what they hold stay as long as the server."""

from __future__ import annotations

import gc

# New objects before Python searches by itself, in between; a view of all wijken makes twenty thousand, none of them garbage.
OBJECTS_BETWEEN = 50_000
_settled: set[str] = set()


def settle(page: str) -> None:
    """After the first time that a page was drawn, leave out all that is there now from later searches for garbage.

    Streamlit searches through everything after every run, before the browser has its answer; with the libraries of these
    pages that takes longer than drawing most pages. Each page brings in its own libraries, so each is waited for once.
    """
    if page in _settled:
        return
    _settled.add(page)
    gc.set_threshold(OBJECTS_BETWEEN, *gc.get_threshold()[1:])
    gc.collect()
    gc.freeze()
