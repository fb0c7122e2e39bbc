"""The panel as files in the shape of Lifelines, and the answer file in a folder of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from datawerkplaats.base.files import write_text, written
from ml.panel.draw import NOT_ASKED, WAVE_YEAR, WAVES, Panel, Wave
from ml.panel.items import BLOCKS, ITEMS
from ml.panel.optimum import observed_probability
from ml.panel.risk import weighted_auroc
from ml.panel.world import TARGETS

LABEL = "SYNTHETIC: made by a program; no row describes a real person. Not the Lifelines cohort, only its file shape."
# Questionnaire variants: who fills them in, and the subject part of a variable's name.
VARIANTS = {1: "adu", 2: "ach", 3: "chi"}
INFORMANT_OF_VARIANT = {1: 2, 2: 1, 3: 0}
ORIGINS = ("netherlands", "europe", "outside_europe")
REVERSED = {"worry_pastmonth": "3A"}  # the wave in which the list was printed in the opposite order
MINI_SENSITIVITY, MINI_FALSE_POSITIVE = 0.75, 0.02
OPTIMUM_ROWS = 5_000

Codes = NDArray[np.integer]


def pseudonyms(panel: Panel) -> NDArray[np.str_]:
    """Project-bound pseudonyms; multiplying by an odd number permutes 32-bit numbers, so they are unique."""
    start = (panel.world.dials.seed * 1_000_003 + panel.seed) & 0xFFFFFFFF
    numbers = (np.arange(len(panel.people.age), dtype=np.uint64) * 2_654_435_761 + start) & 0xFFFFFFFF
    return np.array([f"SYN{value:08X}" for value in numbers])


def _text(values: NDArray[np.floating], missing: NDArray[np.int8], label: Callable[[float], str]) -> pa.Array:
    """Answers as text; a missing one is its code (`$4` to `$7`)."""
    levels, position = np.unique(values, return_inverse=True)
    labels = [label(float(value)) for value in levels] + ["$4", "$5", "$6", "$7"]
    index = np.where(missing == 0, position, len(levels) + missing.astype(np.int64) - 4).astype(np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(index), pa.array(labels)).cast(pa.string())


def _labeller(column: int, wave: int, categories: int) -> Callable[[float], str]:
    item = ITEMS[column]
    keyword = BLOCKS[item.block].keyword
    if item.kind == "continuous":
        return lambda value: f"{value:.1f}"
    if item.kind == "count":
        return lambda value: f"{value:.0f}"
    if item.kind == "binary":
        # The first wave wrote 1 = yes and 2 = no, the later ones 1 = yes and 0 = no.
        return lambda value: "1" if value else ("2" if wave == 0 else "0")
    if REVERSED.get(keyword) == WAVES[wave]:
        return lambda value: f"{categories - value:.0f}"
    return lambda value: f"{value + 1:.0f}"


def _categories(column: int, wave: int) -> int:
    from ml.panel.draw import wave_cuts

    return len(wave_cuts(column, wave)) + 1


def _outcomes(
    panel: Panel, wave: Wave, rows: NDArray[np.int64], subject: str
) -> dict[str, NDArray[np.int64]]:
    """What the wave itself reports on complaints: legal as outcome, a leak as feature of the same interval."""
    rng = np.random.default_rng([panel.world.dials.seed, 3, panel.seed, wave.number])
    chance = rng.random((4, len(panel.people.age)))[:, rows]
    anxiety = wave.status["anxiety_complaints"][rows]
    columns = {f"{target}_{subject}_c_1": wave.status[target][rows].astype(np.int64) for target in TARGETS}
    mini = np.where(anxiety, chance[0] < MINI_SENSITIVITY, chance[0] < MINI_FALSE_POSITIVE)
    columns[f"mini_anxiety_diagnosis_{subject}_c_1"] = mini.astype(np.int64)
    columns[f"anxiety_medication_{subject}_q_1"] = np.where(
        anxiety, chance[1] < 0.35, chance[1] < 0.01
    ).astype(np.int64)
    columns[f"care_contacts_{subject}_q_1"] = np.floor(
        -np.log(chance[2]) * np.where(anxiety, 3.0, 0.6)
    ).astype(np.int64)
    if wave.number:
        began = wave.started["anxiety_complaints"][rows]
        columns[f"anxiety_startedsince_{subject}_q_1"] = np.where(
            began, chance[3] < 0.8, chance[3] < 0.03
        ).astype(np.int64)
    return columns


def _write_csv(path: Path, columns: dict[str, object]) -> None:
    table = pa.table(columns)
    with written(path) as unfinished:
        pacsv.write_csv(table, unfinished, pacsv.WriteOptions(quoting_style="needed"))


def write_wave(panel: Panel, number: int, folder: Path, ids: NDArray[np.str_]) -> None:
    """Three questionnaire variants of one wave: results, variables and enumerations."""
    wave = panel.waves[number]
    for variant, subject in VARIANTS.items():
        rows = np.flatnonzero(wave.present & (wave.informant == INFORMANT_OF_VARIANT[variant]))
        if not len(rows):
            continue
        stem = f"{WAVES[number].lower()}_q_{variant}"
        results: dict[str, object] = {
            "project_pseudo_id": ids[rows],
            "variant_id": np.full(len(rows), variant),
            "date": np.full(len(rows), f"{WAVE_YEAR[number]}-06"),
            "age": np.floor(wave.age[rows]).astype(np.int64),
            "gender": np.where(panel.people.women[rows], "FEMALE", "MALE"),
        }
        variables: list[tuple[str, str]] = []
        enumerations: list[tuple[str, str]] = []
        for column, item in enumerate(ITEMS):
            if (wave.missing[rows, column] == NOT_ASKED).all():
                continue
            keyword, position = item.name.rsplit("_", 1)
            name = f"{keyword}_{subject}_q_{position}"
            categories = 0 if item.kind in ("continuous", "count") else _categories(column, number)
            label = _labeller(column, number, categories)
            results[name] = _text(wave.answer[rows, column], wave.missing[rows, column], label)
            variables.append((name, item.kind))
            enumerations += [(name, label(float(value))) for value in range(categories)]
        for name, values in _outcomes(panel, wave, rows, subject).items():
            results[name] = values
            variables.append((name, "count" if name.startswith("care") else "binary"))
            enumerations += [] if name.startswith("care") else [(name, "0"), (name, "1")]
        _write_csv(folder / f"{stem}_results.csv", results)
        _write_csv(
            folder / f"{stem}_variables.csv",
            dict(zip(("variable_name", "type"), zip(*variables, strict=True), strict=True)),
        )
        _write_csv(
            folder / f"{stem}_enumerations.csv",
            dict(zip(("variable_name", "enumeration_code"), zip(*enumerations, strict=True), strict=True)),
        )


def write_panel(panel: Panel, folder: Path, answers: Path | None = None) -> None:
    """Everything a user of the panel gets in `folder`; the truth in `answers`, when asked for.

    Raises:
        ValueError: If the answers would lie inside the panel's folder, where training could read them.
    """
    if answers is not None and (answers == folder or folder in answers.parents):
        raise ValueError("the answer file must not lie in the folder that training reads")
    folder.mkdir(parents=True, exist_ok=True)
    people, areas, ids = panel.people, panel.world.areas, pseudonyms(panel)
    write_text(folder / "LABEL.txt", f"{LABEL}\n")
    _write_csv(
        folder / "global_summary.csv",
        {
            "project_pseudo_id": ids,
            "family_pseudo_id": np.array([f"SYNF{f:07d}" for f in people.family]),
            "generation": people.generation,
            "origin": np.array(ORIGINS)[people.origin],
            "province_code": areas.province_code[people.wijk],
            "gemeente_code": areas.gemeente_code[people.wijk],
            "wijk_code": areas.wijk_code[people.wijk],
            "urbanity": areas.urbanity[people.wijk],
        },
    )
    for number in range(len(panel.waves)):
        write_wave(panel, number, folder, ids)
    if answers is not None:
        write_answers(panel, answers, ids)


def write_answers(panel: Panel, folder: Path, ids: NDArray[np.str_]) -> None:
    """The truth: everyone's risk per wave and target, the optimum and the dials. Training never reads this."""
    folder.mkdir(parents=True, exist_ok=True)
    parts, optima = [], []
    for wave in panel.waves:
        for target in TARGETS:
            risk, free = wave.probability[target], wave.at_risk[target]
            parts.append(
                pa.table(
                    {
                        "project_pseudo_id": ids,
                        "wave": np.full(len(ids), WAVES[wave.number]),
                        "target": np.full(len(ids), target),
                        "at_risk": free,
                        "probability": risk,
                    }
                )
            )
            rows = np.flatnonzero(free & wave.present)[:OPTIMUM_ROWS]
            seen = observed_probability(panel, wave.number, rows, target)
            optima.append(
                {
                    "wave": WAVES[wave.number], "target": target, "people": int(free.sum()),
                    "incidence": float(risk[free].mean()), "optimum_full": weighted_auroc(risk[free], risk[free]),
                    "optimum_observed": weighted_auroc(seen, risk[rows]), "optimum_observed_rows": len(rows),
                }
            )  # fmt: skip
    with written(folder / "truth.parquet") as unfinished:
        pq.write_table(pa.concat_tables(parts), unfinished)
    report = {"label": LABEL, "dials": asdict(panel.world.dials), "panel_seed": panel.seed, "optima": optima}
    write_text(folder / "optimum.json", json.dumps(report, indent=2))
