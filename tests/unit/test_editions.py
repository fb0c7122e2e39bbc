"""Editions of a source: the year comes from the declared column, and what can be read in two ways is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.loading.ingest import IngestResult, ingest_source, load_source
from tests.statline_example import source_of

CATALOGUE = PROJECT_ROOT / "catalogue"
CARE_COSTS = load_source(CATALOGUE, "vektis_care_costs_gemeente")
COLUMNS = {"region_code": ["gemeentecode"], "year": ["jaar", "zk_jaar"], "score": ["cijfer"]}


@pytest.fixture
def files(settings: Settings, tmp_path: Path) -> Settings:
    folder = tmp_path / "delivered"
    folder.mkdir()
    return settings.model_copy(update={"source": "files", "files": folder})


def put(settings: Settings, name: str, *lines: str) -> None:
    assert settings.files is not None
    (settings.files / name).write_text("\n".join([*lines, ""]), encoding="utf-8")


def load(settings: Settings, columns: dict[str, list[str]] | None = None, **changes: Any) -> IngestResult:
    declared = {
        "keys": ["region_code", "year"],
        "dimension_columns": ["region_code", "year"],
        "required_columns": ["region_code", "year", "score"],
        **changes,
    }
    reader = {"kind": "csv", "files": ["*.csv"], "columns": columns or COLUMNS, "delimiter": ","}
    return ingest_source(source_of(reader=reader, **declared), settings)


def years(settings: Settings, source_id: str = "example_source") -> list[tuple[str, str]]:
    rows = pq.read_table(settings.inputs_dir / source_id / "data.parquet").to_pylist()
    return sorted((row["region_code"], row["year"]) for row in rows)


def refusal(result: IngestResult) -> str:
    assert result.status == "rejected" and result.problem is not None, result
    assert result.problem.remedy and result.problem.expected
    return result.problem.sentence()


def test_year__a_declared_column_goes_before_one_that_is_called_year(files: Settings) -> None:
    put(
        files,
        "gemeente_2022_kwb_vektis_politie.csv",
        "year,gemeentecode,zk_aantal_verzekerden,zk_kosten_totaal,zk_kosten_ggz,zk_kosten_huisarts,zk_jaar",
        "2023,GM0106,68000,2500,300,200,2021.0",
    )
    assert ingest_source(CARE_COSTS, files).problem is None
    assert years(files, CARE_COSTS.source_id) == [("GM0106", "2021.0")]


@pytest.mark.parametrize(
    ("columns", "heading", "named"),
    [
        pytest.param(COLUMNS, "jaar,zk_jaar", ["jaar and zk_jaar"], id="two listed columns"),
        pytest.param(
            {**COLUMNS, "year": []}, "year,peiljaar", ["year and peiljaar"], id="called year, and another"
        ),
        pytest.param(
            {**COLUMNS, "year": ["jaar"]}, "year,Perioden", ["year and Perioden"], id="found by its own name"
        ),
    ],
)
def test_year__two_columns_that_differ_are_refused_and_both_named(
    files: Settings, columns: dict[str, list[str]], heading: str, named: list[str]
) -> None:
    put(files, "a.csv", f"{heading},gemeentecode,cijfer", "2022,2022.0,GM0106,1", "2023,2022,GM0114,2")
    sentence = refusal(load(files, columns))
    for word in ["a.csv", "row 2", "reader.columns.year", *named]:
        assert word in sentence


def test_year__two_columns_that_say_the_same_are_one(files: Settings) -> None:
    put(files, "a.csv", "jaar,zk_jaar,gemeentecode,cijfer", "2022,2022JJ00,GM0106,1", "2023,,GM0114,2")
    assert load(files).problem is None
    assert years(files) == [("GM0106", "2022"), ("GM0114", "2023")]


def test_year__a_listed_name_settles_it(files: Settings) -> None:
    put(files, "a.csv", "year,peiljaar,gemeentecode,cijfer", "2023,2017,GM0106,1")
    assert load(files, {**COLUMNS, "year": ["peiljaar"]}).problem is None
    assert years(files) == [("GM0106", "2017")]


def test_columns__a_gemeente_beside_its_wijk_is_no_contradiction(files: Settings) -> None:
    columns = {**COLUMNS, "region_code": ["wk_code", "gm_code"]}
    put(files, "a.csv", "wk_code,gm_code,jaar,cijfer", "WK010600,GM0106,2022,1", ",GM0106,2022,2")
    assert load(files, columns).problem is None
    assert years(files) == [("GM0106", "2022"), ("WK010600", "2022")]
    put(files, "a.csv", "wk_code,gm_code,jaar,cijfer", "GM0106,GM0114,2022,1")
    assert "wk_code and gm_code" in refusal(load(files, columns))


def test_columns__one_that_two_measures_claim_is_refused(files: Settings) -> None:
    put(files, "a.csv", "gemeentecode,jaar,cijfer", "GM0106,2022,1")
    sentence = refusal(load(files, {**COLUMNS, "grade": ["cijfer"]}))
    for word in ("a.csv", "column cijfer", "score and grade", "reader.columns.grade"):
        assert word in sentence
