# Long because it is one list: every mistake in a catalogue file with its sentence.
"""A mistake in a catalogue file becomes one sentence that names the file, the field and what to do."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.catalogue import Catalogue, load_catalogue

MARRIED: dict[str, Any] = {
    "title": {"nl": "Gehuwd", "en": "Married"},
    "description": {"nl": "Deel dat gehuwd is.", "en": "Share who are married."},
    "determinant_level": "social",
    "population": "inhabitants",
    "definition": {
        "method": "ratio",
        "source": "cbs_key_figures_84799ned",
        "numerator": "Gehuwd",
        "denominator": "AantalInwoners",
        "multiplier": 100,
    },
    "polarity": "neutral",
}
LONELINESS = "catalogue/indicators/indicator/loneliness_djg_pct.yml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the project's catalogue that a test may spoil."""
    return Path(shutil.copytree(PROJECT_ROOT / "catalogue", tmp_path / "catalogue"))


@pytest.fixture
def add(folder: Path) -> Callable[..., Path]:
    """A function that writes an entry into the copy."""

    def write(path: str, content: object) -> Path:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content if isinstance(content, str) else yaml.safe_dump(content), encoding="utf-8")
        return target

    return write


def change(path: Path, **fields: Any) -> None:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    for dotted, value in fields.items():
        *parents, last = dotted.split("__")
        target = content
        for parent in parents:
            target = target[parent]
        if value is None:
            del target[last]
        else:
            target[last] = value
    path.write_text(yaml.safe_dump(content), encoding="utf-8")


def problem(folder: Path) -> DataProblem:
    with pytest.raises(DataProblem) as caught:
        load_catalogue(folder)
    return caught.value


def test_load__is_read_once_until_a_file_is_another_one(folder: Path) -> None:
    first = load_catalogue(folder)
    assert load_catalogue(folder) is first
    path = folder / "sources" / "cbs_key_figures_84799ned.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")  # the same size and content, written later
    assert load_catalogue(folder) is not first
    path.unlink()
    assert problem(folder)


def test_load__one_new_file_is_a_new_indicator(folder: Path, add: Callable[..., Path]) -> None:
    before = load_catalogue(folder)
    add("indicators/determinant/married_pct.yml", MARRIED)
    after = load_catalogue(folder)
    assert set(after.indicators) - set(before.indicators) == {"married_pct"}
    assert after.indicators["married_pct"].mart == "determinant"


@pytest.mark.parametrize("field", ["title", "description", "population", "polarity", "definition"])
def test_load__a_missing_field_is_named_with_its_meaning(
    folder: Path, add: Callable[..., Path], field: str
) -> None:
    add("indicators/determinant/married_pct.yml", {k: v for k, v in MARRIED.items() if k != field})
    found = problem(folder)
    assert (found.code, found.subject) == (
        "catalogue_field",
        "catalogue/indicators/determinant/married_pct.yml",
    )
    assert found.where == field
    assert found.expected.startswith("a value for this field (")


def test_load__an_unknown_field_gets_the_nearest_one(folder: Path, add: Callable[..., Path]) -> None:
    add("indicators/determinant/married_pct.yml", {**MARRIED, "polarty": "neutral"})
    found = problem(folder)
    assert (found.where, found.found) == ("polarty", "polarty")
    assert "did you mean polarity?" in found.remedy


