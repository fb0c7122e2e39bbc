"""Brings the tables of the store up to date: Alembic revisions in `migrations`, each in one transaction."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from datawerkplaats.base.errors import DataProblem

_FOLDER = Path(__file__).parent / "migrations"


def configuration(connection: sa.Connection | None = None) -> Config:
    """Alembic's configuration, without a file of its own."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def newest() -> str:
    """The revision that this code needs."""
    return ScriptDirectory.from_config(configuration()).get_current_head() or ""


def known() -> set[str]:
    """All revisions that this code knows."""
    return {revision.revision for revision in ScriptDirectory.from_config(configuration()).walk_revisions()}


def current(connection: sa.Connection) -> str:
    """The revision that the tables are in; nothing for an empty database."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(sa.text("select version_num from alembic_version")).scalar() or "")


def upgrade(engine: sa.Engine, to: str = "head") -> None:
    """Run the revisions that are missing, all of them or none.

    Raises:
        DataProblem: If the database is newer than the code, cannot be reached, or a revision fails.
    """
    try:
        with engine.begin() as connection:
            at = current(connection)
            if at == (newest() if to == "head" else to):
                return
            if at and at not in known():
                raise DataProblem(
                    "store_unavailable",
                    subject="workplace",
                    found=f"tables of revision {at}",
                    expected=f"a revision up to {newest()}",
                    remedy="start the newer version of this software that made them",
                )
            command.upgrade(configuration(connection), to)
    except SQLAlchemyError as error:
        raise DataProblem(
            "store_unavailable",
            subject="workplace",
            where="bringing its tables up to date",
            expected="a database that answers and lets its owner change tables",
            remedy="nothing was changed; look at the database's own log, then start again",
        ) from error
