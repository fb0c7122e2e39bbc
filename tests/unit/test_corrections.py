# Long because every way to learn something from a correction has its test here.
"""Corrections after publication: two releases beside each other give no small count away, and neither does a chain of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from data_quality.release_history import read_people
from datawerkplaats import publication
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.catalogue.partners import Micro
from datawerkplaats.partners import making
from datawerkplaats.partners.counting import Counted, Key
from datawerkplaats.partners.history import Released, Told
from datawerkplaats.partners.onlookers import Since, narrowed
from datawerkplaats.partners.residents import Residents
from datawerkplaats.partners.settled import settle
from datawerkplaats.partners.steps import Moving, Sum, steps_that_add_up
from datawerkplaats.publication import Publication
from tests.partner_example import COUNTS, SOURCE, World, make_world, persons

SMALL, GEMEENTE = "WK000200", "GM0002"
# Three people of whom nobody knows the wijk: the rest that the first release gives away.
NOWHERE = Residents({}, {}, "nowhere")
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


def care() -> Micro:
    """How youth care is declared."""
    micro = load_catalogue(PROJECT_ROOT / "catalogue").sources[SOURCE].micro
    assert micro
    return micro


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


def counted(cells: dict[Key, list[int]], sums: list[tuple[Key, list[Key]]]) -> Counted:
    """Counts per partner a, b, …"""
    shares = {key: np.array(of, dtype=float) for key, of in cells.items()}
    return Counted("s", "persons", 2022, shares, {}, sums, "abc"[: len(next(iter(cells.values())))])


def quiet(told: Moving) -> tuple[int, ...]:
    """The steps of a figure that tell nobody of few others."""
    ends = dict(zip((told.least, told.most), told.tells, strict=True))
    return tuple(steps for steps, tells in ends.items() if not tells)


def of_area(code: str) -> Key:
    return code, "all", "total"


PROVINCE = of_area("PV99")


@given(some.lists(some.lists(some.integers(0, 130), min_size=2, max_size=2), min_size=2, max_size=8))
def test_no_two_figures_of_a_cell_differ_by_few_and_none_is_far_off(counts: list[list[int]]) -> None:
    """Release after release of two areas and what they lie in."""
    keys = [of_area("GM0001"), of_area("GM0002")]
    told: dict[Key, list[float]] = {}
    for turn, (one, two) in enumerate(counts):
        now = counted({keys[0]: [one], keys[1]: [two], PROVINCE: [one + two]}, [(PROVINCE, keys)])
        if not turn:
            told = {key: [max(float(n.sum()), 10.0)] for key, n in now.cells.items()}
            continue
        said = Released(
            {("s", 2022, *key): figures for key, figures in told.items()},
            {("s", 2022, *key): Told(figures[-1]) for key, figures in told.items()},
        )
        made = settle([now], care(), said, NOWHERE)["persons"].counts
        for key, figures in told.items():
            count = float(now.cells[key].sum())
            assert all(made[key] == before or abs(made[key] - before) > 10 for before in figures)
            assert abs(made[key] - count) <= 20 and (made[key] <= 20 or count > 10)
            figures.append(made[key])


def test_areas_add_up_though_each_would_move_otherwise_by_itself() -> None:
    """Two gemeenten that lose nine each: with the figures of both as they were, their province cannot have lost any."""
    keys = [of_area("GM0001"), of_area("GM0002")]
    moving = {key: Moving(-9, 0, -1, 0) for key in keys} | {PROVINCE: Moving(-18, 0, -1, 0)}

    def steps(sums: list[Sum]) -> list[int]:
        found = steps_that_add_up(moving, {}, sums, 20, "s")
        return [found[key] for key in (*keys, PROVINCE)]

    assert steps([]) == [0, 0, -1]
    one, two, both = steps([Sum(PROVINCE, keys, 0.0)])
    assert both == -1 and one + two < 0
    moving[PROVINCE] = Moving(-18, 0, -1, 0, tells=(True, False))
    assert steps([Sum(PROVINCE, keys, 0.0)]) == [0, 0, 0], "no step that tells of few, where another adds up"
    moving[PROVINCE] = Moving(-18, 0, -1, -1, tells=(True, True))
    assert steps([Sum(PROVINCE, keys, 1.0)]) == [0, 0, -1], "twenty of unknown gemeente may be who left"


def test_a_figure_does_not_move_by_a_step_that_tells_a_partner_of_others() -> None:
    """One of the partner's left and 14 of others came; of these 9 in a part: with a step of 20 he knows that one came."""
    whole, part = of_area("GM0001"), of_area("WK000101")
    now = counted({whole: [99, 114], part: [50, 59]}, [(whole, [part])])
    then = {whole: [100.0, 100.0], part: [50.0, 50.0]}
    nobody = [np.concatenate([[0.0], np.array(one)]) for one in (then[whole], then[part])]
    today = [np.concatenate([[0.0], now.cells[key]]) for key in (whole, part)]
    change = [b - a for a, b in zip(nobody, today, strict=True)]
    since = Since(
        dict(zip((whole, part), nobody, strict=True)),
        dict(zip((whole, part), today, strict=True)),
        dict(zip((whole, part), (one.sum() - one for one in change), strict=True)),
        is_first=True,
    )
    moving = {whole: Moving(13, 0, 0, 1), part: Moving(9, 0, 0, 1)}
    found = narrowed(now, moving, {whole: 200.0, part: 100.0}, [since], 10)
    assert quiet(found[whole]) == (0,), "at 20 nobody else is out of his reach: 1 to 41"
    before, later, others = (
        {key: one[:1] for key, one in told.items()} for told in (since.before, since.now, since.others)
    )
    blind = Since(before, later, others, is_first=True)
    assert narrowed(now, moving, {whole: 200.0, part: 100.0}, [blind], 10)[whole].tells == (False, False)


