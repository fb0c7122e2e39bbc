"""Lessen: guided lessons on the figures of this release; the learner predicts before the answer shows."""

from __future__ import annotations

from html import escape

import streamlit as st

from apps.dashboard.components import forms, helpline, markup
from apps.dashboard.components.address import page_link, parameter, remember
from apps.dashboard.components.headline import opening, plain
from apps.dashboard.data import workplace
from apps.dashboard.views.lessen import check_text, figures, predicting, recognise
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.texts import listing, text
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import get_settings
from datawerkplaats.catalogue.lessons import Lesson, Step, load_lessons
from datawerkplaats.workplace.people import Right

PAGE = "lessen"
MOST_ID, MOST_CODE = 80, 12


def render(context: Context) -> None:
    """Draw the page: one lesson where the address names one, else the list."""
    language = context.language
    try:
        lessons = load_lessons(get_settings().catalogue_dir)
    except DataProblem as problem:
        st.title(text("lessen.title", language), anchor=False)
        st.html(markup.note(problem.sentence(language), "warn"))
        return
    asked = parameter("les", MOST_ID)
    if asked in lessons:
        _one(context, lessons[asked])
        return
    st.title(text("lessen.title", language), anchor=False)
    if asked:
        st.html(markup.note(text("lessen.unknown", language, lesson=asked), "warn"))
    opening(text("lessen.intro", language))
    for lesson in lessons.values():
        with st.container(border=True):
            st.markdown(f"**{lesson.order}. {plain(context.of_theme(lesson.title))}**")
            st.html(
                markup.note(
                    text("lessen.aim", language, aim=context.of_theme(lesson.aim), minutes=lesson.minutes)
                )
            )
            page_link(
                context, PAGE, text("lessen.begin", language), ":material/school:", les=lesson.lesson_id
            )


def _one(context: Context, lesson: Lesson) -> None:
    language = context.language
    st.title(context.of_theme(lesson.title), anchor=False)
    page_link(context, PAGE, text("lessen.back", language), ":material/arrow_back:")
    aim = text("lessen.aim", language, aim=context.of_theme(lesson.aim), minutes=lesson.minutes)
    st.html(markup.note(aim))
    forms.told()
    group = _group(context)
    found = figures.resolved(context, lesson)
    rows = IndicatorTexts(context).rows
    used = (asked.indicator for asked in lesson.figures.values())
    helpline.show(context, [rows[name] for name in used if name in rows])
    for number, step in enumerate(lesson.steps, start=1):
        if not _step(context, lesson, step, number, found, group):
            return
    st.success(text("lessen.done", language, title=context.of_theme(lesson.title)))


def _group(context: Context) -> str:
    """The code of the session at which the lesson is followed together; nothing alone, or where there is no such session."""
    language = context.language
    code = parameter("groep", MOST_CODE).strip().upper()
    if not context.subject.may(Right.TAKE_PART) or not workplace.is_begun():
        return ""
    from datawerkplaats.workplace import table

    if code:
        try:
            table.organisations_of(workplace.store(), code)
        except DataProblem as problem:
            st.html(markup.note(problem.sentence(language), "warn"))
        else:
            st.html(markup.badges([(text("lessen.group_of", language, code=code), "plain")]))
            return code
    with st.popover(text("lessen.together", language), icon=":material/groups:"), st.form("lesson_group"):
        typed = st.text_input(text("lessen.group_code", language), max_chars=MOST_CODE)
        if st.form_submit_button(text("lessen.group_join", language)) and typed.strip():
            remember(PAGE, {"groep": typed.strip().upper(), "les": parameter("les", MOST_ID)})
            st.rerun()
    return ""


def _step(
    context: Context, lesson: Lesson, step: Step, number: int, found: figures.Figures, group: str
) -> bool:
    """Draw a step; whether the next one may show: only after what is asked here has been predicted."""
    language = context.language
    st.subheader(text("lessen.step", language, number=number, minutes=step.minutes), anchor=False)
    gone = figures.missing(context, lesson, step, found)
    if gone:
        st.html(markup.note(text("lessen.not_in_release", language, what=listing(gone, language)), "warn"))
        return True
    _paragraph(figures.filled(context, step.text, found))
    if step.predict is not None and not predicting.ask(context, lesson, step, found, group):
        return False
    if step.tool == "recognise":
        recognise.show(context)
    elif step.tool == "check_text":
        check_text.show(context)
    if step.talk is not None:
        talk = figures.filled(context, step.talk, found)
        st.html(markup.note(f"{text('lessen.talk', language)} {talk}"))
    return True


def _paragraph(words: str) -> None:
    st.html(f"<p>{escape(words)}</p>")
