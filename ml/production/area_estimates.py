"""From released models to areas: the expected share of onset per wijk and gemeente, with intervals, or silence where it is thin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from datawerkplaats.base.files import written
from datawerkplaats.base.settings import Settings
from ml.base.dataset import Dataset
from ml.base.design import RiskModel
from ml.base.problems import DataProblem
from ml.base.risk_models import risk_models
from ml.base.splits import grouped_folds, groups
from ml.estimators import estimators_for
from ml.estimators.base import Estimator, Fitted
from ml.model.registry import artefact_of, champion, load
from ml.panel_data.staging import PersonWaves
from ml.production.data_of_design import dataset, design_of
from ml.production.paths import delivery, models_dir
from ml.production.population import Population, cell_of, read_population
from ml.small_area.deliver import NO_DIFFERENCES, RIVAL_BETTER, deliver, selective_band, weighted_total
from ml.small_area.estimate import MAX_WIDTH, gemeente_draws
from ml.small_area.multilevel import AreaPosterior
from ml.small_area.world import Region, Risks

Floats = NDArray[np.float64]

MIN_PEOPLE = 100  # of the age band in the area
FOLDS = 3
NOBODY = 1e-9  # a wijk without people of this age still has a composition, and is never shown
REASONS = ("few_inhabitants", "no_participants", "interval_too_wide", NO_DIFFERENCES, RIVAL_BETTER)
MARGINS = {"MW00000": "value", "MOG0095": "lower_95", "MBG0095": "upper_95"}


FIGURES = (
    "value",
    "lower_90",
    "upper_90",
    "lower_95",
    "upper_95",
    "expected",
    "expected_lower",
    "expected_upper",
    "top_tenth",
    "band_lower",
    "band_upper",
)


@dataclass(frozen=True)
class AreaRisk:
    """One model's estimate for one area, as it is published; without a value there is a reason."""

    model_id: str
    run_id: str
    region_code: str
    region_level: str
    year: int
    value: float | None
    lower_90: float | None
    upper_90: float | None
    lower_95: float | None
    upper_95: float | None
    expected: float | None
    expected_lower: float | None
    expected_upper: float | None
    top_tenth: float | None
    people: int
    participants: int
    reason: str | None
    band_lower: float | None = None  # the 90 % limits, also if people who fall ill answer less or more often
    band_upper: float | None = None
    expected_error: float | None = None  # of the whole map of this level's model, in points
    artefact_sha256: str = ""  # of the model that scored


def score(settings: Settings, waves: PersonWaves) -> list[AreaRisk]:
    """The estimates of every released model.

    Raises:
        DataProblem: If the population or the panel is not right.
    """
    populations: dict[tuple[str, str], Population] = {}
    rows = []
    for model_id, model in risk_models(settings.catalogue_dir).items():
        whose = (model.published.inhabitants.source, model.published.inhabitants.boundaries)
        if whose not in populations:
            populations[whose] = read_population(settings, *whose)
        rows += score_model(settings, model_id, waves, populations[whose])
    return rows


def score_model(
    settings: Settings, model_id: str, waves: PersonWaves, population: Population
) -> list[AreaRisk]:
    """The estimates of one model; none while no run of it has been released."""
    folder = models_dir(settings)
    pointer = champion(folder, model_id)
    if pointer is None:
        return []
    model, manifest = load(folder / model_id / pointer["run_id"])
    if pointer.get("artefact_sha256", artefact_of(manifest)) != artefact_of(manifest):
        raise DataProblem(
            "model_damaged",
            subject=f"{model_id}/{pointer['run_id']}",
            expected="the model that was released",
            remedy="release the run again; the areas that were delivered stay",
        )
    people = dataset(settings, model_id, waves, need_outcome=False)
    design = design_of(settings, model_id)
    seed = design.seed
    estimator = estimators_for(design.effort, seed)[str(manifest["put_forward"])]
    region = _region(population, design, people, _own_risk(model, estimator, people, seed))
    made = deliver(region, seed=seed, total=weighted_total(region))
    posterior = made.posterior
    inhabitants = region.population.sum(axis=1)
    _, first = np.unique(people.person, return_index=True)  # somebody who took part twice is one participant
    order = {code: i for i, code in enumerate(population.wijken)}
    homes = np.array([order.get(str(code), -1) for code in people.strata["wijk"][first]])
    taking_part = np.bincount(homes[homes >= 0], minlength=len(inhabitants))
    names = {
        "model_id": model_id,
        "run_id": str(manifest["run_id"]),
        "year": design.published.inhabitants.year,
        "expected_error": round(made.expected_error["delivered"], 3),
        "artefact_sha256": artefact_of(manifest),
    }
    per_gemeente = np.bincount(population.gemeente, weights=taking_part).astype(np.int64)
    wijken = _rows(
        population.wijken,
        "wijk",
        posterior,
        inhabitants,
        taking_part,
        present=per_gemeente[population.gemeente] > 0,
        names=names,
        withheld=made.withheld,
    )
    gemeenten = _rows(
        population.gemeenten,
        "gemeente",
        gemeente_draws(posterior, region.population, population.gemeente),
        np.bincount(population.gemeente, weights=inhabitants).astype(float),
        per_gemeente,
        present=per_gemeente > 0,
        names=names,
        withheld=made.withheld,
    )
    return wijken + gemeenten


