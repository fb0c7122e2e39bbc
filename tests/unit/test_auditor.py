"""Every attack of the auditor on a table small enough to check by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, sparse, stats

from data_quality.auditor import Policy, Report, audit, from_rows, read_published, require_safe
from data_quality.auditor.atoms import atoms_of
from data_quality.auditor.attack import Knowledge, Wanted, bounds_of, puzzle_of
from data_quality.auditor.likely import poisson_quantile
from data_quality.auditor.published import age_range, parent_of
from datawerkplaats.base import duckdb
from datawerkplaats.base.errors import DataProblem

NONE = np.nan


def rows(values: Mapping[tuple[str, str, str], float], **columns: Any) -> pd.DataFrame:
    """Published rows from {(area, age band, sex): value}; the wijken lie in GM0001."""
    keys = pd.DataFrame(list(values), columns=["region_code", "age_band", "sex"])
    parent = np.where(keys.region_code.str.startswith("WK"), "GM0001", "")
    return keys.assign(value=list(values.values()), parent_code=parent, **columns)


def secret(values: Mapping[tuple[str, str, str], float]) -> pd.DataFrame:
    return rows(values)[["region_code", "age_band", "sex"]].assign(count=list(values.values()))


def square(a: float, b: float, c: float, d: float) -> dict[tuple[str, str, str], float]:
    """Two wijken by sex with totals."""
    cells = {("WK000100", "all", "men"): a, ("WK000100", "all", "women"): b}
    cells |= {("WK000101", "all", "men"): c, ("WK000101", "all", "women"): d}
    for wijk in ("WK000100", "WK000101"):
        cells[wijk, "all", "total"] = cells[wijk, "all", "men"] + cells[wijk, "all", "women"]
    for sex in ("men", "women", "total"):
        cells["GM0001", "all", sex] = cells["WK000100", "all", sex] + cells["WK000101", "all", sex]
    return cells


TRUE = square(3, 20, 20, 21)
HIDE_FOUR = {key: NONE if key[0] != "GM0001" and key[2] != "total" else value for key, value in TRUE.items()}


def run(published: dict[tuple[str, str, str], float], **options: Any) -> Report:
    return audit(from_rows("t", rows(published)), secret(TRUE), Policy(), **options)


def kinds(report: Report) -> set[str]:
    return {finding.kind for finding in report.findings}


def test_four_hidden_cells_protect_and_three_do_not() -> None:
    assert run(HIDE_FOUR).findings == []
    report = run(HIDE_FOUR | {("WK000101", "all", "women"): 21})
    assert kinds(report) == {"worked_out"}
    assert {(f.cell, f.low) for f in report.findings} >= {("||WK000100|all|men", 3.0)}


def test_a_small_count_in_plain_sight_is_found() -> None:
    assert "small_count" in kinds(run(TRUE))


def test_a_range_that_stays_below_the_threshold_is_too_narrow() -> None:
    """The women's total of 4 caps both cells at 4, so that neither can be 5 or more."""
    true = {("WK000100", "all", "men"): 4, ("WK000100", "all", "women"): 2, ("WK000100", "all", "total"): 6}
    published = true | dict.fromkeys(list(true)[:2], NONE)
    assert audit(from_rows("t", rows(published)), secret(true), Policy(group_share=1)).findings == []
    true = {key: value - 1 for key, value in true.items()} | {("WK000100", "all", "total"): 4}
    published = true | dict.fromkeys(list(true)[:2], NONE)
    report = audit(from_rows("t", rows(published)), secret(true), Policy(group_share=1))
    assert "too_narrow" in kinds(report)


def test_an_earlier_release_is_added_to_what_is_known() -> None:
    old = from_rows("old", rows({("WK000100", "all", "women"): 20}))
    assert run(HIDE_FOUR).findings == []
    assert "worked_out" in kinds(run(HIDE_FOUR, earlier=[old]))


