"""The store: one code path for SQLite (in the data folder) and PostgreSQL (by address).

A write is one transaction: state and its event together, or neither. It is acknowledged after the commit is on disk. Writers take
turns at the end of the log; readers never wait for them.
"""

from __future__ import annotations

import errno
import hashlib
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.base.signing import signer_of
from datawerkplaats.workplace import events, schema
from datawerkplaats.workplace.head import Head, HeadFile
from datawerkplaats.workplace.people import Right, Subject

Row = Mapping[str, Any]
Clock = Callable[[], datetime]
_WAIT_S = 10


def _now() -> datetime:
    return datetime.now(UTC)


def new_id() -> str:
    """An id that tells nothing."""
    return uuid.uuid4().hex


@dataclass
class Writing:
    """One write: the connection, and the log that grows with it."""

    connection: sa.Connection
    actor: str
    role: str
    at: str
    number: int
    hash: str

    def record(self, object_type: str, object_id: str, verb: str, body: Mapping[str, Any]) -> None:
        """Add what happens to the log, in the same transaction."""
        one = events.made(
            self.number + 1,
            self.at,
            self.actor,
            self.role,
            object_type,
            object_id,
            verb,
            dict(body),
            self.hash,
        )
        self.connection.execute(sa.insert(schema.event).values(**asdict(one)))
        self.number, self.hash = one.number, one.hash

    def insert(self, table: sa.Table, values: Mapping[str, Any], verb: str = "made") -> None:
        """A new row and its event."""
        self.connection.execute(sa.insert(table).values(**values))
        self.record(table.name, str(values["id"]), verb, _told(table, str(values["id"]), values))

    def change(
        self, table: sa.Table, row_id: str, version: int, values: Mapping[str, Any], verb: str
    ) -> None:
        """Change a row that is still in the version that was read.

        Raises:
            Stale: If somebody was first.
        """
        done = self.connection.execute(
            sa.update(table)
            .where(table.c.id == row_id, table.c.version == version)
            .values(**values, version=version + 1)
        )
        if done.rowcount != 1:
            raise Stale(table.name, row_id, version, values)
        self.record(table.name, row_id, verb, {**_told(table, row_id, values), "version": version + 1})


def _told(table: sa.Table, row_id: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the log says of a row: prose as a digest, the rest as it is."""

    def one(name: str, value: Any) -> Any:
        if not table.c[name].info.get(schema.PROSE):
            return value
        return "sha256:" + hashlib.sha256(f"{row_id}\0{events.canonical(value)}".encode()).hexdigest()

    return {name: one(name, value) for name, value in values.items()}


class Stale(Exception):
    """An edit of a version that is no longer the newest; it becomes a DataProblem once the refused text is kept."""

    def __init__(self, table: str, row_id: str, version: int, values: Mapping[str, Any]) -> None:
        self.table, self.row_id, self.version, self.values = table, row_id, version, dict(values)
        super().__init__(table, row_id, version)


@dataclass
class Store:
    """The store of what people write."""

    engine: sa.Engine
    head: HeadFile
    clock: Clock = _now
    # Writers of one process wait here for their turn: SQLite lets whoever tries at the right moment go first, and a phone among
    # twenty-five may wait for that in vain until its time is over.
    turn: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection to read from."""
        with _reachable(), self.engine.connect().execution_options(only_reads=True) as connection:
            yield connection

    @contextmanager
    def writing(self, subject: Subject, right: Right) -> Iterator[Writing]:
        """A transaction that ends with the head of the log signed; an exception leaves everything as it was.

        Raises:
            DataProblem: `stale_edit`, or `store_unavailable` if the database is away.
        """
        try:
            with self.turn, _reachable(), self.engine.begin() as connection:
                last = connection.execute(sa.select(schema.chain).with_for_update()).one()
                # A clock that jumps back does not take the order of the log with it.
                at = max(self.clock().isoformat(timespec="milliseconds"), last.at)
                role = str(subject.role_for(right))
                write = Writing(connection, subject.id, role, at, last.events, last.hash)
                yield write
                if write.number != last.events:
                    connection.execute(
                        sa.update(schema.chain).values(events=write.number, hash=write.hash, at=at)
                    )
        except Stale as stale:
            raise self._kept_aside(subject, right, stale) from stale
        if write.number != last.events:
            self._vouch_for(Head(write.number, write.hash))

    def _vouch_for(self, head: Head) -> None:
        """Sign the head of what is committed; where the disk has just become full, the next write vouches for this one as well."""
        try:
            self.head.move_to(head)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise

    def _kept_aside(self, subject: Subject, right: Right, stale: Stale) -> DataProblem:
        with self.writing(subject, right) as write:
            row = {
                "id": new_id(), "table_name": stale.table, "row_id": stale.row_id, "author": subject.id, "at": write.at,
                "fields": {"version": stale.version, **stale.values},
            }  # fmt: skip
            write.insert(schema.refused_edit, row, "refused")
        return DataProblem(
            "stale_edit",
            subject=stale.table,
            where=stale.row_id,
            expected=f"an edit of the newest version, not of version {stale.version}",
            remedy="read the newest text and put yours beside it; yours is kept under refused edits",
        )

    def verify_log(self) -> int:
        """The number of events of a log that is whole.

        Raises:
            DataProblem: `log_broken`, with the first event that is not right.
        """
        head = self.head.read()
        with self.reading() as connection:
            rows = connection.execution_options(yield_per=1000).execute(
                sa.select(schema.event).order_by(schema.event.c.number)
            )
            fault = events.first_fault((events.Event(*row) for row in rows), head.events, head.hash)
            count = connection.execute(sa.select(sa.func.count()).select_from(schema.event)).scalar_one()
        if fault:
            raise DataProblem(
                "log_broken",
                subject="workplace log",
                where=fault,
                remedy="stop writing, restore the last backup beside it and compare (docs/operations.md)",
            )
        return int(count)


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except (OperationalError, DBAPIError) as error:
        if (
            isinstance(error, DBAPIError)
            and not isinstance(error, OperationalError)
            and not error.connection_invalidated
        ):
            raise
        raise DataProblem(
            "store_unavailable",
            subject="workplace",
            expected="a database that answers",
            remedy="try again in a minute; the pages with figures go on without it",
        ) from error


def _sqlite_settings(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun below, not by the driver
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={_WAIT_S * 1000}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: sa.Connection) -> None:
    # A writer takes its place at once: one that read first and wrote later would fail in the middle.
    reads = connection.get_execution_options().get("only_reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def engine_of(address: str) -> sa.Engine:
    """The engine for an address, with what SQLite needs to be safe."""
    if not address.startswith("sqlite"):
        return sa.create_engine(address, pool_pre_ping=True, connect_args={"connect_timeout": _WAIT_S})
    engine = sa.create_engine(address)
    sa.event.listen(engine, "connect", _sqlite_settings)
    sa.event.listen(engine, "begin", _sqlite_begin)
    return engine


def address_of(settings: Settings) -> str:
    """Where the store is: the setting, or a SQLite file in the data folder."""
    return settings.workplace_url or f"sqlite:///{settings.workplace_dir / 'workplace.db'}"


def open_store(settings: Settings, clock: Clock = _now) -> Store:
    """The store of this installation, its tables brought up to date.

    Raises:
        DataProblem: If the database cannot be reached or a migration fails (nothing is changed then).
    """
    from datawerkplaats.workplace.migrate import upgrade

    settings.workplace_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = engine_of(address_of(settings))
    upgrade(engine)
    return Store(engine, HeadFile(settings.workplace_dir / "head.json", signer_of(settings)), clock)
