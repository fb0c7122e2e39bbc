"""Every column of a mart, and of the tables that publishing adds, is declared in catalogue/egress.yml; nothing else is."""

from __future__ import annotations

import re

import duckdb
import yaml

from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.catalogue.egress import load_egress
from datawerkplaats.publication.changelog import _COLUMNS as CHANGELOG
from datawerkplaats.publication.checks import _COLUMNS as CHECKS
from datawerkplaats.publication.egress import persons
from datawerkplaats.publication.fill import _META as META
from datawerkplaats.publication.load_gate import _COLUMNS as LOAD_GATE

MODELS = PROJECT_ROOT / "dbt_project" / "models"
DECLARED = load_egress(PROJECT_ROOT / "catalogue")


def marts() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for path in sorted([*MODELS.glob("marts/*/*.yml"), *MODELS.glob("raw/*.yml")]):
        for model in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("models", []):
            label = f"{path.parent.name}.{model['name']}"
            found.setdefault(label, set()).update(column["name"] for column in model.get("columns", []))
    return found


def test_marts__each_column_is_declared_as_one_thing_and_nothing_else_is() -> None:
    own = {
        "quality.check_result": {name for name, _, _ in CHECKS},
        "quality.rpt_load_gate": {name for name, _, _ in LOAD_GATE},
        "meta.changelog": {name for name, _, _ in CHANGELOG},
        "meta.publication": {name for name, _, _ in META},
    }
    # What several tables share is stored once: these have columns of those tables, and the two numbers that join them.
    stored = {label: DECLARED.tables[label].names for label in ("stored.figure", "stored.area")}
    shared = marts()["core.fct_observation"] | marts()["core.dim_region"] | marts()["mart.obs"]
    assert set().union(*stored.values()) - shared <= {"delivered_no", "area_no"}
    expected = marts() | own | stored
    assert len(expected) > 25
    told = {label: table.names for label, table in DECLARED.tables.items() if label != "quality.dim_rule"}
    assert {label: sorted(names) for label, names in told.items()} == {
        label: sorted(names) for label, names in expected.items()
    }


def test_sources__those_the_gate_takes_for_persons_tell_their_rows_in_tens() -> None:
    catalogue = load_catalogue(PROJECT_ROOT / "catalogue")
    model = (MODELS / "marts" / "core" / "dim_source.sql").read_text(encoding="utf-8")
    (rounded,) = re.findall(r"(?m)^ *(if\(disclosure .*\)) as rows,$", model)
    for source_id in sorted(persons(catalogue)):
        disclosure = catalogue.sources[source_id].disclosure
        told = duckdb.execute(
            f"select {rounded} from (select ? as disclosure, 1104 as rows)", [disclosure]
        ).fetchone()
        assert told == (1100,), source_id


def test_models_tables__are_predicted_and_rounded() -> None:
    of_models = [label for label in DECLARED.tables if "model" in label.partition(".")[2] or "risk" in label]
    assert len(of_models) == 6
    for label in of_models:
        assert DECLARED.tables[label].place == "predicted" and DECLARED.tables[label].persons, label
