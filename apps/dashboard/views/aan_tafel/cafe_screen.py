"""The screen of a world café: the clock for the room, how far all tables are, the codes to come to a table, and the sheet."""

from __future__ import annotations

from functools import partial

import streamlit as st

from apps.dashboard.components import forms, markup, qr_code
from apps.dashboard.components.address import page_link
from apps.dashboard.components.site_address import site
from apps.dashboard.data import workplace
from apps.dashboard.views.aan_tafel import cafe_words
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.gate import evaluation, words
from apps.dashboard.wording.texts import listing, text
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.governance import cafe_room
from datawerkplaats.governance.cafe_room import Cafe
from datawerkplaats.governance.declarations import Governance
from datawerkplaats.workplace import sessions
from datawerkplaats.workplace.people import Right
from datawerkplaats.workplace.sessions import Session

EVERY_S = 1
CODE_SIZE = 150
State = tuple[object, ...]


def show(context: Context, one: Session) -> None:
    """Draw the screen."""
    language, governance = context.language, cafe_words.asked()
    found = _now(context, governance, one.id)
    st.title(one.title, anchor=False)
    forms.told()
    _goes_on(context, governance, found, is_large=True)
    if found.status != "closed" and not found.tells(governance):
        _codes(context, governance, found)
    _lead(context, governance, found)
    if found.tells(governance):
        _sheet(context, governance, found)
    page_link(
        context, "gesprekken", text("gesprekken.back", language), ":material/arrow_back:", gesprek=one.id
    )


def lead(context: Context, one: Session) -> None:
    """The café on the page of its session: clock, tables, buttons, and the sheet once tables tell."""
    governance = cafe_words.asked()
    found = _now(context, governance, one.id)
    st.markdown(text("cafe.about", context.language))
    _goes_on(context, governance, found, is_large=False)
    _lead(context, governance, found)
    if found.tells(governance):
        _sheet(context, governance, found)
    if found.is_empty:
        st.html(markup.note(text("cafe.sheet_empty", context.language)))


def is_empty(context: Context, one: Session) -> bool:
    """Whether no table wrote anything: then there are no minutes."""
    return _now(context, cafe_words.asked(), one.id).is_empty


def _now(context: Context, governance: Governance, session_id: str) -> Cafe:
    return cafe_room.cafe(workplace.store(), context.subject, governance, session_id)


def _state(found: Cafe) -> State:
    return found.position, found.status, tuple(one.version for one in found.tables.values())


def _goes_on(context: Context, governance: Governance, found: Cafe, *, is_large: bool) -> None:
    """Clock and tables; of a café that is over they stand still."""
    if found.status == "closed":
        _clock_and_tables(context, governance, found, is_large=is_large)
    else:
        _live(context, governance, found.session_id, _state(found), is_large=is_large)


def _clock_and_tables(context: Context, governance: Governance, found: Cafe, *, is_large: bool) -> None:
    cafe_words.clock(context, found, governance, is_large=is_large)
    cafe_words.progress(context, found, governance)


@st.fragment(run_every=EVERY_S)
def _live(context: Context, governance: Governance, session_id: str, seen: State, *, is_large: bool) -> None:
    """Clock and tables, drawn anew every second; the whole screen when a round begins, or a table hands over, chooses or judges."""
    try:
        found = _now(context, governance, session_id)
    except DataProblem as problem:
        st.html(markup.note(problem.sentence(context.language), "warn"))
        return
    if _state(found) != seen:
        st.rerun()
    _clock_and_tables(context, governance, found, is_large=is_large)


def _codes(context: Context, governance: Governance, found: Cafe) -> None:
    language = context.language
    st.subheader(text("cafe.join", language), anchor=False)
    st.html(markup.note(text("cafe.join_how", language)))
    for table, column in zip(found.tables, st.columns(len(found.tables)), strict=True):
        name = words(governance.values[table], language)
        address = f"{site()}/meedoen?code={found.code}&tafel={table}"
        with column:
            st.markdown(f"**{text('cafe.table', language, name=name)}**")
            qr_code.show(address, text("cafe.qr_alt", language, name=name), CODE_SIZE)
            st.code(address, language=None, wrap_lines=True)


def _lead(context: Context, governance: Governance, found: Cafe) -> None:
    """The buttons of who leads."""
    if not context.subject.may(Right.LEAD_SESSION) or found.status == "closed":
        return
    language, last = context.language, len(governance.world_cafe.rounds)
    st.subheader(text("cafe.lead", language), anchor=False)
    busy = [
        words(governance.values[table], language)
        for table, one in found.tables.items()
        if one.is_open and one.handed_over < min(found.position, last)
    ]
    if busy:
        st.html(markup.note(text("cafe.still_busy", language, names=listing(busy, language))))
    store, subject = workplace.store(), context.subject
    if not found.tells(governance):
        number = found.position + 1
        label = text("cafe.start_round", language, number=number)
        label = text("cafe.start_telling", language) if number > last else label
        if st.button(label, type="primary", icon=":material/timer:"):
            start = partial(cafe_room.next_round, store, subject, governance, found.session_id, number)
            forms.act(language, "cafe.started", start)
    if found.phase(governance) is not None:
        with st.form("draw", border=False):
            scenario = st.selectbox(
                text("cafe.which_card", language), list(governance.scenarios),
                format_func=lambda one: words(governance.scenarios[one].title, language),
            )  # fmt: skip
            if st.form_submit_button(text("cafe.draw_for_all", language), icon=":material/style:"):
                draw = partial(
                    cafe_room.draw_for_all, store, subject, governance, found.session_id, str(scenario)
                )
                forms.act(language, "cafe.drawn", draw)
    if st.button(text("gesprekken.close", language), icon=":material/stop_circle:"):
        forms.act(language, "gesprekken.closed", partial(sessions.close, store, subject, found.session_id))


def _sheet(context: Context, governance: Governance, found: Cafe) -> None:
    """What each table found most important, and what the room says of the café."""
    language = context.language
    st.subheader(text("cafe.sheet", language), anchor=False)
    for table, one in found.tables.items():
        st.markdown(f"**{words(governance.values[table], language)}**")
        if not one.picks:
            st.html(markup.note(text("cafe.sheet_none", language)))
            continue
        told = [
            (words(governance.questions[key], language), one.text_on(key).text or "–") for key in one.picks
        ]
        st.html(markup.definitions(told))
    if any(one.judged for one in found.tables.values()):
        st.html(markup.table(*evaluation(found, governance, language)))
