"""A source is one YAML file: a catalogue of a few declared sources, built by dbt in a copy of the project.

The cases of the macros stand here too: what a declaration says is tried on the model that is written from it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from datawerkplaats.base import dbt
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.loading.snapshot import SnapshotFolder
from datawerkplaats.warehouse_inputs.compile import compile_catalogue
from datawerkplaats.warehouse_inputs.staging import MODEL, WRITTEN, write_staging
from orchestration.dbt_run import set_environment

HEALTH, MEDICINES, PARTNER, RISK, NEW = (
    "rivm_health_50150ned", "cbs_medicines_83251ned", "partner_youth_care", "ml_risk_areas", "school_absence",
)  # fmt: skip
NEW_SOURCE = """
title: {nl: Verzuim, en: Absence}
publisher: DUO
url_main: https://example.org/absence
licence: CC BY 4.0
citation: DUO, Verzuim
cadence: yearly
expected_lag_days: 365
required: false
reader: {kind: csv, files: ["absence*.csv"], columns: {region_code: [gemeente], year: [jaar], absent_pct: [verzuim]}}
keys: [region_code, year]
dimension_columns: [region_code, year]
required_columns: [region_code, year, absent_pct]
region_vintage: 2024
observations: {period: year, population_age: 16-25}
"""
NEW_INDICATOR = """
title: {nl: Verzuim, en: Absence}
description: {nl: Deel dat verzuimt., en: Share who are absent.}
determinant_level: social
population: young_adults_16_25
definition: {source: school_absence, measure: absent_pct}
polarity: higher_is_worse
none_known: true
"""
TABLES: dict[str, dict[str, list[Any]]] = {
    HEALTH: {
        "region_code": ["GM0106", "GM0106", "GM0106", "NL01", "GM0998"],
        "period_code": ["2024JJ00"] * 5,
        "age_code": ["20300"] * 5,
        "margin_code": ["MW00000", "MOG0095", "MBG0095", "MW00000", "MW00000"],
        "Eenzaam": ["10.0", "8.0", "12.0", "11.0", "1.0"],
        "Roker": [".", ".", ".", "12.0", "1.0"],
        "Mantelzorger": pa.nulls(5, pa.string()),
    },
    MEDICINES: {
        "region_code": ["GM0106"] * 4,
        "period_code": ["2022JJ00", "2022JJ00", "2022JJ00", "2022KW01"],
        "sex_code": ["T001038", "3000", "T001038", "T001038"],
        "medicine_code": ["N05 ", "N06A", "A10", "N05"],
        "medicine_users_pct": [5.5, 6.5, 7.5, 8.5],
    },
    RISK: {
        "region_code": ["WK000101"] * 3,
        "period_code": ["2024JJ00"] * 3,
        "margin_code": ["MW00000", "MOG0095", "MBG0095"],
        "runs": ["r"] * 3,
        "anxiety_onset_0_11_pct": [15.5, 11.0, 21.0],
        "restless_onset_0_11_pct": pa.nulls(3, pa.float64()),
    },
    PARTNER: {
        "measure_code": ["care_users_count", "care_users_per_1000"],
        "region_code": ["WK000100", "PV99"],
        "year": ["2022"] * 2,
        "sex": ["total"] * 2,
        "age_band": ["all", "0-14"],
        "value": [None, 90.5],
        "lower": [None, 88.0],
        "upper": [None, 93.0],
        "numerator": [None, 905.0],
        "denominator": [None, 10000.0],
        "value_status": ["suppressed", "observed"],
        "suppression_reason": ["disclosure", None],
    },
    NEW: {"region_code": ["GM0106"], "year": ["2024"], "absent_pct": ["4.5"]},
}
EXPECTED = {
    (HEALTH, "Eenzaam", "GM0106"): ("18+", 10, 8, 12, "modelled", None),
    (HEALTH, "Roker", "GM0106"): ("18+", None, None, None, "suppressed", "source_secret"),
    (HEALTH, "Mantelzorger", "GM0106"): ("18+", None, None, None, "missing", "not_collected"),
    (HEALTH, "Eenzaam", "NL00"): ("18+", 11, None, None, "modelled", None),
    (HEALTH, "Roker", "NL00"): ("18+", 12, None, None, "modelled", None),
    (HEALTH, "Mantelzorger", "NL00"): ("18+", None, None, None, "missing", "not_collected"),
    (MEDICINES, "medicine_users_pct__psycholeptics", "GM0106"): ("all", 5.5, None, None, "observed", None),
    (MEDICINES, "medicine_users_pct__antidepressants", "GM0106"): ("all", 6.5, None, None, "observed", None),
    (RISK, "anxiety_onset_0_11_pct", "WK000101"): ("all", 15.5, 11, 21, "modelled", None),
    (RISK, "restless_onset_0_11_pct", "WK000101"): ("all", None, None, None, "missing", "model_abstains"),
    (PARTNER, "care_users_count", "WK000100"): ("all", None, None, None, "suppressed", "disclosure"),
    (PARTNER, "care_users_per_1000", "PV99"): ("0-14", 90.5, 88, 93, "observed", None),
    (NEW, "absent_pct", "GM0106"): ("16-25", 4.5, None, None, "observed", None),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the copy of the project, the manifest and the warehouse."""
    root = tmp_path_factory.mktemp("declared")
    ignored = shutil.ignore_patterns("target", "logs", *(path.name for path in WRITTEN))
    shutil.copytree(PROJECT_ROOT / "dbt_project", root / "dbt_project", ignore=ignored)
    shutil.copytree(PROJECT_ROOT / "catalogue", root / "catalogue")
    (root / "catalogue/sources" / f"{NEW}.yml").write_text(NEW_SOURCE, encoding="utf-8")
    (root / "catalogue/indicators/determinant/school_absence_pct.yml").write_text(
        NEW_INDICATOR, encoding="utf-8"
    )
    settings = Settings(
        _env_file=None, source="files", data_dir=root / "data", catalogue_dir=root / "catalogue"
    )
    catalogue = load_catalogue(settings.catalogue_dir)
    for source_id, source in catalogue.sources.items():
        if source_id not in TABLES:
            SnapshotFolder(source, settings).accept_absence()
            continue
        folder = settings.inputs_dir / source_id
        folder.mkdir(parents=True)
        pq.write_table(pa.table(TABLES[source_id]), folder / "data.parquet")
        told = {"snapshot_id": source_id[:16], "rows": 1, "sha256": "0" * 64}
        (folder / "provenance.json").write_text(json.dumps(told), encoding="utf-8")
    compile_catalogue(catalogue, settings)
    assert len(write_staging(catalogue, root / "dbt_project")) == len(WRITTEN)
    set_environment(settings)
    only = ("--select", f"+{MODEL}", "--exclude-resource-type", "test")
    results = dbt.build(root / "dbt_project", root / "target", *only)
    assert [row.message for row in results if row.is_wrong] == []
    yield root


def test_declared_sources__become_observations(built: Path) -> None:
    with duckdb.connect(str(built / "data/warehouse.duckdb"), read_only=True) as con:
        rows = con.execute(
            f"select source_id, measure_code, region_code, age_band, value, lower, upper, value_status, suppression_reason"
            f" from staging.{MODEL}"
        ).fetchall()
    assert {row[:3]: row[3:] for row in rows} == EXPECTED
    assert len(rows) == len(EXPECTED)


def test_new_source__is_one_file_with_its_lineage(built: Path) -> None:
    manifest = json.loads((built / "target" / "manifest.json").read_text(encoding="utf-8"))
    model = manifest["nodes"][f"model.datawerkplaats.{MODEL}"]
    sources = {node for node in model["depends_on"]["nodes"] if ".deliveries." in node}
    assert f"source.datawerkplaats.deliveries.{NEW}" in sources
    assert len(sources) >= 39
    assert model["config"]["contract"]["enforced"]
    union = manifest["nodes"]["model.datawerkplaats.int_observations__unioned"]
    assert f"model.datawerkplaats.{MODEL}" in union["depends_on"]["nodes"]
