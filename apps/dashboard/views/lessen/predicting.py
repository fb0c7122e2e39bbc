"""What a learner predicts at a step, and what shows afterwards: the answer, how far off, and what the group thought."""

from __future__ import annotations

import statistics
from collections import Counter
from html import escape

import streamlit as st

from apps.dashboard.components import markup
from apps.dashboard.data import workplace
from apps.dashboard.views.lessen import figures
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.numbers import format_number
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue.lessons import Lesson, Prediction, Step, checked_prediction
from datawerkplaats.workplace.people import Right


def ask(context: Context, lesson: Lesson, step: Step, found: figures.Figures, group: str) -> bool:
    """Draw the question, or the reveal where it was answered; whether it was."""
    asked = step.predict
    assert asked is not None
    key = f"lesson_{lesson.lesson_id}_{step.step_id}"
    predicted = str(st.session_state.get(key, ""))
    question = figures.filled(context, asked.question, found)
    if not predicted:
        told = _form(context, asked, question, key, found)
        if told is None:
            return False
        try:
            predicted = checked_prediction(step, told)
            _keep(context, lesson, step, predicted, group)
        except DataProblem as problem:
            st.error(problem.sentence(context.language))
            return False
        st.session_state[key] = predicted
        st.rerun()
    st.html(f"<p><strong>{escape(question)}</strong></p>")
    _reveal(context, lesson, step, predicted, found, group)
    return True


def _form(context: Context, asked: Prediction, question: str, key: str, found: figures.Figures) -> str | None:
    """What was filled in, when it is sent."""
    language = context.language
    with st.form(f"{key}_form"):
        if asked.is_number:
            typed = st.text_input(question, max_chars=12, help=text("lessen.number_help", language))
        else:
            typed = str(
                st.radio(
                    question, list(asked.options), index=None,
                    format_func=lambda one: figures.filled(context, asked.options[one], found),
                )
                or ""
            )  # fmt: skip
        return (
            typed.strip() if st.form_submit_button(text("lessen.predict", language), type="primary") else None
        )


def _keep(context: Context, lesson: Lesson, step: Step, predicted: str, group: str) -> None:
    """Put it with those of the group, where the learner takes part and a store is there."""
    if not context.subject.may(Right.TAKE_PART) or not workplace.is_begun():
        return
    from datawerkplaats.workplace import learning

    learning.predict(
        workplace.store(), context.subject, lesson.lesson_id, step.step_id, predicted, group=group
    )


def _reveal(
    context: Context, lesson: Lesson, step: Step, predicted: str, found: figures.Figures, group: str
) -> None:
    language, asked = context.language, step.predict
    assert asked is not None and step.reveal is not None
    right = figures.answer(step, found)
    if asked.is_number:
        said = text(
            "lessen.you_number", language, predicted=format_number(float(predicted), 1, language),
            off=format_number(abs(float(predicted) - float(right)), 1, language),
        )  # fmt: skip
    else:
        option = figures.filled(context, asked.options[predicted], found)
        said = text(f"lessen.you_{'right' if predicted == right else 'other'}", language, option=option)
    st.html(markup.note(said))
    st.html(f"<p>{escape(figures.filled(context, step.reveal, found))}</p>")
    _group(context, lesson, step, found, group)


def _group(context: Context, lesson: Lesson, step: Step, found: figures.Figures, group: str) -> None:
    """What the group predicted, from five learners on."""
    language, asked = context.language, step.predict
    assert asked is not None
    if not workplace.is_begun() or not context.subject.may(Right.READ):
        return
    from datawerkplaats.workplace import learning

    try:
        values = learning.predictions_of(
            workplace.store(), context.subject, lesson.lesson_id, step.step_id, group=group
        )
    except DataProblem as problem:
        st.html(markup.note(problem.sentence(language), "warn"))
        return
    if not values:
        st.html(markup.note(text("lessen.group_few", language, least=learning.LEAST_IN_A_GROUP)))
    elif asked.is_number:
        middle = statistics.median(map(float, values))
        shown = format_number(middle, 1, language)
        st.html(markup.note(text("lessen.group_number", language, count=len(values), middle=shown)))
    else:
        counts = Counter(values)
        header = [text("lessen.column_option", language), text("lessen.column_count", language)]
        rows = [
            [figures.filled(context, words, found), str(counts[key])] for key, words in asked.options.items()
        ]
        st.html(markup.table(header, rows))
