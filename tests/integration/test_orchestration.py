"""From sources to publication through Dagster: what a run leaves, that it stops early, and how it fails."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from datawerkplaats import publication
from datawerkplaats.base import files
from datawerkplaats.base.build_lock import is_held, only_build
from datawerkplaats.base.duckdb import connect_read_only
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.loading.snapshot import rows_sha256
from orchestration import last_run
from orchestration.last_run import STOPPED
from tests.integration.conftest import FIRST_RUN, materialise
from tests.proofs import crash
from tests.small_region import Region
from tests.warm_builds import WarmBuilds

pytestmark = pytest.mark.busy


def test_materialise__tells_every_step_and_publishes(demo: Path) -> None:
    lines = (demo / FIRST_RUN).read_text().splitlines()
    for step in (
        "[start]",
        "[load] rivm_health_50090ned: new",
        "[check] rivm_health_50090ned",
        "[catalogue]",
        "[dbt]",
        "[rules]",
        "[publish]",
    ):
        assert any(line.startswith(step) for line in lines), step
    served = publication.current(demo / "publish")
    assert (served.mode, served.region) == ("demo", "NL")
    with connect_read_only(served.path) as con:
        ((run_id, failed),) = con.sql("select dagster_run_id, checks_failed from meta.publication").fetchall()
        kinds = dict(con.sql("select subject_kind, count(*) from quality.check_result group by 1").fetchall())
        assert run_id
        assert failed == 0
        assert kinds["source"] > 50
        assert kinds["model"] > 50
        assert (
            con.sql(
                "select count(*) from quality.check_result group by rule, subject having count(*) > 1"
            ).fetchall()
            == []
        )
        assert kinds["indicator"] > 1000
        told = "select count(*) from quality.check_result where guidance not in (select rule from quality.dim_rule)"
        assert con.sql(told).fetchall() == [(0,)]
        assert con.sql("select count(*) from quality.rpt_load_gate").fetchall() == [(0,)]
        for mart in ("indicator", "determinant", "outcome"):
            assert con.sql(f"select count(*) > 0 from {mart}.fct_{mart}").fetchall() == [(True,)]
        undescribed = (
            "select table_name, column_name from duckdb_columns() where not internal and comment is null"
        )
        assert con.sql(undescribed).fetchall() == []


def test_materialise__leaves_metadata_checks_and_groups_in_dagster(
    small_copied: Region, warm: WarmBuilds
) -> None:
    code = """
import json
event = instance.get_latest_materialization_event(dg.AssetKey(["sources", "rivm_health_50090ned"]))
found = event.asset_materialization.metadata
fact = instance.get_latest_materialization_event(dg.AssetKey(["core", "fct_observation"])).asset_materialization.metadata
published = instance.get_latest_materialization_event(dg.AssetKey("publication")).asset_materialization.metadata
from orchestration.definitions import defs
graph = defs.resolve_asset_graph()
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus as Status
checks = [c for c in graph.asset_check_keys]
staged = dg.AssetKey(["staging", "stg_rivm_health_50090ned__rows"])
run = instance.get_runs()[0]
print(json.dumps({
    "source": sorted(found), "rows": found["dagster/row_count"].value, "preview": found["preview"].value,
    "fact": sorted(fact), "published": published["publication_id"].value, "status": run.status.value,
    "groups": sorted({node.group_name for node in graph.asset_nodes if node.group_name}),
    "upstream": [".".join(key.path) for key in graph.get(staged).parent_keys],
    "file": graph.get(staged).metadata["dagster/code_references"].code_references[0].file_path,
    "checks": len(checks), "blocking": len([c for c in checks if c.asset_key.path[0] == "sources"]),
}))
"""
    found = json.loads(warm.in_dagster(code).splitlines()[-1])
    for name in (
        "dagster/column_schema",
        "dagster/row_count",
        "preview",
        "retrieved_at",
        "sha256",
        "snapshot_id",
        "urls",
    ):
        assert name in found["source"]
    assert found["rows"] > 800
    assert "WijkenEnBuurten" in found["preview"]
    assert {"dagster/row_count", "preview"} <= set(found["fact"])
    assert found["published"] == publication.current(small_copied.data / "publish").id
    assert found["status"] == "SUCCESS"
    assert {"sources", "catalogue", "staging", "intermediate", "marts", "quality", "publication"} <= set(
        found["groups"]
    )
    assert found["upstream"] == ["sources.rivm_health_50090ned"]
    assert Path(found["file"]).is_relative_to(PROJECT_ROOT) and Path(found["file"]).exists()
    assert found["checks"] > 100
    assert found["blocking"] >= 20  # one per source, with its expectations as metadata


def refused_long_ago(data: Path) -> Path:
    """Two refusals of the year before last; the older one goes at the end of a build."""
    refusals = data / "rejected" / "demo" / "rivm_health_50090ned"
    for day in ("20240101", "20240102"):
        files.write_text(refusals / f"{day}T000000.000000Z" / "reason.json", "{}")
    return refusals / "20240101T000000.000000Z"


def test_materialise__unchanged_stops_early_and_is_observed(copied: Path, warm: WarmBuilds) -> None:
    served, old = publication.current(copied / "publish"), refused_long_ago(copied)
    again = materialise(copied)
    assert again.returncode == 0, again.stderr
    assert not old.exists() and "[prune]" in again.stdout
    assert f"nothing has changed: {served.id} stays served" in again.stdout
    assert "[dbt]" not in again.stdout
    assert publication.current(copied / "publish") == served
    code = "print(len(instance.fetch_observations(dg.AssetKey(['sources', 'rivm_health_50090ned']), limit=5).records))"
    assert int(warm.in_dagster(code)) >= 1


def test_materialise__forced_publishes_the_same_data_again(small_copied: Region, warm: WarmBuilds) -> None:
    # Only the last step: that a rebuild gives the same figures is shown where one indicator is added (test_end_to_end).
    before = publication.current(small_copied.data / "publish")
    code = """
