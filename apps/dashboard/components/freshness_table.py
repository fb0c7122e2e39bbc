"""How up to date every source is; those that were not delivered stand folded below, as a list of names."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

import streamlit as st

from apps.dashboard.components import markup
from apps.dashboard.data import queries
from apps.dashboard.data.freshness import freshness
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.numbers import NO_VALUE, format_date
from apps.dashboard.wording.texts import plural, text

COLUMNS = ("source", "state", "period", "retrieved", "next")  # a phone shows the first ones


def show(context: Context) -> None:
    """The heading and the table."""
    language, today = context.language, datetime.now(UTC).date()
    st.subheader(text("start.freshness_title", language), anchor=False)
    rows, absent = [], []
    for source in queries.sources(context.release):
        fresh, title = freshness(source, today), f"{context.title_of(source)} ({source['publisher']})"
        if fresh.state == "absent":
            absent.append(title)
            continue
        rows.append(
            [
                title,
                text(f"start.state_{fresh.state}", language),
                str(source["last_year"] or NO_VALUE),
                format_date(source["retrieved_at"], language),
                format_date(fresh.next_expected, language),
            ]
        )
    if rows:
        st.html(markup.table([text(f"start.column_{column}", language) for column in COLUMNS], rows))
    if absent:
        told = plural("start.freshness_absent", len(absent), language)
        names = "".join(f"<li>{escape(title)}</li>" for title in absent)
        st.html(f'<details class="dw-fold"><summary>{escape(told)}</summary><ul>{names}</ul></details>')
