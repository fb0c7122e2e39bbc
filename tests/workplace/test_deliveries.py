"""A delivery from its first byte to the decision: who may do what, what stays of it, and how often its effect is asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from datawerkplaats.base.build_lock import only_build
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.catalogue import Source
from datawerkplaats.loading.ingest import load_source
from datawerkplaats.operations import deliveries as door
from datawerkplaats.partners import deliveries as kept
from datawerkplaats.partners import quarantine
from datawerkplaats.workplace import deliveries
from datawerkplaats.workplace.people import LOCAL, Role, Subject
from datawerkplaats.workplace.store import Store
from tests.partner_example import COUNTS, HEADING, SOURCE, persons
from tests.workplace.conftest import Clock, somebody

GOOD = persons(COUNTS)
PARTNER = somebody(Role.PARTNER, name="p", organisation="Aanbieder A")
OTHER = somebody(Role.PARTNER, name="q", organisation="Aanbieder B")
STEWARD = somebody(Role.STEWARD, name="s")
NUMBERS = {"cells": 9, "changed": 1, "new": 0, "gone": 0, "hidden": 2, "hidden_before": 2, "not_told": 0}


@pytest.fixture(scope="module")
def source() -> Source:
    return load_source(PROJECT_ROOT / "catalogue", SOURCE)


def text(rows: list[list[str]], heading: list[str] = HEADING) -> list[bytes]:
    return ["\n".join(";".join(row) for row in [heading, *rows]).encode()]


def here(settings: Settings, command: str, source_id: str, delivery_id: str) -> dict[str, Any]:
    """What the process of its own tells, in this one."""
    if command == "effect":
        kept.keep_effect(
            settings, delivery_id, {"numbers": NUMBERS, "cells": [], "held": None, "served": "r1"}
        )
        return {"numbers": NUMBERS, "held": None}
    return kept.looked_at(load_source(PROJECT_ROOT / "catalogue", source_id), settings, delivery_id)


def hand_in(
    store: Store, settings: Settings, source: Source, content: list[bytes], who: Subject = PARTNER
) -> door.HandedIn:
    return door.hand_in(store, who, settings, source, ".csv", content, ask=here)


def in_quarantine(settings: Settings) -> list[Path]:
    return [path for path in (settings.private_dir / "quarantine").rglob("*") if path.is_file()]


def refused(code: str, action: Callable[[], Any]) -> DataProblem:
    with pytest.raises(DataProblem) as caught:
        action()
    assert caught.value.code == code
    return caught.value


def test_delivery__waits_for_a_steward_and_is_read_by_the_next_build_once_accepted(
    store: Store, settings: Settings, source: Source
) -> None:
    one = hand_in(store, settings, source, text(GOOD)).delivery
    assert (one.status, one.rows, one.years) == ("checked", 280, (2022,))
    assert [path.name for path in in_quarantine(settings)] == [f"{SOURCE}.csv"]
    assert quarantine.accepted(source, settings) is None
    refused("not_allowed", lambda: door.accept(store, PARTNER, settings, source, one))
    door.accept(store, STEWARD, settings, source, one)
    folder = quarantine.accepted(source, settings)
    assert folder and next(folder.iterdir()).read_bytes() == text(GOOD)[0]
    assert in_quarantine(settings) == []
    refused("delivery_decided", lambda: door.reject(store, STEWARD, settings, one, "Te laat gezien."))
    [now] = deliveries.deliveries(store, STEWARD)
    assert (now.status, now.decided_by) == ("accepted", "s")
    assert store.verify_log() == 3


def test_delivery__nobody_accepts_their_own_but_the_local_user_who_is_everybody(
    store: Store, settings: Settings, source: Source
) -> None:
    own = hand_in(store, settings, source, text(GOOD), STEWARD).delivery
    refused("own_delivery", lambda: door.accept(store, STEWARD, settings, source, own))
    door.accept(store, somebody(Role.STEWARD, name="t"), settings, source, own)
    door.accept(
        store, LOCAL, settings, source, hand_in(store, settings, source, text(GOOD[:-1]), LOCAL).delivery
    )


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        pytest.param(
            text([[*row, "Jan Bakker"] for row in GOOD], [*HEADING, "naam"]),
            ["direct_identifier"],
            id="names",
        ),
        pytest.param(text(GOOD, [*HEADING[:-1], "referrer"]), ["column_not_agreed"], id="of another source"),
        pytest.param(
            text([[*GOOD[0][:3], "x", "99", *GOOD[0][5:]], *GOOD[1:]]),
            ["unknown_category", "unknown_category"],
            id="two wrong",
        ),
        pytest.param(text([]), ["no_rows"], id="a heading alone"),
        pytest.param([b"\x00\x01PK"], ["no_rows"], id="no table"),
    ],
)
def test_delivery__that_is_refused_leaves_hash_size_and_kinds_and_no_byte(
    store: Store, settings: Settings, source: Source, content: list[bytes], codes: list[str]
) -> None:
    done = hand_in(store, settings, source, content)
    assert done.delivery.status == "refused" and len(done.delivery.sha256) == 64
    assert in_quarantine(settings) == [] and quarantine.accepted(source, settings) is None
    told = " ".join(problem.sentence("nl") + problem.sentence("en") for problem in done.problems)
    assert "Bakker" not in told and GOOD[0][0] not in told
    assert [problem.code for problem in done.problems] == codes
    refused("delivery_decided", lambda: door.accept(store, STEWARD, settings, source, done.delivery))


def test_delivery__too_large_empty_or_in_another_form_is_a_sentence_before_anything_is_kept(
    store: Store, settings: Settings, source: Source
) -> None:
    small = settings.model_copy(update={"delivery_mb": 1})
    most = 0

    def pieces() -> Any:
        nonlocal most
        for _ in range(50):
            most += 1
            yield bytes(1_000_000)

    refused("too_large", lambda: hand_in(store, small, source, pieces()))
    assert most == 2  # the rest of the fifty was not even taken in
    refused("empty_file", lambda: hand_in(store, settings, source, [b""]))
    refused(
        "unsupported_file", lambda: door.hand_in(store, PARTNER, settings, source, ".exe", [b"x"], ask=here)
    )
    assert in_quarantine(settings) == [] and deliveries.deliveries(store, STEWARD) == []


def test_delivery__of_two_at_once_the_second_waits_and_other_organisations_see_nothing(
    store: Store, settings: Settings, source: Source
) -> None:
    one = hand_in(store, settings, source, text(GOOD)).delivery
    refused("delivery_waits", lambda: hand_in(store, settings, source, text(GOOD[1:]), OTHER))
    assert len(in_quarantine(settings)) == 1
    assert deliveries.deliveries(store, OTHER) == []
    refused("delivery_of_another", lambda: door.withdraw(store, OTHER, settings, one))
    refused("delivery_of_another", lambda: door.effect_of(store, OTHER, settings, one))
    door.withdraw(store, PARTNER, settings, one)
    assert in_quarantine(settings) == []
    mine = source.model_copy(update={"handed_in_by": ["Aanbieder A"]})
    refused("delivery_of_another", lambda: hand_in(store, settings, mine, text(GOOD), OTHER))
    assert hand_in(store, settings, mine, text(GOOD)).delivery.status == "checked"


def test_delivery__of_somebody_without_an_organisation_is_their_own_alone(
    store: Store, settings: Settings, source: Source
) -> None:
    one, two = (somebody(Role.PARTNER, name=name, organisation="") for name in ("x", "y"))
    made = hand_in(store, settings, source, text(GOOD), one).delivery
    assert deliveries.deliveries(store, two) == []
    refused("delivery_of_another", lambda: door.withdraw(store, two, settings, made))
    refused("delivery_of_another", lambda: door.effect_of(store, two, settings, made))
    assert [each.id for each in deliveries.deliveries(store, one)] == [made.id]
    door.withdraw(store, one, settings, made)
    assert in_quarantine(settings) == []


def test_effect__is_told_so_often_a_day_and_a_build_costs_no_try(
    store: Store, settings: Settings, source: Source, clock: Clock
) -> None:
    one = hand_in(store, settings, source, text(GOOD)).delivery
    assert door.effect_of(store, PARTNER, settings, one) is None
    with only_build(settings.data_dir):
        refused("effect_busy", lambda: door.effect(store, PARTNER, settings, one, ask=here))
    left = [
        door.effect(store, who, settings, one, ask=here)
        for who in (PARTNER, STEWARD, PARTNER, STEWARD, PARTNER)
    ]
    assert left == [4, 3, 2, 1, 0]
    refused("effect_tries", lambda: door.effect(store, PARTNER, settings, one, ask=here))
    assert (door.effect_of(store, PARTNER, settings, one) or {})["numbers"] == NUMBERS
    clock.turn(days=1)
    assert door.effect(store, PARTNER, settings, one, ask=here) == 4
    door.reject(store, STEWARD, settings, one, "Het jaar klopt niet.")
    assert in_quarantine(settings) == []


def test_accept__bytes_that_are_others_change_nothing(
    store: Store, settings: Settings, source: Source
) -> None:
    one = hand_in(store, settings, source, text(GOOD)).delivery
    in_quarantine(settings)[0].write_bytes(b"others")
    refused("delivery_gone", lambda: door.accept(store, STEWARD, settings, source, one))
    assert [now.status for now in deliveries.deliveries(store, STEWARD)] == ["checked"]


def test_quarantine__what_a_broken_off_delivery_left_goes_after_an_hour(
    store: Store, settings: Settings, source: Source
) -> None:
    one = hand_in(store, settings, source, text(GOOD)).delivery
    quarantine.keep(source, settings, "broken", ".csv", text(GOOD))
    now = quarantine.place_of(settings, "broken").stat().st_mtime
    for later, names in ((60, {one.id, "broken"}), (3_700, {one.id})):
        quarantine.clear(settings, deliveries.waiting(store, PARTNER), now + later)
        assert {path.parent.name for path in in_quarantine(settings)} == names
