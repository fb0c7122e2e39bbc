"""One command to keep the store and one to put it back, consistent while people write.

SQLite by its online backup, PostgreSQL by `pg_dump` and `pg_restore`. The signed head goes along; a restore is verified
before it takes the place of what is there.
"""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import tempfile
from pathlib import Path

import sqlalchemy as sa

from datawerkplaats.base import files
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.base.signing import signer_of
from datawerkplaats.workplace.head import HeadFile
from datawerkplaats.workplace.store import Store, address_of, engine_of

DATABASE, DUMP, HEAD, DOCUMENTS = "workplace.db", "workplace.dump", "head.json", "documents"


def _failed(what: str, remedy: str) -> DataProblem:
    return DataProblem("store_unavailable", subject="workplace", where=what, remedy=remedy)


def back_up(settings: Settings, target: Path) -> Path:
    """Write the store as it is now into a new folder and return it.

    The head is copied first: the log may be further than its head, never behind it.

    Raises:
        DataProblem: If the folder exists, the disk is full or the database is away; nothing is left then.
    """
    if target.exists():
        raise _failed("backup", "choose a folder that does not exist yet")
    target.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        head = settings.workplace_dir / HEAD
        if head.exists():
            files.copy(head, made / HEAD)
        address = address_of(settings)
        if address.startswith("sqlite"):
            _copy_sqlite(settings.workplace_dir / DATABASE, made / DATABASE)
        else:
            _run("pg_dump", "--format=custom", f"--file={made / DUMP}", f"--dbname={_plain(address)}")
        # Last: a document is there before the answer that rests on it.
        _copy_documents(settings.workplace_dir, made)
        files.move(made, target)
    except OSError as error:
        raise _failed("backup", "make room on the disk and try again; nothing was kept") from error
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return target


def restore(settings: Settings, source: Path) -> int:
    """Put a backup in the place of an empty store, and return the number of events of its log.

    Raises:
        DataProblem: If the backup is not whole, or the store already holds something (it is left as it was).
    """
    address = address_of(settings)
    if not (source / (DATABASE if address.startswith("sqlite") else DUMP)).is_file():
        raise _failed("restore", "give a folder that `dwp backup` made of the same kind of database")
    settings.workplace_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    if address.startswith("sqlite"):
        database = settings.workplace_dir / DATABASE
        if database.exists():
            raise _failed(
                "restore", "move the store that is there away first: a restore never writes over one"
            )
        fresh = settings.workplace_dir / f".{DATABASE}.restored"
        files.copy(source / DATABASE, fresh)
        count = _verified(f"sqlite:///{fresh}", source, settings, fresh)
        for suffix in ("-wal", "-shm"):
            fresh.with_name(fresh.name + suffix).unlink(missing_ok=True)
        files.move(fresh, database)
    else:
        if sa.inspect(engine_of(address)).get_table_names():
            raise _failed("restore", "create an empty database first: a restore never writes over one")
        _run(
            "pg_restore",
            "--no-owner",
            "--single-transaction",
            f"--dbname={_plain(address)}",
            str(source / DUMP),
        )
        count = _verified(address, source, settings, None)
    if (source / HEAD).exists():
        files.copy(source / HEAD, settings.workplace_dir / HEAD)
    _copy_documents(source, settings.workplace_dir)
    return count


def _verified(address: str, source: Path, settings: Settings, fresh: Path | None) -> int:
    engine = engine_of(address)
    try:
        return Store(engine, HeadFile(source / HEAD, signer_of(settings))).verify_log()
    except DataProblem:
        if fresh is not None:
            fresh.unlink(missing_ok=True)
        raise
    finally:
        engine.dispose()


def _copy_sqlite(source: Path, target: Path) -> None:
    with sqlite3.connect(f"file:{source}?mode=ro", uri=True) as here, sqlite3.connect(target) as there:
        here.backup(there)
        there.execute("PRAGMA journal_mode=DELETE")  # one file that holds everything
    there.close()
    here.close()


def _copy_documents(source: Path, target: Path) -> None:
    for document in sorted((source / DOCUMENTS).glob("*")):
        files.copy(document, target / DOCUMENTS / document.name)


def _plain(address: str) -> str:
    """The address as PostgreSQL's own tools read it."""
    return address.replace("postgresql+psycopg://", "postgresql://")


def _run(*command: str) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=3600)
    except FileNotFoundError as error:
        raise _failed(command[0], "install PostgreSQL's client tools on this machine") from error
    except subprocess.SubprocessError as error:
        raise _failed(command[0], "look at the database's own log; nothing was changed here") from error
