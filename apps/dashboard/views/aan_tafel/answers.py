"""What the table answered, as a small table: the whole table always, organisations from five answers of each."""

from __future__ import annotations

import streamlit as st

from apps.dashboard.components import markup
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.texts import text
from datawerkplaats.workplace.table import ANSWERS, Totals


def totals_table(context: Context, found: Totals) -> None:
    """Recognition by answer, and the dots."""
    language = context.language
    header = [
        text("gesprekken.column_answer", language),
        text("gesprekken.column_all", language),
        *found.by_organisation,
    ]
    rows = [
        [
            text(f"gesprekken.answer_{answer}", language),
            str(found.recognised[answer]),
            *(str(counts[answer]) for counts in found.by_organisation.values()),
        ]
        for answer in ANSWERS
    ]
    st.html(markup.table(header, rows))
    st.html(markup.note(text("gesprekken.dots", language, number=found.dots)))