@pytest.mark.parametrize(
    ("changes", "where", "nearest"),
    [
        ({"definition__source": "rivm_health_50091ned"}, "definition.source", "rivm_health_50090ned"),
        ({"population": "adults"}, "population", "adults_18_plus"),
        ({"definition__cut_off": ">=4"}, "definition.cut_off", ">="),
        ({"definition__instrument": "de_jong"}, "definition.instrument", "de_jong_gierveld"),
        ({"caveats": ["cv_stigmas"]}, "caveats", "cv_stigma"),
        ({"shown": {"helpline": "suicides"}}, "shown.helpline", "suicide"),
        ({"shown": {"rankd": False}}, "shown.rankd", "did you mean ranked?"),
    ],
)
def test_load__an_unknown_id_gets_the_nearest_one(
    folder: Path, changes: dict[str, Any], where: str, nearest: str
) -> None:
    change(folder / "indicators/indicator/loneliness_djg_pct.yml", **changes)
    found = problem(folder)
    assert (found.subject, found.where) == (LONELINESS, where)
    assert nearest in found.remedy


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"definition__cut_off": None}, "instrument and cut_off belong together"),
        ({"definition__numerator": "Eenzaam"}, "neither numerator nor denominator"),
        ({"definition__measure": None}, "method passthrough needs measure"),
        ({"definition__method": "ratio"}, "method ratio needs numerator and denominator"),
        ({"also_class": "indicator"}, "also_class must differ"),
        ({"replaced_by": "high_stress_4w_pct"}, "only for an indicator whose status is retired"),
        ({"indicator_id": "other"}, "loneliness_djg_pct"),
    ],
)
def test_load__a_contradiction_inside_a_file_is_refused(
    folder: Path, changes: dict[str, Any], message: str
) -> None:
    change(folder / "indicators/indicator/loneliness_djg_pct.yml", **changes)
    found = problem(folder)
    assert found.subject == LONELINESS
    assert message in found.expected


def test_load__a_cut_off_that_contradicts_the_id_is_refused(folder: Path) -> None:
    change(
        folder / "indicators/indicator/anxiety_depression_feelings_mhi5_le76_pct.yml",
        definition__cut_off="<=60",
    )
    found = problem(folder)
    assert found.where == "definition.cut_off"
    assert (found.expected, found.found) == ("<=76, as the id says", "<=60")


def test_load__one_measure_with_two_cut_offs_is_refused(folder: Path, add: Callable[..., Path]) -> None:
    content = yaml.safe_load(
        (folder / "indicators/indicator/loneliness_djg_pct.yml").read_text(encoding="utf-8")
    )
    content["definition"]["cut_off"] = ">=9"
    add("indicators/indicator/very_lonely_pct.yml", content)
    found = problem(folder)
    assert found.where == "definition.cut_off"
    assert "de_jong_gierveld >=3" in found.expected
    assert found.found == "de_jong_gierveld >=9"


def test_load__an_alias_of_a_concept_is_refused(folder: Path, add: Callable[..., Path]) -> None:
    content = (folder / "indicators/indicator/loneliness_djg_pct.yml").read_text(encoding="utf-8")
    add("indicators/indicator/alone_pct.yml", content)
    found = problem(folder)
    assert found.where == "definition"
    assert "replaced_by" in found.remedy


def test_load__a_retired_indicator_may_be_replaced_by_one_on_the_same_measure(
    folder: Path, add: Callable[..., Path]
) -> None:
    content = (folder / "indicators/indicator/loneliness_djg_pct.yml").read_text(encoding="utf-8")
    add("indicators/indicator/alone_pct.yml", content + "status: retired\nreplaced_by: loneliness_djg_pct\n")
    assert load_catalogue(folder).indicators["alone_pct"].replaced_by == "loneliness_djg_pct"


def test_load__one_id_in_two_marts_is_refused(folder: Path, add: Callable[..., Path]) -> None:
    add("indicators/determinant/loneliness_djg_pct.yml", MARRIED)
    found = problem(folder)
    assert found.where == "indicator_id"
    assert "catalogue/indicators/" in found.found


@pytest.mark.parametrize(
    ("shown", "where"),
    [({"ranked": "sometimes"}, "shown.ranked"), ({"helpline": True}, "shown.helpline"), ("never", "shown")],
)
def test_load__what_shown_cannot_be_is_refused(folder: Path, shown: object, where: str) -> None:
    change(folder / "indicators/indicator/loneliness_djg_pct.yml", shown=shown)
    found = problem(folder)
    assert (found.subject, found.where) == (LONELINESS, where)
    assert found.remedy


def test_load__a_helpline_without_its_number_is_refused(folder: Path, add: Callable[..., Path]) -> None:
    told = {"nl": "Kijk op {site}.", "en": "Call {number} or see {site}."}
    add("dimensions/helplines.yml", {"suicide": {"number": "113", "site": "113.nl", "text": told}})
    found = problem(folder)
    assert found.subject == "catalogue/dimensions/helplines.yml"
    assert "text.nl has to say {number}" in found.expected


