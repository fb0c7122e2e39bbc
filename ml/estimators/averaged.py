"""The glass box: one curve per feature and a few named pairs, each the average over very many sparse models."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml.dataset import Dataset
from ml.estimators.additive import AdditiveLogistic, FittedAdditive, centred
from ml.estimators.base import Floats, sigmoid
from ml.estimators.curves import MANY_ROWS, Curves, make_curves, products, strongest_products
from ml.estimators.imputation import fit_imputer
from ml.estimators.posterior import FREE, PAIR, SIGNED, Parts, average

SWEEPS, BURN_IN = 120, 30
RIDGE = 0.02  # spread of the weights at which the approximation starts
LINE = 0.6  # prior share of straight lines among the shapes
CANDIDATES = 60
# Pairs that are less likely than this are left out, and at most so many are named: a reader must be able to see them all.
NAMED, MOST_NAMED = 0.10, 20
# With what the same curves are refitted in resamples, where averaging a hundred times over would cost hours.
PENALTIES = (500.0, 80.0)


@dataclass(frozen=True)
class AveragedAdditive:
    """Curves in the known direction, averaged by how well they explain; with many rows the data decide alone."""

    seed: int = 0

    def fit(self, data: Dataset, folds: NDArray[np.int64]) -> FittedAdditive:
        """The averaged model; above forty thousand rows the penalised one, as there is nothing left to average over."""
        if len(data) >= MANY_ROWS:
            return AdditiveLogistic(monotone=True).fit(data, folds)
        outcome, weight = data.outcome.astype(float), _effective(data.weight)
        imputer = fit_imputer(data.values, data.weight)
        z = imputer.transform(data.values)
        curves = make_curves(z)
        basis = curves.basis(z).astype(float)
        shapes, parts = _shapes(curves, data.signs)
        columns, spread = _standardised(basis @ shapes)
        rng = np.random.default_rng([self.seed, 31])
        log_odds = np.full(len(data), np.log(np.average(outcome, weights=weight)))
        curvature, pull = _quadratic(columns, np.zeros(columns.shape[1]), log_odds, outcome, weight)
        theta = np.linalg.solve(curvature + np.eye(len(pull)) / RIDGE**2, pull)
        inside = np.zeros(len(parts.sign))
        for _ in range(2):
            log_odds = _centred(columns @ theta, outcome, weight)
            curvature, pull = _quadratic(columns, theta, log_odds, outcome, weight)
            theta, inside = average(curvature, pull, parts, rng, sweeps=SWEEPS, burn_in=BURN_IN)
        log_odds = _centred(columns @ theta, outcome, weight)
        pairs = strongest_products(z, outcome, sigmoid(log_odds), weight, inside, CANDIDATES)
        if pairs:
            listed = _with_pairs(parts, pairs, inside)
            both, spread_of_both = _standardised(np.column_stack([columns, products(z, pairs)]))
            start = np.concatenate([theta * spread_of_both[: len(theta)], np.zeros(len(pairs))])
            curvature, pull = _quadratic(both, start, log_odds, outcome, weight)
            found, inside = average(curvature, pull, listed, rng, sweeps=SWEEPS, burn_in=BURN_IN)
            found = found / spread_of_both
            theta, probability = found[: len(theta)], inside[len(parts.sign) :]
            kept = np.argsort(-probability, kind="stable")[:MOST_NAMED]
            kept = np.sort(kept[probability[kept] >= NAMED])
            curves = replace(curves, pairs=tuple(pairs[int(k)] for k in kept))
            basis = np.column_stack([basis, products(z, curves.pairs)])
            ramps = np.concatenate([shapes @ (theta / spread), found[len(theta) :][kept]])
        else:
            ramps = shapes @ (theta / spread)
        raw = basis @ ramps
        shift = centred(raw, float(np.average(outcome, weights=weight)), data.weight)
        return FittedAdditive(imputer, curves, np.concatenate([[0.0], ramps]), shift, 1.0, PENALTIES)


def _effective(weight: NDArray[np.float32]) -> Floats:
    """Survey weights scaled to what the rows are worth together (Kish)."""
    w = weight.astype(float)
    return np.asarray(w * w.sum() / (w**2).sum())


def _shapes(curves: Curves, signs: NDArray[np.int64]) -> tuple[Floats, Parts]:
    """Per feature a straight line, rises of one side only, and where the direction is open a valley; as sums of ramps."""
    columns, group, log_prior = [], [], []
    for feature in range(len(signs)):
        ramps = np.flatnonzero(curves.owner == feature)
        steps = np.arange(len(ramps))
        sides = [side for knot in steps[1:] for side in (steps < knot, steps >= knot)]
        if len(ramps) > 1 and signs[feature] == 0:
            sides.append((steps == steps[-1]).astype(float) - (steps == 0))
        share = LINE if sides else 1.0
        for number, pattern in enumerate([np.ones(len(ramps)), *sides]):
            column = np.zeros(len(curves.owner))
            column[ramps] = pattern
            columns.append(column)
            group.append(feature)
            log_prior.append(np.log(share if number == 0 else (1 - share) / len(sides)))
    kind = np.where(signs == 0, FREE, SIGNED)
    parts = Parts(np.array(group), np.array(log_prior), signs, kind, np.ones(len(signs)))
    return np.array(columns).T, parts


def _with_pairs(parts: Parts, pairs: tuple[tuple[int, int], ...], inside: Floats) -> Parts:
    """The parts with pairs added; a pair is likelier when both its features are likely to matter by themselves."""
    features, number = len(inside), len(pairs)
    crossed = np.outer(inside, inside)[np.triu_indices(features, 1)]
    odds = np.array([inside[a] * inside[b] for a, b in pairs]) / max(float(crossed.mean()), 1e-6)
    return Parts(
        np.concatenate([parts.group, features + np.arange(number)]),
        np.concatenate([parts.log_prior, np.zeros(number)]),
        np.concatenate([parts.sign, np.zeros(number, dtype=np.int64)]),
        np.concatenate([parts.kind, np.full(number, PAIR)]),
        np.concatenate([parts.odds, np.maximum(odds, 1e-4)]),
        len(crossed) - number,
    )


def _standardised(columns: Floats) -> tuple[Floats, Floats]:
    spread = columns.std(axis=0) + 1e-9
    return (columns - columns.mean(axis=0)) / spread, spread


def _centred(log_odds: Floats, outcome: Floats, weight: Floats) -> Floats:
    """Log odds with the constant that makes their mean probability the share of events."""
    share = float(np.average(outcome, weights=weight))
    return log_odds + centred(log_odds, share, weight.astype(np.float32))


def _quadratic(
    columns: Floats, theta: Floats, log_odds: Floats, outcome: Floats, weight: Floats
) -> tuple[Floats, Floats]:
    """The log likelihood around these weights as a quadratic function of them, with the constant taken out."""
    p = sigmoid(log_odds)
    mass, gap = weight * p * (1 - p), weight * (outcome - p)
    mean = mass @ columns / mass.sum()
    curvature = (columns * mass[:, None]).T @ columns - mass.sum() * np.outer(mean, mean)
    return curvature, curvature @ theta + gap @ columns - mean * gap.sum()
