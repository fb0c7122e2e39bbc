# Long because it is one list: every delivery that is not right, with the sentence that it gets.
"""Deliveries that are not right: each refused with the file, the row or column, what was expected, what
was found and what to do.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.loading.ingest import ingest_source
from datawerkplaats.loading.notices import read_notices
from datawerkplaats.loading.result import IngestResult
from tests.statline_example import source_of

HEADING = "ID;RegioS;Perioden;Eenzaam_28;Roker_11"
GOOD = [
    HEADING,
    "0;NL01  ;2020JJ00;    12.5;     1.0",
    "1;GM1680;2020JJ00;       .;",
    "2;WK168001;2020JJ00;;     7.0",
]


def text(*lines: str) -> bytes:
    return "\n".join([*lines, ""]).encode()


def truncated_parquet() -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"RegioS": ["GM1680"] * 999}), sink)
    return bytes(sink.getvalue())[:-400]


def parquet_without_rows() -> bytes:
    sink = pa.BufferOutputStream()
    names = HEADING.split(";")
    pq.write_table(pa.table({name: pa.array([], pa.string()) for name in names}), sink)
    return bytes(sink.getvalue())


def sheet_with(value: str) -> bytes:
    """The good delivery as a spreadsheet, with something else in one cell."""
    book, made = openpyxl.Workbook(), io.BytesIO()
    for line in GOOD:
        book.worksheets[0].append(line.split(";"))
    book.worksheets[0].cell(3, 4, value)
    book.save(made)
    return made.getvalue()


def polygon(code: str = "WK168001", points: str = "[[6,53],[6,54],[7,54],[6,53]]") -> str:
    geometry = f'{{"type":"Polygon","coordinates":[{points}]}}'
    properties = f'{{"wijkcode":"{code}","wijknaam":"A"}}'
    return f'{{"type":"Feature","properties":{properties},"geometry":{geometry}}}'


def collection(*features: str) -> bytes:
    return f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'.encode()


# name: (file, content, code of the problem, what the sentence must name)
BAD = {
    "wrong delimiter": (
        "50090NED.csv",
        text(*[line.replace(";", ",") for line in GOOD]),
        "wrong_delimiter",
        ["line 1", "';'", "','"],
    ),
    "missing column": (
        "50090NED.csv",
        text("ID;RegioS;Perioden;Roker_11", "0;GM1680;2020JJ00;1"),
        "missing_column",
        ["Eenzaam_28"],
    ),
    "missing key column": (
        "50090NED.csv",
        text("ID;Perioden;Eenzaam_28", "0;2020JJ00;1"),
        "missing_column",
        ["RegioS"],
    ),
    "duplicate key": (
        "50090NED.csv",
        text(*GOOD, "3;GM1680 ;2020JJ00;1;1"),
        "duplicate_key",
        ["row 2", "row 4"],
    ),
    "unknown region": (
        "50090NED.csv",
        text(*GOOD, "3;XX1234;2020JJ00;1;1"),
        "unknown_region",
        ["RegioS, row 4", "6 characters"],
    ),
    "wijk of another gemeente": (
        "50090NED.csv",
        text(*GOOD, "3;WK999901;2020JJ00;1;1"),
        "unknown_region",
        ["row 4"],
    ),
    "no region": ("50090NED.csv", text(*GOOD, "3;;2020JJ00;1;1"), "unknown_region", ["row 4"]),
    "letter in a number": (
        "50090NED.csv",
        text(*GOOD, "3;GM0106;2020JJ00;1l.5;1"),
        "not_a_number",
        ["Eenzaam_28, row 4", "4 characters"],
    ),
    "digits of another alphabet in a number": (
        "50090NED.csv",
        text(*GOOD, "3;GM0106;2020JJ00;١٢;1"),
        "not_a_number",
        ["Eenzaam_28, row 4"],
    ),
    "digits of another alphabet in a region": (
        "50090NED.csv",
        text(*GOOD, "3;GM٠١٠٦;2020JJ00;1;1"),
        "unknown_region",
        ["RegioS, row 4"],
    ),
    "codes where the heading should be": (
        "50090NED.csv",
        text(*GOOD[1:]),
        "missing_column",
        ["figures or codes where names of columns should be"],
    ),
    "formula that was not worked out": (
        "50090NED.xlsx",
        sheet_with("=1+1"),
        "formula_not_worked_out",
        ["first sheet, cell D3"],
    ),
    "empty file": ("50090NED.csv", b"", "empty_file", ["0 bytes"]),
    "only blank lines": ("50090NED.csv", b"\n\n  \n", "empty_file", []),
    "no rows": ("50090NED.csv", text(HEADING), "no_rows", []),
    "latin-1": (
        "50090NED.csv",
        text(*GOOD).replace(b"GM1680", "Ge\xe9".encode("latin-1")),
        "wrong_encoding",
        ["line 3", "0xe9"],
    ),
    "uneven row": (
        "50090NED.csv",
        text(*GOOD, "3;GM0106;2020JJ00;1"),
        "uneven_row",
        ["line 5", "5 fields", "4"],
    ),
    "column twice": (
        "50090NED.csv",
        text(HEADING + ";RegioS", "0;NL01;2020JJ00;1;1;x"),
        "duplicate_column",
        ["RegioS"],
    ),
    "truncated Parquet": ("50090NED.parquet", truncated_parquet(), "unreadable_file", []),
    "Parquet without rows": ("50090NED.parquet", parquet_without_rows(), "no_rows", []),
    "text as Parquet": ("50090NED.parquet", text(*GOOD), "unreadable_file", []),
    "text as xlsx": ("50090NED.xlsx", text(*GOOD), "unreadable_file", []),
    "other form": ("50090NED.docx", b"x", "unsupported_file", [".docx"]),
    "GeoJSON that is text": ("map.geojson", b"geen kaart", "not_geojson", ["line 1"]),
    "GeoJSON that is another JSON": ("map.geojson", b'{"value":[]}', "not_geojson", []),
    "GeoJSON with points": (
        "map.geojson",
        collection(polygon(), polygon("WK168002").replace("Polygon", "Point")),
        "not_geojson",
        ["feature 2", "Point"],
    ),
    "GeoJSON in metres": (
        "map.geojson",
        collection(polygon(points="[[233000,556000],[234000,556000],[234000,557000],[233000,556000]]")),
        "not_geojson",
        ["feature 1"],
    ),
    "GeoJSON without code": (
        "map.geojson",
        collection(polygon().replace("wijkcode", "nummer")),
        "missing_column",
        ["feature 1", "wijkcode"],
    ),
    "GeoJSON without features": ("map.geojson", collection(), "no_rows", []),
    "GeoJSON in latin-1": (
        "map.geojson",
        collection(polygon()).replace(b'"A"', b'"\xe9"'),
        "wrong_encoding",
        ["byte"],
    ),
    "GeoJSON with a code twice": (
        "map.geojson",
        collection(polygon(), polygon()),
        "duplicate_key",
        ["row 1", "row 2"],
    ),
    "GeoJSON with another code": ("map.geojson", collection(polygon("abc")), "unknown_region", ["3 letters"]),
}


def source_for(name: str) -> Source:
    if not name.endswith(".geojson"):
        return source_of()
    columns = {"region_code": ["wijkcode"], "region_name": ["wijknaam"]}
    reader = {
        "kind": "geojson",
        "service": None,
        "table": None,
        "geo_dimension": None,
        "url": "/wfs?x",
        "files": ["map.geojson"],
        "columns": columns,
    }
    names = ["region_code", "region_name", "geometry_geojson", "properties_json"]
    return source_of(reader=reader, keys=["region_code"], dimension_columns=names, required_columns=names)


@pytest.fixture
def deliver(settings: Settings, tmp_path: Path) -> Callable[[str, bytes], IngestResult]:
    """Loads a delivery with this name and content."""
    folder = tmp_path / "partner"
    folder.mkdir()
    in_files_mode = settings.model_copy(update={"source": "files", "files": folder})

    def load(name: str, content: bytes) -> IngestResult:
        for old in folder.iterdir():
            old.unlink()
        (folder / name).write_bytes(content)
        return ingest_source(source_for(name), in_files_mode)

    load.settings = in_files_mode  # type: ignore[attr-defined]
    return load


def good_for(name: str) -> tuple[str, bytes]:
    return (name, collection(polygon())) if name.endswith(".geojson") else ("50090NED.csv", text(*GOOD))


@pytest.mark.parametrize("case", BAD)
def test_bad_delivery__refused_with_a_sentence_and_nothing_loaded_is_touched(
    case: str, deliver: Callable[[str, bytes], IngestResult]
) -> None:
    settings: Settings = deliver.settings  # type: ignore[attr-defined]
    name, content, code, named = BAD[case]
    loaded = deliver(*good_for(name))
    assert loaded.status == "new"
    pointer = settings.inputs_dir / "example_source"
    before = {path: path.read_bytes() for path in pointer.resolve().rglob("*") if path.is_file()}

    result = deliver(name, content)

    assert result.status == "rejected" and result.problem is not None
    assert result.problem.code == code, result.problem.sentence()
    sentence = result.problem.sentence()
    assert sentence.startswith(name)
    assert result.problem.remedy and result.problem.expected
    for word in named:
        assert word in sentence
    assert {path: path.read_bytes() for path in pointer.resolve().rglob("*") if path.is_file()} == before
    assert result.provenance == loaded.provenance
    (aside,) = (settings.rejected_dir / "example_source").glob("*/*")
    assert aside.name == "reason.json", (
        "of a refused delivery the reason, its size and its hash are kept, no cell"
    )
    reason = json.loads(aside.read_text())
    assert (reason["code"], reason["sentence_en"]) == (code, sentence)
    digest = hashlib.sha256(content).hexdigest()
    assert reason["files"] == [{"name": name, "bytes": len(content), "sha256": digest}]
    (notice,) = read_notices(settings.publish_dir)
    assert (notice["kind"], notice["sentence_en"]) == ("rejected", sentence)
    assert notice["sentence_nl"] != sentence
    leftovers = [
        path.name
        for path in settings.snapshots_dir.rglob("*")
        if path.name.startswith(".") or path.suffix == ".tmp"
    ]
    assert leftovers == []

    assert deliver(*good_for(name)).status == "unchanged"
    assert read_notices(settings.publish_dir) == [], "an accepted delivery clears its notice"


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [("Eenzaam_28", {"geheim": 1}, "not_a_number"), ("Perioden", ["geheim"], "nested_cell")],
)
def test_typed_table__a_cell_that_holds_cells_is_refused(
    column: str, value: object, code: str, settings: Settings, tmp_path: Path
) -> None:
    source = source_of(reader={"entity": "TypedDataSet"})
    files = settings.model_copy(update={"source": "files", "files": tmp_path})
    columns = {"RegioS": ["GM1680", "GM1681"], "Perioden": ["2020JJ00"] * 2, "Eenzaam_28": [1.0, 2.0]}
    pq.write_table(pa.table({**columns, column: [value, value]}), tmp_path / "50090NED.parquet")
    problem = ingest_source(source, files).problem
    assert problem and problem.code == code and f"{column}, row 1" in problem.sentence()
    assert "geheim" not in problem.sentence()


@pytest.mark.parametrize("value", [float("inf"), float("nan"), 1e400, True])
def test_typed_table__a_number_without_an_end_or_no_number_is_refused(
    value: float, settings: Settings, tmp_path: Path
) -> None:
    """Of a file with numbers: NaN and infinite would be published, and true would be one."""
    source = source_of(reader={"entity": "TypedDataSet"})
    files = settings.model_copy(update={"source": "files", "files": tmp_path})
    columns = {"RegioS": ["GM1680", "GM1681"], "Perioden": ["2020JJ00"] * 2, "Eenzaam_28": [value, value]}
    pq.write_table(pa.table(columns), tmp_path / "50090NED.parquet")
    problem = ingest_source(source, files).problem
    assert problem and problem.code == "not_a_number" and "Eenzaam_28, row 1" in problem.sentence()


@pytest.mark.parametrize("year", ["twintig", "20200", "2020-01-01", "2020 (voorlopig)", "٢٠٢٠", "9999"])
def test_file_with_its_years__what_is_no_year_is_refused_and_not_left_out_later(
    year: str, settings: Settings, tmp_path: Path
) -> None:
    columns = {"region_code": ["gebied"], "year": ["jaar"], "score": ["lbm"]}
    source = source_of(
        reader={"kind": "csv", "table": None, "service": None, "geo_dimension": None, "files": ["*.csv"], "columns": columns},
        keys=["region_code", "year"], dimension_columns=["region_code", "year"], required_columns=["region_code", "year"],
    )  # fmt: skip
    files = settings.model_copy(update={"source": "files", "files": tmp_path})
    (tmp_path / "scores.csv").write_text(f"gebied;jaar;lbm\nGM1680;2020;1\nGM1681;{year};2\n")
    problem = ingest_source(source, files).problem
    assert problem and problem.code == "not_a_year" and "column year, row 2" in problem.sentence()
    assert year not in problem.sentence()


def test_good_delivery__the_same_table_in_every_form_has_the_same_content(
    deliver: Callable[[str, bytes], IngestResult],
) -> None:
    settings: Settings = deliver.settings  # type: ignore[attr-defined]
    names, *lines = [line.split(";") for line in GOOD]
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({name: [line[i] for line in lines] for i, name in enumerate(names)}), sink)
    book = openpyxl.Workbook()
    sheet = book.create_sheet(index=0)
    for line in [names, *lines]:
        sheet.append(line)
    path = settings.data_dir / "book.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    forms = {
        "50090NED.csv": text(*GOOD),
        "50090NED.parquet": sink.getvalue().to_pybytes(),
        "50090NED.xlsx": path.read_bytes(),
    }
    with_mark = {"50090NED.csv ": b"\xef\xbb\xbf" + text(*GOOD)}
    results = {name: deliver(name.strip(), content) for name, content in {**forms, **with_mark}.items()}
    assert {name: r.problem for name, r in results.items() if r.problem} == {}
    values, snapshots = [], {}
    for name, result in results.items():
        assert result.provenance is not None
        snapshots[name] = result.provenance.snapshot_id
        table = pq.read_table(settings.snapshots_dir / "example_source" / snapshots[name] / "data.parquet")
        # A spreadsheet cannot tell an empty text from no value.
        values.append([{k: v or None for k, v in row.items()} for row in table.to_pylist()])
    assert values[0][1] == {
        "ID": 1,
        "RegioS": "GM1680",
        "Perioden": "2020JJ00",
        "Eenzaam_28": "       .",
        "Roker_11": None,
    }
    assert all(rows == values[0] for rows in values)
    assert snapshots["50090NED.csv"] == snapshots["50090NED.parquet"]
