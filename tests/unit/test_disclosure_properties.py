"""For any table: what is published after protection never lets the auditor work out a sensitive count."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as some
from scipy import optimize

from data_quality.auditor import Policy, audit, from_rows
from datawerkplaats.disclosure import DisclosureRule, LinkedTable, link, make_cells, sensitive_cells, suppress

SEXES = ("men", "women", "total")
AGES = ("0-17", "18+", "all")


@some.composite
def hierarchies(draw: some.DrawFn) -> tuple[LinkedTable, pd.DataFrame]:
    """A gemeente of 1-3 wijken with 1-3 buurten each, by two ages and two sexes, with all totals."""
    shape = draw(some.lists(some.integers(1, 3), min_size=1, max_size=3))
    leaves = {f"BU0001{w:02d}{b:02d}": f"WK0001{w:02d}" for w, size in enumerate(shape) for b in range(size)}
    numbers = draw(some.lists(some.integers(0, 14), min_size=4 * len(leaves), max_size=4 * len(leaves)))
    above = {**leaves, **dict.fromkeys(leaves.values(), "GM0001")}
    areas = [*leaves, *dict.fromkeys(leaves.values()), "GM0001"]
    counts = dict.fromkeys(product(areas, AGES, SEXES), 0.0)
    for number, (buurt, age, sex) in zip(numbers, product(leaves, AGES[:2], SEXES[:2]), strict=True):
        area = buurt
        while area:
            for a, s in product((age, "all"), (sex, "total")):
                counts[area, a, s] += number
            area = above.get(area, "")
    keys = [*counts]
    levels = {"BU": "buurt", "WK": "wijk", "GM": "gemeente"}
    cells = make_cells(
        ["|".join(key) for key in keys],
        [levels[key[0][:2]] for key in keys],
        [*counts.values()],
        block=[above.get(key[0], key[0]) for key in keys],
        is_total=["all" in key or "total" in key for key in keys],
    )
    sums = [(f"{a}|all|{s}", [f"{a}|{g}|{s}" for g in AGES[:2]]) for a in areas for s in SEXES]
    sums += [(f"{a}|{g}|total", [f"{a}|{g}|{s}" for s in SEXES[:2]]) for a in areas for g in AGES]
    for parent in areas:
        parts = [area for area, up in above.items() if up == parent]
        sums += [(f"{parent}|{g}|{s}", [f"{c}|{g}|{s}" for c in parts]) for g in AGES for s in SEXES if parts]
    frame = pd.DataFrame(keys, columns=["region_code", "age_band", "sex"]).assign(count=[*counts.values()])
    return link(cells, sums), frame


@given(hierarchies(), some.sampled_from([3, 5, 10]))
def test_no_published_table_gives_a_sensitive_count_away(
    drawn: tuple[LinkedTable, pd.DataFrame], k: int
) -> None:
    table, frame = drawn
    rule = DisclosureRule(threshold=k)
    found = suppress(table, sensitive_cells(table, rule))
    value = np.where(found.hidden, np.nan, table.cells.value)
    published = from_rows("random", frame.drop(columns="count").assign(value=value))
    assert audit(published, frame, Policy(threshold=k)).findings == []


@given(hierarchies(), some.integers(0, 10_000))
def test_the_auditor_agrees_with_a_program_over_the_cells(
    drawn: tuple[LinkedTable, pd.DataFrame], seed: int
) -> None:
    """Another formulation of the same attack, over cells instead of people, works out the same cells."""
    table, frame = drawn
    x = table.cells.value
    hidden = np.random.default_rng(seed).random(x.size) < 0.4
    bounds = np.column_stack([np.where(hidden, 0, x), np.where(hidden, 10_000, x)])
    expected = set()
    for place in np.flatnonzero(hidden):
        aim = np.zeros(x.size)
        aim[place] = 1
        ends = [
            optimize.linprog(
                sign * aim, A_eq=table.relations, b_eq=np.zeros(table.relations.shape[0]), bounds=bounds
            )
            for sign in (1, -1)
        ]
        low, high = ends[0].fun, -ends[1].fun
        if np.floor(high + 1e-4) - np.ceil(low - 1e-4) < 1:
            expected.add(table.cells.cell_id[place])
    rows = frame.drop(columns="count").assign(value=np.where(hidden, np.nan, x))
    findings = audit(from_rows("random", rows), frame, Policy(threshold=0)).findings
    assert {f.cell.removeprefix("||") for f in findings if f.kind == "worked_out"} == expected
