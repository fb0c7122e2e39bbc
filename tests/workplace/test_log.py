"""The log: chained, signed outside the database, and whole after whatever happens to the writer."""

from __future__ import annotations

import errno
import json
import random
import threading

import pytest
import sqlalchemy as sa

from datawerkplaats.base import files
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.workplace import schema
from datawerkplaats.workplace.people import LOCAL, Right
from datawerkplaats.workplace.store import Store
from tests.workplace.conftest import Clock

pytestmark = pytest.mark.busy


def written(store: Store, count: int) -> None:
    for number in range(count):
        with store.writing(LOCAL, Right.WRITE_NOTE) as write:
            write.record("thing", str(number), "made", {"n": number})


def test_log__is_whole_and_its_head_is_signed(store: Store) -> None:
    written(store, 3)
    assert store.verify_log() == 3
    assert store.head.read().events == 3


CHANGES = {
    "changed": "update event set body = '[]' where number = 2",
    "actor": "update event set actor = 'somebody else' where number = 3",
    "removed": "delete from event where number = 2",
    "cut off": "delete from event where number = 4",
    "all gone": "delete from event",
}


@pytest.mark.parametrize("change", CHANGES)
def test_log__every_change_is_found(store: Store, change: str) -> None:
    written(store, 4)
    with store.engine.begin() as connection:
        connection.execute(sa.text(CHANGES[change]))
    with pytest.raises(DataProblem, match="log"):
        store.verify_log()


def test_log__a_rewritten_chain_is_found_by_the_signed_head(store: Store) -> None:
    """Who owns the database can chain anew, but cannot sign."""
    written(store, 3)
    head = store.head.path.read_bytes()
    other = json.loads(head)
    with store.engine.begin() as connection:
        connection.execute(sa.delete(schema.event))
        connection.execute(sa.update(schema.chain).values(events=0, hash="0" * 64))
    store.head.path.unlink()
    with store.writing(LOCAL, Right.WRITE_NOTE) as write:
        for number in range(3):
            write.record("thing", "other", "made", {"n": number})
    store.head.path.write_bytes(head)
    with pytest.raises(DataProblem, match="not the one that was signed"):
        store.verify_log()
    other["events"] = 2
    store.head.path.write_text(json.dumps(other))
    with pytest.raises(DataProblem, match="as this installation signed it"):
        store.verify_log()


def test_log__a_seeded_dozen_of_changes_to_any_field(store: Store) -> None:
    written(store, 6)
    draw = random.Random(7)
    columns = [column.name for column in schema.event.c if column.name not in ("number", "hash")]
    for _ in range(12):
        number, column = draw.randint(1, 6), draw.choice(columns)
        here = schema.event.c.number == number
        with store.engine.begin() as connection:
            before = connection.execute(sa.select(schema.event.c[column]).where(here)).scalar_one()
            connection.execute(sa.update(schema.event).where(here).values({column: f"{before[:-1]}x"[:30]}))
        with pytest.raises(DataProblem):
            store.verify_log()
        with store.engine.begin() as connection:
            connection.execute(sa.update(schema.event).where(here).values({column: before}))
        assert store.verify_log() == 6


def test_log__an_exception_leaves_nothing(store: Store) -> None:
    written(store, 1)
    with pytest.raises(RuntimeError), store.writing(LOCAL, Right.WRITE_NOTE) as write:
        write.record("thing", "1", "made", {})
        raise RuntimeError
    assert store.verify_log() == 1


def test_log__writers_take_turns(store: Store) -> None:
    threads = [threading.Thread(target=written, args=(store, 10)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.verify_log() == 40


def test_log__a_clock_that_jumps_back_does_not_turn_the_order(store: Store, clock: Clock) -> None:
    written(store, 1)
    clock.turn(hours=-3)
    written(store, 1)
    with store.reading() as connection:
        times = (
            connection.execute(sa.select(schema.event.c.at).order_by(schema.event.c.number)).scalars().all()
        )
    assert list(times) == sorted(times)


def test_log__what_is_committed_is_acknowledged_where_the_disk_is_full_just_then(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(store, 1)
    with monkeypatch.context() as full:
        full.setattr(files, "write_text", _no_room)
        written(store, 1)
    assert (store.head.read().events, store.verify_log()) == (1, 2)
    written(store, 1)
    assert (store.head.read().events, store.verify_log()) == (3, 3)


def _no_room(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_log__a_database_that_is_away_is_a_sentence(store: Store) -> None:
    store.engine.dispose()
    broken = Store(sa.create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none"), store.head, store.clock)
    with pytest.raises(DataProblem, match="cannot be reached"), broken.reading():
        pass
