"""What the screen and the tables of a world café both say: names, the clock, and how far all tables are."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from apps.dashboard.components import markup
from apps.dashboard.data import workplace
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.gate import words, words_of_round
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import Language
from datawerkplaats.base.settings import get_settings
from datawerkplaats.governance import declarations
from datawerkplaats.governance.cafe_room import Cafe, TableSoFar
from datawerkplaats.governance.declarations import Governance, Value

COLOURS = {"✓": "good", "◐": "doubt", "✗": "bad"}


def asked() -> Governance:
    """What is declared."""
    return declarations.load(get_settings().catalogue_dir)


def stage(found: Cafe, governance: Governance, language: Language) -> str:
    """What goes on now: a round, a table that tells, or neither."""
    if found.status == "closed":
        return text("cafe.over", language)
    phase = found.phase(governance)
    if phase is not None:
        rounds = governance.world_cafe.rounds
        name = words_of_round(governance, found.position, language)
        return text("cafe.round", language, number=found.position, of=len(rounds), name=name)
    if not found.tells(governance):
        return text("cafe.not_begun", language)
    table = found.telling(governance, workplace.store().clock())
    if table is None:
        return text("cafe.told_all", language)
    return text("cafe.telling", language, name=words(governance.values[table], language))


def clock(context: Context, found: Cafe, governance: Governance, *, is_large: bool = False) -> None:
    """The time that is left, or how long it is over."""
    language = context.language
    name = stage(found, governance, language)
    shown = "–"
    if found.started_at is not None and found.status != "closed":
        left = found.left(governance, workplace.store().clock())
        is_over = left < timedelta(0)
        shown = text("cafe.time_over", language, value=_minutes(-left)) if is_over else _minutes(left)
    st.html(markup.clock(name, shown, is_large=is_large))


def _minutes(span: timedelta) -> str:
    minutes, seconds = divmod(int(span.total_seconds()), 60)
    return f"{minutes}:{seconds:02}"


def progress(context: Context, found: Cafe, governance: Governance) -> None:
    """Per table and round how many questions have an answer, and whether the round was handed over."""
    language = context.language
    rounds = range(1, len(governance.world_cafe.rounds) + 1)
    header = [
        text("cafe.column_table", language),
        text("cafe.column_people", language),
        *(words_of_round(governance, position, language) for position in rounds),
        text("cafe.column_cards", language),
        text("cafe.column_picks", language),
    ]
    rows = []
    for table, one in found.tables.items():
        cells = [_cell(one, governance, table, found.position, position, language) for position in rounds]
        people = str(one.people) if one.is_open else text("cafe.cell_closed", language)
        name = words(governance.values[table], language)
        rows.append([name, people, *cells, str(len(one.cards)), str(len(one.picks))])
    st.html(markup.coloured_table(header, rows, COLOURS))


def _cell(
    one: TableSoFar, governance: Governance, table: Value, at: int, position: int, language: Language
) -> str:
    if position > at or not one.is_open:
        return text("cafe.cell_to_come", language)
    questions = governance.cell(governance.world_cafe.rounds[position - 1], table)
    done = sum(bool(one.text_on(question.question_id).text) for question in questions)
    kind = "handed" if position <= one.handed_over else "busy"
    return text(f"cafe.cell_{kind}", language, number=done, of=len(questions))
