"""A theme is one file: its roles are told, and each mistake in it is one sentence with file and field."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.catalogue import Catalogue, load_catalogue
from datawerkplaats.catalogue.theme_checks import check_themes, without_theme
from datawerkplaats.catalogue.themes import Theme, load_themes
from datawerkplaats.warehouse_inputs.beside import theme_rows

HOME = "catalogue/themes/mental_health.yml"
BESIDE = "catalogue/themes/mental_health"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(PROJECT_ROOT / "catalogue")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What themes are read from, which a test may spoil; the indicators are those of the catalogue itself."""
    made, ours = tmp_path / "catalogue", PROJECT_ROOT / "catalogue"
    shutil.copytree(ours / "themes", made / "themes")
    for beside in ("theme_defaults.yml", "events", "indicators"):
        (made / beside).symlink_to(ours / beside)
    return made


def checked(folder: Path, catalogue: Catalogue) -> dict[str, Theme]:
    """The themes of a folder, held against the catalogue."""
    models = next(iter(catalogue.themes.values())).models
    return check_themes(folder, catalogue.indicators, catalogue.dimensions.determinant_levels, models)


def spoilt(folder: Path, catalogue: Catalogue, change: Any, name: str = HOME) -> DataProblem:
    """What is said of the first theme after a change of the content of one of its files."""
    path = folder.parent / name
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    change(content)
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(DataProblem) as caught:
        checked(folder, catalogue)
    assert caught.value.subject == name
    return caught.value


def _no_level(roles: dict[str, Any]) -> None:
    roles["outcome"].remove("suicide_deaths_per_100k")
    roles["determinant"].append("suicide_deaths_per_100k")


LONELY, SMOKING, FAR = "loneliness_djg_pct", "smoking_pct", "distance_hospital_km_x"
PARTS, PARENT, CAUSES = (
    "framework.components",
    "framework.components.belonging.parent",
    "hypotheses.money_worries.from",
)
# In the theme's own file: what is changed, and the field, what is expected and what is found in the sentence.
IN_FILE: list[tuple[Any, str, str, str]] = [
    (lambda theme: theme.pop("phases"), "phases", "headline set", "none"),
    (lambda theme: theme.update(phases={}), "phases", "headline set", "none"),
    (lambda theme: theme["map"].append(FAR), "map", "the id of an indicator", FAR),
    (lambda theme: theme["models"].append("onset_x"), "models", "a file in models", "onset_x"),
    (lambda theme: theme.pop("title"), "title", "a value for this field", "nothing"),
    (lambda theme: theme.update(titel="x"), "titel", "a field that exists", "titel"),
    (lambda theme: theme.update(roles=[SMOKING]), "roles", "fields with values", "list"),
    (lambda theme: theme["phases"].update(pets={"figures": [SMOKING]}), "phases.pets.title", "a value for this", "nothing"),
    (lambda theme: theme["phases"]["care"].update(figures=[SMOKING] * 2), "phases.care.figures", "each figure once", SMOKING),
    (lambda theme: theme.update(framework={"source": "elders"}), "framework.source", "said once, here or in mental", "both"),
    (lambda theme: theme.update(rules={"pattern_share": 0.2}), "rules.pattern_share", "greater than or equal to 0.5", "0.2"),
]  # fmt: skip
IN_FRAMEWORK: list[tuple[Any, str, str, str]] = [
    (lambda one: one["profile"].append("spiritual"), "framework.profile", "a component", "spiritual"),
    (lambda one: one["components"]["belonging"].update(parent="spiritual"), PARENT, "a component", "spiritual"),
    (lambda one: one["components"]["belonging"].update(parent="empathy"), PARENT, "no building block itself", "empathy"),
    (lambda one: one["components"]["empathy"]["figures"].append(LONELY), PARTS, "each indicator at one place", LONELY),
    (lambda one: one["components"]["belonging"]["figures"].remove(LONELY), PARTS, f"a place for {LONELY}", "nothing"),
]  # fmt: skip
IN_ROLES: list[tuple[Any, str, str, str]] = [
    (lambda roles: roles["outcome"].append(SMOKING), "roles", "each indicator in one role", SMOKING),
    (lambda roles: roles["determinant"].append("smokin_pct"), "roles.determinant", "the id of an indicator", "smokin_pct"),
    (_no_level, "roles.levels", "a level for suicide_deaths_per_100k", "nothing"),
]  # fmt: skip
IN_HYPOTHESES: list[tuple[Any, str, str, str]] = [
    (lambda known: known["money_worries"]["from"].append(LONELY), CAUSES, "goes round in a circle", LONELY),
    (lambda known: known["money_worries"].pop("source"), "hypotheses.money_worries.source", "a value for this", "nothing"),
]  # fmt: skip
MISTAKES = {"": IN_FILE, "framework": IN_FRAMEWORK, "roles": IN_ROLES, "hypotheses": IN_HYPOTHESES}


