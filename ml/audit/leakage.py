"""The leakage audit: by lineage before any fit, then by what a feature knows that it cannot know honestly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.base.dataset import Dataset
from ml.base.problems import DataProblem
from ml.base.splits import groups
from ml.estimators.additive import AdditiveLogistic
from ml.metrics import Interval, auroc, paired_bootstrap

Floats = NDArray[np.float64]

SINGLE_AUROC = 0.80  # no single honest answer tells future complaints this well
# What one feature may surely (lower 95 % limit) add to all the others together. One honest question that carries a third of
# the risk adds 0.03 to 0.05; the weakest planted leak that shows in no other way surely adds 0.06.
GAIN = 0.04
GAIN_DRAWS = 200
RELEASE_AUROC = 0.85
PURE_SHARE, PURE_ROWS = 0.70, 25
IDENTIFIER_SHARE = 0.9


@dataclass(frozen=True)
class Finding:
    """One suspected leak: where, by which check, and why."""

    subject: str
    check: str
    detail: str


def audit_lineage(data: Dataset) -> list[Finding]:
    """Leaks that follow from where features come from; needs no outcome and no model."""
    findings = []
    for column in data.columns:
        sources = {column.variable, column.name, *column.parents}
        if column.wave_offset > 0:
            findings.append(
                Finding(
                    column.name, "future wave", f"known {column.wave_offset} wave(s) after the index moment"
                )
            )
        elif data.target in sources:
            findings.append(Finding(column.name, "derived from the outcome", f"made from {data.target}"))
        elif column.role == "proxy" and (column.proxy_of == data.target or not column.proxy_of):
            findings.append(
                Finding(
                    column.name,
                    "proxy of the outcome",
                    f"measures or follows from {column.proxy_of or data.target}",
                )
            )
        elif column.role == "status":
            findings.append(
                Finding(column.name, "status field", "describes complaints, not what precedes them")
            )
        elif column.role in ("identifier", "design"):
            findings.append(
                Finding(column.name, "identifier", "says who or which row, not what somebody is like")
            )
    return findings


def audit_split(data: Dataset, folds: NDArray[np.int64]) -> list[Finding]:
    """Persons, families or copies of one row that sit in more than one fold."""
    findings = []
    for name, key in (
        ("person", data.person),
        ("family", data.family),
        ("relatives of relatives", groups(data)),
    ):
        _, position = np.unique(key, return_inverse=True)
        low = np.full(int(position.max()) + 1, np.iinfo(np.int64).max)
        high = np.full(int(position.max()) + 1, -1)
        np.minimum.at(low, position, folds)
        np.maximum.at(high, position, folds)
        split = int((low < high).sum())
        if split:
            findings.append(Finding(name, "in two folds", f"{split} of them are in more than one fold"))
            break
    content = np.ascontiguousarray(np.nan_to_num(data.values, nan=-9e9)).view(np.void).reshape(len(data), -1)
    rows = np.array([row.tobytes() for row in content])
    _, position, counts = np.unique(rows, return_inverse=True, return_counts=True)
    double = np.flatnonzero(counts > 1)
    copies = [int((position == d).sum()) for d in double if len(np.unique(folds[position == d])) > 1]
    if copies and data.values.shape[1] >= 10 and _are_rarely_alike(data):
        findings.append(
            Finding("rows", "copies in two folds", f"{sum(copies)} rows are copies of a row in another fold")
        )
    return findings


def _are_rarely_alike(data: Dataset) -> bool:
    """Whether there are so many possible rows that two people hardly have the same one: a form of twelve ticks has not."""
    # The classes of one question are one choice, however many columns they make.
    variables = {column.variable or column.name for column in data.columns}
    of = {
        name: [i for i, c in enumerate(data.columns) if (c.variable or c.name) == name] for name in variables
    }
    # An open answer is like another open one, which NaN is not.
    answers = np.nan_to_num(data.values, nan=-9e9)
    possible = sum(np.log(len(np.unique(answers[:, columns], axis=0))) for columns in of.values())
    return bool(possible >= np.log(100.0) + 2 * np.log(len(data)))


def reference_scores(data: Dataset, folds: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Held-out log odds, and per feature what it contributed to them."""
    total, parts = np.empty(len(data)), np.empty((len(data), len(data.columns)))
    for fold in np.unique(folds):
        train, held = data.take(folds != fold), folds == fold
        model = AdditiveLogistic(monotone=False, penalties=(500.0, 300.0)).fit(train, folds[folds != fold])
        total[held] = model.log_odds(data.values[held])
        parts[held] = model.contributions(data.values[held])
    return total, parts


