"""A chart on the page, with its own help below it.

Its points travel as columns, which takes a tenth of the time and half of the room of a list of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

import streamlit as st

from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import Language

Spec = dict[str, Any]


@dataclass(frozen=True)
class Help:
    """How to read one chart: its entry in `texts/uitleg.yml`, and what this drawing of it is about."""

    chart: str
    subject: str
    language: Language

    def html(self) -> str:
        """What the chart shows, how to read it and what not to conclude, folded under a question."""
        asked, what, read, mind = (
            text(f"uitleg.{self.chart}.{part}", self.language) for part in ("ask", "what", "read", "not")
        )
        shown = escape(f"{what.format(subject=self.subject)} {read}")
        warning = f"<strong>{escape(text('shared.help_mind', self.language))}</strong> {escape(mind)}"
        return (
            f'<details class="dw-help" data-chart="{escape(self.chart)}"><summary>{escape(asked)}</summary>'
            f"<p>{shown}</p><p>{warning}</p></details>"
        )


def draw(
    spec: Spec,
    key: str,
    alt: str,
    how_to_read: Help,
    on_select: Callable[[], None] | None = None,
    height: int | Literal["content"] = "content",
) -> None:
    """Draw a Vega-Lite specification over the whole width, and below it how to read it.

    Args:
        spec: The specification.
        key: What tells this chart from others on the page.
        alt: What it shows, for who does not see it.
        how_to_read: The explanation beside it.
        on_select: Called when somebody clicks in it.
        height: Of the frame in which a taller chart is scrolled.
    """
    with st.container(height=height, border=False):
        st.vega_lite_chart(
            in_columns(spec),
            key=key,
            alt=alt,
            width="stretch",
            on_select="ignore" if on_select is None else on_select,
        )
    st.html(how_to_read.html())


def in_columns(spec: Spec) -> Spec:
    """The same specification with its own rows and its named rows as columns; the one that was given stays as it is."""
    found = dict(spec)
    data = spec.get("data")
    if isinstance(data, dict) and data.get("values"):
        found["data"] = {**data, "values": columns(data["values"])}
    if "datasets" in spec:
        found["datasets"] = {name: columns(rows) for name, rows in spec["datasets"].items()}
    return found


def columns(rows: Sequence[dict[str, Any]]) -> Any:
    """Rows as a table of columns, an empty cell where a row has no such field."""
    import pyarrow

    names = list(dict.fromkeys(name for row in rows for name in row))
    return pyarrow.table({name: pyarrow.array([row.get(name) for row in rows]) for name in names})
