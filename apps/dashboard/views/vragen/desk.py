"""What De vragen says of the contact desk: how many messages wait and came late, and the way there."""

from __future__ import annotations

import streamlit as st

from apps.dashboard.components import markup
from apps.dashboard.components.address import page_link
from apps.dashboard.data import workplace
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.texts import text
from datawerkplaats.governance import desk
from datawerkplaats.workplace.people import Right


def show(context: Context) -> None:
    """Draw it."""
    language, subject = context.language, context.subject
    st.subheader(text("loket.title", language), anchor=False)
    st.markdown(text("loket.intro", language))
    if workplace.is_begun() and subject.may(Right.READ):
        number, late = desk.waiting(workplace.store(), subject)
        st.html(
            markup.note(text("loket.waiting", language, number=number, of=late), "warn" if late else "plain")
        )
    page_link(context, "loket", text("loket.to_desk", language))