@pytest.mark.parametrize(
    ("file", "change", "where", "expected", "found"),
    [(file, *mistake) for file, mistakes in MISTAKES.items() for mistake in mistakes],
)
def test_theme__a_mistake_is_one_sentence_that_names_its_file(
    folder: Path, catalogue: Catalogue, file: str, change: Any, where: str, expected: str, found: str
) -> None:
    told = spoilt(folder, catalogue, change, f"{BESIDE}/{file}.yml" if file else HOME)
    assert told.where == where
    assert expected in told.expected
    assert found in told.found
    assert "\n" not in told.sentence("nl")


@pytest.mark.parametrize(
    ("made", "named", "expected"),
    [
        ("mental_health/colours.yml", "catalogue/themes/mental_health/colours.yml", "one of framework"),
        ("nowhere/roles.yml", "catalogue/themes/nowhere", "themes/nowhere.yml beside this folder"),
    ],
)
def test_folder_of_a_theme__holds_what_belongs_there(
    folder: Path, made: str, named: str, expected: str
) -> None:
    path = folder / "themes" / made
    path.parent.mkdir(exist_ok=True)
    path.write_text("a: b", encoding="utf-8")
    with pytest.raises(DataProblem) as caught:
        load_themes(folder)
    assert caught.value.subject == named
    assert expected in caught.value.expected


def test_figure__that_is_only_shown_has_the_role_of_its_mart(folder: Path, catalogue: Catalogue) -> None:
    path = folder / "themes/mental_health/roles.yml"
    roles = yaml.safe_load(path.read_text(encoding="utf-8"))
    roles["outcome"].remove("youth_care_use_pct")
    path.write_text(yaml.safe_dump(roles), encoding="utf-8")
    assert checked(folder, catalogue)["mental_health"].places["youth_care_use_pct"].role == "outcome"


@pytest.mark.parametrize("theme_id", load_themes(PROJECT_ROOT / "catalogue"))
def test_file_of_a_theme__is_a_whole_theme_without_its_folder(
    folder: Path, catalogue: Catalogue, theme_id: str
) -> None:
    whole = load_themes(folder)[theme_id]
    for beside in (path for path in (folder / "themes").glob("*") if path.is_dir()):
        shutil.rmtree(beside)
    alone = checked(folder, catalogue)[theme_id]
    assert list(alone.figures()) == list(whole.figures())
    assert (alone.product, alone.subject, alone.headings, alone.rules) == (
        whole.product, whole.subject, whole.headings, whole.rules,
    )  # fmt: skip
    about = {key for key, place in whole.places.items() if place.role == "indicator"}
    assert {key for key, place in alone.places.items() if place.role == "indicator"} <= about
    assert set(alone.places) <= set(whole.places)
    assert sum(place.role == "indicator" for place in alone.places.values()) >= 12
    assert {place.component for place in alone.places.values() if place.role == "indicator"} == {"all"}


