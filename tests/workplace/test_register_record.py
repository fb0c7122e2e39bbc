"""The record for the Algoritmeregister: 29 rows from what is known, what is not known named, and nothing made up."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from datawerkplaats.base.errors import DataProblem, Language
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.catalogue.regions import Contact, Members, Region
from datawerkplaats.governance import accounts, declarations, gate, known, layout, record, register
from datawerkplaats.governance.artefacts import RISK_AREAS
from datawerkplaats.governance.assessments import NAMES, filled, load_assessments
from datawerkplaats.workplace.store import Store
from tests.workplace.test_governance import (
    ASKED,
    CHAIR,
    FIRST,
    GOOD,
    OFFICER,
    READER,
    STEWARD,
    answered,
    decided,
)

LAYOUT = layout.load_layout(PROJECT_ROOT / "catalogue")
OBLIGATORY = [
    "name", "description_short", "organization", "status", "contact_email", "publication_category", "lang",
]  # fmt: skip
REGION = Region(
    region_id="veen", name="Veen", members=Members(provinces=("PV99",)),
    contact=Contact(name="GGD Veen", mail="register@veen.example"),
)  # fmt: skip


def registered(store: Store) -> str:
    system = register.register_system(store, STEWARD, RISK_AREAS, "area_model", learned_from_synthetic=False)
    register.register_artefact(store, STEWARD, system, FIRST, GOOD)
    return system


def made(
    store: Store, system: str, *, region: Region | None = REGION, language: Language = "nl",
    settings: Settings | None = None,
) -> record.Record:  # fmt: skip
    return record.record(store, READER, settings or Settings(), system, language, region=region, served=None)


def test_layout__29_rows_over_four_tabs_of_which_seven_are_obligatory() -> None:
    assert LAYOUT.version == "1.0"
    assert [len(tab.rows) for tab in LAYOUT.tabs] == [11, 9, 5, 4]
    assert [row.key for row in LAYOUT.rows if row.required] == OBLIGATORY
    assert {one for row in LAYOUT.rows for one in row.answers} <= set(ASKED.questions)


def test_record__of_an_empty_register_names_what_is_obligatory_and_makes_nothing_up(store: Store) -> None:
    found = made(store, registered(store), region=None)
    assert list(found.rows) == [row.key for row in LAYOUT.rows]
    assert found.empty == ["organization", "contact_email", "publication_category"]
    assert found.faults == [f"{key}: obligatory and empty" for key in found.empty]
    by_answer = [row for row in LAYOUT.rows if row.answers]
    assert by_answer and all(found.rows[row.key] == "" for row in by_answer)
    assert found.rows["status"] == "In ontwikkeling" and found.rows["begin_date"] == ""


def test_record__of_a_system_in_use_validates(store: Store, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(PROJECT_ROOT / "catalogue", tmp_path / "catalogue"))
    path = folder / "governance" / known.FILE
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content[RISK_AREAS]["publication_category"] = "Overige algoritmes"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    system = registered(store)
    decided(store, system, "decide", "develop", "use")
    register.first_use(store, STEWARD, system)
    for language, code in record.LANGS.items():
        found = made(store, system, language=language, settings=Settings(catalogue_dir=folder))
        assert found.faults == [] and found.empty == []
        assert json.loads(found.as_json()) == found.rows and len(found.rows) == 29
        assert found.rows["lang"] == code and found.rows["organization"] == "GGD Veen"
    assert found.rows["begin_date"] == "2026-03" and found.rows["status"] == "In gebruik"
    assert found.rows["goal"] == "Dit is afgesproken." and "AUROC" in found.rows["source_data"]
    assert {one["link"][:8] for one in found.rows["source_data_grouping"]} == {"https://"}


def test_record__takes_only_answers_that_count(store: Store) -> None:
    system = registered(store)
    given = register.answer(
        store, CHAIR, ASKED, system, "B-INC-1", status="answered", text="Samen praten.", evidence="person"
    )
    assert made(store, system).rows["goal"] == ""
    register.review(store, OFFICER, given)
    assert made(store, system).rows["goal"] == "Samen praten."


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("name", "n" * 101, "101 characters, at most 100"),
        ("status", "Klaar", "one of In ontwikkeling"),
        ("category", ["Zorg en gezondheid", "Zorg"], "one of Organisatie"),
        ("category", ["Werk"] * 4, "4 codes, at most 3"),
        ("begin_date", "2026-13", "a month as 2026-01"),
        ("contact_email", "bel ons", "a mail address"),
        ("website", "http://veen.example", "begins with https://"),
        ("source_data_grouping", [{"title": "Bron", "link": ""}], "begins with https://"),
        ("source_data_grouping", [{"link": "https://veen.example"}], "a title with its link"),
        ("goal", ["een"], "a text is expected"),
        ("colour", "rood", "a row that the layout does not have"),
    ],
)
def test_layout__names_what_it_does_not_take(store: Store, key: str, value: Any, told: str) -> None:
    rows = made(store, registered(store)).rows
    before = layout.faults(LAYOUT, rows)
    found = [one for one in layout.faults(LAYOUT, {**rows, key: value}) if one not in before]
    assert len(found) == 1 and found[0].startswith(f"{key}: ") and told in found[0]
    assert (
        f"{key}: the row is missing"
        in layout.faults(LAYOUT, {name: one for name, one in rows.items() if name != key})
        or key not in rows
    )


def test_assessments__every_number_that_a_question_names_is_one_of_the_instrument() -> None:
    found = load_assessments(PROJECT_ROOT / "catalogue")
    assert len(found.numbers("iama")) == 57 and len(found.numbers("dpia")) == 17
    for one in ASKED.questions.values():
        assert set(one.iama) <= set(found.numbers("iama")), one.question_id
        assert {str(point) for point in one.dpia} <= set(found.numbers("dpia"))


def test_assessments__are_filled_in_with_answers_that_count_and_tell_what_is_left(store: Store) -> None:
    system, declared = registered(store), load_assessments(PROJECT_ROOT / "catalogue")
    answered(store, system, "decide")
    account = accounts.account(store, READER, system)
    answers = gate.counting(store, ASKED, account, FIRST)
    for name in NAMES:
        rows = {row.number: row for row in filled(declared, name, ASKED, "area_model", answers)}
        assert list(rows) == list(declared.numbers(name))
    assert not rows["11"].is_open and rows["11"].given[0][0].question_id == "B-PRI-3"
    assert rows["17"].is_open and rows["9"].is_open and not rows["9"].given


def test_unregistered__the_questions_stand_open_by_name() -> None:
    found = gate.unregistered(ASKED, "area_model", RISK_AREAS, ("Niets.", "Nothing."))
    assert [one.kind for one in found].count("question") == 26
    assert [one.name for one in found if one.kind == "decision"] == list(declarations.PHASES)
    assert len(gate.unregistered(ASKED, "person_tool", "tool", ("Niets.", "Nothing."))) == 31


def test_known__a_mistake_names_file_and_field(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(PROJECT_ROOT / "catalogue" / "governance", tmp_path / "governance"))
    (folder / known.FILE).write_text("x: {kind: oracle, name: {nl: a, en: b}}\n", encoding="utf-8")
    with pytest.raises(DataProblem, match=r"systems\.yml"):
        known.declared(tmp_path)