def test_load__an_indicator_that_may_not_be_ranked_is_one_file(folder: Path) -> None:
    before = load_catalogue(folder)
    change(
        folder / "indicators/indicator/loneliness_djg_pct.yml", shown={"ranked": False, "helpline": "suicide"}
    )
    after = load_catalogue(folder)
    changed = [key for key, i in after.indicators.items() if i != before.indicators[key]]
    assert changed == ["loneliness_djg_pct"]
    told = after.helpline_of(after.indicators["loneliness_djg_pct"])
    assert told and "0800-0113" in told.nl
    assert "cv_not_ranked" in after.caveats_of(after.indicators["loneliness_djg_pct"])


def test_load__a_successor_that_does_not_exist_is_refused(folder: Path) -> None:
    change(folder / "indicators/indicator/loneliness_djg_pct.yml", status="retired", replaced_by="lonely_pct")
    assert problem(folder).where == "replaced_by"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("a: [1\n", "line 2"),
        ("polarity: neutral\npolarity: neutral\n", "line 2"),
        ("- a\n", "file"),
        ("", "file"),
    ],
)
def test_load__broken_yaml_names_the_line(
    folder: Path, add: Callable[..., Path], text: str, where: str
) -> None:
    add("indicators/determinant/broken.yml", text)
    found = problem(folder)
    assert (found.subject, found.where) == ("catalogue/indicators/determinant/broken.yml", where)


def test_load__latin_1_text_is_refused(folder: Path, add: Callable[..., Path]) -> None:
    add("indicators/determinant/broken.yml", "").write_bytes("title: café".encode("latin-1"))
    assert problem(folder).code == "wrong_encoding"


def test_load__a_missing_list_is_named(folder: Path) -> None:
    (folder / "dimensions/caveats.yml").unlink()
    assert problem(folder).subject == "catalogue/dimensions/caveats.yml"


CORRECTION = {
    "correction_id": "assen_2020",
    "measure": "Eenzaam",
    "regions": ["GM0106"],
    "periods": ["2020"],
    "action": "drop",
    "reason": "The provider has withdrawn this figure.",
    "provider": "RIVM",
}


@pytest.mark.parametrize(
    ("entries", "where"),
    [
        ([{**CORRECTION, "action": "override"}], "file"),
        ([{**CORRECTION, "factor": 2}], "file"),
        ([{**CORRECTION, "regions": []}], "regions"),
        ([CORRECTION, CORRECTION], "correction_id"),
        ([CORRECTION, {**CORRECTION, "correction_id": "all_2020", "regions": ["*"]}], "regions"),
    ],
)
def test_load__a_wrong_correction_is_refused(
    folder: Path, add: Callable[..., Path], entries: list[dict[str, Any]], where: str
) -> None:
    add("corrections/rivm_health_50090ned.yml", entries)
    found = problem(folder)
    assert (found.subject, found.where) == ("catalogue/corrections/rivm_health_50090ned.yml", where)


def test_load__corrections_of_different_years_stand_together(folder: Path, add: Callable[..., Path]) -> None:
    other = {**CORRECTION, "correction_id": "assen_2016", "periods": ["2016"]}
    add("corrections/rivm_health_50090ned.yml", [CORRECTION, other])
    assert len(load_catalogue(folder).corrections["rivm_health_50090ned"]) == 2


def test_load__a_correction_of_an_unknown_source_is_refused(folder: Path, add: Callable[..., Path]) -> None:
    add("corrections/rivm.yml", [CORRECTION])
    assert problem(folder).where == "file name"


def test_caveats__follow_from_source_and_instrument_by_rule(folder: Path) -> None:
    catalogue: Catalogue = load_catalogue(folder)
    k10 = catalogue.caveats_of(catalogue.indicators["high_risk_anxiety_depression_k10_pct"])
    assert {"cv_model_estimate", "cv_k10_risk", "cv_18plus_private"} <= set(k10)
    assert "cv_mhi_cutoff" not in k10
    young = catalogue.caveats_of(catalogue.indicators["suicide_attempt_ever_young_adults_pct"])
    assert {"cv_not_ranked", "cv_youth_no_wijk"} <= set(young)
    assert "cv_model_estimate" not in young
