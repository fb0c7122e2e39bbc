"""Dagster's own SQLite storage with connections that stay open: by default each of some thousand events makes an engine anew, and
so does every look of a sensor, many of them, while nobody asks anything.

The files, their tables and what the web server reads are Dagster's own; `dagster.yaml` names these classes.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from dagster import __version__
from dagster._config import UserConfigSchema
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._core.storage.runs.sqlite.sqlite_run_storage import SqliteRunStorage
from dagster._core.storage.schedules.sqlite.sqlite_schedule_storage import SqliteScheduleStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS, create_db_conn_string
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool, StaticPool

from datawerkplaats.base.files import move

if TYPE_CHECKING:
    from typing import Self

# Every run has a file of its own: of the ones that are looked at the last few stay open.
_OPEN = 6


def _engine(address: str) -> Engine:
    engine = create_engine(
        address,
        poolclass=StaticPool,
        connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def at_connect(connection: Any, _: Any) -> None:
        # With a write-ahead log a kill loses nothing and a power cut the last moments of the list of events at most.
        connection.execute("PRAGMA synchronous=NORMAL")

    return engine


def _revision(path: Path) -> str | None:
    """Which tables a file of Dagster has; None where that cannot be read."""
    try:
        with closing(sqlite3.connect(path, timeout=SQLITE_BUSY_TIMEOUT_SECONDS)) as con:
            row = con.execute("select version_num from alembic_version").fetchone()
    except sqlite3.Error:
        return None
    return str(row[0]) if row else None


class Engines:
    """The engines of this process, each with one connection that whoever holds the storage's lock may use."""

    def __init__(self) -> None:
        self._made: OrderedDict[str, Engine] = OrderedDict()
        self._process = os.getpid()

    def of(self, address: str) -> Engine:
        """The engine of a database; one made before a fork belongs to the parent."""
        if self._process != os.getpid():
            self._made, self._process = OrderedDict(), os.getpid()
        if address not in self._made:
            self._made[address] = _engine(address)
            if len(self._made) > _OPEN:
                self._made.popitem(last=False)[1].dispose()
        self._made.move_to_end(address)
        return self._made[address]

    def close(self) -> None:
        """Close them all."""
        while self._made:
            self._made.popitem()[1].dispose()


class _Known:
    """Tables and indexes: one that was there once stays, and is not looked up again."""

    def __init__(self) -> None:
        self._names: set[str] = set()

    def has(self, name: str, looked_up: Callable[[], bool]) -> bool:
        """Whether it is there."""
        if name not in self._names and looked_up():
            self._names.add(name)
        return name in self._names


def _folder(name: str) -> str:
    """Where Dagster keeps this by default: what was kept before stays on its pages."""
    return os.path.join(os.environ["DAGSTER_HOME"], name)  # noqa: PTH118


class EventLog(SqliteEventLogStorage):
    """The events of runs, a file per run and one over all of them."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines = Engines()
        self._known = _Known()
        super().__init__(base_dir, inst_data)

    @classmethod
    def config_type(cls) -> UserConfigSchema:
        """Nothing to set: it stands in Dagster's own folder."""
        return {}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> Self:
        """The storage in DAGSTER_HOME."""
        return cls(_folder("history/runs"), inst_data)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._engines.of(self.conn_string_for_shard(shard))
            if shard not in self._initialized_dbs:
                if not self._begins_as(Path(self.path_for_shard(shard)), self._empty()):
                    self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.connect() as connection, connection.begin():
                yield connection

    def _empty(self) -> Path:
        """An empty list of events as this version of Dagster makes it: making one anew for each run takes most of a second."""
        path = Path(self._base_dir).parent / f"empty_{__version__}.sqlite"
        if not path.exists():
            with tempfile.TemporaryDirectory(dir=path.parent, prefix=".empty_") as folder:
                made = Path(folder) / path.name
                engine = create_engine(f"sqlite:///{made}", poolclass=NullPool)
                self._initdb(engine)
                engine.dispose()
                move(made, path)
        return path

    @staticmethod
    def _begins_as(path: Path, empty: Path) -> bool:
        """Whether a list of events has the tables of this version: one that is not there begins as a copy."""
        if not path.exists():
            with tempfile.TemporaryDirectory(dir=empty.parent, prefix=".empty_") as folder:
                copied = Path(shutil.copy(empty, folder))
                with suppress(OSError):  # another process has begun it meanwhile, or this disk knows no links
                    os.link(copied, path)
        return _revision(path) == _revision(empty) is not None

    def has_table(self, table_name: str) -> bool:
        """Whether there is such a table; one that was there once stays."""
        of_dagster = super().has_table
        return self._known.has(table_name, lambda: of_dagster(table_name))

    def dispose(self) -> None:
        """Close what is open."""
        super().dispose()
        self._engines.close()


# Which file had the tables of this version when this process looked; every look of a sensor would read all of Dagster's migrations.
_LOOKED_AT: dict[str, tuple[int, int] | None] = {}


def _file(folder: str, name: str) -> tuple[int, int] | None:
    with suppress(OSError):
        state = (Path(folder) / f"{name}.db").stat()
        return state.st_dev, state.st_ino
    return None


class _Opened:
    """A storage of one file, with a connection that stays open; it stands in front of Dagster's own class."""

    _conn_string: str
    _FOLDER: str
    _DATABASE: str

    def __init__(self, conn_string: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines, self._lock = Engines(), RLock()
        super().__init__(conn_string, inst_data)  # type: ignore[call-arg]  # of Dagster's class

    @classmethod
    def config_type(cls) -> UserConfigSchema:
        """Nothing to set: it stands in Dagster's own folder."""
        return {}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> Self:
        """The storage in DAGSTER_HOME."""
        folder = _folder(cls._FOLDER)
        address = create_db_conn_string(folder, cls._DATABASE)
        found = _file(folder, cls._DATABASE)
        if found is not None and _LOOKED_AT.get(address) == found:
            return cls(address, inst_data)
        made = cls.from_local(folder, inst_data)  # type: ignore[attr-defined]  # of Dagster's class
        assert isinstance(made, cls)
        _LOOKED_AT[address] = _file(folder, cls._DATABASE)
        return made

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A connection in a transaction of its own."""
        with self._lock, self._engines.of(self._conn_string).connect() as connection, connection.begin():
            yield connection

    def dispose(self) -> None:
        """Close what is open."""
        self._engines.close()


class Runs(_Opened, SqliteRunStorage):
    """The list of runs."""

    _FOLDER, _DATABASE = "history", "runs"


class Schedules(_Opened, SqliteScheduleStorage):
    """What schedules and sensors did last, read at every look of the daemons that start them."""

    _FOLDER, _DATABASE = "schedules", "schedules"

    def __init__(self, conn_string: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._known = _Known()
        super().__init__(conn_string, inst_data)

    def _has_instigators_table(self, conn: Connection) -> bool:
        of_dagster = super()._has_instigators_table
        return self._known.has("instigators", lambda: of_dagster(conn))

    def has_built_index(self, migration_name: str) -> bool:
        """Whether the rows have been brought up to this version."""
        of_dagster = super().has_built_index
        return self._known.has(migration_name, lambda: of_dagster(migration_name))