def _own_risk(model: Fitted, estimator: Estimator, people: Dataset, seed: int) -> Floats:
    """Everybody's risk by a model that has not seen their own outcome: the champion, or for whoever taught it the champion's own
    estimator on the other folds.
    """
    risk = model.predict(people.values)
    folds, known = grouped_folds(people, FOLDS, seed), ~np.isnan(people.outcome)
    for fold in range(FOLDS):
        rows, own = np.flatnonzero((folds != fold) & known), (folds == fold) & known
        risk[own] = estimator.fit(people.take(rows), folds[rows]).predict(people.values[own])
    return risk


def _region(population: Population, design: RiskModel, people: Dataset, risk: Floats) -> Region:
    """Participants in their wijken, with their weights, their families and the risk that a model gives each of them."""
    order = {code: i for i, code in enumerate(population.wijken)}
    wijk = np.array([order.get(str(code), -1) for code in people.strata["wijk"]])
    cell, family = cell_of(people.strata), groups(people)
    here = np.flatnonzero(wijk >= 0)
    answered = here[~np.isnan(people.outcome[here])]
    return Region(
        population=np.maximum(population.cells(*design.population.age), NOBODY),
        covariates=population.covariates,
        gemeente=population.gemeente,
        neighbours=population.neighbours,
        wijk=wijk[answered],
        cell=cell[answered],
        answer=people.outcome[answered].astype(np.float64),
        weight=people.weight[answered].astype(np.float64),
        truth=np.full(len(population.wijken), np.nan),
        cluster=family[answered],
        risks=Risks(wijk[here], cell[here], risk[here], family[here], np.searchsorted(here, answered)),
    )


def _rows(
    codes: list[str],
    level: str,
    posterior: AreaPosterior,
    inhabitants: Floats,
    participants: NDArray[np.int64],
    *,
    present: NDArray[np.bool_],
    names: dict[str, Any],
    withheld: str = "",
) -> list[AreaRisk]:
    mean, low, high = posterior.interval(0.90)
    _, wide_low, wide_high = posterior.interval(0.95)
    top = posterior.top_probability()
    band_low, band_high = selective_band(low, high)
    rows = []
    for i, code in enumerate(codes):
        people = float(inhabitants[i])
        reason = (
            "few_inhabitants"
            if people < MIN_PEOPLE
            else "no_participants"
            if not present[i]
            else withheld
            if withheld
            else "interval_too_wide"
            if high[i] - low[i] > MAX_WIDTH
            else None
        )
        figures = [mean[i], low[i], high[i], wide_low[i], wide_high[i]]
        counts = [value * people / 100 for value in figures[:3]]
        shown: dict[str, Any] = {
            field: round(float(value), 3) if reason is None else None
            for field, value in zip(
                FIGURES, [*figures, *counts, top[i], band_low[i], band_high[i]], strict=True
            )
        }
        rows.append(
            AreaRisk(
                **names,
                region_code=code,
                region_level=level,
                **shown,
                people=round(people),
                participants=int(participants[i]),
                reason=reason,
            )
        )
    return rows


def write_delivery(settings: Settings, rows: list[AreaRisk]) -> None:
    """The estimates as the file that the house loads as a source: one row per area and margin, a column per model."""
    path = delivery(settings)
    if not rows:
        path.unlink(missing_ok=True)
        return
    measures = {
        model_id: model.published.measure for model_id, model in risk_models(settings.catalogue_dir).items()
    }
    columns = list(measures.values())
    cells: dict[tuple[str, int, str], dict[str, Any]] = {}
    for row in rows:
        for margin, field in MARGINS.items():
            cell = cells.setdefault((row.region_code, row.year, margin), dict.fromkeys(columns))
            cell[measures[row.model_id]] = getattr(row, field)
    runs = ",".join(sorted({row.run_id for row in rows}))
    table = [
        {"region_code": code, "period_code": f"{year}JJ00", "margin_code": margin, "runs": runs, **cell}
        for (code, year, margin), cell in sorted(cells.items(), key=lambda item: item[0])
    ]
    kinds = [(name, pa.string()) for name in ("region_code", "period_code", "margin_code", "runs")]
    schema = pa.schema([*kinds, *((name, pa.float64()) for name in columns)])
    with written(path) as unfinished:
        pq.write_table(pa.Table.from_pylist(table, schema=schema), unfinished)
