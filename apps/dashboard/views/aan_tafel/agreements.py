"""Afspraken en vragen: overdue first, with the figure then and now; and what organisations still want to know."""

from __future__ import annotations

from functools import partial

import streamlit as st

from apps.dashboard.components import forms, markup, notes
from apps.dashboard.data import workplace
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.texts import text
from datawerkplaats.workplace import agreements, figures, questions
from datawerkplaats.workplace.agreements import Agreement
from datawerkplaats.workplace.figures import Figure
from datawerkplaats.workplace.people import Right


def render(context: Context) -> None:
    """Draw the page."""
    language = context.language
    st.title(text("afspraken.title", language), anchor=False)
    st.markdown(text("afspraken.intro", language))
    forms.told()
    begun = workplace.is_begun()
    _agreements(context, agreements.agreements(workplace.store(), context.subject) if begun else [])
    st.subheader(text("afspraken.questions_title", language), anchor=False)
    _questions(context, questions.questions(workplace.store(), context.subject) if begun else [])


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


def _questions(context: Context, found: list[questions.Question]) -> None:
    language, subject = context.language, context.subject
    if found:
        names = ("question", "organisation", "priority", "answer")
        header = [text(f"afspraken.column_{name}", language) for name in names]
        rows = [
            [
                one.text, one.organisation, str(one.priority),
                f"{text(f'afspraken.by_{one.answered_by}', language)}{': ' if one.answer else ''}{one.answer}",
            ]
            for one in found
        ]  # fmt: skip
        st.html(markup.table(header, rows))
    else:
        st.html(markup.note(text("afspraken.questions_none", language)))
    if subject.may(Right.ASK):
        with st.expander(text("afspraken.ask", language)), st.form("ask"):
            words = st.text_area(text("afspraken.ask_words", language), max_chars=600)
            first = st.segmented_control(
                text("afspraken.priority", language), questions.PRIORITIES, default=2
            )
            if st.form_submit_button(text("afspraken.ask", language)):
                ask = partial(questions.ask, workplace.store(), subject, words, priority=first or 2)
                forms.act(language, "afspraken.asked", ask)
    still_open = [one for one in found if one.status == "open"]
    if still_open and subject.may(Right.MODERATE):
        _answer(context, still_open)


def _answer(context: Context, found: list[questions.Question]) -> None:
    language = context.language
    with st.expander(text("afspraken.answer", language)), st.form("answer"):
        one = st.selectbox(
            text("afspraken.which_question", language), found, format_func=lambda one: one.text[:80]
        )
        by = st.selectbox(
            text("afspraken.answered_by", language), questions.ANSWERED_BY[1:],
            format_func=lambda name: text(f"afspraken.by_{name}", language),
        )  # fmt: skip
        words = st.text_area(text("afspraken.answer_words", language), max_chars=400)
        if st.form_submit_button(text("afspraken.answer", language)):
            answer = partial(questions.answer, workplace.store(), context.subject, one.id, one.version)
            forms.act(language, "afspraken.answered", partial(answer, answered_by=by, text=words))
