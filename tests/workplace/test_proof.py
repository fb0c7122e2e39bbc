"""A small part of what `make prove ONLY=workplace` measures at full size."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.proofs import workplace
from tests.proofs.month import month
from tests.proofs.quiet import quiet
from tests.proofs.registry import Room

pytestmark = pytest.mark.busy


def test_table__few_phones_none_lost_none_double(tmp_path: Path) -> None:
    found = {
        name: value
        for name, value, _ in workplace.at_the_table(Room(tmp_path), phones=4, votes=40, written=8)
    }
    assert (
        found["workplace_votes_lost"],
        found["workplace_votes_double"],
        found["workplace_notes_lost"],
    ) == (0, 0, 0)


def test_killed__what_was_acknowledged_is_there(tmp_path: Path) -> None:
    found = {name: value for name, value, _ in workplace.killed(Room(tmp_path), kills=2)}
    assert found["workplace_killed_sqlite_lost"] == 0 and found["workplace_killed_sqlite_acknowledged"] >= 2


def test_log__changes_found_and_notes_exact(tmp_path: Path) -> None:
    found = {
        name: value
        for name, value, _ in workplace.log_and_selections(Room(tmp_path), changes=4, selections=20)
    }
    assert found["workplace_log_changes_found"] == 4
    assert found["workplace_selections_wrong"] == 0 and found["workplace_rights_wrong"] == 0


def test_quiet__measures_a_page_with_and_without_and_opens_no_store(tmp_path: Path) -> None:
    """The figures themselves belong in the proof: here that both ways draw the page and none of them opens the store."""
    pages = {"woordenlijst": dict[str, str]()}
    found = {name: (value, beside) for name, value, beside in quiet(Room(tmp_path), turns=1, pages=pages)}
    value, beside = found["workplace_quiet_cpu_woordenlijst"]
    assert value > 0 and beside is not None and beside > 0
    assert found["workplace_quiet_store_opened"] == (0.0, None)


def test_month__fits_and_every_scripted_step_can_be_done_on_the_pages(tmp_path: Path) -> None:
    found = {name: value for name, value, _ in month(Room(tmp_path))}
    assert found["workplace_month_partner"] <= 2 and found["workplace_month_steward"] <= 8
    assert found["workplace_month_scripted_partner"] == 3 and found["workplace_month_scripted_steward"] == 6
