"""Piecewise-linear curves per feature and products of pairs: the parts of the glass box, and how they are fitted."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from ml.base.odds import sigmoid
from ml.estimators.base import MANY_ROWS, Floats, Singles

# A first fit says which curves carry something; in the second they are held back less, the others more.
ADAPTIVITY = 0.7
KNOTS = (1 / 3, 2 / 3)
MANY_KNOTS = (0.1, 0.3, 0.5, 0.7, 0.9)
# Two features may work together when chance would show so strong a product in one of twenty datasets (about 5,000 pairs).
PAIR_SCORE, MAX_PAIRS = 4.5, 12
FAR = 50.0
MIN_STRETCH = 50


def _held(z: Floats) -> Floats:
    """Standardised values, kept from running away in a product."""
    return np.clip(z, -3.0, 3.0)


@dataclass(frozen=True)
class Curves:
    """Which ramps belong to which feature; a ramp rises between two knots and is flat elsewhere."""

    owner: NDArray[np.int64]
    low: Floats
    high: Floats
    pairs: tuple[tuple[int, int], ...] = ()

    @property
    def owners(self) -> NDArray[np.int64]:
        """The owner of each column of the basis; each pair is a feature of its own, after all others."""
        first = int(self.owner.max()) + 1
        return np.concatenate([self.owner, first + np.arange(len(self.pairs))]).astype(np.int64)

    def basis(self, z: Floats) -> Singles:
        """The ramps of each row, then the products of the pairs."""
        out = np.empty((len(z), len(self.owner) + len(self.pairs)), dtype=np.float32)
        for position, (a, b) in enumerate(self.pairs, start=len(self.owner)):
            out[:, position] = _held(z[:, a]) * _held(z[:, b])
        for position, feature in enumerate(self.owner):
            low, high = self.low[position], self.high[position]
            # Zero at the inner knot: a large constant in a column would slow the fit down beyond use.
            zero = low if low > -FAR else high if high < FAR else 0.0
            out[:, position] = np.clip(z[:, feature], low, high) - zero
        return out


def _supported(z: Floats, inner: Floats) -> list[float]:
    """The inner knots that leave enough people on every stretch, so that no bend describes a handful of them."""
    kept: list[float] = []
    below = -np.inf
    for knot in inner:
        if ((z > below) & (z <= knot)).sum() >= MIN_STRETCH and (z > knot).sum() >= MIN_STRETCH:
            kept.append(float(knot))
            below = knot
    return kept if len(np.unique(z[:2000].round(3))) > 2 else []


def make_curves(z: Floats) -> Curves:
    """Two inner knots per feature, at its thirds; features with few values get a straight line."""
    owner, low, high = [], [], []
    for feature in range(z.shape[1]):
        inner = np.unique(np.quantile(z[:, feature], KNOTS if len(z) < MANY_ROWS else MANY_KNOTS).round(6))
        knots = [-FAR, *_supported(z[:, feature], inner), FAR]
        for left, right in pairwise(knots):
            owner.append(feature)
            low.append(float(left))
            high.append(float(right))
    return Curves(np.array(owner), np.array(low), np.array(high))


def fit_curves(
    basis: Singles,
    owner: NDArray[np.int64],
    signs: NDArray[np.int64],
    outcome: Singles,
    weight: Singles,
    *,
    slope: Floats,
    bend: Floats,
    start: Floats | None = None,
) -> Floats:
    """Intercept and ramp weights that maximise the penalised likelihood, with known directions as bounds."""
    count = np.bincount(owner)

    def objective(theta: Floats) -> tuple[float, Floats]:
        ramps = theta[1:]
        log_odds = theta[0] + basis @ ramps.astype(np.float32)
        p = sigmoid(log_odds.astype(np.float64))
        mean = np.bincount(owner, weights=ramps) / count
        rest = ramps - mean[owner]
        loss = float((weight * (np.logaddexp(0.0, log_odds) - outcome * log_odds)).sum(dtype=np.float64))
        gap = (weight * (p - outcome)).astype(np.float32)
        gradient = (gap @ basis).astype(np.float64) + (slope * mean / count)[owner] + bend[owner] * rest
        value = loss + 0.5 * float(slope @ mean**2) + 0.5 * float(bend[owner] @ rest**2)
        return value, np.concatenate([[float(gap.sum(dtype=np.float64))], gradient])

    side = signs[owner]
    bounds = [(None, None)] + [(0.0 if s > 0 else None, 0.0 if s < 0 else None) for s in side]
    if start is None:
        share = float(np.average(outcome, weights=weight))
        start = np.concatenate([[float(np.log(share / (1 - share)))], np.zeros(len(owner))])
    result = minimize(
        objective,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": 200, "ftol": 1e-8, "gtol": 1e-3},
    )
    return np.asarray(result.x)


def products(z: Floats, pairs: tuple[tuple[int, int], ...]) -> Floats:
    """One column per pair: what its two features are together."""
    held = _held(z)
    return np.column_stack([held[:, a] * held[:, b] for a, b in pairs]) if pairs else np.empty((len(z), 0))


def _product_scores(
    z: Floats, outcome: Floats | Singles, probability: Floats, weight: Floats | Singles
) -> Floats:
    """Score tests of all products at once, in standard errors: the upper triangle of features by features."""
    held = _held(z).astype(np.float32)
    residual = (weight * (outcome - probability)).astype(np.float32)
    curvature = (weight * probability * (1 - probability)).astype(np.float32)
    score = (held * residual[:, None]).T @ held
    squared = held**2
    spread = np.sqrt(np.maximum((squared * curvature[:, None]).T @ squared, 1e-6))
    return np.asarray(np.triu(np.abs(score) / spread, k=1), dtype=np.float64)


def strongest_products(
    z: Floats, outcome: Floats, probability: Floats, weight: Floats, inside: Floats, most: int
) -> tuple[tuple[int, int], ...]:
    """The pairs worth examining: score tests, with more credit where both features are likely to matter themselves."""
    strength = _product_scores(z, outcome, probability, weight)
    credit = np.log(np.sqrt(np.outer(inside, inside)) + 1e-3)
    worth = np.where(strength > 0, strength**2 / 2 + 2 * credit, -np.inf)
    order = np.argsort(-worth, axis=None, kind="stable")[:most]
    positions = [np.unravel_index(int(k), worth.shape) for k in order if np.isfinite(worth.flat[k])]
    return tuple((int(a), int(b)) for a, b in positions)


def find_pairs(
    z: Floats, outcome: Singles, probability: Floats, weight: Singles
) -> tuple[tuple[int, int], ...]:
    """Pairs of features whose product explains what the curves leave: the strongest score tests, far beyond chance."""
    strength = _product_scores(z, outcome, probability, weight)
    order = np.argsort(strength, axis=None)[::-1][:MAX_PAIRS]
    strongest = [
        np.unravel_index(int(position), strength.shape)
        for position in order
        if strength.flat[position] > PAIR_SCORE
    ]
    return tuple((int(a), int(b)) for a, b in strongest)


def fit_adaptively(
    basis: Singles,
    owner: NDArray[np.int64],
    signs: NDArray[np.int64],
    outcome: Singles,
    weight: Singles,
    *,
    penalties: tuple[float, float],
) -> Floats:
    """Ramp weights from two fits: the second holds each feature back according to what it carried in the first."""
    slope, bend = (np.full(len(signs), value) for value in penalties)
    first = fit_curves(basis, owner, signs, outcome, weight, slope=slope, bend=bend)
    # The columns of a feature stand side by side.
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    carried = np.add.reduceat(basis * first[1:].astype(np.float32), starts, axis=1)
    variance = carried.var(axis=0, dtype=np.float64)
    trust = 1.0 - ADAPTIVITY + ADAPTIVITY * variance / max(float(variance.mean()), 1e-12)
    return fit_curves(
        basis, owner, signs, outcome, weight, slope=slope / trust, bend=bend / trust, start=first
    )
