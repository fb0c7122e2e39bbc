"""Editions of a source: the year comes from the declared column, and what can be read in two ways is refused."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.loading.ingest import ingest_source, load_source
from datawerkplaats.loading.notices import read_notices
from datawerkplaats.loading.result import IngestResult
from tests.statline_example import source_of

CATALOGUE = PROJECT_ROOT / "catalogue"
NO_TABLE = {"table": None, "service": None}
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
    reader = {**NO_TABLE, "kind": "csv", "files": ["*.csv"], "columns": columns or COLUMNS, "delimiter": ","}
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


HEADING = "gemeentecode,jaar,cijfer"


def test_editions__files_of_several_years_add_up(files: Settings) -> None:
    put(files, "kwb_2022.csv", HEADING, "GM0106,2022,1", "GM0114,2022,2")
    assert load(files).status == "new"
    put(
        files,
        "kwb_2024.csv",
        "cijfer,zk_jaar,gemeentecode,year",
        "5,2024.0,GM0106,2025",
        "6,2024.0,GM0114,2025",
    )
    put(files, "kwb_2023.csv", "jaar,gemeentecode,cijfer,year", "2023,GM0106,3,2022", "2023,GM0114,4,2022")
    assert load(files).status == "new"
    rows = pq.read_table(files.inputs_dir / "example_source" / "data.parquet").to_pylist()
    assert [(r["region_code"], r["year"][:4], r["score"]) for r in rows] == [
        ("GM0106", "2022", 1.0), ("GM0114", "2022", 2.0), ("GM0106", "2023", 3.0), ("GM0114", "2023", 4.0),
        ("GM0106", "2024", 5.0), ("GM0114", "2024", 6.0),
    ]  # fmt: skip
    loaded = load(files)
    assert loaded.status == "unchanged" and loaded.provenance
    assert [(part.url, part.rows) for part in loaded.provenance.parts] == [
        ("kwb_2022.csv", 2), ("kwb_2023.csv", 2), ("kwb_2024.csv", 2),
    ]  # fmt: skip


def test_editions__two_files_with_one_year_are_refused_and_what_was_loaded_stays(files: Settings) -> None:
    put(files, "kwb_2022.csv", HEADING, "GM0106,2022,1")
    load(files)
    put(files, "kwb_2022_nieuw.csv", HEADING, "GM0106,2022.0,3", "GM0114,2022.0,4")
    sentence = refusal(load(files))
    for word in ("kwb_2022.csv and kwb_2022_nieuw.csv", "2022", "column year", "reader.files"):
        assert word in sentence
    assert years(files) == [("GM0106", "2022")]


def test_editions__levels_of_one_year_may_stand_in_files_of_their_own(files: Settings) -> None:
    put(files, "gemeente.csv", HEADING, "GM0106,2022,1")
    put(files, "wijk.csv", HEADING, "WK010600,2022,1")
    assert load(files).problem is None
    assert years(files) == [("GM0106", "2022"), ("WK010600", "2022")]


def test_editions__the_same_file_twice_and_another_form_of_it_count_once(files: Settings) -> None:
    put(files, "kwb.csv", HEADING, "GM0106,2022,1")
    put(files, "kwb (1).csv", HEADING, "GM0106,2022,1")
    assert files.files
    pq.write_table(
        pa.table({"gemeentecode": ["GM0106"], "jaar": ["2022"], "cijfer": [1.0]}), files.files / "kwb.parquet"
    )
    reader = {
        **NO_TABLE,
        "kind": "csv",
        "files": ["*.csv", "*.parquet"],
        "columns": COLUMNS,
        "delimiter": ",",
    }
    keys = {
        "keys": ["region_code", "year"],
        "dimension_columns": ["region_code", "year"],
        "required_columns": [],
    }
    result = ingest_source(source_of(reader=reader, **keys), files)
    assert result.problem is None and result.provenance and result.provenance.rows == 1
    assert any("kwb.parquet" in note and "kwb" in note for note in result.provenance.notes)


def test_editions__a_mistake_names_the_file_and_the_row_in_it(files: Settings) -> None:
    put(files, "a_2022.csv", HEADING, "GM0106,2022,1", "GM0114,2022,2")
    put(files, "b_2023.csv", HEADING, "GM0106,2023,1", "GM0114,2023,veel")
    assert refusal(load(files)).startswith("b_2023.csv, column score, row 2")
    put(files, "b_2023.csv", HEADING, "GM0106,2023,1", "GM0114,2023,2", "GM0106,2023,2")
    sentence = refusal(load(files))
    assert sentence.startswith("b_2023.csv") and "in row 1 and in row 3" in sentence
    put(files, "b_2023.csv", HEADING)
    assert refusal(load(files)).startswith("b_2023.csv")


def test_editions__rows_without_a_code_are_counted_and_never_shown(files: Settings) -> None:
    put(files, "a.csv", HEADING, "GM0106,2022,1", ",2022,4711", ",2022,", "GM0114,,4712")
    put(files, "b.csv", HEADING, "GM0106,2023,1", ",2023,4713")
    result = load(files)
    assert result.status == "new" and result.problem is not None
    sentence = result.problem.sentence()
    for word in (
        "1 of a.csv (column region_code)",
        "1 of a.csv (column year)",
        "1 of b.csv (column region_code)",
    ):
        assert word in sentence
    assert "471" not in sentence
    (notice,) = read_notices(files.publish_dir)
    assert (notice["kind"], notice["sentence_en"]) == ("incomplete", sentence)
    assert load(files).problem is not None, "the warning stays as long as the delivery does"
    put(files, "a.csv", HEADING, "GM0106,2022,1")
    put(files, "b.csv", HEADING, "GM0106,2023,1")
    assert load(files).problem is None and read_notices(files.publish_dir) == []


CELLS = [("GM0106", "12.5", "1.0"), ("GM0114", ".", "7.25"), ("GM0118", "", "")]


def layout(kind: str, comma: bool = False) -> str:
    """The same table typed and untyped: the one pads its texts, the other does not."""
    pad = 10 if kind == "UntypedDataSet" else 0
    lines = ["ID;RegioS;Perioden;Eenzaam_28;Roker_11"]
    for number, (region, *figures) in enumerate(CELLS):
        cells = [
            (figure.replace(".", ",") if comma and figure != "." else figure).rjust(pad) for figure in figures
        ]
        lines.append(f"{number};{region:<6};2020JJ00;{';'.join(cells)}")
    return "\n".join([*lines, ""])


@pytest.mark.parametrize("declared", ["TypedDataSet", "UntypedDataSet"])
@pytest.mark.parametrize("delivered", ["TypedDataSet", "UntypedDataSet"])
@pytest.mark.parametrize("comma", [False, True])
def test_layouts__typed_and_untyped_hold_the_same_and_either_is_found(
    files: Settings, declared: str, delivered: str, comma: bool
) -> None:
    assert files.files
    (files.files / "50090NED").mkdir()
    (files.files / "50090NED" / f"{delivered}.csv").write_text(layout(delivered, comma), encoding="utf-8")
    listed = {"entity": declared, "files": [f"**/50090NED/{declared}.parquet", "**/50090NED*.csv"]}
    result = ingest_source(source_of(reader=listed), files)
    assert result.problem is None, result.problem
    rows = pq.read_table(files.inputs_dir / "example_source" / "data.parquet").to_pylist()
    cells = [(r["RegioS"].strip(), r["Eenzaam_28"], r["Roker_11"]) for r in rows]
    if declared == "TypedDataSet":
        assert cells == [("GM0106", 12.5, 1.0), ("GM0114", None, 7.25), ("GM0118", None, None)]
    else:
        assert [tuple(cell.strip() for cell in row) for row in cells] == CELLS


def test_layouts__the_one_that_is_listed_goes_first(files: Settings) -> None:
    assert files.files
    (files.files / "50090NED").mkdir()
    for kind in ("TypedDataSet", "UntypedDataSet"):
        (files.files / "50090NED" / f"{kind}.csv").write_text(layout(kind), encoding="utf-8")
    result = ingest_source(source_of(reader={"files": ["**/UntypedDataSet.csv"]}), files)
    assert result.provenance and result.provenance.urls == ("50090NED/UntypedDataSet.csv",)


@pytest.mark.reference
def test_editions__next_years_beside_the_real_file_touch_no_file_of_the_project(
    settings: Settings, reference_data: Path, tmp_path: Path
) -> None:
    """2023 has `year` a year ahead of what its care costs are about; 2024 has no such column and calls it `jaar`."""
    real = reference_data / "gemeente" / "gemeente_2022_kwb_vektis_politie.csv"
    lines = list(csv.DictReader(real.read_text(encoding="utf-8-sig").splitlines()))
    editions = {
        2023: [{**row, "year": "2023", "zk_jaar": "2021.0", "cr_jaar": "2023.0"} for row in lines],
        2024: [
            {"jaar": "2024", **{k: v for k, v in row.items() if k != "year"}, "cr_jaar": "2024.0"}
            for row in lines
        ],
    }
    editions[2024] = [{**row, "zk_jaar": "2024"} for row in editions[2024]]
    (tmp_path / "delivered").mkdir()
    shutil.copy(real, tmp_path / "delivered" / real.name)
    for year, rows in editions.items():
        with (tmp_path / "delivered" / real.name.replace("2022", str(year))).open("w", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    here = settings.model_copy(update={"source": "files", "files": tmp_path / "delivered"})
    # Gemeenten without care costs or crimes have no year of them in the real file: those rows are left out.
    with_year = {column: sum(bool(row[column]) for row in lines) for column in ("year", "zk_jaar", "cr_jaar")}
    held = {
        "cbs_key_figures_gemeente_2022": {"2022": with_year["year"], "2023": 346, "2024": 346},
        "vektis_care_costs_gemeente": {"2022": with_year["zk_jaar"], "2021": 346, "2024": 346},
        "police_crimes_gemeente": {"2022": with_year["cr_jaar"], "2023": 346, "2024": 346},
    }
    for source_id, expected in held.items():
        result = ingest_source(load_source(CATALOGUE, source_id), here)
        assert result.status == "new", result.problem
        assert Counter(year[:4] for _, year in years(here, source_id)) == expected
