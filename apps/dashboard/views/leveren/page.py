"""Leveren: a partner hands in a file, reads what the door says of it and what it would change; a steward decides."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import PurePath
from typing import Any

import streamlit as st

from apps.dashboard.components import forms, markup
from apps.dashboard.components.headline import opening
from apps.dashboard.data import workplace
from apps.dashboard.data.partner_sources import partner_sources
from apps.dashboard.views.leveren import effects, verdicts
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.numbers import format_number
from apps.dashboard.wording.texts import listing, plural, text
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import get_settings
from datawerkplaats.catalogue import Source
from datawerkplaats.operations import deliveries as door
from datawerkplaats.workplace import deliveries
from datawerkplaats.workplace.deliveries import Delivery
from datawerkplaats.workplace.people import Right

_PIECE = 1 << 20
# How often a file was handed in: the box for files is another one each time, so that it holds no file that is done with.
_TURN, _PROBLEMS = "leveren_turn", "leveren_problems"


def render(context: Context) -> None:
    """Draw the page."""
    language = context.language
    st.title(text("leveren.title", language), anchor=False)
    opening(text("leveren.intro", language))
    forms.told()
    if not context.subject.may(Right.DELIVER):
        st.html(markup.note(text("leveren.closed", language)))
        return
    sources = _sources(context)
    _hand_in(context, sources)
    found = deliveries.deliveries(workplace.store(), context.subject) if workplace.is_begun() else []
    st.subheader(text("leveren.waiting_title", language), anchor=False)
    waiting = [one for one in found if one.is_waiting and one.source_id in sources]
    if not waiting:
        st.html(markup.note(text("leveren.none_waits", language)))
    for one in waiting:
        with st.container(border=True, key=f"delivery_{one.id}"):
            _waiting(context, sources[one.source_id], one)
    decided = [one for one in found if not one.is_waiting]
    if decided:
        st.subheader(text("leveren.decided_title", language), anchor=False)
        st.html(_decided(context, decided[:50], sources))


def _sources(context: Context) -> dict[str, Source]:
    """The sources that partners deliver rows of persons for, those that one may see."""
    subject = context.subject
    return {
        key: source
        for key, source in partner_sources().items()
        if not source.handed_in_by
        or subject.organisation in source.handed_in_by
        or subject.may(Right.APPROVE)
    }


def _hand_in(context: Context, sources: dict[str, Source]) -> None:
    language, settings = context.language, get_settings()
    st.subheader(text("leveren.hand_in", language), anchor=False)
    chosen = st.selectbox(
        text("leveren.which", language), list(sources), format_func=lambda key: _title(context, sources[key]), key="leveren_source",
    )  # fmt: skip
    if chosen is None:
        return
    source = sources[chosen]
    assert source.micro is not None
    st.caption(
        text(
            "leveren.agreed", language, columns=listing(source.micro.columns, language),
            delimiter=source.reader.delimiter, most=settings.delivery_mb,
        )
    )  # fmt: skip
    turn = st.session_state.setdefault(_TURN, 0)
    forms_of = sorted({PurePath(pattern).suffix.lstrip(".") for pattern in source.reader.files})
    file = st.file_uploader(
        text("leveren.file", language),
        type=forms_of,
        max_upload_size=settings.delivery_mb,
        key=f"leveren_file_{turn}",
        help=text("leveren.file_help", language),
    )
    if st.button(
        text("leveren.hand_in_button", language), type="primary", disabled=file is None, icon=":material/upload:"
    ):  # fmt: skip
        assert file is not None
        with st.spinner(text("leveren.looking", language)):
            _given(context, source, file)
    for problem in st.session_state.get(_PROBLEMS, {}).get(chosen, []):
        st.html(markup.note(problem.sentence(language), "warn"))
    if told := st.session_state.get(_PROBLEMS, {}).get(f"{chosen} report"):
        st.html(markup.note(text("leveren.refused", language), "warn"))
        st.html(verdicts.report(told, source, language))


def _given(context: Context, source: Source, file: Any) -> None:
    """Hand the file in; whatever comes of it, the box for files is emptied and the server's copy is gone."""
    key, told = source.source_id, dict[str, list[DataProblem]]()
    try:
        done = door.hand_in(
            workplace.store(), context.subject, get_settings(), source, PurePath(file.name).suffix, _pieces(file)
        )  # fmt: skip
        told[f"{key} report"] = done.problems
    except DataProblem as problem:
        told[key] = [problem]
    finally:
        _forget(file)
    st.session_state[_PROBLEMS] = told
    st.session_state[_TURN] += 1
    if not any(told.values()):
        forms.say(text("leveren.handed_in", context.language))
    st.rerun()


