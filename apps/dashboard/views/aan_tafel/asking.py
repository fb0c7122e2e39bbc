"""The list of questions: who asked what, and which figure, gap or data holder answers it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from apps.dashboard.components import forms, markup
from apps.dashboard.components.address import page_link
from apps.dashboard.data import workplace
from apps.dashboard.data.gaps import gaps
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.texts import text
from datawerkplaats.workplace import questions
from datawerkplaats.workplace.people import Right
from datawerkplaats.workplace.questions import Question

NOTHING = ""


def show(context: Context) -> None:
    """Draw the list and, for who may, the ways to add to it and to answer."""
    language, subject = context.language, context.subject
    st.subheader(text("afspraken.questions_title", language), anchor=False)
    found = questions.questions(workplace.store(), subject) if workplace.is_begun() else []
    if found:
        names = ("question", "organisation", "priority", "from", "answer")
        header = [text(f"afspraken.column_{name}", language) for name in names]
        st.html(markup.table(header, [_row(context, one) for one in found]))
    else:
        st.html(markup.note(text("afspraken.questions_none", language)))
    if subject.may(Right.ASK):
        _ask(context)
        _ask_gap(context, {one.source for one in found})
    still_open = [one for one in found if one.status == "open"]
    if still_open and subject.may(Right.MODERATE):
        _answer(context, still_open)


def _row(context: Context, one: Question) -> list[str]:
    kind = one.source.partition(":")[0]
    known = kind if kind in ("note", "gap", "series") else "typed"
    by = text(f"afspraken.by_{one.answered_by}", context.language)
    return [
        one.text, one.organisation, str(one.priority), text(f"afspraken.from_{known}", context.language),
        f"{by}: {one.answer}" if one.answer else by,
    ]  # fmt: skip


def _ask(context: Context) -> None:
    language = context.language
    with st.expander(text("afspraken.ask", language)), st.form("ask"):
        words = st.text_area(text("afspraken.ask_words", language), max_chars=600)
        first = st.segmented_control(text("afspraken.priority", language), questions.PRIORITIES, default=2)
        if st.form_submit_button(text("afspraken.ask", language)):
            ask = partial(questions.ask, workplace.store(), context.subject, words, priority=first or 2)
            forms.act(language, "afspraken.asked", ask)


def _ask_gap(context: Context, sources: set[str]) -> None:
    """A gap of the gap list that somebody needs enters the list; those that are on it already are left out."""
    language = context.language
    waiting = {
        str(row["indicator_id"]): context.title_of(row)
        for row in gaps(context.release)
        if f"gap:{row['indicator_id']}" not in sources
    }
    if not waiting:
        return
    with st.expander(text("afspraken.ask_gap", language)), st.form("ask_gap"):
        st.html(markup.note(text("afspraken.ask_gap_help", language)))
        wanted = st.selectbox(
            text("afspraken.which_gap", language), list(waiting), format_func=waiting.__getitem__
        )
        if st.form_submit_button(text("afspraken.ask_gap", language)):
            enter = partial(questions.ask_gap, workplace.store(), context.subject, wanted, waiting[wanted])
            forms.act(language, "afspraken.asked", enter)
    page_link(context, "kwaliteit", text("afspraken.to_gaps", language), ":material/list:")


def _answer(context: Context, found: list[Question]) -> None:
    language = context.language
    with st.expander(text("afspraken.answer", language)):
        one = st.selectbox(
            text("afspraken.which_question", language), found, format_func=lambda one: one.text[:80]
        )
        by = st.selectbox(
            text("afspraken.answered_by", language), questions.ANSWERED_BY[1:],
            format_func=lambda name: text(f"afspraken.by_{name}", language),
        )  # fmt: skip
        with st.form("answer"):
            choices = _choices(context, by)
            chosen = NOTHING
            if choices:
                label = text(f"afspraken.which_{by}", language)
                chosen = choices[st.selectbox(label, list(choices), format_func=choices.__getitem__)]
            words = st.text_area(text(f"afspraken.words_{by}", language), max_chars=300)
            if st.form_submit_button(text("afspraken.answer", language)):
                told = ". ".join(filter(None, (chosen, words.strip())))
                answer = partial(questions.answer, workplace.store(), context.subject, one.id, one.version)
                forms.act(language, "afspraken.answered", partial(answer, answered_by=by, text=told))


def _choices(context: Context, by: str) -> dict[str, str]:
    """What can be chosen as the answer: a figure of the release, or a gap; who holds data is written out."""
    if by == "figure":
        texts = IndicatorTexts(context)
        return {key: texts.title(key) for key in sorted(texts.rows, key=texts.title)}
    if by == "gap":
        return {str(row["indicator_id"]): context.title_of(row) for row in gaps(context.release)}
    return {}
