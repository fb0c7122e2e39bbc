"""*Zet op de agenda*: below every page, for who leads sessions, once one has been prepared."""

from __future__ import annotations

from functools import partial

import streamlit as st

from apps.dashboard.components import address, forms, markup
from apps.dashboard.data import workplace
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.workplace.people import Right

OWN = ("gesprekken", "meedoen", "loket", "notities", "afspraken", "volgen")


def offer(context: Context, page: str, title: str) -> None:
    """The button with its few choices: session, name, minutes."""
    if page in OWN or not context.subject.may(Right.LEAD_SESSION):
        return
    language = context.language
    if not workplace.is_begun():
        _new(context, page, title)
        return
    try:
        from datawerkplaats.workplace import sessions

        going = [
            one for one in sessions.sessions(workplace.store(), context.subject) if one.status != "closed"
        ]
    except DataProblem as problem:  # the page above stands
        st.html(markup.note(problem.sentence(language), "warn"))
        return
    forms.told()
    _new(context, page, title)
    if not going:
        return
    going.sort(key=lambda one: one.status != "open")  # the one at the table now comes first
    with (
        st.popover(text("gesprekken.put", language), icon=":material/playlist_add:"),
        st.form(f"agenda_{page}"),
    ):
        one = st.selectbox(text("gesprekken.put_where", language), going, format_func=lambda one: one.title)
        name = st.text_input(text("gesprekken.put_name", language), title, max_chars=200)
        minutes = st.number_input(text("gesprekken.put_minutes", language), 1, 240, 15)
        here = address.link(context, page, address.asked(page), frozen=True)
        add = partial(
            sessions.add_item, workplace.store(), context.subject, one.id, title=name, address=here,
            release_id=context.release.id, minutes=int(minutes),
        )  # fmt: skip
        with st.container(horizontal=True):
            if st.form_submit_button(text("gesprekken.put_button", language), type="primary"):
                forms.act(language, "gesprekken.put_done", add)
            if one.current_item and st.form_submit_button(text("gesprekken.put_live", language)):
                forms.act(
                    language, "gesprekken.shown", partial(_live, context, one.id, one.current_item, add)
                )


def _new(context: Context, page: str, title: str) -> None:
    """The way to a new session that begins with this view."""
    here = address.link(context, page, address.asked(page), frozen=True)
    if len(here) <= address.MOST_CHARACTERS:
        address.page_link(
            context, "gesprekken", text("gesprekken.put_new", context.language), ":material/playlist_add:",
            zet=here, naam=title,
        )  # fmt: skip


def _live(context: Context, session_id: str, changed_from: str, add: partial[str]) -> None:
    """What was changed at the table becomes an item of its own, and is what the screen shows."""
    from datawerkplaats.workplace import sessions

    item = add(changed_from=changed_from)
    sessions.show_item(workplace.store(), context.subject, session_id, item)