def _pieces(file: Any) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece


def _forget(file: Any) -> None:
    """Take the file out of the server's memory at once, not only when the visit ends."""
    from streamlit import runtime
    from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    file.close()
    running = get_script_run_ctx()
    manager = runtime.get_instance().uploaded_file_mgr if running and runtime.exists() else None
    if running and isinstance(manager, MemoryUploadedFileManager):
        manager.remove_file(running.session_id, file.file_id)


def _waiting(context: Context, source: Source, one: Delivery) -> None:
    language, subject = context.language, context.subject
    st.markdown(f"**{_title(context, source)}**")
    st.html(markup.facts(_facts(context, one)))
    effect = door.effect_of(workplace.store(), subject, get_settings(), one)
    if one.status == deliveries.CHECKED:
        label = text("leveren.effect_again" if effect else "leveren.effect", language)
        if st.button(label, key=f"effect_{one.id}", icon=":material/visibility:"):
            with st.spinner(text("leveren.working_out", language)):
                _work_out(context, one)
        if effect:
            effects.show(context, source, effect)
    _decide(context, source, one)


def _decide(context: Context, source: Source, one: Delivery) -> None:
    """The buttons of who may: accept, reject, take back."""
    language, subject, settings = context.language, context.subject, get_settings()
    store, approves = workplace.store(), subject.may(Right.APPROVE)
    with st.container(horizontal=True):
        can_accept = approves and one.status == deliveries.CHECKED
        if can_accept and st.button(
            text("leveren.accept", language), key=f"accept_{one.id}", icon=":material/check:"
        ):
            forms.act(
                language, "leveren.accepted", partial(door.accept, store, subject, settings, source, one)
            )
        if deliveries.is_own(subject, one) and st.button(
            text("leveren.withdraw", language), key=f"withdraw_{one.id}", icon=":material/undo:"
        ):
            forms.act(language, "leveren.withdrawn", partial(door.withdraw, store, subject, settings, one))
    if not approves:
        return
    with st.expander(text("leveren.reject", language)), st.form(f"reject_{one.id}"):
        reason = st.text_input(text("leveren.why", language), max_chars=600)
        if st.form_submit_button(text("leveren.reject", language)):
            reject = partial(door.reject, store, subject, settings, one, reason)
            forms.act(language, "leveren.rejected", reject)


def _work_out(context: Context, one: Delivery) -> None:
    try:
        left = door.effect(workplace.store(), context.subject, get_settings(), one)
    except DataProblem as problem:
        st.error(problem.sentence(context.language))
        return
    forms.say(plural("leveren.worked_out", left, context.language))
    st.rerun()


def _facts(context: Context, one: Delivery) -> list[tuple[str, str]]:
    language = context.language
    rows = text("leveren.few_rows", language) if one.rows is None else format_number(one.rows, 0, language)
    return [
        (text("leveren.from", language), one.organisation or "–"),
        (text("leveren.at", language), one.handed_in_at[:16].replace("T", " ") + " UTC"),
        (text("leveren.rows", language), rows if one.status == deliveries.CHECKED else "–"),
        (text("leveren.years", language), ", ".join(map(str, one.years)) or "–"),
        (text("leveren.size", language), f"{format_number(one.bytes / 1000, 0, language)} kB"),
        (text("leveren.state", language), text(f"leveren.state_{one.status}", language)),
    ]


def _decided(context: Context, found: list[Delivery], sources: dict[str, Source]) -> str:
    language = context.language
    header = [
        text(f"leveren.{name}", language) for name in ("at", "source", "from", "state", "why_told", "hash")
    ]
    rows = [
        [
            one.handed_in_at[:16].replace("T", " "),
            _title(context, sources[one.source_id]) if one.source_id in sources else one.source_id,
            one.organisation or "–",
            text(f"leveren.state_{one.status}", language),
            one.reason or listing([verdicts.kind(dict(told), language) for told in one.problems], language) or "–",
            one.sha256[:12],
        ]
        for one in found
    ]  # fmt: skip
    return markup.table(header, rows)


def _title(context: Context, source: Source) -> str:
    return source.title.nl if context.language == "nl" else source.title.en
