"""The tables: made by revisions alone, the same as declared, and never half."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.workplace import migrate, schema
from datawerkplaats.workplace.store import Store, engine_of, open_store


def test_migrations__make_exactly_what_is_declared(store: Store) -> None:
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), schema.METADATA) == []


def test_migrations__run_again_change_nothing(store: Store) -> None:
    migrate.upgrade(store.engine)
    with store.engine.connect() as connection:
        assert migrate.current(connection) == migrate.newest()


def test_migrations__a_newer_database_is_refused(store: Store, settings: Settings) -> None:
    with store.engine.begin() as connection:
        connection.execute(sa.text("update alembic_version set version_num = '9999'"))
    with pytest.raises(DataProblem, match="newer version of this software"):
        open_store(settings)


def test_migrations__one_that_fails_half_way_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = engine_of(f"sqlite:///{tmp_path / 'w.db'}")
    real = command.upgrade

    def fails(*arguments: Any) -> None:
        real(*arguments)
        raise sa.exc.OperationalError("alter", {}, Exception("disk full"))

    monkeypatch.setattr(command, "upgrade", fails)
    with pytest.raises(DataProblem, match="bringing its tables up to date"):
        migrate.upgrade(engine)
    assert sa.inspect(engine).get_table_names() == []
