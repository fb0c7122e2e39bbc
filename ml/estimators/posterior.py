"""Averages over very many sparse models: which parts of the curves carry something, and how much, by Gibbs sampling."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtr, ndtri

from ml.estimators.base import Floats

Integers = NDArray[np.int64]

CHAINS = 24
# Weights of parts that are in: normal around zero (half of it where the field knows the direction).
SPREAD, SPREAD_TRUST, PAIR_SPREAD = 0.12, 4.0, 0.13
# Among features about half may matter; among pairs hardly any (pseudo-counts of in and out).
FEATURE_COUNTS, PAIR_COUNTS = (20.0, 20.0), (8.0, 100.0)
SIGNED, FREE, PAIR = 0, 1, 2
HALF_LOG_TAU = 0.5 * float(np.log(2 * np.pi))


@dataclass(frozen=True)
class Parts:
    """Groups of shapes (of a feature, or a pair); at most one shape of a group is in a model."""

    group: Integers  # of each shape
    log_prior: Floats  # of each shape within its group, when the group is in
    sign: Integers  # of each group
    kind: Integers  # of each group: SIGNED, FREE or PAIR
    odds: Floats  # prior odds of each group relative to others of its kind
    owner: Integers  # the feature of each group, -1 for a pair
    pairs_not_listed: int = 0


def _above_zero(centre: Floats, spread: Floats, uniform: Floats) -> tuple[Floats, Floats]:
    """Mean of, and a draw from, normal distributions kept above zero."""
    ratio = centre / spread
    hazard = np.exp(-0.5 * ratio**2 - HALF_LOG_TAU - log_ndtr(ratio))
    draw = centre - spread * ndtri(np.clip(uniform * ndtr(ratio), 1e-300, 1.0))
    return np.maximum(centre + spread * hazard, 0.0), np.maximum(draw, 0.0)


def average(
    curvature: Floats, pull: Floats, parts: Parts, rng: np.random.Generator, *, sweeps: int, burn_in: int
) -> tuple[Floats, Floats]:
    """Mean weight of each shape, and the probability that each group is in, under a quadratic log likelihood.

    Args:
        curvature: Second derivatives of the log likelihood, with the sign turned.
        pull: First derivatives at zero of the quadratic approximation.
        parts: What may be in.
        rng: The source of chance.
        sweeps: Rounds over all groups.
        burn_in: Rounds that do not count.
    """
    groups = len(parts.sign)
    members = [np.flatnonzero(parts.group == g) for g in range(groups)]
    blocks = [curvature[np.ix_(m, m)] for m in members]
    diagonal = np.diag(curvature).copy()
    weights, expected = np.zeros((CHAINS, len(pull))), np.zeros((CHAINS, len(pull)))
    inside = np.zeros((CHAINS, groups), dtype=bool)
    share, variance = np.full((CHAINS, 3), 0.3), np.full((CHAINS, 1), SPREAD**2)
    share[:, PAIR] = 0.003
    of_features = np.flatnonzero(parts.kind[parts.group] != PAIR)
    total, probability = np.zeros(len(pull)), np.zeros(groups)
    for sweep in range(sweeps):
        left = pull[None] - weights @ curvature
        for g in rng.permutation(groups):
            m, kind = members[g], parts.kind[g]
            side = int(parts.sign[g]) or 1
            slab = variance if kind != PAIR else np.full((CHAINS, 1), PAIR_SPREAD**2)
            before = weights[:, m]
            score = side * (left[:, m] + before @ blocks[g])
            precision = diagonal[m] + 1.0 / slab
            centre, spread = score / precision, 1.0 / np.sqrt(precision)
            evidence = -0.5 * np.log(slab * precision) + 0.5 * score * centre + parts.log_prior[m]
            if parts.sign[g]:
                evidence += np.log(2.0) + log_ndtr(centre / spread)
            odds = np.minimum(share[:, kind] / (1 - share[:, kind]) * parts.odds[g], 9.0)
            evidence += np.log(odds)[:, None]
            top = np.maximum(evidence.max(axis=1, keepdims=True), 0.0)
            mass = np.exp(evidence - top)
            chance = mass / (mass.sum(axis=1, keepdims=True) + np.exp(-top))
            picked = (rng.random((CHAINS, 1)) >= np.cumsum(chance, axis=1)).sum(axis=1)
            uniform = rng.random(centre.shape)
            if parts.sign[g]:
                mean, draw = _above_zero(centre, spread, uniform)
            else:
                mean, draw = centre, centre + spread * ndtri(uniform)
            after = np.zeros_like(before)
            chains = np.flatnonzero(picked < len(m))
            after[chains, picked[chains]] = side * draw[chains, picked[chains]]
            expected[:, m] = side * chance * mean
            left -= (after - before) @ curvature[m]
            weights[:, m] = after
            inside[:, g] = picked < len(m)
        _renew(share, variance, inside, weights[:, of_features], parts, rng)
        if sweep >= burn_in:
            total += expected.mean(axis=0)
            probability += inside.mean(axis=0)
    return total / (sweeps - burn_in), probability / (sweeps - burn_in)


def _renew(
    share: Floats,
    variance: Floats,
    inside: NDArray[np.bool_],
    weights: Floats,
    parts: Parts,
    rng: np.random.Generator,
) -> None:
    """New draws of how many groups are in, and of how large their weights are."""
    for kind, (yes, no) in ((SIGNED, FEATURE_COUNTS), (FREE, FEATURE_COUNTS), (PAIR, PAIR_COUNTS)):
        here = parts.kind == kind
        number = inside[:, here].sum(axis=1)
        others = int(here.sum()) + (parts.pairs_not_listed if kind == PAIR else 0) - number
        share[:, kind] = rng.beta(yes + number, no + others)
    number = inside[:, parts.kind != PAIR].sum(axis=1)
    scale = SPREAD_TRUST * SPREAD**2 + 0.5 * (weights**2).sum(axis=1)
    variance[:, 0] = scale / rng.gamma(SPREAD_TRUST + 1.0 + 0.5 * number)
