"""Plans: frozen before their outcome is known, refused by name where they cannot be judged, never changed once begun."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.workplace.interventions import (
    change_plan,
    end_plan,
    plans,
    register_plan,
    report_reach,
)
from datawerkplaats.workplace.people import Role
from datawerkplaats.workplace.plans import Facts, Plan, check_plan
from datawerkplaats.workplace.store import Store
from tests.workplace.conftest import Clock, somebody

STEWARD, READER, PARTNER = somebody(Role.STEWARD), somebody(Role.READER), somebody(Role.PARTNER)


def plan_of(clock: Clock, **more: Any) -> Plan:
    year = clock().year + 1
    plan = Plan(
        "Gezinscoach",
        "home_start",
        "youth_care_use_pct",
        "wijk",
        {"WK1": year, "WK2": year},
        (),
        "need",
        "lower",
        -0.2,
    )
    return replace(plan, **more)


def facts_of(clock: Clock, **more: Any) -> Facts:
    facts = Facts(
        "r1", True, False, False, clock().year - 1, 6, 80.0, 40, frozenset({"WK1", "WK2", "WK3"}), 0.77
    )
    return replace(facts, **more)


def refusal(store: Store, plan: Plan, facts: Facts) -> str:
    with pytest.raises(DataProblem) as caught:
        register_plan(store, STEWARD, plan, facts)
    assert len(caught.value.sentence("nl")) > 20 and plans(store, READER) == []
    return str(caught.value.code)


def test_plan__is_frozen_read_back_and_told_to_be_whole(store: Store, clock: Clock) -> None:
    made = register_plan(store, STEWARD, plan_of(clock), facts_of(clock))
    (one,) = plans(store, READER)
    assert one.id == made and one.is_whole and one.promised == 0.77 and one.status == "running"
    assert one.plan == plan_of(clock) and one.newest_known == clock().year - 1
    assert not replace(one, plan=replace(one.plan, smallest_effect=-0.1)).is_whole


def test_plan__is_refused_by_name_and_nothing_is_stored(store: Store, clock: Clock) -> None:
    year = clock().year
    plan, facts = plan_of(clock), facts_of(clock)
    cases = {
        "plan_start_after_end": (replace(plan, end_year=year), facts),
        "plan_after_figures": (replace(plan, starts={"WK1": year - 1}), facts),
        "plan_outcome_modelled": (plan, replace(facts, is_modelled=True)),
        "plan_outcome_retired": (plan, replace(facts, is_retired=True)),
        "plan_short_before": (plan, replace(facts, years_before=4)),
        "plan_few_events": (plan, replace(facts, events=12.0)),
        "plan_no_comparison": (plan, replace(facts, donors=3)),
        "plan_treated_compared": (replace(plan, comparison=("WK2", "WK3")), facts),
        "plan_area_unknown": (replace(plan, starts={"WK9": year + 1}), facts),
        "input_refused": (replace(plan, smallest_effect=0.2), facts),
        "text_refused": (replace(plan, title="Bel 06-12345678"), facts),
    }
    assert {code: refusal(store, *case) for code, case in cases.items()} == {code: code for code in cases}


def test_plan__without_comparison_is_taken_where_the_series_is_long(clock: Clock) -> None:
    check_plan(plan_of(clock), facts_of(clock, donors=0, years_before=12))


def test_plan__overlapping_areas_are_refused_until_the_other_has_ended(store: Store, clock: Clock) -> None:
    first = register_plan(store, STEWARD, plan_of(clock), facts_of(clock))
    second = plan_of(clock, title="Inloop", starts={"WK2": clock().year + 2})
    with pytest.raises(DataProblem) as caught:
        register_plan(store, STEWARD, second, facts_of(clock))
    assert caught.value.code == "plan_overlapping" and len(plans(store, READER)) == 1
    other = replace(second, indicator_id="wmo_clients_per_1000")
    register_plan(store, STEWARD, other, facts_of(clock))
    end_plan(store, STEWARD, first, 1, "dropped")
    register_plan(store, STEWARD, second, facts_of(clock))
    assert len(plans(store, READER)) == 3


def test_plan__can_be_frozen_anew_before_it_begins_and_not_after(store: Store, clock: Clock) -> None:
    made = register_plan(store, STEWARD, plan_of(clock), facts_of(clock))
    wider = plan_of(clock, starts={"WK1": clock().year + 1, "WK3": clock().year + 1})
    change_plan(store, STEWARD, made, 1, wider, facts_of(clock))
    (one,) = plans(store, READER)
    assert set(one.plan.starts) == {"WK1", "WK3"} and one.is_whole and one.version == 2
    with pytest.raises(DataProblem) as caught:
        change_plan(store, STEWARD, made, 2, plan_of(clock), facts_of(clock, newest_year=clock().year + 1))
    assert caught.value.code == "plan_begun" and "al begonnen" in caught.value.sentence("nl")
    assert plans(store, READER) == [one]


def test_reach__under_ten_is_not_kept(store: Store, clock: Clock) -> None:
    made = register_plan(store, STEWARD, plan_of(clock), facts_of(clock))
    with pytest.raises(DataProblem) as caught:
        report_reach(store, STEWARD, made, 1, 9)
    assert caught.value.code == "reach_small" and "9" not in caught.value.sentence("nl")
    report_reach(store, STEWARD, made, 1, 10)
    assert plans(store, READER)[0].reached == 10


def test_rights__a_partner_registers_nothing(store: Store, clock: Clock) -> None:
    with pytest.raises(DataProblem) as caught:
        register_plan(store, PARTNER, plan_of(clock), facts_of(clock))
    assert caught.value.code == "not_allowed"
