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
from ml.base.risk_models import risk_models
from ml.base.splits import grouped_folds
from ml.estimators import AdditiveLogistic, BoostedTrees
from ml.estimators.additive import FittedAdditive
from ml.estimators.base import Estimator, Fitted
from ml.estimators.boosting import FittedTrees
from ml.model.registry import champion, load
from ml.panel_data.staging import PersonWaves
from ml.production.data_of_design import dataset, design_of
from ml.production.paths import delivery, models_dir
from ml.production.population import Population, cell_of, read_population
from ml.small_area.estimate import MAX_WIDTH, gemeente_draws
from ml.small_area.multilevel import AreaPosterior, fit_areas
from ml.small_area.world import Region

Floats = NDArray[np.float64]

MIN_PEOPLE = 100  # of the age band in the area
PRIOR_PEOPLE = 20.0  # how strongly a wijk's mean risk is pulled towards its gemeente's
FOLDS = 3
REASONS = ("few_inhabitants", "no_participants", "interval_too_wide")
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
    people = dataset(settings, model_id, waves, need_outcome=False)
    design = design_of(settings, model_id)
    seed = design.seed
    region = _region(population, design, people, _cross_fitted(model, people, seed))
    posterior = fit_areas(region, seed=seed)
    inhabitants = region.population.sum(axis=1)
    _, first = np.unique(people.person, return_index=True)  # somebody who took part twice is one participant
    order = {code: i for i, code in enumerate(population.wijken)}
    homes = np.array([order.get(str(code), -1) for code in people.strata["wijk"][first]])
    taking_part = np.bincount(homes[homes >= 0], minlength=len(inhabitants))
    names = {
        "model_id": model_id,
        "run_id": str(manifest["run_id"]),
        "year": design.published.inhabitants.year,
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
    )
    gemeenten = _rows(
        population.gemeenten,
        "gemeente",
        gemeente_draws(posterior, region.population, population.gemeente),
        np.bincount(population.gemeente, weights=inhabitants).astype(float),
        per_gemeente,
        present=per_gemeente > 0,
        names=names,
    )
    return wijken + gemeenten


def _again(model: Fitted, seed: int) -> Estimator:
    """The estimator of a model with everything already chosen."""
    if isinstance(model, FittedAdditive):
        return AdditiveLogistic(monotone=True, penalties=model.chosen, slope=model.slope)
    rounds = int(model.about["rounds"]) if isinstance(model, FittedTrees) else 100
    return BoostedTrees(seed=seed, rounds=rounds)


def _cross_fitted(model: Fitted, people: Dataset, seed: int) -> Floats:
    """Everybody's risk by a model that has not seen their own outcome, also of those who dropped out later."""
    folds, known = grouped_folds(people, FOLDS, seed), ~np.isnan(people.outcome)
    risk = np.empty(len(people))
    for fold in range(FOLDS):
        rows = np.flatnonzero((folds != fold) & known)
        risk[folds == fold] = (
            _again(model, seed).fit(people.take(rows), folds[rows]).predict(people.values[folds == fold])
        )
    return risk


def _region(population: Population, design: RiskModel, people: Dataset, risk: Floats) -> Region:
    """Participants in their wijken, with the model's mean risk as a characteristic of the wijk beside its composition."""
    order = {code: i for i, code in enumerate(population.wijken)}
    wijk = np.array([order.get(str(code), -1) for code in people.strata["wijk"]])
    here = wijk >= 0
    n, count = len(population.wijken), np.bincount(wijk[here], minlength=len(population.wijken))
    total = np.bincount(wijk[here], weights=risk[here], minlength=n)
    per_gemeente = np.bincount(population.gemeente, weights=total) / np.maximum(
        np.bincount(population.gemeente, weights=count), 1
    )
    centre = np.where(per_gemeente > 0, per_gemeente, float(risk.mean()))[population.gemeente]
    mean_risk = (total + PRIOR_PEOPLE * centre) / (count + PRIOR_PEOPLE)
    answered = here & ~np.isnan(people.outcome)
    return Region(
        population=np.maximum(population.cells(*design.population.age), 1e-6),
        covariates=np.column_stack([100 * mean_risk, population.covariates]),
        gemeente=population.gemeente,
        neighbours=population.neighbours,
        wijk=wijk[answered],
        cell=cell_of({name: values[answered] for name, values in people.strata.items()}),
        answer=people.outcome[answered].astype(np.float64),
        weight=np.ones(int(answered.sum())),
        truth=np.full(n, np.nan),
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
) -> list[AreaRisk]:
    mean, low, high = posterior.interval(0.90)
    _, wide_low, wide_high = posterior.interval(0.95)
    top = posterior.top_probability()
    rows = []
    for i, code in enumerate(codes):
        people = float(inhabitants[i])
        reason = (
            "few_inhabitants"
            if people < MIN_PEOPLE
            else "no_participants"
            if not present[i]
            else "interval_too_wide"
            if high[i] - low[i] > MAX_WIDTH
            else None
        )
        figures = [mean[i], low[i], high[i], wide_low[i], wide_high[i]]
        counts = [value * people / 100 for value in figures[:3]]
        shown: dict[str, Any] = {
            field: round(float(value), 3) if reason is None else None
            for field, value in zip(FIGURES, [*figures, *counts, top[i]], strict=True)
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
