"""The window of a table at a world café: its questions of this round, hand-over, cards, the three questions, the evaluation.

What is typed and not kept yet stays in the window while the clock runs; what another screen of the same table kept meanwhile
stands above the field, so that both texts are seen before either is kept.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from functools import partial

import streamlit as st

from apps.dashboard.components import forms, markup
from apps.dashboard.components.address import parameter, remember
from apps.dashboard.data import workplace
from apps.dashboard.views.aan_tafel import cafe_words
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.gate import words, words_of_round
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.governance import cafe, cafe_room, cafe_seats
from datawerkplaats.governance.cafe import ANSWERS, Text
from datawerkplaats.governance.cafe_room import Cafe, TableSoFar
from datawerkplaats.governance.cafe_seats import Seat
from datawerkplaats.governance.declarations import Governance

PAGE, TABLE = "meedoen", "tafel"
EVERY_S = 2
_WRONG = "cafe_wrong"
State = tuple[int, str, int, tuple[str, ...]]


def show(context: Context, code: str) -> None:
    """Draw the window: the table of the address, or the choice of one."""
    language, governance = context.language, cafe_words.asked()
    table = parameter(TABLE, 20)
    try:
        seat = cafe_seats.seat_at(workplace.store(), governance, code, table) if table else None
    except DataProblem:
        st.title(text("meedoen.title", language), anchor=False)
        st.warning(text("cafe.no_table", language))
        _sit(context, governance, code, "")
        return
    if seat is None:
        st.title(text("meedoen.title", language), anchor=False)
        _sit(context, governance, code, table)
        return
    _at(context, governance, seat)


def _sit(context: Context, governance: Governance, code: str, table: str) -> None:
    language = context.language
    with st.form("sit"):
        tables = governance.world_cafe.tables
        chosen = st.radio(
            text("cafe.which_table", language), tables, index=tables.index(table) if table in tables else None,
            format_func=lambda one: f"{words(governance.values[one], language)}: {words(governance.values[one].asks, language)}",
        )  # fmt: skip
        people = st.number_input(text("cafe.people", language), 1, cafe_seats.MOST_PEOPLE, 5)
        st.html(markup.note(text("cafe.privacy", language)))
        if st.form_submit_button(text("cafe.sit", language), type="primary") and chosen:
            try:
                cafe_seats.sit(workplace.store(), governance, code, chosen, int(people))
            except DataProblem as problem:
                st.error(problem.sentence(language))
                return
            remember(PAGE, {"code": code, TABLE: chosen})
            st.rerun()


def _at(context: Context, governance: Governance, seat: Seat) -> None:
    language = context.language
    found = cafe_room.seen_from(workplace.store(), seat, governance)
    own = found.tables[seat.table]
    name = words(governance.values[seat.table], language)
    st.title(text("cafe.table", language, name=name), anchor=False)
    st.markdown(words(governance.values[seat.table].asks, language))
    if found.status == "closed":
        st.success(text("cafe.over", language))
        _so_far(context, governance, seat, own)
        return
    _clock(context, governance, seat, _state(found, own))
    forms.told()
    for sentence in st.session_state.pop(_WRONG, ()):
        st.error(sentence)
    rounds = governance.world_cafe.rounds
    at = own.handed_over + 1
    if found.position == 0:
        st.info(text("cafe.wait_first", language))
    elif at <= min(found.position, len(rounds)):
        _round(context, governance, seat, own, at)
    elif at <= len(rounds):
        st.info(text("cafe.wait_next", language))
    else:
        _picks(context, governance, seat, own)
        _evaluation(context, governance, seat, own)
    _cards(context, governance, seat, own)
    if cafe_left := [one for one in governance.scenarios if one not in own.cards]:
        _draw(context, governance, seat, cafe_left, is_round=found.phase(governance) is not None)
    _so_far(context, governance, seat, own)


def _state(found: Cafe, own: TableSoFar) -> State:
    return found.position, found.status, own.handed_over, own.cards


@st.fragment(run_every=EVERY_S)
def _clock(context: Context, governance: Governance, seat: Seat, seen: State) -> None:
    """The clock, drawn anew every two seconds; the whole window once something else goes on in the room."""
    try:
        found = cafe_room.seen_from(workplace.store(), seat, governance)
    except DataProblem as problem:
        st.html(markup.note(problem.sentence(context.language), "warn"))
        return
    if _state(found, found.tables[seat.table]) != seen:
        st.rerun()
    cafe_words.clock(context, found, governance)
    if found.phase(governance) and found.left(governance, workplace.store().clock()) < timedelta(0):
        st.html(markup.note(text("cafe.time_over_way_on", context.language)))


def _round(context: Context, governance: Governance, seat: Seat, own: TableSoFar, at: int) -> None:
    language = context.language
    st.subheader(words_of_round(governance, at, language), anchor=False)
    questions = governance.cell(governance.world_cafe.rounds[at - 1], seat.table)
    with st.form(f"round_{at}"):
        for one in questions:
            _field(context, own, one.question_id, words(one, language))
        with st.container(horizontal=True):
            keep = st.form_submit_button(text("cafe.keep", language))
            hand = st.form_submit_button(text("cafe.hand_over", language), type="primary")
    if not (keep or hand):
        return
    wrong = _kept(context, governance, seat, {one.question_id: words(one, language) for one in questions})
    if hand and not wrong:
        try:
            cafe.hand_over(workplace.store(), seat, governance, at)
        except DataProblem as problem:
            wrong = [problem.sentence(language)]
    _end(wrong, text("cafe.handed_over" if hand else "cafe.kept", language))


def _field(context: Context, own: TableSoFar, about: str, label: str) -> None:
    """A field with what the table wrote; above it what another screen kept since this one read it."""
    newest = own.text_on(about)
    seen: Text = st.session_state.setdefault(_seen(about), newest)
    other = st.session_state.get(_other(about), "") or (newest.text if newest.version > seen.version else "")
    if other:
        st.html(markup.note(text("cafe.other_screen", context.language, words=other), "warn"))
    st.session_state.setdefault(_typed(about), seen.text)
    st.text_area(label, key=_typed(about), max_chars=cafe.MOST_TEXT, height=110)


def _kept(context: Context, governance: Governance, seat: Seat, labels: dict[str, str]) -> list[str]:
    """Keep each field that changed; what could not be kept, in sentences."""
    wrong = []
    store = workplace.store()
    for about, label in labels.items():
        typed, seen = st.session_state.get(_typed(about), ""), st.session_state[_seen(about)]
        if typed.strip() == seen.text.strip():
            continue
        try:
            cafe.say(store, seat, governance, about, seen.version, typed)
        except DataProblem as problem:
            wrong.append(f"{label} {problem.sentence(context.language)}")
            if problem.code != "stale_edit":
                continue
        newest = cafe_room.seen_from(store, seat, governance).tables[seat.table].text_on(about)
        st.session_state[_seen(about)] = newest
        st.session_state[_other(about)] = newest.text if wrong and newest.text != typed.strip() else ""
    return wrong


def _end(wrong: list[str], told: str) -> None:
    """Draw the window anew, with what was kept by another screen above its field and what was wrong on top."""
    if not wrong:
        forms.say(told)
    st.session_state[_WRONG] = wrong
    st.rerun()


def _cards(context: Context, governance: Governance, seat: Seat, own: TableSoFar) -> None:
    language = context.language
    for scenario in own.cards:
        card, about = governance.scenarios[scenario], cafe.about_card(scenario)
        with st.form(f"card_{scenario}"):
            st.subheader(
                text("cafe.card_on_table", language, title=words(card.title, language)), anchor=False
            )
            st.markdown(words(card.story, language))
            _field(context, own, about, words(card.asks, language))
            if st.form_submit_button(text("cafe.keep", language)):
                wrong = _kept(context, governance, seat, {about: words(card.asks, language)})
                _end(wrong, text("cafe.kept", language))


def _draw(context: Context, governance: Governance, seat: Seat, left: list[str], *, is_round: bool) -> None:
    language = context.language
    if is_round and st.button(text("cafe.draw", language), icon=":material/style:"):
        draw = partial(cafe.draw, workplace.store(), seat, governance, secrets.choice(left))
        forms.act(language, "cafe.drawn", draw)


def _picks(context: Context, governance: Governance, seat: Seat, own: TableSoFar) -> None:
    language, most = context.language, governance.world_cafe.questions_per_table
    with st.form("picks"):
        st.subheader(text("cafe.picks", language, number=most), anchor=False)
        chosen = [
            one.question_id
            for one in cafe.asked_at(governance, seat.table)
            if st.checkbox(words(one, language), one.question_id in own.picks, key=f"pick_{one.question_id}")
        ]
        if st.form_submit_button(text("cafe.pick", language), type="primary"):
            pick = partial(cafe.pick, workplace.store(), seat, governance, own.version, chosen)
            forms.act(language, "cafe.picked", pick)


def _evaluation(context: Context, governance: Governance, seat: Seat, own: TableSoFar) -> None:
    language = context.language
    with st.form("evaluation"):
        st.subheader(text("cafe.evaluation", language), anchor=False)
        st.html(markup.note(text("cafe.count_hands", language)))
        judged: dict[str, dict[str, int]] = {}
        for statement, told in governance.world_cafe.evaluation.items():
            st.markdown(f"**{words(told, language)}**")
            before = (own.judged or {}).get(statement, {})
            judged[statement] = {
                answer: int(
                    column.number_input(
                        text(f"gesprekken.answer_{answer}", language), 0, own.people, before.get(answer, 0),
                        key=f"{statement}_{answer}",
                    )
                )
                for answer, column in zip(ANSWERS, st.columns(len(ANSWERS)), strict=True)
            }  # fmt: skip
        remark = st.text_area(text("cafe.remark", language), own.remark, max_chars=600)
        if st.form_submit_button(text("cafe.judge", language)):
            judge = partial(cafe.judge, workplace.store(), seat, governance, own.version, judged, remark)
            forms.act(language, "cafe.judged", judge)


def _so_far(context: Context, governance: Governance, seat: Seat, own: TableSoFar) -> None:
    """What was said in rounds that were handed over: the chair tells it to the next guests."""
    language = context.language
    earlier = [
        (words(question, language), own.text_on(question.question_id).text)
        for phase in governance.world_cafe.rounds[: own.handed_over]
        for question in governance.cell(phase, seat.table)
    ]
    if any(told for _, told in earlier):
        with st.expander(text("cafe.so_far", language)):
            st.html(markup.definitions(earlier))


def _typed(about: str) -> str:
    return f"cafe_typed_{about}"


def _seen(about: str) -> str:
    return f"cafe_seen_{about}"


def _other(about: str) -> str:
    return f"cafe_other_{about}"
