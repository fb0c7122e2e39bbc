"""The risk model in the built demo region: its place in the graph, its estimates in the marts, and no person anywhere."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from datawerkplaats import publication
from datawerkplaats.base.duckdb import connect_read_only
from datawerkplaats.base.settings import PROJECT_ROOT
from ml.base.risk_models import model_ids
from tests.integration.conftest import FIRST_RUN
from tests.warm_builds import WarmBuilds

pytestmark = pytest.mark.busy
MODELS = model_ids(PROJECT_ROOT / "catalogue")

GRAPH = """
import json
from orchestration.definitions import defs
graph = defs.resolve_asset_graph()
order = [key.to_user_string() for level in graph.toposorted_asset_keys_by_level for key in level]
groups = {key.to_user_string(): graph.get(key).group_name for key in graph.get_all_asset_keys()}
above = {name: [] for name in order}
for key in graph.get_all_asset_keys():
    above[key.to_user_string()] = [parent.to_user_string() for parent in graph.get(key).parent_keys]
checks = [f"{c.asset_key.to_user_string()}:{c.name}" for c in graph.asset_check_keys]
print(json.dumps([order, groups, above, checks, sorted(j.name for j in defs.jobs), [s.name for s in defs.sensors]]))
"""


@pytest.mark.usefixtures("nothing_yet")
def test_definitions__the_risk_model_has_its_group_and_the_graph_no_circle(warm: WarmBuilds) -> None:
    order, groups, above, checks, jobs, sensors = json.loads(warm.in_dagster(GRAPH).splitlines()[-1])
    place = {name: number for number, name in enumerate(order)}
    # Every asset comes after all it is made of: there is an order, so there is no circle.
    assert all(place[parent] < place[name] for name, parents in above.items() for parent in parents)
    models = [f"ml/{model_id}" for model_id in MODELS]
    staged = [name for name in order if name.startswith("panel/")]
    assert {groups[name] for name in [*models, *staged, "ml/area_scores", "ml/panel_drift"]} == {"ml"}
    assert above["sources/ml_risk_areas"] == ["ml/area_scores"]
    assert set(models) <= set(above["ml/area_scores"])
    assert {tuple(above[name]) for name in models} == {("panel/fct_panel_person_wave",)}
    assert {"panel/stg_panel__refusals", "panel/stg_panel__scales"} <= set(
        above["panel/fct_panel_person_wave"]
    )
    assert "sources/ml_panel_waves" in above["panel/stg_panel__people"]

    def ancestors(name: str) -> set[str]:
        return {a for parent in above[name] for a in {parent, *ancestors(parent)}}

    # The model reads snapshots: nothing of the warehouse or the publication comes before it.
    assert {name.split("/")[0] for name in ancestors("ml/area_scores")} == {"ml", "panel", "sources"}
    assert {f"{name}:promotion_gate" for name in models} <= set(checks)
    assert "panel/stg_panel__refusals:is_empty_stg_panel__refusals_" in checks
    assert {"retrain", "roll_back_model"} <= set(jobs)
    assert "risk_drift" in sensors


def test_demo__estimates_are_published_as_modelled_with_margins_and_silence(demo: Path) -> None:
    served = publication.current(demo / "publish")
    with connect_read_only(served.path) as con:
        apart = con.execute(
            "select count(*) from outcome.fct_outcome where indicator_id like 'risk_%'"
        ).fetchone()
    assert apart == (0,), "what is predicted is in the second file only"
    with connect_read_only(served.path.with_name(f"predicted_{served.id}.duckdb")) as con:
        rows = con.execute(
            "select indicator_id, region_level, value_status, suppression_reason, count(*), min(value), max(value),"
            " bool_and(value is null or (lower <= value and value <= upper)) from outcome.fct_outcome"
            " where indicator_id like 'risk_%' group by all"
        ).fetchall()
        models = con.execute(
            "select model_id, is_released, not_released_because_nl, participants >= rows_needed, is_synthetic, tripod_items"
            " from core.dim_model"
        ).fetchall()
        scored = {
            row[0]
            for row in con.execute("select distinct artefact_sha256 from quality.rpt_risk_area").fetchall()
        }
        released_files = {
            row[0]
            for row in con.execute("select artefact_sha256 from core.dim_model where is_released").fetchall()
        }
        silent = con.execute(
            "select count(*) from quality.rpt_risk_area where value is null and reason is null"
        ).fetchone()
        leaked = con.execute(
            "select table_schema, table_name from information_schema.columns"
            " where column_name like '%pseudo%' or column_name = 'project_pseudo_id'"
        ).fetchall()
    assert len({row[0] for row in rows}) == len(MODELS)
    assert {row[2:4] for row in rows} <= {("modelled", None), ("missing", "model_abstains")}
    known = [row for row in rows if row[2] == "modelled"]
    assert all(0 < row[5] <= row[6] < 60 for row in known)
    assert all(row[7] for row in known)
    # Whatever is shown comes from a released model, scored by the very file that was released.
    assert {row[0] for row in known} <= {"risk_anxiety_onset_18_29_pct", "risk_restless_onset_18_29_pct"}
    assert scored <= released_files
    assert sorted(name for name, *_ in models) == sorted(MODELS)
    # Only the young adults are enough people for 102 questions; the other models say which figure holds them back.
    released = {name: because for name, is_released, because, *_ in models if is_released}
    refused = {name: because for name, is_released, because, *_ in models if not is_released}
    assert released == {name: "" for name in MODELS if name.endswith("_18_29")}
    assert all("rijen waar er" in because for because in refused.values())
    assert all(
        enough == (name in released) and synthetic and items == 52
        for name, _, _, enough, synthetic, items in models
    )
    assert silent == (0,)
    assert leaked == []


def test_demo__the_truth_behind_the_panel_is_nowhere(demo: Path) -> None:
    names = {path.name for path in demo.rglob("*")}
    assert "1a_q_1_results.csv.gz" in names
    assert not names & {"truth.parquet", "optimum.json"}
    assert any(line.startswith("[ml] onset_") for line in (demo / FIRST_RUN).read_text().splitlines())


def test_demo__the_panel_is_staged_for_the_builder_alone_and_its_checks_are_recorded(demo: Path) -> None:
    home = demo / "models" / "demo" / "panel"
    assert home.stat().st_mode & 0o077 == 0
    with connect_read_only(home / "person_waves.duckdb") as con:
        rows = con.execute(
            "select count(*), count(distinct person) from panel.fct_panel_person_wave"
        ).fetchone()
        person = con.execute("select any_value(person) from panel.stg_panel__people").fetchone()
    assert rows is not None and rows[0] > rows[1] > 5_000
    staged = json.loads((home / "staged.json").read_text())
    assert staged["person_waves"] == rows[0]
    assert len(staged["tests"]) >= 10 and not any(staged["tests"].values())
    with connect_read_only(demo / "warehouse.duckdb") as con:
        schemas = {
            name for (name,) in con.execute("select schema_name from information_schema.schemata").fetchall()
        }
    assert "panel" not in schemas
    assert person is not None
    published = [path for path in (demo / "publish").rglob("*") if path.is_file()]
    assert not [path for path in published if person[0].encode() in path.read_bytes()]


STAGE_AGAIN = """
import json, shutil, sys
import dagster as dg
from datawerkplaats.base.settings import get_settings
from ml.production.paths import PANEL, models_dir, panel_file
from orchestration.defs.ml import models
from orchestration.defs.panel import panel_models
settings, folder = get_settings(), get_settings().inputs_dir / PANEL
def told():
    with dg.DagsterInstance.ephemeral() as instance:
        run = dg.materialize([panel_models], instance=instance)
    made = run.asset_materializations_for_node("panel")
    checks = {c.check_name: (c.passed, c.description) for c in run.get_asset_check_evaluations()}
    status = {str(m.metadata["status"].value) for m in made if "status" in m.metadata}
    return [run.success, len(made), sorted(status), checks, panel_file(settings).exists()]
