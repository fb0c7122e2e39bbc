"""The store on SQLite and on PostgreSQL: the same tests on both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from datawerkplaats.base.settings import Settings
from datawerkplaats.workplace.people import Role, Subject
from datawerkplaats.workplace.store import Store, open_store
from tests.workplace.postgresql import postgresql


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with postgresql() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    url = None
    if request.param == "postgresql":
        server: str = request.getfixturevalue("server")
        name = f"t{abs(hash(tmp_path)) % 10**12}"
        engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text(f"create database {name}"))
        engine.dispose()
        url = server.rsplit("/", 1)[0] + f"/{name}"
    return Settings(data_dir=tmp_path / "data", keys_dir=tmp_path / "keys", workplace_url=url)


class Clock:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **steps: int) -> None:
        self.now += timedelta(**steps)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(settings: Settings, clock: Clock) -> Iterator[Store]:
    opened = open_store(settings, clock)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def who() -> Callable[..., Subject]:
    return somebody


def somebody(*roles: Role, name: str = "", organisation: str = "GGD") -> Subject:
    return Subject(name or "-".join(roles), frozenset(roles), organisation)
