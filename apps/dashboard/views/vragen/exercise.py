"""The yearly exercise with a scenario card: what was learned, when the next one is due, and the form to record one."""

from __future__ import annotations

from datetime import date

import streamlit as st

from apps.dashboard.components import forms, markup
from apps.dashboard.data import workplace
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.gate import words
from apps.dashboard.wording.numbers import format_date
from apps.dashboard.wording.texts import listing, text
from datawerkplaats.base.settings import get_settings
from datawerkplaats.governance import declarations, exercises
from datawerkplaats.workplace.people import Right


def show(context: Context) -> None:
    """Draw it."""
    language, subject = context.language, context.subject
    governance = declarations.load(get_settings().catalogue_dir)
    st.subheader(text("afweging.exercise_title", language), anchor=False)
    st.markdown(text("afweging.exercise_intro", language))
    found = exercises.exercises(workplace.store(), subject) if workplace.is_begun() else []
    if not found:
        st.html(markup.note(text("afweging.exercise_none", language)))
    due = exercises.due_on(workplace.store(), subject, governance) if workplace.is_begun() else None
    if due is not None:
        is_late = due < workplace.store().clock().date()
        key = "afweging.exercise_overdue" if is_late else "afweging.exercise_due"
        told = text(key, language, date=format_date(due, language))
        st.html(markup.note(told, "warn" if is_late else "plain"))
    for one in found:
        told = text(
            "afweging.exercise_item", language,
            date=format_date(date.fromisoformat(one.held_on), language),
            title=words(governance.scenarios[one.scenario].title, language)
            if one.scenario in governance.scenarios else one.scenario,
            words=one.learned, names=listing(list(one.signalled_by), language),
        )  # fmt: skip
        st.html(markup.note(told))
    if subject.may(Right.DECIDE):
        _record(context, governance)


def _record(context: Context, governance: declarations.Governance) -> None:
    language = context.language
    with st.expander(text("afweging.exercise_record", language)), st.form("exercise"):
        left, right = st.columns(2)
        held = left.date_input(text("afweging.exercise_held", language), value="today", format="DD-MM-YYYY")
        scenario = right.selectbox(
            text("afweging.exercise_card", language), list(governance.scenarios),
            format_func=lambda one: words(governance.scenarios[one].title, language),
        )  # fmt: skip
        learned = st.text_area(text("afweging.exercise_learned", language), max_chars=2000)
        asked = st.multiselect(
            text("afweging.exercise_questions", language), list(governance.questions),
            format_func=lambda one: f"{one} {words(governance.questions[one], language)}",
            placeholder=text("shared.choose_options", language),
        )  # fmt: skip
        if st.form_submit_button(text("afweging.exercise_save", language)):
            day = held if isinstance(held, date) else date.today()
            forms.act(
                language, "afweging.exercise_kept",
                lambda: exercises.record(
                    workplace.store(), context.subject, governance, held_on=day, scenario=scenario, learned=learned,
                    signalled_by=asked,
                ),
            )  # fmt: skip