def trained():
    # Which run every model has as its champion, and how many runs are registered.
    with dg.DagsterInstance.ephemeral() as instance:
        dg.materialize([panel_models, models], instance=instance)
    return known()
def known():
    home = models_dir(settings)
    return [[p.parent.name, p.read_text()] for p in sorted(home.glob("*/champion.json"))], len(list(home.glob("*/*/report.html")))
before = known()
outcomes = [told()]
snapshot = json.loads((folder / "provenance.json").read_text())
(folder / "provenance.json").write_text(json.dumps({**snapshot, "snapshot_id": "spoiled"}))
(folder / "raw" / "1a_q_2_enumerations.csv.gz").unlink()
outcomes.append(told())
after = trained()
shutil.rmtree(folder / "raw")
outcomes.append(told())
print(json.dumps([*outcomes, before, after]))
"""


def test_staging__a_refused_or_absent_panel_is_a_notice_and_trains_and_releases_nothing(copied: Path) -> None:
    inputs = copied / "inputs" / "demo" / "ml_panel_waves"
    snapshot = inputs.resolve()
    inputs.unlink()
    shutil.copytree(snapshot, inputs)
    environment = {**os.environ, "DAGSTER_HOME": str(copied / "dagster"), "DWP_DATA_DIR": str(copied)}
    run = subprocess.run(
        [sys.executable, "-c", STAGE_AGAIN],
        cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    whole, refused, absent, before, after = json.loads(run.stdout.splitlines()[-1])
    assert [outcome[0] for outcome in (whole, refused, absent)] == [True, True, True]
    assert whole[1] == refused[1] == absent[1] >= 14
    assert (whole[2], refused[2], absent[2]) == ([], ["refused"], ["absent"])
    assert len(whole[3]) >= 10 and all(passed for passed, _ in whole[3].values())
    ((passed, sentence),) = [found for found in refused[3].values() if not found[0]]
    assert not passed
    assert "1a_q_2_enumerations.csv" in sentence
    assert (
        set(refused[3]) == set(whole[3]) == set(absent[3])
    )  # a check without a result is a warning that means nothing
    assert (whole[4], refused[4]) == (True, False)
    assert before[0] and before[1]
    assert after == before
