"""The store of what people write under load, under kill -9, and against whoever changes its log."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
import sqlalchemy as sa

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.workplace import notes, questions, schema, sessions, table
from datawerkplaats.workplace.figures import Figure, Selection
from datawerkplaats.workplace.people import GUARDED, LOCAL, Role, Subject
from datawerkplaats.workplace.store import Store, open_store
from tests.proofs.registry import Measured, Room
from tests.workplace.postgresql import postgresql
from tests.workplace.test_rights import MAY, function

PHONES, VOTES, NOTES = 25, 10_000, 500
KILLS, CHANGES, SELECTIONS = 100, 100, 1_000
_ORGANISATIONS = ["GGD", "GGZ", "Gemeente"]


def _settings(folder: Path, url: str | None = None) -> Settings:
    return Settings(data_dir=folder / "data", keys_dir=folder / "keys", workplace_url=url)


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0]


def at_the_table(
    room: Room, phones: int = PHONES, votes: int = VOTES, written: int = NOTES
) -> Iterator[Measured]:
    """Phones that vote and write notes at once while a screen asks for the totals every quarter of a second."""
    store = open_store(_settings(room.work / "table"))
    made = sessions.prepare(
        store,
        LOCAL,
        title="Veel telefoons",
        held_on=store.clock().date() + timedelta(days=1),
        organisations=_ORGANISATIONS,
    )
    items = [
        sessions.add_item(store, LOCAL, made, title=f"Punt {number}", address="/verkennen", release_id="r1")
        for number in range(max(1, votes // phones // 10))
    ]
    for item in items:
        sessions.show_item(store, LOCAL, made, item)
    code = sessions.session(store, LOCAL, made).code
    spent: list[float] = []
    drawn: list[float] = []
    over = threading.Event()

    def phone(number: int) -> None:
        place = table.join(store, code, f"phone with a long word {number:04}", _ORGANISATIONS[number % 3])
        draw = random.Random(number)
        for turn in range(votes // phones):
            started = time.perf_counter()
            table.recognise(store, place, items[turn % len(items)], draw.choice(table.ANSWERS))
            spent.append(time.perf_counter() - started)
            if turn < written // phones:
                figure = Figure("r1", Selection(f"x{number}", f"GM{turn:04}", 2024), 1.0)
                notes.write_note(store, LOCAL, figure, kind="signal", text=f"Opmerking {number} {turn}.")

    def screen() -> None:
        is_over = False
        while not is_over:
            started = time.perf_counter()
            for item in random.sample(items, min(3, len(items))):
                table.totals(store, LOCAL, item)
            drawn.append(time.perf_counter() - started)
            is_over = over.wait(0.25)

    watching = threading.Thread(target=screen)
    watching.start()
    threads = [threading.Thread(target=phone, args=(number,)) for number in range(phones)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    over.set()
    watching.join()
    with store.reading() as connection:
        events = connection.execute(
            sa.select(sa.func.count()).select_from(schema.event).where(schema.event.c.verb == "recognised")
        ).scalar_one()
        kept = connection.execute(sa.select(sa.func.count()).select_from(schema.answer)).scalar_one()
        kept_notes = connection.execute(sa.select(sa.func.count()).select_from(schema.note)).scalar_one()
    store.verify_log()
    yield "workplace_votes_lost", (votes // phones) * phones - events, None
    yield "workplace_votes_double", kept - phones * min(len(items), votes // phones), None
    yield "workplace_notes_lost", (written // phones) * phones - kept_notes, None
    yield "workplace_screen_p95", _p95(drawn), None
    yield "workplace_vote_p95", _p95(spent), None


def killed(room: Room, kills: int = KILLS) -> Iterator[Measured]:
    """A process that writes is killed at any moment; what it was told is kept has to be there afterwards."""
    with ExitStack() as stack:
        addresses: dict[str, str | None] = {"sqlite": None}
        with suppress(pytest.skip.Exception):
            addresses["postgresql"] = stack.enter_context(postgresql())
        for name, url in addresses.items():
            settings = _settings(room.work / f"killed_{name}", url)
            open_store(settings).engine.dispose()
            acknowledged: list[str] = []
            for number in range(kills):
                acknowledged += _killed_once(settings, random.Random(number).uniform(0.02, 0.25))
            store = open_store(settings)
            store.verify_log()
            there = {one.id for one in questions.questions(store, LOCAL)}
            store.engine.dispose()
            yield f"workplace_killed_{name}_lost", len(set(acknowledged) - there), None
            yield f"workplace_killed_{name}_acknowledged", len(acknowledged), None


def _killed_once(settings: Settings, after: float) -> list[str]:
    """What one writer was told is kept, until it was killed."""
    here, there = get_context("fork").Pipe(duplex=False)
    writer = get_context("fork").Process(target=_write_on, args=(settings, there))
    writer.start()
    there.close()
    found = [here.recv()]  # it has begun: from here on any moment may be its last
    time.sleep(after)
    os.kill(writer.pid or 0, signal.SIGKILL)
    writer.join()
    while True:
        try:
            found.append(here.recv())
        except EOFError:
            return found


def _write_on(settings: Settings, told: Connection) -> None:
    store = open_store(settings)
    while True:
        told.send(questions.ask(store, LOCAL, "Hoeveel jongeren wachten op hulp?"))


def log_and_selections(
    room: Room, changes: int = CHANGES, selections: int = SELECTIONS
) -> Iterator[Measured]:
    """Changes of any kind to the log, each found; notes for exactly their selection; every role on every function."""
    settings = _settings(room.work / "log")
    store = open_store(settings)
    draw = random.Random(11)
    known = [
        Selection(f"i{draw.randint(1, 9)}", f"GM{draw.randint(1, 30):04}", draw.randint(2016, 2024), age, sex)
        for age in ("all", "18+")
        for sex in ("total", "women")
        for _ in range(30)
    ]
    of: dict[str, set[str]] = {}
    for number, one in enumerate(known):
        note = notes.write_note(
            store, LOCAL, Figure("r1", one, 1.0), kind="signal", text=f"Opmerking {number}."
        )
        notes.move_note(store, LOCAL, note, 1, "shared")
        of.setdefault(one.key, set()).add(note)
    yield "workplace_log_changes_found", sum(_is_found(store, settings, draw) for _ in range(changes)), None
    wrong = 0
    for _ in range(selections):
        near = draw.choice(known)
        asked = draw.choice(
            [near, Selection(near.indicator_id, near.region_code, near.year, "65+", near.sex)]
        )
        wrong += {note.id for note in notes.notes_for(store, LOCAL, [asked])} != of.get(asked.key, set())
    yield "workplace_selections_wrong", wrong, None
    cells = wrong_cells = 0
    for role in (*Role, None):
        subject = Subject("x", frozenset({role} if role else ()))
        for name, right in GUARDED.items():
            cells += 1
            is_allowed = role is not None and str(right) in MAY[role].split()
            wrong_cells += _is_refused(name, subject) is is_allowed
    yield "workplace_rights_wrong", wrong_cells, None
    yield "workplace_rights_cells", cells, None


def _is_refused(name: str, subject: Subject) -> bool:
    """Whether a function refuses the role; one that lets it through fails on the store that is not there."""
    try:
        function(name)(None, subject)
    except DataProblem as problem:
        return problem.code == "not_allowed"
    except (TypeError, AttributeError):
        return False
    return False


def _is_found(store: Store, settings: Settings, draw: random.Random) -> bool:
    """Whether one change, removal, swap or cut of the log is found; the log is put back afterwards."""
    path = settings.workplace_dir / "workplace.db"
    with sqlite3.connect(path) as con:
        rows = con.execute("select * from event order by number").fetchall()
        names = [column[1] for column in con.execute("pragma table_info(event)")]
        at = draw.randint(1, len(rows) - 1)
        kind = draw.choice(("changed", "removed", "reordered", "cut off"))
        if kind == "changed":
            column = draw.choice([name for name in names if name != "number"])
            con.execute(f"update event set {column} = substr({column}, 2) || '~' where number = ?", (at,))
        elif kind == "removed":
            con.execute("delete from event where number = ?", (at,))
        elif kind == "cut off":
            con.execute("delete from event where number > ?", (at,))
        else:
            con.execute("update event set number = -1 where number = ?", (at,))
            con.execute("update event set number = ? where number = ?", (at, at + 1))
            con.execute("update event set number = ? where number = -1", (at + 1,))
    con.close()
    try:
        store.verify_log()
        found = False
    except DataProblem as problem:
        found = problem.code == "log_broken"
    with sqlite3.connect(path) as con:
        con.execute("delete from event")
        con.executemany(f"insert into event values ({', '.join('?' * len(names))})", rows)
    con.close()
    store.verify_log()
    return found
