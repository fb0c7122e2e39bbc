"""Leaks that tell little each and much together: parts of the outcome, left in a design as several questions.

Groups are the topics that a design declares and whatever hangs together in the answers themselves. Of each is measured what it
adds to all the others, in squared standard deviations between people with and without the outcome (as of a binormal score of that
AUROC): what independent questions know adds up there, so that 0.04 AUROC weighs more on top of a good model than of a poor one.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import average
from scipy.special import ndtri

from ml.audit.leakage import Finding, reference_scores
from ml.base.dataset import Dataset
from ml.estimators.imputation import fit_imputer
from ml.metrics import auroc

Floats = NDArray[np.float64]
Group = tuple[int, ...]

# What a group may add. Topics of honest designs add 0.03 to 0.17, general health of NHANES 0.29; parts of the outcome that were
# once found in a design after it had passed one by one 0.50.
ADDED = 0.38
WORTH_A_LOOK = 0.5  # of that limit: what a group's share of one fit adds, before a fit without it tells
LARGEST = 12  # what hangs together in more questions than these is a trait of people
# A group of more than this part of the questions is not on top of a design but much of it: leaving it out takes away what the
# design is about.
LARGEST_PART = 4  # one in so many


def audit_groups(
    data: Dataset,
    folds: NDArray[np.int64],
    *,
    reference: tuple[Floats, Floats] | None = None,
    expected: Collection[str] = (),
) -> list[Finding]:
    """Groups of features that add too much to all the others together.

    Args:
        data: The labelled data.
        folds: Folds that keep families whole.
        reference: Held-out log odds and contributions of all features, when they were computed before.
        expected: Topics of which the design says, with its reason, that they tell much: a group of these alone is no finding.
    """
    total, parts = reference or reference_scores(data, folds)
    whole = separation(auroc(total, data.outcome))
    suspects = []
    for name, group in groups_of(data):
        if all(data.columns[i].topic in expected for i in group):
            continue
        left = whole - separation(auroc(total - parts[:, group].sum(axis=1), data.outcome))
        if left > WORTH_A_LOOK * ADDED:
            suspects.append((left, name, group))
    findings: list[Finding] = []
    told: set[int] = set()
    for _, name, group in sorted(suspects, key=lambda one: (-one[0], one[2])):
        if told & set(group):
            continue
        names = tuple(data.columns[i].name for i in group)
        rest = data.without(names)
        if not rest.columns:
            continue
        added = whole - separation(auroc(reference_scores(rest, folds)[0], data.outcome))
        if added > ADDED:
            told |= set(group)
            most = sorted(group, key=lambda i: -float(parts[:, i].std()))
            shown = ", ".join(data.columns[i].name for i in most[:3])
            shown += f" and {len(group) - 3} more" if len(group) > 3 else ""
            findings.append(
                Finding(
                    shown,
                    "adds too much together",
                    f"{name}: {added:.2f} squared standard deviations on top of all others, at most {ADDED}",
                )
            )
    return findings


def separation(area: float) -> float:
    """Squared distance between the two outcomes, in standard deviations, of a binormal score with this AUROC."""
    return float(2 * ndtri(np.clip(area, 0.5, 1 - 1e-6)) ** 2)


def groups_of(data: Dataset) -> list[tuple[str, Group]]:
    """Topics, and at every height of the tree that correlations make, what hangs together in few questions."""
    topics: dict[str, list[int]] = {}
    for position, column in enumerate(data.columns):
        topics.setdefault(column.topic, []).append(position)
    found = {
        tuple(positions): f"topic {topic or 'without a name'}"
        for topic, positions in topics.items()
        if 2 <= len(positions) <= _largest_part(data)
    }
    for group in _together(data):
        found.setdefault(group, "what hangs together")
    return [(name, group) for group, name in found.items()]


def _together(data: Dataset) -> list[Group]:
    width = len(data.columns)
    if width < 3:
        return []
    z = fit_imputer(data.values, data.weight).transform(data.values)
    z = z + 1e-9 * np.arange(len(z))[:, None]  # a question that all answered alike hangs together with none
    alike = np.abs(np.corrcoef(z.T))
    apart = 1 - alike[np.triu_indices(width, 1)]
    members: list[Group] = [(i,) for i in range(width)]
    for first, second, _, _ in average(np.clip(apart, 0, 1)):
        members.append(tuple(sorted((*members[int(first)], *members[int(second)]))))
    return [group for group in members[width:] if len(group) <= min(LARGEST, _largest_part(data))]


def _largest_part(data: Dataset) -> int:
    return max(2, len(data.columns) // LARGEST_PART)
