"""τ-Argus as an outside reference on a small table; it is optional and not installed by default."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data_quality.auditor import Policy, audit, from_rows
from data_quality.auditor.atoms import atoms_of
from data_quality.auditor.attack import Knowledge, Wanted, bounds_of, puzzle_of
from datawerkplaats.disclosure import (
    DisclosureRule,
    link,
    make_cells,
    sensitive_cells,
    simulated_region,
    suppress,
)

pytauargus = pytest.importorskip(
    "pytauargus", reason="pytauargus (τ-Argus, an optional outside reference) is not installed"
)
CODES = {"0-17": "A", "18-39": "B", "40-64": "C", "65+": "D", "all": "Total"}
SEX_CODES = {"men": "M", "women": "W", "total": "Total"}
THRESHOLD = 25


@pytest.fixture(scope="module")
def wijken() -> pd.DataFrame:
    """Counts of some twenty wijken by age and sex, with all totals, the wijken adding up to a region."""
    region = simulated_region(7, gemeenten=2, partners=1)
    frame = pd.DataFrame(region.keys).assign(count=region.table.cells.value[region.publishable])
    frame = frame[frame["region_level"].isin(["region", "wijk"])]
    return frame.assign(parent_code=np.where(frame["region_level"] == "wijk", "PV99", "")).reset_index(
        drop=True
    )


@pytest.fixture(scope="module")
def tau(wijken: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Iterator[pd.DataFrame]:
    """The same table as τ-Argus protects and audits it: status and range of each hidden cell."""
    leaf = wijken[
        (wijken["region_level"] == "wijk") & (wijken["age_band"] != "all") & (wijken["sex"] != "total")
    ]
    people = leaf.loc[leaf.index.repeat(leaf["count"].astype(int))]
    micro = {
        "region": people["region_code"].tolist(),
        "age": people["age_band"].map(CODES).tolist(),
        "sex": people["sex"].map(SEX_CODES).tolist(),
        "n": [1.0] * len(people),
    }
    # Its solver writes logs into the folder it is called from.
    before = Path.cwd()
    os.chdir(tmp_path_factory.mktemp("tau_logs"))
    result = pytauargus.protect(
        micro,
        ["region", "age", "sex"],
        response="n",
        safety_rules=f"FREQ({THRESHOLD},20)",
        suppress="OPT(1)",
        workdir=str(tmp_path_factory.mktemp("tau")),
    )
    table = pd.DataFrame(result.tables[0].rows)
    ranges = pd.DataFrame(result.engine.audit(0)).set_index("cell")
    assert (table.loc[ranges.index, "n"] == ranges["value"]).all()
    table = table.join(ranges[["min", "max"]])
    table["region_code"] = table["region"].replace("Total", "PV99")
    table["age_band"] = table["age"].map({code: band for band, code in CODES.items()})
    table["sex"] = table["sex"].map({code: sex for sex, code in SEX_CODES.items()})
    yield wijken.merge(
        table.drop(columns=["region", "age"]), on=["region_code", "age_band", "sex"], validate="1:1"
    )
    os.chdir(before)


def test_both_call_the_same_counts_sensitive(wijken: pd.DataFrame, tau: pd.DataFrame) -> None:
    cells = make_cells([str(i) for i in tau.index], tau["region_level"].tolist(), tau["count"])
    ours = sensitive_cells(link(cells, []), DisclosureRule(threshold=THRESHOLD)).primary
    assert (ours == (tau["status"] == "U").to_numpy()).all() and ours.sum() > 20
    assert (tau["n"] == tau["count"]).all() and len(tau) == len(wijken)


def test_both_find_the_same_range_for_every_hidden_cell(tau: pd.DataFrame) -> None:
    hidden = (tau["status"] != "S").to_numpy()
    atoms = atoms_of(tau)
    place = atoms.place(tau)
    shown = np.flatnonzero(~hidden)
    value = tau["count"].to_numpy(float)[shown]
    n = atoms.counts.shape[1]
    # τ-Argus lets its onlooker know that no cell is below the smallest of the table.
    least = np.full(n, tau["count"].min())
    knowledge = Knowledge(
        atoms.counts[place[shown]], value, value, np.full(shown.size, -1), least, np.full(n, 1e6)
    )
    low, high, unknown = (np.full(hidden.sum(), end) for end in (-1.0, 1e7, np.nan))
    wanted = Wanted(low, high, np.zeros(hidden.sum(), dtype=bool), unknown)
    found = bounds_of(puzzle_of(knowledge), atoms.counts[place[hidden]], wanted)
    for ours, theirs in ((found.low, tau.loc[hidden, "min"]), (found.high, tau.loc[hidden, "max"])):
        # τ-Argus cuts its bounds to whole numbers, so that 5.999... becomes 5.
        apart = np.abs(ours - theirs.to_numpy(float))
        assert apart.max() <= 1 + 1e-3 and (apart < 1e-3).mean() > 0.9


def test_our_auditor_works_out_nothing_in_what_tau_argus_protects(tau: pd.DataFrame) -> None:
    hidden = (tau["status"] != "S").to_numpy()
    keys = ["region_code", "parent_code", "age_band", "sex"]
    published = from_rows("tau", tau[keys].assign(value=np.where(hidden, np.nan, tau["count"])))
    secret = tau[["region_code", "age_band", "sex", "count"]]
    report = audit(published, secret, Policy(threshold=THRESHOLD, group_share=1))
    assert not [finding for finding in report.findings if finding.kind == "worked_out"]
    # Its sensitive cells by themselves protect nothing, and both say so.
    alone = (tau["status"] == "U").to_numpy()
    published = from_rows("tau", tau[keys].assign(value=np.where(alone, np.nan, tau["count"])))
    assert audit(published, secret, Policy(threshold=THRESHOLD, group_share=1)).findings


def test_we_hide_about_as_little(tau: pd.DataFrame) -> None:
    """Ours asks for more (from none to the threshold, not 20 per cent), so it may cost somewhat more."""
    names = ["|".join(key) for key in tau[["region_code", "age_band", "sex"]].to_numpy()]
    is_total = (tau["age_band"] == "all") | (tau["sex"] == "total")
    block = ["all"] * len(tau)
    cells = make_cells(names, tau["region_level"].tolist(), tau["count"], block=block, is_total=is_total)
    wijken = [code for code in tau["region_code"].unique() if code != "PV99"]
    ages, sexes = list(CODES), ["men", "women", "total"]
    sums = [(f"{a}|all|{s}", [f"{a}|{g}|{s}" for g in ages[:-1]]) for a in [*wijken, "PV99"] for s in sexes]
    sums += [(f"{a}|{g}|total", [f"{a}|{g}|{s}" for s in sexes[:2]]) for a in [*wijken, "PV99"] for g in ages]
    sums += [(f"PV99|{g}|{s}", [f"{a}|{g}|{s}" for a in wijken]) for g in ages for s in sexes]
    table = link(cells, sums)
    hidden = suppress(
        table, sensitive_cells(table, DisclosureRule(threshold=THRESHOLD, group_share=1))
    ).hidden
    assert hidden.sum() <= 1.5 * (tau["status"] != "S").sum()
    keys = tau[["region_code", "parent_code", "age_band", "sex"]]
    published = from_rows("ours", keys.assign(value=np.where(hidden, np.nan, tau["count"])))
    secret = tau[["region_code", "age_band", "sex", "count"]]
    assert audit(published, secret, Policy(threshold=THRESHOLD, group_share=1)).findings == []
