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
from datawerkplaats.catalogue.theme_checks import without_theme
from datawerkplaats.catalogue.themes import load_themes
from datawerkplaats.warehouse_inputs.beside import theme_rows

HOME = "themes/mental_health.yml"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(PROJECT_ROOT / "catalogue")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the catalogue that a test may spoil."""
    return Path(shutil.copytree(PROJECT_ROOT / "catalogue", tmp_path / "catalogue"))


def edit(folder: Path, change: Any) -> DataProblem:
    """What is said of the first theme after a change of its content."""
    path = folder / HOME
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(DataProblem) as caught:
        load_catalogue(folder)
    assert caught.value.subject == HOME
    return caught.value


def _in_two_roles(theme: dict[str, Any]) -> None:
    theme["roles"]["outcome"].append("smoking_pct")


def _unknown(theme: dict[str, Any]) -> None:
    theme["roles"]["determinant"].append("smokin_pct")


def _unknown_component(theme: dict[str, Any]) -> None:
    theme["roles"]["indicator"]["spiritual"] = theme["roles"]["indicator"].pop("belonging")


def _circular(theme: dict[str, Any]) -> None:
    theme["hypotheses"]["money_worries"]["from"].append("loneliness_djg_pct")


def _no_level(theme: dict[str, Any]) -> None:
    theme["roles"]["outcome"].remove("suicide_deaths_per_100k")
    theme["roles"]["determinant"].append("suicide_deaths_per_100k")


def _grandchild(theme: dict[str, Any]) -> None:
    theme["framework"]["components"]["belonging"]["parent"] = "empathy"


@pytest.mark.parametrize(
    ("change", "where", "expected", "found"),
    [
        (lambda theme: theme.pop("phases"), "phases", "headline set", "none"),
        (lambda theme: theme.update(phases={}), "phases", "headline set", "none"),
        (_in_two_roles, "roles", "each indicator in one role", "smoking_pct"),
        (_unknown, "roles.determinant", "the id of an indicator", "smokin_pct"),
        (_unknown_component, "roles.indicator.spiritual", "a component or building block", "spiritual"),
        (_circular, "hypotheses.money_worries.from", "goes round in a circle", "loneliness_djg_pct"),
        (_no_level, "roles.levels", "a level for suicide_deaths_per_100k", "nothing"),
        (_grandchild, "framework.components.belonging.parent", "no building block itself", "empathy"),
        (lambda theme: theme["map"].append("distance_hospital_km_x"), "map", "the id of an indicator", "distance_hospital_km_x"),
        (lambda theme: theme["models"].append("onset_x"), "models", "a file in models", "onset_x"),
        (lambda theme: theme.pop("subject"), "subject", "a value for this field", "nothing"),
        (lambda theme: theme["headings"].pop("outcome"), "file", "headings needs a text for outcome", ""),
    ],
)  # fmt: skip
def test_theme__a_mistake_is_one_sentence(
    folder: Path, change: Any, where: str, expected: str, found: str
) -> None:
    told = edit(folder, change)
    assert told.where == where
    assert expected in told.expected
    assert found in told.found
    assert "\n" not in told.sentence("nl")


def test_headline_set__shows_only_what_takes_part(folder: Path) -> None:
    def leave_out(theme: dict[str, Any]) -> None:
        theme["roles"]["outcome"].remove("youth_care_use_pct")

    told = edit(folder, leave_out)
    assert (told.where, told.found) == ("phases.children.figures", "youth_care_use_pct")


def test_indicators__each_takes_part_somewhere(catalogue: Catalogue) -> None:
    assert without_theme(catalogue.themes, catalogue.indicators) == []


def test_indicator_without_theme__is_told_in_one_sentence(catalogue: Catalogue, folder: Path) -> None:
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
    path = folder / HOME
    path.write_text(
        path.read_text(encoding="utf-8").replace("nl: Mentale gezondheid,", "nl: Anders,"), encoding="utf-8"
    )
    assert load_themes(folder)["mental_health"].title.nl == "Anders"
