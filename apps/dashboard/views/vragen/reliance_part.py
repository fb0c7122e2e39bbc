"""Figures about too much trust, beside the question how it is prevented: sums of groups, nothing of one person."""

from __future__ import annotations

import streamlit as st

from apps.dashboard.components import markup
from apps.dashboard.data import workplace
from apps.dashboard.views.vragen.asked import Looked
from apps.dashboard.wording.numbers import format_number
from apps.dashboard.wording.texts import text
from datawerkplaats.governance import desk, reliance

QUESTION = "G-WER-2"


def show(found: Looked) -> None:
    """What is measured, for tools beside a person; answered messages for every system."""
    context, language = found.context, found.context.language
    st.subheader(text("vragen.reliance", language), anchor=False)
    st.html(markup.note(f"{QUESTION} {found.words(found.asked.questions[QUESTION])}"))
    store, rows = workplace.store(), []
    if found.system.kind == "person_tool":
        measured = reliance.measured(store, context.subject)
        told = (
            text("vragen.reliance_none", language, number=reliance.GROUP)
            if measured is None
            else text(
                "vragen.reliance_wrong_value", language, share=format_number(100 * measured.share, 0, language),
                people=measured.people, total=measured.cases,
            )
        )  # fmt: skip
        rows.append([text("vragen.reliance_wrong", language), told])
        rows.append([text("vragen.reliance_own", language), text("vragen.reliance_own_value", language)])
        rows.append([text("vragen.reliance_second", language), text("vragen.reliance_unknown", language)])
    timely = desk.answered_in_time(store, context.subject)
    value = (
        text("vragen.reliance_answered_value", language, number=timely.in_time, all=timely.of)
        if timely.of
        else text("vragen.reliance_no_messages", language)
    )
    rows.append([text("vragen.reliance_answered", language), value])
    header = [text(f"vragen.reliance_{name}", language) for name in ("what", "figure")]
    st.html(markup.table(header, rows))
