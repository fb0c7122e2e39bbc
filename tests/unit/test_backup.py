# Long because the installation that is kept and put back is made here too.
"""The whole installation kept and put back: the same bytes, or a sentence and nothing changed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from datawerkplaats import publication
from datawerkplaats.base import files
from datawerkplaats.base.build_lock import only_build
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings, get_settings
from datawerkplaats.base.signing import Signer
from datawerkplaats.cli.main import app
from datawerkplaats.operations import backup, inventory
from datawerkplaats.operations.backup import LIST, back_up, back_up_into, backups, keep_keys, signed_text
from datawerkplaats.operations.restore import restore
from datawerkplaats.publication import retention
from datawerkplaats.publication.store import sha256_of
from datawerkplaats.workplace.backup import back_up as back_up_store
from datawerkplaats.workplace.store import open_store
from tests.publication_example import CHECKS, PUBLIC, release, warehouse
from tests.workplace.test_log import written


def publish(settings: Settings, stamp: str) -> publication.Publication:
    source = warehouse(settings.warehouse_path, stamp)
    return publication.publish(settings.publish_dir, source, PUBLIC, release(stamp), CHECKS)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an installation: two releases, a snapshot in use, private rows, notes, and what is made again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DWP_DATA_DIR", str(tmp_path_factory.mktemp("made") / "data"))
        get_settings.cache_clear()
        settings = get_settings()
        first = publish(settings, "s1")
        publish(settings, "s2")
        retention.pin(settings.publish_dir, first.id, "council", "steward")
        written(open_store(settings), 3)
    get_settings.cache_clear()
    snapshot = settings.snapshots_dir / "source_a" / "abc"
    files.write_text(snapshot / "data.parquet", "rows")
    files.point(settings.inputs_dir / "source_a", "../../snapshots/demo/source_a/abc")
    files.write_text(settings.private_dir / "partner" / "x" / "data.parquet", "a person")
    for folder in (settings.private_dir.parent, settings.private_dir):
        folder.chmod(0o700)
    files.write_text(settings.data_dir / "dbt" / "target" / "manifest.json", "{}")
    files.write_text(settings.data_dir / "models" / "demo" / "panel" / "rows.parquet", "a person")
    files.write_text(settings.data_dir / "models" / "demo" / "registry" / "m.json", "{}")
    return settings.data_dir


@pytest.fixture
def living(made: Path, settings: Settings) -> Settings:
    """That installation, which a test may spoil."""
    shutil.copytree(made, settings.data_dir, symlinks=True)
    return settings


@pytest.fixture
def elsewhere(living: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Settings]:
    """Another machine with the same keys: its settings, which code that asks for settings sees from then on."""

    def moved() -> Settings:
        monkeypatch.setenv("DWP_DATA_DIR", str(tmp_path / "other" / "data"))
        get_settings.cache_clear()
        return get_settings()

    return moved


def contents(folder: Path) -> dict[str, str]:
    """Every file below a folder with its hash, every link with what it leads to; without locks."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = str(path.readlink())
        elif path.is_file() and path.suffix != ".lock" and not path.name.startswith("."):
            found[name] = sha256_of(path)
    return found


def refused(action: Callable[[], object]) -> DataProblem:
    with pytest.raises(DataProblem) as caught:
        action()
    assert "{" not in caught.value.sentence("nl") and "Traceback" not in caught.value.sentence("en")
    return caught.value


def test_restore__gives_the_same_bytes_and_leaves_out_what_is_made_again(
    living: Settings, elsewhere: Callable[[], Settings], tmp_path: Path
) -> None:
    before = contents(living.data_dir)
    kept = back_up(living, tmp_path / "backups" / "one")
    assert kept.damaged == [] and "signing_key" not in " ".join(map(str, kept.folder.rglob("*")))
    other = elsewhere()
    done = restore(other, kept.folder)
    after = contents(other.data_dir)
    gone = {name for name in before if name not in after}
    assert {name.split("/")[0] for name in gone} == {"warehouse.duckdb", "dbt", "models", "workplace"}
    assert {name for name in gone if name.startswith(("models", "workplace"))} <= {
        "models/demo/panel/rows.parquet", "workplace/workplace.db-wal", "workplace/workplace.db-shm",
    }  # fmt: skip
    same = {name for name in after if not name.startswith("workplace/")}
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert done.served == publication.current(other.publish_dir).id
    assert publication.history(other.publish_dir) == done.releases and len(done.releases) == 2
    assert list(retention.pins(other.publish_dir)) == [done.releases[0]]
    assert open_store(other).verify_log() == done.events == 3
    assert (other.private_dir.stat().st_mode & 0o777) == 0o700
    assert (other.inputs_dir / "source_a" / "data.parquet").read_text() == "rows"
    # A build goes on from there.
    assert publish(other, "s3").id in publication.history(other.publish_dir)


