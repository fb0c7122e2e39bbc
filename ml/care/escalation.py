"""The risk of care away from home within 24 months of the intake: its design, its data, and the form of at most twelve fields.

It is trained, examined and gated as the risk model is (`ml.model`, `ml.audit`, `ml.production.promotion`). Sex, origin and district
are strata for the audit and never features.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from datawerkplaats.catalogue.care import care_factors, care_kinds
from ml.base.dataset import Column, Dataset
from ml.base.design import (
    Condition,
    Split,
    TableDesign,
    TableFeature,
    TablePopulation,
    TableSource,
    TableTarget,
    require_events,
)
from ml.base.feature_set import Title
from ml.base.splits import grouped_folds, groups
from ml.care.staged import SOURCE, Cohort
from ml.estimators import QUICK_PENALTIES, AdditiveLogistic, Estimator, Fitted, estimators_for
from ml.estimators.additive import FittedAdditive
from ml.metrics import Interval, auroc, paired_bootstrap
from ml.metrics.resampling import family_counts
from ml.model.run import Run

MODEL, SHORT = "escalation_24m", "escalation_24m_short"
HORIZON_DAYS = 730
MOST_FIELDS = 12
AT_INTAKE = "Asked on one form at the intake, before the two years begin, and not changed afterwards."
LOSS = 0.02  # of AUROC against the full model, at most
AGE = "age"
DRAWS = 30  # resampled families behind the interval of one answer
AT_ONCE = 0.2  # share of the fields that is left out in one round while many are left
_SEED = 20_221_201


def design(fields: tuple[str, ...] = (), *, effort: str = "quick") -> TableDesign:
    """The design of the full model, or of the form with only these fields."""
    features = [
        TableFeature(
            name=one.id, kind="binary" if one.kind == "yes_no" else "ordinal", sign=one.sign, topic=one.topic
        )
        for one in care_factors()
        if not fields or one.id in fields
    ]
    if not fields or AGE in fields:
        features.append(TableFeature(name=AGE, kind="continuous", topic="person"))
    return TableDesign(
        model_id=SHORT if fields else MODEL,
        title=Title(nl="Uithuisplaatsing of residentiële hulp binnen 24 maanden", en="Care away from home within 24 months"),
        synthetic=True,
        source=TableSource(kind="table", file="clienten.csv", key="pseudoniem", family="gezin"),
        population=TablePopulation(where=[Condition(column=AGE, at_least=0, at_most=17)]),
        target=TableTarget(name="escalated_24m", column="escalated_24m", at_least=1, horizon="within 24 months of the intake"),
        features=features,
        strata={"sex": "sex", "origin": "origin", "age_band": "age_band"},
        split=Split(folds=5),
        seed=_SEED,
        subgroups=["sex", "origin", "age_band"],
        allowed_use=Title(
            nl="Om te oefenen aan tafel, met verzonnen voorbeelden. Niet om over iemand te beslissen.",
            en="To practise at the table, with made-up cases. Not to decide about anybody.",
        ),
        effort="full" if effort == "full" else "quick",
        champion="glass_box",  # the page at the table shows what each answer does, and resamples tell how sure it is
        strong_topics={one.topic: AT_INTAKE for one in care_factors() if not fields or one.id in fields},
    )  # fmt: skip


def dataset(cohort: Cohort, fields: tuple[str, ...] = ()) -> Dataset:
    """The clients whose 24 months have passed and who were at home at the intake, with what was known then.

    Raises:
        DataProblem: `too_few_events`.
    """
    away = np.array([one.away for one in care_kinds().kinds])[cohort.step_kind]
    before = np.bincount(cohort.step_client, weights=away & (cohort.step_day < 0), minlength=len(cohort)) > 0
    inside = (cohort.step_day >= 0) & (cohort.step_day < HORIZON_DAYS)
    escalated = np.bincount(cohort.step_client, weights=away & inside, minlength=len(cohort)) > 0
    columns = [
        Column(
            one.id,
            "binary" if one.kind == "yes_no" else "ordinal",
            one.sign,
            one.topic,
            one.id,
            title_nl=one.nl,
            title_en=one.en,
        )
        for one in care_factors()
    ]
    columns.append(Column(AGE, "continuous", 0, "person", AGE, title_nl="Leeftijd", title_en="Age"))
    values = np.column_stack([cohort.answer, cohort.age.astype(np.float32)])
    kept = [i for i, column in enumerate(columns) if not fields or column.name in fields]
    band = np.where(cohort.age <= 11, "0-11", "12-17")
    data = Dataset(
        tuple(columns[i] for i in kept), np.ascontiguousarray(values[:, kept]), escalated.astype(np.float32), cohort.person,
        cohort.family, cohort.year.astype(str), {"sex": cohort.sex, "origin": cohort.origin, "age_band": band},
        np.ones(len(cohort), dtype=np.float32), "escalated_24m", SOURCE, cohort.synthetic, (("clients", len(cohort)),),
    ).take(~before)  # fmt: skip
    require_events(data.events, len(data), subject=MODEL, where="escalated_24m")
    return data


@dataclass(frozen=True)
class Short:
    """The fields that stay, most important first, and what the form loses against the full model."""

    fields: tuple[str, ...]
    path: tuple[tuple[int, float], ...]  # fields left, held-out AUROC


def backward(data: Dataset, most: int = MOST_FIELDS) -> Short:
    """Grouped backward selection: a field leaves with all that it brings, its unknown answers too.

    Every round leaves out the fields whose shuffling costs least on families that the fit has not seen, over five folds; several
    at a time while many are left, then one by one.
    """
    folds = grouped_folds(data, 5, _SEED + 7)
    left: list[str] = list(data.names)
    path = []
    while True:
        part = data.without(tuple(name for name in data.names if name not in left))
        held_out, cost = _costs(part, folds)
        path.append((len(left), held_out))
        ranked = sorted(part.names, key=lambda name: cost[name])
        if len(left) <= most:
            return Short(tuple(ranked[::-1]), tuple(path))
        leaving = max(1, int(len(left) * AT_ONCE)) if len(left) > 1.5 * most else 1
        left = ranked[min(leaving, len(left) - most) :]


def _costs(data: Dataset, folds: NDArray[np.int64]) -> tuple[float, dict[str, float]]:
    """The held-out AUROC, and per field what shuffling it takes from that."""
    total = np.empty(len(data))
    without = np.empty((len(data), len(data.columns)))
    rng = np.random.default_rng([_SEED, len(data.columns)])
    for fold in np.unique(folds):
        held = folds == fold
        model = AdditiveLogistic(monotone=True, penalties=QUICK_PENALTIES).fit(data.take(~held), folds[~held])
        values = data.values[held]
        total[held] = model.slope * model.log_odds(values)
        parts = model.contributions(values)
        without[held] = total[held][:, None] - parts + parts[rng.permutation(len(values))]
    base = auroc(total, data.outcome)
    return round(base, 4), {
        name: base - auroc(without[:, i], data.outcome) for i, name in enumerate(data.names)
    }


def loss(full: Run, short: Run) -> Interval:
    """The AUROC of the full model above that of the form, on the same clients, with its 95 % limits."""
    a, b, outcome = full.held_out[full.choice.model], short.held_out[short.choice.model], full.data.outcome
    return paired_bootstrap(
        lambda w: auroc(a, outcome, w),
        lambda w: auroc(b, outcome, w),
        groups(full.data),
        draws=200,
        seed=_SEED,
    )


def of_form(seed: int) -> dict[str, Estimator]:
    """The models of the form: twelve fields leave time for the search that a quick run of sixty goes without."""
    searched = {
        "logistic_splines": AdditiveLogistic(monotone=False),
        "glass_box": AdditiveLogistic(monotone=True),
    }
    return {**estimators_for("quick", seed), **searched}


def resampled(data: Dataset, glass_box: FittedAdditive, draws: int = DRAWS) -> list[Fitted]:
    """The glass box on resampled families: how far apart they are for one answer is its interval."""
    again = AdditiveLogistic(monotone=True, penalties=glass_box.chosen, slope=glass_box.slope)
    folds = grouped_folds(data, 5, _SEED)
    models: list[Fitted] = []
    for counts in family_counts(groups(data), draws, _SEED + 9):
        rows = np.repeat(np.arange(len(data)), counts.astype(int))
        models.append(again.fit(data.take(rows), folds[rows]))
    return models


def patterns(data: Dataset, least: int = 100, most: int = 12) -> list[dict[str, Any]]:
    """The combinations of two fields after which escalation was seen most, at group level: shares of at least a hundred clients.

    Counts are in tens. A combination is told only where its share is surely above that of either field alone.
    """
    names, outcome = data.names, data.outcome
    marked = {
        name: _marked(data.columns[i], data.values[:, i]) for i, name in enumerate(names) if name != AGE
    }
    found: list[dict[str, Any]] = []
    alone = {name: _share(outcome, here) for name, here in marked.items() if here.sum() >= least}
    strongest = sorted(alone, key=lambda name: -alone[name][0])[:20]
    for i, one in enumerate(strongest):
        for other in strongest[i + 1 :]:
            here = marked[one] & marked[other]
            if here.sum() < least:
                continue
            share, low, _ = _share(outcome, here)
            if low > max(alone[one][0], alone[other][0]):
                found.append(
                    {"fields": [one, other], "share": round(share, 2), "clients": int(here.sum()) // 10 * 10}
                )
    singles = [
        {"fields": [name], "share": round(alone[name][0], 2), "clients": int(marked[name].sum()) // 10 * 10}
        for name in strongest
    ]
    ranked = sorted(found, key=lambda row: -float(row["share"]))[:most]
    return [*singles[:most], *ranked]


def _marked(column: Column, values: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Who has the field in the direction that goes with escalation: yes, or one of the two outer levels."""
    if column.kind == "binary":
        return np.asarray(values == (0 if column.sign < 0 else 1))
    return np.asarray(values <= 1 if column.sign < 0 else values >= 2)


def _share(outcome: NDArray[np.float32], here: NDArray[np.bool_]) -> tuple[float, float, float]:
    """The share with the outcome and its 95 % limits (Wilson)."""
    n, p = int(here.sum()), float(outcome[here].mean())
    z = 1.96
    middle, half = (
        (p + z**2 / (2 * n)) / (1 + z**2 / n),
        z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n),
    )
    return p, float(middle - half), float(middle + half)