def test_defaults__are_made_from_the_name(folder: Path, catalogue: Catalogue) -> None:
    path = folder / "themes/quiet.yml"
    named = {"nl": "GGZ in de wijk", "en": "Quiet nights"}
    figures = ["women_pct", "loneliness_djg_pct", "youth_care_use_pct"]
    told = {
        "title": named,
        "phases": {"all": {"figures": figures}, "youth": {"lead": 5, "figures": figures[1:]}},
    }
    path.write_text(yaml.safe_dump(told), encoding="utf-8")
    theme = checked(folder, catalogue)["quiet"]
    assert (theme.product.nl, theme.product.en) == (
        "Datawerkplaats GGZ In De Wijk",
        "Data Workplace for Quiet Nights",
    )
    assert (theme.subject.nl, theme.subject.en) == ("GGZ in de wijk", "quiet nights")
    assert {key: place[:2] for key, place in theme.places.items()} == {
        "women_pct": ("determinant", None),
        "loneliness_djg_pct": ("indicator", "all"),
        "youth_care_use_pct": ("outcome", None),
    }
    assert (theme.phases["youth"].age, theme.phases["youth"].lead) == ("16-25", 5)
    assert theme.map == ("women_pct", "loneliness_djg_pct")
    assert theme.ladders == ()
    assert theme.order > load_themes(folder)["vulnerable"].order


def test_indicators__each_takes_part_somewhere(catalogue: Catalogue) -> None:
    assert without_theme(catalogue.themes, catalogue.indicators) == []


def test_indicator_without_theme__is_told_in_one_sentence(catalogue: Catalogue, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(PROJECT_ROOT / "catalogue", tmp_path / "catalogue"))
    shutil.copy(
        folder / "indicators/determinant/women_pct.yml", folder / "indicators/determinant/men_pct.yml"
    )
    path = folder / "indicators/determinant/men_pct.yml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("numerator: Vrouwen", "numerator: Mannen"), encoding="utf-8"
    )
    added = load_catalogue(folder)
    told = without_theme(added.themes, added.indicators)
    assert len(told) == 1 and told[0].startswith("men_pct is in no theme")


def test_roles__of_the_first_theme_are_the_marts(catalogue: Catalogue) -> None:
    theme = catalogue.themes["mental_health"]
    assert {key: place.role for key, place in theme.places.items()} == {
        key: catalogue.indicators[key].mart for key in theme.places
    }
    assert theme.places["loneliness_djg_pct"][1:] == ("social", "belonging")


def test_published_columns__tell_the_place_in_the_framework_that_declares_them(catalogue: Catalogue) -> None:
    told = catalogue.framework_columns("loneliness_djg_pct")
    assert told == {"trimbos_component": "social", "trimbos_building_block": "belonging"}
    assert set(catalogue.framework_columns("smoking_pct").values()) == {None}


def test_bridge__has_one_row_per_theme_and_figure(catalogue: Catalogue) -> None:
    rows = theme_rows(catalogue)
    assert max(Counter((row["theme_id"], row["indicator_id"]) for row in rows).values()) == 1
    assert len(rows) == sum(len(theme.places) for theme in catalogue.themes.values())
    smoking = next(
        row for row in rows if (row["theme_id"], row["indicator_id"]) == ("mental_health", "smoking_pct")
    )
    assert smoking["role"] == "determinant" and smoking["component"] == "individual"
    assert all(row["component"] for row in rows if row["role"] != "outcome")


def test_themes__are_read_anew_when_a_file_changes(folder: Path) -> None:
    assert next(iter(load_themes(folder))) == "mental_health"
    path = folder.parent / HOME
    path.write_text(
        path.read_text(encoding="utf-8").replace("nl: Mentale gezondheid,", "nl: Anders,"), encoding="utf-8"
    )
    assert load_themes(folder)["mental_health"].title.nl == "Anders"
    beside = folder / "themes/mental_health/synonyms.yml"
    beside.write_text("somber: [loneliness_djg_pct]", encoding="utf-8")
    assert list(load_themes(folder)["mental_health"].synonyms) == ["somber"]
    beside.unlink()
    assert not load_themes(folder)["mental_health"].synonyms