def test_restore__never_over_a_living_installation(living: Settings, tmp_path: Path) -> None:
    kept = back_up(living, tmp_path / "one")
    before = contents(living.data_dir)
    assert refused(lambda: restore(living, kept.folder)).code == "backup_place"
    assert contents(living.data_dir) == before
    result = CliRunner().invoke(app, ["restore", str(kept.folder)])
    assert result.exit_code == 21 and "never writes over" in result.stderr


def test_restore__refuses_what_is_damaged_missing_forged_or_newer_and_leaves_no_trace(
    living: Settings, elsewhere: Callable[[], Settings], tmp_path: Path
) -> None:
    kept = back_up(living, tmp_path / "one").folder
    other = elsewhere()
    spoiled = Path(shutil.copytree(kept, tmp_path / "spoilt", symlinks=True))
    served = publication.current(living.publish_dir).id

    def spoilt(change: Callable[[Path], object], name: str) -> DataProblem:
        path = spoiled / name
        change(path)
        problem = refused(lambda: restore(other, spoiled))
        assert not other.data_dir.exists() and not list(other.data_dir.parent.glob(".*"))
        path.unlink(missing_ok=True)
        shutil.copy2(kept / name, path)
        return problem

    def flipped(path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.chmod(0o600)
        path.write_bytes(content)

    for name in (
        f"data/publish/warehouse_{served}.duckdb",
        f"data/publish/parquet_{served}/indicator/fct_indicator.parquet",
        "data/publish/pins.json",
        "data/private/demo/partner/x/data.parquet",
        "store/workplace.db",
    ):
        assert spoilt(flipped, name).code == "backup_damaged", name
    assert spoilt(Path.unlink, "data/publish/pins.json").code == "backup_damaged"

    def listed(**changes: object) -> Callable[[Path], object]:
        def change(path: Path) -> None:
            content = {**json.loads(path.read_text()), **changes}
            content.pop("signature")
            signature = Signer(other.keys_dir).sign(signed_text(content))
            path.write_text(json.dumps({**content, "signature": signature}))

        return change

    assert spoilt(listed(version="99.0.0"), LIST).code == "backup_newer"
    assert spoilt(listed(format=2), LIST).code == "backup_newer"
    assert spoilt(listed(store_revision="9999"), LIST).code == "backup_newer"
    assert spoilt(lambda path: path.write_text(path.read_text()[:100]), LIST).code == "backup_damaged"
    assert spoilt(Path.unlink, LIST).code == "backup_damaged"
    forged = json.loads((kept / LIST).read_text()) | {"served": ""}
    assert spoilt(lambda path: path.write_text(json.dumps(forged)), LIST).code == "backup_damaged"
    # Whole, it is put back, also where an earlier restore was killed.
    (other.data_dir.parent / ".new_999999999_data" / "publish").mkdir(parents=True)
    restore(other, kept)
    assert not list(other.data_dir.parent.glob(".new_*"))


def test_backup__refuses_its_own_place_and_a_build_and_leaves_nothing(
    living: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "there").mkdir()
    assert refused(lambda: back_up(living, tmp_path / "there")).code == "backup_place"
    assert refused(lambda: back_up(living, living.data_dir / "backup")).code == "backup_place"
    monkeypatch.setattr(backup, "only_build", _busy)
    assert refused(lambda: back_up(living, tmp_path / "new")).code == "build_failed"
    monkeypatch.setattr(backup, "only_build", only_build)
    monkeypatch.setattr(files, "copy", _full)
    assert refused(lambda: back_up(living, tmp_path / "new")).code == "not_enough_space"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "there"]


def _busy(_: Path) -> object:
    raise DataProblem("build_failed", subject="data", found="another build")


def _full(_: Path, __: Path) -> None:
    raise OSError(28, "No space left on device")


def test_backups__share_what_is_the_same_and_the_oldest_go(living: Settings, tmp_path: Path) -> None:
    parent = tmp_path / "daily"
    moments = [night(day) for day in (1, 2, 3)]
    first, none = back_up_into(living, parent, 2, moments[0])
    second, _ = back_up_into(living, parent, 2, moments[1])
    assert first.shared == 0 and none == []
    assert second.shared > 0.5 * second.listed.bytes
    third, gone = back_up_into(living, parent, 2, moments[2])
    assert gone == [first.folder] and backups(parent) == [second.folder, third.folder]
    assert sorted(path.name for path in parent.iterdir()) == [second.folder.name, third.folder.name]
    for path, (_, digest) in third.listed.files.items():
        assert sha256_of(third.folder / path) == digest


