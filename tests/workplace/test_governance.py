"""The governance gate: every question blocks by name until it is answered with evidence about this very artefact."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.governance import accounts, decisions, declarations, desk, gate, register
from datawerkplaats.governance.accounts import Bounds
from datawerkplaats.workplace import schema
from datawerkplaats.workplace.people import Role
from datawerkplaats.workplace.store import Store
from tests.workplace.conftest import Clock, somebody

ASKED = declarations.load(PROJECT_ROOT / "catalogue")
STEWARD, READER = somebody(Role.STEWARD, name="steward"), somebody(Role.READER, name="reader")
CHAIR, OFFICER = somebody(Role.CHAIR, name="chair"), somebody(Role.PRIVACY_OFFICER, name="officer")
EVERYBODY = somebody(*Role, name="everybody")
FIRST, NEXT, WORSE = "a" * 64, "b" * 64, "c" * 64
GOOD = {"auroc_lower": 0.66, "slope": 1.02, "gap": 0.04, "population": "18-29"}
BOUNDS = Bounds(auroc_lower_from=0.6, slope_from=0.8, slope_to=1.25, gap_to=0.1, population="18-29")
FINDINGS = {
    one.automatic: f"Gevonden: {one.automatic}, AUROC .71."
    for one in ASKED.questions.values()
    if one.automatic
}


def registered(store: Store, kind: str = "area_model", *, is_synthetic: bool = False) -> str:
    system = register.register_system(store, STEWARD, "onset", kind, learned_from_synthetic=is_synthetic)
    register.register_artefact(store, STEWARD, system, FIRST, GOOD)
    return system


def answered(store: Store, system: str, phase: declarations.Phase, artefact: str = FIRST) -> None:
    """Every question of a phase answered and reviewed, documents where they are asked for."""
    register.refresh_automatic(store, STEWARD, ASKED, system, artefact, FINDINGS)
    kind = accounts.account(store, READER, system).system.kind
    for question in ASKED.of_phase(phase, kind):
        if question.automatic:
            continue
        kind = "document" if "document" in question.evidence else "person"
        given = register.answer(
            store, EVERYBODY, ASKED, system, question.question_id, status="answered", text="Dit is afgesproken.",
            evidence=kind, document=("plan.pdf", question.question_id.encode()) if kind == "document" else None,
        )  # fmt: skip
        register.review(store, OFFICER, given)


def decided(store: Store, system: str, *phases: declarations.Phase) -> None:
    for phase in phases:
        if phase != "use":
            answered(store, system, phase)
        decisions.decide(store, CHAIR, ASKED, system, phase, "go", artefact=FIRST, bounds=BOUNDS)


def names(store: Store, system: str, step: gate.Step, artefact: str = FIRST, kind: str = "") -> list[str]:
    found = gate.blockers(store, READER, ASKED, system, artefact, step)
    return [one.name for one in found if not kind or one.kind == kind]


def test_questions__forty_in_twelve_cells() -> None:
    assert len([one for one in ASKED.questions.values() if not one.added]) == 40
    assert [len(ASKED.of_phase(phase)) for phase in declarations.PHASES] == [13, 13, 14]
    assert all(ASKED.cell(phase, value) for phase in declarations.PHASES for value in ASKED.values)
    assert all(len(text.split()) <= 20 for one in ASKED.questions.values() for text in (one.nl, one.en))


def test_gate__an_empty_register_blocks_every_question_by_name(store: Store) -> None:
    system = registered(store)
    assert len(names(store, system, "decide", kind="question")) == 13
    assert len(names(store, system, "pilot", kind="question")) == 26
    assert names(store, system, "use", kind="decision") == ["decide", "develop", "use"]


def test_gate__opens_when_all_is_answered_and_decided(store: Store) -> None:
    system = registered(store)
    answered(store, system, "decide")
    assert names(store, system, "decide") == []
    decided(store, system, "decide", "develop")
    assert names(store, system, "pilot") == []
    assert names(store, system, "use") == ["use"]
    decided(store, system, "use")
    assert names(store, system, "use") == []


def test_gate__another_artefact_inside_the_bounds_needs_fresh_automatic_answers_only(store: Store) -> None:
    system = registered(store)
    decided(store, system, "decide", "develop")
    assert names(store, system, "pilot", NEXT, "artefact") == [NEXT[:12]]
    register.register_artefact(store, STEWARD, system, NEXT, {**GOOD, "slope": 0.9})
    left = names(store, system, "pilot", NEXT)
    assert left and all(ASKED.questions[name].automatic for name in left)
    register.refresh_automatic(store, STEWARD, ASKED, system, NEXT, FINDINGS)
    assert names(store, system, "pilot", NEXT) == []
    register.register_artefact(store, STEWARD, system, WORSE, {**GOOD, "slope": 0.7, "population": "12-17"})
    register.refresh_automatic(store, STEWARD, ASKED, system, WORSE, FINDINGS)
    assert sorted(set(names(store, system, "pilot", WORSE))) == ["population", "slope"]


def test_gate__a_document_that_changed_by_one_byte_takes_its_answer_along(store: Store) -> None:
    system = registered(store)
    decided(store, system, "decide", "develop")
    one = sorted(register.documents_of(store).iterdir())[0]
    one.write_bytes(one.read_bytes() + b"x")
    assert len(names(store, system, "pilot", kind="question")) == 1


def test_gate__the_last_phase_has_its_dates(store: Store, clock: Clock) -> None:
    system = registered(store)
    decided(store, system, "decide", "develop", "use")
    register.first_use(store, STEWARD, system)
    clock.turn(days=90)
    assert names(store, system, "use", kind="question") == []
    clock.turn(days=1)
    # The other three of the last phase are answered by the house itself.
    assert len(names(store, system, "use", kind="question")) == 11
    answered(store, system, "use")
    assert names(store, system, "use", kind="question") == []
    clock.turn(days=180)
    assert names(store, system, "use", kind="question") == []
    clock.turn(days=1)
    assert len(names(store, system, "use", kind="question")) == 14


def test_gate__a_serious_incident_closes_it_until_it_is_closed(store: Store) -> None:
    system = registered(store)
    decided(store, system, "decide", "develop")
    desk.report_incident(store, READER, system, "minor", "Een woord klopt niet.")
    assert names(store, system, "pilot") == []
    found = desk.report_incident(store, READER, system, "serious", "De kaart toont verkeerde wijken.")
    assert names(store, system, "pilot") == ["serious"]
    with pytest.raises(DataProblem, match="audit: this role may not"):
        desk.close_incident(store, STEWARD, found, "Koppeling hersteld.")
    desk.close_incident(store, OFFICER, found, "Koppeling hersteld.")
    assert names(store, system, "pilot") == []


def test_register__bad_input_is_a_sentence_and_stores_nothing(store: Store, clock: Clock) -> None:
    system = registered(store)
    chair: dict[str, Any] = {"status": "answered", "text": "Goed.", "evidence": "person"}
    with pytest.raises(DataProblem, match="a question that is asked"):
        register.answer(store, CHAIR, ASKED, system, "B-INC-9", **chair)
    with pytest.raises(DataProblem, match="asked of this kind"):
        register.answer(store, CHAIR, ASKED, system, "B-KWA-4", **chair)
    with pytest.raises(DataProblem, match="an artefact of this system"):
        register.refresh_automatic(store, STEWARD, ASKED, system, NEXT, FINDINGS)
    retired = ASKED.questions["B-INC-1"].model_copy(update={"retired": True})
    without = ASKED.model_copy(update={"questions": {**ASKED.questions, "B-INC-1": retired}})
    with pytest.raises(DataProblem, match="a question that is asked"):
        register.answer(store, CHAIR, without, system, "B-INC-1", **chair)
    assert nothing_answered(store)
    with pytest.raises(DataProblem, match="one of privacy_officer"):
        register.answer(store, CHAIR, ASKED, system, "B-PRI-3", **chair)
    with pytest.raises(DataProblem, match="a document"):
        register.answer(store, CHAIR, ASKED, system, "B-INC-1", **{**chair, "evidence": "document"})
    with pytest.raises(DataProblem, match="mitigation"):
        register.answer(store, CHAIR, ASKED, system, "B-INC-1", **{**chair, "status": "with_reservation"})
    with pytest.raises(DataProblem, match="at most 4000"):
        register.answer(store, CHAIR, ASKED, system, "B-INC-1", **{**chair, "text": "a " * 50_000})
    own = register.answer(store, CHAIR, ASKED, system, "B-INC-1", **chair)
    with pytest.raises(DataProblem, match="somebody else than the author"):
        register.review(store, CHAIR, own)
    assert "B-INC-1" in names(store, system, "decide")
    with pytest.raises(DataProblem, match="answer B-INC-1"):
        decisions.decide(store, CHAIR, ASKED, system, "decide", "go", artefact=FIRST, bounds=BOUNDS)
    with pytest.raises(DataProblem, match="an artefact of this system"):
        decisions.decide(store, CHAIR, ASKED, system, "decide", "go", artefact=NEXT, bounds=BOUNDS)
    with pytest.raises(DataProblem, match="decide: this role may not"):
        decisions.decide(store, STEWARD, ASKED, system, "decide", "go", artefact=FIRST, bounds=BOUNDS)
    with store.reading() as connection:
        assert connection.execute(sa.select(schema.decision)).all() == []


def nothing_answered(store: Store) -> bool:
    with store.reading() as connection:
        return connection.execute(sa.select(schema.answer_given)).all() == []


def test_register__who_is_no_chair_any_more_decides_nothing(store: Store) -> None:
    system = registered(store)
    answered(store, system, "decide")
    stepped_down = somebody(Role.PARTNER, name=CHAIR.id)
    with pytest.raises(DataProblem, match=r"decide: this role may not .*chair"):
        decisions.decide(store, stepped_down, ASKED, system, "decide", "go", artefact=FIRST, bounds=BOUNDS)
    assert names(store, system, "pilot", kind="decision") == ["decide", "develop"]


def test_register__whether_a_tool_about_one_person_is_a_medical_device_blocks_until_it_is_answered(
    store: Store,
) -> None:
    system = registered(store, "person_tool")
    asked = set(names(store, system, "decide", kind="question"))
    assert "B-KWA-4" in asked and len(asked) == 14
    answered(store, system, "develop")
    for question in ASKED.of_phase("decide", "person_tool"):
        if not question.automatic and question.question_id != "B-KWA-4":
            kind = question.evidence[0]
            document = ("plan.pdf", b"plan") if kind == "document" else None
            given = register.answer(
                store, EVERYBODY, ASKED, system, question.question_id, status="answered", text="Dit is afgesproken.",
                evidence=kind, document=document,
            )  # fmt: skip
            register.review(store, OFFICER, given)
    assert names(store, system, "use", kind="question") == ["B-KWA-4"]
    with pytest.raises(DataProblem, match="answer B-KWA-4"):
        decisions.decide(store, CHAIR, ASKED, system, "decide", "go", artefact=FIRST, bounds=BOUNDS)
    given = register.answer(
        store, OFFICER, ASKED, system, "B-KWA-4", status="not_applicable", evidence="person",
        text="Nee: het stelt geen diagnose en stuurt geen behandeling.",
    )  # fmt: skip
    register.review(store, CHAIR, given)
    assert names(store, system, "use", kind="question") == []


def test_register__a_joint_computation_is_not_asked_what_it_learned_from(store: Store) -> None:
    learned = {"B-PRI-1", "B-KWA-1", "B-KWA-2", "O-KWA-1", "O-KWA-2", "G-INC-1", "G-INC-2"}
    joint = {one.question_id for one in ASKED.of_kind("joint_computation")}
    assert {one.question_id for one in ASKED.of_kind("area_model")} - joint == learned
    system = registered(store, "joint_computation")
    assert not learned & set(names(store, system, "use", kind="question"))


def test_register__a_tool_about_one_person_that_learned_from_made_up_people_is_for_practice(
    store: Store,
) -> None:
    system = registered(store, "person_tool", is_synthetic=True)
    answered(store, system, "decide")
    with pytest.raises(DataProblem, match="practise or no_go"):
        decisions.decide(store, CHAIR, ASKED, system, "decide", "go", artefact=FIRST, bounds=BOUNDS)
    decisions.decide(store, CHAIR, ASKED, system, "decide", "practise", artefact=FIRST, bounds=BOUNDS)
    assert names(store, system, "decide") == []


def test_desk__requests_have_their_deadline(store: Store, clock: Clock) -> None:
    desk.send_report(store, READER, "question", "Waar komt dit cijfer vandaan?")
    late = desk.send_report(store, READER, "access", "Ik wil weten welke gegevens er zijn.")
    assert [one.due_on for one in desk.reports(store, OFFICER)] == ["2026-03-16", "2026-04-01"]
    desk.reply_to(store, OFFICER, late, 1, "Er staan geen gegevens over personen in.")
    assert [one.status for one in desk.reports(store, OFFICER)] == ["open", "answered"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"X-INC-1": {"nl": "a", "en": "a", "answered_by": ["chair"], "evidence": ["person"]}}, "X-INC-1"),
        ({"B-INC-1": {"nl": "a", "en": "a", "answered_by": ["king"], "evidence": ["person"]}}, "answered_by"),
        (
            {"B-INC-1": {"nl": "a", "en": "a", "answered_by": ["chair"], "evidence": ["automatic"]}},
            "automatic",
        ),
    ],
)
def test_declarations__a_mistake_names_file_and_field(
    tmp_path: Path, change: dict[str, object], told: str
) -> None:
    folder = Path(shutil.copytree(PROJECT_ROOT / "catalogue" / "governance", tmp_path / "governance"))
    content = yaml.safe_load((folder / "questions.yml").read_text(encoding="utf-8"))
    content["questions"].update(change)
    (folder / "questions.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(DataProblem, match=r"questions\.yml") as caught:
        declarations.load(tmp_path)
    assert told in caught.value.sentence("en")


def test_declarations__an_id_twice_is_refused(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(PROJECT_ROOT / "catalogue" / "governance", tmp_path / "governance"))
    text = (folder / "questions.yml").read_text(encoding="utf-8")
    (folder / "questions.yml").write_text(text + "  B-INC-1: {nl: a, en: b}\n", encoding="utf-8")
    with pytest.raises(DataProblem, match="given twice"):
        declarations.load(tmp_path)
