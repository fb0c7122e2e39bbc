"""Does it work: the parts that the proof `effects` rests on, and a small piece of that proof itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from datawerkplaats.effects import interrupted
from datawerkplaats.effects.allocation import allocate, evenly
from datawerkplaats.effects.calibration import BELOW, Calibration, calibrate, of_looks
from datawerkplaats.effects.choosing import Choice, choose
from datawerkplaats.effects.design import LOOKS, Design, design, planned_looks
from datawerkplaats.effects.panel import NEVER, Floats, Panel
from datawerkplaats.effects.prediction import period_rates, predict, untreated
from datawerkplaats.effects.variation import Variation, variation
from datawerkplaats.effects.verdict import Outcome, Verdict, judge, promise, verdict_of
from tests.proofs.effect_worlds import World, planted, rates, trial

RANDOM = np.random.default_rng


def world_panel(world: World, seed: int, effect: float = 0.0, chosen: int = 3) -> Panel:
    random = RANDOM(seed)
    people, rate = rates(world, random)
    starts = np.full(world.areas, NEVER)
    starts[:chosen] = world.before
    on = np.arange(world.periods) >= starts[:, None]
    return Panel(random.poisson(people * rate * np.where(on, 1 + effect, 1.0)).astype(float), people, starts)


def test_small_proof__nothing_that_works_is_seldom_said_to_work() -> None:
    """The proof itself has a thousand worlds for each way; here enough to see a calibration that is broken."""
    for way in ("lot", "need"):
        trials = [trial(World(areas=60), way, (-0.5,), seed=seed, worlds=120) for seed in range(40)]
        wrong = sum(one.nothing < one.chance.low or one.nothing > one.chance.high for one in trials)
        assert wrong <= 7, way
        assert sum(one.effects[0] < one.chance.low for one in trials) >= 30, way


def test_by_hand__the_highest_areas_seem_to_improve_by_themselves() -> None:
    trials = [trial(World(areas=60), "need", (), seed=seed, worlds=20) for seed in range(60)]
    assert np.mean([one.wald < -1.96 for one in trials]) > 0.1


def test_variation__tells_what_stays_from_what_fades() -> None:
    random = RANDOM(1)
    usual = np.full((1, 4000, 8), 200.0)
    stays = random.normal(0, 0.3, (1, 4000, 1))
    only_level = random.poisson(usual * np.maximum(1 + stays, 0)).astype(float)
    found = variation(only_level, usual)
    assert (
        found.stays[0] == pytest.approx(0.09, abs=0.01)
        and found.fades[0] < 0.005
        and found.direction[0] < 1e-3
    )
    fresh = random.poisson(usual * np.maximum(1 + random.normal(0, 0.2, usual.shape), 0)).astype(float)
    again = variation(fresh, usual)
    assert again.fades[0] + again.stays[0] < 0.05 and again.stays[0] < 0.01


def test_prediction__an_area_that_stood_high_by_chance_is_expected_back() -> None:
    usual = np.full((1, 3, 4), 100.0)
    events = usual.copy()
    events[0, 0, :3] = 150
    starts = np.array([[3, NEVER, NEVER]])
    nothing = np.zeros(1)
    fades = Variation(nothing, np.array([0.04]), nothing, nothing)
    stays = Variation(np.array([0.04]), nothing, nothing, nothing)
    donors = np.array([[False, True, True]])
    back = predict(events, usual, starts, donors=donors, fitted=fades).expected[0, -1]
    same = predict(events, usual, starts, donors=donors, fitted=stays).expected[0, -1]
    assert back < same <= 150 * 1.4


def test_period_rates__of_areas_that_start_one_after_another_are_those_of_the_same_areas() -> None:
    level = np.array([1.0, 2.0, 4.0])
    true = np.array([0.010, 0.011, 0.012, 0.013])
    people = np.full((1, 3, 4), 1000.0)
    events = people * level[None, :, None] * true
    starts = np.array([[NEVER, 3, 2]])
    found = period_rates(events, people, untreated(starts, 4))[0]
    assert found / found[0] == pytest.approx(true / true[0], rel=0.02)


def test_choosing__looks_at_nothing_after_the_start() -> None:
    panel = world_panel(World(areas=40), 3)
    events, people = panel.known()
    changed = events.copy()
    changed[:, 6:] = 0
    for way in ("need", "falling", "lot"):
        choice = Choice(way, 4, 6)
        one, other = (choose(choice, counts[None], people[None], RANDOM(5)) for counts in (events, changed))
        assert (one == other).all() and (one < NEVER).sum() == 4
    steps = choose(Choice("steps", 40, 6, waves=3), events[None], people[None], RANDOM(5))
    assert set(np.unique(steps)) == {6, 7, 8}


@pytest.mark.parametrize(
    ("measured", "smallest", "aim", "verdict"),
    [
        (-0.30, -0.2, "lower", Verdict.FITS_WORKING),
        (-0.05, -0.3, "lower", Verdict.NO_DIFFERENCE),
        (-0.05, -0.1, "lower", Verdict.NOT_VISIBLE),
        (0.30, -0.2, "lower", Verdict.WORSE),
        (0.30, 0.2, "higher", Verdict.FITS_WORKING),
        (-0.30, 0.2, "higher", Verdict.WORSE),
    ],
)
def test_verdict__is_one_of_four(measured: float, smallest: float, aim: str, verdict: Verdict) -> None:
    (chance,) = chance_of(RANDOM(0).normal(0, 0.08, (4000, 1)), aim=aim)
    assert verdict_of(measured, chance, smallest, aim) is verdict  # type: ignore[arg-type]


def chance_of(draws: Floats, **more: Any) -> tuple[Calibration, ...]:
    """The calibration of draws around nothing, among a thousand expected events."""
    expected = np.full(draws.shape, 1000.0)
    return of_looks(
        np.round(expected * np.exp(draws)), expected, Variation(*(np.zeros(1),) * 4), RANDOM(1), **more
    )


def test_calibration__tells_which_effects_would_be_seen_for_either_hope() -> None:
    draws = RANDOM(0).normal(0, 0.08, (4000, 1))
    (fewer,) = chance_of(draws, effects=(-0.1, -0.3))
    (more,) = chance_of(draws, aim="higher", effects=(0.1, 0.3))
    for chance, small, large in ((fewer, -0.1, -0.3), (more, 0.1, 0.3)):
        assert 0.1 < chance.seen[small] < 0.4 and chance.seen[large] > 0.85, small
        assert chance.spent == pytest.approx(BELOW, abs=0.001) and chance.by_now == chance.seen
    again = chance_of(draws, effects=(-0.3, -0.2))[0]
    assert again.seen[-0.3] == fewer.seen[-0.3], "what is told of an effect depends on what else is asked"


def test_judge__sees_a_large_effect_and_says_what_it_rests_on() -> None:
    panel = world_panel(World(events=60), 7, effect=-0.5, chosen=5)
    seen = judge(panel, Choice("lot", 5, 6), smallest=-0.2, aim="lower", seed=1)
    assert isinstance(seen, Outcome) and seen.verdict is Verdict.FITS_WORKING
    assert seen.low < -0.5 < seen.high or abs(seen.effect + 0.5) < 0.15
    assert seen.without_one[0] <= seen.effect + 0.02 and seen.without_one[1] >= seen.effect - 0.02
    assert seen.donors == 95 and seen.observed < seen.expected
    same = judge(panel, Choice("lot", 5, 6), smallest=-0.2, aim="lower", seed=1)
    assert isinstance(same, Outcome) and same.effect == seen.effect and (same.cloud == seen.cloud).all()


def test_judge__of_hidden_cells_and_changed_borders_goes_on() -> None:
    panel = world_panel(World(events=40), 9, effect=-0.5, chosen=5)
    events = panel.events.copy()
    events[20:40, 1] = np.nan
    events[40:50, 4:] = np.nan
    seen = judge(replace(panel, events=events), Choice("lot", 5, 6), smallest=-0.2, aim="lower", seed=1)
    assert isinstance(seen, Outcome) and np.isfinite([seen.effect, seen.low, seen.high, seen.power]).all()


def test_design__follows_from_plan_and_data() -> None:
    panel = world_panel(World(), 1)
    assert design(panel) == Design("compared")
    staggered = panel.starts.copy()
    staggered[0] = 7
    assert design(replace(panel, starts=staggered)).kind == "staggered"
    early = np.where(panel.starts < NEVER, 4, NEVER)
    assert design(replace(panel, starts=early)) == Design("none", "short_before", 4, 5)
    late = np.where(panel.starts < NEVER, 8, NEVER)
    assert design(replace(panel, starts=late)) == Design("none", "short_after", 1, 2)
    assert design(replace(panel, events=panel.events / 40)).why == "few_events"
    everywhere = np.full(panel.starts.shape, 6)
    assert design(replace(panel, starts=everywhere)) == Design("none", "no_comparison", 0, 10)
    long = world_panel(World(before=12), 1)
    assert design(replace(long, starts=np.full(long.starts.shape, 12))).kind == "interrupted"
    seen = judge(replace(panel, starts=late), Choice("lot", 3, 8), smallest=-0.2, aim="lower", seed=1)
    assert isinstance(seen, Design)


def line_world(seed: int, effect: float) -> tuple[Floats, Floats]:
    random = RANDOM(seed)
    time = np.arange(20)
    people = np.full(20, 10_000.0)
    rate = 0.01 * np.exp(0.01 * time + random.normal(0, 0.03, 20))
    return random.poisson(people * rate * np.where(time >= 16, 1 + effect, 1.0)).astype(float), people


def test_interrupted__keeps_its_word_on_a_long_series() -> None:
    wrong = right = 0
    for seed in range(60):
        events, people = line_world(seed, 0.0)
        (chance,) = interrupted.calibrate(events, people, 16, seed=seed, worlds=300)
        observed, expected = interrupted.outcome(events, people, 16)
        wrong += bool(np.log(observed / expected) - chance.middle < chance.low)
        events, people = line_world(seed, -0.4)
        observed, expected = interrupted.outcome(events, people, 16)
        right += bool(np.log(observed / expected) - chance.middle < chance.low)
    assert wrong <= 8 and right >= 50


def test_promise__grows_with_the_effect_and_with_the_areas() -> None:
    before = world_panel(World(), 2).before(6)
    few, many = (
        promise(before, Choice("need", count, 6), effects=(-0.1, -0.3), aim="lower", seed=1, worlds=300)
        for count in (3, 30)
    )
    assert few[0].at_first < few[1].at_first and many[0].at_first > few[0].at_first
    assert many[1].at_first > 0.9 and few[1].at_first < few[1].in_the_end


def test_promise__is_about_the_areas_of_the_plan_and_not_about_any() -> None:
    before = world_panel(World(), 2).before(6)
    size = before.people.sum(-1)
    large, small = (
        np.isin(np.arange(size.size), order[:3]) for order in (np.argsort(-size), np.argsort(size))
    )
    told = [
        promise(before, Choice("lot", 3, 6), effects=(-0.2,), aim="lower", seed=1, areas=areas, worlds=300)[0]
        for areas in (large, small)
    ]
    assert told[0].at_first > 2 * told[1].at_first


def test_promise__is_kept_in_a_small_piece_of_the_proof() -> None:
    found = [planted(World(areas=60, after=6), "lot", (-0.3,), seed=seed, worlds=200) for seed in range(8)]
    told, came = (np.array([getattr(one, part) for one in found]).mean(0)[0] for part in ("told", "came"))
    assert abs(told - came).max() < 0.2 and came[1] > came[0] > 0.3


def test_calibration__is_the_same_for_the_same_seed_and_another_for_another_choice() -> None:
    panel = world_panel(World(), 4)
    one, same = (calibrate(panel, Choice("need", 3, 6), seed=3, worlds=100)[0] for _ in range(2))
    assert (one.draws == same.draws).all()
    assert not (calibrate(panel, Choice("lot", 3, 6), seed=3, worlds=100)[0].draws == one.draws).all()


def test_looks__twenty_share_the_error_of_one() -> None:
    panel = world_panel(World(areas=40, before=8, after=20), 5)
    chances = calibrate(panel, Choice("lot", 3, 8), seed=1, worlds=400, looks=tuple(range(1, 21)))
    draws = np.stack([one.draws for one in chances], axis=1)
    alone = np.quantile(draws, BELOW, axis=0)
    assert all(one.low < single for one, single in zip(chances, alone, strict=True))
    assert (draws < alone).any(-1).mean() > 2 * BELOW, "looking twenty times with the bound of one look"
    assert (draws < [one.low for one in chances]).any(-1).mean() == pytest.approx(BELOW, abs=0.003)
    spent = [one.spent for one in chances]
    assert spent == sorted(spent) and spent[0] < BELOW and spent[-1] == pytest.approx(BELOW, abs=0.003)


def test_judge__looks_once_a_year_and_not_after_the_last_look() -> None:
    whole = world_panel(World(events=60, after=9), 7, effect=-0.4, chosen=5)
    assert planned_looks() == (2, 3, 4, 5, 6) and len(planned_looks()) == LOOKS and planned_looks(2)[-1] == 8
    seen = []
    for after in (2, 6, 9):
        panel = Panel(whole.events[:, : 6 + after], whole.people[:, : 6 + after], whole.starts)
        one = judge(panel, Choice("lot", 5, 6), smallest=-0.2, aim="lower", seed=1)
        assert isinstance(one, Outcome)
        seen.append(one)
    assert [(one.look, one.looks) for one in seen] == [(1, 5), (5, 5), (5, 5)]
    assert seen[1].effect == seen[2].effect and 0 < seen[0].spent < seen[1].spent


def test_allocation__by_need_reaches_most_and_tells_how_sure_each_area_is() -> None:
    number = np.array([100.0, 90.0, 50.0, 49.0, 48.0, 10.0])
    margin = np.full(6, 8.0)
    found = allocate(number, number - margin, number + margin, 3, seed=1)
    assert list(found.chosen) == [0, 1, 2] and list(found.sure) == [0, 1] and set(found.near) == {2, 3, 4}
    assert (
        found.by_need == 240 and found.by_near_lot == pytest.approx(190 + 49) and found.by_lot < found.by_need
    )
    assert found.often[0] == 1 and found.often[5] == 0 and 0.2 < found.often[3] < 0.5
    with pytest.raises(ValueError, match="count"):
        allocate(number, number, number, 6, seed=1)


def test_evenly__every_group_gets_as_many() -> None:
    number, groups = np.array([9.0, 8.0, 7.0, 2.0, 1.0]), np.array([0, 0, 0, 1, 1])
    assert evenly(number, groups, 2) == 11 and evenly(number, groups, 3) == 11 + 4.5
