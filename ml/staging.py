"""The wave files of a cohort, read as text first: missing codes kept, enumerations checked, scales made equal."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
from numpy.typing import NDArray

from ml.feature_set import FeatureSet, QuestionBlock
from ml.problems import DataProblem
from ml.recode import recode

Singles = NDArray[np.float32]


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
    sha256: str


def _found(path: Path) -> Path:
    """The file, or the squeezed form in which a snapshot keeps it."""
    squeezed = path.with_name(f"{path.name}.gz")
    return squeezed if squeezed.exists() and not path.exists() else path


def _read_text(path: Path) -> pa.Table:
    path = _found(path)
    if not path.exists():
        raise DataProblem(
            "missing_delivery", subject=path.name, expected="a file of this wave", remedy="deliver the file"
        )
    try:
        head = pacsv.open_csv(path).schema.names
        return pacsv.read_csv(
            path,
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(head, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        found = str(error).splitlines()[0]
        raise DataProblem(
            "unreadable_file", subject=path.name, found=found, remedy="deliver the file again"
        ) from error


def _column(table: pa.Table, name: str, file: str) -> pa.ChunkedArray:
    if name not in table.column_names:
        raise DataProblem(
            "missing_column",
            subject=file,
            where=name,
            expected="the column, as the feature set declares it",
            remedy="deliver the file with this column, or declare the questionnaire in `not_asked`",
        )
    return table.column(name)


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
    for place, label in enumerate(labels):
        if label in missing_codes:
            digits[place] = int(label[1:])
        elif label == "":
            digits[place] = 9  # an empty cell has no code
        elif to_number is not None:
            if label not in to_number:
                raise DataProblem(
                    "unknown_enumeration",
                    subject=file,
                    where=variable,
                    found=label,
                    expected=f"one of {', '.join(to_number)}",
                    remedy="ask for the enumerations of this wave, or correct the value",
                )
            numbers[place] = to_number[label]
        else:
            try:
                numbers[place] = float(label)
            except ValueError as error:
                raise DataProblem(
                    "not_a_number",
                    subject=file,
                    where=variable,
                    found=label,
                    expected="a number or a missing code",
                    remedy="correct the value, or declare the code as missing",
                ) from error
    index = encoded.indices.to_numpy(zero_copy_only=False)
    return numbers[index], digits[index]


def _enumerations(path: Path) -> dict[str, list[str]]:
    table = _read_text(path)
    names, codes = (_column(table, c, path.name).to_pylist() for c in ("variable_name", "enumeration_code"))
    out: dict[str, list[str]] = {}
    for name, code in zip(names, codes, strict=True):
        out.setdefault(name, []).append(code)
    return out


def _scale(
    block: QuestionBlock, wave: str, codes: list[str], *, file: str, variable: str
) -> dict[str, float] | None:
    """What each code of this wave means on the common scale, counted from zero; None for numbers."""
    if block.kind in ("count", "continuous"):
        return None
    if not codes:
        raise DataProblem(
            "unknown_enumeration",
            subject=file.replace("results", "enumerations"),
            where=variable,
            found="no codes",
            expected=f"codes {', '.join(block.codes)}",
            remedy="deliver the enumerations of this variable",
        )
    common = recode(codes, block.recode.get(wave, {}), subject=file, where=variable)
    for code, label in zip(codes, common, strict=True):
        if label not in block.codes:
            raise DataProblem(
                "unknown_enumeration",
                subject=file,
                where=variable,
                found=code,
                expected=f"one of {', '.join(block.codes)}",
                remedy="declare a `recode` for this wave in the feature set",
            )
    return {code: float(block.codes.index(label)) for code, label in zip(codes, common, strict=True)}


def _read_variant(
    folder: Path, features: FeatureSet, wave: str, variant: int, people: dict[str, int]
) -> dict[str, object] | None:
    stem, subject = f"{wave.lower()}_q_{variant}", features.variants[variant]
    path = folder / f"{stem}_results.csv"
    if not _found(path).exists():
        return None
    table, file = _read_text(path), path.name
    if table.num_rows == 0:
        raise DataProblem("no_rows", subject=file, expected="answers", remedy="deliver the file again")
    keys = _column(table, features.key, file).to_pylist()
    if len(set(keys)) != len(keys):
        seen = next(i for i, k in enumerate(keys) if k in set(keys[:i]))
        raise DataProblem(
            "duplicate_key",
            subject=file,
            where=f"row {seen + 2}",
            expected="one row per person",
            remedy="remove the double row",
        )
    unknown = next((i for i, k in enumerate(keys) if k not in people), None)
    if unknown is not None:
        raise DataProblem(
            "unknown_feature",
            subject=file,
            where=f"row {unknown + 2}, {features.key}",
            expected=f"a person of {features.summary}",
            remedy="deliver the summary of the same extraction",
        )
    enumerations = _enumerations(folder / f"{stem}_enumerations.csv")
    n, values, missing = len(keys), [], []
    for block in features.blocks:
        for place in range(1, block.count + 1):
            if subject in block.not_asked:
                values.append(np.full(n, np.nan, dtype=np.float32))
                missing.append(np.full(n, 6, dtype=np.int8))
                continue
            name = f"{block.name}_{subject}_q_{place}"
            column = _column(table, name, file)
            scale = _scale(block, wave, enumerations.get(name, []), file=file, variable=name)
            value, digit = _decoded(column, features.missing_codes, scale, file=file, variable=name)
            values.append(value)
            missing.append(digit)
    status = {}
    for field in features.statuses:
        if field.from_wave and features.waves.index(wave) < features.waves.index(field.from_wave):
            status[field.name] = np.full(n, np.nan, dtype=np.float32)
            continue
        name = f"{field.name}_{subject}_{field.kind}_1"
        scale = None if field.counted else {"0": 0.0, "1": 1.0}
        status[field.name], _ = _decoded(
            _column(table, name, file), features.missing_codes, scale, file=file, variable=name
        )
    age, _ = _decoded(_column(table, "age", file), features.missing_codes, None, file=file, variable="age")
    gender, _ = _decoded(
        _column(table, "gender", file),
        features.missing_codes,
        {"MALE": 0.0, "FEMALE": 1.0},
        file=file,
        variable="gender",
    )
    return {
        "person": np.array([people[k] for k in keys]),
        "wave": np.full(n, features.waves.index(wave)),
        "age": age,
        "women": gender == 1,
        "subject": np.full(n, subject),
        "values": np.column_stack(values),
        "missing": np.column_stack(missing),
        "status": status,
    }


def read_panel(folder: Path, features: FeatureSet) -> PersonWaves:
    """Every wave and questionnaire variant in a folder, checked against the feature set.

    Raises:
        DataProblem: If a file, column or code is not as declared.
    """
    table = _read_text(folder / features.summary)
    _column(table, features.family, features.summary)
    keys = _column(table, features.key, features.summary).to_pylist()
    people = {key: i for i, key in enumerate(keys)}
    if len(people) != len(keys):
        raise DataProblem(
            "duplicate_key",
            subject=features.summary,
            expected="one row per person",
            remedy="remove the double rows",
        )
    summary = {name: np.array(table.column(name).to_pylist()) for name in table.column_names}
    parts = [
        part
        for wave in features.waves
        for variant in features.variants
        if (part := _read_variant(folder, features, wave, variant, people)) is not None
    ]
    if not parts:
        raise DataProblem(
            "missing_delivery",
            subject=str(folder.name),
            expected="files like 1a_q_1_results.csv",
            remedy="check the folder",
        )
    digest = hashlib.sha256()
    for path in sorted([*folder.glob("*.csv"), *folder.glob("*.csv.gz")]):
        digest.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())

    def joined(name: str) -> NDArray[np.generic]:
        return np.concatenate([part[name] for part in parts])  # type: ignore[misc]

    names = tuple(f"{block.name}_{place}" for block in features.blocks for place in range(1, block.count + 1))
    status = {f.name: np.concatenate([part["status"][f.name] for part in parts]) for f in features.statuses}  # type: ignore[index]
    return PersonWaves(
        names,
        joined("person"),
        joined("wave"),
        joined("age"),
        joined("women"),
        joined("subject"),
        joined("values"),
        joined("missing"),
        status,
        summary,
        digest.hexdigest(),
    )
