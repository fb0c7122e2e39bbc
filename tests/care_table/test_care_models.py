"""The models of the care table: what they learn, what is found of them, and what closes their gates."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from datawerkplaats.base.errors import DataProblem
from ml.care import escalation, next_step, next_step_audit, registry
from ml.care.next_step import choices_of
from ml.care.staged import Cohort
from ml.care.suggest import SIMILAR, NextStep, encoded
from ml.care.train import own_rules
from ml.trajectories.draw import Trajectories, draw
from ml.trajectories.world import Dials, make_world
from tests.care_table.cohorts import cohort_of, truth_of

CLIENTS = 5_000


@cache
def drawn(unfair: float = 0.0) -> Trajectories:
    return draw(make_world(Dials(unfair=unfair)), CLIENTS)


@cache
def learned() -> NextStep:
    return next_step.learn(choices_of(cohort_of(drawn())), 1.0, synthetic=True)


def test_choices__know_nothing_of_what_comes_after() -> None:
    """Whatever is chosen at a step and after it, what was known before it stays the same."""
    cohort = cohort_of(drawn())
    whole = choices_of(cohort)
    first = np.append(True, cohort.step_client[1:] != cohort.step_client[:-1])
    number = np.arange(len(first)) - np.flatnonzero(first)[np.cumsum(first) - 1]
    for cut in (1, 2, 4):
        other = choices_of(replace(cohort, step_kind=np.where(number >= cut, 3, cohort.step_kind)))
        until = number[~first] <= cut
        for name in ("last", "before", "tried", "need", "age"):
            left, right = getattr(whole.at, name)[until], getattr(other.at, name)[until]
            assert np.array_equal(left, right, equal_nan=left.dtype.kind == "f"), (cut, name)


def test_next_step__logit_comes_near_the_optimum_and_beats_the_rest() -> None:
    choices, truth = choices_of(cohort_of(drawn())), truth_of(drawn())
    test = next_step.folds_of(choices, 1) == 0
    train, held, true = choices.take(~test), choices.take(test), truth[test]

    def attained(p: np.ndarray[Any, Any]) -> float:
        best = np.sort(true, axis=1)[:, -3:].sum(axis=1).mean()
        return float(np.take_along_axis(true, next_step.top(p), axis=1).sum(axis=1).mean() / best)

    weight, bias = next_step.fit_logit(train)
    logit = attained(encoded(held.at, held.kinds) @ weight.T + bias)
    assert logit > 0.93 > attained(next_step.markov(train, held)) > 0.75
    assert attained(next_step.popularity(train, held)) < 0.65


def test_next_step__says_how_often_and_is_silent_where_few_went_before() -> None:
    model = learned()
    pair, (similar, chosen) = max(model.support.items(), key=lambda item: item[1][0])
    before, last = pair.split(">")
    found = model.answer(tuple(step for step in (before, last) if step), {}, 12.0)
    assert found.similar == similar >= SIMILAR and len(found.suggestions) == 3
    assert all(one.chosen in (None, chosen.get(one.kind)) for one in found.suggestions)
    assert all(count >= 10 for _, counts in model.support.values() for count in counts.values())
    rare = next(
        (a, b) for a in model.kinds for b in model.kinds if f"{a}>{b}" not in model.support and b != "no_care"
    )
    assert model.answer(rare, {}, 12.0).suggestions == ()


def test_next_step__is_the_same_after_being_written_down() -> None:
    again = NextStep.from_state(json.loads(json.dumps(learned().state())))
    steps = ("community_team", "diagnostics")
    for answers in ({}, {"anger": 3}, dict.fromkeys(again.fields, 0)):
        one, other = (model.answer(steps, answers, 15.0) for model in (learned(), again))
        assert [s.kind for s in one.suggestions] == [s.kind for s in other.suggestions]
        assert all(
            abs(a.probability - b.probability) < 1e-3
            for a, b in zip(one.suggestions, other.suggestions, strict=True)
        )


def unequal(unfair: float) -> list[next_step_audit.Unequal]:
    cohort = cohort_of(drawn(unfair))
    choices = choices_of(cohort)
    folds = next_step.folds_of(choices, 1, 3)
    return next_step_audit.unequal(
        cohort, choices, next_step.softmax(next_step.held_out_logits(choices, folds))
    )


def test_audit__finds_the_planted_unfairness_and_nothing_where_there_is_none() -> None:
    assert unequal(0.0) == []
    found = unequal(0.9)
    assert {one.group for one in found} == {"origin"}
    assert any(one.value == "buiten_europa" and one.ratio > 1 for one in found)


def test_audit__a_column_that_gives_the_choice_away_is_found() -> None:
    choices = choices_of(cohort_of(drawn()))
    ordered = np.array([f"B{kind:02d}" for kind in choices.chosen])
    assert next_step_audit.leaks(choices) == []
    assert len(next_step_audit.leaks(choices, {"next order": ordered})) > 10


def good() -> dict[str, Any]:
    return {
        "clients": 8_000, "hit_at_3": {"lower": 0.69}, "rivals": {"popularity": 0.43}, "slope_top_3": 1.0, "leakage": [],
        "shuffled_gain": 0.0, "hit_gaps": [{"group": "sex", "lower": 0.0}], "unequal": [], "membership": 0.51,
    }  # fmt: skip


SPOILT: dict[str, Any] = {
    "clients": 1_000, "hit_at_3": {"lower": 0.45}, "slope_top_3": 1.2, "leakage": ["column 3"], "shuffled_gain": 0.1,
    "hit_gaps": [{"group": "origin", "lower": 0.05}], "membership": 0.6,
    "unequal": [{"kind": "secure_care", "group": "origin", "value": "europa", "ratio": 1.6}],
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILT)
def test_gate__closes_for_each_figure_and_for_each_that_is_absent(name: str) -> None:
    assert next_step_audit.gate(good()) == []
    assert len(next_step_audit.gate(good() | {name: SPOILT[name]})) == 1
    assert next_step_audit.gate({key: value for key, value in good().items() if key != name})
    if isinstance(SPOILT[name], float):
        assert next_step_audit.gate(good() | {name: float("nan")})


def test_escalation__the_form_keeps_what_matters_in_twelve_fields() -> None:
    data = escalation.dataset(cohort_of(drawn()))
    chosen = escalation.backward(data)
    assert len(chosen.fields) == len(set(chosen.fields)) == escalation.MOST_FIELDS
    assert chosen.path[0][0] == len(data.columns) and chosen.path[0][1] - chosen.path[-1][1] < 0.03
    weight = dict(zip(data.names, np.abs(np.append(drawn().world.risk, 0.3)), strict=True))
    kept = sum(weight[name] for name in chosen.fields)
    assert kept > 2 * escalation.MOST_FIELDS / len(data.names) * sum(weight.values())
    assert set(data.names).isdisjoint({"sex", "origin", "district"})


def test_escalation__patterns_are_of_a_hundred_clients_and_in_tens() -> None:
    found = escalation.patterns(escalation.dataset(cohort_of(drawn())))
    assert found and all(row["clients"] >= 100 and row["clients"] % 10 == 0 for row in found)
    assert any(len(row["fields"]) == 2 for row in found)


def test_escalation__children_away_before_the_intake_are_not_at_risk() -> None:
    cohort: Cohort = cohort_of(drawn())
    day = cohort.step_day - 10_000
    with pytest.raises(DataProblem, match="events"):
        escalation.dataset(replace(cohort, step_day=day))


def test_own_rules__a_group_with_other_outcomes_at_equal_answers_closes_the_gate() -> None:
    row = {
        "shown": True, "subgroup": "origin", "value": "europa", "observed_expected": 1.3, "observed_expected_lower": 1.2,
        "observed_expected_upper": 1.4,
    }  # fmt: skip
    slope = {
        "evaluation": "cross-validation",
        "model": "glass_box",
        "metric": "calibrationSlope",
        "value": 1.0,
    }
    report = {"choice": {"model": "glass_box"}, "evaluationStatistics": [slope], "demographicSummary": []}
    assert own_rules(report) == []
    assert own_rules(report | {"demographicSummary": [row]})[0].figure == "unequal"
    assert (
        own_rules(report | {"evaluationStatistics": [slope | {"value": 1.2}]})[0].figure == "calibrationSlope"
    )


def about(**changed: Any) -> dict[str, Any]:
    return {"failures": [], "measures": {}, "findings": {}, "synthetic": True, "key": "k", **changed}


def test_registry__one_changed_byte_is_found_and_a_closed_gate_is_not_served(tmp_path: Path) -> None:
    made = registry.register(tmp_path, "next_step", {"model.json": {"a": 1}}, {}, about())
    found = registry.current(tmp_path, "next_step")
    assert found is not None and found.artefact == made.artefact and found.read("model.json") == {"a": 1}
    (made.home / "model.json").write_bytes(b'{"a":2}')
    with pytest.raises(DataProblem, match="bytes that were registered"):
        found.read("model.json")
    manifest = json.loads((made.home / "manifest.json").read_text())
    manifest["files"]["model.json"] = "0" * 64
    (made.home / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(DataProblem):
        registry.current(tmp_path, "next_step")
    closed = about(failures=[{"figure": "unequal", "nl": "", "en": ""}])
    registry.register(tmp_path, "next_step", {"model.json": {"a": 1}}, {}, closed)
    assert registry.current(tmp_path, "next_step") is None
