"""The world café as a whole: the clock, what all tables have so far, and what the leader does."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.governance.cafe import Text, going_on, lay_card
from datawerkplaats.governance.cafe_seats import TEMPLATE, Seat
from datawerkplaats.governance.declarations import Governance, Phase, Value
from datawerkplaats.governance.register import refused
from datawerkplaats.workplace import schema
from datawerkplaats.workplace.people import Right, Subject, needs
from datawerkplaats.workplace.prose import choice
from datawerkplaats.workplace.store import Store, new_id


@dataclass(frozen=True)
class TableSoFar:
    """What a table has; one that is not open yet has nothing."""

    is_open: bool = False
    people: int = 0
    handed_over: int = 0
    picks: tuple[str, ...] = ()
    judged: dict[str, dict[str, int]] | None = None
    remark: str = ""
    version: int = 0
    texts: dict[str, Text] | None = None
    cards: tuple[str, ...] = ()

    def text_on(self, about: str) -> Text:
        """The newest text about a question or a card."""
        return (self.texts or {}).get(about, Text())


@dataclass(frozen=True)
class Cafe:
    """A café as everybody in the room sees it."""

    session_id: str
    code: str
    title: str
    held_on: str
    status: str
    position: int  # 0 before the first round, one past the last while tables tell
    started_at: datetime | None
    tables: dict[Value, TableSoFar]

    def phase(self, governance: Governance) -> Phase | None:
        """The phase of the round that is going on; None before the first and while tables tell."""
        rounds = governance.world_cafe.rounds
        return rounds[self.position - 1] if 1 <= self.position <= len(rounds) else None

    def tells(self, governance: Governance) -> bool:
        """Whether the rounds are over and tables tell."""
        return self.position > len(governance.world_cafe.rounds)

    def left(self, governance: Governance, now: datetime) -> timedelta:
        """The time that is left of the round, or of the table that tells; below zero once it is over."""
        if self.started_at is None:
            return timedelta(0)
        declared = governance.world_cafe
        if not self.tells(governance):
            return self.started_at + timedelta(minutes=declared.minutes) - now
        turns = min(self._turn(governance, now) + 1, len(declared.tables))
        return self.started_at + turns * timedelta(minutes=declared.telling_minutes) - now

    def telling(self, governance: Governance, now: datetime) -> Value | None:
        """The table whose five minutes these are; None when none tells."""
        if self.started_at is None or not self.tells(governance):
            return None
        tables, turn = governance.world_cafe.tables, self._turn(governance, now)
        return tables[turn] if turn < len(tables) else None

    def _turn(self, governance: Governance, now: datetime) -> int:
        """How many tables have had their time to tell."""
        since = now - (self.started_at or now)
        return int(since / timedelta(minutes=governance.world_cafe.telling_minutes))

    @property
    def people(self) -> int:
        """How many sit at all tables."""
        return sum(one.people for one in self.tables.values())

    @property
    def is_empty(self) -> bool:
        """Whether no table wrote anything."""
        return not any(one.texts for one in self.tables.values())

    def judged(self, statement: str) -> Counter[str]:
        """How many of all tables say yes, partly or no to a statement."""
        found: Counter[str] = Counter()
        for one in self.tables.values():
            found.update((one.judged or {}).get(statement, {}))
        return found


@needs(Right.READ)
def cafe(store: Store, subject: Subject, /, governance: Governance, session_id: str) -> Cafe:
    """The café of a session.

    Raises:
        DataProblem: `not_there`.
    """
    return _read(store, governance, session_id)


def seen_from(store: Store, seat: Seat, governance: Governance) -> Cafe:
    """The café as a table sees it."""
    return _read(store, governance, seat.session_id)


@needs(Right.LEAD_SESSION)
def next_round(
    store: Store, subject: Subject, /, governance: Governance, session_id: str, position: int
) -> None:
    """Start a round, or the telling after the last; the one that is going on again changes nothing.

    Raises:
        DataProblem: If it is not the next one, or the café is over.
    """
    last = len(governance.world_cafe.rounds) + 1
    with store.writing(subject, Right.LEAD_SESSION) as write:
        row = _session(write.connection, session_id)
        at = going_on(write.connection, session_id)
        if row.status == "closed":
            raise refused("session", "one that is not closed", "prepare a new session")
        if position == at and at:
            return
        if position != at + 1 or position > last:
            raise refused(
                "round",
                f"round {min(at + 1, last)} of {last}",
                "start them one after the other",
                str(position),
            )
        started = store.clock().isoformat(timespec="seconds")
        values = {"id": new_id(), "session_id": session_id, "position": position, "started_at": started}
        write.insert(schema.cafe_round, values, "round_started")
        if row.status == "prepared":
            write.change(schema.session, session_id, row.version, {"status": "open"}, "opened")


@needs(Right.LEAD_SESSION)
def draw_for_all(
    store: Store, subject: Subject, /, governance: Governance, session_id: str, scenario: str
) -> None:
    """Lay a scenario card on every table.

    Raises:
        DataProblem: If there is no such card, no round is going on, or the café is over.
    """
    choice(scenario, governance.scenarios, "card")
    with store.writing(subject, Right.LEAD_SESSION) as write:
        if _session(write.connection, session_id).status == "closed":
            raise refused("session", "one that is not closed", "prepare a new session")
        lay_card(write, governance, session_id, list(governance.world_cafe.tables), scenario)


def _session(connection: sa.Connection, session_id: str) -> sa.Row[Any]:
    one = schema.session
    row = connection.execute(
        sa.select(one).where(one.c.id == session_id, one.c.template == TEMPLATE)
    ).one_or_none()
    if row is None:
        raise DataProblem("not_there", subject="world café", remedy="choose one from the list of sessions")
    return row


def _read(store: Store, governance: Governance, session_id: str) -> Cafe:
    with store.reading() as connection:
        row = _session(connection, session_id)

        def of(table: sa.Table, *order: sa.Column[Any]) -> list[sa.Row[Any]]:
            wanted = sa.select(table).where(table.c.session_id == session_id).order_by(*order)
            return list(connection.execute(wanted))

        rounds = of(schema.cafe_round, schema.cafe_round.c.position)
        tables = {one.place: one for one in of(schema.cafe_table)}
        cards = of(schema.cafe_card, schema.cafe_card.c.position, schema.cafe_card.c.scenario)
        texts: dict[str, dict[str, Text]] = {}
        for one in of(schema.cafe_text, schema.cafe_text.c.version):
            texts.setdefault(one.place, {})[one.about] = Text(one.text, one.version)
    newest = rounds[-1] if rounds else None
    return Cafe(
        row.id, row.code, row.title, row.held_on, row.status, newest.position if newest else 0,
        datetime.fromisoformat(newest.started_at) if newest else None,
        {
            place: _so_far(
                tables.get(place), texts.get(place, {}), tuple(c.scenario for c in cards if c.place == place)
            )
            for place in governance.world_cafe.tables
        },
    )  # fmt: skip


def _so_far(row: sa.Row[Any] | None, texts: dict[str, Text], cards: tuple[str, ...]) -> TableSoFar:
    if row is None:
        return TableSoFar(texts={}, cards=cards)
    return TableSoFar(
        True, row.people, row.handed_over, tuple(row.picks), dict(row.judged), row.remark, row.version, texts, cards
    )  # fmt: skip
