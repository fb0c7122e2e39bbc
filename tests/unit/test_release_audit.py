"""All releases as one system: the attack on a chain finds what a correction gives away, and a usual rest narrows what is hidden."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data_quality.auditor import Policy, audit, from_rows, usual_rest
from data_quality.auditor.chains import attack_chain
from data_quality.auditor.releases import Chain, Onlooker
from data_quality.corrected_years import Year
from data_quality.partner_truth import truth_of
from data_quality.release_history import read_history
from datawerkplaats.disclosure import DisclosureRule, link, make_cells, sensitive_cells, suppress
from datawerkplaats.partners.history import Released, Told, _Book, _write
from datawerkplaats.partners.protection import with_usual_rests
from tests.proofs.release_rivals import Exact
from tests.proofs.release_worlds import Place, Publisher, small_region
from tests.proofs.releases import Tally, examine

SEED = 1


def few_gemeenten(seed: int) -> Place:
    """A world cut down to one gemeente, so that it takes a moment."""
    place = small_region(seed)
    here = place.people["area"].str[2:6] == "0001"
    areas = {code: bands for code, bands in place.residents.by_area.items() if code[2:6] == "0001"}
    return replace(
        place,
        people=place.people[here].reset_index(drop=True),
        residents=replace(place.residents, by_area=areas, province={"GM0001": "PV99"}),
    )


def found(tally: Tally) -> int:
    return sum(tally.findings.values()) + tally.insider + tally.size


def test_a_chain_of_corrections_gives_nothing_away() -> None:
    tally = examine(few_gemeenten(SEED), SEED, Publisher.new(SEED), most=2)
    assert tally.attacked > 10 and found(tally) == 0, tally.examples
    assert tally.small_counts == tally.small_differences == tally.beyond == 0
    # Of many chains 0.9 or more are (`make prove ONLY=audit.releases`).
    assert tally.near >= 0.8 * tally.corrected > 0


def test_the_examiner_finds_what_exact_corrections_give_away() -> None:
    tally = examine(few_gemeenten(SEED), SEED, Exact(b"", Released({})), most=1, by_the_code=False)
    assert found(tally) > 5 and tally.small_differences > 0


def release(values: dict[str, float], margin: float = 0.0) -> pd.DataFrame:
    parent = {"GM": "", "WK": "GM0001"}
    return pd.DataFrame(
        [
            {"region_code": code, "age_band": "all", "sex": "total", "value": value, "margin": margin}
            | {"parent_code": parent[code[:2]]}
            for code, value in values.items()
        ]
    )


@pytest.mark.parametrize(
    ("second", "margin", "kinds"),
    [
        ({"GM0001": 91.0, "WK000101": np.nan, "WK000102": 85.0}, 0.0, {"worked_out", "change_worked_out"}),
        ({"GM0001": 100.0, "WK000101": 12.0, "WK000102": 85.0}, 20.0, set()),
        ({"GM0001": 91.0, "WK000101": np.nan, "WK000102": 85.0}, 4.0, {"too_narrow", "change_too_narrow"}),
    ],
)
def test_the_rest_of_the_first_release_counts_as_unchanged(
    second: dict[str, float], margin: float, kinds: set[str]
) -> None:
    """A wijk that falls from 12 to 3, with 3 people of unknown wijk: told exactly, in steps, and with too small a margin."""
    first = {"GM0001": 100.0, "WK000101": 12.0, "WK000102": 85.0}
    chain = Chain([release(first), release(second, margin)], frozenset({"GM0001"}))
    before, now = np.array([100.0, 12.0, 85.0]), np.array([91.0, 3.0, 85.0])
    findings, attacked = attack_chain(chain, [before], now, [Onlooker("outsider")], 10)
    assert {one.kind for one in findings if one.cell.startswith("WK000101")} == kinds
    assert attacked == 2


# A wijk grew by 15 of whom 14 are the partner's, who counts one fewer in another wijk.
BEFORE = {"GM0001": 200.0, "WK000101": 100.0, "WK000102": 97.0}
NOW = {"GM0001": 214.0, "WK000101": 115.0, "WK000102": 96.0}
TOLD = {"GM0001": 240.0, "WK000101": 120.0, "WK000102": 97.0}


def by_atom(chain: Chain, *counts: tuple[str, int]) -> np.ndarray:
    rows = [(code, "0-24", sex, n / 2) for code, n in counts for sex in ("men", "women")]
    return chain.atoms.known(pd.DataFrame(rows, columns=["region_code", "age_band", "sex", "count"]))


def test_a_partner_goes_by_what_he_knows_of_his_own_people_elsewhere() -> None:
    """Of a gemeente told 40 more, 13 of his own: others are 7 to 47 more. Who forgets his own elsewhere takes it for 6 to 46."""
    chain = Chain([release(BEFORE), release(TOLD, 20.0)], frozenset({"GM0001"}))
    before = by_atom(chain, ("WK000101", 50), ("WK000102", 50))
    now = by_atom(chain, ("WK000101", 64), ("WK000102", 49))
    small = chain.inside[chain.cells.index[chain.cells["region_code"] == "WK000101"][0]]
    found = chain.ranges(small, 0, Onlooker("a", before, now))
    assert found is not None and (found.least, found.most) == (21, 40), (
        "with his own 14: others are 7 or more"
    )


def test_who_does_not_remember_how_many_of_his_own_there_were_sees_no_change_of_others() -> None:
    chain = Chain(
        [release(BEFORE), release({**BEFORE, "GM0001": 180.0, "WK000101": 80.0}, 20.0)], frozenset({"GM0001"})
    )
    before, now = np.array([200.0, 100.0, 97.0]), np.array([192.0, 92.0, 97.0])
    one = by_atom(chain, ("WK000101", 1))
    assert attack_chain(chain, [before], now, [Onlooker("a", now=one)], 10)[0] == []
    found, _ = attack_chain(chain, [before], now, [Onlooker("a", np.zeros_like(one), one)], 10)
    assert {finding.kind for finding in found} == {"change_too_narrow"}, (
        "he came, and at least one other left"
    )


def people(counts: dict[str, int], own: dict[str, int]) -> pd.DataFrame:
    """Persons of partner a, and of b for the rest."""
    return pd.DataFrame(
        [
            (2022, code, "0-24", ("men", "women")[i % 2], "a" if i < own[code] else "b")
            for code, n in counts.items()
            for i in range(n)
        ],
        columns=["year", "area", "age_band", "sex", "partner"],
    )


def test_the_gate_attacks_as_a_partner_who_remembers_his_own_people() -> None:
    """It knows of before what the partner knew: with the people behind the first release it sees what he is told of others."""
    parents = {"GM0001": "", "WK000101": "GM0001", "WK000102": "GM0001"}
    regions = pd.DataFrame({"region_code": list(parents), "parent_code": list(parents.values())})
    wijken = {"WK000101": 100, "WK000102": 97, "GM0001": 3}
    then = truth_of(people(wijken, {"WK000101": 50, "WK000102": 50, "GM0001": 0}), regions)
    # One of his own left, ten others came.
    now = truth_of(
        people({**wijken, "WK000101": 109}, {"WK000101": 49, "WK000102": 50, "GM0001": 0}), regions
    )
    year = Year(
        2022,
        release({**BEFORE, "GM0001": 220.0, "WK000101": 120.0}, 20.0),
        pd.Series([209.0, 109.0, 97.0]),
        [release(BEFORE)],
        pd.Series(parents),
    )
    assert year.attack(now, 10)[0] == []
    found, _ = replace(year, truths=(then, then)).attack(now, 10)
    assert found == []
    nine = truth_of(
        people({**wijken, "WK000101": 108}, {"WK000101": 49, "WK000102": 50, "GM0001": 0}), regions
    )
    found, _ = replace(year, truths=(then, then)).attack(nine, 10)
    assert {(one.kind, one.onlooker, one.low) for one in found} == {("change_too_narrow", "a", 0)}
    assert year.attack(nine, 10)[0] == [], "without what was before nobody can say"


def table(rest: float, small: float) -> pd.DataFrame:
    """Eight gemeenten of four wijken with 3 people of unknown wijk each; in the last a wijk is hidden alone."""
    rows = []
    for g in range(8):
        left = rest if g == 7 else 3.0
        wijken = [small if g == 7 else 150.0, 150.0, 150.0, 147.0]
        rows.append((f"GM{g:04d}", "", sum(wijken) + left, sum(wijken) + left))
        for w, count in enumerate(wijken):
            hidden = g == 7 and w == 0
            rows.append((f"WK{g:04d}{w:02d}", f"GM{g:04d}", np.nan if hidden else count, count))
    keys = {"measure": "m", "period_id": "2022", "age_band": "all", "sex": "total"}
    return pd.DataFrame(rows, columns=["region_code", "parent_code", "value", "count"]).assign(**keys)


def test_a_usual_rest_narrows_what_linear_bounds_leave_wide() -> None:
    rows = table(rest=3.0, small=9.0)
    share = usual_rest(rows)
    assert share == pytest.approx(3 / 600, rel=0.01)
    with_rest = frozenset(code for code in rows["region_code"] if code.startswith("GM"))
    policy = Policy(threshold=10, with_rest=with_rest)
    plain = audit(from_rows("t", rows.drop(columns="count")), rows, policy)
    assert not plain.findings and not plain.likely
    told = audit(from_rows("t", rows.drop(columns="count")), rows, replace(policy, rest_share=share))
    assert [(one.kind, one.onlooker) for one in told.findings] == [("too_narrow", "who knows the usual rest")]
    ((low, high),) = told.likely.values()
    assert 0 < low <= 9 <= high == 12


def test_protection_hides_no_count_behind_a_rest_that_is_not_likely() -> None:
    rows = table(rest=12.0, small=9.0)
    cells = make_cells(
        rows["region_code"].tolist(),
        ["gemeente" if c[:2] == "GM" else "wijk" for c in rows["region_code"]],
        rows["count"],
    )
    sums = [
        (code, rows.loc[rows["parent_code"] == code, "region_code"].tolist())
        for code in rows["region_code"]
        if code.startswith("GM")
    ]
    for bounded, least in ((False, 1), (True, 2)):
        linked = with_usual_rests(link(cells, sums)) if bounded else link(cells, sums)
        hidden = suppress(linked, sensitive_cells(linked, DisclosureRule(threshold=10))).hidden
        assert hidden.sum() == least


def test_the_history_tells_what_a_cleared_publication_said(tmp_path: Path) -> None:
    key = ("care", 2022, "WK000101", "all", "total")
    book = _Book()
    book.add("first", [(key, Told(12.0))])
    book.add("second", [(key, Told(None))])
    book.add("third", [(key, Told(None))])
    book.add("fourth", [(key, Told(32.0, 12.0, 52.0))])
    assert len(book.cells[key]) == 3, "only what is new takes room"
    _write(tmp_path / "released.json", book)
    told = {name: rows.iloc[0][["value", "margin"]].tolist() for name, rows in read_history(tmp_path).items()}
    assert told["first"] == [12, 0] and told["fourth"] == [32, 20]
    assert np.isnan(told["second"][0]) and np.isnan(told["third"][0])
    assert book.released().shown[key] == [12.0, 32.0] and book.released().latest[key].value == 32.0
