"""An installation of an earlier version is brought up to this one: what it holds stays, or it is a sentence and nothing changed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from datawerkplaats import publication
from datawerkplaats.base.build_lock import hold_across_exec
from datawerkplaats.base.settings import Settings, get_settings
from datawerkplaats.base.signing import signer_of
from datawerkplaats.cli.main import app
from datawerkplaats.operations.backup import LIST
from datawerkplaats.operations.restore import restore
from datawerkplaats.operations.upgrade import upgrade
from datawerkplaats.publication import seal
from datawerkplaats.publication.store import sha256_of
from datawerkplaats.workplace import migrate
from datawerkplaats.workplace.head import HeadFile
from datawerkplaats.workplace.store import Store, address_of, engine_of, open_store
from tests.unit.test_backup import contents, publish, refused
from tests.workplace.test_log import written


def no_lists() -> int:
    return 0


def unsigned(settings: Settings) -> None:
    """As version 0.1.0 left releases behind: without signatures, and nothing seen."""
    for path in (settings.publish_dir / "current.json", *settings.publish_dir.glob("manifest_*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        del content["signature"]
        path.write_text(json.dumps(content), encoding="utf-8")
    seal.seen_at(settings.publish_dir).unlink()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with two releases without signatures, and a store of the first revision; made once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DWP_DATA_DIR", str(tmp_path_factory.mktemp("made") / "data"))
        get_settings.cache_clear()
        settings = get_settings()
        publish(settings, "s1")
        publish(settings, "s2")
        unsigned(settings)
        settings.workplace_dir.mkdir(mode=0o700)
        engine = engine_of(address_of(settings))
        migrate.upgrade(engine, "0001")
        written(Store(engine, HeadFile(settings.workplace_dir / "head.json", signer_of(settings))), 3)
        engine.dispose()
    get_settings.cache_clear()
    return settings.data_dir


@pytest.fixture
def earlier(made: Path, settings: Settings) -> Settings:
    """That installation, which a test may bring up to date or spoil."""
    shutil.copytree(made, settings.data_dir)
    return settings


def test_upgrade__signs_keeps_and_brings_the_store_up_to_date_and_no_byte_of_a_release_changes(
    earlier: Settings, tmp_path: Path
) -> None:
    before = {path.name: sha256_of(path) for path in earlier.publish_dir.glob("warehouse_*.duckdb")}
    assert len(before) == 2
    done = upgrade(earlier, tmp_path / "kept", no_lists)
    assert done.signed == done.releases == publication.history(earlier.publish_dir) and done.damaged == []
    assert publication.current(earlier.publish_dir).id == done.served == done.releases[-1]
    assert {path.name: sha256_of(path) for path in earlier.publish_dir.glob("warehouse_*.duckdb")} == before
    assert done.revision == ("0001", migrate.newest())
    assert open_store(earlier).verify_log() == done.events == 3
    # The backup is of before the store changed, and can be put back by this version.
    assert done.kept is not None and (done.kept.folder / LIST).exists()
    shutil.rmtree(earlier.data_dir)
    assert restore(earlier, done.kept.folder).releases == done.releases
    written(open_store(earlier), 2)
    again = upgrade(earlier, None, no_lists)
    assert (again.signed, again.kept, again.events) == ([], None, 5)
    assert again.revision == (migrate.newest(), migrate.newest())


def test_upgrade__one_that_was_cut_off_goes_on(earlier: Settings, tmp_path: Path) -> None:
    def killed() -> int:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        upgrade(earlier, tmp_path / "kept", killed)
    assert "Traceback" not in refused(lambda: upgrade(earlier, tmp_path / "kept", no_lists)).sentence("nl")
    assert upgrade(earlier, tmp_path / "other", no_lists).releases == publication.history(earlier.publish_dir)


Spoil = Callable[[Settings], object]


def newer_store(settings: Settings) -> None:
    engine = engine_of(address_of(settings))
    with engine.begin() as connection:
        connection.execute(sa.text("update alembic_version set version_num = '9999'"))
    engine.dispose()


def damaged_release(settings: Settings) -> None:
    path = next(
        settings.publish_dir.glob(json.loads((settings.publish_dir / "current.json").read_text())["file"])
    )
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize(
    ("spoil", "code", "words"),
    [
        (newer_store, "upgrade_refused", "revision 9999"),
        (damaged_release, "publication_damaged", "make materialise"),
        (lambda settings: shutil.rmtree(settings.data_dir), "upgrade_refused", "set DWP_DATA_DIR"),
        (
            lambda settings: hold_across_exec(settings.data_dir, ".api.lock", "api"),
            "upgrade_refused",
            "at work: api",
        ),
    ],
    ids=["newer", "damaged", "nothing", "running"],
)
def test_upgrade__what_cannot_be_is_a_sentence_and_changes_nothing(
    earlier: Settings, tmp_path: Path, spoil: Spoil, code: str, words: str
) -> None:
    spoil(earlier)
    before = contents(earlier.data_dir)
    problem = refused(lambda: upgrade(earlier, tmp_path / "kept", no_lists))
    assert problem.code == code and words in problem.sentence("en")
    assert contents(earlier.data_dir) == before and not (tmp_path / "kept").exists()


def test_dwp_upgrade__asks_for_a_backup_or_a_word_that_there_is_one(
    earlier: Settings, tmp_path: Path
) -> None:
    runner = CliRunner()
    asked = runner.invoke(app, ["upgrade"])
    assert asked.exit_code == 2 and "without-backup" in asked.output
    told = runner.invoke(app, ["upgrade", "--backup", str(tmp_path / "kept")])
    assert told.exit_code == 0, told.output
    assert "First kept in" in told.output and f"from 0001 to {migrate.newest()}" in told.output
    assert "2 releases" in told.output and "Dagster's lists: 0 runs" in told.output
