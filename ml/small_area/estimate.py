"""Published area estimates: percentages and expected numbers with 90 % limits, withheld where data are thin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ml.base.problems import DataProblem
from ml.small_area.multilevel import AreaPosterior, fit_areas
from ml.small_area.world import CELLS, LEVELS, Region

Floats = NDArray[np.float64]

MIN_POPULATION = 250
MAX_WIDTH = 15.0  # percentage points between the 90 % limits
METHOD = "multilevel regression with post-stratification, neighbours smoothed (BYM2), Laplace approximation"


@dataclass(frozen=True)
class Labels:
    """Codes of the areas in the order of the region's rows."""

    wijk: list[str]
    gemeente: list[str]


def population_cells(table: pa.Table, wijken: list[str], *, subject: str) -> Floats:
    """Counts per wijk and cell from a population table with columns region_code, age, sex, education, origin and n.

    Raises:
        DataProblem: If a column, a wijk or a group (such as an age band) is absent.
    """
    for name in ("region_code", *LEVELS, "n"):
        if name not in table.column_names:
            raise DataProblem(
                "missing_column",
                subject=subject,
                where=name,
                expected=", ".join(LEVELS),
                remedy="deliver the table with this column",
            )
    position = {code: i for i, code in enumerate(wijken)}
    index = np.zeros(table.num_rows, dtype=np.int64)
    for name, levels in LEVELS.items():
        values = table.column(name).to_pylist()
        absent = [level for level in levels if level not in set(values)]
        if absent:
            raise DataProblem(
                "missing_age_band",
                subject=subject,
                where=f"{name} {absent[0]}",
                expected=f"counts for {', '.join(levels)}",
                remedy="deliver the population with all groups; without them no percentage is made",
            )
        order = {level: i for i, level in enumerate(levels)}
        unknown = next((v for v in values if v not in order), None)
        if unknown is not None:
            raise DataProblem(
                "unknown_enumeration",
                subject=subject,
                where=name,
                found=str(unknown),
                expected=", ".join(levels),
                remedy="recode the group",
            )
        index = index * len(levels) + np.array([order[v] for v in values])
    codes = table.column("region_code").to_pylist()
    absent_wijk = next((w for w in wijken if w not in set(codes)), None)
    if absent_wijk is not None:
        raise DataProblem(
            "unknown_region",
            subject=subject,
            where=absent_wijk,
            expected="counts for every wijk of the survey",
            remedy="add the wijk",
        )
    counts = np.zeros((len(wijken), len(CELLS)))
    known = np.array([c in position for c in codes])
    rows = np.array([position.get(c, 0) for c in codes])
    np.add.at(
        counts, (rows[known], index[known]), np.asarray(table.column("n").to_pylist(), dtype=float)[known]
    )
    return counts


def gemeente_draws(
    posterior: AreaPosterior, population: Floats, gemeente: NDArray[np.int64]
) -> AreaPosterior:
    """The draws added up to gemeenten, so that wijken and gemeenten always agree."""
    mass = population.sum(axis=1)
    total = np.bincount(gemeente, weights=mass)
    summed = np.stack([np.bincount(gemeente, weights=row * mass) / total for row in posterior.draws])
    return AreaPosterior(summed)


def observations(
    codes: list[str],
    level: str,
    posterior: AreaPosterior,
    population: Floats,
    respondents: NDArray[np.int64],
    *,
    measure: str,
    source_id: str,
    period: str,
) -> list[dict[str, Any]]:
    """Rows in the observation contract, `value_status: modelled`, or suppressed with the reason why."""
    mean, low, high = posterior.interval()
    top = posterior.top_probability()
    rows = []
    for position, code in enumerate(codes):
        reason = None
        if population[position] < MIN_POPULATION:
            reason = f"fewer than {MIN_POPULATION} inhabitants"
        elif high[position] - low[position] > MAX_WIDTH:
            reason = f"90 % interval wider than {MAX_WIDTH:.0f} percentage points"
        shown = reason is None
        rows.append(
            {
                "source_id": source_id,
                "measure_code": measure,
                "region_code": code,
                "region_level": level,
                "period_id": period,
                "sex": "total",
                "age_band": "18+",
                "value": float(mean[position]) if shown else None,
                "lower": float(low[position]) if shown else None,
                "upper": float(high[position]) if shown else None,
                "expected_count": float(mean[position] * population[position] / 100) if shown else None,
                "expected_lower": float(low[position] * population[position] / 100) if shown else None,
                "expected_upper": float(high[position] * population[position] / 100) if shown else None,
                "top_tenth_probability": float(top[position]) if shown else None,
                "denominator": float(population[position]),
                "respondents": int(respondents[position]),
                "value_status": "modelled" if shown else "suppressed",
                "suppression_reason": reason,
                "is_model_estimate": True,
                "method": METHOD,
            }
        )
    return rows


def estimate_areas(
    region: Region, labels: Labels, *, measure: str, source_id: str, period: str, seed: int = 0
) -> pa.Table:
    """Wijk and gemeente estimates of one measure as an Arrow table, ready to come back as a source."""
    posterior = fit_areas(region, seed=seed)
    population = region.population.sum(axis=1)
    respondents = np.bincount(region.wijk, minlength=len(population))
    names = {"measure": measure, "source_id": source_id, "period": period}
    rows = observations(labels.wijk, "wijk", posterior, population, respondents, **names)
    rows += observations(
        labels.gemeente,
        "gemeente",
        gemeente_draws(posterior, region.population, region.gemeente),
        np.bincount(region.gemeente, weights=population).astype(float),
        np.bincount(region.gemeente, weights=respondents).astype(np.int64),
        **names,
    )
    return pa.Table.from_pylist(rows)
