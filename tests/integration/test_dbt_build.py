"""dbt on a hand-made country: from delivered cells to marts, with the catalogue of the project."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.loading.snapshot import SnapshotFolder
from tests.integration.dbt_warehouse import PROJECT, build_warehouse

POLYGON = '{"type":"Polygon","coordinates":[[[6,53],[6,54],[7,54],[6,53]]]}'
REGIONS = ["NL01      ", "GM0106    ", "GM0003    ", "WK010600  ", "BU01060001"]


def health_rows() -> dict[str, list[str]]:
    """Untyped cells as the service pads them; two years, with a hidden, a blank and a wrong one."""
    cells = {
        "2016JJ00": ["    40.0", "    41.0", "    42.0", "    43.0", "        "],
        "2020JJ00": ["    46.0", "    46.4", "    47.0", "       .", "    99.9"],
    }
    rows = [
        (region, period, value)
        for period, values in cells.items()
        for region, value in zip(REGIONS, values, strict=True)
    ]
    return {
        "ID": [str(n) for n in range(len(rows))],
        "Leeftijd": ["20300"] * len(rows),
        "Marges": ["MW00000"] * len(rows),
        "WijkenEnBuurten": [row[0] for row in rows],
        "Perioden": [row[1] for row in rows],
        "Gemeentenaam_1": ["Nederland ", "Assen     ", "Appingedam", "Assen     ", "Assen     "] * 2,
        "SoortRegio_2": ["Land      "] * len(rows),
        "Codering_3": [row[0] for row in rows],
        "Eenzaam_28": [row[2] for row in rows],
        "Drinker_13": ["    80.0"] * len(rows),
        "HeelVeelStressInAfgelopen4Weken_26": ["        "] * 5 + ["    12.0"] * 5,
    }


TABLES: dict[str, dict[str, list[Any]]] = {
    "rivm_health_50090ned": health_rows(),
    "cbs_key_figures_84799ned": {
        "ID": [0, 1, 2, 3, 4],
        "WijkenEnBuurten": ["NL00      ", *REGIONS[1:]],
        "Gemeentenaam_1": ["Nederland", "Assen", "Appingedam", "Assen", "Assen"],
        "SoortRegio_2": ["Land", "Gemeente", "Gemeente", "Wijk", "Buurt"],
        "Codering_3": REGIONS,
        "IndelingswijzigingWijkenEnBuurten_4": ["."] * 5,
        "AantalInwoners_5": [17_000_000, 68_000, 11_000, 2_000, 0],
        "Gehuwd_14": [6_000_000, 27_000, None, 800, 0],
        "PersonenPerSoortUitkeringBijstand_83": [400_000, 1_700, 500, 20, 0],
        "WmoClientenRelatief_90": pa.nulls(5, pa.int32()),
    },
    "ggd_young_adults_50140ned": {
        "ID": ["0", "1", "2", "3"],
        "Persoonskenmerken": ["T009002"] * 4,
        "Marges": ["MW00000"] * 4,
        "RegioS": ["NL01  ", "GG0706", "GM0106", "CG01  "],
        "Suicidepoging_20": ["2.9", "3.1", None, None],
    },
    "cbs_regions_85067ned": {
        "gemeente_code": ["GM0106", "GM1979", "GM0060"],
        "gemeente_name": ["Assen", "Eemsdelta", "Ameland"],
        "ggd_region_name": ["GGD Drenthe", "GGD Groningen", "GGD Fryslân"],
        "corop_name": ["Noord-Drenthe", "Delfzijl en omgeving", "Noord-Friesland"],
        "province_name": ["Drenthe", "Groningen", "Friesland"],
    },
    "pdok_gemeente_2022": {
        "region_code": ["GM0106"],
        "region_name": ["Assen"],
        "geometry_geojson": [POLYGON],
        "properties_json": ['{"aantalInwoners": 69000}'],
    },
    "pdok_wijk_2022": {
        "region_code": ["WK010600"],
        "region_name": ["Centrum"],
        "geometry_geojson": [POLYGON],
        "properties_json": ['{"aantalInwoners": -99997}'],
    },
    "pdok_buurt_2022": {},
    "pdok_wijk_2024": {
        "region_code": ["WK010600", "WK099899"],
        "region_name": ["Centrum", "Buitenland"],
        "geometry_geojson": [POLYGON, POLYGON],
        "properties_json": ['{"gemeentenaam": "Assen"}', "{}"],
    },
}


def deliver(settings: Settings) -> None:
    for source_id, columns in TABLES.items():
        folder = settings.inputs_dir / source_id
        folder.mkdir(parents=True)
        absent = not columns
        table = (
            pa.table(columns)
            if columns
            else pa.table({k: pa.nulls(0, pa.string()) for k in TABLES["pdok_wijk_2022"]})
        )
        pq.write_table(table, folder / "data.parquet")
        pq.write_table(
            pa.table({"Key": pa.array([], pa.string()), "Title": pa.array([], pa.string())}),
            folder / "regions.parquet",
        )
        provenance = {
            "snapshot_id": "absent" if absent else source_id[:16],
            "rows": table.num_rows,
            "sha256": "0" * 64,
        }
        (folder / "provenance.json").write_text(json.dumps(provenance), encoding="utf-8")
    for source_id, source in load_catalogue(settings.catalogue_dir).sources.items():
        if source_id not in TABLES:
            SnapshotFolder(source, settings).accept_absence()


def own_catalogue(folder: Path) -> Path:
    """The project's catalogue with one indicator more and one correction."""
    import shutil

    shutil.copytree(PROJECT_ROOT / "catalogue", folder)
    married = {
        "title": {"nl": "Gehuwd", "en": "Married"},
        "description": {"nl": "Deel dat gehuwd is.", "en": "Share who are married."},
        "determinant_level": "social",
        "population": "inhabitants",
        "definition": {
            "method": "ratio",
            "source": "cbs_key_figures_84799ned",
            "numerator": "Gehuwd",
            "denominator": "AantalInwoners",
            "multiplier": 100,
        },
        "polarity": "neutral",
    }
    (folder / "indicators/determinant/married_pct.yml").write_text(yaml.safe_dump(married), encoding="utf-8")
    wrong = {
        "correction_id": "assen_buurt_2020",
        "measure": "Eenzaam",
        "regions": ["BU01060001"],
        "periods": ["2020"],
        "action": "drop",
        "expect": 99.9,
        "reason": "Delivered as a placeholder.",
        "provider": "RIVM",
    }
    (folder / "corrections").mkdir(exist_ok=True)
    (folder / "corrections/rivm_health_50090ned.yml").write_text(yaml.safe_dump([wrong]), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[duckdb.DuckDBPyConnection, dict[str, str]]]:
    """A connection to the built warehouse, and the status of every dbt node."""
    root = tmp_path_factory.mktemp("dbt")
    settings = Settings(
        _env_file=None,
        source="files",
        data_dir=root / "data",
        catalogue_dir=own_catalogue(root / "catalogue"),
        region="Drenthe",
    )
    deliver(settings)
    statuses = build_warehouse(settings, root, measures_checked=False)
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        yield connection, statuses


