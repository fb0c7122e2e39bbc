"""How well a score tells people apart. Outcomes may be probabilities, when the truth is known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


def _by_score(
    score: Floats, outcome: Floats, weight: Floats | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weight of events and of others per distinct score, lowest first."""
    mass = np.ones(len(score)) if weight is None else np.asarray(weight, dtype=np.float64)
    order = np.argsort(score, kind="stable")
    ranked = np.asarray(score)[order]
    starts = np.flatnonzero(np.concatenate(([True], ranked[1:] != ranked[:-1])))
    events = np.add.reduceat((np.asarray(outcome, dtype=np.float64) * mass)[order], starts)
    others = np.add.reduceat(((1.0 - np.asarray(outcome, dtype=np.float64)) * mass)[order], starts)
    return events, others


def auroc(score: Floats, outcome: Floats, weight: Floats | None = None) -> float:
    """The chance that a random event scores above a random other; ties count half."""
    events, others = _by_score(score, outcome, weight)
    below = np.cumsum(others) - others
    total = events.sum() * others.sum()
    return float((events * (below + others / 2)).sum() / total) if total > 0 else float("nan")


def aurocs(score: Floats, outcome: Floats, weights: Floats) -> NDArray[np.float64]:
    """The AUROC under each row of weights (as in resamples), ranking the scores only once."""
    order = np.argsort(score, kind="stable")
    ranked, y = np.asarray(score)[order], np.asarray(outcome, dtype=np.float32)[order]
    starts = np.flatnonzero(np.concatenate(([True], ranked[1:] != ranked[:-1])))
    mass = np.asarray(weights, dtype=np.float32)[:, order]
    events = np.add.reduceat(mass * y, starts, axis=1, dtype=np.float64)
    others = np.add.reduceat(mass * (1 - y), starts, axis=1, dtype=np.float64)
    below = np.cumsum(others, axis=1) - others / 2
    return np.asarray((events * below).sum(axis=1) / (events.sum(axis=1) * others.sum(axis=1)))


def auprc(score: Floats, outcome: Floats, weight: Floats | None = None) -> float:
    """Average precision; its floor is the share of events."""
    events, others = (part[::-1] for part in _by_score(score, outcome, weight))
    caught, flagged = np.cumsum(events), np.cumsum(events) + np.cumsum(others)
    return float((events / events.sum()) @ (caught / np.maximum(flagged, 1e-12)))


def brier(probability: Floats, outcome: Floats, weight: Floats | None = None) -> float:
    """The mean squared error; for outcomes that are probabilities, its expectation."""
    p, y = np.asarray(probability, dtype=np.float64), np.asarray(outcome, dtype=np.float64)
    return float(np.average(y * (1 - p) ** 2 + (1 - y) * p**2, weights=weight))


def scaled_brier(probability: Floats, outcome: Floats, weight: Floats | None = None) -> float:
    """The share of the Brier score of 'everybody the mean' that the model takes away."""
    share = float(np.average(outcome, weights=weight))
    return 1.0 - brier(probability, outcome, weight) / brier(np.full(len(outcome), share), outcome, weight)
