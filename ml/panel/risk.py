"""The true risk of onset: which answers matter, in what shape, and how strongly. Only the generator uses it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit

from ml.panel.items import ITEMS, KNOWN_ACTIVE, KNOWN_NULL, NAMES, answers, moments

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Scenario = Literal["additive", "interaction", "mixed"]

ACTIVE_ITEMS = 30
PAIRS = 10
# Share of the variance of the risk score that no sum of single effects can describe.
INTERACTION_SHARE: dict[Scenario, float] = {"additive": 0.0, "mixed": 0.10, "interaction": 0.35}


@dataclass(frozen=True)
class Risk:
    """The risk function of one target: log odds = intercept + scale x score + area, family and year effects."""

    columns: NDArray[np.int64]  # of the items that matter
    weights: Floats
    shapes: NDArray[np.int64]  # 0 linear, 1 hinge above the middle, 2 U
    pairs: NDArray[np.int64]  # pairs of positions in `columns`
    pair_weights: Floats
    pair_share: float
    women: float
    per_year: float
    intercept: float = 0.0
    scale: float = 1.0
    status_intercept: float = 0.0

    def score(self, propensity: Singles, women: NDArray[np.bool_], age: Singles) -> Floats:
        """The risk score before scaling: one number per row of propensities."""
        n = len(propensity)
        main, crossed = np.zeros(n), np.zeros(n)
        standard = np.empty((n, len(self.columns)), dtype=np.float32)
        for position, column in enumerate(self.columns):
            centre, spread = moments(int(column))
            u = np.clip((answers(propensity[:, column], int(column)) - centre) / spread, -3.0, 3.0)
            standard[:, position] = u
            shaped = (
                u
                if self.shapes[position] == 0
                else np.maximum(u, 0.0) * 1.7
                if self.shapes[position] == 1
                else (u * u - 1.0) * 0.7
            )
            main += self.weights[position] * shaped
        for (a, b), weight in zip(self.pairs, self.pair_weights, strict=True):
            crossed += weight * standard[:, a] * standard[:, b]
        return np.asarray(
            main + self.pair_share * crossed + self.women * women + self.per_year * (age - 20.0)
        )

    def probability(self, score: Floats, effects: Floats | float = 0.0) -> Floats:
        """The probability of onset before the next wave."""
        return np.asarray(expit(self.intercept + self.scale * score + effects))

    def status_probability(self, score: Floats) -> Floats:
        """The probability of having the complaints already at the first wave."""
        return np.asarray(expit(self.status_intercept + self.scale * score))


def weighted_auroc(score: Floats, probability: Floats, weight: Floats | None = None) -> float:
    """The expected AUROC of a score among people whose true probabilities are known (ties count half)."""
    weight = np.ones_like(probability) if weight is None else weight
    values, position = np.unique(score, return_inverse=True)
    cases = np.bincount(position, weights=probability * weight, minlength=len(values))
    controls = np.bincount(position, weights=(1 - probability) * weight, minlength=len(values))
    below = np.cumsum(controls) - controls
    return float((cases * (below + controls / 2)).sum() / (cases.sum() * controls.sum()))


def draw_risk(scenario: Scenario, women: float, per_year: float, rng: np.random.Generator) -> Risk:
    """A risk function with random active items, weights and interactions, not yet scaled to an optimum."""
    known = [NAMES.index(name) for name in KNOWN_ACTIVE]
    free = [c for c in range(len(NAMES)) if NAMES[c] not in KNOWN_ACTIVE + KNOWN_NULL]
    columns = np.array(sorted(known + list(rng.choice(free, ACTIVE_ITEMS - len(known), replace=False))))
    directions = np.array([ITEMS[c].direction for c in columns])
    weights = np.exp(rng.normal(0.0, 0.55, ACTIVE_ITEMS)) * np.where(
        directions == 0, rng.choice([-1, 1], ACTIVE_ITEMS), directions
    )
    many = np.array([ITEMS[c].kind != "binary" for c in columns])
    shapes = np.where(
        (directions == 0) & many,
        2 * rng.integers(0, 2, ACTIVE_ITEMS),
        (rng.random(ACTIVE_ITEMS) < 0.3) & many,
    )
    weights = np.where(shapes == 2, np.abs(weights), weights)
    everything = np.array([(a, b) for a in range(ACTIVE_ITEMS) for b in range(a)])
    pairs = everything[rng.choice(len(everything), PAIRS, replace=False)]
    return Risk(
        columns, weights, shapes.astype(np.int64), pairs, rng.choice([-1.0, 1.0], PAIRS) * np.exp(rng.normal(0.0, 0.4, PAIRS)),
        INTERACTION_SHARE[scenario], women, per_year,
    )  # fmt: skip


def calibrate(
    risk: Risk, propensity: Singles, women: NDArray[np.bool_], age: Singles, effects: Floats,
    *, incidence: float, optimum: float, prevalence: float,
) -> Risk:  # fmt: skip
    """The risk function whose optimum, incidence and prevalence are exactly those asked for, in a reference population."""
    main_only = replace(risk, pair_share=0.0).score(propensity, women, age)
    crossed = replace(risk, pair_share=1.0).score(propensity, women, age) - main_only
    wanted = risk.pair_share / (1 - risk.pair_share)
    share = float(np.sqrt(wanted * main_only.var() / crossed.var()))
    risk = replace(risk, pair_share=share)
    score = main_only + share * crossed

    def at_scale(log_scale: float) -> Risk:
        scaled = replace(risk, scale=float(np.exp(log_scale)))
        status = brentq(
            lambda b: float(expit(b + scaled.scale * score).mean()) - prevalence, -60.0, 20.0, xtol=1e-10
        )
        free = 1 - expit(status + scaled.scale * score)
        start = brentq(
            lambda a: float(np.average(expit(a + scaled.scale * score + effects), weights=free)) - incidence,
            -60.0,
            20.0,
            xtol=1e-10,
        )
        return replace(scaled, intercept=float(start), status_intercept=float(status))

    def gap(log_scale: float) -> float:
        candidate = at_scale(log_scale)
        p = candidate.probability(score, effects)
        return weighted_auroc(p, p, 1 - candidate.status_probability(score)) - optimum

    spread = float(np.log(score.std()))
    return at_scale(float(brentq(gap, -4.0 - spread, 2.5 - spread, xtol=1e-7)))
