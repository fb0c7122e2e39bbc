"""De vragen: the twelve cells with what is open and who is to answer, the decisions, and forms to answer and to review."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from functools import partial
from typing import Any

import streamlit as st

from apps.dashboard.components import forms, gate, markup
from apps.dashboard.data import workplace
from apps.dashboard.views.vragen import desk
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.texts import listing, text
from datawerkplaats.base.settings import get_settings
from datawerkplaats.governance import accounts, artefacts, declarations, register
from datawerkplaats.governance import gate as library
from datawerkplaats.governance.accounts import Account
from datawerkplaats.governance.declarations import PHASES, Governance, Question
from datawerkplaats.workplace.people import Right

SOON = timedelta(days=30)


def render(context: Context) -> None:
    """Draw the page."""
    language, subject = context.language, context.subject
    st.title(text("vragen.title", language), anchor=False)
    st.markdown(text("vragen.intro", language))
    forms.told()
    if context.release.is_fictional:
        st.info(text("vragen.example", language), icon=":material/science:")
    artefact = gate.artefact(context.release)
    if not artefact.sha256:
        st.html(markup.note(text("vragen.no_model", language)))
    elif gate.risk_is_open(context, link=False):
        st.success(text("vragen.open", language), icon=":material/check_circle:")
    asked = declarations.load(get_settings().catalogue_dir)
    known = _account(context)
    if known is None:
        may_register = bool(artefact.sha256) and subject.may(Right.REGISTER)
        if may_register and st.button(text("vragen.register_first", language)):
            forms.act(language, "vragen.registered", partial(_register, context, asked))
    else:
        _decisions(context, asked, known)
    states = _states(asked, known, artefact.sha256)
    _cells(context, asked, known, states)
    _answers(context, asked, known, states)
    if known is not None and subject.may(Right.ANSWER):
        _answer(context, asked, known)
        _review(context, asked, known)
    desk.show(context, known.system.id if known else "")


def _account(context: Context) -> Account | None:
    if not workplace.is_begun():
        return None
    store = workplace.store()
    found = next(
        (one for one in accounts.systems(store, context.subject) if one.name == artefacts.RISK_AREAS), None
    )
    return accounts.account(store, context.subject, found.id) if found else None


def _register(context: Context, asked: Governance) -> None:
    """The system, this version of it, and what the house can answer itself."""
    store, artefact = workplace.store(), gate.artefact(context.release)
    system = register.register_system(
        store,
        context.subject,
        artefacts.RISK_AREAS,
        "area_model",
        learned_from_synthetic=artefact.is_synthetic,
    )
    register.register_artefact(store, context.subject, system, artefact.sha256, artefact.measures)
    register.refresh_automatic(store, context.subject, asked, system, artefact.sha256, artefact.findings)


def _states(asked: Governance, known: Account | None, artefact: str) -> dict[str, str]:
    """Per question: done, doubt, soon, or why it does not count."""
    if known is None:
        return {key: "open" for key, one in asked.questions.items() if not one.retired}
    store, today = workplace.store(), date.today()
    found = {}
    for key, question in asked.questions.items():
        if question.retired:
            continue
        answer = known.answers.get(key)
        why = library.why_open(store, answer, artefact, today)
        if why or answer is None:
            found[key] = why
        elif answer.status == "with_reservation":
            found[key] = "doubt"
        else:
            found[key] = "soon" if answer.valid_until < (today + SOON).isoformat() else "done"
    return found


def _cells(context: Context, asked: Governance, known: Account | None, states: dict[str, str]) -> None:
    language = context.language
    st.subheader(text("vragen.cells", language), anchor=False)
    header = [text("vragen.phase", language), *(_words(one, language) for one in asked.values.values())]
    rows = []
    for phase in PHASES:
        cells = [_words(asked.phases[phase], language)]
        for value in asked.values:
            counts = Counter(states[one.question_id] for one in asked.cell(phase, value))
            still_open = sum(counts.values()) - counts["done"] - counts["doubt"] - counts["soon"]
            is_later = phase == "use" and known is not None and _has_time(known)
            if is_later and still_open:
                cells.append(text("vragen.cell_later", language))
            elif still_open:
                cells.append(text("vragen.cell_open", language, number=still_open))
            else:
                kind = "doubt" if counts["doubt"] else "soon" if counts["soon"] else "done"
                cells.append(text(f"vragen.cell_{kind}", language))
        rows.append(cells)
    st.html(markup.coloured_table(header, rows, {"✓": "good", "◐": "doubt", "◔": "doubt", "✗": "bad"}))


def _has_time(known: Account) -> bool:
    """Whether the questions of use may still be open: they are answered within ninety days of first use."""
    first = known.system.first_used_on
    return first is None or date.today() <= date.fromisoformat(first) + library.FIRST_ANSWERS


def _answers(context: Context, asked: Governance, known: Account | None, states: dict[str, str]) -> None:
    language = context.language
    st.subheader(text("vragen.answers", language), anchor=False)
    names = ("question", "state", "who", "answer", "until")
    header = [text(f"vragen.column_{name}", language) for name in names]
    for phase in PHASES:
        rows = []
        for question in asked.of_phase(phase):
            answer = known.answers.get(question.question_id) if known else None
            told = answer.text if answer else ""
            if answer and answer.mitigation:
                told += f" {text('vragen.mitigation', language, word=answer.mitigation)}"
            rows.append(
                [
                    f"{question.question_id} {_words(question, language)}",
                    text(f"vragen.state_{states[question.question_id]}", language),
                    _who(question, language),
                    told,
                    answer.valid_until if answer else "",
                ]
            )
        with st.expander(_words(asked.phases[phase], language)):
            st.html(
                markup.coloured_table(header, rows, {"✓": "good", "◐": "doubt", "◔": "doubt", "✗": "bad"})
            )


def _decisions(context: Context, asked: Governance, known: Account) -> None:
    language = context.language
    st.subheader(text("vragen.decisions", language), anchor=False)
    if not known.decisions:
        st.html(markup.note(text("vragen.decisions_none", language)))
    for one in known.decisions:
        outcome = text(f"vragen.outcome_{one.outcome}", language)
        role = text(f"identity.role_{one.role}", language)
        told = f"{_words(asked.phases[one.phase], language)} {outcome} ({role}, {one.decided_on}). {one.conditions}"
        st.html(markup.note(told))


def _answer(context: Context, asked: Governance, known: Account) -> None:
    language = context.language
    mine = [
        one for one in asked.of_kind(known.system.kind)
        if not one.automatic and context.subject.roles & set(one.answered_by)
    ]  # fmt: skip
    if not mine:
        return
    with st.expander(text("vragen.answer", language)), st.form("answer_question"):
        one = st.selectbox(
            text("vragen.which", language),
            mine,
            format_func=lambda one: f"{one.question_id} {_words(one, language)}",
        )
        status = st.selectbox(
            text("vragen.status", language), register.STATUSES,
            format_func=lambda name: text(f"vragen.status_{name}", language),
        )  # fmt: skip
        words = st.text_area(text("vragen.words", language), max_chars=4000)
        mitigation = st.text_area(text("vragen.what_is_done", language), max_chars=2000)
        file = st.file_uploader(text("vragen.document", language))
        if st.form_submit_button(text("vragen.save", language), type="primary"):
            answer = partial(
                register.answer, workplace.store(), context.subject, asked, known.system.id, one.question_id,
                status=status, text=words, mitigation=mitigation,
                evidence="document" if file is not None or "person" not in one.evidence else "person",
                document=(file.name, file.getvalue()) if file is not None else None,
            )  # fmt: skip
            forms.act(language, "vragen.saved", answer)


def _review(context: Context, asked: Governance, known: Account) -> None:
    language = context.language
    waiting = [one for one in known.answers.values() if not one.reviewer and one.author != context.subject.id]
    if not waiting:
        return
    with st.expander(text("vragen.review", language)):
        for one in waiting:
            st.html(markup.note(f"{_words(asked.questions[one.question_id], language)} – {one.text}"))
            if st.button(text("vragen.review_button", language), key=f"review_{one.id}"):
                review = partial(register.review, workplace.store(), context.subject, one.id)
                forms.act(language, "vragen.reviewed", review)


def _who(question: Question, language: Any) -> str:
    if question.automatic:
        return text("vragen.by_house", language)
    return listing([text(f"identity.role_{role}", language) for role in question.answered_by], language)


def _words(one: Any, language: str) -> str:
    return str(one.nl if language == "nl" else one.en)
