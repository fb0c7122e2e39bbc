"""What a template brings to a session: the order of the meeting, and what belongs to its kind: assumptions, wijken, a series."""

from __future__ import annotations

from functools import partial

import streamlit as st

from apps.dashboard.components import forms, markup
from apps.dashboard.components.address import link, page_link
from apps.dashboard.data import cube, workplace
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.numbers import format_number
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import get_settings
from datawerkplaats.catalogue.lessons import load_lessons
from datawerkplaats.catalogue.session_templates import Block, SessionTemplate, load_templates
from datawerkplaats.workplace import assumptions, questions, series, sessions
from datawerkplaats.workplace.people import Right
from datawerkplaats.workplace.sessions import Session

AROUND_SCHOOL, ASSUMPTIONS = "school_care_meeting", assumptions.TEMPLATE
FEWEST_WIJKEN, MOST_WIJKEN, FIGURES = 2, 12, 4


def show(context: Context, one: Session) -> None:
    """Draw the order of the meeting and what is particular to its kind; nothing for a kind without a template."""
    language = context.language
    try:
        template = load_templates(get_settings().catalogue_dir).get(one.template)
    except DataProblem as problem:
        st.html(markup.note(problem.sentence(language), "warn"))
        return
    if template is None:
        return
    of_series = series.series_of(workplace.store(), context.subject, one.id)
    meeting = next((m for m in of_series.meetings if m.session_id == one.id), None) if of_series else None
    if template.mind is not None:
        st.html(markup.note(context.of_theme(template.mind), "warn"))
    blocks = template.blocks_of(meeting.phase if meeting else "")
    if blocks:
        with st.expander(text("gesprekken.guide", language), icon=":material/format_list_numbered:"):
            _blocks(context, template, blocks)
    if one.template == ASSUMPTIONS:
        _assumptions(context, one, template)
    if one.template == AROUND_SCHOOL and one.status != "closed" and context.subject.may(Right.LEAD_SESSION):
        _around_school(context, one)
    if of_series is not None:
        _needs(context, of_series)


def _blocks(context: Context, template: SessionTemplate, blocks: list[Block]) -> None:
    language = context.language
    st.html(markup.note(context.of_theme(template.aim)))
    header = [text(f"gesprekken.guide_{name}", language) for name in ("part", "minutes", "ask")]
    rows = [[context.of_theme(b.title), str(b.minutes), context.of_theme(b.ask)] for b in blocks]
    st.html(markup.table(header, rows))
    lessons = load_lessons(get_settings().catalogue_dir)
    for lesson in (lessons[b.lesson] for b in blocks if b.lesson in lessons):
        title = context.of_theme(lesson.title)
        page_link(context, "lessen", title, ":material/school:", les=lesson.lesson_id)


def _assumptions(context: Context, one: Session, template: SessionTemplate) -> None:
    language, store = context.language, workplace.store()
    st.subheader(text("gesprekken.assumptions", language), anchor=False)
    agreed = assumptions.assumptions(store, context.subject, one.id)
    if agreed:
        header = [
            text(f"gesprekken.assumed_{name}", language) for name in ("kind", "about", "expected", "reason")
        ]
        rows = [
            [
                text(f"gesprekken.assumed_{a.kind}", language), a.about,
                text(f"gesprekken.direction_{a.expected}", language) if a.expected else "", a.reason,
            ]
            for a in agreed
        ]  # fmt: skip
        st.html(markup.table(header, rows))
    else:
        st.html(markup.note(text("gesprekken.assumptions_none", language)))
    cited = assumptions.citation(store, context.subject, one.id)
    if cited is not None:
        st.markdown(text("gesprekken.cite", language))
        st.code(
            f"agreed: {{session: {cited.session}, held_on: {cited.agreed_on}, sha256: {cited.sha256}}}",
            language="yaml",
        )
    if one.status == "closed" or not context.subject.may(Right.LEAD_SESSION):
        return
    with st.expander(text("gesprekken.assume", language)), st.form("assume"):
        kind = st.segmented_control(
            text("gesprekken.assumed_kind", language), assumptions.KINDS, default=assumptions.KINDS[0],
            format_func=lambda name: text(f"gesprekken.assumed_{name}", language),
        )  # fmt: skip
        about = st.text_input(text("gesprekken.assumed_about", language), max_chars=120)
        expected = st.selectbox(
            text("gesprekken.assumed_expected_only", language), assumptions.DIRECTIONS,
            format_func=lambda name: text(f"gesprekken.direction_{name}", language),
        )  # fmt: skip
        reason = st.text_area(text("gesprekken.assumed_reason", language), max_chars=400)
        if st.form_submit_button(text("gesprekken.assume", language)):
            assume = partial(
                assumptions.assume, store, context.subject, one.id, kind=kind or assumptions.KINDS[0], about=about,
                expected=expected, reason=reason, results=template.results,
            )  # fmt: skip
            forms.act(language, "gesprekken.assumed", assume)


