"""The glass box: one curve per feature and a few named pairs, each the average over very many sparse models."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import block_diag

from ml.base.dataset import Dataset
from ml.base.odds import logit, sigmoid
from ml.estimators.additive import FittedAdditive, centred
from ml.estimators.base import MANY_ROWS, Floats, Singles
from ml.estimators.curves import Curves, make_curves, products, strongest_products
from ml.estimators.imputation import fit_imputer
from ml.estimators.posterior import FREE, PAIR, SIGNED, Parts, average

SWEEPS, BURN_IN = 120, 30
RIDGE = 0.02  # spread of the weights at which the approximation starts
LINE = 0.6  # prior share of straight lines among the shapes
CANDIDATES = 60
STRETCH = 20_000
# Pairs that are less likely than this are left out, and at most so many are named: a reader must be able to see them all.
NAMED, MOST_NAMED = 0.10, 20
# With what the same curves are refitted in resamples, where averaging a hundred times over would cost hours.
PENALTIES = (500.0, 80.0)


@dataclass(frozen=True)
class AveragedAdditive:
    """Curves in the known direction and named pairs, averaged by how well they explain."""

    seed: int = 0

    def fit(self, data: Dataset, folds: NDArray[np.int64]) -> FittedAdditive:
        """The averaged model. Nothing is chosen on the folds: how much is held back follows from the data themselves."""
        outcome, weight = data.outcome.astype(float), _effective(data.weight)
        imputer = fit_imputer(data.values, data.weight)
        z = imputer.transform(data.values)
        curves = make_curves(z)
        many = len(data) >= MANY_ROWS
        basis: Floats | Singles = curves.basis(z) if many else curves.basis(z).astype(float)
        shapes, parts = _shapes(curves, data.signs, bends_apart=many)
        rng = np.random.default_rng([self.seed, 31])
        # With one probability for all, the curvature is the covariance of the ramps: shapes are scaled to a spread of one.
        log_odds = np.full(len(data), float(logit(np.array([np.average(outcome, weights=weight)]))[0]))
        curvature, slope = _derivatives(basis, log_odds, outcome, weight)
        mass = float((weight * sigmoid(log_odds) * (1 - sigmoid(log_odds))).sum())
        shapes = shapes / np.sqrt(np.einsum("ij,ij->j", shapes, curvature @ shapes) / mass + 1e-9)
        theta = np.linalg.solve(
            shapes.T @ curvature @ shapes + np.eye(shapes.shape[1]) / RIDGE**2, shapes.T @ slope
        )
        inside = np.zeros(len(parts.sign))
        for _ in range(2):
            log_odds = _centred((basis @ (shapes @ theta).astype(basis.dtype)).astype(float), outcome, weight)
            curvature, slope = _derivatives(basis, log_odds, outcome, weight)
            theta, inside = _average(curvature, slope, shapes, theta, parts, rng)
        log_odds = _centred((basis @ (shapes @ theta).astype(basis.dtype)).astype(float), outcome, weight)
        either = np.array([1 - np.prod(1 - inside[parts.owner == f]) for f in range(len(data.columns))])
        pairs = strongest_products(z, outcome, sigmoid(log_odds), weight, either, CANDIDATES)
        ramps = shapes @ theta
        if pairs:
            crossed = products(z, pairs)
            both = block_diag(shapes, np.diag(1 / (crossed.std(axis=0) + 1e-9)))
            basis = np.column_stack([basis, crossed.astype(basis.dtype)])
            curvature, slope = _derivatives(basis, log_odds, outcome, weight)
            start = np.concatenate([theta, np.zeros(len(pairs))])
            coefficients, inside = _average(
                curvature, slope, both, start, _with_pairs(parts, pairs, either), rng
            )
            probability = inside[len(parts.sign) :]
            kept = np.argsort(-probability, kind="stable")[:MOST_NAMED]
            kept = np.sort(kept[probability[kept] >= NAMED])
            curves = replace(curves, pairs=tuple(pairs[int(k)] for k in kept))
            used = np.concatenate([np.arange(len(curves.owner)), len(curves.owner) + kept])
            basis, ramps = basis[:, used], (both @ coefficients)[used]
        raw = (basis @ ramps.astype(basis.dtype)).astype(float)
        shift = centred(raw, float(np.average(outcome, weights=weight)), data.weight)
        return FittedAdditive(imputer, curves, np.concatenate([[0.0], ramps]), shift, 1.0, PENALTIES)


def _average(
    curvature: Floats, slope: Floats, shapes: Floats, theta: Floats, parts: Parts, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Mean weights of the shapes, and how likely each group is in, from derivatives in the ramps at these weights."""
    of_shapes = shapes.T @ curvature @ shapes
    pull = of_shapes @ theta + shapes.T @ slope
    return average(of_shapes, pull, parts, rng, sweeps=SWEEPS, burn_in=BURN_IN)


