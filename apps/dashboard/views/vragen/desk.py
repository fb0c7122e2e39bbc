"""Het loket: questions, objections, requests and incidents, each with its deadline; no name is asked."""

from __future__ import annotations

from functools import partial

import streamlit as st

from apps.dashboard.components import forms, markup
from apps.dashboard.data import workplace
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.texts import text
from datawerkplaats.governance import desk
from datawerkplaats.governance.register import SEVERITIES
from datawerkplaats.workplace.people import Right


def show(context: Context, system_id: str) -> None:
    """Draw the desk; incidents are about a system, so they are asked for once one is registered."""
    language, subject = context.language, context.subject
    st.subheader(text("vragen.desk_title", language), anchor=False)
    st.markdown(text("vragen.desk_intro", language))
    if subject.may(Right.READ):
        about_system = reversed(SEVERITIES) if system_id else ("incident",)
        kinds = [*(one for one in desk.DEADLINES if one != "incident"), *about_system]
        with st.form("desk"):
            kind = st.selectbox(
                text("vragen.desk_kind", language),
                kinds,
                format_func=lambda one: text(f"vragen.desk_{one}", language),
            )
            words = st.text_area(text("vragen.desk_words", language), max_chars=2000)
            if st.form_submit_button(text("vragen.desk_send", language)):
                if kind in SEVERITIES:
                    send = partial(desk.report_incident, workplace.store(), subject, system_id, kind, words)
                else:
                    send = partial(desk.send_report, workplace.store(), subject, kind, words)
                forms.act(language, "vragen.desk_sent", send)
    if subject.may(Right.AUDIT) and workplace.is_begun():
        _to_answer(context)


def _to_answer(context: Context) -> None:
    language = context.language
    st.markdown(f"**{text('vragen.desk_list', language)}**")
    found = [one for one in desk.reports(workplace.store(), context.subject) if one.status == "open"]
    if not found:
        st.html(markup.note(text("vragen.desk_none", language)))
    for one in found:
        due = text("vragen.desk_due", language, date=one.due_on)
        st.html(markup.note(f"{due} · {text(f'vragen.desk_{one.kind}', language)}: {one.text}"))
        with st.form(f"reply_{one.id}"):
            words = st.text_area(text("vragen.desk_reply", language), max_chars=2000)
            if st.form_submit_button(text("vragen.desk_send", language)):
                reply = partial(desk.reply_to, workplace.store(), context.subject, one.id, one.version, words)
                forms.act(language, "vragen.desk_replied", reply)
