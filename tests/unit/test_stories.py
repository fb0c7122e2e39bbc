"""Stories as declared: no number is written in them, and a mistake is a sentence."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import get_settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.catalogue.stories import check_stories

CATALOGUE = get_settings().catalogue_dir
INDICATORS = load_catalogue(CATALOGUE).indicators


def test_stories__are_three_on_indicators_that_exist() -> None:
    assert list(check_stories(CATALOGUE, INDICATORS)) == ["klachten", "eenzaamheid", "jongeren"]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("met tien vragen", "met 10 vragen", "has a number in it"),
        ("{risk.low}", "{far.low}", "a name under figures"),
        ("{risk.low}", "{risk.colour}", "a name under figures"),
        ("{by_age.word}", "{by_age.country}", "under compare"),
        ("![map](risk)", "![pie](risk)", "a name under figures"),
        ("[older, risk]", "[older, young]", "two names under figures"),
        ("Dat is nog geen diagnose.", "Dat is <b>geen</b> diagnose.", "or HTML"),
        ("# en\n", "# de\n", "then # nl and # en"),
        ("age: \"65+\"}", "age: \"65+\", sex: men}", "sex"),
        ("indicator: high_risk_anxiety_depression_k10_pct, age: \"65+\"", "indicator: happiness", "the id of an indicator"),
    ],
)  # fmt: skip
def test_mistake__is_a_sentence(tmp_path: Path, before: str, after: str, told: str) -> None:
    shutil.copytree(CATALOGUE / "stories", tmp_path / "stories")
    path = tmp_path / "stories" / "klachten.md"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(DataProblem, match=r"klachten\.md") as caught:
        check_stories(tmp_path, INDICATORS)
    assert told in caught.value.sentence("en")


def test_new_story__is_one_file(tmp_path: Path) -> None:
    shutil.copytree(CATALOGUE / "stories", tmp_path / "stories")
    text = (tmp_path / "stories" / "klachten.md").read_text(encoding="utf-8").replace("order: 1", "order: 9")
    (tmp_path / "stories" / "again.md").write_text(text, encoding="utf-8")
    assert list(check_stories(tmp_path, INDICATORS))[-1] == "again"
