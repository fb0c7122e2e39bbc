"""The generator: dials that hold, a truth that stays apart, files that read back as they were drawn."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from ml.base.feature_set import load_feature_set
from ml.metrics import auroc
from ml.panel.draw import draw_panel
from ml.panel.files import LABEL, write_panel
from ml.panel.items import BLOCKS, ITEMS, KNOWN_NULL, NAMES, loadings
from ml.panel.optimum import observed_probability
from ml.panel.risk import Scenario
from ml.panel.world import Dials, Target, make_world
from ml.panel_data.staging import read_panel

TARGET: Target = "anxiety_complaints"


@pytest.mark.parametrize("scenario", ["additive", "mixed", "interaction"])
def test_world__has_the_incidence_and_optimum_that_were_dialled(scenario: Scenario) -> None:
    world = make_world(Dials(seed=3, scenario=scenario, incidence=0.10, optimum=0.75, ages=(18, 29)))
    wave = draw_panel(world, 20_000, 1, waves=1).waves[0]
    for target in world.risks:
        risk = wave.probability[target][wave.at_risk[target]]
        assert risk.mean() == pytest.approx(0.10, abs=0.005)
        assert auroc(risk, risk) == pytest.approx(0.75, abs=0.008)
        assert wave.status[target].mean() == pytest.approx(0.15, abs=0.01)


def test_world__is_the_same_for_the_same_seed_and_another_for_another() -> None:
    first, again, other = (draw_panel(make_world(Dials(seed=s)), 300, 1).waves[0].answer for s in (5, 5, 6))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_world__never_gives_an_effect_to_the_known_nulls() -> None:
    for seed in (1, 3):
        for risk in make_world(Dials(seed=seed)).risks.values():
            assert not {NAMES[c] for c in risk.columns} & set(KNOWN_NULL)


def test_panel__loses_people_and_answers_in_a_way_that_depends_on_what_they_answer() -> None:
    panel = draw_panel(make_world(Dials(seed=1, ages=(18, 29))), 8_000, 1, waves=2)
    first, second = panel.waves[0], panel.waves[1]
    burden = first.answer[:, [i for i, item in enumerate(ITEMS) if item.factor == 0]].mean(axis=1)
    assert 0.1 < 1 - second.present.mean() < 0.3
    assert burden[~second.present].mean() > burden[second.present].mean() + 0.1
    assert (first.missing != 0).mean() == pytest.approx(0.15, abs=0.02)
    column = NAMES.index("money_trouble_1")
    left_open = first.missing[:, column] == 4
    assert first.answer[left_open, column].mean() > first.answer[~left_open, column].mean()


def test_panel__composition_dominates_and_neighbourhood_matters_little() -> None:
    world = make_world(Dials(seed=1, ages=(18, 29)))
    panel = draw_panel(world, 20_000, 1, waves=1)
    risk = panel.waves[0].probability[TARGET]
    wijk = panel.people.wijk
    n = np.bincount(wijk)
    means = np.bincount(wijk, weights=risk) / np.maximum(n, 1)
    between = max(
        np.average((means - risk.mean()) ** 2, weights=n)
        - risk.var() * np.mean(1 / n[n > 0]) * (n > 0).sum() / n.sum(),
        0,
    )
    assert between / risk.var() < 0.08
    assert world.areas.effect.std() < 0.12


def test_optimum__on_observed_answers_is_below_the_full_one_and_above_guessing() -> None:
    world = make_world(Dials(seed=1, ages=(18, 29)))
    panel = draw_panel(world, 1_500, 1, waves=1)
    rows = np.flatnonzero(panel.waves[0].at_risk[TARGET])
    seen, truth = (
        observed_probability(panel, 0, rows, TARGET, draws=15, burn_in=8),
        panel.waves[0].probability[TARGET][rows],
    )
    assert 0.73 < auroc(seen, truth) < auroc(truth, truth) < 0.80
    assert seen.mean() == pytest.approx(truth.mean(), abs=0.01)
    complete = draw_panel(make_world(Dials(seed=1, ages=(18, 29), missing=0.0)), 700, 1, waves=1)
    rows = np.flatnonzero(complete.waves[0].at_risk[TARGET])
    best, truth = (
        observed_probability(complete, 0, rows, TARGET, draws=10, burn_in=3),
        complete.waves[0].probability[TARGET][rows],
    )
    # With every answer known only the family's and the area's own effect remain hidden.
    assert auroc(best, truth) > auroc(truth, truth) - 0.012


def test_loadings__leave_room_for_what_is_unique_to_an_item() -> None:
    assert len(ITEMS) == 100
    assert ((loadings() ** 2).sum(axis=1) < 0.75).all()
    declared = {b.name: b.count for b in load_feature_set("lifelines_like").blocks}
    assert declared == {b.keyword: b.count for b in BLOCKS}


def test_files__read_back_as_drawn_with_equal_scales_in_every_wave(tmp_path: Path) -> None:
    world = make_world(Dials(seed=4, ages=(0, 29)))
    panel = draw_panel(world, 150, 1, elders=0.3)
    write_panel(panel, tmp_path / "panel", tmp_path / "answers")
    waves = read_panel(tmp_path / "panel", load_feature_set("lifelines_like"))
    assert (tmp_path / "panel" / "LABEL.txt").read_text().strip() == LABEL
    assert waves.names == NAMES
    assert set(np.unique(waves.missing)) >= {0, 4, 5, 6}
    for number, wave in enumerate(panel.waves):
        here = waves.wave == number
        drawn = np.where(wave.missing != 0, np.nan, wave.answer)[waves.person[here]]
        for column, name in enumerate(NAMES):
            merged = number > 0 and name.startswith(("impulsivity_upps", "sleep_trouble"))
            assert np.nanmax(np.abs(drawn[:, column] - waves.values[here, column])) < (
                1.1 if merged else 0.06
            ), (number, name)
    for column in (NAMES.index("impulsivity_upps_1"), NAMES.index("sleep_trouble_1")):
        assert {np.nanmax(waves.values[waves.wave == w, column]) for w in (0, 1, 2)} == {3.0}
    truth = pq.read_table(tmp_path / "answers" / "truth.parquet")
    assert truth.num_rows == len(panel.people.age) * 3 * 2
    assert len(json.loads((tmp_path / "answers" / "optimum.json").read_text())["optima"]) == 6
    assert not list((tmp_path / "panel").glob("*truth*"))


def test_answers__may_not_lie_where_training_reads(tmp_path: Path) -> None:
    panel = draw_panel(make_world(Dials(seed=4)), 50, 1, waves=1)
    with pytest.raises(ValueError, match="must not lie"):
        write_panel(panel, tmp_path, tmp_path / "answers")
