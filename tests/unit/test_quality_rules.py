"""Every rule on small tables: it passes where all is well, finds what was broken, and says when it does not apply."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from data_quality.resolve import resolve
from data_quality.rulebook import QualityRule, load_rules, rules
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.publication import CheckResult
from tests.quality_example import make_warehouse

FACT, REGION = "update core.fct_observation set", "update core.dim_region set"
INDICATOR, SOURCE = "update core.dim_indicator set", "update core.dim_source set"
COUNTED = "where indicator_id = 'counted_pct' and region_level = 'gemeente' and year = 2021"
RATIO = "where indicator_id = 'ratio_pct' and region_level = 'gemeente' and year = 2021"
ESTIMATED = "where indicator_id = 'estimated_pct' and region_level = 'gemeente' and year = 2021"
ON_COUNTED, ON_RATIO, ON_ESTIMATED = (
    f"{name}_pct/gemeente/2021" for name in ("counted", "ratio", "estimated")
)
ONE_MEASURE = "measure_code = 'm', method = 'passthrough', source_id = 'counts', denominator_code = null"

# What breaks each rule, and for which subject.
BROKEN = {
    "percentage_within_0_and_100": (f"{FACT} value = 101 {COUNTED} and region_code = 'GM0001'", ON_COUNTED),
    "interval_around_value": (f"{FACT} lower = value + 1 {COUNTED} and region_code = 'GM0001'", ON_COUNTED),
    "interval_has_both_bounds": (f"{FACT} lower = null {COUNTED} and region_code = 'GM0001'", ON_COUNTED),
    "numerator_within_denominator": (f"{FACT} numerator = denominator + 1 {RATIO}", ON_RATIO),
    "counts_not_negative": (f"{FACT} numerator = -99997 {RATIO} and region_code = 'GM0001'", ON_RATIO),
    "ratio_follows_from_its_terms": (f"{FACT} value = value + 1 {RATIO} and region_code = 'GM0001'", ON_RATIO),
    "small_denominator_withheld": (f"{FACT} denominator = 49 {RATIO} and region_code = 'GM0001'", ON_RATIO),
    "empty_cell_is_explained": (
        f"{FACT} value = null, withheld_by = null {ESTIMATED} and region_code = 'GM0001'",
        ON_ESTIMATED,
    ),
    "interval_status_fits": (f"{FACT} interval_status = 'none' {COUNTED}", ON_COUNTED),
    "decimals_as_declared": (f"{FACT} value = value + 0.123 {COUNTED}", "counted_pct/counts"),
    "status_tells_estimates": (f"{FACT} value_status = 'observed' {ESTIMATED}", ON_ESTIMATED),
    "region_in_its_classification": (f"{FACT} region_id = 'GM9999@2020' {COUNTED} and region_code = 'GM0001'", ON_COUNTED),
    "region_code_fits_level": (f"{FACT} region_code = 'BU00010101' {COUNTED} and region_code = 'GM0001'", ON_COUNTED),
    "gemeente_of_area_known": (f"{REGION} gemeente_name = null where region_level = 'wijk'", "counted_pct/wijk/2021"),
    "period_is_its_year": (f"{FACT} period_end = date '2019-12-31' {COUNTED} and region_code = 'GM0001'", ON_COUNTED),
    "suppressed_has_reason": (f"{FACT} value = null, value_status = 'suppressed' {COUNTED} and region_code = 'GM0001'", ON_COUNTED),
    "shown_has_no_reason": (f"{FACT} suppression_reason = 'secondary' {COUNTED} and region_code = 'GM0001'", ON_COUNTED),
    "share_suppressed": (f"{FACT} value = null, value_status = 'suppressed' {COUNTED} and region_code > 'GM0010'", ON_COUNTED),
    "share_missing": (f"{FACT} value = null, value_status = 'missing' {COUNTED} and region_code > 'GM0020'", ON_COUNTED),
    "snapshot_known": (f"{FACT} snapshot_id = 'absent' {COUNTED} and region_code = 'GM0001'", ON_COUNTED),
    "intervals_complete": (f"{FACT} lower = value, upper = value {COUNTED}", "counted_pct/counts/gemeente"),
    "value_plausible": (f"{FACT} value = 95 {COUNTED} and region_code = 'GM0001'", ON_COUNTED),
    "regions_present": (f"delete from core.fct_observation {COUNTED} and region_code > 'GM0020'", ON_COUNTED),
    "regions_with_value": (f"{FACT} value = null {COUNTED} and region_code > 'GM0020'", ON_COUNTED),
    "change_within_bounds": (f"{FACT} value = value + 26 {COUNTED} and region_code < 'GM0005'", ON_COUNTED),
    "change_is_of_one_kind": (f"{FACT} is_model_estimate = true {COUNTED}", ON_COUNTED),
    "level_does_not_shift": (f"{FACT} value = value + 40 {COUNTED}", ON_COUNTED),
    "spread_does_not_collapse": (f"{FACT} value = 35 + value / 100 {COUNTED}", ON_COUNTED),
    "regions_differ": (f"{FACT} value = 35 {COUNTED}", ON_COUNTED),
    "not_mostly_zero": (f"{FACT} value = 0 {COUNTED} and region_code != 'GM0001'", ON_COUNTED),
    "no_duplicates": (f"insert into core.fct_observation from core.fct_observation {COUNTED}", ON_COUNTED),
    "one_classification_per_year": (f"{FACT} region_vintage = 2022 {COUNTED} and region_code = 'GM0001'", ON_COUNTED),
    "one_source_per_year": (f"{FACT} source_id = 'other' {COUNTED} and region_code = 'GM0001'", ON_COUNTED),
    "coverage_does_not_drop": (f"{FACT} value = null {COUNTED} and region_code > 'GM0015'", ON_COUNTED),
    "few_outliers": (f"{FACT} value = value + 1000 {COUNTED} and region_code < 'GM0004'", ON_COUNTED),
    "whole_lies_between_its_parts": (f"{FACT} value = value + 5 {COUNTED}", ON_COUNTED),
    "parts_sum_to_whole": (f"{FACT} denominator = 2000 {RATIO}", ON_RATIO),
    "cases_sum_to_whole": (f"{FACT} numerator = numerator * 2 {RATIO}", ON_RATIO),
    "indicator_has_figures": (f"{FACT} value = null where indicator_id = 'counted_pct'", "counted_pct"),
    "definition_is_one_to_one": (f"{INDICATOR} {ONE_MEASURE}", "counted_pct"),
    "described_in_two_languages": (f"{INDICATOR} title_en = '' where indicator_id = 'counted_pct'", "counted_pct"),
    "unit_and_decimals_declared": (f"{INDICATOR} unit = '' where indicator_id = 'counted_pct'", "counted_pct"),
    "estimates_without_decimals": (f"{INDICATOR} decimals = 1", "estimated_pct"),
    "estimates_carry_a_caveat": (f"{INDICATOR} caveats_nl = ''", "estimated_pct"),
    "bounds_in_order": (f"{INDICATOR} min_plausible = 95 where indicator_id = 'counted_pct'", "counted_pct"),
    "population_named": (f"{INDICATOR} population_nl = null where indicator_id = 'counted_pct'", "counted_pct"),
    "place_in_the_framework": ("delete from core.bridge_theme_indicator where indicator_id = 'counted_pct'", "counted_pct"),
    "method_is_explained": (f"{INDICATOR} methodology_url = null where indicator_id = 'counted_pct'", "counted_pct"),
    "cut_off_with_instrument": (f"{INDICATOR} cut_off = null where indicator_id = 'counted_pct'", "counted_pct"),
    "source_is_fresh": (f"{SOURCE} expected_lag_days = 1 where source_id = 'counts'", "counts"),
    "source_has_figures": ("delete from core.fct_observation where source_id = 'counts'", "counts"),
    "required_source_loaded": (f"{SOURCE} status = 'absent' where source_id = 'counts'", "counts"),
    "delivery_is_identified": (f"{SOURCE} sha256 = 'ab' where source_id = 'counts'", "counts"),
    "source_is_cited": (f"{SOURCE} licence = null where source_id = 'counts'", "counts"),
    "estimate_names_its_predictors": (f"{SOURCE} model_predictors = ''", "estimates"),
    "estimates_have_intervals": (f"{FACT} lower = null, upper = null {ESTIMATED}", "estimates"),
    "region_has_name": (f"{REGION} region_name = ' ' where region_code = 'GM0001'", "gemeente/2020"),
    "region_code_is_well_formed": (f"{REGION} region_code = 'GM1' where region_code = 'GM0001'", "gemeente/2020"),
    "region_is_listed_once": ("insert into core.dim_region from core.dim_region where region_code = 'GM0001'", "gemeente/2020"),
    "parents_exist": (f"{REGION} gemeente_code = 'GM9999' where region_level = 'wijk'", "wijk/2020"),
    "province_known": (f"{REGION} province_code = null where region_level = 'gemeente'", "gemeente/2020"),
    "ggd_region_known": (f"{REGION} ggd_region_code = null where region_level = 'gemeente'", "gemeente/2020"),
    "population_known": (f"{REGION} population = null where region_level = 'gemeente'", "gemeente/2020"),
    "population_not_negative": (f"{REGION} population = -1 where region_code = 'GM0001'", "gemeente/2020"),
    "polygon_known": ("delete from core.dim_region_geometry where region_id in ('GM0001@2020', 'GM0002@2020')", "gemeente/2020"),
    "ages_known": ("delete from core.fct_population where region_code = 'GM0001'", "gemeente/2020"),
    "ages_agree_with_population": (f"{REGION} population = 900 where region_code = 'GM0001'", "gemeente/2020"),
    "ages_sum_over_gemeenten": ("update core.fct_population set people = 999 where region_code = 'GM0001'", "province/2020"),
    "column_not_empty": (f"{FACT} snapshot_id = null", "core.fct_observation/snapshot_id"),
}  # fmt: skip
OWN = {key: rule for key, rule in rules().items() if rule.template}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_warehouse(tmp_path_factory.mktemp("quality") / "warehouse.duckdb")


def spoilt(sound: Path, folder: Path, change: str) -> Path:
    path = Path(shutil.copy(sound, folder / "warehouse.duckdb"))
    with duckdb.connect(str(path)) as con:
        con.execute(change)
    return path


def wrong(results: list[CheckResult]) -> set[tuple[str, str]]:
    return {(row.rule, row.subject) for row in results if row.is_wrong}


def test_rules__all_hold_where_all_is_well(sound: Path) -> None:
    found = resolve(sound, OWN.values())
    assert wrong(found) == set()
    assert len({(row.rule, row.subject) for row in found}) == len(found)
    assert {row.rule for row in found} == set(OWN)
    assert Counter(row.status for row in found)["passed"] > 400


def test_rules__each_has_a_case_that_breaks_it() -> None:
    assert set(BROKEN) == set(OWN)


@pytest.mark.parametrize("key", BROKEN)
def test_rule__finds_what_is_broken(sound: Path, tmp_path: Path, key: str) -> None:
    change, subject = BROKEN[key]
    found = resolve(spoilt(sound, tmp_path, change), [OWN[key]])
    (broken,) = [row for row in found if row.subject == subject]
    assert broken.status == "failed"
    assert broken.violated
    assert broken.denominator
    assert broken.holds_back == (OWN[key].severity == "error")
    assert broken.guidance == key
    # A message has counts and words of the rule, never what stands in a row.
    assert broken.message.startswith(
        f"{broken.violated} of {broken.denominator} break the rule: {OWN[key].title.en}"
    )


@pytest.mark.parametrize(
    ("people", "population", "is_wrong"),
    [(1_000, 990, False), (1_000, 989, True), (10_100, 10_000, False), (10_101, 10_000, True)],
)
def test_rule__of_ages_and_inhabitants_lets_ten_or_one_per_cent_pass(
    sound: Path, tmp_path: Path, people: int, population: int, is_wrong: bool
) -> None:
    change = (
        f"{REGION} population = {population} where region_code = 'GM0001';"
        f"update core.fct_population set people = {people} where region_code = 'GM0001'"
    )
    found = resolve(spoilt(sound, tmp_path, change), [OWN["ages_agree_with_population"]])
    assert [row.violated for row in found if row.subject == "gemeente/2020"] == [int(is_wrong)]


def test_rule__of_a_whole_and_its_parts_says_nothing_where_a_part_is_hidden(
    sound: Path, tmp_path: Path
) -> None:
    rule, change = OWN["whole_lies_between_its_parts"], BROKEN["whole_lies_between_its_parts"][0]
    assert ("whole_lies_between_its_parts", ON_COUNTED) in wrong(
        resolve(spoilt(sound, tmp_path, change), [rule])
    )
    hidden = f"{change}; {FACT} value = null where region_level = 'wijk' and region_code like '%01'"
    assert wrong(resolve(spoilt(sound, tmp_path, hidden), [rule])) == set()


def test_rule__without_rows_does_not_apply(sound: Path, tmp_path: Path) -> None:
    rule = OWN["ratio_follows_from_its_terms"]
    found = {row.subject: row for row in resolve(sound, [rule])}
    assert found["counted_pct"].status == "not_applicable"
    assert found["ratio_pct/gemeente/2021"].status == "passed"
    empty = spoilt(sound, tmp_path, "delete from core.fct_observation where indicator_id = 'ratio_pct'")
    found = {row.subject: row for row in resolve(empty, [rule])}
    assert (found["ratio_pct"].status, found["ratio_pct"].denominator) == ("not_applicable", 0)


def test_rule__declared_severity_holds_back(sound: Path, tmp_path: Path) -> None:
    change = f"{BROKEN['value_plausible'][0]}; update core.dim_indicator set severity = 'error'"
    (row,) = [
        r for r in resolve(spoilt(sound, tmp_path, change), [OWN["value_plausible"]]) if r.status == "failed"
    ]
    assert row.holds_back
    assert row.consequence == "blocks_publication"


def test_rule__declared_coverage_is_its_threshold(sound: Path, tmp_path: Path) -> None:
    change = f"{FACT} value = null {COUNTED} and region_code = 'GM0001'"
    rule = OWN["regions_with_value"]
    assert wrong(resolve(spoilt(sound, tmp_path, change), [rule])) == set()
    stricter = spoilt(sound, tmp_path, f"{change}; update core.dim_indicator set min_coverage = 0.98")
    assert wrong(resolve(stricter, [rule])) == {("regions_with_value", ON_COUNTED)}


def test_rule__that_cannot_be_checked_says_so_and_spares_the_others(sound: Path) -> None:
    good = OWN["value_plausible"]
    bad = good.model_copy(update={"id": "no_such_column", "violates": "no_such_column > 1"})
    cast = good.model_copy(update={"id": "wrong_cast", "violates": "cast(region_code as integer) > 1"})
    found = resolve(sound, [good, bad, cast])
    errors = {row.rule: row for row in found if row.status == "error"}
    assert set(errors) == {"no_such_column", "wrong_cast"}
    assert "GM00" not in errors["wrong_cast"].message
    assert errors["wrong_cast"].is_wrong
    assert {row.status for row in found if row.rule == "value_plausible"} == {"passed"}


def test_rules__without_the_tables_are_errors(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    duckdb.connect(str(path)).close()
    found = resolve(path, OWN.values())
    assert len(found) == len(OWN)
    assert {row.status for row in found} == {"error"}


def test_rules__of_hidden_indicators_are_not_told(sound: Path, tmp_path: Path) -> None:
    change = f"{BROKEN['value_plausible'][0]}; update core.dim_indicator set is_public = false"
    found = resolve(spoilt(sound, tmp_path, change), OWN.values())
    assert not [row.subject for row in found if "counted" in row.subject]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("{id: a, title: {nl: a, en: a}, category: nice, level: source, consequence: none}", "category"),
        ("{id: a, title: {nl: a, en: a}, category: completeness, level: source, consequence: none, template: source}", "together"),
        ("{id: a, title: {nl: a, en: a}, category: completeness, level: source, consequence: none, severity: error}", "blocks"),
        (
            "{id: a, title: {nl: a, en: a}, category: completeness, level: source, consequence: none, template: nowhere,"
            " per: [a], violates: b}",
            "nowhere.sql",
        ),
    ],
)  # fmt: skip
def test_load_rules__wrong_row_is_a_sentence(tmp_path: Path, row: str, field: str) -> None:
    (tmp_path / "own.yml").write_text(f"- {row}\n")
    with pytest.raises(DataProblem, match=field) as caught:
        load_rules(tmp_path)
    assert "data_quality/rules/own.yml, a" in caught.value.sentence()


def test_rule__is_data() -> None:
    assert all(isinstance(rule, QualityRule) for rule in rules().values())
    assert {rule.category for rule in OWN.values()} == {"conformance", "completeness", "plausibility"}
