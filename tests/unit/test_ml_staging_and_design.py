"""Bad input: one sentence with file, variable and remedy, for every way in which a wave file or a design can be wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from ml.base.design import RISK_MODELS, CohortDesign, load_design
from ml.base.feature_set import DESIGNS, load_feature_set
from ml.base.problems import DataProblem
from ml.evaluation.one_design import dataset_of
from ml.panel.draw import draw_panel
from ml.panel.files import write_panel
from ml.panel.world import Dials, make_world
from ml.panel_data.features import age_band, build_dataset
from ml.panel_data.staging import read_panel
from tests import panel_damage

DESIGN = "onset_anxiety_complaints_18_29"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("panel")
    write_panel(draw_panel(make_world(Dials(seed=9, ages=(12, 29))), 1_800, 1), path)
    return path


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path


def _changed_design(tmp_path: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    content = yaml.safe_load((RISK_MODELS / f"{DESIGN}.yml").read_text(encoding="utf-8"))
    change(content)
    path = tmp_path / f"{DESIGN}.yml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


def _ages(low: int, high: int) -> Callable[[dict[str, Any]], None]:
    def change(design: dict[str, Any]) -> None:
        design["population"].update(age=[low, high])

    return change


def test_every_design__is_valid_and_names_what_it_is_for() -> None:
    for path in (*DESIGNS.glob("*.yml"), *RISK_MODELS.glob("*.yml")):
        design = load_design(path)
        assert design.model_id == path.stem
        assert design.allowed_use.nl
        assert design.allowed_use.en


def test_dataset__holds_free_people_of_the_age_and_counts_who_left(folder: Path) -> None:
    data = dataset_of(load_design(DESIGN), folder)
    assert data.values.shape == (len(data), 102)
    assert [n for _, n in data.flow] == sorted((n for _, n in data.flow), reverse=True)
    assert set(data.strata["age_band"]) == {"18-23", "24-29"}
    assert not {c.name for c in data.columns} & {
        "anxiety_complaints",
        "mini_anxiety_diagnosis",
        "anxiety_startedsince",
    }
    assert all(c.wave_offset == 0 for c in data.columns)
    assert data.hash() == dataset_of(load_design(DESIGN), folder).hash()


def test_carried_answers__fill_open_questions_from_the_wave_before_and_change_nothing_else(
    folder: Path, tmp_path: Path
) -> None:
    def without(design: dict[str, Any]) -> None:
        design["features"].update(carry_forward=False)

    plain = dataset_of(load_design(_changed_design(tmp_path, without)), folder)
    carried = dataset_of(load_design(DESIGN), folder)
    answered, first = ~np.isnan(plain.values), plain.period == "1A"
    assert np.array_equal(carried.values[answered], plain.values[answered])
    assert np.array_equal(carried.values[first], plain.values[first], equal_nan=True)
    filled = ~np.isnan(carried.values[~first]) & ~answered[~first]
    assert 0.3 < filled.sum() / (~answered[~first]).sum() < 0.95
    # What is filled in is an expectation: nearer to the mean than answers are.
    column = plain.names.index("sleep_trouble_1")
    inside = carried.values[~first][filled[:, column], column]
    assert 0.3 < inside.std() / np.nanstd(plain.values[:, column]) < 0.95


def test_lag__takes_the_answer_of_the_very_wave_before_and_is_unknown_in_the_first(
    folder: Path, tmp_path: Path
) -> None:
    def lagged(design: dict[str, Any]) -> None:
        design["population"]["index_waves"] = ["1A", "2A"]
        design["features"].update(lags={"health_general": 1}, carry_forward=False)

    data = dataset_of(load_design(_changed_design(tmp_path, lagged)), folder)
    given = data.values[:, data.names.index("health_general_1_lag1")]
    waves = read_panel(folder, load_feature_set("lifelines_like"))
    answers, names = (
        waves.values[:, waves.names.index("health_general_1")],
        waves.summary["project_pseudo_id"],
    )
    said = {
        (names[person], wave): answers[row]
        for row, (person, wave) in enumerate(zip(waves.person, waves.wave, strict=True))
    }
    first, second = data.period == "1A", data.period == "2A"
    assert np.isnan(given[first]).all()
    before = np.array([said.get((person, 0), np.nan) for person in data.person[second]])
    assert np.array_equal(given[second], before, equal_nan=True)
    # The waves differ enough to tell them apart.
    at_index = np.array([said[(person, 1)] for person in data.person[second]])
    known = ~np.isnan(before) & ~np.isnan(at_index)
    assert (before[known] != at_index[known]).mean() > 0.1


def test_age_band__holds_its_first_and_its_last_year() -> None:
    ages = np.array([0, 3, 4, 11, 12, 17, 18, 23, 24, 29, 30])
    bands = ["0-3", "0-3", "4-11", "4-11", "12-17", "12-17", "18-23", "18-23", "24-29", "24-29", "30+"]
    assert age_band(ages).tolist() == bands


def test_dataset__holds_everybody_from_the_lowest_age_to_the_highest_and_nobody_beyond(
    folder: Path, tmp_path: Path
) -> None:
    waves = read_panel(folder, load_feature_set("lifelines_like"))
    at_index = np.isin(waves.wave, [0, 1])
    for low, high in ((18, 29), (19, 24)):
        path = _changed_design(tmp_path, _ages(low, high))
        flow = dict(dataset_of(load_design(path), folder).flow)
        years = [int((at_index & (waves.age == age)).sum()) for age in range(low, high + 1)]
        assert years[0] and years[-1]
        assert flow[f"aged {low}-{high}"] == sum(years)


@pytest.mark.parametrize(
    ("damage", "code", "words"),
    [
        (panel_damage.drop_column, "missing_column", ("2a_q_1_results.csv", "money_trouble_adu_q_1")),
        (
            panel_damage.unknown_code,
            "unknown_enumeration",
            ("1a_q_1_results.csv", "money_trouble_adu_q_1", "8"),
        ),
        (
            panel_damage.no_enumeration,
            "unknown_enumeration",
            ("1a_q_1_enumerations.csv", "noise_nuisance_adu_q_1"),
        ),
        (
            panel_damage.new_code_in_scale,
            "recoding_incomplete",
            ("3a_q_1_results.csv", "sleep_trouble_adu_q_1", "6"),
        ),
        (panel_damage.double_person, "duplicate_key", ("1a_q_1_results.csv", "row")),
        (
            panel_damage.text_as_number,
            "not_a_number",
            ("1a_q_1_results.csv", "body_mass_index_adu_q_1", "heavy"),
        ),
        (
            panel_damage.code_off_the_scale,
            "unknown_enumeration",
            ("2a_q_1_results.csv", "money_trouble_adu_q_1", "7"),
        ),
        (panel_damage.stranger, "unknown_feature", ("2a_q_1_results.csv", "row 6", "global_summary.csv")),
        (panel_damage.double_in_summary, "duplicate_key", ("global_summary.csv",)),
        (
            panel_damage.endless_number,
            "not_a_number",
            ("1a_q_1_results.csv", "heart_rate_rest_adu_q_1", "inf"),
        ),
        (panel_damage.no_enumerations_file, "missing_delivery", ("2a_q_1_enumerations.csv",)),
        (panel_damage.no_family, "missing_column", ("global_summary.csv", "family_pseudo_id")),
        (panel_damage.nothing_at_all, "unreadable_file", ("2a_q_1_results.csv",)),
        (panel_damage.cut_off, "unreadable_file", ("1a_q_1_results.csv",)),
    ],
)
def test_wave_file__that_is_wrong_gives_one_sentence(
    copy: Path, damage: Callable[[Path], None], code: str, words: tuple[str, ...]
) -> None:
    damage(copy)
    with pytest.raises(DataProblem) as caught:
        read_panel(copy, load_feature_set("lifelines_like"))
    assert caught.value.code == code
    assert all(word in caught.value.sentence("nl") for word in words)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("change", "code", "word"),
    [
        (
            lambda d: d["features"].update(lags={"health_general": -1}),
            "feature_from_the_future",
            "health_general_1",
        ),
        (
            lambda d: d["features"].update(waves={"health_general": "3A"}),
            "feature_from_the_future",
            "wave 3A",
        ),
        (lambda d: d["features"].update(include=["healht_general"]), "unknown_feature", "healht_general"),
        (lambda d: d["population"].update(index_waves=["3A"]), "design_field", "3A"),
        (lambda d: d["population"].update(age=[18, 18]), "too_few_events", "at least 100"),
        (lambda d: d["target"].update(name="depression"), "unknown_feature", "depression"),
    ],
)
def test_design__that_asks_for_the_impossible_gives_one_sentence(
    folder: Path, tmp_path: Path, change: Callable[[dict[str, Any]], None], code: str, word: str
) -> None:
    with pytest.raises(DataProblem) as caught:
        dataset_of(load_design(_changed_design(tmp_path, change)), folder)
    assert caught.value.code == code
    assert word in str(caught.value)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(seeds=1),
        lambda d: d["split"].update(group_by=["person"]),
        lambda d: d["source"].update(kind="sas"),
        lambda d: d.pop("allowed_use"),
        lambda d: d.update(thresholds=[1.5]),
    ],
)
def test_design__with_a_wrong_field_is_refused(
    tmp_path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    with pytest.raises(DataProblem, match="design is not right"):
        load_design(_changed_design(tmp_path, change))


def test_recoding__that_merges_two_codes_unnoticed_is_refused(tmp_path: Path) -> None:
    content = yaml.safe_load((DESIGNS / "feature_sets" / "lifelines_like.yml").read_text(encoding="utf-8"))
    block = next(b for b in content["blocks"] if b["name"] == "sleep_trouble")
    del block["merge"]
    (tmp_path / "merging.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(DataProblem) as caught:
        load_feature_set("merging", tmp_path)
    assert caught.value.code == "recoding_merges"
    assert "sleep_trouble" in str(caught.value)
    assert "codes 1 and 2 both become 1" in str(caught.value)


def test_dataset__refuses_a_target_without_events(folder: Path) -> None:
    design = load_design(DESIGN)
    assert isinstance(design, CohortDesign)
    features = load_feature_set("lifelines_like")
    waves = read_panel(folder, features)
    waves.status["anxiety_complaints"][:] = 0
    with pytest.raises(DataProblem) as caught:
        build_dataset(design, features, waves)
    assert caught.value.code == "too_few_events"
