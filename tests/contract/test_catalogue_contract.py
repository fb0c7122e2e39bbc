"""The project's own catalogue: right, complete, honest, and described by documents that are up to date."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.catalogue import Catalogue, load_catalogue
from datawerkplaats.catalogue.reference import reference, schemas

FOLDER = PROJECT_ROOT / "catalogue"
# Words that would make a use of care, an age or an origin good or bad.
NEUTRAL = ("youth_care", "wmo_", "age_", "origin", "density", "urbanity", "household", "divorced", "widowed")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(FOLDER)


def test_catalogue__has_the_three_marts(catalogue: Catalogue) -> None:
    counts = Counter(indicator.mart for indicator in catalogue.indicators.values())
    assert counts["indicator"] >= 12
    assert counts["determinant"] >= 12
    assert counts["outcome"] >= 3


def test_catalogue__use_of_care_and_composition_are_never_good_or_bad(catalogue: Catalogue) -> None:
    named = {key: i for key, i in catalogue.indicators.items() if any(word in key for word in NEUTRAL)}
    judged = {key for key, i in named.items() if i.polarity != "neutral" and "low_income" not in key}
    assert named and not judged


def test_catalogue__every_indicator_of_suicide_shows_where_help_is(catalogue: Catalogue) -> None:
    suicide = {key: i for key, i in catalogue.indicators.items() if "suicid" in key}
    assert len(suicide) >= 5
    for key, indicator in suicide.items():
        assert indicator.shown.model_dump() == {"ranked": False, "helpline": "suicide"}, key
        assert "cv_not_ranked" in catalogue.caveats_of(indicator), key
        told = catalogue.helpline_of(indicator)
        assert told and "0800-0113" in told.nl and "113.nl" in told.en, key


def test_catalogue__ids_end_in_their_unit(catalogue: Catalogue) -> None:
    unit = re.compile(r"_(pct|per_1000|per_10000|per_100k|per_km2|count|eur|days|weeks|index|score|daly|km)$")
    assert [key for key in catalogue.indicators if not unit.search(key)] == []


def test_catalogue__texts_are_short_sentences_in_both_languages(catalogue: Catalogue) -> None:
    for key, indicator in catalogue.indicators.items():
        for text in (indicator.description.nl, indicator.description.en):
            assert text.endswith("."), key
        longest = max(len(sentence.split()) for sentence in indicator.description.nl.split(". "))
        assert longest <= 30, f"{key}: a sentence of {longest} words"
        assert indicator.title.nl != indicator.title.en or "(16-25)" not in indicator.title.nl, key


def test_readme__is_what_the_models_say() -> None:
    message = "catalogue/README.md is behind: run python -m datawerkplaats.catalogue docs"
    assert (FOLDER / "README.md").read_text(encoding="utf-8") == reference(), message


def test_schemas__are_what_the_models_say() -> None:
    message = "catalogue/schema is behind: run python -m datawerkplaats.catalogue docs"
    found = {path.name: path.read_text(encoding="utf-8") for path in Path(FOLDER / "schema").glob("*.json")}
    assert found == {f"{name}.schema.json": text for name, text in schemas().items()}, message


def test_readme__smallest_indicator_is_accepted(tmp_path: Path) -> None:
    import shutil

    folder = Path(shutil.copytree(FOLDER, tmp_path / "catalogue"))
    example = reference().split("```yaml\n")[1].split("```")[0]
    (folder / "indicators/determinant/married_pct.yml").write_text(example, encoding="utf-8")
    assert load_catalogue(folder).indicators["married_pct"].definition.method == "ratio"