def _effective(weight: NDArray[np.float32]) -> Floats:
    """Survey weights scaled to what the rows are worth together (Kish)."""
    w = weight.astype(float)
    return np.asarray(w * w.sum() / (w**2).sum())


def _shapes(curves: Curves, signs: NDArray[np.int64], *, bends_apart: bool) -> tuple[Floats, Parts]:
    """Per feature a straight line, rises of one side only, and where the direction is open a valley; as sums of ramps.

    With many rows the line and the bend of a feature can both be in (`bends_apart`), so that any shape can be followed.
    """
    columns, group, log_prior, owner = [], [], [], []
    for feature in range(len(signs)):
        ramps = np.flatnonzero(curves.owner == feature)
        steps = np.arange(len(ramps))
        sides = [side for knot in steps[1:] for side in (steps < knot, steps >= knot)]
        if len(ramps) > 1 and signs[feature] == 0:
            sides.append(np.linspace(-1.0, 1.0, len(ramps)))
        share = LINE if sides else 1.0
        for number, pattern in enumerate([np.ones(len(ramps)), *sides]):
            column = np.zeros(len(curves.owner))
            column[ramps] = pattern
            columns.append(column)
            if number == 0 or (number == 1 and bends_apart):
                owner.append(feature)
            group.append(len(owner) - 1)
            chosen = (1.0 if bends_apart else share) if number == 0 else (1 - share) / len(sides)
            log_prior.append(np.log(chosen))
    position = np.array(owner)
    kind = np.where(signs == 0, FREE, SIGNED)[position]
    parts = Parts(
        np.array(group), np.array(log_prior), signs[position], kind, np.ones(len(position)), position
    )
    return np.array(columns).T, parts


def _with_pairs(parts: Parts, pairs: tuple[tuple[int, int], ...], inside: Floats) -> Parts:
    """The parts with pairs added; a pair is likelier when both its features are likely to matter by themselves."""
    groups, number = len(parts.sign), len(pairs)
    crossed = np.outer(inside, inside)[np.triu_indices(len(inside), 1)]
    odds = np.array([inside[a] * inside[b] for a, b in pairs]) / max(float(crossed.mean()), 1e-6)
    return Parts(
        np.concatenate([parts.group, groups + np.arange(number)]),
        np.concatenate([parts.log_prior, np.zeros(number)]),
        np.concatenate([parts.sign, np.zeros(number, dtype=np.int64)]),
        np.concatenate([parts.kind, np.full(number, PAIR)]),
        np.concatenate([parts.odds, np.maximum(odds, 1e-4)]),
        np.concatenate([parts.owner, np.full(number, -1)]),
        len(crossed) - number,
    )


def _centred(log_odds: Floats, outcome: Floats, weight: Floats) -> Floats:
    """Log odds with the constant that makes their mean probability the share of events."""
    share = float(np.average(outcome, weights=weight))
    return log_odds + centred(log_odds, share, weight.astype(np.float32))


def _derivatives(
    basis: Floats | Singles, log_odds: Floats, outcome: Floats, weight: Floats
) -> tuple[Floats, Floats]:
    """Curvature and slope of the log likelihood in the weights of the basis, with the constant taken out."""
    p = sigmoid(log_odds)
    mass, gap = weight * p * (1 - p), weight * (outcome - p)
    width = basis.shape[1]
    curvature, total, slope = np.zeros((width, width)), np.zeros(width), np.zeros(width)
    for start in range(0, len(basis), STRETCH):
        rows = slice(start, start + STRETCH)
        part: NDArray[Any] = basis[rows]
        weighted = part * mass[rows, None].astype(part.dtype)
        curvature += weighted.T @ part
        total += weighted.sum(axis=0, dtype=float)
        slope += gap[rows].astype(part.dtype) @ part
    mean = total / mass.sum()
    return curvature - np.outer(mean, total), slope - mean * gap.sum()
