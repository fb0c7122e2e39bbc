"""Preparing a session, with what is known filled in already; or a series of sessions at once."""

from __future__ import annotations

from datetime import UTC, date, datetime

import streamlit as st

from apps.dashboard.components import forms, markup
from apps.dashboard.components.address import MOST_CHARACTERS, page_link, parameter, remember
from apps.dashboard.data import workplace
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.numbers import format_date
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import get_settings
from datawerkplaats.catalogue.session_templates import SessionTemplate, load_templates
from datawerkplaats.workplace import series, sessions

PAGE = "gesprekken"
MOST_NAME = 200


def show(context: Context) -> None:
    """Draw the form for one session, and folded the one for a series."""
    language = context.language
    st.subheader(text("gesprekken.prepare", language), anchor=False)
    view, name = parameter("zet", MOST_CHARACTERS), parameter("naam", MOST_NAME)
    if view:
        st.html(markup.note(text("gesprekken.with_view", language, name=name)))
    known = "\n".join(at_the_table(context))
    with st.form("prepare"):
        usual = text("gesprekken.usual_name", language, date=format_date(date.today(), language))
        title = st.text_input(text("gesprekken.name", language), usual, max_chars=MOST_NAME)
        left, right = st.columns(2)
        held_on = left.date_input(text("gesprekken.held_on", language), value="today", format="DD-MM-YYYY")
        template = right.selectbox(
            text("gesprekken.template", language), sessions.TEMPLATES,
            format_func=lambda one: text(f"gesprekken.template_{one}", language),
        )  # fmt: skip
        names = st.text_area(text("gesprekken.organisations", language), known)
        is_sent = st.form_submit_button(text("gesprekken.prepare_button", language), type="primary")
    if not is_sent:
        _series(context, known)
        return
    try:
        made = sessions.prepare(
            workplace.store(), context.subject, title=title, held_on=_day(held_on), template=template,
            organisations=_lines(names),
        )  # fmt: skip
        if view:
            sessions.add_item(
                workplace.store(), context.subject, made, title=name or title, address=view,
                release_id=context.release.id,
            )  # fmt: skip
    except DataProblem as problem:
        st.error(problem.sentence(language))
        return
    remember(PAGE, {"gesprek": made}, gone=("zet", "naam"))
    forms.act(language, "gesprekken.prepared_with" if view else "gesprekken.prepared", lambda: None)


def at_the_table(context: Context) -> list[str]:
    """Who usually sits at the table: as in the newest session, else the partners of the region."""
    if workplace.is_begun():
        before = sessions.sessions(workplace.store(), context.subject)
        if before:
            return list(before[0].organisations)
    return [partner.name for partner in context.region.partners] if context.region else []


def _lines(told: str) -> list[str]:
    return [line.strip() for line in told.splitlines() if line.strip()]


def _day(told: object) -> date:
    return told if isinstance(told, date) else datetime.now(UTC).date()


def _series(context: Context, known: str) -> None:
    """The form for a series, and the series that there are."""
    language = context.language
    try:
        templates = load_templates(get_settings().catalogue_dir)
    except DataProblem as problem:
        st.html(markup.note(problem.sentence(language), "warn"))
        return
    of_series = {key: template for key, template in templates.items() if template.phases}
    if workplace.is_begun():
        for one in series.all_series(workplace.store(), context.subject):
            st.markdown(f"**{text('gesprekken.series', language)}: {forms.plain(one.title)}**")
            for meeting in one.meetings:
                state = text(f"gesprekken.status_{meeting.status}", language)
                label = text(
                    "gesprekken.open_one", language, title=meeting.title, date=meeting.held_on, state=state
                )
                page_link(context, PAGE, label, ":material/event:", gesprek=meeting.session_id)
    if of_series:
        with st.expander(text("gesprekken.plan_series", language)):
            _plan(context, of_series, known)


def _plan(context: Context, of_series: dict[str, SessionTemplate], known: str) -> None:
    language = context.language
    with st.form("series"):
        kind = st.selectbox(
            text("gesprekken.template", language), list(of_series),
            format_func=lambda one: text(f"gesprekken.template_{one}", language),
        )  # fmt: skip
        title = st.text_input(text("gesprekken.series_name", language), max_chars=120)
        left, right = st.columns(2)
        starts = left.date_input(text("gesprekken.held_on", language), value="today", format="DD-MM-YYYY")
        weeks = right.number_input(
            text("gesprekken.every_weeks", language), 1, series.MOST_WEEKS, of_series[kind].every_weeks
        )
        names = st.text_area(text("gesprekken.organisations", language), known)
        if st.form_submit_button(text("gesprekken.plan_series", language)):
            meetings = [(phase.phase_id, context.of_theme(phase.title)) for phase in of_series[kind].phases]
            forms.act(
                language, "gesprekken.series_planned",
                lambda: series.plan_series(
                    workplace.store(), context.subject, title=title, template=kind, starts_on=_day(starts),
                    every_weeks=int(weeks), organisations=_lines(names), meetings=meetings,
                ),
            )  # fmt: skip
