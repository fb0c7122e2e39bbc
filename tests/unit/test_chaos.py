"""A small part of what `make prove ONLY=chaos` does at full size, and the examiner itself: it has to see what is wrong."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.catalogue import Source
from datawerkplaats.loading.ingest import load_source
from datawerkplaats.loading.result import IngestResult
from orchestration import steps
from tests.proofs.chaos import corpus, mutations, table
from tests.proofs.chaos.examiner import LOST, RIGHT, SILENT, TOLD, TRACE, Seen, Served
from tests.proofs.chaos.mutations import Delivery
from tests.proofs.chaos.place import Place

pytestmark = pytest.mark.busy
SOURCE = "leefbaarometer_scores"
SHAPES = (
    "a row twice",
    "the columns in another order",
    "half the rows",
    "a second column with the year",
    "a row without a region",
)
FIGURES, YEARS, REGIONS = (
    ("12,5", "١٢", "9" * 400, mutations.MARK),
    ("2020", "2020-01-01"),
    ("gm9901", "NL00"),
)


def test_corpus__a_few_deliveries_are_loaded_right_or_refused_with_a_sentence(tmp_path: Path) -> None:
    one, chance = corpus.example(SOURCE), random.Random(1)
    at = corpus.at_the_door(SOURCE, tmp_path)
    assert at.hand_in(Delivery("sound", ".csv", one.content)).status == "new"
    made = list(
        mutations.cells(one.table, ",", {"lbm": FIGURES, "jaar": YEARS, "gebiedscode": REGIONS}, chance)
    )
    for name in SHAPES:
        spoilt = mutations.copied(one.table)
        mutations.SHAPES[name](spoilt, chance)
        made.append(Delivery(name, ".csv", mutations.as_text(spoilt, ",")))
    found = [corpus.tried(at, delivery) for delivery in made]
    assert [str(one) for one in found if one.wrong] == []
    outcomes = Counter(one.outcome for one in found)
    assert outcomes["right"] >= 4 and outcomes["refused"] >= 6


def test_corpus__the_examiner_sees_another_value_and_a_cell_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = corpus.example(SOURCE)
    at = corpus.at_the_door(SOURCE, tmp_path)
    sound = Delivery("sound", ".csv", one.content)
    rows = [("GM9901", "2020", *[1.0] * 6)]
    monkeypatch.setattr(at, "rows", lambda: rows)
    assert "another value" in corpus.tried(at, sound).wrong[0]
    monkeypatch.setattr(corpus, "_EXAMPLES", frozenset())
    spoilt = Delivery("", ".csv", one.content.replace(b"2020", b"twintig", 1))
    problem = corpus.tried(at, spoilt)
    assert (problem.outcome, problem.wrong) == ("refused", [])


CELL, OTHER = {("a",): (1.0,)}, {("a",): (2.0,)}
SENTENCE = "50090NED: the table changed while it was fetched."


@pytest.mark.parametrize(
    ("code", "printed", "after", "notices", "kept", "outcome"),
    [
        (0, "", CELL, {}, True, RIGHT),
        (0, "", OTHER, {}, True, SILENT),
        (0, "", {}, {}, True, SILENT),
        (0, "", CELL, {"a": "rejected"}, True, RIGHT),
        (1, SENTENCE, CELL, {}, True, TOLD),
        (1, "[load] something.", CELL, {}, True, SILENT),
        (1, SENTENCE, OTHER, {}, True, LOST),
        (1, SENTENCE, CELL, {}, False, LOST),
        (1, f"Traceback (most recent call last):\n{SENTENCE}", CELL, {}, True, TRACE),
    ],
)
def test_examiner__tells_right_told_silent_and_lost_apart(
    code: int,
    printed: str,
    after: dict[tuple[str, ...], tuple[float, ...]],
    notices: dict[str, str],
    kept: bool,
    outcome: str,
) -> None:
    before = Served("r1", dict(CELL))
    seen = Seen(code, printed, before, Served("r2", dict(after)), notices, kept)
    assert seen.outcome(before) == outcome


def test_table__has_a_line_for_every_outcome_of_a_fault() -> None:
    found = {"older deliveries": Counter({RIGHT: 2, TOLD: 1, SILENT: 1})}
    assert list(table._lines(found, "older deliveries", "fault")) == [
        ("older deliveries, right (fault)", 2, 4),
        ("older deliveries, told (fault)", 1, 4),
        ("older deliveries, neither (fault)", 1, 4),
    ]


@pytest.fixture
def door(tmp_path: Path) -> Place:
    """A workplace with one source whose first rows are in use."""
    place = Place(
        tmp_path, tmp_path, tmp_path, tmp_path, None, None, {}, Served("r1", {}),  # type: ignore[arg-type]
        {SOURCE: load_source(PROJECT_ROOT / "catalogue", SOURCE)},
    )  # fmt: skip
    _put_in_use(place, "first")
    assert place.in_use == [SOURCE]
    return place


def _put_in_use(place: Place, rows: str) -> None:
    link = place.data / "inputs" / "live" / SOURCE
    (place.data / rows).mkdir(exist_ok=True)
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(place.data / rows)


def _comes_in(
    monkeypatch: pytest.MonkeyPatch, place: Place, rows: str, problem: DataProblem | None = None
) -> None:
    def ingest(_: Source, __: Settings) -> IngestResult:
        _put_in_use(place, rows)
        return IngestResult("rejected" if problem else "new", None, problem)

    monkeypatch.setattr(steps, "ingest", ingest)


def test_door__compares_with_the_rows_that_the_fault_found_and_not_with_those_of_the_beginning(
    door: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    _put_in_use(door, "corrected")
    _comes_in(monkeypatch, door, "first")
    assert door.at_the_door() == (False, False)
    _put_in_use(door, "corrected")
    _comes_in(monkeypatch, door, "corrected")
    assert door.at_the_door() == (True, False)


def test_door__what_is_told_of_a_sound_delivery_ends_the_proof(
    door: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    _comes_in(monkeypatch, door, "first")
    door.require_silence()
    told = DataProblem("missing_delivery", subject=SOURCE, expected="a file", remedy="put it there")
    _comes_in(monkeypatch, door, "first", told)
    assert door.at_the_door() == (True, True)
    with pytest.raises(DataProblem, match="nothing is told"):
        door.require_silence()
