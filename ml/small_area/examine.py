"""The examination of the area estimates: many invented regions, each method against the truth."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from scipy.stats import spearmanr

from ml.small_area.direct import Estimates, direct, fay_herriot, gemeente_mean
from ml.small_area.multilevel import fit_areas
from ml.small_area.world import RESIDUAL_SD, SPATIAL_SHARE, draw_region


def examine_region(
    seed: int, *, wijken: int = 500, respondents: int = 20_000, residual_sd: float = RESIDUAL_SD
) -> dict[str, Any]:
    """RMSE, rank correlation, coverage and the calibration of top-tenth probabilities in one region."""
    region = draw_region(seed, wijken=wijken, respondents=respondents, residual_sd=residual_sd)
    truth = region.truth

    def rmse(value: np.ndarray) -> float:
        return float(np.sqrt(np.mean((value - truth) ** 2)))

    def coverage(e: Estimates) -> float:
        return float(np.mean((e.lower <= truth) & (truth <= e.upper)))

    survey, mean_of_gemeente = direct(region), gemeente_mean(region)
    herriot, regression = fay_herriot(region)
    started = time.perf_counter()
    posterior = fit_areas(region, seed=seed)
    seconds = time.perf_counter() - started
    value, low, high = posterior.interval()
    # What nobody can be far below with this survey: the same model, told how much wijken differ and how much neighbours share.
    informed = fit_areas(region, seed=seed, spreads=(residual_sd,), spatial_shares=(SPATIAL_SHARE,))
    top = posterior.top_probability()
    is_top = truth >= np.sort(truth)[-max(1, round(0.1 * len(truth)))]
    return {
        "world": seed,
        "truth_sd": float(truth.std()),
        "rmse": rmse(value),
        "rmse_attainable": rmse(informed.interval()[0]),
        "rmse_direct": rmse(survey.value),
        "rmse_gemeente_mean": rmse(mean_of_gemeente.value),
        "rmse_regression": rmse(regression),
        "rmse_fay_herriot": rmse(herriot.value),
        "spearman": float(spearmanr(value, truth)[0]),
        "coverage_90": float(np.mean((low <= truth) & (truth <= high))),
        "coverage_90_fay_herriot": coverage(herriot),
        "coverage_90_direct": coverage(survey),
        "width_90": float((high - low).mean()),
        "top_tenth_expected": float(top[top > 0.5].mean()) if (top > 0.5).any() else float("nan"),
        "top_tenth_observed": float(is_top[top > 0.5].mean()) if (top > 0.5).any() else float("nan"),
        "seconds": seconds,
    }
