"""On Start: agreements whose day has passed, and followed figures that this release changed; nothing where nobody wrote."""

from __future__ import annotations

import streamlit as st

from apps.dashboard.components import markup
from apps.dashboard.components.address import page_link
from apps.dashboard.components.followed import change_words
from apps.dashboard.data import workplace
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.workplace.people import Right

MOST = 5


def show(context: Context) -> None:
    """Draw it."""
    if not context.subject.may(Right.READ) or not workplace.is_begun():
        return
    language = context.language
    try:
        items = [*_overdue(context), *_changed(context)]
    except DataProblem as problem:  # the rest of the page stands
        st.html(markup.note(problem.sentence(language), "warn"))
        return
    if not items:
        return
    st.html(markup.notices(text("volgen.notices", language), items))
    with st.container(horizontal=True):
        page_link(context, "afspraken", text("volgen.to_agreements", language))
        page_link(context, "volgen", text("volgen.to_follows", language))


def _overdue(context: Context) -> list[tuple[str, str]]:
    """Agreements of one's own organisation that are late; for who keeps the list, of all."""
    from datawerkplaats.workplace import agreements

    subject, store = context.subject, workplace.store()
    today = store.clock().date()
    late = [
        one
        for one in agreements.agreements(store, subject)
        if one.is_overdue(today)
        and (subject.may(Right.AGREE) or one.organisation.casefold() == subject.organisation.casefold())
    ]
    kind = text("afspraken.overdue", context.language)
    return [(kind, f"{one.due_on} · {one.organisation}: {one.text}") for one in late[:MOST]]


def _changed(context: Context) -> list[tuple[str, str]]:
    from datawerkplaats.workplace import follows

    own = follows.followed(workplace.store(), context.subject)
    changed = follows.changes(own, workplace.asking(context.release), context.release.id)
    kind = text("volgen.changed_kind", context.language)
    return [(kind, change_words(context, one)) for one in changed[:MOST]]
