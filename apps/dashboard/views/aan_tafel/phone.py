"""Meedoen: the page of a phone at the table. It needs no sign-in, only the code on the screen."""

from __future__ import annotations

import secrets
from functools import partial

import streamlit as st

from apps.dashboard.components import forms, markup
from apps.dashboard.components.address import parameter, remember
from apps.dashboard.components.headline import opening
from apps.dashboard.data import workplace
from apps.dashboard.views.aan_tafel import cafe_window
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.governance import cafe_seats
from datawerkplaats.workplace import sessions, table
from datawerkplaats.workplace.sessions import Session
from datawerkplaats.workplace.table import Place

PAGE = "meedoen"
EVERY_S, STAYS_S = 3, 8  # seconds between two drawings, and that what was done stays to be read
_REFUSED = "phone_refused"


def render(context: Context) -> None:
    """Draw the page."""
    language = context.language
    code = parameter("code", 12)
    if code and workplace.is_begun() and _is_cafe(code):
        cafe_window.show(context, code)
        return
    st.title(text("meedoen.title", language), anchor=False)
    if not code:
        opening(text("meedoen.intro", language))
    if not workplace.is_begun():
        st.html(markup.note(text("gesprekken.none", language)))
        return
    device, organisation = parameter("toestel", 64), parameter("namens", 120)
    if not (code and device and organisation):
        _take_a_seat(context, code)
        return
    try:
        place = table.join(workplace.store(), code, device, organisation)
    except DataProblem as problem:
        st.warning(problem.sentence(language))
        _take_a_seat(context, "")
        return
    _follow(context, place)


def _is_cafe(code: str) -> bool:
    try:
        return cafe_seats.is_cafe(workplace.store(), code)
    except DataProblem:  # the code is asked for anew below
        return False


def _take_a_seat(context: Context, code: str) -> None:
    language = context.language
    if not code:
        with st.form("code"):
            typed = st.text_input(text("meedoen.code", language), max_chars=12)
            if st.form_submit_button(text("meedoen.join", language), type="primary") and typed.strip():
                remember(PAGE, {"code": typed.strip().upper()}, gone=("toestel", "namens"))
                st.rerun()
        return
    try:
        names = table.organisations_of(workplace.store(), code)
    except DataProblem as problem:
        st.warning(problem.sentence(language))
        _take_a_seat(context, "")
        return
    with st.form("seat"):
        organisation = st.radio(text("meedoen.organisation", language), names, index=None)
        st.html(markup.note(text("meedoen.privacy", language)))
        if st.form_submit_button(text("meedoen.join", language), type="primary") and organisation:
            # In the address, so that a phone that lost its connection sits down in the same seat.
            remember(PAGE, {"code": code, "toestel": secrets.token_urlsafe(24), "namens": organisation})
            st.rerun()


@st.fragment(run_every=EVERY_S)
def _follow(context: Context, place: Place) -> None:
    """The item that is on the screen now, with the ways to answer; drawn anew every three seconds."""
    language = context.language
    try:
        one = sessions.session(workplace.store(), place.subject, place.session_id)
    except DataProblem as problem:
        st.warning(problem.sentence(language))
        return
    if one.status == "closed":
        st.success(text("meedoen.over", language))
    elif one.status == "prepared" or one.current_item is None:
        st.info(text("meedoen.waiting", language))
    else:
        _answer(context, place, one, one.current_item)


def _answer(context: Context, place: Place, one: Session, item_id: str) -> None:
    language, store = context.language, workplace.store()
    title = next((item.title for item in one.items if item.id == item_id), one.title)
    st.subheader(text("meedoen.now", language, title=title), anchor=False)
    forms.told(STAYS_S)
    place_of_refusal = st.empty()  # stays, so that what is opened below it does not close: see `forms.told`
    if refused := st.session_state.pop(_REFUSED, ""):
        place_of_refusal.warning(refused)
    given, dots = table.own_answer(store, place, item_id)
    st.markdown(f"**{text('gesprekken.recognise', language)}**")
    for answer in table.ANSWERS:
        st.button(
            text(f"gesprekken.answer_{answer}", language), key=f"{answer}_{item_id}",
            icon=":material/check:" if answer == given else None, width="stretch",
            type="primary" if answer == given else "secondary", on_click=_do,
            args=(context, partial(table.recognise, store, place, item_id, answer)),
        )  # fmt: skip
    key = f"dots_{item_id}"
    st.session_state[key] = dots
    st.segmented_control(
        text("meedoen.dots", language),
        range(table.DOTS + 1),
        key=key,
        on_change=_put_dots,
        args=(context, place, item_id),
    )
    with st.expander(text("meedoen.say", language)), st.form(f"say_{item_id}", clear_on_submit=False):
        kind = st.segmented_control(
            text("meedoen.say_kind", language), table.KINDS, default=table.KINDS[0],
            format_func=lambda name: text(f"gesprekken.kind_{name}", language),
        )  # fmt: skip
        words = st.text_area(text("meedoen.say_words", language), max_chars=600)
        may_quote = st.checkbox(text("meedoen.may_quote", language))
        if st.form_submit_button(text("meedoen.send", language)):
            send = partial(table.contribute, store, place, item_id, kind=kind or table.KINDS[0], text=words)
            forms.act(language, "meedoen.sent", partial(send, may_be_quoted=may_quote))


def _put_dots(context: Context, place: Place, item_id: str) -> None:
    chosen = st.session_state.get(f"dots_{item_id}")
    _do(context, partial(table.put_dots, workplace.store(), place, item_id, chosen or 0))


def _do(context: Context, action: partial[None]) -> None:
    """Keep an answer before the page is drawn anew; what is refused is said there and nothing changes."""
    try:
        action()
    except DataProblem as problem:
        st.session_state[_REFUSED] = problem.sentence(context.language)
    else:
        # Not as a toast: that is a dialog without a name to who listens to the page.
        forms.say(text("meedoen.kept", context.language))