from datawerkplaats.base.settings import get_settings
from orchestration.defs.publication import publish_build
print([publish_build(get_settings(), "again", force=force)[1] for force in (False, True)])
"""
    assert warm.in_dagster(code).splitlines()[-1] == "[False, True]"
    after = publication.current(small_copied.data / "publish")
    assert after.id != before.id
    assert publication.diff(before, after).is_empty


def test_materialise__selection_builds_without_publishing(small_copied: Region, warm: WarmBuilds) -> None:
    before = publication.current(small_copied.data / "publish")
    old = refused_long_ago(small_copied.data)
    done = warm.materialise("--select", "dim_period")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "[dbt] 1 models" in done.stdout
    assert not old.exists() and "[prune]" in done.stdout
    assert publication.current(small_copied.data / "publish") == before
    assert "selector" in warm.materialise("--select", "no_such_model").stderr


def test_materialise__with_another_limit_of_the_engine_dbt_still_knows_its_project(
    small_copied: Region, warm: WarmBuilds
) -> None:
    """The limit stands in dbt's profile; what was read of the project with another one is no empty project."""
    for megabytes in ("600", "700"):
        done = warm.materialise("--select", "dim_period", DWP_ENGINE_MEMORY_MB=megabytes)
        assert "[dbt] 1 models" in done.stdout, done.stdout + done.stderr


def test_materialise__failed_check_keeps_the_old_publication(small_copied: Region, warm: WarmBuilds) -> None:
    """A delivery that slips past the reader is held back by its suite, with one sentence."""
    copied = small_copied.data
    before = publication.current(copied / "publish")
    snapshot = (copied / "inputs" / "demo" / "ggd_young_adults_50140ned").resolve()
    data = snapshot / "data.parquet"
    with duckdb.connect() as con:
        con.execute(f"create table t as from '{data}'")
        con.execute(f"copy (select * replace ('??' as Marges) from t) to '{data}' (format parquet)")
    # As the reader would have written it: rows that were damaged afterwards are simply loaded again.
    told = json.loads((snapshot / "provenance.json").read_text())
    told["data_sha256"] = rows_sha256(snapshot)
    (snapshot / "provenance.json").write_text(json.dumps(told))
    shutil.rmtree(copied / "gx" / "results" / "ggd_young_adults_50140ned")
    done = warm.materialise("--force")
    assert done.returncode == 1
    assert "ggd_young_adults_50140ned, margin_code__Marges: a quality check fails" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert "[dbt]" not in done.stdout
    assert publication.current(copied / "publish") == before
    last = json.loads((copied / "publish" / "last_run.json").read_text())
    assert last["status"] == "failed"
    assert "margin_code__Marges" in last["sentences"][0]
    assert (copied / "gx" / "data_docs" / "index.html").exists()


