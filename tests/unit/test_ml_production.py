# Long because all of it shares one drawn panel and one place of dbt, which cost more than the tests.
"""The risk model in the house: what stays in place when a delivery is wrong, silence where data are thin, nothing done twice."""

from __future__ import annotations

import gzip
import json
import shutil
import sys
from collections.abc import Sequence
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

from datawerkplaats.base import build_lock
from datawerkplaats.base.files import locked
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.loading.ingest import ingest_source, load_source
from datawerkplaats.loading.notices import read_notices
from datawerkplaats.loading.snapshot import SnapshotFolder
from demo.wire import stamp
from ml.base.feature_set import load_feature_set
from ml.base.problems import DataProblem
from ml.base.risk_models import model_ids, risk_model
from ml.panel.draw import draw_panel
from ml.panel.files import write_panel
from ml.panel.world import Dials, make_world
from ml.panel_data.staging import read_panel
from ml.production import area_estimates, drift, paths, pipeline, staged
from ml.production.model_tables import _subgroups
from ml.production.population import NEEDED, read_population
from ml.small_area.multilevel import AreaPosterior
from orchestration import own_sources
from tests.kept_builds import emptied, parsed_by_dbt
from tests.present import present

MODELS = model_ids(PROJECT_ROOT / "catalogue")


def settings_in(folder: Path) -> Settings:
    return Settings(_env_file=None, data_dir=folder / "data", cores=1)


