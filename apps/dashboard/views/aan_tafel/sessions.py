"""Gesprekken: de lijst, een gesprek voorbereiden en leiden, het grote scherm, en het verslag."""

from __future__ import annotations

from datetime import date
from functools import partial

import streamlit as st

from apps.dashboard.components import forms, markup
from apps.dashboard.components.address import hold, page_link, parameter
from apps.dashboard.components.headline import opening
from apps.dashboard.data import workplace
from apps.dashboard.views.aan_tafel import cafe_screen, guide, preparing, screen
from apps.dashboard.views.aan_tafel.answers import totals_table
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.governance import cafe_seats
from datawerkplaats.workplace import agreements, sessions, table
from datawerkplaats.workplace.people import Right
from datawerkplaats.workplace.sessions import Item, Session

MOST_ID = 40


def render(context: Context) -> None:
    """Draw the page: one session where the address names one, else all."""
    language, subject = context.language, context.subject
    hold("gesprekken", ("gesprek", "scherm"))
    asked = parameter("gesprek", MOST_ID)
    if not asked or not workplace.is_begun():
        _all(context)
        return
    try:
        one = sessions.session(workplace.store(), subject, asked)
    except DataProblem as problem:
        if problem.code != "not_there":
            raise
        st.html(markup.note(text("gesprekken.not_there", language), "warn"))
        _all(context)
        return
    if parameter("scherm", 1):
        (cafe_screen if _is_cafe(one) else screen).show(context, one)
    else:
        _one(context, one)


def _all(context: Context) -> None:
    language = context.language
    st.title(text("gesprekken.title", language), anchor=False)
    opening(text("gesprekken.intro", language))
    forms.told()
    found = sessions.sessions(workplace.store(), context.subject) if workplace.is_begun() else []
    if not found:
        st.html(markup.note(text("gesprekken.none", language)))
    for one in found:
        words = {
            "title": one.title,
            "date": one.held_on,
            "state": text(f"gesprekken.status_{one.status}", language),
        }
        label = text("gesprekken.open_one", language, **words)
        page_link(context, "gesprekken", label, ":material/groups:", gesprek=one.id)
    if context.subject.may(Right.LEAD_SESSION):
        preparing.show(context)


def _one(context: Context, one: Session) -> None:
    language, leads = context.language, context.subject.may(Right.LEAD_SESSION)
    st.title(one.title, anchor=False)
    forms.told()
    kind = text(f"gesprekken.template_{one.template}", language)
    labels = (kind, one.held_on, text(f"gesprekken.status_{one.status}", language), *one.organisations)
    st.html(markup.badges([(label, "plain") for label in labels]))
    guide.show(context, one)
    with st.container(horizontal=True):
        page_link(context, "gesprekken", text("gesprekken.back", language), ":material/arrow_back:")
        if (one.items or _is_cafe(one)) and one.status != "closed":
            label = text("gesprekken.to_screen", language)
            page_link(context, "gesprekken", label, ":material/tv:", gesprek=one.id, scherm="1")
    if _is_cafe(one):
        cafe_screen.lead(context, one)
    if one.items or not _is_cafe(one):
        _agenda(context, one)
    if leads and one.status == "open" and not _is_cafe(one):
        close = partial(sessions.close, workplace.store(), context.subject, one.id)
        if st.button(text("gesprekken.close", language), icon=":material/stop_circle:"):
            forms.act(language, "gesprekken.closed", close)
    _agreements(context, one)
    if leads and not (_is_cafe(one) and cafe_screen.is_empty(context, one)):
        screen.downloads(context, one)


def _is_cafe(one: Session) -> bool:
    return one.template == cafe_seats.TEMPLATE


def _agenda(context: Context, one: Session) -> None:
    language = context.language
    st.subheader(text("gesprekken.agenda", language), anchor=False)
    if not one.items:
        st.html(markup.note(text("gesprekken.agenda_none", language)))
    for item in one.items:
        _item(context, one, item)


def _item(context: Context, one: Session, item: Item) -> None:
    language, leads = context.language, context.subject.may(Right.LEAD_SESSION)
    with st.container(border=True):
        st.markdown(f"**{item.position}. {forms.plain(item.title)}**")
        labels = [text("gesprekken.minutes", language, minutes=item.minutes)]
        labels += [text("gesprekken.changed_live", language)] if item.changed_from else []
        st.html(markup.badges([(label, "plain") for label in labels]))
        with st.container(horizontal=True):
            st.link_button(text("gesprekken.see", language), item.address, icon=":material/visibility:")
            if leads and one.status != "closed":
                show = partial(sessions.show_item, workplace.store(), context.subject, one.id, item.id)
                if st.button(text("gesprekken.show", language), key=f"show_{item.id}", icon=":material/tv:"):
                    forms.act(language, "gesprekken.shown", show)
        if one.status != "prepared":
            totals_table(context, table.totals(workplace.store(), context.subject, item.id))
            if leads:
                _said(context, item)


def _said(context: Context, item: Item) -> None:
    language = context.language
    found = table.contributions(workplace.store(), context.subject, item.id)
    if not found:
        return
    st.markdown(f"**{text('gesprekken.said_title', language)}**")
    for one in found:
        kind = text(f"gesprekken.kind_{one.kind}", language)
        st.html(markup.note(f"{kind}: {one.text} ({text(f'gesprekken.said_{one.status}', language)})"))
        if one.status != "waiting":
            continue
        with st.container(horizontal=True):
            for label, is_shown in (("accept", True), ("leave_out", False)):
                if st.button(text(f"gesprekken.{label}", language), key=f"{label}_{one.id}"):
                    judge = partial(table.accept, workplace.store(), context.subject, one.id)
                    forms.act(language, "gesprekken.judged", partial(judge, is_shown=is_shown))


def _agreements(context: Context, one: Session) -> None:
    language = context.language
    found = agreements.agreements(workplace.store(), context.subject, one.id)
    may_agree = context.subject.may(Right.AGREE)
    if not found and not may_agree:
        return
    st.subheader(text("gesprekken.agree_title", language), anchor=False)
    for made in found:
        st.html(markup.note(f"{made.due_on} · {made.organisation} ({made.role}): {made.text}"))
    if not may_agree:
        return
    with st.expander(text("gesprekken.agree", language)), st.form("agree"):
        words = st.text_area(text("gesprekken.agree_words", language), max_chars=600)
        left, middle, right = st.columns(3)
        who = left.selectbox(text("gesprekken.agree_who", language), one.organisations)
        role = middle.text_input(text("gesprekken.agree_role", language), max_chars=40)
        due = right.date_input(text("gesprekken.agree_due", language), value="today", format="DD-MM-YYYY")
        if st.form_submit_button(text("gesprekken.agree", language)):
            figures = screen.figures_of(context, one)
            agree = partial(
                agreements.agree, workplace.store(), context.subject, session_id=one.id, figures=figures
            )
            day = due if isinstance(due, date) else date.today()
            forms.act(
                language, "gesprekken.agreed",
                lambda: agree(text=words, organisation=str(who), role=role, due_on=day),
            )  # fmt: skip