def test_cells_of_one_piece_that_can_all_be_low_are_found_by_one_program(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Six cells whose sum is known roughly: one aim pushes them all down, one up; each by itself would take twelve."""
    aims, solve = [], optimize.linprog

    def counting(aim: Any, **program: Any) -> Any:
        aims.append(aim)
        return solve(aim, **program)

    monkeypatch.setattr(optimize, "linprog", counting)
    nothing, ten = np.zeros(6), np.full(6, 10.0)
    together = sparse.csr_array(np.ones((1, 6)))
    known = Knowledge(together, np.zeros(1), np.full(1, 100.0), np.array([-1]), nothing, ten)
    wanted = Wanted(nothing, ten, np.zeros(6, dtype=bool), ten / 2)
    found = bounds_of(puzzle_of(known), sparse.csr_array(np.eye(6)), wanted)
    assert found.low == pytest.approx(nothing) and found.high == pytest.approx(ten)
    assert len(aims) == 2


def test_releases_that_contradict_each_other_are_reported() -> None:
    old = from_rows("old", rows({("GM0001", "all", "men"): 99}))
    assert kinds(run(HIDE_FOUR, earlier=[old])) == {"contradiction"}


def test_overlapping_age_bands_are_subtracted() -> None:
    true = {("GM0001", "0-17", "total"): 30, ("GM0001", "18-64", "total"): 3, ("GM0001", "65+", "total"): 40}
    true |= {("GM0001", "all", "total"): 73, ("GM0001", "0-64", "total"): 33}
    hidden = true | {("GM0001", "18-64", "total"): NONE, ("GM0001", "65+", "total"): NONE}
    whole = from_rows("t", rows(hidden))
    assert "worked_out" in kinds(audit(whole, secret(true), Policy()))
    del hidden["GM0001", "0-64", "total"]
    assert audit(from_rows("t", rows(hidden)), secret(true), Policy()).findings == []


def test_a_rate_with_decimals_and_a_known_population_gives_the_count() -> None:
    frame = rows(HIDE_FOUR, population=NONE, rate=NONE, rate_per=100.0)
    frame.loc[0, ["population", "rate"]] = [150, 2.0]
    assert "worked_out" in kinds(audit(from_rows("t", frame), secret(TRUE), Policy()))
    # The same count as a whole per cent of a large population could be 0 or 20 as well.
    frame.loc[0, ["population", "rate"]] = [4_000, 0.0]
    assert audit(from_rows("t", frame), secret(TRUE), Policy()).findings == []


def test_decimals_are_counted_as_the_file_has_them(tmp_path: Path) -> None:
    frame = rows(HIDE_FOUR, population=NONE, rate="", rate_per=100.0).astype({"population": object})
    frame["population"], frame["rate"] = [3_000, *[NONE] * 8], ["0.10", *[""] * 8]
    path = tmp_path / "published.csv"
    frame.to_csv(path, index=False, sep=";", encoding="utf-8-sig")
    published = read_published(path)
    assert published.rows.loc[0, "decimals"] == 2 and published.rows.loc[0, "rate"] == 0.1
    assert "worked_out" in kinds(audit(published, secret(TRUE), Policy()))


def test_a_rounded_count_protects_until_an_exact_rate_stands_beside_it() -> None:
    rounded = {key: 5 * round(value / 5) for key, value in TRUE.items()}
    frame = rows(rounded, rounding_base=5, population=NONE, rate=NONE, rate_per=100.0)
    assert audit(from_rows("t", frame), secret(TRUE), Policy()).findings == []
    frame.loc[0, ["population", "rate"]] = [150, 2.0]
    assert "worked_out" in kinds(audit(from_rows("t", frame), secret(TRUE), Policy()))
    frame.loc[0, "rate"] = np.round(100 * frame["value"][0] / 150, 1)
    assert audit(from_rows("t", frame), secret(TRUE), Policy()).findings == []


def test_a_partner_subtracts_its_own_cases() -> None:
    own = secret(TRUE).assign(count=0.0)
    assert run(HIDE_FOUR, partners={"nobody": own}).findings == []
    # It treated all women of the other wijk: these cannot be fewer, so neither can the men of this one.
    own["count"] = secret(square(0, 0, 0, 21))["count"]
    report = run(HIDE_FOUR, partners={"clinic": own})
    assert {(f.kind, f.onlooker) for f in report.findings} == {("too_narrow", "clinic")}
    assert report.of(insider=True) and not report.of(insider=False)


def test_a_group_nearly_all_in_one_category_is_found() -> None:
    true = {("GM0001", "all", "men"): 95, ("GM0001", "all", "women"): 5, ("GM0001", "all", "total"): 100}
    assert kinds(audit(from_rows("t", rows(true)), secret(true), Policy())) == {"group_disclosed"}
    hidden = true | {("GM0001", "all", "men"): NONE, ("GM0001", "all", "women"): NONE}
    assert audit(from_rows("t", rows(hidden)), secret(true), Policy()).findings == []


def test_reasons_that_differ_tell_which_count_is_small() -> None:
    frame = rows(HIDE_FOUR, suppression_reason="disclosure")
    assert audit(from_rows("t", frame), secret(TRUE), Policy()).findings == []
    frame.loc[0, "suppression_reason"] = "too_few_cases"
    assert kinds(audit(from_rows("t", frame), secret(TRUE), Policy())) == {"reason_reveals"}


def test_parts_that_need_not_add_up_tell_less() -> None:
    published = HIDE_FOUR | {("WK000101", "all", "women"): 21, ("WK000101", "all", "men"): 20}
    published |= {("WK000100", "all", "total"): NONE}
    assert kinds(run(published)) == {"worked_out"}
    # With people of the gemeente in no wijk, the three men may also be fewer, but never more.
    loose = audit(from_rows("t", rows(published)), secret(TRUE), Policy(additive=False))
    assert [(f.kind, f.low, f.high) for f in loose.findings] == [("too_narrow", 0, 3)]


def test_measures_and_periods_are_judged_apart() -> None:
    both = pd.concat([rows(HIDE_FOUR, period_id="2023"), rows(TRUE, period_id="2024")], ignore_index=True)
    known = pd.concat([secret(TRUE).assign(period_id=period) for period in ("2023", "2024")])
    report = audit(from_rows("t", both), known, Policy())
    assert {finding.cell.split("|")[1] for finding in report.findings} == {"2024"}
    assert report.cells == 18 and report.hidden == 4


def test_findings_block_a_publication_with_a_sentence() -> None:
    require_safe(run(HIDE_FOUR), "care_users")
    with pytest.raises(DataProblem, match="small_count 1x") as caught:
        require_safe(run(TRUE), "care_users")
    assert caught.value.code == "disclosure_risk" and caught.value.remedy


def test_the_same_rows_are_read_from_parquet_and_duckdb(tmp_path: Path) -> None:
    frame = rows(HIDE_FOUR)
    parquet = tmp_path / "p.parquet"
    frame.to_parquet(parquet)
    database = tmp_path / "w.duckdb"
    with duckdb.connect_memory() as connection:
        duckdb.attach(connection, database, "published", read_only=False)
        connection.execute(f"CREATE TABLE published.main.counts AS FROM '{parquet}'")
        connection.execute("DETACH published")
    for published in (read_published(parquet), read_published(database, "main.counts")):
        pd.testing.assert_series_equal(published.rows["value"], frame["value"], check_names=False)
    with pytest.raises(DataProblem, match="not read"):
        read_published(tmp_path / "p.pdf")


def test_rows_without_keys_or_with_a_key_twice_are_refused() -> None:
    with pytest.raises(DataProblem, match="region_code"):
        from_rows("t", rows(TRUE).drop(columns="region_code"))
    with pytest.raises(DataProblem, match="more than once"):
        from_rows("t", pd.concat([rows(TRUE), rows(TRUE)]))


def test_public_keys_are_understood() -> None:
    assert [age_range(band) for band in ("all", "65+", "16-25")] == [(0, 200), (65, 200), (16, 26)]
    with pytest.raises(DataProblem, match="age_band"):
        age_range("young")
    assert parent_of("BU01060203", "") == "WK010602" and parent_of("WK010602", "") == "GM0106"
    assert parent_of("GM0106", "") == "" and parent_of("GM0106", "PV22") == "PV22"


def test_what_a_partner_knows_is_placed_with_the_people_it_is_about() -> None:
    """Rows finer than what is published count in the atom that holds them; totals tell nothing more."""
    published = from_rows("t", rows({("GM0001", "0-14", "men"): 9, ("GM0001", "15-24", "men"): 12}))
    atoms = atoms_of(published.rows)
    own = [("WK000100", "0-11", "men", 2), ("WK000101", "12-14", "men", 3), ("WK000100", "15-24", "total", 8)]
    known = atoms.known(pd.DataFrame(own, columns=["region_code", "age_band", "sex", "count"]))
    assert (atoms.counts[atoms.place(published.rows)] @ known).tolist() == [5, 0]


def test_what_a_partner_knows_of_a_part_comes_beside_what_it_knows_of_the_rest() -> None:
    """People of whom only the gemeente is known and people of its wijken are different people; a whole holds its parts."""
    published = from_rows("t", rows({("GM0001", "0-14", "men"): 9, ("GM0001", "15-24", "men"): 12}))
    atoms = atoms_of(published.rows)
    own = [("GM0001", "15-24", "men", 7), ("GM0001", "15-17", "men", 3), ("WK000100", "15-24", "men", 1)]
    known = atoms.known(pd.DataFrame(own, columns=["region_code", "age_band", "sex", "count"]))
    assert (atoms.counts[atoms.place(published.rows)] @ known).tolist() == [0, 8]


def test_people_of_no_known_part_loosen_only_the_area_that_has_them() -> None:
    """Four people of unknown wijk in GM0001 could be the hidden three; without them the hidden count follows."""
    true = {("WK000100", "all", "total"): 3, ("WK000101", "all", "total"): 20, ("GM0001", "all", "total"): 23}
    published = true | {("WK000100", "all", "total"): NONE}
    assert kinds(audit(from_rows("t", rows(published)), secret(true), Policy())) == {"worked_out"}
    true[("GM0001", "all", "total")] = published[("GM0001", "all", "total")] = 27
    loose = Policy(with_rest=frozenset({"GM0001"}))
    assert audit(from_rows("t", rows(published)), secret(true), loose).findings == []


@pytest.mark.parametrize("mean", [0.0, 1e-9, 0.025, 0.7, 3.0, 12.5, 400.0, 1e5])
def test_poisson_quantile__is_the_one_of_scipy(mean: float) -> None:
    for probability in (0.001, 0.025, 0.5, 0.975, 0.999):
        assert poisson_quantile(probability, mean) == stats.poisson.ppf(probability, mean)
