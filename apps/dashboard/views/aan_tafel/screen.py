"""Het grote scherm: one item large, the code for phones, and what the table answers, drawn anew every two seconds."""

from __future__ import annotations

import logging
from functools import partial
from urllib.parse import parse_qsl, urlsplit

import streamlit as st

from apps.dashboard.components import markup, qr_code
from apps.dashboard.components.address import page_link
from apps.dashboard.components.site_address import site
from apps.dashboard.data import workplace
from apps.dashboard.views.aan_tafel.answers import totals_table
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.governance import cafe_seats
from datawerkplaats.workplace import sessions, table
from datawerkplaats.workplace.figures import Figure, Selection
from datawerkplaats.workplace.people import Right
from datawerkplaats.workplace.sessions import Item, Session

LOG = logging.getLogger(__name__)
EVERY_S = 2
TALL = 900
MIME = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


def show(context: Context, one: Session) -> None:
    """Draw the screen of a session."""
    language = context.language
    current = next((item for item in one.items if item.id == one.current_item), None)
    st.title(current.title if current else one.title, anchor=False)
    wide, narrow = st.columns([3, 1], gap="large")
    with wide:
        if current is None:
            st.html(markup.note(text("gesprekken.screen_wait", language)))
        else:
            separator = "&" if "?" in current.address else "?"
            st.iframe(f"{site()}{current.address}{separator}embed=true", height=TALL)
    with narrow:
        _way_in(context, one)
        _live(context, one.id)
    page_link(
        context, "gesprekken", text("gesprekken.back", language), ":material/arrow_back:", gesprek=one.id
    )


def _way_in(context: Context, one: Session) -> None:
    """The QR code and the code to type."""
    language = context.language
    address = f"{site()}/meedoen?code={one.code}"
    qr_code.show(address, text("gesprekken.qr_alt", language), 220)
    st.markdown(f"**{text('gesprekken.join_by', language, code=one.code)}**")
    st.code(address, language=None, wrap_lines=True)


@st.fragment(run_every=EVERY_S)
def _live(context: Context, session_id: str) -> None:
    """The totals of the item that is on the screen now; another item draws the whole page anew."""
    language = context.language
    try:
        one = sessions.session(workplace.store(), context.subject, session_id)
        seen = st.session_state.setdefault(f"screen_{session_id}", one.current_item)
        if seen != one.current_item:
            st.session_state[f"screen_{session_id}"] = one.current_item
            st.rerun()
        if one.current_item is None:
            return
        totals_table(context, table.totals(workplace.store(), context.subject, one.current_item))
        if context.subject.may(Right.LEAD_SESSION):
            said = table.contributions(workplace.store(), context.subject, one.current_item)
            for words in (item for item in said if item.status == "shown"):
                st.html(markup.note(f"{text(f'gesprekken.kind_{words.kind}', language)}: {words.text}"))
    except DataProblem as problem:
        st.html(markup.note(problem.sentence(language), "warn"))


def figure_of(context: Context, item: Item) -> Figure | None:
    """The figure that an item is about, where its address names one area on Verkennen; as its own release shows it."""
    parts = urlsplit(item.address)
    asked = dict(parse_qsl(parts.query))
    wanted = ("indicator", "area", "year", "age", "sex")
    if (
        parts.path != "/verkennen"
        or not all(asked.get(name) for name in wanted)
        or not asked["year"].isdigit()
    ):
        return None
    selection = Selection(asked["indicator"], asked["area"], int(asked["year"]), asked["age"], asked["sex"])
    found = workplace.figure(context.release, selection)
    return found if found.value is not None else None


def figures_of(context: Context, one: Session) -> list[Figure]:
    """The figures of the agenda, each once."""
    found = (figure_of(context, item) for item in one.items)
    return list({figure.selection: figure for figure in found if figure is not None}.values())


def minutes(context: Context, one: Session, kind: str) -> bytes:
    """The minutes as a file; what writes it is imported only now."""
    if one.template == cafe_seats.TEMPLATE:
        from apps.dashboard.report import cafe_sheet

        document = cafe_sheet.build(context, one)
    else:
        from apps.dashboard.report.minutes import build

        document = build(context, one, {item.id: figure_of(context, item) for item in one.items})
    if kind == "pdf":
        from apps.dashboard.report.pdf import as_pdf

        return as_pdf(document)
    from apps.dashboard.report.word import as_docx

    return as_docx(document)


def downloads(context: Context, one: Session) -> None:
    """The minutes as Word and PDF."""
    language = context.language
    st.subheader(text("gesprekken.minutes_title", language), anchor=False)
    with st.container(horizontal=True):
        for kind, mime in MIME.items():
            st.download_button(
                text(f"gesprekken.minutes_{'word' if kind == 'docx' else 'pdf'}", language),
                partial(minutes, context, one, kind),
                f"verslag-{one.held_on}-{one.code}.{kind}",
                mime,
                key=f"minutes_{kind}",
                on_click="ignore",
                icon=":material/description:",
            )