def put_snapshot(settings: Settings, source_id: str, snapshot: str = "s1") -> Path:
    """A snapshot in use, as ingestion leaves it, without rows."""
    folder = settings.inputs_dir / source_id
    (folder / "raw").mkdir(parents=True)
    fields: dict[str, object] = {
        "source_id": source_id, "snapshot_id": snapshot, "mode": "demo", "urls": [], "table": None, "source_modified": None,
        "retrieved_at": "2026-01-01", "sha256": "", "bytes": 0, "rows": 1, "columns": [], "reader_version": "1", "parts": [],
        "notes": [],
    }  # fmt: skip
    (folder / "provenance.json").write_text(json.dumps(fields))
    return folder


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("panel")
    write_panel(draw_panel(make_world(Dials(seed=3, region="demo", ages=(18, 29))), 300, 1), folder)
    return folder


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One place for all, so that dbt reads its project once."""
    return tmp_path_factory.mktemp("place") / "house"


@pytest.fixture
def delivered(place: Path, panel: Path) -> Settings:
    """A data folder with a panel in use, a champion and what it delivered before."""
    settings = settings_in(place)
    emptied(place, parsed_by_dbt(str(staged.target_dir(settings).relative_to(place))))
    raw = put_snapshot(settings, paths.PANEL) / "raw"
    shutil.copytree(panel, raw, dirs_exist_ok=True)
    paths.write_json(
        paths.models_dir(settings) / MODELS[2] / "champion.json",
        {"run_id": "old", "approved_by": "A"},
    )
    paths.deliveries_dir(settings).mkdir(parents=True)
    paths.delivery(settings).write_bytes(b"delivered before")
    return settings


def test_read_panel__reads_the_squeezed_files_of_a_snapshot(panel: Path, tmp_path: Path) -> None:
    for path in panel.glob("*.csv"):
        (tmp_path / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    features = load_feature_set("lifelines_like")
    plain, squeezed = read_panel(panel, features), read_panel(tmp_path, features)
    assert np.array_equal(plain.values, squeezed.values, equal_nan=True)
    assert np.array_equal(plain.missing, squeezed.missing)


def test_run__a_wave_file_without_a_column_leaves_champion_and_delivery_in_place(delivered: Settings) -> None:
    path = paths.panel_folder(delivered) / "2a_q_1_results.csv"
    table = pacsv.read_csv(path)
    pacsv.write_csv(table.drop_columns(["worry_pastmonth_adu_q_2"]), path)
    problem = pipeline.run(delivered, lambda line: None)
    assert problem is not None
    sentence = problem.sentence("en")
    assert "2a_q_1_results.csv" in sentence
    assert "worry_pastmonth_adu_q_2" in sentence
    assert "deliver the file with this column" in sentence
    assert paths.delivery(delivered).read_bytes() == b"delivered before"
    champion = paths.read_json(paths.models_dir(delivered) / MODELS[2] / "champion.json")
    assert champion["run_id"] == "old"


def test_run__too_few_events_is_a_sentence_too(delivered: Settings) -> None:
    problem = pipeline.run(delivered, lambda line: None)
    assert problem is not None
    assert problem.code == "too_few_events"
    assert paths.delivery(delivered).exists()


def test_run__without_a_panel_nothing_is_delivered_and_nothing_fails(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    assert pipeline.run(settings, lambda line: None) is None
    assert not paths.delivery(settings).exists()
    assert all(paths.read_json(paths.tables_dir(settings) / f"{name}.json") == [] for name in paths.TABLES)


def test_stage__is_done_once_per_panel(delivered: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    first = staged.stage(delivered)
    assert first["participants"] == 300
    home = paths.panel_home(delivered)
    assert home.stat().st_mode & 0o077 == 0
    monkeypatch.setattr("datawerkplaats.base.dbt.build", lambda *_: pytest.fail("staged again"))
    assert staged.stage(delivered) == first


def test_stage__of_a_panel_that_is_withdrawn_nothing_stays(delivered: Settings) -> None:
    staged.stage(delivered)
    shutil.rmtree(delivered.inputs_dir / paths.PANEL)
    assert pipeline.run(delivered, lambda line: None) is None
    assert not list(paths.panel_home(delivered).glob("*.duckdb"))


def test_drift__compares_with_the_earlier_panel_and_keeps_no_copy_of_it(
    delivered: Settings, panel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model_id = MODELS[2]
    drift.remember_origin(delivered, model_id, "old")
    earlier = delivered.snapshots_dir / paths.PANEL / "s1" / "raw"
    shutil.copytree(panel, earlier)
    put_snapshot(delivered.model_copy(update={"data_dir": delivered.data_dir / "later"}), paths.PANEL, "s2")
    shutil.copy(
        delivered.data_dir / "later" / "inputs" / "demo" / paths.PANEL / "provenance.json",
        delivered.inputs_dir / paths.PANEL,
    )
    monkeypatch.setattr(drift, "load", lambda home: (_Flat(), {}))
    (row,) = drift.measure_drift(delivered)
    assert (row["from_panel"], row["to_panel"], row["retrain"]) == ("s1", "s2", False)
    assert row["score_psi"] == pytest.approx(0.0)
    assert [path.name for path in paths.panel_home(delivered).rglob("*.duckdb")] == ["person_waves.duckdb"]


class _Flat:
    """A model to which everybody is alike."""

    def predict(self, values: np.ndarray) -> np.ndarray:
        return np.full(len(values), 0.1)


def posterior(widths: list[float]) -> AreaPosterior:
    rng = np.random.default_rng(1)
    return AreaPosterior(15 + rng.uniform(-0.5, 0.5, (4000, len(widths))) * np.array(widths))


def test_rows__are_silent_with_the_reason_where_data_are_thin() -> None:
    found = area_estimates._rows(
        ["WK1", "WK2", "WK3", "WK4"], "wijk", posterior([4, 4, 4, 40]), np.array([500.0, 99.0, 500.0, 500.0]),
        np.array([9, 9, 0, 9]), present=np.array([True, True, False, True]), names={"model_id": "m", "run_id": "r", "year": 2024},
    )  # fmt: skip
    assert [row.reason for row in found] == [None, "few_inhabitants", "no_participants", "interval_too_wide"]
    assert [row.value is None for row in found] == [False, True, True, True]
    shown = found[0]
    limits = (shown.lower_95, shown.lower_90, shown.value, shown.upper_90, shown.upper_95)
    assert sorted({present(limit) for limit in limits}) == list(limits)
    assert shown.expected == pytest.approx(present(shown.value) * 5, abs=0.01)


def test_write_delivery__has_a_row_per_margin_and_disappears_without_estimates(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    rows = area_estimates._rows(
        ["GM9901"], "gemeente", posterior([4]), np.array([500.0]), np.array([9]), present=np.array([True]),
        names={"model_id": MODELS[0], "run_id": "r", "year": 2024},
    )  # fmt: skip
    area_estimates.write_delivery(settings, rows)
    table = pq.read_table(paths.delivery(settings)).to_pylist()
    assert [row["margin_code"] for row in table] == ["MBG0095", "MOG0095", "MW00000"]
    upper, lower, value = (row["anxiety_onset_0_11_pct"] for row in table)
    assert lower < value < upper
    assert all(row["restless_onset_12_17_pct"] is None for row in table)
    area_estimates.write_delivery(settings, [])
    assert not paths.delivery(settings).exists()


def test_subgroups__of_few_people_are_left_empty() -> None:
    shown = {"auroc": 0.7, "auroc_lower": 0.6, "auroc_upper": 0.8, "observed_expected": 1.0}
    rows = [
        {"subgroup": "sex", "value": "women", "n": 900, "events": 120, "shown": True, **shown},
        {"subgroup": "origin", "value": "europe", "n": 60, "events": 9, "shown": False},
        {"subgroup": "urbanity", "value": "5", "n": 60, "events": 30, "shown": False},
    ]
    first, second, third = _subgroups({"demographicSummary": rows})
    assert (first["people"], first["events"], first["auroc"]) == (900, 120, 0.7)
    assert (second["people"], second["events"]) == (None, None)
    assert (third["people"], third["auroc"]) == (60, None)


def key_figures(settings: Settings, **changed: list[float] | None) -> None:
    columns: dict[str, Sequence[object] | None] = {name: [1000.0, 700.0, 300.0] for name in NEEDED[1:]}
    columns |= {
        "k_0Tot15Jaar": [150.0, 105.0, 45.0],
        "k_15Tot25Jaar": [100.0, 70.0, 30.0],
        "k_65JaarOfOuder": [200.0, 140.0, 60.0],
    }
    columns |= {"OpleidingsniveauLaag": [200.0, 140.0, None], "NietWestersTotaal": [100.0, 70.0, 30.0]}
    columns = {"region_code": ["GM9901", "WK990100", "WK990101"], **columns, **changed}
    folder = put_snapshot(settings, paths.POPULATION)
    pq.write_table(
        pa.table({name: values for name, values in columns.items() if values is not None}),
        folder / "data.parquet",
    )


def test_population__cells_sum_to_the_people_of_each_band(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    key_figures(settings)
    population = read_population(settings, paths.POPULATION, paths.POLYGONS)
    assert population.wijken == ["WK990100", "WK990101"]
    assert population.cells(0, 11).sum(axis=1) == pytest.approx([84.0, 36.0])
    rest = 700 - 105 - 70 - 140
    assert population.cells(18, 29)[0].sum() == pytest.approx(0.7 * 70 + rest / 8)
    assert population.neighbours.tolist() == [[0, 1]]


def test_population__of_an_age_band_counts_its_first_and_its_last_year(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    key_figures(settings)
    population = read_population(settings, paths.POPULATION, paths.POLYGONS)
    youngest, middle, rest = (
        105 / 15,
        70 / 10,
        (700 - 105 - 70 - 140) / 40,
    )  # people per year of age in the first wijk
    bands = {(0, 11): 12 * youngest, (12, 17): 3 * youngest + 3 * middle, (18, 29): 7 * middle + 5 * rest}
    bands |= {(14, 14): youngest, (15, 15): middle, (24, 25): middle + rest, (64, 64): rest}
    for ages, people in bands.items():
        assert population.cells(*ages)[0].sum() == pytest.approx(people), ages


def test_population__without_an_age_band_is_a_sentence(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    key_figures(settings, k_15Tot25Jaar=None)
    with pytest.raises(DataProblem, match="k_15Tot25Jaar"):
        read_population(settings, paths.POPULATION, paths.POLYGONS)


def test_population__of_an_absent_source_is_a_sentence(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    folder = put_snapshot(settings, paths.POPULATION)
    pq.write_table(pa.table({name: pa.array([], pa.float64()) for name in NEEDED}), folder / "data.parquet")
    with pytest.raises(DataProblem) as caught:
        read_population(settings, paths.POPULATION, paths.POLYGONS)
    assert caught.value.code == "missing_delivery"


def test_drift__the_same_panel_has_not_moved(delivered: Settings) -> None:
    model_id = MODELS[2]
    drift.remember_origin(delivered, model_id, "old")
    (row,) = drift.measure_drift(delivered)
    assert (row["model_id"], row["retrain"], row["score_psi"]) == (model_id, False, 0.0)


def test_drift__a_panel_that_is_no_longer_kept_is_told(delivered: Settings) -> None:
    paths.write_json(paths.models_dir(delivered) / MODELS[2] / "old" / drift.ORIGIN, {"panel": "gone"})
    (row,) = drift.measure_drift(delivered)
    assert row["score_psi"] is None
    assert "no longer kept" in row["why"]


def test_own_source__a_refused_panel_is_a_notice_and_the_earlier_estimates_stay(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    rows = area_estimates._rows(
        ["GM9901"], "gemeente", posterior([4]), np.array([500.0]), np.array([9]), present=np.array([True]),
        names={"model_id": MODELS[0], "run_id": "r", "year": 2024},
    )  # fmt: skip
    area_estimates.write_delivery(settings, rows)
    source = load_source(settings.catalogue_dir, paths.RISK_AREAS)
    first = own_sources.ingest(source, settings)
    assert first.status == "new"
    problem = DataProblem("missing_column", subject="2a_q_1_results.csv", where="worry", remedy="deliver it")
    pipeline.remember(settings, "models", problem)
    second = own_sources.ingest(source, settings)
    assert second.status == "rejected"
    assert second.provenance == first.provenance
    (notice,) = read_notices(settings.publish_dir)
    assert (notice["source_id"], notice["kind"]) == (paths.RISK_AREAS, "rejected")
    assert "2a_q_1_results.csv" in notice["sentence_nl"]


def test_own_source__without_people_to_invent_there_is_no_panel_and_nothing_to_make_each_time(
    tmp_path: Path,
) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path)
    settings.demo_dir.mkdir(parents=True)
    (settings.demo_dir / "ready.json").write_bytes(orjson.dumps(stamp(settings.seed)))
    panel = load_source(settings.catalogue_dir, paths.PANEL)
    assert own_sources.ingest(panel, settings).status == "absent"
    assert own_sources.ingest(panel, settings, only_look=True).status == "absent"


# A run as the registry hands it over: what it holds and which model it puts forward.
LOADED = {"put_forward": "glass_box", "files": {"model_glass_box.json": "f" * 64}}


def test_command__releases_by_name_and_rolls_back(
    delivered: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from ml.production import __main__ as command

    model_id = MODELS[2]
    home = paths.models_dir(delivered) / model_id
    paths.write_json(home / "last.json", {"run_id": "new", "failures": ["calibration slope 0.50"]})
    monkeypatch.setattr(command, "get_settings", lambda: delivered)
    assert command.main(["approve", model_id, "--by", "A. Naam"]) == 10
    assert "calibration slope 0.50" in capsys.readouterr().err
    paths.write_json(home / "last.json", {"run_id": "new", "failures": []})
    assert command.main(["approve", model_id]) == 10
    assert "approved" in capsys.readouterr().err
    monkeypatch.setattr("ml.model.registry.load", lambda home, model=None: (None, LOADED))
    assert command.main(["approve", model_id, "--by", "A. Naam"]) == 0
    assert json.loads(capsys.readouterr().out)["released"]["run_id"] == "new"
    assert command.main(["roll-back", model_id, "--by", "B. Naam"]) == 0
    assert json.loads(capsys.readouterr().out)["released"]["run_id"] == "old"


@pytest.mark.parametrize(
    "task",
    [["train"], ["approve", MODELS[2], "--by", "A. Naam"], ["roll-back", MODELS[2], "--by", "B. Naam"]],
)
def test_command__what_writes_waits_while_another_process_builds(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], task: list[str]
) -> None:
    from ml.production import __main__ as command

    monkeypatch.setattr(command, "get_settings", lambda: settings)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with locked(settings.data_dir.resolve() / build_lock.BUILD, wait=False):
        assert command.main(task) != 0
        assert command.main(["status"]) == 0
    assert "another build is running in this data folder" in capsys.readouterr().err


def test_learn_all__goes_on_alone_when_the_other_processes_stop(
    delivered: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped:
        def __init__(self, *_: object, **__: object) -> None: ...

        def __enter__(self) -> Stopped:
            return self

        def __exit__(self, *_: object) -> None: ...

        def map(self, *_: object) -> None:
            raise BrokenProcessPool("stopped")

    state = {"failures": [], "auroc": 0.7, "calibration_slope": 1.0}
    monkeypatch.setattr(pipeline, "ProcessPoolExecutor", Stopped)
    monkeypatch.setattr(pipeline, "learn", lambda settings, model_id: {"model_id": model_id, **state})
    made = list(pipeline.learn_each(delivered.model_copy(update={"cores": 2}), list(MODELS)))
    assert sorted(model_id for model_id, _ in made) == sorted(MODELS)
    assert all(isinstance(state, dict) for _, state in made)


def test_fitting_hash__is_about_what_decides_the_fit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("ml", "datawerkplaats", "dbt_project/panel"):
        shutil.copytree(
            PROJECT_ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "target")
        )
    monkeypatch.setattr(paths, "PROJECT_ROOT", tmp_path)

    def taken() -> str:
        paths.fitting_hash.cache_clear()
        return paths.fitting_hash()

    kept = taken()
    (tmp_path / "ml" / "cards" / "html.py").write_text("# another look")
    assert taken() == kept
    decides = (
        "estimators/additive",
        "panel_data/features",
        "panel_data/history",
        "model/train",
        "metrics/discrimination",
    )
    for name in decides:
        path = tmp_path / "ml" / f"{name}.py"
        path.write_text(f"{path.read_text()}\n# another fit")
        before, kept = kept, taken()
        assert before != kept, name
    (tmp_path / "dbt_project" / "panel" / "models" / "fct_panel_person_wave.sql").write_text("select 1")
    assert taken() != kept
    paths.fitting_hash.cache_clear()


def test_ingest__of_a_refused_panel_keeps_the_reason_and_no_row_of_a_person(
    tmp_path: Path, panel: Path
) -> None:
    settings = settings_in(tmp_path)
    source = load_source(settings.catalogue_dir, paths.PANEL)
    delivered = settings.model_copy(update={"files": tmp_path / "files"})
    shutil.copytree(panel, tmp_path / "files" / "panel")
    assert ingest_source(source, delivered).status == "new"
    summary = tmp_path / "files" / "panel" / "global_summary.csv"
    person = pacsv.read_csv(summary).column("project_pseudo_id")[0].as_py()
    pacsv.write_csv(pacsv.read_csv(summary).drop_columns(["gemeente_code"]), summary)
    assert ingest_source(source, delivered).status == "rejected"
    folder = SnapshotFolder(source, settings)
    folder.reject(DataProblem("missing_column", subject="x", remedy="x"), [summary])
    aside = [path for path in settings.rejected_dir.rglob("*") if path.is_file()]
    assert [path.name for path in aside] == ["reason.json", "reason.json"]
    assert not any(person in path.read_text() for path in aside)


def test_learn__what_is_known_is_told_without_what_training_imports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, model_id = settings_in(tmp_path), MODELS[0]
    key = paths.key_of(settings, [risk_model(settings.catalogue_dir, model_id)])
    home = paths.models_dir(settings) / model_id
    state = {"key": key, "run_id": "r1"}
    paths.write_json(home / "last.json", state)
    monkeypatch.setitem(sys.modules, "ml.production.training", None)  # importing it fails
    monkeypatch.delattr("ml.production.training", raising=False)
    with pytest.raises(ImportError):
        pipeline.learn(settings, model_id)  # the run is gone: it has to be learnt again
    paths.write_json(home / "r1" / "manifest.json", {})
    assert pipeline.learn(settings, model_id) == state
    paths.write_json(home / "last.json", {**state, "key": "of other data"})
    with pytest.raises(ImportError):
        pipeline.learn(settings, model_id)