def _binned(values: NDArray[np.float32], bins: int = 10) -> NDArray[np.int64]:
    known = values[~np.isnan(values)]
    edges = (
        np.unique(known)[1:]
        if len(np.unique(known)) <= bins
        else np.unique(np.quantile(known, np.linspace(0, 1, bins + 1)[1:-1]))
    )
    return np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values, side="right"))


def _event_share(position: NDArray[np.int64], outcome: Floats, folds: NDArray[np.int64]) -> Floats:
    """Each row's bin share of events, computed on the other folds, shrunk to the mean."""
    out, mean = np.empty(len(position)), float(outcome.mean())
    for fold in np.unique(folds):
        inside = folds != fold
        count = np.bincount(position[inside], minlength=int(position.max()) + 1)
        events = np.bincount(position[inside], weights=outcome[inside], minlength=int(position.max()) + 1)
        out[~inside] = ((events + 5 * mean) / (count + 5))[position[~inside]]
    return out


def _gain(joint: Floats, without: Floats, outcome: Floats, family: NDArray[np.int64]) -> Interval:
    """What a feature adds to the AUROC of the others; families are resampled only where it matters."""
    value = auroc(joint, outcome) - auroc(without, outcome)
    if value <= GAIN:
        return Interval(value, value, value)
    return paired_bootstrap(
        lambda weight: auroc(joint, outcome, weight),
        lambda weight: auroc(without, outcome, weight),
        family,
        draws=GAIN_DRAWS,
    )


def audit_statistics(
    data: Dataset, folds: NDArray[np.int64], *, reference: tuple[Floats, Floats] | None = None, first: int = 0
) -> list[Finding]:
    """Features that tell the outcome too well: alone, on top of all others, in a pure class, or as an identifier.

    Args:
        data: The labelled data.
        folds: Folds that keep families whole.
        reference: Held-out log odds and contributions of the features before `first`, when they were computed before.
        first: Examine only the features from this position on.
    """
    findings: list[Finding] = []
    outcome = data.outcome.astype(np.float64)
    mean = float(outcome.mean())
    total, parts = reference or reference_scores(data, folds)
    family = groups(data)
    for position, column in enumerate(data.columns):
        if position < first:
            continue
        values = data.values[:, position]
        known = values[~np.isnan(values)]
        if len(known) < 50:
            continue
        bins = _binned(values)
        share = _event_share(bins, outcome, folds)
        alone = max(
            auroc(share, outcome),
            abs(auroc(np.nan_to_num(values, nan=float(np.median(known))), outcome) - 0.5) + 0.5,
        )
        if alone > SINGLE_AUROC:
            findings.append(
                Finding(
                    column.name,
                    "tells the outcome alone",
                    f"AUROC {alone:.2f} by itself, above {SINGLE_AUROC}",
                )
            )
            continue
        count, events = np.bincount(bins), np.bincount(bins, weights=outcome)
        pure = (count >= PURE_ROWS) & (events > PURE_SHARE * count) & (2 * mean < PURE_SHARE)
        if pure.any():
            worst = int(np.argmax(np.where(pure, events / np.maximum(count, 1), 0)))
            findings.append(
                Finding(
                    column.name,
                    "a class of almost only events",
                    f"{events[worst]:.0f} of {count[worst]} rows, where {mean:.0%} is usual",
                )
            )
            continue
        without = total - parts[:, position] if position < parts.shape[1] else total
        joint = without + np.log(share / (1 - share)) - np.log(mean / (1 - mean))
        gain = _gain(joint, without, outcome, family)
        if gain.lower > GAIN:
            findings.append(
                Finding(
                    column.name,
                    "adds too much",
                    f"AUROC {gain.value:+.3f} on top of all other features, surely more than {gain.lower:.3f}",
                )
            )
            continue
        distinct = len(np.unique(known)) / len(known)
        whole = bool(np.all(known == np.round(known)))
        if distinct > IDENTIFIER_SHARE and whole:
            findings.append(
                Finding(
                    column.name,
                    "identifier",
                    f"{distinct:.0%} of the values occur once: a number of rows or people",
                )
            )
    return findings


def require_clean(findings: list[Finding], held_out_auroc: float, *, subject: str) -> None:
    """Nothing, or the sentence that blocks a release.

    Raises:
        DataProblem: On any finding, or on an AUROC that is too good for honest data.
    """
    if findings:
        first = findings[0]
        raise DataProblem(
            "leak_found", subject=subject, where=first.subject, found=f"{first.check}: {first.detail}",
            remedy="exclude the feature in the design with its reason",
        )  # fmt: skip
    if held_out_auroc > RELEASE_AUROC:
        raise DataProblem(
            "leak_found", subject=subject, found=f"AUROC {held_out_auroc:.2f}", expected=f"at most {RELEASE_AUROC}",
            remedy="find the feature that knows too much; honest onset models do not get this far",
        )  # fmt: skip
