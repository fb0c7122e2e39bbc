"""Person-wave features of a cohort design: what was known at the index wave, and the outcome at the next one."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml.base.dataset import Column, Dataset
from ml.base.design import CohortDesign, require_events
from ml.base.feature_set import FeatureSet
from ml.base.problems import DataProblem
from ml.panel_data.history import completed
from ml.panel_data.staging import PersonWaves

AGE_BANDS = ((0, 3), (4, 11), (12, 17), (18, 23), (24, 29))
EDUCATION = ("high", "high", "middle", "low", "low")


@dataclass(frozen=True)
class _Wanted:
    name: str
    lag: int
    column: Column


def wanted_columns(design: CohortDesign, features: FeatureSet) -> list[_Wanted]:
    """The features a design asks for, each with the wave it comes from.

    Raises:
        DataProblem: If a feature is unknown, or lies after the index wave.
    """
    known, subject = known_columns(features), f"{design.model_id}.yml"

    def names_of(entry: str, where: str) -> list[str]:
        return _names_of(entry, known, features, subject=subject, where=f"features.{where}")

    excluded = {n for entry in design.features.exclude for n in names_of(entry, "exclude")}
    chosen = dict.fromkeys(
        n for entry in design.features.include for n in names_of(entry, "include") if n not in excluded
    )
    lags = dict.fromkeys(chosen, design.features.lag_waves)
    for entry, lag in design.features.lags.items():
        lags.update(dict.fromkeys([n for n in names_of(entry, "lags") if n in chosen], lag))
    for entry, wave in design.features.waves.items():
        lag = _lag_to(wave, design, features, where=f"features.waves.{entry}")
        lags.update(dict.fromkeys([n for n in names_of(entry, "waves") if n in chosen], lag))
    for name, lag in lags.items():
        if lag < 0:
            raise DataProblem(
                "feature_from_the_future",
                subject=subject,
                where=f"features.lags.{name}",
                found=f"{-lag} wave(s) after the index wave",
                expected="the index wave or earlier (a lag of 0 or more)",
                remedy="set the lag to 0 or more",
            )
    return [_Wanted(name, lags[name], _lagged(known[name], lags[name])) for name in chosen]


def known_columns(features: FeatureSet) -> dict[str, Column]:
    """Every feature that a feature set has, by name: its questions, its statuses, and the person's age and sex."""
    known = [
        Column(
            f"{block.name}_{number}",
            block.kind,
            block.sign,
            block.topic,
            f"{block.name}_{number}",
            title_nl=f"{block.title.nl} {number}",
            title_en=f"{block.title.en} {number}",
        )
        for block in features.blocks
        for number in range(1, block.count + 1)
    ]
    known += [
        Column(
            status.name,
            "count" if status.counted else "binary",
            0,
            "status",
            status.name,
            0,
            status.role,
            status.of,
            title_nl=status.title.nl,
            title_en=status.title.en,
        )
        for status in features.statuses
    ]
    known.append(Column("age", "continuous", 0, "person", "age", title_nl="leeftijd", title_en="age"))
    known.append(Column("sex_women", "binary", 0, "person", "gender", title_nl="vrouw", title_en="woman"))
    return {column.name: column for column in known}


def _names_of(
    entry: str, known: dict[str, Column], features: FeatureSet, *, subject: str, where: str
) -> list[str]:
    """The features that an entry of a design stands for: everything, a block of questions, or one."""
    if entry == "*":
        return list(known)
    count = next((block.count for block in features.blocks if block.name == entry), 0)
    if count:
        return [f"{entry}_{number}" for number in range(1, count + 1)]
    if entry in known:
        return [entry]
    raise DataProblem(
        "unknown_feature",
        subject=subject,
        where=where,
        found=entry,
        expected=f"a block or question of {features.feature_set}",
        remedy="correct the name",
    )


def _lag_to(wave: str, design: CohortDesign, features: FeatureSet, *, where: str) -> int:
    """How many waves before the last index wave a named wave lies; never after any of them."""
    lag = 0
    for index in design.population.index_waves:
        lag = features.waves.index(index) - features.waves.index(wave) if wave in features.waves else -1
        if lag < 0:
            raise DataProblem(
                "feature_from_the_future",
                subject=f"{design.model_id}.yml",
                where=where,
                found=f"wave {wave} for index wave {index}",
                expected=f"wave {index} or earlier",
                remedy="name an earlier wave, or take the index wave out of the population",
            )
    return lag


def _lagged(column: Column, lag: int) -> Column:
    return column if lag == 0 else replace(column, name=f"{column.name}_lag{lag}", wave_offset=-lag)


def _row_of(waves: PersonWaves, n_waves: int) -> NDArray[np.int64]:
    """Row of each person x wave, -1 where the person did not take part."""
    row_of = np.full((len(next(iter(waves.summary.values()))), n_waves), -1, dtype=np.int64)
    row_of[waves.person, waves.wave] = np.arange(len(waves.wave))
    return row_of


