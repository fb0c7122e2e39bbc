"""The best AUROC that anyone could reach: on the true risk, and on what was actually answered."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtr, ndtri

from ml.panel.areas import GEMEENTE_SD, WIJK_ICC
from ml.panel.draw import NOT_ANSWERED, Panel, item_missing_log_odds, wave_cuts
from ml.panel.items import ITEMS, factor_covariance, loadings
from ml.panel.people import FAMILY_EFFECT_SD, unique_sd
from ml.panel.world import Target

Floats = NDArray[np.float64]
FAR = 8.0


def _bounds(panel: Panel, wave: int, rows: NDArray[np.int64]) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Lower and upper propensity that fit each answer, and which cells are hidden; a measurement pins it exactly."""
    held = panel.waves[wave]
    answer, hidden = held.answer[rows], held.missing[rows] != 0
    low, high = np.full(answer.shape, -FAR), np.full(answer.shape, FAR)
    for column, item in enumerate(ITEMS):
        if item.kind == "continuous":
            low[:, column] = high[:, column] = (answer[:, column] - item.centre) / item.spread
        else:
            edges = np.concatenate(([-FAR], wave_cuts(column, wave), [FAR]))
            position = answer[:, column].astype(int)
            low[:, column], high[:, column] = edges[position], edges[position + 1]
    low[hidden], high[hidden] = -FAR, FAR
    return low, high, hidden


def observed_probability(
    panel: Panel,
    wave: int,
    rows: NDArray[np.int64],
    target: Target,
    *,
    draws: int = 40,
    burn_in: int = 15,
    seed: int = 0,
) -> Floats:
    """The probability of onset given only what was answered: the mean over draws of the hidden answers.

    A Gibbs sampler over the latent factors and the propensities. An answer left open because of what it would have been is
    weighted with the chance of leaving it open, so the optimum knows what silence tells.
    """
    rng = np.random.default_rng([panel.world.dials.seed, 2, panel.seed, wave, seed])
    held, people = panel.waves[wave], panel.people
    risk = panel.world.risks[target]
    low, high, hidden = _bounds(panel, wave, rows)
    own_answer = held.missing[rows] == NOT_ANSWERED
    weights, unique = loadings(), unique_sd().astype(float)
    error = np.where(held.informant[rows] == 0, panel.world.dials.parent_error, 0.0)
    mean = people.mean[rows].astype(float)
    prior = np.linalg.inv(factor_covariance())
    exact = (low == high) & ~hidden
    z = np.where(hidden, 0.0, np.clip((low + high) / 2, -3, 3))
    z[exact] = low[exact]
    factor_of = np.array([item.factor for item in ITEMS])
    load = weights[np.arange(len(ITEMS)), factor_of]
    total = np.zeros(len(rows))
    spread = float(np.sqrt(FAMILY_EFFECT_SD**2 + GEMEENTE_SD**2 + WIJK_ICC * np.pi**2 / 3))
    year = panel.world.dials.year_shift * wave
    for sweep in range(burn_in + draws):
        centre = np.empty_like(z)
        for level in np.unique(error):
            group = error == level
            variance = unique**2 + level**2
            precision = prior + (weights.T / variance) @ weights
            covariance = np.linalg.inv(precision)
            pull = (z[group] / variance) @ weights + mean[group] @ prior
            factors = pull @ covariance + rng.standard_normal(pull.shape) @ np.linalg.cholesky(covariance).T
            centre[group] = factors[:, factor_of] * load
        scale = np.sqrt(unique**2 + error[:, None] ** 2)
        below, above = ndtr((low - centre) / scale), ndtr((high - centre) / scale)
        uniform = below + (above - below) * rng.random(z.shape)
        fresh = np.clip(
            centre + scale * ndtri(np.clip(uniform, 1e-12, 1 - 1e-12)),
            np.maximum(low, -FAR),
            np.minimum(high, FAR),
        )
        z = np.where(
            exact, z, _accepted(panel, wave, z, fresh, own_answer=own_answer, rng=rng) if sweep else fresh
        )
        if sweep >= burn_in:
            # What a parent reports is not what the child has: draw the true propensity given both.
            true = z
            if error.any():
                share = unique**2 / scale**2
                true = (
                    centre
                    + share * (z - centre)
                    + np.sqrt(share) * error[:, None] * rng.standard_normal(z.shape)
                )
            score = risk.score(true.astype(np.float32), people.women[rows], held.age[rows])
            effect = rng.normal(0.0, spread, len(rows)) + year
            total += expit(risk.intercept + risk.scale * score + effect)
    return total / draws


def _accepted(
    panel: Panel,
    wave: int,
    old: Floats,
    new: Floats,
    *,
    own_answer: NDArray[np.bool_],
    rng: np.random.Generator,
) -> Floats:
    """New propensities, but for questions left open only as often as silence fits the new answer (a Metropolis step)."""
    if panel.world.dials.missing_on_answer == 0:
        return new
    out = new.copy()
    for column, item in enumerate(ITEMS):
        rows = np.flatnonzero(own_answer[:, column])
        if not len(rows):
            continue
        ratio = []
        for value in (new[rows, column], old[rows, column]):
            answer = (
                item.centre + item.spread * value
                if item.kind == "continuous"
                else np.searchsorted(wave_cuts(column, wave), value)
            )
            ratio.append(expit(item_missing_log_odds(panel.world, column, answer)))
        refuse = rng.random(len(rows)) > ratio[0] / ratio[1]
        out[rows[refuse], column] = old[rows[refuse], column]
    return out
