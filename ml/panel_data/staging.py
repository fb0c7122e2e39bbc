"""The wave files of a cohort read where there is no warehouse: the same panel as dbt stages, without DuckDB.

Synthetic worlds and single runs come by the thousand and are read here; the house reads what `dbt_project/panel` has staged
(`ml.production.staged`). A contract test holds the two to the same values.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
from numpy.typing import NDArray

from ml.base.feature_set import FeatureSet
from ml.base.recode import recode
from ml.panel_data.refusals import refusal
from ml.panel_data.wave_files import Question, WaveFile, delivered_path, questions, wave_files

Singles = NDArray[np.float32]
# Digits beside those of the missing codes: a question that was not put to these people, and an empty cell.
NOT_ASKED, EMPTY = 6, 9


@dataclass(frozen=True)
class PersonWaves:
    """One row per person and wave, on the common scale; `missing` holds the digit of the missing code, 0 if answered."""

    names: tuple[str, ...]
    person: NDArray[np.int64]  # row of the summary
    wave: NDArray[np.int64]
    age: Singles
    women: NDArray[np.bool_]
    subject: NDArray[np.str_]
    values: Singles
    missing: NDArray[np.int8]
    status: dict[str, Singles]
    summary: dict[str, NDArray[np.str_]]


def _read_text(path: Path, header: tuple[str, ...] | None = None) -> pa.Table:
    """A file with every cell as text."""
    real = delivered_path(path)
    if not real.exists():
        raise refusal("no_file", path.name)
    try:
        names = header or pacsv.open_csv(real).schema.names
        types = dict.fromkeys(names, pa.string())
        return pacsv.read_csv(
            real, convert_options=pacsv.ConvertOptions(column_types=types, strings_can_be_null=False)
        )
    except pa.ArrowInvalid as error:
        raise refusal("unreadable", path.name, found=str(error).splitlines()[0]) from error


def _decoded(
    column: pa.ChunkedArray,
    missing_codes: list[str],
    to_number: dict[str, float] | None,
    *,
    file: str,
    variable: str,
) -> tuple[Singles, NDArray[np.int8]]:
    """Values (nan where missing) and the digit of each missing code."""
    encoded = column.combine_chunks().dictionary_encode()
    labels = encoded.dictionary.to_pylist()
    numbers, digits = np.full(len(labels), np.nan, dtype=np.float32), np.zeros(len(labels), dtype=np.int8)
    for position, label in enumerate(labels):
        if label in missing_codes:
            digits[position] = int(label[1:])
        elif label == "":
            digits[position] = EMPTY
        elif to_number is not None:
            if label not in to_number:
                raise refusal(
                    "unknown_code", file, where=variable, found=label, expected=", ".join(to_number)
                )
            numbers[position] = to_number[label]
        else:
            numbers[position] = _number(label)
            if math.isnan(numbers[position]):
                raise refusal("no_number", file, where=variable, found=label)
    index = encoded.indices.to_numpy(zero_copy_only=False)
    return numbers[index], digits[index]


def _number(label: str) -> float:
    """The finite number that a text stands for, nan if it is none."""
    try:
        value = float(label)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def _enumerations(path: Path) -> dict[str, list[str]]:
    table = _read_text(path)
    names, codes = (table.column(name).to_pylist() for name in ("variable_name", "enumeration_code"))
    out: dict[str, list[str]] = {}
    for name, code in zip(names, codes, strict=True):
        out.setdefault(name, []).append(code)
    return out


def _scale(
    question: Question, mapping: dict[str, str], codes: list[str], *, file: WaveFile, variable: str
) -> dict[str, float]:
    """What each code of this wave means on the common scale, counted from zero."""
    if not codes:
        raise refusal(
            "no_enumeration", file.enumerations.name, where=variable, expected=", ".join(question.codes)
        )
    common = recode(codes, mapping, subject=file.results.name, where=variable)
    for code, label in zip(codes, common, strict=True):
        if label not in question.codes:
            raise refusal(
                "off_scale",
                file.results.name,
                where=variable,
                found=code,
                expected=", ".join(question.codes),
            )
    return {code: float(question.codes.index(label)) for code, label in zip(codes, common, strict=True)}


def _read_file(file: WaveFile, features: FeatureSet, people: dict[str, int]) -> dict[str, Any]:
    """What one questionnaire of one wave holds."""
    table, name = _read_text(file.results, file.header), file.results.name
    if table.num_rows == 0:
        raise refusal("no_rows", name)
    keys = table.column(features.key).to_pylist()
    if len(set(keys)) != len(keys):
        first: dict[str, int] = {}
        double = next(i for i, key in enumerate(keys) if first.setdefault(key, i) != i)
        raise refusal("double_person", name, where=f"row {double + 2}")
    unknown = next((i for i, key in enumerate(keys) if key not in people), None)
    if unknown is not None:
        raise refusal("stranger", name, where=f"row {unknown + 2}, {features.key}", expected=features.summary)
    enumerations, recodings = (
        _enumerations(file.enumerations),
        {block.name: block.recode for block in features.blocks},
    )
    n = len(keys)
    values: dict[str, Singles] = {}
    missing: dict[str, NDArray[np.int8]] = {}
    for question in questions(features):
        variable = file.variables.get(question.name)
        if variable is None:
            values[question.name] = np.full(n, np.nan, dtype=np.float32)
            missing[question.name] = np.full(n, NOT_ASKED, dtype=np.int8)
            continue
        scale = None
        if question.role == "question" and question.is_coded:
            mapping = recodings[question.block].get(file.wave, {})
            scale = _scale(question, mapping, enumerations.get(variable, []), file=file, variable=variable)
        elif question.is_coded:
            scale = {code: float(position) for position, code in enumerate(question.codes)}
        values[question.name], missing[question.name] = _decoded(
            table.column(variable), features.missing_codes, scale, file=name, variable=variable
        )
    return {
        "person": np.array([people[key] for key in keys]),
        "wave": np.full(n, file.wave_number),
        "subject": np.full(n, file.subject),
        "values": values,
        "missing": missing,
    }


def read_panel(folder: Path, features: FeatureSet) -> PersonWaves:
    """Every wave and questionnaire variant in a folder, checked against the feature set.

    Raises:
        DataProblem: If a file, column or code is not as declared.
    """
    files = wave_files(folder, features)
    table = _read_text(folder / features.summary)
    keys = table.column(features.key).to_pylist()
    people = {key: i for i, key in enumerate(keys)}
    if len(people) != len(keys):
        raise refusal("double_person", features.summary)
    summary = {name: np.array(table.column(name).to_pylist()) for name in table.column_names}
    parts = [_read_file(file, features, people) for file in files]

    def joined(name: str) -> NDArray[Any]:
        return np.concatenate([part[name] for part in parts])

    def column(kind: str, name: str) -> NDArray[Any]:
        return np.concatenate([part[kind][name] for part in parts])

    names = tuple(q.name for q in questions(features) if q.role == "question")
    return PersonWaves(
        names,
        joined("person"),
        joined("wave"),
        column("values", "age"),
        column("values", "gender") == 1,
        joined("subject"),
        np.column_stack([column("values", name) for name in names]),
        np.column_stack([column("missing", name) for name in names]),
        {field.name: column("values", field.name) for field in features.statuses},
        summary,
    )