Built = tuple[duckdb.DuckDBPyConnection, dict[str, str]]


def test_build__models_tests_and_unit_tests_are_green(built: Built) -> None:
    _, statuses = built
    wrong = {name: status for name, status in statuses.items() if status not in ("success", "pass", "no-op")}
    assert wrong == {}
    assert sum(status == "pass" for status in statuses.values()) > 60


def test_build__columns_are_the_declared_ones_with_comments(built: Built) -> None:
    connection, _ = built
    rows = connection.execute(
        "select schema_name || '.' || table_name, column_name, comment from duckdb_columns()"
    ).fetchall()
    found: dict[str, dict[str, str | None]] = {}
    for table, column, comment in rows:
        found.setdefault(table, {})[column] = comment
    wrong: dict[str, set[str]] = {}
    for path in sorted((PROJECT / "models").rglob("_*.yml")):
        for model in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("models", []):
            table = next(name for name in found if name.endswith("." + model["name"]))
            declared = [column["name"] for column in model.get("columns", [])]
            if declared and set(found[table]) != set(declared):
                wrong[table] = set(found[table]) ^ set(declared)
            if "marts" in path.parts:
                assert all(found[table].values()), f"{table} has a column without a comment"
    assert wrong == {}


def observation(
    connection: duckdb.DuckDBPyConnection, indicator: str, region: str, year: int
) -> tuple[Any, ...] | None:
    row: tuple[Any, ...] | None = connection.execute(
        "select value, value_status, suppression_reason, is_model_estimate from core.fct_observation "
        "where indicator_id = ? and region_code = ? and year = ?",
        [indicator, region, year],
    ).fetchone()
    return row


