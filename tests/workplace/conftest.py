"""The store on SQLite and on PostgreSQL: the same tests on both."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from datawerkplaats.base.settings import Settings
from datawerkplaats.workplace.people import Role, Subject
from datawerkplaats.workplace.store import Store, address_of, open_store
from tests.workplace.postgresql import postgresql


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with postgresql() as address:
        yield address


def new_database(server: str, name: str, template: str = "template1") -> str:
    """The address of a new database on the server, as the template is."""
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"create database {name} template {template}"))
    engine.dispose()
    return server.rsplit("/", 1)[0] + f"/{name}"


def migrated(settings: Settings) -> str:
    """The address of the store of these settings with its tables in it, and nobody connected."""
    open_store(settings).engine.dispose()
    return address_of(settings)


@pytest.fixture(scope="session")
def template(server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with all tables: the revisions run once per worker, and `test_migrations.py` runs them itself."""
    url = new_database(server, "with_tables")
    migrated(Settings(data_dir=tmp_path_factory.mktemp("template"), workplace_url=url))
    return "with_tables"


@pytest.fixture(scope="session")
def file_with_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same for SQLite: a file."""
    address = migrated(Settings(data_dir=tmp_path_factory.mktemp("template"), workplace_url=None))
    return Path(str(sa.make_url(address).database))


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    if request.param == "postgresql":
        server, template = request.getfixturevalue("server"), request.getfixturevalue("template")
        url = new_database(server, f"t{abs(hash(tmp_path)) % 10**12}", template)
        return Settings(data_dir=tmp_path / "data", keys_dir=tmp_path / "keys", workplace_url=url)
    made = Settings(data_dir=tmp_path / "data", keys_dir=tmp_path / "keys", workplace_url=None)
    made.workplace_dir.mkdir(parents=True, mode=0o700)
    shutil.copy(request.getfixturevalue("file_with_tables"), str(sa.make_url(address_of(made)).database))
    return made


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