def night(day: int) -> datetime:
    return datetime(2026, 3, day, 2, 30, tzinfo=UTC)


def test_restore__after_a_newer_pointer_was_seen_signs_one_of_its_own(
    living: Settings, tmp_path: Path
) -> None:
    kept = back_up(living, tmp_path / "one")
    newest = publish(living, "s3")
    assert publication.current(living.publish_dir) == newest
    shutil.rmtree(living.data_dir)
    done = restore(living, kept.folder)
    assert publication.current(living.publish_dir).id == done.served != newest.id


def test_restore__does_not_bring_back_what_was_withdrawn(
    living: Settings, elsewhere: Callable[[], Settings], tmp_path: Path
) -> None:
    kept = back_up(living, tmp_path / "one")
    leaks, served = publication.history(living.publish_dir)
    done = publication.withdraw(living.publish_dir, leaks, "it leaks", "steward", [kept.folder.parent])
    copies = [path for path in done.copies if path.is_relative_to(kept.folder)]
    assert len(copies) >= 3
    for path in copies:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    other = elsewhere()
    problem = refused(lambda: restore(other, kept.folder))
    assert problem.code == "backup_damaged" and "tombstone" in problem.sentence("en")
    name = f"withdrawn_{leaks}.json"
    shutil.copy(living.publish_dir / name, kept.folder / "data" / "publish" / name)
    again = restore(other, kept.folder)
    assert (again.withdrawn, again.releases, again.served) == ([leaks], [served], served)
    assert publication.history(other.publish_dir) == [served]
    assert [one.publication_id for one in publication.tombstones(other.publish_dir)] == [leaks]


def test_keys__are_kept_apart_and_put_back_by_hand(
    living: Settings, elsewhere: Callable[[], Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = back_up(living, tmp_path / "one").folder
    assert refused(lambda: keep_keys(living, kept / "keys")).code == "backup_place"
    keys = keep_keys(living, tmp_path / "keys_apart")
    assert (keys.stat().st_mode & 0o777) == 0o700
    monkeypatch.setenv("DWP_KEYS_DIR", str(tmp_path / "nothing_yet"))
    other = elsewhere()
    assert refused(lambda: restore(other, kept)).code == "signing_key"
    shutil.copytree(keys, tmp_path / "nothing_yet", dirs_exist_ok=True)
    assert restore(other, kept).events == 3


def test_backup__of_a_damaged_release_says_so_and_of_a_damaged_served_one_is_refused(
    living: Settings, tmp_path: Path
) -> None:
    for publication_id, wanted in zip(publication.history(living.publish_dir), (1, 0), strict=True):
        path = living.publish_dir / f"warehouse_{publication_id}.duckdb"
        path.chmod(0o600)
        path.write_bytes(path.read_bytes()[:-1])
        if wanted:
            assert back_up(living, tmp_path / "one").damaged == [publication_id]
        else:
            problem = refused(lambda: back_up(living, tmp_path / "two"))
            assert problem.code == "publication_damaged" and not (tmp_path / "two").exists()


def test_dwp__backup_and_restore_tell_what_they_did(
    living: Settings, elsewhere: Callable[[], Settings], tmp_path: Path
) -> None:
    runner = CliRunner()
    assert "2 releases" in runner.invoke(app, ["backup", str(tmp_path / "one")]).output
    assert runner.invoke(app, ["backup"]).exit_code == 2
    assert (
        "14" not in runner.invoke(app, ["backup", "--into", str(tmp_path / "daily")]).output.split("Kept")[0]
    )
    back_up_store(living, tmp_path / "of_0_1")
    elsewhere()
    assert "log of 3 events" in runner.invoke(app, ["restore", str(tmp_path / "one")]).output
    shutil.rmtree(get_settings().data_dir)
    assert "what people wrote: 3 events" in runner.invoke(app, ["restore", str(tmp_path / "of_0_1")]).output


def test_inventory__what_nobody_knows_is_kept(settings: Settings) -> None:
    files.write_text(settings.data_dir / "something_new" / "state.json", "{}")
    files.write_text(settings.data_dir / "gx" / "result.json", "{}")
    with only_build(settings.data_dir):
        pass
    assert inventory.take(settings.data_dir).files == ["something_new/state.json"]
    assert inventory.is_living(settings.data_dir)