def test_materialise__rejected_delivery_fails_its_asset_with_the_sentence(
    nothing_yet: Path, warm: WarmBuilds, tmp_path: Path
) -> None:
    folder, data_dir = tmp_path / "deliveries", nothing_yet
    folder.mkdir()
    (folder / "50090NED.csv").write_text("")
    early = warm.materialise(DWP_SOURCE="files", DWP_FILES=str(folder))
    assert early.returncode == 1
    assert "ggd_young_adults_50140ned" in early.stderr and "the delivery is missing" in early.stderr
    assert "[load]" not in early.stdout and "[dagster]" not in early.stdout
    for table in ("50140NED", "84799NED"):
        (folder / f"{table}.csv").write_text("")
    done = warm.materialise(DWP_SOURCE="files", DWP_FILES=str(folder))
    assert done.returncode == 1
    assert "50090NED.csv" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert "[dbt]" not in done.stdout
    notices = json.loads((data_dir / "publish" / "notices.json").read_text())
    assert "rejected" in {notice["kind"] for notice in notices}
    code = """
records = instance.get_records_for_run(instance.get_runs()[0].run_id, of_type=dg.DagsterEventType.STEP_FAILURE).records
print([r.event_log_entry.dagster_event.event_specific_data.user_failure_data.description for r in records])
"""
    assert "50090NED.csv" in warm.in_dagster(code)


def test_materialise__unknown_region_is_a_sentence(small_copied: Region, warm: WarmBuilds) -> None:
    before = publication.current(small_copied.data / "publish")
    done = warm.materialise(DWP_REGION="Atlantis")
    assert done.returncode == 1
    assert "Atlantis" in done.stderr
    assert "province or GGD region" in done.stderr
    assert "Traceback" not in done.stderr
    assert publication.current(small_copied.data / "publish") == before


def test_materialise__a_killed_build_and_damaged_files_leave_nothing_that_the_next_one_trips_over(
    small_copied: Region, warm: WarmBuilds
) -> None:
    """The small part of the proof `crash`."""
    copied = small_copied.data
    before = publication.current(copied / "publish")
    with connect_read_only(before.path) as con:
        title = con.sql("select title_nl from core.dim_indicator limit 1").fetchall()[0][0]
    trials = crash.small_part(crash.Workplace(copied, small_copied.catalogue), title)
    assert (trials.healed, trials.unanswered, trials.left) == (1, 0, 0), trials.told
    assert publication.current(copied / "publish") == before
    json.loads(before.manifest_path.read_text())
    told = warm.in_dagster("print([run.status.value for run in instance.get_runs()])")
    # The one that was killed, and the one that built the region.
    assert told.strip() == "['FAILURE', 'SUCCESS']"
    assert not is_held(copied)


def test_materialise__a_build_that_is_asked_to_stop_says_so_and_nothing_else(small_copied: Region) -> None:
    copied = small_copied.data
    environment = {**os.environ, "DWP_DATA_DIR": str(copied), "DWP_SOURCE": "demo", **small_copied.settings}
    command = [sys.executable, "-m", "orchestration.materialise", "--force"]
    with subprocess.Popen(
        command, cwd=PROJECT_ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as build:
        assert build.stdout is not None and build.stderr is not None
        assert any(line.startswith("[load]") for line in build.stdout)
        build.terminate()
        told = build.stderr.read()
    assert build.returncode in (130, 143), told  # the ordinary way out, or the one after seven seconds
    assert STOPPED in told and "Traceback" not in told
    assert last_run.read(copied / "publish")["sentences"] == [STOPPED]


def test_materialise__second_build_of_the_same_folder_waits_its_turn(tmp_path: Path) -> None:
    with only_build(tmp_path):
        told = materialise(tmp_path).stderr
    assert f"another build is running in this data folder, process {os.getpid()} since" in told


def test_materialise__wrong_setting_is_a_sentence(tmp_path: Path) -> None:
    done = materialise(tmp_path, DWP_SOURCE="cloud")
    assert done.returncode == 1
    assert done.stderr.startswith("Setting DWP_SOURCE: ")
