"""Clicks on areas in a chart: what was clicked becomes the choice of the page, without drawing the chart again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import streamlit as st

from apps.dashboard.components.charts import choropleth

Choose = Callable[[str | None], None]


def chart_key(identity: str, chosen: str | None) -> tuple[str, str | None]:
    """The key of a chart and the area it starts with.

    A click changes the selection inside the chart, so the chart must not be drawn again for it. Only an area chosen
    elsewhere (link, list, name) needs a new drawing that starts with it.

    Args:
        identity: Everything but the chosen area that decides what the chart shows.
        chosen: The code of the chosen area.
    """
    base = f"chart_{hashlib.sha256(identity.encode()).hexdigest()[:12]}"
    started, clicks = f"{base}_started", st.session_state.get(f"{base}_round", 0)
    inside = (
        clicked(f"{base}_{clicks}")
        if f"{base}_{clicks}" in st.session_state
        else st.session_state.get(started)
    )
    if started not in st.session_state or inside != chosen:
        clicks += 1
        st.session_state[f"{base}_round"] = clicks
        st.session_state[started] = chosen
    return f"{base}_{clicks}", st.session_state[started]


def clicked(key: str) -> str | None:
    """The code of the area that is selected in a chart."""
    points = _points(key)
    code = points[0].get("code") if points else None
    return code if isinstance(code, str) else None


def pass_on(key: str, choose: Choose) -> None:
    """Choose what was clicked. A click beside all areas gives up the choice; one on a border or a recoded area does nothing."""
    code = clicked(key)
    if code or not _points(key):
        choose(code)


def _points(key: str) -> list[dict[str, Any]]:
    state: Any = st.session_state.get(key)
    points = (state or {}).get("selection", {}).get(choropleth.SELECTION, [])
    return [point for point in points if isinstance(point, dict)]
