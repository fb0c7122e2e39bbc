"""What counts as sensitive, how tables are linked, and what may leave the house."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from datawerkplaats import disclosure
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.disclosure import CARE_USE, REST, DisclosureRule, link, make_cells, sensitive_cells


def square(values: list[list[float]], **options: Any) -> disclosure.LinkedTable:
    """Two wijken by two sexes with all totals: a cell per row and column, the last ones totals."""
    table = np.array(values, dtype=float)
    full = np.vstack([table, table.sum(axis=0)])
    full = np.hstack([full, full.sum(axis=1, keepdims=True)])
    rows, columns = (
        [*(f"WK{i}" for i in range(len(table))), "GM"],
        [*(f"s{j}" for j in range(table.shape[1])), "t"],
    )
    names = [f"{r}{c}" for r in rows for c in columns]
    cells = make_cells(
        names,
        ["gemeente" if r == "GM" else "wijk" for r in rows for _ in columns],
        full.ravel(),
        is_total=[c == "t" for _ in rows for c in columns],
        **options,
    )
    sums = [(f"{r}t", [f"{r}{c}" for c in columns[:-1]]) for r in rows]
    sums += [(f"GM{c}", [f"{r}{c}" for r in rows[:-1]]) for c in columns]
    return link(cells, sums)


def test_counts_from_one_up_to_the_threshold_are_sensitive() -> None:
    table = square([[0, 4, 5], [9, 10, 30]])
    few = sensitive_cells(table, DisclosureRule(group_share=1)).reason == "too_few_cases"
    assert table.cells.cell_id[few].tolist() == ["WK0s1"]
    few = sensitive_cells(table, CARE_USE).reason == "too_few_cases"
    assert table.cells.cell_id[few].tolist() == ["WK0s1", "WK0s2", "WK0t", "WK1s0", "GMs0"]


def test_a_group_nearly_all_in_one_category_is_sensitive() -> None:
    table = square([[95, 5], [50, 50]])
    found = sensitive_cells(table, DisclosureRule())
    place = table.cells.cell_id.tolist().index("WK0s0")
    assert found.reason[place] == "group_disclosure" and found.low[place] == 90
    assert (found.reason != "").sum() == 1
    # The area total itself is a sum over areas, not a group.
    lopsided = square([[500, 500], [10, 10]])
    assert not sensitive_cells(lopsided, DisclosureRule()).primary.any()


def test_a_dominant_partner_makes_a_cell_sensitive() -> None:
    own = np.zeros((9, 2))
    own[0] = [19, 1]
    table = square([[20, 30], [40, 50]], own=own)
    assert sensitive_cells(table, DisclosureRule(dominance_share=0.9)).reason[0] == "dominance"
    assert sensitive_cells(table, DisclosureRule()).reason[0] == ""


def test_nobody_needs_to_believe_more_cases_than_residents() -> None:
    upper = np.full(9, 1_000.0)
    upper[0] = 4
    found = sensitive_cells(square([[3, 30], [40, 50]], upper=upper), DisclosureRule())
    assert (found.low[0], found.high[0]) == (0, 4)


def test_parts_that_fall_short_get_a_rest_that_nobody_publishes() -> None:
    cells = make_cells(["GM", "WK1", "WK2"], ["gemeente", "wijk", "wijk"], [100, 60, 30])
    table = link(cells, [("GM", ["WK1", "WK2"])])
    assert table.cells.level[-1] == REST and table.cells.value[-1] == 10
    assert np.abs(table.relations @ table.cells.value).max() == 0
    assert not disclosure.suppress(table, sensitive_cells(table, DisclosureRule())).hidden.any()


def test_a_rest_belongs_to_the_block_and_partners_of_its_parent() -> None:
    cells = make_cells(
        ["GM", "WK1", "WK2"],
        ["gemeente", "wijk", "wijk"],
        [100, 60, 30],
        block=["b"] * 3,
        own=[[40, 5], [30, 1], [7, 6]],
    )
    table = link(cells, [("GM", ["WK1", "WK2"])])
    assert table.cells.block.tolist() == ["b"] * 4
    # What a partner knows of the parent and not of the parts; never less than nothing.
    assert table.cells.own[-1].tolist() == [3, 0]


def test_a_count_may_be_as_large_as_its_population_and_no_larger() -> None:
    assert len(make_cells(["GM"], ["gemeente"], [4], upper=[4])) == 1
    for value in (5, -1, float("nan")):
        with pytest.raises(DataProblem, match="not above its population"):
            make_cells(["GM"], ["gemeente"], [value], upper=[4])


def test_parts_that_exceed_their_parent_are_no_sum() -> None:
    cells = make_cells(["GM", "WK1", "WK2"], ["gemeente", "wijk", "wijk"], [80, 60, 30])
    assert link(cells, [("GM", ["WK1", "WK2"])]).relations.shape[0] == 0


def test_bad_tables_are_refused_in_a_sentence() -> None:
    with pytest.raises(DataProblem, match="more than once"):
        make_cells(["a", "a"], ["wijk", "wijk"], [1, 2])
    for value in (-1, np.nan, 11):
        with pytest.raises(DataProblem, match="population"):
            make_cells(["a"], ["wijk"], [value], upper=10)
    with pytest.raises(DataProblem, match="is not in the table"):
        link(make_cells(["a"], ["wijk"], [1]), [("a", ["b"])])


def test_hiding_one_cell_takes_at_least_three_others_in_a_table_with_totals() -> None:
    table = square([[3, 20], [20, 20]])
    found = disclosure.suppress(table, sensitive_cells(table, DisclosureRule(group_share=1)))
    hidden = table.cells.cell_id[found.hidden].tolist()
    assert hidden == ["WK0s0", "WK0s1", "WK1s0", "WK1s1"]
    assert found.secondary.sum() == 3


def test_cheap_cells_are_hidden_before_dear_ones() -> None:
    table = square([[3, 9, 500], [9, 9, 500], [800, 900, 700]])
    found = disclosure.suppress(table, sensitive_cells(table, DisclosureRule(group_share=1)))
    assert table.cells.cell_id[found.hidden].tolist() == ["WK0s0", "WK0s1", "WK1s0", "WK1s1"]


def test_what_is_public_already_is_not_hidden_again_and_the_rest_protects() -> None:
    public = square([[3, 9, 12], [9, 9, 14]]).cells.cell_id.tolist().index("WK1s1")
    table = square([[3, 9, 12], [9, 9, 14]], public_before=np.arange(12) == public)
    found = disclosure.suppress(table, sensitive_cells(table, DisclosureRule(group_share=1)))
    assert not found.hidden[public]
    assert {"WK0s0", "WK0s2", "WK1s0", "WK1s2"} <= set(table.cells.cell_id[found.hidden])


def test_a_small_count_that_is_public_already_stops_the_publication() -> None:
    table = square([[3, 20], [20, 20]], public_before=np.arange(9) == 0)
    with pytest.raises(DataProblem, match="already public"):
        disclosure.suppress(table, sensitive_cells(table, DisclosureRule(group_share=1)))
    # Nor can it be protected when everything it follows from is public.
    table = square([[3, 20], [20, 20]], public_before=np.arange(9) != 0)
    with pytest.raises(DataProblem, match="could be worked out"):
        disclosure.suppress(table, sensitive_cells(table, DisclosureRule(group_share=1)))


def test_published_rows_have_one_reason_and_rates_of_published_counts() -> None:
    hidden, rule = np.array([False, True, False]), DisclosureRule()
    table = disclosure.published_table(
        {"region_code": ["a", "b", "c"]}, np.array([37.0, 3, 370]), hidden, rule, population=[900, 800, 9_000]
    )
    rows = table.to_pylist()
    assert [row["value"] for row in rows] == [37, None, 370]
    assert [row["suppression_reason"] for row in rows] == [None, "disclosure", None]
    # No decimals below a denominator of 1,000, one from there on, none at all for an empty cell.
    assert [row["rate"] for row in rows] == [41, None, 41.1]


def test_controlled_rounding_keeps_sums_and_moves_less_than_its_base() -> None:
    region = disclosure.simulated_region(2, gemeenten=1)
    rounded = disclosure.round_controlled(region.table)
    assert np.abs(region.table.relations @ rounded).max() < 1e-6
    published = rounded[region.publishable]
    assert (published % 5 == 0).all() and np.abs(
        published - region.table.cells.value[region.publishable]
    ).max() < 5


def test_rounding_that_cannot_add_up_is_refused() -> None:
    # The parent is a multiple already, and its two parts, one of them public as 0, cannot both follow.
    cells = make_cells(["GM", "WK1", "WK2"], ["gemeente", "wijk", "wijk"], [10, 3, 7])
    table = link(cells, [("GM", ["WK1", "WK2"]), ("WK1", ["WK1"])])
    assert disclosure.round_controlled(table)[0] == 10
    one = make_cells(["a", "b", "c"], ["wijk"] * 3, [5, 1, 4])
    twice = link(one, [("a", ["b", "c"])])
    assert disclosure.round_controlled(twice).tolist() == [5, 0, 5]


def test_report_says_what_was_hidden_and_what_it_cost() -> None:
    table = square([[3, 20], [20, 20]])
    sensitive = sensitive_cells(table, DisclosureRule(group_share=1))
    report = disclosure.disclosure_report(table, sensitive, disclosure.suppress(table, sensitive))
    wijk = next(row for row in report if row.level == "wijk")
    assert (wijk.cells, wijk.hidden) == (6, 4)
    assert wijk.reasons == {"too_few_cases": 1, "secondary": 3}
    assert wijk.events_share == pytest.approx(63 / 126)
    assert next(row for row in report if row.level == "gemeente").hidden == 0


def test_simulated_regions_repeat_with_their_seed_and_add_up() -> None:
    first, again, other = (disclosure.simulated_region(seed, gemeenten=1) for seed in (1, 1, 2))
    assert (first.table.cells.value == again.table.cells.value).all()
    assert (
        len(first.table.cells) != len(other.table.cells)
        or (first.table.cells.value != other.table.cells.value).any()
    )
    assert np.abs(first.table.relations @ first.table.cells.value).max() == 0
    assert np.abs(first.table.relations @ first.table.cells.own).max() == 0
