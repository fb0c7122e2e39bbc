"""The one plan: its order comes from the declarations, nothing is done before its inputs are there, and one builds at a time."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from datawerkplaats import publication
from datawerkplaats.base import build_lock
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.catalogue import Catalogue, load_catalogue
from datawerkplaats.loading.snapshot import DATA, HasChangedError, Provenance, SnapshotFolder, rows_sha256
from ml.production.paths import PANEL, POPULATION, RISK_AREAS
from orchestration import builds, kept_rules, plan
from tests.publication_example import CHECKS, PUBLIC, release, warehouse

pytestmark = pytest.mark.busy


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(PROJECT_ROOT / "catalogue")


def changed(tmp_path: Path, source_id: str, made_of: str) -> Path:
    """A copy of the catalogue in which a source is made of something else."""
    folder = Path(shutil.copytree(PROJECT_ROOT / "catalogue", tmp_path / "catalogue"))
    path = folder / "sources" / f"{source_id}.yml"
    lines = [line for line in path.read_text().splitlines() if not line.startswith("made_of:")]
    path.write_text("\n".join([*lines, f"made_of: {made_of}", ""]))
    return folder


def test_after__every_step_comes_behind_what_it_is_made_of(catalogue: Catalogue) -> None:
    order = list(plan.after(catalogue))
    assert len(order) == len(set(order))
    for step, earlier in plan.after(catalogue).items():
        assert all(order.index(one) < order.index(step) for one in earlier), step
    chain = [
        plan.source_step(POPULATION), plan.source_step(PANEL), plan.PANEL_STAGED, plan.MODELS, plan.SCORES,
        plan.source_step(RISK_AREAS), plan.CATALOGUE, plan.WAREHOUSE, plan.RULES, plan.PUBLICATION,
    ]  # fmt: skip
    assert [order.index(step) for step in chain] == sorted(order.index(step) for step in chain)


def test_after__all_partners_rows_are_there_before_one_of_them_is_protected(catalogue: Catalogue) -> None:
    steps = plan.after(catalogue)
    partners = [source.source_id for source in catalogue.sources.values() if source.micro]
    assert partners
    for name in partners:
        assert {plan.rows_step(other) for other in partners} <= set(steps[plan.source_step(name)])


@pytest.mark.parametrize(
    ("made_of", "told"),
    [
        ("[no_such_source]", ("ml_panel_waves.yml, made_of", "no_such_source", "a file in catalogue/sources")),
        (f"[{RISK_AREAS}]", ("made_of", f"{PANEL}", "<-", "take one of them out of the list")),
        (f"[{PANEL}]", ("ml_panel_waves.yml, made_of", "not made of this one")),
    ],
    ids=["unknown", "circle", "of_itself"],
)  # fmt: skip
def test_made_of__unknown_or_circular_is_a_sentence(
    tmp_path: Path, made_of: str, told: tuple[str, ...]
) -> None:
    with pytest.raises(DataProblem) as caught:
        load_catalogue(changed(tmp_path, PANEL, made_of))
    for part in told:
        assert part in caught.value.sentence("en")


def test_made_of__holds_what_a_partners_rates_are_counted_against(tmp_path: Path) -> None:
    with pytest.raises(DataProblem, match=r"partner_youth_care\.yml, made_of.*cbs_key_figures_85318ned"):
        load_catalogue(changed(tmp_path, "partner_youth_care", "[]"))


def test_look__without_a_publication_loads_nothing(settings: Settings, catalogue: Catalogue) -> None:
    assert plan.look(settings, catalogue).reason == "nothing is served yet"
    assert not settings.snapshots_dir.exists()


def test_look_at_a_source__never_writes(settings: Settings, catalogue: Catalogue) -> None:
    source = catalogue.sources["rivm_health_50090ned"]
    folder = SnapshotFolder(source, settings, only_look=True)
    with pytest.raises(HasChangedError):
        folder.workspace()
    with pytest.raises(HasChangedError):
        folder.accept_absence()
    with pytest.raises(HasChangedError):
        folder.reject(DataProblem("no_rows", subject="x"), [])
    assert not settings.snapshots_dir.exists()


def test_missing__required_deliveries_are_told_before_anything_is_loaded(
    tmp_path: Path, catalogue: Catalogue, settings: Settings
) -> None:
    empty = tmp_path / "deliveries"
    empty.mkdir()
    found = plan.missing(settings.model_copy(update={"source": "files", "files": empty}), catalogue)
    required = {source.source_id for source in catalogue.sources.values() if source.required}
    assert required
    assert {problem.subject for problem in found} == required
    assert plan.missing(settings, catalogue) == []


def test_only_build__is_told_to_another_process_and_ends_with_its_own(settings: Settings) -> None:
    code = (
        "import sys, time; from pathlib import Path; from datawerkplaats.base.build_lock import only_build\n"
        "with only_build(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(settings.data_dir)], stdout=subprocess.PIPE, cwd=PROJECT_ROOT
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        assert build_lock.is_held(settings.data_dir)
        told = f"another build is running.*process {other.pid}"
        with pytest.raises(DataProblem, match=told), build_lock.only_build(settings.data_dir):
            pass
        other.kill()
        other.wait()
    assert not build_lock.is_held(settings.data_dir)
    with build_lock.only_build(settings.data_dir), build_lock.only_build(settings.data_dir):
        assert build_lock.is_held(settings.data_dir)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_ends_in_time__also_where_compiled_code_does_not_listen(number: int) -> None:
    code = (
        "import hashlib, signal, threading; from orchestration.ending import ends_in_time\n"
        # Whoever starts the tests in the background hands down a SIGINT that is ignored.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "with ends_in_time(lambda: print('note', flush=True), patience_s=0.5):\n"
        "    threading.Timer(0.5, lambda: print('busy', flush=True)).start()\n"
        "    hashlib.pbkdf2_hmac('sha256', b'', b'', 2**31 - 1)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=PROJECT_ROOT
    ) as busy:
        assert busy.stdout is not None
        try:
            assert busy.stdout.readline() == "busy\n"
            busy.send_signal(number)
            assert busy.wait(300) == 128 + number  # by itself it goes on for longer than that
            assert busy.stdout.read() == "note\n"
        finally:
            busy.kill()


def published(settings: Settings, stamp: str) -> publication.Publication:
    settings.warehouse_path.unlink(missing_ok=True)
    source = warehouse(settings.warehouse_path)
    return publication.publish(settings.publish_dir, source, PUBLIC, release(stamp), CHECKS)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"publication_id": "a", "history": ["b"]}'])
def test_pointer__that_cannot_be_read_leads_to_the_newest_whole_publication(
    settings: Settings, text: str
) -> None:
    published(settings, "s1")
    second = published(settings, "s2")
    pointer = settings.publish_dir / "current.json"
    pointer.write_text(text)
    assert publication.current(settings.publish_dir) == second  # readers are answered at once
    assert publication.repair(settings.publish_dir) == second.id
    assert json.loads(pointer.read_text())["publication_id"] == second.id
    assert publication.repair(settings.publish_dir) == ""


def test_manifest__that_was_damaged_is_written_again_and_readers_notice_nothing(settings: Settings) -> None:
    published(settings, "s1")
    second = published(settings, "s2")
    whole = second.manifest_path.read_text()
    second.manifest_path.write_text(whole[:99])
    assert publication.current(settings.publish_dir) == second
    assert publication.repair(settings.publish_dir) == second.id
    assert second.manifest_path.read_text() == whole


def test_publication__of_which_the_bytes_were_damaged_gives_way_to_the_one_before(settings: Settings) -> None:
    first, second = published(settings, "s1"), published(settings, "s2")
    second.path.chmod(0o644)
    second.path.write_bytes(b"\0" * second.path.stat().st_size)
    assert plan.served_publication(settings) is None  # the next build publishes, whatever has changed
    assert publication.repair(settings.publish_dir) == first.id
    assert publication.current(settings.publish_dir) == first


def test_publication__before_the_damaged_one_is_the_one_that_was_served_whatever_the_clock_said(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first was made by a clock that was a day ahead: its id is the highest of the three."""

    def at(moment: datetime) -> None:
        class Turned(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> Any:
                return moment

        monkeypatch.setattr("datawerkplaats.publication.write.datetime", Turned)

    at(datetime(2026, 5, 2, tzinfo=UTC))
    ahead = published(settings, "s1")
    at(datetime(2026, 5, 1, tzinfo=UTC))
    second = published(settings, "s2")
    at(datetime(2026, 5, 1, 1, tzinfo=UTC))
    third = published(settings, "s3")
    assert second.id < third.id < ahead.id
    third.path.chmod(0o644)
    third.path.write_bytes(b"\0" * third.path.stat().st_size)
    assert publication.repair(settings.publish_dir) == second.id


def test_snapshot__of_which_the_rows_were_damaged_is_made_again(
    settings: Settings, catalogue: Catalogue
) -> None:
    folder = SnapshotFolder(catalogue.sources["rivm_health_50052ned"], settings)
    made = Provenance(
        "rivm_health_50052ned", "a" * 16, "demo", (), None, None, "2026-01-01", "", 0, 1, ("n",), "1", (), ()
    )  # fmt: skip

    def accept() -> bool:
        workspace = folder.workspace()
        pq.write_table(pa.table({"n": [1]}), workspace / DATA)
        return folder.accept(workspace, replace(made, data_sha256=rows_sha256(workspace)))

    assert accept()
    data = folder.pointer / DATA
    whole = bytearray(data.read_bytes())
    assert folder.whole() == folder.current()
    data.write_bytes(whole[:20] + bytes([whole[20] ^ 1]) + whole[21:])
    assert folder.current() is not None
    assert folder.whole() is None
    accept()
    assert data.read_bytes() == whole
    assert folder.whole() == folder.current()


def test_and_after__what_changed_with_what_comes_after_it(catalogue: Catalogue) -> None:
    order = plan.after(catalogue)
    behind = (plan.CATALOGUE, plan.WAREHOUSE, plan.RULES, plan.PUBLICATION)
    assert plan.and_after(order, set()) == behind
    alone = plan.source_step("cbs_causes_of_death_80142ned")
    assert plan.and_after(order, {alone}) == (alone, *behind)
    # The risk model looks at everything itself.
    assert plan.and_after(order, {plan.source_step("ml_panel_waves")}) is None


def test_build__of_a_part_never_disarms_publishing(settings: Settings) -> None:
    settings.warehouse_path.parent.mkdir(parents=True, exist_ok=True)
    taken = builds.begin(settings, whole=True)
    settings.warehouse_path.write_bytes(b"built")
    builds.finish(settings, taken, CHECKS, whole=True)
    kept_rules.remember(settings, [], kept_rules.Kept({}, {}), [])
    builds.rules_resolved(settings)
    again = builds.begin(settings, whole=False)
    builds.finish(settings, again, CHECKS[:1], whole=False)
    assert len(builds.last(settings).checks) == len(CHECKS)


def test_build__of_the_whole_starts_anew_where_the_warehouse_is_not_the_one_that_was_left(
    settings: Settings,
) -> None:
    settings.warehouse_path.parent.mkdir(parents=True, exist_ok=True)
    taken = builds.begin(settings, whole=True)
    settings.warehouse_path.write_bytes(b"built")
    builds.finish(settings, taken, CHECKS, whole=True)
    builds.begin(settings, whole=True)
    assert settings.warehouse_path.exists()
    builds.finish(settings, taken, CHECKS, whole=True)
    os.utime(settings.warehouse_path, ns=(1, 1))
    builds.begin(settings, whole=True)
    assert not settings.warehouse_path.exists()