@pytest.mark.parametrize(
    ("indicator", "region", "year", "expected"),
    [
        ("loneliness_djg_pct", "NL00", 2020, (46.0, "modelled", None, True)),
        ("loneliness_djg_pct", "GM0106", 2020, (46.4, "modelled", None, True)),
        ("loneliness_djg_pct", "WK010600", 2020, (None, "suppressed", "source_secret", True)),
        ("loneliness_djg_pct", "BU01060001", 2020, (None, "suppressed", "source_unreliable", True)),
        ("loneliness_djg_pct", "BU01060001", 2016, None),
        ("high_stress_4w_pct", "GM0106", 2016, None),
        ("suicide_attempt_ever_young_adults_pct", "GG0706", 2024, (3.1, "observed", None, False)),
        (
            "suicide_attempt_ever_young_adults_pct",
            "CG01",
            2024,
            (None, "suppressed", "too_few_respondents", False),
        ),
        ("benefit_social_assistance_pct", "GM0106", 2020, (2.5, "observed", None, False)),
        ("benefit_social_assistance_pct", "BU01060001", 2020, (None, "missing", "no_denominator", False)),
        ("wmo_clients_per_1000", "GM0106", 2020, None),
    ],
)
def test_marts__hold_what_was_delivered(
    built: Built, indicator: str, region: str, year: int, expected: tuple[Any, ...] | None
) -> None:
    assert observation(built[0], indicator, region, year) == expected


def test_marts__one_new_file_is_a_new_indicator(built: Built) -> None:
    connection, _ = built
    rows = connection.execute(
        "select region_code, round(value, 1) from determinant.fct_determinant "
        "where indicator_id = 'married_pct' and value is not null order by region_code"
    ).fetchall()
    assert rows == [("GM0106", 39.7), ("NL00", 35.3), ("WK010600", 40.0)]
    assert connection.execute(
        "select mart from core.dim_indicator where indicator_id = 'married_pct'"
    ).fetchone() == ("determinant",)


def test_staging__keeps_measures_that_no_indicator_reads(built: Built) -> None:
    counts = built[0].execute(
        "select count(*), count(value) from staging.stg_rivm_health_50090ned__observations "
        "where measure_code = 'Drinker'"
    )
    assert counts.fetchone() == (10, 10)


def test_regions__know_vintage_parents_and_focus(built: Built) -> None:
    connection, _ = built
    columns = "region_name, province_code, ggd_region_code, gemeente_name, wijk_name, population, is_focus"

    def region(region_id: str) -> Any:
        return connection.execute(
            f"select {columns} from core.dim_region where region_id = ?", [region_id]
        ).fetchone()

    assert region("GM0106@2020") == ("Assen", "PV22", "GG0706", "Assen", None, 68_000, True)
    assert region("GM0106@2022") == ("Assen", "PV22", "GG0706", "Assen", None, 69_000, True)
    assert region("WK010600@2022") == ("Centrum", "PV22", "GG0706", "Assen", "Centrum", None, True)
    assert region("WK010600@2020")[0] == "Centrum", "borrowed from the nearest classification"
    assert region("GM0003@2020") == ("Appingedam", "PV20", "GG0111", "Appingedam", None, 11_000, False)
    assert region("CG01@2024")[1:3] == ("PV21", "GG7206")
    assert region("PV22@2020") == ("Drenthe", "PV22", None, None, None, 68_000, True)
    assert region("WK099899@2024") is None


def test_sources__an_absent_one_is_told(built: Built) -> None:
    rows = built[0].execute("select source_id from core.dim_source where status = 'absent'").fetchall()
    delivered = {source_id for source_id, columns in TABLES.items() if columns}
    sources = set(load_catalogue(PROJECT_ROOT / "catalogue").sources)
    assert "pdok_buurt_2022" not in delivered
    assert {row[0] for row in rows} == sources - delivered


def test_periods__are_whole_years(built: Built) -> None:
    rows = built[0].execute("select period_id, period_start, period_end from core.dim_period").fetchall()
    assert rows[0] == ("2016", date(2016, 1, 1), date(2016, 12, 31))
    assert [row[0] for row in rows] == ["2016", "2020", "2024"]
