"""A fold below a chart of which the content is made when somebody opens it: a long table takes longer than the chart above it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

_PREFIX = "fold_"


@contextmanager
def fold(label: str, key: str, icon: str | None = ":material/table:") -> Iterator[bool]:
    """What is drawn within it stands in the fold.

    Args:
        label: What it opens.
        key: What tells this fold from others on the page.
        icon: The sign before the label.

    Yields:
        Whether it is open, and so whether there is anything to draw.
    """
    box = st.expander(label, key=_PREFIX + key, icon=icon, on_change="rerun")
    with box:
        yield bool(box.open)
