"""Suites made from the catalogue and their results: complete, severe where they should be, without values of rows."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data_quality import checks
from data_quality.suites import Rule, suite_hash, suite_of
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.catalogue import Source, load_catalogue
from datawerkplaats.publication import CheckResult

SECRET = "no-region-code"


def source(**more: object) -> Source:
    return Source.model_validate(
        {
            "source_id": "pub_table",
            "title": {"nl": "Tabel", "en": "Table"},
            "publisher": "P",
            "url_main": "https://example.org",
            "licence": "CC BY 4.0",
            "citation": "P",
            "cadence": "yearly",
            "expected_lag_days": 100,
            "region_vintage": 2020,
            "reader": {"kind": "statline_v3", "service": "rivm", "table": "T", "geo_dimension": "Wijken"},
            "keys": ["Wijken", "Perioden", "Marges"],
            "dimension_columns": ["Wijken", "Perioden", "Marges"],
            "required_columns": ["Wijken", "Eenzaam_1"],
            **more,
        }
    )


def delivery(folder: Path, **columns: list[object]) -> Path:
    content = {
        "Wijken": ["WK000101  ", "WK000102  "],
        "Perioden": ["2020JJ00", "2020JJ00"],
        "Marges": ["MW00000", "MW00000"],
        "Eenzaam_1": ["  12", "   ."],
        "Ander_2": ["1", "2"],
        **columns,
    }
    path = folder / "data.parquet"
    pq.write_table(pa.table({name: values for name, values in content.items() if values}), path)
    return path


def failing(results: list[CheckResult]) -> set[tuple[str, str]]:
    return {(row.rule, row.severity) for row in results if row.status == "failed"}


def test_suite_of__covers_what_the_catalogue_declares() -> None:
    extra = [
        {
            "type": "expect_column_values_to_be_in_set",
            "column": "Marges",
            "value_set": ["MW00000"],
            "severity": "warn",
        }
    ]
    rules = {rule.name: rule for rule in suite_of(source(expectations=extra))}
    assert set(rules) == {
        *(
            "has_rows__delivery",
            "present__Wijken",
            "present__Perioden",
            "present__Marges",
            "present__Eenzaam_1",
        ),
        *("not_null__Wijken", "not_null__Perioden", "not_null__Marges", "unique__key"),
        *("region_code__Wijken", "period_code__Perioden", "margin_code__Marges", "in_set__Marges"),
    }
    assert rules["in_set__Marges"].severity == "warn"
    assert rules["unique__key"].severity == "error"
    assert suite_hash(list(rules.values())) != suite_hash(suite_of(source()))


def test_suite_of__names_are_unique_for_every_source_of_the_catalogue() -> None:
    for declared in load_catalogue(PROJECT_ROOT / "catalogue").sources.values():
        names = [rule.name for rule in suite_of(declared)]
        assert len(names) == len(set(names)) > 3
        assert all(name.replace("_", "").isalnum() and "__" in name for name in names)


def test_validate__good_delivery_passes_and_makes_data_docs(tmp_path: Path) -> None:
    rules = suite_of(source())
    results = checks.validate(tmp_path / "gx", "pub_table", "aa", delivery(tmp_path), rules)
    assert [row.rule for row in results] == [rule.name for rule in rules]
    assert {row.status for row in results} == {"passed"}
    assert checks.build_data_docs(tmp_path / "gx").exists()


def test_build_data_docs__only_when_something_was_validated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks.validate(tmp_path / "gx", "pub_table", "aa", delivery(tmp_path), suite_of(source()))
    page = checks.build_data_docs(tmp_path / "gx")
    assert "pub_table" in page.read_text()
    monkeypatch.setattr(checks, "_session", lambda *_: pytest.fail("built again"))
    assert checks.build_data_docs(tmp_path / "gx") == page


@pytest.mark.parametrize(
    ("error", "code"),
    [(OSError(28, "No space left on device"), "not_enough_space"), (ValueError("so"), "build_failed")],
)
def test_build_data_docs__a_page_that_cannot_be_made_is_a_sentence_without_a_trace_and_made_the_next_time(
    error: Exception,
    code: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    from great_expectations.data_context.store.html_site_store import HtmlSiteStore

    def full(*_: object) -> None:
        raise error

    checks.validate(tmp_path / "gx", "pub_table", "aa", delivery(tmp_path), suite_of(source()))
    with monkeypatch.context() as broken, pytest.raises(DataProblem) as caught:
        broken.setattr(HtmlSiteStore, "set", full)
        checks.build_data_docs(tmp_path / "gx")
    assert caught.value.code == code and "Traceback" not in caught.value.sentence() + caplog.text
    assert "pub_table" in checks.build_data_docs(tmp_path / "gx").read_text()


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"Wijken": ["WK000101", "WK000101"]}, {("unique__key", "error")}),
        ({"Wijken": ["WK000101", SECRET]}, {("region_code__Wijken", "error")}),
        ({"Perioden": ["2020JJ00", "2020"]}, {("period_code__Perioden", "error")}),
        ({"Marges": ["MW00000", "XX"]}, {("margin_code__Marges", "error")}),
        ({"Marges": ["MW00000", "MOG0095"]}, {("in_set__Marges", "warn")}),
        ({"Perioden": ["2020JJ00", None]}, {("not_null__Perioden", "error")}),
        ({"Eenzaam_1": []}, {("present__Eenzaam_1", "error")}),
    ],
)
def test_validate__names_the_broken_rule_and_keeps_no_values(
    tmp_path: Path, columns: dict[str, list[object]], expected: set[tuple[str, str]]
) -> None:
    extra = [
        {
            "type": "expect_column_values_to_be_in_set",
            "column": "Marges",
            "value_set": ["MW00000", "XX"],
            "severity": "warn",
        }
    ]
    rules = suite_of(source(expectations=extra))
    results = checks.validate(tmp_path / "gx", "pub_table", "aa", delivery(tmp_path, **columns), rules)
    assert failing(results) == expected
    checks.build_data_docs(tmp_path / "gx")
    for file in (tmp_path / "gx").rglob("*"):
        assert not file.is_file() or SECRET.encode() not in file.read_bytes()


def test_validate__column_number_of_another_edition_is_the_same_column(tmp_path: Path) -> None:
    path = delivery(tmp_path, Eenzaam_1=[], Eenzaam_27=["1", "2"])
    assert failing(checks.validate(tmp_path / "gx", "pub_table", "aa", path, suite_of(source()))) == set()


def test_validate__unchanged_snapshot_is_not_validated_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = suite_of(source())
    path = delivery(tmp_path, Wijken=["WK000101", "WK000101"])
    first = checks.validate(tmp_path / "gx", "pub_table", "aa", path, rules)
    monkeypatch.setattr(checks, "_run", lambda *_: pytest.fail("validated again"))
    assert checks.validate(tmp_path / "gx", "pub_table", "aa", path, rules) == first
    with pytest.raises(pytest.fail.Exception):
        checks.validate(tmp_path / "gx", "pub_table", "bb", path, rules)
    with pytest.raises(pytest.fail.Exception):
        checks.validate(
            tmp_path / "gx",
            "pub_table",
            "aa",
            path,
            [*rules, Rule("x__y", "expect_column_to_exist", {"column": "y"})],
        )


@pytest.mark.parametrize(
    "entry",
    [{"type": "expect_nothing", "column": "Wijken"}, {"type": "expect_column_to_exist", "kolom": "x"}],
)
def test_validate__unknown_expectation_names_the_catalogue_file(
    tmp_path: Path, entry: dict[str, object]
) -> None:
    rules = suite_of(source(expectations=[entry]))
    with pytest.raises(DataProblem, match=r"catalogue/sources/pub_table\.yml"):
        checks.validate(tmp_path / "gx", "pub_table", "aa", delivery(tmp_path), rules)


def test_absent_results__are_not_applicable() -> None:
    assert {row.status for row in checks.absent_results("pub_table", suite_of(source()))} == {
        "not_applicable"
    }
