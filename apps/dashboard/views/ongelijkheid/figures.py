"""How a figure differs between groups of areas along a ladder, and three measures of that where they may be given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from apps.dashboard.data.cube import Cube
from datawerkplaats.statistics import Inequality, area_inequality, quantile_groups

GROUPS = 5


@dataclass(frozen=True)
class Group:
    """One fifth of the areas, from most (1) to least deprived (5)."""

    number: int
    areas: int
    population: float
    ladder_low: float
    ladder_high: float
    value: float
    lower: float | None
    upper: float | None


@dataclass(frozen=True)
class Gradient:
    """The groups, and the measures or the reason why there are none."""

    groups: tuple[Group, ...]
    measures: Inequality | None
    reason: str


@dataclass(frozen=True)
class Year:
    """The measures of one year, or the reason why there are none."""

    year: int
    measures: Inequality | None
    reason: str


def over_time(
    modelled: Mapping[int, bool],
    cubes: Callable[[], dict[int, Cube]],
    indicator: str,
    ladder: str,
    unit: str,
    refusal: str,
) -> list[Year]:
    """Per year in which both are known SII, RII and PAF, each with the ladder of that year; oldest first.

    A figure that is modelled in any year is refused in every year: its years may differ by the model alone.

    Args:
        modelled: Per year whether the figure is modelled.
        cubes: The areas with the figures of each year; asked only where they tell something.
        indicator: What is compared.
        ladder: The determinant that orders the areas.
        unit: Unit of the figure.
        refusal: Why the two may not be associated (circular), or nothing.
    """
    if any(modelled.values()):
        return [Year(year, None, "modelled_series") for year in sorted(modelled)]
    found = []
    for year, cube in sorted(cubes().items()):
        told = gradient(cube, indicator, ladder, unit, refusal)
        found.append(Year(year, told.measures, told.reason))
    return found


def change(years: list[Year]) -> str:
    """Whether SII differs between the first and the last year with measures.

    `fewer` than two years, `none`, `larger`, `smaller`, `turned` (the other way around) or `unclear`; a difference is claimed
    only where the limits of both years do not overlap.
    """
    known = [year for year in years if year.measures is not None]
    if len(known) < 2:
        return "fewer" if known else "none"
    first, last = known[0].measures, known[-1].measures
    assert first is not None and last is not None
    (low, high), (low2, high2) = first.sii_limits[0], last.sii_limits[0]
    if low <= high2 and low2 <= high:
        return "unclear"
    if (low > 0 > high2) or (high < 0 < low2):
        return "turned"
    return "larger" if abs(last.sii) > abs(first.sii) else "smaller"


def is_counted(cube: Cube, indicator: str, unit: str, known: npt.NDArray[np.bool_]) -> bool:
    """Whether it is a counted share of known numbers of people in these areas: only of those a measure is given."""
    denominators = cube.denominators[indicator][known]
    return (
        unit == "%" and not cube.modelled[indicator] and bool(len(denominators) and (denominators > 0).all())
    )


def tells_most(cube: Cube, units: dict[str, str]) -> tuple[int, list[str]]:
    """How much can be told of these indicators, and of which: 2 a measure of inequality, 1 it was measured, 0 nothing.

    Args:
        cube: The areas with their figures.
        units: Per indicator its unit.
    """
    measured = [item for item in units if not cube.modelled[item]]
    counted = [
        item for item in measured if is_counted(cube, item, units[item], ~np.isnan(cube.columns[item]))
    ]
    return (2, counted) if counted else (int(bool(measured)), measured)


def gradient(cube: Cube, indicator: str, ladder: str, unit: str, refusal: str) -> Gradient:
    """The figure of each fifth of the areas by the ladder; with counted shares also slope, ratio and attributable part.

    Args:
        cube: The areas with their figures.
        indicator: What is compared.
        ladder: The determinant that orders the areas; most is most deprived.
        unit: Unit of the figure.
        refusal: Why the two may not be associated (circular), or nothing.
    """
    value, people, denominators = cube.columns[indicator], cube.population, cube.denominators[indicator]
    both = ~(np.isnan(value) | np.isnan(cube.columns[ladder]))
    counted = is_counted(cube, indicator, unit, both)
    # A count has its own number of people; only without one does an area weigh by its residents.
    known = both if counted else both & (people > 0)
    split = quantile_groups(np.where(known, cube.columns[ladder], np.nan), GROUPS, highest_first=True)
    if not known.any() or np.isnan(split.group[known]).any():
        return Gradient((), None, "fewer_areas_than_groups")
    weight = denominators if counted else people
    # Wijken of one gemeente are alike: limits come from leaving out one gemeente at a time. A gemeente stands for itself.
    within = cube.gemeenten if all(cube.gemeenten) else cube.codes
    whole = area_inequality(
        value,
        weight,
        np.where(known, cube.columns[ladder], np.nan),
        within,
        is_model_estimate=cube.modelled[indicator],
    )
    groups = []
    for number in range(1, GROUPS + 1):
        inside = split.group == number
        if not inside.any():
            continue
        mean = float(np.average(value[inside], weights=weight[inside]))
        lower = upper = None
        if counted and not np.isnan(whole.lower[number - 1]):
            lower, upper = float(whole.lower[number - 1]), float(whole.upper[number - 1])
        rungs = cube.columns[ladder][inside]
        groups.append(
            Group(
                number, int(inside.sum()), float(weight[inside].sum()), float(rungs.min()), float(rungs.max()), mean,
                lower, upper,
            )
        )  # fmt: skip
    modelled = cube.modelled[indicator]
    if modelled or refusal:
        return Gradient(tuple(groups), None, "modelled_series" if modelled else refusal)
    if len(groups) < GROUPS:
        return Gradient(tuple(groups), None, "quantile_missing")
    if not counted:
        return Gradient(tuple(groups), None, "interval_required")
    measures = whole.measures
    return Gradient(tuple(groups), None if measures.reason else measures, measures.reason)
