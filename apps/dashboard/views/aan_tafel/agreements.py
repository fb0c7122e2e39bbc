"""Afspraken en vragen: overdue first, with the figure then and now; and what organisations still want to know."""

from __future__ import annotations

from functools import partial

import streamlit as st

from apps.dashboard.components import forms, markup, notes
from apps.dashboard.components.headline import opening
from apps.dashboard.data import workplace
from apps.dashboard.views.aan_tafel import asking
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.texts import text
from datawerkplaats.workplace import agreements, figures
from datawerkplaats.workplace.agreements import Agreement
from datawerkplaats.workplace.figures import Figure
from datawerkplaats.workplace.people import Right


def render(context: Context) -> None:
    """Draw the page."""
    language = context.language
    st.title(text("afspraken.title", language), anchor=False)
    opening(text("afspraken.intro", language))
    forms.told()
    begun = workplace.is_begun()
    _agreements(context, agreements.agreements(workplace.store(), context.subject) if begun else [])
    asking.show(context)


def _agreements(context: Context, found: list[Agreement]) -> None:
    language = context.language
    if not found:
        st.html(markup.note(text("afspraken.none", language)))
        return
    today = workplace.store().clock().date()
    refs = [ref for one in found for ref in one.figure_refs]
    pinned = figures.pinned_figures(workplace.store(), context.subject, refs)
    header = [
        text(f"afspraken.column_{name}", language) for name in ("due", "what", "who", "status", "then", "now")
    ]
    rows = []
    for one in found:
        state = text(f"afspraken.status_{one.status}", language)
        if one.is_overdue(today):
            state = f"⚠ {text('afspraken.overdue', language)} ({state})"
        then, now = _then_and_now(context, [pinned[ref] for ref in one.figure_refs if ref in pinned])
        rows.append([one.due_on, one.text, f"{one.organisation} ({one.role})", state, then, now])
    st.html(markup.table(header, rows))
    if not context.subject.may(Right.AGREE):
        return
    with st.expander(text("afspraken.move", language)), st.form("move"):
        one = st.selectbox(
            text("afspraken.which", language),
            found,
            format_func=lambda one: f"{one.due_on} · {one.text[:80]}",
        )
        status = st.selectbox(
            text("afspraken.new_status", language), agreements.STATUSES,
            format_func=lambda name: text(f"afspraken.status_{name}", language),
        )  # fmt: skip
        if st.form_submit_button(text("afspraken.save", language)):
            move = partial(agreements.move_agreement, workplace.store(), context.subject)
            forms.act(language, "afspraken.moved", partial(move, one.id, one.version, status))


def _then_and_now(context: Context, then: list[Figure]) -> tuple[str, str]:
    """The figures of an agreement when it was made, and in the publication that is shown."""
    texts = IndicatorTexts(context)
    before, after = [], []
    for figure in then:
        style = texts.style(figure.selection.indicator_id, False)
        now = workplace.figure(context.release, figure.selection)
        before.append(f"{notes.figure_words(context, figure)}: {style.value(figure.value)}")
        after.append(
            text("notities.hidden_now", context.language) if now.value is None else style.value(now.value)
        )
    return "; ".join(before), "; ".join(after)
