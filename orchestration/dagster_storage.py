"""Dagster's own SQLite storage with connections that stay open: by default each of some thousand events makes an engine anew.

The files, their tables and what the web server reads are Dagster's own; `dagster.yaml` names these classes.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING, Any

from dagster._config import UserConfigSchema
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._core.storage.runs.sqlite.sqlite_run_storage import SqliteRunStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

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


def _folder(name: str) -> str:
    """Where Dagster keeps this by default: what was kept before stays on its pages."""
    return os.path.join(os.environ["DAGSTER_HOME"], name)  # noqa: PTH118


class EventLog(SqliteEventLogStorage):
    """The events of runs, a file per run and one over all of them."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines = Engines()
        self._known_tables: set[str] = set()
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
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.connect() as connection, connection.begin():
                yield connection

    def has_table(self, table_name: str) -> bool:
        """Whether there is such a table; one that was there once stays."""
        if table_name not in self._known_tables and super().has_table(table_name):
            self._known_tables.add(table_name)
        return table_name in self._known_tables

    def dispose(self) -> None:
        """Close what is open."""
        super().dispose()
        self._engines.close()


class Runs(SqliteRunStorage):
    """The list of runs."""

    def __init__(self, conn_string: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines, self._lock = Engines(), RLock()
        super().__init__(conn_string, inst_data)

    @classmethod
    def config_type(cls) -> UserConfigSchema:
        """Nothing to set: it stands in Dagster's own folder."""
        return {}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> Self:
        """The storage in DAGSTER_HOME."""
        made = cls.from_local(_folder("history"), inst_data)
        assert isinstance(made, cls)
        return made

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A connection in a transaction of its own."""
        with self._lock, self._engines.of(self._conn_string).connect() as connection, connection.begin():
            yield connection

    def dispose(self) -> None:
        """Close what is open."""
        self._engines.close()
