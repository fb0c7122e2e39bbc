"""What is usual: measured before the start by all areas, and afterwards by what was expected of those that are left over."""

from __future__ import annotations

import numpy as np
import pytest

from datawerkplaats.effects.calibration import fitted
from datawerkplaats.effects.choosing import Choice, choose
from datawerkplaats.effects.panel import Panel
from datawerkplaats.effects.prediction import period_rates, predict
from tests.proofs.effect_worlds import World, rates

RANDOM = np.random.default_rng


def high_third(seed: int) -> Panel:
    """A third of the areas with an approach, the highest: those left over stood low, by chance too."""
    world = World(areas=90, after=6)
    random = RANDOM(seed)
    people, rate = rates(world, random)
    counts = random.poisson(people * rate).astype(float)
    starts = choose(Choice("need", 30, 6), counts[None], people[None], random)[0]
    return Panel(counts, people, starts)


def test_variation__is_the_same_when_a_promise_is_made_and_when_it_is_kept() -> None:
    panel = high_third(3)
    (told, rates_told), (kept, rates_kept) = fitted(panel.before(6), 6), fitted(panel, 6)
    assert (told.stays, told.fades, told.pace) == (kept.stays, kept.fades, kept.pace)
    assert (rates_told == rates_kept[:6]).all()


def test_prediction__of_a_look_does_not_change_with_what_came_later() -> None:
    panel = high_third(4)
    events, people, starts = panel.events[None], panel.people[None], panel.starts[None]
    whole = predict(events, people, starts).log_ratio[0]
    early = predict(events[..., :8], people[..., :8], starts).log_ratio[0]
    assert early == pytest.approx(whole[:2], rel=1e-9)


def test_prediction__of_a_third_chosen_for_standing_high_is_right_on_average() -> None:
    ratios = [
        float(predict(one.events[None], one.people[None], one.starts[None]).log_ratio[0, 1])
        for one in map(high_third, range(60))
    ]
    assert abs(np.mean(ratios)) < 0.02 and np.std(ratios) < 0.07


def test_period_rates__fit_all_that_is_counted_where_cells_are_missing() -> None:
    panel = high_third(5)
    people = panel.people[None].copy()
    people[0, :20, 2:4] = 0.0
    events = np.where(people > 0, panel.events[None], 0.0)
    found = period_rates(events, people, np.ones(events.shape, dtype=bool))
    assert (people * found[:, None]).sum() == pytest.approx(events.sum(), rel=1e-9)
