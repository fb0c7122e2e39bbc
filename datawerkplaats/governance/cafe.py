"""The world café at its tables: what a table's chair writes, hands over, picks and says at the end; `cafe_room` has the clock.

Every version of a text is kept, and one that comes too late is kept beside the newest. A round is over for a table when its chair
hands it over: the clock tells the time and takes no sentence from anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.governance.cafe_seats import Seat, table_row
from datawerkplaats.governance.declarations import Governance, Question, Value
from datawerkplaats.governance.register import refused
from datawerkplaats.workplace import schema
from datawerkplaats.workplace.people import Right
from datawerkplaats.workplace.prose import choice, plain
from datawerkplaats.workplace.store import Stale, Store, Writing, new_id

ANSWERS = ("yes", "partly", "no")
MOST_TEXT = 2000
_CARD = "card:"


@dataclass(frozen=True)
class Text:
    """The newest version of what a table wrote about something."""

    text: str = ""
    version: int = 0


def about_card(scenario: str) -> str:
    """What a text is about that answers a scenario card."""
    return f"{_CARD}{scenario}"


def asked_at(governance: Governance, table: Value) -> list[Question]:
    """The questions of a table over all rounds, in their order."""
    return [one for phase in governance.world_cafe.rounds for one in governance.cell(phase, table)]


def say(store: Store, seat: Seat, governance: Governance, about: str, version: int, text: str) -> None:
    """Keep what the table says about a question or a card; the same text again is kept once.

    Raises:
        DataProblem: `stale_edit` if somebody wrote there meanwhile (both texts are kept), and for a question of another table, a
            round that is over or did not begin, or a text that may not stand there.
    """
    kept = plain(text, about[:40], most=MOST_TEXT)
    table = schema.cafe_text
    with store.writing(seat.subject, Right.TAKE_PART) as write:
        _may_write(write, seat, governance, about)
        newest = write.connection.execute(
            sa.select(table)
            .where(table.c.session_id == seat.session_id, table.c.place == seat.table, table.c.about == about)
            .order_by(table.c.version.desc())
        ).first()
        if newest is not None and newest.text == kept:
            return
        if version != (newest.version if newest else 0):
            raise Stale(table.name, newest.id if newest else about[:32], version, {"text": kept})
        values = {
            "id": new_id(), "session_id": seat.session_id, "place": seat.table, "about": about,
            "version": version + 1, "text": kept,
        }  # fmt: skip
        write.insert(table, values, "said")


def draw(store: Store, seat: Seat, governance: Governance, scenario: str) -> None:
    """Draw a scenario card at the table, in any round; the same card again changes nothing.

    Raises:
        DataProblem: If there is no such card, or no round is going on.
    """
    choice(scenario, governance.scenarios, "card")
    with store.writing(seat.subject, Right.TAKE_PART) as write:
        _own(write, seat)
        lay_card(write, governance, seat.session_id, [seat.table], scenario)


def lay_card(
    write: Writing, governance: Governance, session_id: str, tables: list[Value], scenario: str
) -> None:
    """Lay a card on tables that do not have it yet.

    Raises:
        DataProblem: If no round is going on.
    """
    position = going_on(write.connection, session_id)
    if not 1 <= position <= len(governance.world_cafe.rounds):
        raise refused("card", "a round that is going on", "draw cards between the first round and the last")
    table = schema.cafe_card
    have = set(
        write.connection.execute(
            sa.select(table.c.place).where(table.c.session_id == session_id, table.c.scenario == scenario)
        ).scalars()
    )
    for place in tables:
        if place not in have:
            values = {
                "id": new_id(), "session_id": session_id, "place": place, "scenario": scenario, "position": position,
            }  # fmt: skip
            write.insert(table, values, "drawn")


def hand_over(store: Store, seat: Seat, governance: Governance, position: int) -> None:
    """End a round at the table: what was written in it stays as it is. Again changes nothing.

    Raises:
        DataProblem: If it is another round than the table's own, or nothing was written in it.
    """
    rounds = governance.world_cafe.rounds
    with store.writing(seat.subject, Right.TAKE_PART) as write:
        own = _own(write, seat)
        if own.handed_over == position and position:
            return
        current = min(going_on(write.connection, seat.session_id), len(rounds))
        if position != own.handed_over + 1 or position > current:
            raise refused(
                "round", f"round {min(own.handed_over + 1, len(rounds))}, once it began", "wait for the clock"
            )
        asked = [one.question_id for one in governance.cell(rounds[position - 1], seat.table)]
        table = schema.cafe_text
        written = write.connection.execute(
            sa.select(table.c.id).where(
                table.c.session_id == seat.session_id, table.c.place == seat.table, table.c.about.in_(asked)
            )
        ).first()
        if written is None:
            raise refused("round", "an answer to at least one question", "write first what the table says")
        write.change(schema.cafe_table, own.id, own.version, {"handed_over": position}, "handed_over")


def pick(store: Store, seat: Seat, governance: Governance, version: int, questions: list[str]) -> None:
    """Name the most important questions of the table; the same again changes nothing.

    Raises:
        DataProblem: If these are none, more than declared, or not questions of this table.
    """
    most = governance.world_cafe.questions_per_table
    picks = list(dict.fromkeys(questions))
    if not 1 <= len(picks) <= most:
        raise refused("questions", f"1 to {most}", "choose the most important ones", str(len(picks)))
    own_questions = [one.question_id for one in asked_at(governance, seat.table)]
    for one in picks:
        choice(one, own_questions, "question")
    with store.writing(seat.subject, Right.TAKE_PART) as write:
        own = _own(write, seat)
        if list(own.picks) != picks:
            write.change(schema.cafe_table, own.id, version, {"picks": picks}, "picked")


def judge(
    store: Store, seat: Seat, governance: Governance, version: int, judged: Mapping[str, Mapping[str, int]],
    remark: str = "",
) -> None:  # fmt: skip
    """Keep how many at the table say yes, partly or no to each statement, and one remark.

    Raises:
        DataProblem: If a statement is unknown, or more answer than sit at the table.
    """
    told = plain(remark, "remark") if remark.strip() else ""
    for statement, counts in judged.items():
        choice(statement, governance.world_cafe.evaluation, "statement")
        for answer in counts:
            choice(answer, ANSWERS, "answer")
    with store.writing(seat.subject, Right.TAKE_PART) as write:
        own = _own(write, seat)
        for counts in judged.values():
            if any(count < 0 for count in counts.values()) or sum(counts.values()) > own.people:
                raise refused("evaluation", f"0 to {own.people} people in all", "count the hands again")
        values = {"judged": {one: dict(counts) for one, counts in judged.items()}, "remark": told}
        if (own.judged, own.remark) != (values["judged"], told):
            write.change(schema.cafe_table, own.id, version, values, "judged")


def going_on(connection: sa.Connection, session_id: str) -> int:
    """The position that the clock stands at: 0 before the first round, one past the last while tables tell."""
    table = schema.cafe_round
    return int(
        connection.execute(
            sa.select(sa.func.coalesce(sa.func.max(table.c.position), 0)).where(table.c.session_id == session_id)
        ).scalar_one()
    )  # fmt: skip


def _may_write(write: Writing, seat: Seat, governance: Governance, about: str) -> None:
    own = _own(write, seat)
    if about.startswith(_CARD):
        table = schema.cafe_card
        known = write.connection.execute(
            sa.select(table.c.id).where(
                table.c.session_id == seat.session_id, table.c.place == seat.table,
                table.c.scenario == about.removeprefix(_CARD),
            )
        ).one_or_none()  # fmt: skip
        if known is None:
            raise refused("card", "a card that lies on this table", "draw it first")
        return
    choice(about, [one.question_id for one in asked_at(governance, seat.table)], "question")
    position = governance.world_cafe.rounds.index(governance.questions[about].phase) + 1
    if position <= own.handed_over:
        raise refused("round", "a round that is not handed over", "say it in the plenary")
    if position > going_on(write.connection, seat.session_id):
        raise refused("round", "a round that has begun", "wait for the clock")


def _own(write: Writing, seat: Seat) -> sa.Row[Any]:
    """The table of a seat, while the café is going on."""
    one = schema.session
    status = write.connection.execute(sa.select(one.c.status).where(one.c.id == seat.session_id)).scalar_one()
    if status == "closed":
        raise refused("session", "one that is going on", "tell it to the chair")
    row = table_row(write.connection, seat.session_id, seat.table)
    if row is None:
        raise DataProblem("not_there", subject="table", remedy="open the table with the code on the screen")
    return row
