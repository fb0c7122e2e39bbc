"""What is known to help: every figure that can change has an answer, and a mistake in a file is a sentence that names it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.catalogue import Catalogue, load_catalogue
from datawerkplaats.warehouse_inputs.helping import helping_rows

FOLDER = PROJECT_ROOT / "catalogue"
LONGEST = 26  # words of a sentence


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(FOLDER)


def test_interventions__are_many_and_for_every_age(catalogue: Catalogue) -> None:
    found = catalogue.interventions.values()
    assert len(found) >= 40
    for young, old in ((0, 4), (4, 12), (12, 18), (16, 25), (18, 65), (65, 120)):
        assert sum(one.ages[0] <= old and young <= one.ages[1] for one in found) >= 5, (young, old)


def test_interventions__every_figure_that_is_good_or_bad_has_an_answer(catalogue: Catalogue) -> None:
    helped = {named for one in catalogue.interventions.values() for named in one.indicators}
    judged = {
        key
        for key, one in catalogue.indicators.items()
        if one.polarity != "neutral" and one.status != "retired"
    }
    none_known = {key for key, one in catalogue.indicators.items() if one.none_known}
    assert helped | none_known == judged and not helped & none_known


def test_interventions__are_told_in_short_sentences_and_never_as_proven(catalogue: Catalogue) -> None:
    for key, one in catalogue.interventions.items():
        for words in (one.description.nl, one.description.en):
            assert words.endswith("."), key
            assert max(len(sentence.split()) for sentence in words.split(". ")) <= LONGEST, key
        told = f"{one.description.nl} {one.description.en}".lower()
        assert "bewezen" not in told and "proven" not in told, key


def test_rows__one_per_intervention_and_indicator(catalogue: Catalogue) -> None:
    rows = helping_rows(catalogue)
    assert len({(row["intervention_id"], row["indicator_id"]) for row in rows}) == len(rows)
    assert {row["intervention_id"] for row in rows} == set(catalogue.interventions)
    kiva = next(row for row in rows if row["intervention_id"] == "kiva")
    assert kiva["level"] == "strong_indications" and kiva["recognised_on"] == "2022-12-15"


def test_rows__a_dead_link_is_a_notice_with_its_day_and_no_link(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "catalogue"))
    path = folder / "dimensions" / "registers.yml"
    text = path.read_text(encoding="utf-8")
    link = "url: https://www.nji.nl/interventies\n"
    assert link in text
    path.write_text(text.replace(link, f"{link}  link_dead_on: 2026-05-03\n"), encoding="utf-8")
    rows = helping_rows(load_catalogue(folder))
    told = {row["register_nl"]: row["register_url"] for row in rows}
    dead = "Databank Effectieve Jeugdinterventies (NJi); de link werkte niet op 03-05-2026"
    assert told[dead] == "" and sum(not url for url in told.values()) == 1
    assert any(row["register_en"].endswith("its link did not work on 03-05-2026") for row in rows)


KIVA = "interventions/kiva.yml"


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "found"),
    [
        (KIVA, "register_id: nji", "register_id: njy", "register_id", "njy"),
        (KIVA, "bullied_at_school_pct", "bullied_pct", "indicators", "bullied_pct"),
        (KIVA, "bullied_at_school_pct", "age_0_14_pct", "indicators", "good or bad"),
        (KIVA, "recognised_on: 2022-12-15\n", "", "", "recognised_on belongs to a level"),
        (KIVA, "level: strong_indications\n", "", "", "recognised_on belongs to a level"),
        (KIVA, "level: strong_indications", "level: proven", "level", "strong_indications"),
        (KIVA, "ages: [8, 12]", "ages: [12, 8]", "", "youngest"),
        (KIVA, "bullied_online_pct", "bullied_at_school_pct", "", "twice"),
        (KIVA, 'name: "KiVa"', 'name: "prima antipestmethode"', "name", "no other file"),
        ("interventions/galm.yml", "weekly_sport_pct", "obesity_pct", "none_known", "weekly_sport_pct.yml"),
        ("indicators/determinant/education_low_pct.yml", "none_known: true\n", "", "none_known", "catalogue/interventions"),
        ("indicators/determinant/smoking_pct.yml", "polarity: higher_is_worse\n",
         "polarity: higher_is_worse\nnone_known: true\n", "none_known", "an intervention names it"),
    ],
)  # fmt: skip
def test_check__a_mistake_is_a_sentence(
    tmp_path: Path, file: str, old: str, new: str, where: str, found: str
) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "catalogue"))
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DataProblem) as caught:
        load_catalogue(folder)
    sentence = caught.value.sentence("en")
    assert found in sentence, sentence
    assert not where or caught.value.where == where
