"""The list of all addresses: what is read of it, what is not, and that nothing else slips through with it."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError

from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.loading.ingest import ingest_source, load_source
from datawerkplaats.loading.result import IngestResult
from demo.postcodes import NAME, write_addresses
from tests.province import province

SOURCE = "cbs_postcodes_2024"
HEADING = "PC6;Huisnummer;Buurt2024;Wijk2024;Gemeente2024"
ROWS = "7811AB;1;1144000;11440;114\n7811AB;2;1144000;11440;114\n1011AB;1;0363AF01;0363AF;0363\n"


def load(folder: Path, text: str | None = None, source: Source | None = None) -> IngestResult:
    """What came of a delivery with this text, or of what lies in the folder."""
    if text is not None:
        (folder / "in").mkdir()
        (folder / "in" / NAME).write_text(text, encoding="utf-8")
    settings = Settings(_env_file=None, source="files", files=folder / "in", data_dir=folder / "data")
    return ingest_source(source or load_source(settings.catalogue_dir, SOURCE), settings)


def test_addresses__are_read_without_their_house_number(tmp_path: Path) -> None:
    result = load(tmp_path, f"{HEADING}\n{ROWS}")
    assert result.status == "new" and result.provenance is not None
    (path,) = (tmp_path / "data").rglob("data.parquet")
    assert pq.read_table(path).to_pydict() == {
        "postcode": ["7811AB", "7811AB", "1011AB"],
        "wijk_number": ["11440", "11440", "0363AF"],
    }


def test_addresses__of_the_made_up_province_are_a_delivery(tmp_path: Path) -> None:
    made = province()
    write_addresses(tmp_path / "in" / NAME, made.geography, made.population)
    result = load(tmp_path)
    assert result.status == "new" and result.provenance is not None
    wijken = len(made.geography.classification(2024).wijken.codes)
    (path,) = (tmp_path / "data").rglob("data.parquet")
    found = set(map(tuple, pq.read_table(path).to_pandas()[["postcode", "wijk_number"]].to_numpy().tolist()))
    digits = {(postcode[:4], wijk) for postcode, wijk in found}
    assert all(postcode < "1000" for postcode, _ in digits), "a real postcode starts at 1000"
    assert len({wijk for _, wijk in digits}) > 0.9 * wijken
    assert len(digits) > len({postcode for postcode, _ in digits}), "no postcode lies in two wijken"


@pytest.mark.parametrize(
    "text",
    [
        f"{HEADING};Achternaam\n" + ROWS.replace("\n", ";\n"),
        f"{HEADING}\n{ROWS}7811AB;j.jansen@example.org;1144000;11440;114\n",
        f"{HEADING}\n{ROWS}7811AB;mevrouw De Vries;1144000;11440;114\n",
    ],
    ids=["another heading of a person", "a mail address under the heading", "a name under the heading"],
)
def test_addresses__are_refused_with_a_person_among_them(tmp_path: Path, text: str) -> None:
    result = load(tmp_path, text)
    assert result.status == "rejected" and result.problem is not None
    assert result.problem.code == "direct_identifier"


def test_house_number__is_a_heading_that_no_other_source_may_bring(tmp_path: Path) -> None:
    source = load_source(Settings(_env_file=None).catalogue_dir, SOURCE)
    other = source.model_copy(update={"reader": source.reader.model_copy(update={"passed_over": []})})
    result = load(tmp_path, f"{HEADING}\n{ROWS}", other)
    assert result.status == "rejected" and result.problem is not None
    assert result.problem.code == "direct_identifier"


@pytest.mark.parametrize(
    "change",
    [
        {"access": "restricted"},
        {"disclosure": "registry_count"},
        {"reader": {"kind": "xlsx", "passed_over": ["Huisnummer"], "columns": {"postcode": ["PC6"]}}},
        {"reader": {"kind": "csv", "passed_over": ["Huisnummer"]}},
        {"reader": {"kind": "csv", "passed_over": ["Huisnummer"], "columns": {"number": ["huisnummer"]}}},
    ],
    ids=["restricted", "not public yet", "another form", "everything is read", "the column is read"],
)
def test_passed_over__is_for_open_lists_that_leave_the_column_out(change: dict[str, object]) -> None:
    source = load_source(Settings(_env_file=None).catalogue_dir, SOURCE).model_dump(exclude_none=True)
    Source.model_validate(source)
    with pytest.raises(ValidationError, match="passed_over is for an open csv table"):
        Source.model_validate({**source, **change})