def _around_school(context: Context, one: Session) -> None:
    """Wijken around a school, as one item of the agenda."""
    language = context.language
    gemeenten = [row for row in cube.regions(context.release, "gemeente") if row["is_focus"]]
    wijken = cube.regions(context.release, "wijk")
    with st.expander(text("gesprekken.catchment", language), icon=":material/school:"):
        names = {str(row["code"]): str(row["name"]) for row in gemeenten}
        if not names:
            st.html(markup.note(text("shared.no_figures", language)))
            return
        gemeente = st.selectbox("Gemeente", list(names), format_func=names.__getitem__)
        inside = {str(row["code"]): row for row in wijken if row["gemeente_code"] == gemeente}
        with st.form("catchment"):
            school = st.text_input(text("gesprekken.catchment_name", language), max_chars=120)
            chosen = st.multiselect(
                text("gesprekken.catchment_wijken", language, least=FEWEST_WIJKEN, most=MOST_WIJKEN), list(inside),
                format_func=lambda code: str(inside[code]["name"]), max_selections=MOST_WIJKEN,
            )  # fmt: skip
            if not st.form_submit_button(text("gesprekken.catchment_put", language)):
                return
        if len(chosen) < FEWEST_WIJKEN:
            st.error(text("gesprekken.catchment_few", language, least=FEWEST_WIJKEN))
            return
        people = sum(inside[code]["population"] or 0 for code in chosen)
        available = [moment.indicator_id for moment in cube.moments(context.release, "wijk")]
        wanted = [*(name for name in context.theme.map if name in available), *available]
        figures = ",".join(list(dict.fromkeys(wanted))[:FIGURES])
        view = {"level": "wijk", "areas": ",".join(chosen), "figures": figures, "chart": "table"}
        title = text(
            "gesprekken.catchment_title", language, name=school, people=format_number(people, 0, language)
        )
        add = partial(
            sessions.add_item, workplace.store(), context.subject, one.id, title=title,
            address=link(context, "sleutelen", view, frozen=True), release_id=context.release.id, minutes=20,
        )  # fmt: skip
        forms.act(language, "gesprekken.put_done", add)


def _needs(context: Context, one: series.Series) -> None:
    """What the organisations of a series need, and what came of it."""
    language, store = context.language, workplace.store()
    source = f"series:{one.id}"
    st.subheader(text("gesprekken.needs", language, title=one.title), anchor=False)
    found = [q for q in questions.questions(store, context.subject) if q.source == source]
    if found:
        header = [
            text(f"afspraken.column_{name}", language) for name in ("question", "organisation", "answer")
        ]
        rows = [
            [q.text, q.organisation, f"{text(f'afspraken.by_{q.answered_by}', language)} {q.answer}".strip()]
            for q in found
        ]
        st.html(markup.table(header, rows))
        answered = sum(q.status == "answered" for q in found)
        st.html(markup.note(text("gesprekken.needs_answered", language, found=answered, all=len(found))))
    else:
        st.html(markup.note(text("gesprekken.needs_none", language)))
    if context.subject.may(Right.ASK):
        with st.expander(text("gesprekken.need", language)), st.form("need"):
            words = st.text_area(text("gesprekken.need_words", language), max_chars=600)
            if st.form_submit_button(text("gesprekken.need", language)):
                ask = partial(questions.ask, store, context.subject, words, source=source)
                forms.act(language, "afspraken.asked", ask)
