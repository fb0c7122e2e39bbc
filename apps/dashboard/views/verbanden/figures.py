"""Associations between figures of areas: one pair, adjusted for others, and all pairs with false discoveries in check."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apps.dashboard.data.cache import cached
from apps.dashboard.data.cube import Cube
from apps.dashboard.wording.indicators import IndicatorTexts
from datawerkplaats.statistics import Correlation, false_discovery_adjusted, weighted_correlation

SIGNIFICANT = 0.05
LEAST_AREAS = 8  # below this a cell of the heat map says nothing


@dataclass(frozen=True)
class Cell:
    """One pair of the heat map: r with its adjusted p value, or the reason why there is none."""

    row: str
    column: str
    r: float
    q: float
    areas: int
    reason: str

    @property
    def stands_out(self) -> bool:
        """Whether the pair goes together more than chance explains, among all pairs looked at."""
        return not self.reason and self.q < SIGNIFICANT


def clusters_of(cube: Cube) -> tuple[str, ...] | None:
    """The gemeente of every wijk: wijken of one gemeente are alike, so they are no separate witnesses. None for gemeenten."""
    return cube.gemeenten if all(cube.gemeenten) and len(set(cube.gemeenten)) < len(cube.codes) else None


def pair(
    indicator_texts: IndicatorTexts, cube: Cube, x: str, y: str, controls: list[str]
) -> tuple[Correlation, Correlation | None]:
    """The association of two figures, plain and adjusted for the controls (None without any)."""
    refused = indicator_texts.refusal(x, y, cube.modelled)
    columns = cube.columns
    within = clusters_of(cube)
    plain = weighted_correlation(
        columns[x], columns[y], cube.population, clusters=within, refused_because=refused
    )
    if not controls:
        return plain, None
    others = np.column_stack([columns[name] for name in controls])
    adjusted = weighted_correlation(
        columns[x], columns[y], cube.population, others, clusters=within, refused_because=refused
    )
    return plain, adjusted


def heat_map(indicator_texts: IndicatorTexts, cube: Cube, rows: list[str], columns: list[str]) -> list[Cell]:
    """All pairs of rows and columns; q is the Benjamini-Hochberg value over the pairs that may be computed."""
    raw, within = [], clusters_of(cube)
    for row in rows:
        for column in columns:
            refused = indicator_texts.refusal(row, column, cube.modelled)
            found = weighted_correlation(
                cube.columns[column],
                cube.columns[row],
                cube.population,
                clusters=within,
                refused_because=refused,
            )
            few = not found.reason and found.areas < LEAST_AREAS
            raw.append((row, column, found, "fewer_than_5_areas" if few else found.reason))
    q = false_discovery_adjusted([np.nan if reason else found.p_value for *_, found, reason in raw])
    return [
        Cell(row, column, found.r, float(value), found.areas, reason)
        for (row, column, found, reason), value in zip(raw, q, strict=True)
    ]


@cached(16)
def cached_heat_map(
    key: tuple[object, ...],
    _book: IndicatorTexts,
    _cube: Cube,
    rows: tuple[str, ...],
    columns: tuple[str, ...],
) -> list[Cell]:
    """The heat map, computed once per publication, level, extent and choice of rows and columns."""
    return heat_map(_book, _cube, list(rows), list(columns))
