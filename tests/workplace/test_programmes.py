"""A programme: goals that begin at a figure, refused by name where they cannot be followed, and what is told on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.workplace.figures import Figure, Selection
from datawerkplaats.workplace.goals import Goal, Point, Standing, Way, gap_of, line_at, standing, way_of
from datawerkplaats.workplace.people import Role
from datawerkplaats.workplace.programmes import (
    add_goal,
    begin_programme,
    end_programme,
    programmes,
    tell_progress,
)
from datawerkplaats.workplace.store import Store
from tests.workplace.conftest import somebody

STEWARD, READER, PARTNER = somebody(Role.STEWARD), somebody(Role.READER), somebody(Role.PARTNER)
BEGIN = Figure("r1", Selection("loneliness_djg_pct", "PV99", 2020), 40.0, 38.0, 42.0)
GOAL = Goal("Minder mensen zijn eenzaam", "GGD", 34.0, 2026, 500)


def goal_in(store: Store, goal: Goal = GOAL, begin: Figure = BEGIN) -> str:
    made = begin_programme(store, STEWARD, "Samen", 2022, 2026)
    return add_goal(store, STEWARD, made, goal, begin, is_followed=True)


def refusal(act: Callable[[], Any]) -> str:
    with pytest.raises(DataProblem) as caught:
        act()
    assert len(caught.value.sentence("nl")) > 20
    return str(caught.value.code)


def test_programme__is_read_back_with_goals_and_what_was_told_last(store: Store) -> None:
    made = goal_in(store)
    tell_progress(store, STEWARD, made, "reach", 120)
    tell_progress(store, STEWARD, made, "step", 4, what="Huisartsen die doorverwijzen", planned=12)
    tell_progress(store, STEWARD, made, "delivery", 3, what="Trainingen", planned=20)
    tell_progress(store, STEWARD, made, "delivery", 9, what="trainingen", planned=20)
    (one,) = programmes(store, READER)
    (followed,) = one.goals
    assert (one.title, one.status, followed.goal, followed.begin) == ("Samen", "running", GOAL, BEGIN)
    assert [(told.kind, told.done, told.planned) for told in followed.newest] == [
        ("reach", 120, 500), ("delivery", 9, 20), ("step", 4, 12),
    ]  # fmt: skip
    assert len(followed.progress) == 4, "what was told before stays"
    assert store.verify_log() > 0


def test_programme__is_refused_by_name_and_nothing_is_stored(store: Store) -> None:
    assert (
        refusal(lambda: begin_programme(store, STEWARD, "Samen", 2027, 2026)) == "plan_start_after_end"
    ) and programmes(store, READER) == []
    made = begin_programme(store, STEWARD, "Samen", 2022, 2026)
    cases = {
        "goal_year": (replace(GOAL, target_year=2020), BEGIN, True),
        "goal_same": (replace(GOAL, target=40.0), BEGIN, True),
        "reach_small": (replace(GOAL, people=9), BEGIN, True),
        "plan_outcome_retired": (GOAL, BEGIN, False),
        "figure_hidden": (GOAL, replace(BEGIN, value=None), True),
        "text_refused": (replace(GOAL, owner="Bel 06-12345678"), BEGIN, True),
    }
    for code, (goal, begin, is_followed) in cases.items():
        act = lambda: add_goal(store, STEWARD, made, goal, begin, is_followed=is_followed)  # noqa: B023, E731
        assert refusal(act) == code
    assert programmes(store, READER)[0].goals == ()
    end_programme(store, STEWARD, made, 1, "ended")
    assert refusal(lambda: add_goal(store, STEWARD, made, GOAL, BEGIN, is_followed=True)) == "not_there"


def test_progress__of_fewer_than_ten_people_is_not_kept(store: Store) -> None:
    made = goal_in(store)
    assert refusal(lambda: tell_progress(store, STEWARD, made, "reach", 9)) == "reach_small"
    assert refusal(lambda: tell_progress(store, STEWARD, made, "delivery", 1, what="x")) == "input_refused"
    assert refusal(lambda: tell_progress(store, STEWARD, made, "effect", 10)) == "input_refused"
    assert refusal(lambda: tell_progress(store, STEWARD, "nothing", "reach", 10)) == "not_there"
    assert programmes(store, READER)[0].goals[0].progress == ()


def test_rights__a_partner_sets_no_goal(store: Store) -> None:
    assert refusal(lambda: begin_programme(store, PARTNER, "Samen", 2022, 2026)) == "not_allowed"
    assert refusal(lambda: tell_progress(store, PARTNER, "x", "reach", 20)) == "not_allowed"


def test_way__a_figure_that_is_modelled_or_seldom_comes_is_said_to_be_so() -> None:
    yearly = [Point(year, 10.0) for year in (2018, 2019, 2020)]
    assert way_of(yearly) is Way.COUNTED and gap_of(yearly) == 1
    four = [Point(year, 10.0) for year in (2012, 2016, 2020)]
    assert way_of(four) is Way.RARE and gap_of(four) == 4
    assert way_of(yearly[:2]) is Way.RARE and way_of([]) is Way.RARE
    assert way_of([*yearly, replace(yearly[-1], year=2021, is_estimate=True)]) is Way.MODELLED


@pytest.mark.parametrize(
    ("value", "lower", "upper", "expected"),
    [
        (39.0, 37.0, 41.0, Standing.SAME),
        (33.0, 31.0, 35.0, Standing.REACHED),
        (36.0, 34.5, 37.5, Standing.AHEAD),
        (37.5, 36.0, 39.0, Standing.BEHIND),
        (44.0, 42.0, 46.0, Standing.AWAY),
        (40.5, None, None, Standing.SAME),  # the margin of the beginning is known
    ],
)
def test_standing__is_beside_the_line_to_the_goal_and_within_the_margin_the_same(
    value: float, lower: float | None, upper: float | None, expected: Standing
) -> None:
    points = [Point(2020, 40.0, 38.0, 42.0), Point(2023, value, lower, upper)]
    assert standing(BEGIN, GOAL, points) == (expected, points[-1])
    up = replace(GOAL, target=46.0)
    mirrored = [points[0], Point(2023, 80 - value, lower and 80 - lower, upper and 80 - upper)]
    assert standing(BEGIN, up, mirrored)[0] is expected, "the same for a figure that has to rise"


def test_standing__waits_for_a_figure_of_after_the_beginning() -> None:
    assert standing(BEGIN, GOAL, [Point(2016, 44.0), Point(2020, 40.0)]) == (Standing.WAITING, None)
    assert line_at(BEGIN, GOAL, 2023) == 37.0 and line_at(BEGIN, GOAL, 2030) == 34.0
