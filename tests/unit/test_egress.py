"""What goes out is declared, tells of nobody, and predictions lie in a file of their own that nobody reads without a decision."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from datawerkplaats import publication
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.catalogue.egress import load_egress
from datawerkplaats.governance import predictions
from datawerkplaats.publication import CheckResult
from datawerkplaats.publication.egress import persons, proposal, require_declared, without_exact_numbers
from ml.production.disclosed import calibration_rows, needed_about, rounded_count
from tests.egress_example import DECLARED, declared, published


def ids(path: Path) -> set[str]:
    with duckdb.connect(str(path), read_only=True) as con:
        return {
            row[0] for row in con.execute("select distinct indicator_id from core.fct_observation").fetchall()
        }


def predicted(made: publication.Publication) -> Path:
    return made.path.with_name(f"predicted_{made.id}.duckdb")


def test_publish__what_is_predicted_lies_in_a_second_signed_file_that_only_its_owner_reads(
    settings: Settings,
) -> None:
    made = published(settings.data_dir)
    assert ids(made.path) == {"lonely_pct", "care_count"}
    assert ids(predicted(made)) == {"risk_pct"}
    with duckdb.connect(str(made.path), read_only=True) as con:
        assert not con.execute("select 1 from duckdb_tables() where table_name = 'dim_model'").fetchall()
    told = made.manifest["predicted"]
    assert [table["name"] for table in told["tables"]][:3] == [
        "dim_indicator",
        "fct_observation",
        "dim_model",
    ]
    assert predicted(made).stat().st_mode & 0o077 == 0
    assert not [path for path in made.parquet_dir.rglob("*.parquet") if "model" in path.name]
    assert made.manifest["gates"]["egress"]["tables"] == 8


@pytest.mark.parametrize(
    ("change", "code", "place"),
    [
        ("alter table core.dim_model add column note varchar", "egress_undeclared", "core.dim_model.note"),
        ("update core.dim_model set participants = 7", "egress_refused", "core.dim_model.participants"),
        ("update core.dim_model set participants = 1534", "egress_refused", "core.dim_model.participants"),
        ("update core.dim_model set auroc = 0.7214", "egress_refused", "core.dim_model.auroc"),
        (
            "update core.fct_observation set value = 9 where source_id = 'partner_care' and region_code = 'GM0002'",
            "egress_refused",
            "core.fct_observation.value",
        ),
        (
            "update core.fct_observation set numerator = 3 where source_id = 'partner_care'",
            "egress_refused",
            "core.fct_observation.numerator",
        ),
        # An estimate under the name of a counted indicator does not go along with the figures.
        (
            "update core.fct_observation set source_id = 'ml_risk_areas' where indicator_id = 'lonely_pct'",
            "egress_refused",
            "core.fct_observation",
        ),
    ],
)
def test_gate__holds_back_what_is_not_declared_or_tells_of_few(
    settings: Settings, change: str, code: str, place: str
) -> None:
    served = published(settings.data_dir)
    with pytest.raises(DataProblem) as caught:
        published(settings.data_dir, change)
    assert (caught.value.code, caught.value.subject) == (code, place)
    assert "7" not in caught.value.found.replace("17", "")
    assert publication.current(settings.publish_dir) == served
    assert len(list(settings.publish_dir.glob("*.duckdb"))) == 2


def test_gate__small_counts_of_public_sources_and_small_shares_of_partners_pass(settings: Settings) -> None:
    published(settings.data_dir, "update core.fct_observation set value = 3 where source_id = 'rivm'")
    published(settings.data_dir, "update core.dim_indicator set unit = '%' where source_id = 'partner_care'",
              "update core.fct_observation set value = 4 where source_id = 'partner_care'")  # fmt: skip


def test_gate__a_document_with_an_unknown_field_is_stopped(settings: Settings) -> None:
    settings.publish_dir.mkdir(parents=True)
    notice = {"source_id": "s", "kind": "absent", "at": "", "code": "c", "sentence_nl": "", "sentence_en": ""}
    (settings.publish_dir / "notices.json").write_text(json.dumps([notice]), encoding="utf-8")
    published(settings.data_dir)
    (settings.publish_dir / "notices.json").write_text(
        json.dumps([{**notice, "cell": "x"}]), encoding="utf-8"
    )
    with pytest.raises(DataProblem, match=r"notices\.json, cell"):
        published(settings.data_dir)


def test_proposal__names_what_is_missing_for_a_person_to_read(settings: Settings) -> None:
    made = published(settings.data_dir, "alter table core.dim_model add column people integer", gate=False)
    assert proposal([made.path, predicted(made)], declared()) == {"core.dim_model": {"count": ["people"]}}


def test_declared__each_field_is_one_thing() -> None:
    twice = {**DECLARED["tables"]["core.dim_model"], "estimate": ["auroc"]}
    with pytest.raises(ValueError, match="auroc: a field is one thing"):
        type(declared()).model_validate({**DECLARED, "tables": {"core.dim_model": twice}})


def test_repository__every_source_of_persons_is_known_and_documents_are_declared() -> None:
    found = persons(load_catalogue(PROJECT_ROOT / "catalogue"))
    assert {"ml_panel_waves", "partner_youth_care", "joint_youth_care"} <= found
    own = load_egress(PROJECT_ROOT / "catalogue")
    require_declared("last_run.json", {"status": "", "at": "", "run_id": "", "sentences": []}, own)
    with pytest.raises(DataProblem, match=r"report\.json"):
        require_declared("report.json", {"rows": 1}, own)


def test_checks__of_rows_of_persons_tell_tens() -> None:
    rows = [
        CheckResult("r", "ml_panel_waves", "source", "failed", violated=3, denominator=11_004),
        CheckResult("r", "rivm", "source", "failed", violated=3, denominator=11_004),
    ]
    told = without_exact_numbers(rows, frozenset({"ml_panel_waves"}))
    assert [(row.violated, row.denominator) for row in told] == [(None, 11_000), (3, 11_004)]


def test_predictions__without_a_decision_no_reader_gets_the_file(settings: Settings) -> None:
    made = published(settings.data_dir)
    with pytest.raises(DataProblem) as caught:
        predictions.opened(made, settings)
    # This small one has no account of its models, so it predicts nothing that a decision could be about.
    assert caught.value.code == "predictions_absent"
    path = predicted(made)
    path.chmod(0o644)
    with path.open("r+b") as stream:
        stream.seek(5000)
        stream.write(b"x")
    predictions.forget()
    with pytest.raises(DataProblem) as caught:
        predictions.opened(made, settings)
    assert caught.value.code == "publication_damaged"


def test_rounding__counts_are_tens_and_calibration_groups_have_ten_of_both() -> None:
    assert [rounded_count(count) for count in (None, 0, 9, 10, 14, 15, 139)] == [
        None,
        None,
        None,
        10,
        10,
        20,
        140,
    ]
    assert [needed_about(rows) for rows in (8932, 8949, 8950, 12)] == [8900, 8900, 9000, 100]
    bins = [
        {
            "bin": float(number),
            "n": 139.0,
            "predicted": share,
            "observed": share,
            "lower": share / 2,
            "upper": share * 2,
        }
        for number, share in enumerate([0.0, 0.0216, 0.0216, 0.05, 0.1, 0.2, 0.3, 0.5, 0.9, 0.99])
    ]
    rows = calibration_rows(bins)
    assert [row["bin"] for row in rows] == [3.0, 4.0, 5.0, 6.0, 7.0, 9.0]
    assert [row["n"] for row in rows] == [560, 140, 140, 140, 140, 280]
    assert all(row["lower"] <= row["observed"] <= row["upper"] for row in rows)
    assert all(
        round(row[name], 2) == row[name]
        for row in rows
        for name in ("predicted", "observed", "lower", "upper")
    )
    assert calibration_rows(bins[:3]) == []
