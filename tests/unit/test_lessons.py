"""Lessons as declared: their numbers come from figures, their answers follow, and a mistake is a sentence."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import get_settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.catalogue.lessons import check_lessons, checked_prediction, load_lessons

CATALOGUE = get_settings().catalogue_dir


def test_lessons__are_six_of_twenty_to_forty_minutes_on_indicators_that_exist() -> None:
    found = check_lessons(CATALOGUE, load_catalogue(CATALOGUE).indicators)
    assert list(found) == ["margin", "counted", "right", "recognise", "cause", "assistant"]
    assert all(20 <= lesson.minutes <= 40 for lesson in found.values())
    assert all(any(step.predict for step in lesson.steps) for lesson in found.values())


def test_new_lesson__is_one_file(tmp_path: Path) -> None:
    shutil.copytree(CATALOGUE / "lessons", tmp_path / "lessons")
    content = (
        (tmp_path / "lessons" / "margin.yml").read_text(encoding="utf-8").replace("order: 1", "order: 7")
    )
    (tmp_path / "lessons" / "margin_again.yml").write_text(content, encoding="utf-8")
    indicators = load_catalogue(CATALOGUE).indicators
    assert list(check_lessons(tmp_path, indicators))[-1] == "margin_again"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("Nu kleine gebieden.", "Nu 3 kleine gebieden.", "small.text has a number in it"),
        ("{near.value}", "{far.value}", "a name under figures"),
        ("{near.value}", "{near.colour}", "a name under figures"),
        ("{near.value}", "{near}", "names no figure"),
        ("indicator: loneliness_djg_pct", "indicator: lonesome_pct", "figures.here.indicator"),
        ("minutes: 8", "minutes: 1", "20 to 40"),
        ("high: 100", "high: 0", "low is the smaller"),
        ("{option: wider}", "{option: widest}", "one of the options"),
        ("rule: overlap, of: [here, near]", "rule: overlap, of: [here]", "2 figures"),
        ("order: 1", "order: 1\nlesson_id: other", "lesson_id"),
        ("order: 1", "order: [", "well-formed YAML"),
    ],
)
def test_lessons__a_mistake_is_told_with_its_file(tmp_path: Path, before: str, after: str, told: str) -> None:
    shutil.copytree(CATALOGUE / "lessons", tmp_path / "lessons")
    path = tmp_path / "lessons" / "margin.yml"
    content = path.read_text(encoding="utf-8")
    assert before in content
    path.write_text(content.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(DataProblem) as caught:
        check_lessons(tmp_path, {"loneliness_djg_pct"})
    sentence = caught.value.sentence("en")
    assert "catalogue/lessons/margin.yml" in sentence and told in sentence


def test_prediction__out_of_range_or_no_option_is_refused() -> None:
    lesson = load_lessons(CATALOGUE)["margin"]
    guess, differ = lesson.steps[0], lesson.steps[1]
    assert checked_prediction(guess, "40,5") == "40.5" and checked_prediction(differ, "yes") == "yes"
    for step, told in ((guess, "101"), (guess, "-1"), (guess, "veel"), (guess, "nan"), (differ, "maybe")):
        with pytest.raises(DataProblem, match="prediction"):
            checked_prediction(step, told)
