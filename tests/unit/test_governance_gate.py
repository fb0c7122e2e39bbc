"""The gate around releases: in Dagster with the reasons in words, for models by name, and each release after a decision."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import sqlalchemy as sa

from datawerkplaats import publication
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings, get_settings
from datawerkplaats.governance import accounts, declarations, desk, joint, predictions, released, tools
from datawerkplaats.governance.artefacts import Artefact
from datawerkplaats.workplace import schema
from datawerkplaats.workplace.people import LOCAL, Right
from datawerkplaats.workplace.store import Store
from ml.production import paths, release
from orchestration import heal, last_run
from tests.apps.conftest import data_dir, publication_template, published
from tests.apps.test_risico import with_models

__all__ = ["data_dir", "publication_template", "published"]
ASKED = declarations.load(Settings().catalogue_dir)


def dagster_gate() -> Any:
    """Dagster's part of the gate. It reads dbt's manifest, which is no work for the collecting of tests."""
    from orchestration.defs import governance

    return governance


def store_of(folder: Path) -> tuple[Store, str]:
    store = predictions.house_store(get_settings())
    (system,) = accounts.systems(store, LOCAL)
    return store, system.id


def evaluated(cursor: str = "") -> tuple[dg.SensorResult, str]:
    with dg.instance_for_test() as instance:
        context = dg.build_sensor_context(instance=instance, cursor=cursor)
        found = dagster_gate().watch_register(context)
    assert isinstance(found, dg.SensorResult)
    return found, str(found.cursor)


def check(found: dg.SensorResult) -> Any:
    (event,) = found.asset_events
    return event


def ran(asset_or_check: Any) -> Any:
    """What an asset or check of Dagster gives when it is run by hand."""
    return asset_or_check()


def test_dagster__an_empty_register_shuts_the_gate_and_names_the_questions(published: Path) -> None:
    with_models(published, is_decided=False)
    found, _ = evaluated()
    told = check(found)
    assert not told.passed and told.blocking and told.severity == dg.AssetCheckSeverity.ERROR
    assert str(told.description).count("is not answered yet") == 26
    with pytest.raises(dg.Failure, match="not answered yet"):
        ran(dagster_gate().area_delivery)


def test_dagster__an_incident_shuts_it_at_the_next_look_and_closing_opens_it_again(published: Path) -> None:
    with_models(published)
    opened, cursor = evaluated()
    assert check(opened).passed and len(opened.run_requests or ()) == 1
    assert dagster_gate().watch_register.minimum_interval_seconds == 30
    store, system = store_of(published)
    incident = desk.report_incident(store, LOCAL, system, "serious", "De kaart toonde een verkeerde wijk.")
    shut, cursor = evaluated(cursor)
    assert not check(shut).passed and "serious incident" in str(check(shut).description)
    assert not shut.run_requests and not ran(dagster_gate().governance_gate).passed
    with pytest.raises(dg.Failure, match="serious incident"):
        ran(dagster_gate().area_delivery)
    desk.close_incident(store, LOCAL, incident, "Koppeling hersteld.")
    assert check(evaluated(cursor)[0]).passed and ran(dagster_gate().governance_gate).passed
    assert ran(dagster_gate().area_delivery).metadata["is_new"] is False


def test_dagster__a_shut_gate_keeps_the_delivery_from_being_made(published: Path) -> None:
    with_models(published, is_decided=False)
    with dg.instance_for_test() as instance:
        result = dg.materialize(
            [*dagster_gate().governance_assets, dagster_gate().governance_gate], instance=instance, raise_on_error=False
        )  # fmt: skip
        made = {
            str(one.asset_key.to_user_string())
            for one in result.get_asset_materialization_events()
            if one.asset_key
        }
    assert not result.success and made == {"governance/risk_models"}


def test_dagster__a_new_version_of_a_registered_system_is_entered_and_answered_anew(published: Path) -> None:
    with_models(published)
    store, system = store_of(published)
    found = Artefact("f" * 64, {"gap": 0.1, "population": "18-29"}, {"subgroups": "Nieuw gemeten."}, False)
    assert released.keep_up(store, LOCAL, ASKED, system, found)
    assert not released.keep_up(store, LOCAL, ASKED, system, found)
    # The sensor enters what the served publication is made of, once.
    with_other = predictions.artefact(publication.current(published / "publish"))
    assert dagster_gate().keep_up(get_settings()) == (with_other.sha256, False)
    known = accounts.account(store, LOCAL, system)
    assert list(known.artefacts)[-1] == "f" * 64 and known.answers["B-KWA-2"].text == "Nieuw gemeten."


def test_releases__each_in_the_log_came_after_a_decision_that_lets_it_go(published: Path) -> None:
    with_models(published)
    store, system = store_of(published)
    assert list(released.releases(store, LOCAL).values()) == [True]
    artefact = predictions.artefact(publication.current(published / "publish")).sha256
    assert not released.release(store, LOCAL, ASKED, system, artefact, "area_estimates")
    with pytest.raises(DataProblem, match="not in the register"):
        released.release(store, LOCAL, ASKED, system, "e" * 64, "area_estimates")
    assert len(released.releases(store, LOCAL)) == 1
    # One that was written past the gate shows.
    with store.writing(LOCAL, Right.REGISTER) as write:
        write.record("system", "another", "released", {"what": "x", "artefact": "y"})
    assert list(released.releases(store, LOCAL).values()) == [True, False]


def report(folder: Path, lower: float) -> None:
    row = {"evaluation": "cross-validation", "model": "m"}
    told = {
        "choice": {"model": "m"}, "demographicSummary": [],
        "evaluationStatistics": [{**row, "metric": "AUROC", "lower": lower}, {**row, "metric": "calibrationSlope", "value": 1}],
    }  # fmt: skip
    paths.write_json(folder / "run" / "report.json", told)
    paths.write_json(folder / "last.json", {"run_id": "run", "failures": []})


def test_model__is_released_by_name_only_after_a_decision_that_its_run_keeps(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_models(published)
    settings = get_settings().model_copy(update={"source": "live"})
    folder = paths.models_dir(settings) / "onset"
    loaded = {"put_forward": "m", "files": {"model_m.json": "f" * 64}}
    monkeypatch.setattr("ml.model.registry.load", lambda home, model=None: (None, loaded))
    report(folder, 0.7)
    store, system = store_of(published)
    with store.reading() as connection:
        bounds = connection.execute(sa.select(schema.decision.c.bounds)).scalars().first()
    assert bounds is not None and bounds["gap_to"] == 0.5
    with pytest.raises(DataProblem, match="bound 'gap'"):
        release.approve(settings, "onset", "A. Naam")
    told = json.loads((folder / "run" / "report.json").read_bytes())
    told["demographicSummary"] = [{"auroc": one, "shown": True} for one in (0.66, 0.71)]
    paths.write_json(folder / "run" / "report.json", told)
    release.approve(settings, "onset", "A. Naam")
    assert all(released.releases(store, LOCAL).values()) and len(released.releases(store, LOCAL)) == 2
    desk.report_incident(store, LOCAL, system, "serious", "De kaart toonde een verkeerde wijk.")
    with pytest.raises(DataProblem, match="serious incident"):
        release.approve(settings, "onset", "A. Naam")
    empty = settings.model_copy(update={"data_dir": settings.data_dir / "elsewhere"})
    report(paths.models_dir(empty) / "onset", 0.7)
    with pytest.raises(DataProblem, match="not in the register"):
        release.approve(empty, "onset", "A. Naam")
    assert not (paths.models_dir(empty) / "onset" / "champion.json").exists()


def test_joint__a_table_without_a_decision_on_its_contract_stops_the_build(published: Path) -> None:
    settings, name = get_settings(), "joint_youth_care"
    (check_joint,) = dagster_gate().joint_checks
    assert ran(check_joint).passed
    settings.joint_dir.mkdir(parents=True)
    told = {"approvals": [{"contract": "c" * 64}], "parties": [["een", "data"]]}
    (settings.joint_dir / f"{name}.json").write_text(json.dumps(told), encoding="utf-8")
    found = ran(check_joint)
    assert not found.passed and "nothing about this joint computation" in str(found.description)
    made = joint.made(settings, name)
    assert made.sha256 == "c" * 64 and "10 personen" in made.findings["access"]
    standing = tools.standing(settings, name, made.sha256, joint.KIND, "pilot")
    assert [one.kind for one in standing.blockers].count("question") == 21


@pytest.mark.parametrize(("name", "is_told"), [("release", False), ("materialise", True)])
def test_dagster__a_release_that_is_refused_is_no_failure_of_a_build(
    tmp_path: Path, name: str, is_told: bool
) -> None:
    settings = Settings(data_dir=tmp_path)
    settings.publish_dir.mkdir(parents=True)

    @dg.op
    def refused() -> None:
        raise dg.Failure("not decided")

    @dg.job(name=name)
    def job() -> None:
        refused()

    with dg.instance_for_test() as instance:
        job.execute_in_process(instance=instance, raise_on_error=False)
        heal.record_unseen_failure(instance, settings)
    assert bool(last_run.read(settings.publish_dir)) == is_told
