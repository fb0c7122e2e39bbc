"""Backup and restore, also while people write."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.workplace.backup import DATABASE, back_up, restore
from datawerkplaats.workplace.store import Store, open_store
from tests.workplace.test_log import written

pytestmark = pytest.mark.busy


def empty(settings: Settings, tmp_path: Path) -> Settings:
    """An installation on another machine with the same keys."""
    url = settings.workplace_url
    if url is not None:
        engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text(f"create database {url.rsplit('/', 1)[1]}_r"))
        url += "_r"
    return settings.model_copy(update={"data_dir": tmp_path / "other", "workplace_url": url})


def test_backup__taken_while_people_write_is_whole(store: Store, settings: Settings, tmp_path: Path) -> None:
    written(store, 5)
    writer = threading.Thread(target=written, args=(store, 30))
    writer.start()
    kept = back_up(settings, tmp_path / "backup")
    writer.join()
    other = empty(settings, tmp_path)
    count = restore(other, kept)
    assert 5 <= count <= 35
    assert open_store(other).verify_log() == count


def test_restore__never_over_something_and_never_of_something_broken(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    written(store, 3)
    kept = back_up(settings, tmp_path / "backup")
    with pytest.raises(DataProblem, match="never writes over"):
        restore(settings, kept)
    with pytest.raises(DataProblem, match="does not exist yet"):
        back_up(settings, kept)
    if settings.workplace_url is None:
        with sa.create_engine(f"sqlite:///{kept / DATABASE}").begin() as connection:
            connection.execute(sa.text("delete from event where number = 3"))
        other = empty(settings, tmp_path)
        with pytest.raises(DataProblem, match="missing"):
            restore(other, kept)
        assert not (other.workplace_dir / DATABASE).exists()
