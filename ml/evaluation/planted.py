"""Leaks planted on purpose, with and without their lineage, to examine the audit itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml.audit.leakage import Finding, audit_lineage, audit_split, audit_statistics, reference_scores
from ml.base.dataset import Column, Dataset
from ml.base.splits import grouped_folds


@dataclass(frozen=True)
class Planted:
    """One leak: its name, the data that holds it, the folds used, and what a finding must point at."""

    name: str
    data: Dataset
    folds: NDArray[np.int64]
    subjects: tuple[str, ...]


def _noisy(
    outcome: NDArray[np.float32], sensitivity: float, false_positive: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    chance = rng.random(len(outcome))
    return np.where(outcome == 1, chance < sensitivity, chance < false_positive).astype(float)


def planted_leaks(data: Dataset, seed: int = 0) -> Iterator[Planted]:
    """Twenty-four leaks: ten that lineage shows, four in the split, ten whose lineage was lost."""
    rng = np.random.default_rng([seed, 31])
    folds, y = grouped_folds(data, 5, seed), data.outcome
    size = len(data)

    def column(name: str, values: NDArray[np.floating], **lineage: object) -> Planted:
        made = replace(Column(name, "continuous", variable=name), **lineage)  # type: ignore[arg-type]
        return Planted(name, data.with_column(made, values), folds, (name,))

    noise = rng.standard_normal(size)
    known: list[tuple[str, NDArray[np.floating], dict[str, object]]] = [
        ("concurrent_diagnosis", _noisy(y, 0.75, 0.02, rng), {"role": "proxy", "proxy_of": data.target}),
        ("medication_next_wave", _noisy(y, 0.35, 0.01, rng), {"wave_offset": 1}),
        ("wellbeing_next_wave", noise - y, {"wave_offset": 1}),
        ("life_events_next_wave", noise, {"wave_offset": 1}),
        ("care_after_index", y * 2 + noise, {"wave_offset": 1, "role": "proxy"}),
        ("target_recoded", 1 - y, {"parents": (data.target,)}),
        ("sum_with_target", y + noise, {"parents": ("mhi_pastmonth_1", data.target)}),
        ("status_at_index", np.zeros(size), {"role": "status", "variable": "restless_behaviour"}),
        ("row_number", np.arange(size, dtype=float), {"role": "identifier"}),
        ("pseudonym_hash", rng.random(size), {"role": "identifier"}),
    ]
    for name, values, lineage in known:
        yield column(name, values, **lineage)
    random_folds = rng.integers(0, 5, size)
    _, person = np.unique(data.person, return_inverse=True)
    yield Planted(
        "rows_dealt_at_random", data, random_folds, ("person", "family", "rows", "relatives of relatives")
    )
    yield Planted(
        "family_in_both_folds",
        data,
        rng.integers(0, 5, int(person.max()) + 1)[person],
        ("family", "relatives of relatives"),
    )
    once = data.take(np.concatenate([np.arange(size), rng.choice(size, size // 20, replace=False)]))
    renamed = replace(
        once,
        person=np.array([f"P{i}" for i in range(len(once))]),
        family=np.array([f"F{i}" for i in range(len(once))]),
    )
    yield Planted("copies_under_new_names", renamed, grouped_folds(renamed, 5, seed), ("rows",))
    merged = replace(data, family=np.array([f"F{i}" for i in range(size)]))
    yield Planted(
        "family_key_lost_person_split", merged, rng.integers(0, 5, size), ("person", "relatives of relatives")
    )
    means = np.bincount(person, weights=y) / np.bincount(person)
    lost: list[tuple[str, Callable[[], NDArray[np.floating]]]] = [
        ("diagnosis_without_lineage", lambda: _noisy(y, 0.75, 0.02, rng)),
        ("started_since_without_lineage", lambda: _noisy(y, 0.80, 0.03, rng)),
        ("medication_without_lineage", lambda: _noisy(y, 0.35, 0.01, rng)),
        (
            "care_contacts_without_lineage",
            lambda: np.floor(-np.log(rng.random(size)) * np.where(y == 1, 3.0, 0.6)),
        ),
        ("target_with_noise", lambda: y + 0.5 * rng.standard_normal(size)),
        ("target_mean_of_person", lambda: means[person]),
        (
            "file_sorted_by_outcome",
            lambda: np.argsort(np.argsort(-y + rng.random(size) * 1e-3)).astype(float),
        ),
        ("missing_when_healthy", lambda: np.where((y == 0) & (rng.random(size) < 0.6), np.nan, noise)),
        ("complaint_score_next_wave", lambda: np.round(2 * noise + 3 * y)),
        ("row_id_as_feature", lambda: rng.permutation(size).astype(float) + 100_000),
    ]
    for name, made in lost:
        yield column(name, made())


def examine(data: Dataset, seed: int = 0) -> tuple[list[str], list[str], int]:
    """Names of the planted leaks that were missed, features raised falsely on clean data, and the number planted."""
    folds = grouped_folds(data, 5, seed)
    reference = reference_scores(data, folds)
    missed, number = [], 0
    for leak in planted_leaks(data, seed):
        number += 1
        findings: list[Finding] = audit_lineage(leak.data) + audit_split(leak.data, leak.folds)
        if not findings:
            findings = audit_statistics(leak.data, folds, reference=reference, first=len(data.columns))
        if not any(f.subject in leak.subjects for f in findings):
            missed.append(leak.name)
    clean = (
        audit_lineage(data) + audit_split(data, folds) + audit_statistics(data, folds, reference=reference)
    )
    return missed, [f.subject for f in clean], number
