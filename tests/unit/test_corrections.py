"""Corrections after publication: two releases beside each other give no small count away, and neither does a chain of them."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from datawerkplaats import publication
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.partners import making
from datawerkplaats.partners.counting import Counted
from datawerkplaats.partners.history import Released, Told
from datawerkplaats.partners.settled import settle, settled_count
from datawerkplaats.publication import Publication
from tests.partner_example import COUNTS, World, make_world, persons

SMALL, GEMEENTE = "WK000200", "GM0002"
# Three people of whom nobody knows the wijk: the rest that the first release gives away.
FIRST = {**{code: n for code, n in COUNTS.items() if code != SMALL}, GEMEENTE: 3, SMALL: 12}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(Settings(data_dir=tmp_path / "data"), tmp_path)


def release(world: World, counts: dict[str, int], stamp: str) -> Publication:
    """Deliver, protect, build and publish."""
    world.deliver(persons(counts))
    assert not world.protect().problems
    world.warehouse()
    return world.publish(stamp)


def shown(made: Publication) -> dict[str, float]:
    """What anybody reads of the totals per area."""
    with duckdb.connect(str(made.path), read_only=True) as con:
        rows = con.execute(
            "select region_code, value from core.fct_observation"
            " where indicator_id = 'care_count' and age_band = 'all' and sex = 'total' and value is not null"
        ).fetchall()
    return {str(code): float(value) for code, value in rows}


def by_remainders(first: dict[str, float], second: dict[str, float]) -> float:
    """The small wijk as the difference of two remainders: what was not said to change did not change."""
    others = [code for code in first if code[2:6] == GEMEENTE[2:] and code[:2] == "WK" and code != SMALL]
    rest = first[GEMEENTE] - first[SMALL] - sum(first[code] for code in others)
    return second[GEMEENTE] - sum(second.get(code, first[code]) for code in others) - rest


def test_a_wijk_that_became_small_does_not_follow_from_two_remainders(world: World) -> None:
    first = shown(release(world, FIRST, "s1"))
    assert first[SMALL] == 12 and first[GEMEENTE] - sum(first[c] for c in COUNTS if c[2:6] == "0002") == 3
    second = shown(release(world, {**FIRST, SMALL: 3}, "s2"))
    assert by_remainders(first, second) != 3
    assert second[GEMEENTE] == first[GEMEENTE], "a change of fewer than ten persons is told of no area"


def test_the_gate_holds_the_attack_back_by_itself(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever protection does: the attack on both releases together is part of the verdict, also when the first is taken back."""
    first = release(world, FIRST, "s1")
    world.deliver(persons({**FIRST, SMALL: 3}))
    monkeypatch.setattr(making, "_corrected", lambda *_: {})
    world.protect()
    world.warehouse()
    with pytest.raises(DataProblem, match="change_worked_out"):
        world.publish("s2")
    noted = json.loads((world.settings.private_dir / "findings.json").read_text())
    assert any(kind == "change_worked_out" and GEMEENTE in cell for kind, cell, *_ in noted)
    publication.withdraw(world.settings.publish_dir, first.id, "a mistake", "test")
    assert not first.path.exists()
    with pytest.raises(DataProblem, match="change_worked_out"):
        world.publish("s2")


def test_the_gate_holds_back_what_a_corrected_year_may_not_show(world: World) -> None:
    """The margin of one cell apart, a rate of the true count, a small difference with what was shown."""
    release(world, FIRST, "s1")
    world.deliver(persons({**FIRST, "WK000201": 91}))
    world.protect()
    near = "case indicator_id when 'care_count' then 50 else 125 end"
    for spoilt, kind in (
        ("upper = value + 12, lower = 0 where indicator_id = 'care_count' and", "margins_differ"),
        ("value = value + 3 where indicator_id = 'care_rate' and", "rate_tells_more"),
        (f"value = {near}, numerator = 50, lower = 30, upper = 70 where", "small_difference"),
    ):
        world.warehouse()
        world.change(f"update core.fct_observation set {spoilt} region_code = 'WK000201'")
        with pytest.raises(DataProblem, match=kind):
            world.publish("s2")


def test_a_correction_of_many_reaches_readers_with_a_margin_that_holds_it(world: World) -> None:
    release(world, FIRST, "s1")
    release(world, {**FIRST, "WK000201": 91}, "s2")
    rows = [
        row for row in world.table() if row["measure_code"] == "care_users_count" and row["value"] is not None
    ]
    assert {row["upper"] - row["value"] for row in rows} == {20.0}, "one margin: where it is tells nothing"
    told = {
        row["region_code"]: row["value"] for row in rows if row["age_band"] == "all" and row["sex"] == "total"
    }
    assert told["WK000201"] == 48 + 40 and told["WK000202"] == FIRST["WK000202"], "in steps of twenty"
    assert told[GEMEENTE] == sum(n for area, n in FIRST.items() if area[2:6] == "0002") + 40


@given(some.lists(some.integers(0, 130), min_size=2, max_size=8))
def test_no_two_figures_of_a_cell_differ_by_few_and_none_is_far_off(counts: list[int]) -> None:
    told = [float(max(counts[0], 10))]
    for count in counts[1:]:
        figure = settled_count(float(count), told[0], told[-1], 10)
        assert all(figure == one or abs(figure - one) > 10 for one in told)
        assert abs(figure - count) <= 10 if count > 10 else 10 <= figure <= 20
        told.append(figure)


def test_a_share_is_told_anew_only_when_many_answered_otherwise() -> None:
    """A row of shares in which fewer than k answers changed stays, figure, bounds and respondents."""
    micro = load_catalogue(PROJECT_ROOT / "catalogue").sources["partner_young_adults_survey"].micro
    assert micro
    key = ("GM0001", "all", "total")
    told = Told(40.0, 35.0, 45.0, 400.0)
    said = Released({("s", 2023, *key): [40.0]}, {("s", 2023, *key): told})

    def stays(agreed: int, others: int) -> bool:
        parts = [
            Counted("s", name, 2023, {key: np.array([float(n)])})
            for name, n in (("yes", agreed), ("no", others))
        ]
        return key in settle(parts, micro, said)["yes"].stay

    assert stays(161, 240) and stays(165, 245) and not stays(190, 240)
    assert stays(3, 240), "too few for a row of its own: what was shown is all there is"
