"""Following, assumptions before results, series, questions from notes and gaps, and what learners predicted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.workplace import assumptions, follows, learning, notes, questions, series, sessions
from datawerkplaats.workplace.figures import Figure, Selection
from datawerkplaats.workplace.people import Role, Subject
from datawerkplaats.workplace.store import Store
from tests.workplace.conftest import Clock, somebody

READER, CHAIR, STEWARD, PARTNER = (
    somebody(role) for role in (Role.READER, Role.CHAIR, Role.STEWARD, Role.PARTNER)
)
HERE = Selection("i1", "GM0001", 2024)


def asker(*rows: tuple[str, int, float, float | None, float | None]) -> follows.Ask:
    """A release that shows these figures of one area."""

    def ask(_sql: str, asked: tuple[Any, ...]) -> list[Mapping[str, Any]]:
        names = ("indicator_id", "year", "value", "lower", "upper")
        told = [{**dict(zip(names, row, strict=True)), "age_band": "all", "sex": "total"} for row in rows]
        return [row for row in told if asked[1] in ("", row["indicator_id"])]

    return ask


def test_follow__tells_a_change_beyond_the_margin_and_an_end(store: Store) -> None:
    before = asker(("i1", 2024, 30.0, 28.0, 32.0), ("i2", 2024, 5.0, None, None))
    one = follows.follow(store, READER, "GM0001", "", follows.newest(before, "r1", "GM0001"))
    assert follows.follow(store, READER, "GM0001", "", follows.newest(before, "r1", "GM0001")) == one
    (kept,) = follows.followed(store, READER)
    within = asker(("i1", 2025, 31.9, 29.9, 33.9), ("i2", 2024, 5.0, None, None))
    assert follows.changes([kept], within, "r2") == []
    beyond = asker(("i1", 2025, 32.1, 30.1, 34.1))
    found = follows.changes([kept], beyond, "r2")
    assert [(c.then.selection.indicator_id, c.now and c.now.value) for c in found] == [
        ("i1", 32.1),
        ("i2", None),
    ]
    follows.mark_seen(store, READER, one, 1, follows.newest(beyond, "r2", "GM0001"))
    (kept,) = follows.followed(store, READER)
    assert follows.changes([kept], beyond, "r2") == []


def test_follow__is_of_the_one_who_follows(store: Store) -> None:
    shown = follows.newest(asker(("i1", 2024, 30.0, None, None)), "r1", "GM0001", "i1")
    one = follows.follow(store, READER, "GM0001", "i1", shown)
    other = somebody(Role.READER, name="other")
    assert follows.followed(store, other) == []
    with pytest.raises(DataProblem, match="your own list"):
        follows.stop_following(store, other, one)
    with pytest.raises(DataProblem, match="your own list"):
        follows.mark_seen(store, other, one, 1, shown)
    with pytest.raises(DataProblem, match="has ended"):
        follows.follow(store, READER, "GM0001", "gone", {})
    follows.stop_following(store, READER, one)
    assert follows.all_followed(store) == []


def session_of(store: Store, clock: Clock, template: str = "model_assumptions") -> str:
    return sessions.prepare(
        store, CHAIR, title="Aannames", held_on=clock().date() + timedelta(days=1), organisations=["GGD"],
        template=template,
    )  # fmt: skip


def test_assumptions__are_agreed_before_results_and_cited_afterwards(store: Store, clock: Clock) -> None:
    one = session_of(store, clock)
    assumptions.assume(store, CHAIR, one, kind="exclusion", about="Postcode", reason="Zegt te veel.")
    assumptions.assume(
        store, CHAIR, one, kind="direction", about="Slaap", expected="higher", reason="Ervaring."
    )
    assert assumptions.citation(store, READER, one) is None  # still open
    plain = sessions.add_item(store, CHAIR, one, title="A", address="/verkennen?x=1", release_id="r1")
    sessions.show_item(store, CHAIR, one, plain)
    assumptions.assume(store, CHAIR, one, kind="target", about="Angstklachten", reason="Daar is hulp voor.")
    results = sessions.add_item(store, CHAIR, one, title="B", address="/risico?area=x", release_id="r1")
    sessions.show_item(store, CHAIR, one, results)
    sessions.show_item(store, CHAIR, one, plain)  # going back does not undo what was seen
    with pytest.raises(DataProblem, match="no results were shown"):
        assumptions.assume(store, CHAIR, one, kind="target", about="Iets", reason="Nu wij het weten.")
    sessions.close(store, CHAIR, one)
    agreed = assumptions.assumptions(store, READER, one)
    assert [(a.kind, a.about) for a in agreed] == [
        ("target", "Angstklachten"), ("direction", "Slaap"), ("exclusion", "Postcode")
    ]  # fmt: skip
    cited = assumptions.citation(store, READER, one)
    assert cited is not None and assumptions.fault_of(store, cited) == ""
    other = assumptions.Citation(cited.session, cited.agreed_on, "0" * 64)
    assert "another agreement" in assumptions.fault_of(store, other)
    assert "no closed session" in assumptions.fault_of(store, assumptions.Citation("XXXXXX", "", ""))


def test_assumptions__bad_input_is_a_sentence(store: Store, clock: Clock) -> None:
    other, one = session_of(store, clock, "interpretation"), session_of(store, clock)
    for session_id, kind, expected in ((other, "target", ""), (one, "rumour", ""), (one, "direction", "up")):
        with pytest.raises(DataProblem):
            assumptions.assume(
                store, CHAIR, session_id, kind=kind, about="Slaap", expected=expected, reason="Zomaar."
            )
    assert assumptions.assumptions(store, READER, one) == []


def test_series__prepares_all_of_its_sessions_or_none(store: Store, clock: Clock) -> None:
    phases = [("intake", "Behoeften"), ("orientation", "Oriëntatie"), ("evaluation", "Evaluatie")]

    def plan(every_weeks: int, organisations: list[str]) -> str:
        return series.plan_series(
            store, CHAIR, title="Jeugd", template="learning_community", starts_on=clock().date(),
            every_weeks=every_weeks, organisations=organisations, meetings=phases,
        )  # fmt: skip

    with pytest.raises(DataProblem, match="weeks"):
        plan(0, ["GGD"])
    with pytest.raises(DataProblem):
        plan(2, [])
    assert sessions.sessions(store, READER) == [] and series.all_series(store, READER) == []
    plan(2, ["GGD"])
    (one,) = series.all_series(store, READER)
    assert [(m.phase, m.held_on) for m in one.meetings] == [
        ("intake", "2026-03-02"), ("orientation", "2026-03-16"), ("evaluation", "2026-03-30")
    ]  # fmt: skip
    found = series.series_of(store, READER, one.meetings[1].session_id)
    assert found == one and series.series_of(store, READER, "none") is None


def test_questions__come_from_shared_notes_and_gaps_once(store: Store) -> None:
    note = notes.write_note(store, PARTNER, Figure("r1", HERE, 5.0), kind="question", text="Wie zijn dit?")
    assert questions.questions(store, READER) == []
    notes.move_note(store, STEWARD, note, 1, "shared")
    for _ in range(2):
        questions.ask_gap(store, PARTNER, "hidden_pct", "Wachttijd")
    found = {(one.source, one.text, one.organisation) for one in questions.questions(store, READER)}
    assert found == {(f"note:{note}", "Wie zijn dit?", "GGD"), ("gap:hidden_pct", "Wachttijd", "GGD")}


def test_learning__a_group_shows_from_five_and_a_learner_counts_once(store: Store) -> None:
    for number in range(4):
        learner = Subject(f"l{number}", frozenset({Role.PARTNER}))
        for value in ("40", str(30 + number)):
            learning.predict(store, learner, "margin", "guess", value)
    assert learning.predictions_of(store, READER, "margin", "guess") == []
    learning.predict(store, PARTNER, "margin", "guess", "50")
    assert learning.predictions_of(store, READER, "margin", "guess") == ["30", "31", "32", "33", "50"]
    assert learning.predictions_of(store, READER, "margin", "guess", group="ABC") == []
    with pytest.raises(DataProblem, match="one of the answers"):
        learning.predict(store, PARTNER, "margin", "guess", "9" * 400)
