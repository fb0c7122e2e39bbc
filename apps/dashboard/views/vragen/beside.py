"""Beside the decisions: what advisory bodies say, and what the system costs and brings."""

from __future__ import annotations

from functools import partial

import streamlit as st

from apps.dashboard.components import forms, markup
from apps.dashboard.data import workplace
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.gate import words
from apps.dashboard.wording.numbers import format_number
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import Language
from datawerkplaats.base.settings import get_settings
from datawerkplaats.governance import declarations, weighing
from datawerkplaats.governance.declarations import PHASES, Governance
from datawerkplaats.governance.weighing import Line
from datawerkplaats.workplace.people import Right

COLOURS = {"✓": "good", "◐": "doubt", "✗": "bad"}


def show(context: Context, system_id: str) -> None:
    """Draw advice, costs and benefits of a system, with the forms for who may fill them in."""
    language, subject = context.language, context.subject
    governance = declarations.load(get_settings().catalogue_dir)
    st.subheader(text("afweging.title", language), anchor=False)
    _advices(context, governance, system_id)
    if subject.may(Right.ADVISE):
        _advise(context, governance, system_id)
    found = weighing.lines(workplace.store(), subject, system_id)
    _lines(found, language)
    if subject.may(Right.DECIDE):
        _add(context, system_id)
        if found:
            _drop(context, found)


def _advices(context: Context, governance: Governance, system_id: str) -> None:
    language = context.language
    found = weighing.advices(workplace.store(), context.subject, system_id)
    if not found:
        st.html(markup.note(text("afweging.advice_none", language)))
        return
    names = ("body", "phase", "outcome", "text", "given")
    header = [text(f"afweging.advice_column_{name}", language) for name in names]
    rows = [
        [
            one.body, words(next(governance.phases[p] for p in PHASES if p == one.phase), language),
            text(f"afweging.outcome_{one.outcome}", language), one.text, one.given_on,
        ]
        for one in found
    ]  # fmt: skip
    st.html(markup.coloured_table(header, rows, COLOURS))


def _advise(context: Context, governance: Governance, system_id: str) -> None:
    language = context.language
    with st.expander(text("afweging.advise", language)), st.form("advise"):
        body = st.text_input(text("afweging.advise_body", language), max_chars=120)
        left, right = st.columns(2)
        phase = left.selectbox(
            text("afweging.advise_phase", language), PHASES,
            format_func=lambda one: words(governance.phases[one], language),
        )  # fmt: skip
        outcome = right.selectbox(
            text("afweging.advise_outcome", language), weighing.OUTCOMES,
            format_func=lambda one: text(f"afweging.outcome_{one}", language),
        )  # fmt: skip
        told = st.text_area(text("afweging.advise_words", language), max_chars=4000)
        if st.form_submit_button(text("afweging.advise_save", language)):
            advise = partial(weighing.advise, workplace.store(), context.subject, system_id)
            forms.act(
                language, "afweging.advised",
                lambda: advise(phase=phase, body=body, outcome=outcome, text=told),
            )  # fmt: skip


def _lines(found: list[Line], language: Language) -> None:
    if not found:
        st.html(markup.note(text("afweging.lines_none", language)))
        return
    names = ("kind", "text", "once", "per_year", "source", "confidence")
    header = [text(f"afweging.lines_column_{name}", language) for name in names]
    rows = []
    for kind in weighing.KINDS:
        own = [one for one in found if one.kind == kind]
        name = text(f"afweging.kind_{kind}", language)
        for one in own:
            sure = text(f"afweging.confidence_{one.confidence}", language)
            rows.append(
                [name, one.text, _euros(one.once, language), _euros(one.per_year, language), one.source, sure]
            )
        if own:
            once, per_year = sum(one.once for one in own), sum(one.per_year for one in own)
            total = text("afweging.total", language, name=name)
            rows.append([total, "", _euros(once, language), _euros(per_year, language), "", ""])
    st.html(markup.table(header, rows))
    st.html(markup.note(text("afweging.in_words", language)))


def _euros(amount: int, language: Language) -> str:
    return text("afweging.euros", language, number=format_number(amount, 0, language))


def _add(context: Context, system_id: str) -> None:
    language = context.language
    with st.expander(text("afweging.add", language)), st.form("add_line"):
        left, right = st.columns(2)
        kind = left.selectbox(
            text("afweging.lines_column_kind", language), weighing.KINDS,
            format_func=lambda one: text(f"afweging.kind_{one}", language),
        )  # fmt: skip
        sure = right.selectbox(
            text("afweging.lines_column_confidence", language), weighing.CONFIDENCES,
            format_func=lambda one: text(f"afweging.confidence_{one}", language),
        )  # fmt: skip
        what = st.text_input(text("afweging.lines_column_text", language), max_chars=200)
        left, right = st.columns(2)
        once = left.number_input(text("afweging.lines_column_once", language), 0, weighing.MOST_EUROS, 0)
        year = right.number_input(text("afweging.lines_column_per_year", language), 0, weighing.MOST_EUROS, 0)
        source = st.text_input(text("afweging.lines_column_source", language), max_chars=400)
        if st.form_submit_button(text("afweging.add_save", language)):
            add = partial(weighing.add_line, workplace.store(), context.subject, system_id)
            forms.act(
                language, "afweging.added",
                lambda: add(
                    kind=kind, text=what, once=int(once), per_year=int(year), source=source, confidence=sure
                ),
            )  # fmt: skip


def _drop(context: Context, found: list[Line]) -> None:
    language = context.language
    with st.expander(text("afweging.drop", language)), st.form("drop_line"):
        one = st.selectbox(text("afweging.drop_which", language), found, format_func=lambda one: one.text)
        if st.form_submit_button(text("afweging.drop", language)):
            drop = partial(weighing.drop_line, workplace.store(), context.subject, one.id, one.version)
            forms.act(language, "afweging.dropped", drop)