def test_an_emptied_wijk_does_not_tell_by_how_many_another_one_grew() -> None:
    """26 left one wijk, of which no more can leave, and 6 all others: at two steps of the whole, a third grew by 6 at most."""
    whole, emptied, third = of_area("GM0001"), of_area("WK000101"), of_area("WK000103")
    first = {whole: 300.0, emptied: 26.0, third: 55.0}
    moving = {whole: Moving(-32, 0, -2, -1), emptied: Moving(-26, 0, -1, -1), third: Moving(1, 0, 0, 1)}
    now = counted({whole: [268], emptied: [0], third: [56]}, [(whole, [emptied, third])])

    def steps(grew: int) -> tuple[int, ...]:
        others = {whole: np.array([-32.0]), emptied: np.array([-26.0]), third: np.array([float(grew)])}
        nobody = {key: np.zeros(1) for key in first}
        found = narrowed(now, moving, first, [Since(nobody, nobody, others, True)], 10)[whole]
        return quiet(found)

    assert steps(1) == (-1,) and steps(7) == (-2, -1) and steps(0) == (-2, -1)


def test_a_figure_right_on_a_step_is_told_by_one_less_where_it_tells_a_partner_of_others() -> None:
    """40 more, 18 of them his own: by two steps he knows that 2 others or more came."""
    whole, part = of_area("GM0001"), of_area("WK000101")
    now = counted({whole: [118, 122], part: [52, 52]}, [(whole, [part])])
    before = {whole: np.array([0.0, 100, 100]), part: np.array([0.0, 50, 50])}
    today = {key: np.concatenate([[0.0], shares]) for key, shares in now.cells.items()}
    others = {key: (today[key] - before[key]).sum() - (today[key] - before[key]) for key in today}
    moving = {whole: Moving(40, 0, 2, 2), part: Moving(4, 0, 0, 1)}
    found = narrowed(now, moving, {whole: 200.0, part: 100.0}, [Since(before, today, others, True)], 10)
    assert quiet(found[whole]) == (1,)


def test_a_corrected_year_is_settled_with_its_areas_and_its_partners_beside() -> None:
    """The same through the front door: wijken that lose nine each, and a partner who lost one himself."""
    whole, one, two = of_area("GM0001"), of_area("WK000101"), of_area("WK000102")
    first = {whole: 200.0, one: 100.0, two: 100.0}
    residents = Residents({code: {} for code in ("WK000101", "WK000102")}, {"GM0001": "PV99"}, "made up")

    def settled(cells: dict[Key, list[int]], own: int) -> list[float]:
        rows = [(key[0], "0-11", "men", *of) for key in (one, two) for of in (("a", own), ("b", 100 - own))]
        said = Released(
            {("s", 2022, *key): [value] for key, value in first.items()},
            {("s", 2022, *key): Told(value) for key, value in first.items()},
            {("s", 2022): ["then"]},
            {("s", 2022, "then"): rows},
        )
        made = settle([counted(cells, [(whole, [one, two])])], care(), said, residents)["persons"].counts
        return [made[key] - first[key] for key in (whole, one, two)]

    whole_moved, *wijken = settled({whole: [0, 182], one: [0, 91], two: [0, 91]}, 0)
    assert whole_moved == -20 == sum(wijken), "nobody is left besides the wijken who could have gone instead"
    # 15 others in all of whom nine in the first wijk; the second stays as it is.
    cells = {whole: [99, 115], one: [49, 59], two: [50, 56]}
    assert settled(cells, 50) == [0, 0, 0]
    assert settled({whole: [100, 114], one: [50, 58], two: [50, 56]}, 50) == [20, 0, 0], (
        "as many, none his own"
    )


