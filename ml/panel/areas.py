"""Where the people of the panel live: gemeenten and wijken with a composition, and small effects of their own."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Composition dominates: wijken differ in who lives there, hardly in what the place itself does (adjusted ICC 0.0014).
COMPOSITION_SD = 0.35
WIJK_ICC = 0.0014
GEMEENTE_SD = 0.05
WIJKEN_PER_GEMEENTE = (4, 12)


@dataclass(frozen=True)
class Areas:
    """The wijken of a region, one array element each."""

    wijk_code: NDArray[np.str_]
    gemeente_code: NDArray[np.str_]
    province_code: NDArray[np.str_]
    share: Floats  # of the population
    deprivation: Floats  # mean of the factor among residents
    environment: Floats
    effect: Floats  # on the log odds of onset, beside composition
    urbanity: NDArray[np.int64]  # 1 very urban ... 5 not urban


def draw_areas(
    region: str, rng: np.random.Generator, province_shift: float = 0.0, poverty_effect: float = 0.0
) -> Areas:
    """The areas of a region (`noord`, `demo`, or a file with wijken and their composition).

    On the log odds the first province's onset is shifted by `province_shift`, and that of the wijken of a file by `poverty_effect`
    for every standard deviation of how poor they are, beside who lives there.
    """
    if region not in ("noord", "demo"):
        return _areas_of_file(Path(region), rng, poverty_effect)
    with (Path(__file__).parent / "gemeenten.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["region"] == region]
    wijken = rng.integers(*WIJKEN_PER_GEMEENTE, size=len(rows), endpoint=True)
    owner = np.repeat(np.arange(len(rows)), wijken)
    n = len(owner)
    within = np.arange(n) - np.repeat(np.cumsum(wijken) - wijken, wijken)
    gemeente = np.array([row["gemeente_code"] for row in rows])[owner]
    province = np.array([row["province_code"] for row in rows])[owner]
    codes = np.array([f"WK{g[2:]}{w:02d}" for g, w in zip(gemeente, within, strict=True)])
    share = rng.lognormal(0.0, 0.7, n)
    town = rng.normal(0.0, 0.4 * COMPOSITION_SD, len(rows))[owner]
    deprivation = town + rng.normal(0.0, 0.9 * COMPOSITION_SD, n)
    urban_score = 0.5 * deprivation / COMPOSITION_SD + rng.normal(0.0, 1.0, n)
    wijk_sd = float(np.sqrt(WIJK_ICC * np.pi**2 / 3 / (1 - WIJK_ICC)))
    effect = rng.normal(0.0, wijk_sd, n) + rng.normal(0.0, GEMEENTE_SD, len(rows))[owner]
    effect = effect + np.where(province == rows[0]["province_code"], province_shift, 0.0)
    return Areas(
        codes, gemeente, province, share / share.sum(), deprivation,
        0.5 * deprivation + rng.normal(0.0, 0.2, n), effect,
        5 - np.searchsorted(np.quantile(urban_score, [0.2, 0.4, 0.6, 0.8]), urban_score),
    )  # fmt: skip


def _areas_of_file(path: Path, rng: np.random.Generator, poverty_effect: float) -> Areas:
    """Areas whose people and composition are given; only the small effects of the places themselves are drawn."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    people = np.array([float(row["young_people"]) for row in rows]) + 1.0
    deprivation = np.array([float(row["deprivation"]) for row in rows])
    gemeente = np.array([row["gemeente_code"] for row in rows])
    _, owner = np.unique(gemeente, return_inverse=True)
    wijk_sd = float(np.sqrt(WIJK_ICC * np.pi**2 / 3 / (1 - WIJK_ICC)))
    effect = rng.normal(0.0, wijk_sd, len(rows)) + rng.normal(0.0, GEMEENTE_SD, int(owner.max()) + 1)[owner]
    effect = effect + poverty_effect * (deprivation - deprivation.mean()) / max(
        float(deprivation.std()), 1e-9
    )
    return Areas(
        np.array([row["wijk_code"] for row in rows]), gemeente, np.array([row["province_code"] for row in rows]),
        people / people.sum(), deprivation, 0.5 * deprivation + rng.normal(0.0, 0.2, len(rows)), effect,
        np.array([int(row["urbanity"]) for row in rows]),
    )  # fmt: skip
