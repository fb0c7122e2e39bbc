"""Meldloket: report something without a name, look up its status with a code, and the list of who must answer."""

from __future__ import annotations

from datetime import date
from functools import partial

import streamlit as st

from apps.dashboard.components import forms, markup
from apps.dashboard.components.address import page_link
from apps.dashboard.components.headline import opening
from apps.dashboard.data import workplace
from apps.dashboard.data.systems import all_of_them
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.numbers import format_date
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import DataProblem, Language
from datawerkplaats.governance import desk
from datawerkplaats.governance.desk import Report
from datawerkplaats.governance.register import SEVERITIES
from datawerkplaats.workplace.people import Right

MOST_CODE = 40


def render(context: Context) -> None:
    """Draw the page."""
    language, subject = context.language, context.subject
    st.title(text("loket.title", language), anchor=False)
    opening(text("loket.intro", language))
    forms.told()
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader(text("loket.report_title", language), anchor=False)
        if subject.may(Right.READ):
            _report(context)
        else:
            st.info(text("loket.no_reader", language))
            page_link(context, "verantwoording", text("loket.to_contact", language))
    with right:
        st.subheader(text("loket.look_title", language), anchor=False)
        _status(context)
    if not workplace.is_begun() or not subject.may(Right.READ):
        return
    found = desk.answered_in_time(workplace.store(), subject)
    told = text("loket.in_time", language, number=found.in_time, of=found.of)
    st.html(markup.note(told if found.of else text("loket.in_time_none", language)))
    if subject.may(Right.AUDIT):
        _to_answer(context)


def _report(context: Context) -> None:
    language, subject = context.language, context.subject
    systems = [one for one in all_of_them(subject) if one.id]
    with st.form("report"):
        kind = st.selectbox(
            text("loket.kind", language),
            [
                *(one for one in desk.DEADLINES if one != "incident"),
                *(reversed(SEVERITIES) if systems else ("incident",)),
            ],
            format_func=lambda one: _kind_with_deadline(one, language),
        )
        system = (
            st.selectbox(
                text("loket.system", language),
                systems,
                format_func=lambda one: one.nl if language == "nl" else one.en,
            )
            if systems
            else None
        )
        words = st.text_area(text("loket.words", language), max_chars=2000)
        if not st.form_submit_button(text("loket.send", language), type="primary"):
            return
        store = workplace.store()
        try:
            if kind in SEVERITIES and system is not None:
                made = desk.report_incident(store, subject, system.id, kind, words)
            else:
                made = desk.send_report(store, subject, kind, words)
        except DataProblem as problem:
            st.error(problem.sentence(language))
            return
    code = desk.code_of(made)
    due = format_date(date.fromisoformat(desk.status_of(store, code).due_on), language)
    sent = "loket.sent_serious" if kind == "serious" else "loket.sent"
    forms.say(text(sent, language, date=due, code=code))
    st.rerun()


def _kind_with_deadline(kind: str, language: Language) -> str:
    days = {**desk.DEADLINES, **desk.INCIDENT_DAYS}[kind]
    within = text("loket.days", language, number=days)
    return text("loket.deadline", language, name=text(f"loket.kind_{kind}", language), word=within)


def _status(context: Context) -> None:
    language = context.language
    with st.form("status"):
        code = st.text_input(text("loket.code", language), max_chars=MOST_CODE)
        asked = st.form_submit_button(text("loket.look", language))
    if not asked:
        return
    try:
        if not workplace.is_begun():
            raise DataProblem("not_there", subject="report")
        found = desk.status_of(workplace.store(), code)
    except DataProblem as problem:
        no_code = problem.code == "not_there"
        st.warning(text("loket.no_code", language) if no_code else problem.sentence(language))
        return
    is_late = found.status == "open" and found.due_on < workplace.store().clock().date().isoformat()
    state = text(f"loket.state_{'late' if is_late else found.status}", language)
    told = {
        "kind": text(f"loket.kind_{found.kind}", language).split(":")[0],
        "received": format_date(date.fromisoformat(found.received_on), language),
        "due": format_date(date.fromisoformat(found.due_on), language),
        "state": state,
        "reply": found.reply,
    }
    st.html(
        markup.definitions([(text(f"loket.status_{name}", language), words) for name, words in told.items()])
    )


def _to_answer(context: Context) -> None:
    """Reports and incidents that wait, what is overdue first."""
    language, subject, store = context.language, context.subject, workplace.store()
    st.subheader(text("loket.list_title", language), anchor=False)
    reports = [one for one in desk.reports(store, subject) if one.status == "open"]
    incidents = [one for one in desk.incidents(store, subject) if one.status == "open"]
    if not reports and not incidents:
        st.html(markup.note(text("loket.list_none", language)))
    for one in sorted([*reports, *incidents], key=lambda one: (one.due_on, one.id)):
        is_incident = one in incidents
        with st.container(border=True):
            _item(context, one)
            with st.form(f"reply_{one.id}", border=False):
                words = st.text_area(
                    text("loket.reply_incident" if is_incident else "loket.reply", language), max_chars=2000
                )
                if st.form_submit_button(text("loket.reply_send", language)):
                    reply = (
                        partial(desk.close_incident, store, subject, one.id, words)
                        if is_incident
                        else partial(desk.reply_to, store, subject, one.id, one.version, words)
                    )
                    forms.act(language, "loket.replied", reply)


def _item(context: Context, one: Report) -> None:
    language = context.language
    day = format_date(date.fromisoformat(one.due_on), language)
    kind = text(f"loket.kind_{one.kind}", language).split(":")[0]
    is_late = one.is_overdue(workplace.store().clock().date())
    told = text("loket.list_item", language, date=day, kind=kind, words=one.text)
    late = f"{text('loket.list_late', language)} · " if is_late else ""
    st.html(markup.note(f"{late}{told}", "warn" if is_late else "plain"))
    if one.kind in desk.DEADLINES:
        aim = desk.working_day_after(date.fromisoformat(one.received_on), desk.ANSWERED_WITHIN)
        st.html(markup.note(text("loket.list_soon", language, date=format_date(aim, language))))