def test_where_no_step_keeps_quiet_a_wider_margin_is_told_beside_all() -> None:
    """Of a wijk of 64 nine stayed; then one elsewhere, never shown, grew by 33 of whom 15 are a partner's own. A step of the
    province tells him that others stayed in the first, and none that a few others came in a third since the last release."""
    small, beside, grown, third = (of_area(f"WK{n}") for n in ("000201", "000202", "000101", "000102"))
    one, two = of_area("GM0001"), of_area("GM0002")
    inside = {one: [grown, third], two: [small, beside], PROVINCE: [small, beside, grown, third]}
    first = {small: (8, 43, 13), beside: (300, 385, 300), grown: (9, 8, 9), third: (300, 192, 300)}
    last = {**first, small: (1, 7, 1)}
    now = {**last, grown: (24, 13, 22), third: (301, 194, 302)}

    def with_areas(wijken: Mapping[Key, tuple[int, ...]]) -> dict[Key, list[int]]:
        sums = {
            area: list(map(sum, zip(*map(wijken.get, parts), strict=True))) for area, parts in inside.items()
        }
        return {key: list(of) for key, of in wijken.items()} | sums

    shown = {key: float(sum(of)) for key, of in with_areas(first).items() if key != grown}
    moved = {two: 60.0, PROVINCE: 60.0, small: 54.0}
    people = {
        name: [
            (key[0], "0-11", "men", who, n)
            for key, of in world.items()
            for who, n in zip("abc", of, strict=True)
        ]
        for name, world in (("first", first), ("last", last))
    }
    said = Released(
        {("s", 2022, *key): [value] for key, value in shown.items()} | {("s", 2022, *grown): []},
        {("s", 2022, *key): Told(value - moved.get(key, 0.0)) for key, value in shown.items()},
        {("s", 2022): list(people)},
        {("s", 2022, name): rows for name, rows in people.items()},
    )
    sums = [(one, inside[one]), (two, inside[two]), (PROVINCE, [one, two])]
    areas: dict[str, dict[str, float]] = {key[0]: {} for key in first}
    residents = Residents(areas, dict.fromkeys(("GM0001", "GM0002"), "PV99"), "made up")
    made = settle([counted(with_areas(now), sums)], care(), said, residents)["persons"]
    assert made.margin == 60
    assert all(abs(made.counts[key] - sum(of)) <= 20 for key, of in with_areas(now).items() if key in shown)
    blind = replace(said, people={})
    assert settle([counted(with_areas(now), sums)], care(), blind, residents)["persons"].margin == 20


@pytest.mark.parametrize(("change", "steps"), [(-45, (-3,)), (-39, (-1,)), (-62, (-4, -3))])
def test_what_a_small_wijk_lies_in_does_not_tell_that_some_are_left(
    change: int, steps: tuple[int, ...]
) -> None:
    """A wijk of 62 of whom 5 stay moves three steps, to 2; at two of its gemeente one would know that 2 or more stayed."""
    whole, small = of_area("GM0001"), of_area("WK000101")
    now = counted({whole: [300 + change], small: [5]}, [(whole, [small])])
    moving = {
        whole: Moving(change, 0, change // 20, change // 20 + 1),
        small: Moving(-57, 0, -3, -3),
    }
    first = {whole: 300.0, small: 62.0}
    nobody = {key: np.zeros(1) for key in first}
    found = narrowed(now, moving, first, [Since(nobody, nobody, nobody, True)], 10)[whole]
    assert quiet(found) == steps


def test_what_partners_knew_at_the_first_release_is_kept_in_private(world: World) -> None:
    release(world, FIRST, "s1")
    release(world, {**FIRST, "WK000201": 91}, "s2")
    release(world, {**FIRST, "WK000201": 92}, "s3")
    world.deliver(persons({**FIRST, "WK000201": 93}))
    world.protect()
    kept = json.loads((world.settings.private_dir / SOURCE / "people.json").read_text())["2022"]
    sizes = [sum(row[-1] for row in rows) for rows in kept.values()]
    assert sorted(sizes) == [sum(FIRST.values()) + more for more in (0, 44, 45)], "first, last and now"
    first, last = read_people(world.settings.private_dir, SOURCE, 2022)
    assert first is not None and last is not None
    assert (len(first), len(last)) == (sum(FIRST.values()), sum(FIRST.values()) + 44)
    assert (world.settings.private_dir / SOURCE / "people.json").stat().st_mode & 0o077 == 0


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
        return key in settle(parts, micro, said, NOWHERE)["yes"].stay

    assert stays(161, 240) and stays(165, 245) and not stays(190, 240)
    assert stays(3, 240), "too few for a row of its own: what was shown is all there is"


def test_a_correction_is_settled_the_same_in_every_process(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of steps that are equally good the solver takes those that the order of its cells leads to, and a set has another in each."""
    small = {**COUNTS, "WK000101": 3, "WK000102": 2, "WK000201": 5, "WK000202": 6}
    release(world, small, "s1")
    asked: list[list[Key]] = []

    def seen(moving: Mapping[Key, Moving], others: Mapping[Key, float], *rest: object) -> dict[Key, int]:
        asked.append([key for key, least in others.items() if least == 0.0])
        return steps_that_add_up(moving, others, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("datawerkplaats.partners.settled.steps_that_add_up", seen)
    release(world, {**small, "WK000103": 90}, "s2")
    assert asked and all(len(hidden) >= 5 and hidden == sorted(hidden) for hidden in asked)
