"""The audit of groups: parts of an outcome are found together, and what a design is about is no leak."""

from __future__ import annotations

import numpy as np
import pytest

from ml.audit.leakage import audit_split
from ml.audit.leakage_groups import audit_groups, groups_of
from ml.audit.leaks import audit
from ml.base.dataset import Column, Dataset
from ml.base.problems import DataProblem
from ml.base.splits import grouped_folds
from ml.evaluation.planted_groups import KINDS, planted_group


def made(questions: int, about: int, strength: float, *, people: int = 4_000, seed: int = 3) -> Dataset:
    """Questions of which the first few are one topic that bears the risk, and the others one topic each."""
    rng = np.random.default_rng(seed)
    answers = rng.standard_normal((people, questions))
    log_odds = -1.6 + strength * answers[:, :about].sum(axis=1) + 0.3 * answers[:, about]
    outcome = (rng.random(people) < 1 / (1 + np.exp(-log_odds))).astype(np.float32)
    columns = tuple(
        Column(f"q{i}", "continuous", topic="parents" if i < about else f"topic {i}", variable=f"q{i}")
        for i in range(questions)
    )
    person = np.array([f"P{i}" for i in range(people)])
    return Dataset(
        columns, answers.astype(np.float32), outcome, person, person, np.full(people, "2020"), {},
        np.ones(people, dtype=np.float32), "outcome", "made-up people", True, (),
    )  # fmt: skip


def found(data: Dataset) -> list[str]:
    return [one.subject for one in audit_groups(data, grouped_folds(data, 5, 1))]


def test_groups__of_parts_of_the_outcome_are_found_and_the_honest_questions_beside_them_are_not() -> None:
    data = made(28, 4, 0.25)
    assert found(data) == []
    number = next(i for i, kind in enumerate(KINDS) if kind.name == "parts of a scale")
    told = found(planted_group(data, number, 5).data)
    assert len(told) == 1
    assert "planted_" in told[0]


def test_groups__of_a_topic_that_was_declared_to_tell_much_are_no_finding_and_others_stay_one() -> None:
    data = made(60, 10, 0.23)
    folds = grouped_folds(data, 5, 1)
    assert audit_groups(data, folds) != []
    assert audit_groups(data, folds, expected=("parents",)) == []
    assert audit_groups(data, folds, expected=("topic 40",)) != []


def test_groups__a_declared_topic_that_no_question_has_is_one_sentence() -> None:
    with pytest.raises(DataProblem, match=r"strong_topics.*pareents"):
        audit(made(12, 4, 0.38), expected=("pareents",))


def test_groups__that_are_most_of_a_short_form_are_not_looked_at() -> None:
    form = made(12, 4, 0.38)
    assert {len(group) for _, group in groups_of(form)} <= {2, 3}
    assert found(form) == []


def test_split__open_answers_are_alike_so_that_a_form_of_ticks_may_hold_the_same_row_twice() -> None:
    form = made(12, 4, 0.38)
    ticks = np.where(form.values > 0.8, 1.0, 0.0).astype(np.float32)
    ticks[np.random.default_rng(1).random(ticks.shape) < 0.2] = np.nan
    columns = tuple(Column(one.name, "binary", variable=one.name) for one in form.columns)
    data = Dataset(
        columns, ticks, form.outcome, form.person, form.family, form.period, {}, form.weight, "outcome", "made-up people", True, (),
    )  # fmt: skip
    assert audit_split(data, grouped_folds(data, 5, 1)) == []