def age_band(age: NDArray[np.floating]) -> NDArray[np.str_]:
    """The age band of each age, as used for strata."""
    labels = np.full(len(age), "30+", dtype="<U5")
    for low, high in AGE_BANDS:
        labels[(age >= low) & (age <= high)] = f"{low}-{high}"
    return labels


def build_dataset(
    design: CohortDesign, features: FeatureSet, waves: PersonWaves, *, need_outcome: bool = True
) -> Dataset:
    """The dataset of a design: one row per person free of the complaint at an index wave.

    Args:
        design: The checked design.
        features: The feature set of the cohort.
        waves: The staged cohort.
        need_outcome: Leave out rows whose outcome is not known (for training); scoring keeps them.

    Raises:
        DataProblem: If the design asks for something the cohort does not have, or has too few events.
    """
    subject = f"{design.model_id}.yml"
    for wave in design.population.index_waves:
        if wave not in features.waves or features.waves.index(wave) + design.target.horizon_waves >= len(
            features.waves
        ):
            raise DataProblem(
                "design_field",
                subject=subject,
                where=f"population.index_waves: {wave}",
                expected="a wave that has an outcome wave after it",
                remedy="leave the wave out or shorten the horizon",
            )
    for name, where in (
        (design.population.free_of, "population.free_of"),
        (design.target.name, "target.name"),
    ):
        if name not in waves.status:
            raise DataProblem(
                "unknown_feature",
                subject=subject,
                where=where,
                found=name,
                expected=", ".join(waves.status),
                remedy="correct the name",
            )
    columns = wanted_columns(design, features)
    row_of = _row_of(waves, len(features.waves))
    index = np.isin(waves.wave, [features.waves.index(w) for w in design.population.index_waves])
    low, high = design.population.age
    in_age = index & (waves.age >= low) & (waves.age <= high)
    free = in_age & (waves.status[design.population.free_of] == 0)
    share = (~np.isnan(waves.values)).mean(axis=1)
    enough = free & (1 - share <= design.target.max_missing_share)
    rows = np.flatnonzero(enough)
    later = row_of[waves.person[rows], waves.wave[rows] + design.target.horizon_waves]
    status = waves.status[design.target.name]
    outcome = np.where(later >= 0, status[later], np.nan).astype(np.float32)
    flow = [
        ("person-waves at an index wave", int(index.sum())),
        (f"aged {low}-{high}", int(in_age.sum())),
        (f"free of {design.population.free_of}", int(free.sum())),
        ("enough answers", len(rows)),
        ("outcome known", int((~np.isnan(outcome)).sum())),
    ]
    if need_outcome:
        keep = ~np.isnan(outcome)
        rows, outcome = rows[keep], outcome[keep]
        require_events(int(outcome.sum()), len(rows), subject=subject, where=f"target.{design.target.name}")
    values = np.empty((len(rows), len(columns)), dtype=np.float32)
    names = {name: i for i, name in enumerate(waves.names)}
    for number, want in enumerate(columns):
        source = (
            rows if want.lag == 0 else row_of[waves.person[rows], np.maximum(waves.wave[rows] - want.lag, 0)]
        )
        if want.lag:
            source = np.where(waves.wave[rows] - want.lag < 0, -1, source)
        carried = design.features.carry_forward and want.lag == 0 and want.name in names
        held = (completed(waves, row_of, names[want.name]) if carried else _source(waves, names, want.name))[
            source
        ]
        values[:, number] = np.where(source < 0, np.nan, held)
    person, summary = waves.person[rows], waves.summary
    education = (
        waves.values[rows, names["education_level_1"]]
        if "education_level_1" in names
        else np.full(len(rows), np.nan)
    )
    known = ~np.isnan(education)
    level = np.full(len(rows), "unknown", dtype="<U8")
    level[known] = np.array(EDUCATION)[education[known].astype(int)]
    strata = {
        "sex": np.where(waves.women[rows], "women", "men"),
        "age_band": age_band(waves.age[rows]),
        "education": level,
        "origin": summary["origin"][person],
        "province": summary["province_code"][person],
        "gemeente": summary["gemeente_code"][person],
        "wijk": summary["wijk_code"][person],
        "urbanity": summary["urbanity"][person],
        "informant": waves.subject[rows],
    }
    return Dataset(
        tuple(want.column for want in columns),
        values,
        outcome,
        summary[features.key][person],
        summary[features.family][person],
        np.array(features.waves)[waves.wave[rows]],
        strata,
        np.ones(len(rows), dtype=np.float32),
        design.target.name,
        design.source.feature_set,
        design.synthetic,
        tuple(flow),
    )


def _source(waves: PersonWaves, names: dict[str, int], name: str) -> NDArray[np.float32]:
    if name == "age":
        return waves.age
    if name == "sex_women":
        return waves.women.astype(np.float32)
    if name in names:
        return waves.values[:, names[name]]
    return waves.status[name]
