"""What somebody with the right does about a system: register it, answer, review, decide."""

from __future__ import annotations

from functools import partial

import streamlit as st

from apps.dashboard.components import forms, markup
from apps.dashboard.data import workplace
from apps.dashboard.views.vragen.asked import Looked
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import Language
from datawerkplaats.governance import accounts, decisions, register
from datawerkplaats.governance.accounts import Account, Bounds
from datawerkplaats.governance.declarations import PHASES
from datawerkplaats.workplace.people import Right


def show(found: Looked) -> None:
    """The forms that the one at the page has a right to."""
    subject = found.context.subject
    if subject.may(Right.REGISTER) and found.artefact.sha256:
        _register(found)
    if found.known is None:
        return
    if subject.may(Right.ANSWER):
        _answer(found, found.known)
        _review(found, found.known)
    if subject.may(Right.DECIDE) and found.artefact.sha256:
        _decide(found, found.known)


def _register(found: Looked) -> None:
    """A system, or a version of one, that is not in the register yet: as it is made now, with what the house answers itself."""
    language = found.context.language
    if found.known is not None and found.artefact.sha256 in found.known.artefacts:
        return
    key = "register_first" if found.known is None else "register_version"
    if st.button(text(f"vragen.{key}", language)):
        forms.act(language, "vragen.registered", partial(_registered, found))


def _registered(found: Looked) -> None:
    store, subject, artefact = workplace.store(), found.context.subject, found.artefact
    system = register.register_system(
        store, subject, found.system.name, found.system.kind, learned_from_synthetic=artefact.is_synthetic
    )
    if artefact.sha256 not in accounts.account(store, subject, system).artefacts:
        register.register_artefact(store, subject, system, artefact.sha256, artefact.measures)
        register.refresh_automatic(store, subject, found.asked, system, artefact.sha256, artefact.findings)


def _answer(found: Looked, known: Account) -> None:
    language, subject = found.context.language, found.context.subject
    mine = [
        one for one in found.asked.of_kind(known.system.kind)
        if one.evidence != ("automatic",) and subject.roles & set(one.answered_by)
    ]  # fmt: skip
    if not mine:
        return
    with st.expander(text("vragen.answer", language)), st.form("answer_question"):
        one = st.selectbox(
            text("vragen.which", language),
            mine,
            format_func=lambda one: f"{one.question_id} {found.words(one)}",
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
                register.answer, workplace.store(), subject, found.asked, known.system.id, one.question_id,
                status=status, text=words, mitigation=mitigation,
                evidence="document" if file is not None or "person" not in one.evidence else "person",
                document=(file.name, file.getvalue()) if file is not None else None,
            )  # fmt: skip
            forms.act(language, "vragen.saved", answer)


def _review(found: Looked, known: Account) -> None:
    language, subject = found.context.language, found.context.subject
    waiting = [one for one in known.answers.values() if not one.reviewer and one.author != subject.id]
    if not waiting:
        return
    with st.expander(text("vragen.review", language)):
        for one in waiting:
            st.html(markup.note(f"{found.words(found.asked.questions[one.question_id])} – {one.text}"))
            if st.button(text("vragen.review_button", language), key=f"review_{one.id}"):
                review = partial(register.review, workplace.store(), subject, one.id)
                forms.act(language, "vragen.reviewed", review)


def _decide(found: Looked, known: Account) -> None:
    """A decision on a phase, with bounds that later versions have to keep: what this version measures is told beside them."""
    language = found.context.language
    measures = known.artefacts.get(found.artefact.sha256, {})
    with st.expander(text("vragen.decide", language)), st.form("decide_phase"):
        phase = st.selectbox(
            text("vragen.phase", language),
            PHASES,
            format_func=lambda one: found.words(found.asked.phases[one]),
        )
        outcome = st.selectbox(
            text("vragen.outcome", language), decisions.OUTCOMES,
            format_func=lambda one: text(f"vragen.outcome_{one}", language),
        )  # fmt: skip
        conditions = st.text_area(text("vragen.conditions", language), max_chars=2000)
        auroc = (
            _bound("auroc_lower", measures.get("auroc_lower"), language)
            if "auroc_lower" in measures
            else None
        )
        gap = _bound("gap", measures.get("gap"), language) if "gap" in measures else None
        if measures.get("population"):
            st.html(markup.note(text("vragen.bound_population", language, value=measures["population"])))
        openbaar = st.checkbox(text("vragen.openbaar", language), help=text("vragen.openbaar_help", language))
        if st.form_submit_button(text("vragen.decide_save", language), type="primary"):
            decide = partial(
                decisions.decide, workplace.store(), found.context.subject, found.asked, known.system.id, phase, outcome,
                artefact=found.artefact.sha256, conditions=conditions,
                bounds=Bounds(
                    auroc_lower_from=auroc, gap_to=gap, population=str(measures.get("population", "")), openbaar=openbaar,
                ),
            )  # fmt: skip
            forms.act(language, "vragen.decided", decide)


def _bound(name: str, value: float | None, language: Language) -> float | None:
    found: float | None = st.number_input(
        text(f"vragen.bound_{name}", language),
        0.0,
        1.0,
        value,
        0.01,
        help=text("vragen.bound_help", language),
    )
    return found
