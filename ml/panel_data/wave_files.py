"""The files of a cohort's folder and the variables that each should hold, checked by their names and first lines."""

from __future__ import annotations

import csv
import gzip
import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ml.base.feature_set import FeatureSet
from ml.panel_data.refusals import refusal

Role = Literal["question", "status", "proxy", "person"]
# How every wave writes the fields that the cohort itself fills in.
GENDERS, YES_OR_NO = ["MALE", "FEMALE"], ["0", "1"]


@dataclass(frozen=True)
class Question:
    """One field of the common form: what it is called there and how its answers are to be read."""

    name: str
    kind: Literal["ordinal", "binary", "count", "continuous"]
    role: Role
    codes: tuple[str, ...] = ()  # the common scale, from low to high; none for numbers
    block: str = ""

    @property
    def is_coded(self) -> bool:
        """Whether answers are codes rather than numbers."""
        return self.kind in ("ordinal", "binary")


@dataclass(frozen=True)
class WaveFile:
    """One questionnaire variant of one wave."""

    wave: str
    wave_number: int
    subject: str
    results: Path
    enumerations: Path
    header: tuple[str, ...]
    variables: dict[str, str]  # question → column; a question that was not asked is absent


def questions(features: FeatureSet) -> list[Question]:
    """Every field of the common form, in the order of the feature set."""
    asked = [
        Question(f"{block.name}_{position}", block.kind, "question", tuple(block.codes), block.name)
        for block in features.blocks
        for position in range(1, block.count + 1)
    ]
    statuses = [
        Question(field.name, "count", field.role)
        if field.counted
        else Question(field.name, "binary", field.role, tuple(YES_OR_NO))
        for field in features.statuses
    ]
    person = [
        Question("age", "count", "person"),
        Question("gender", "binary", "person", tuple(GENDERS)),
    ]
    return [*asked, *statuses, *person]


def delivered_path(path: Path) -> Path:
    """The file, or the squeezed form in which a snapshot keeps it."""
    squeezed = path.with_name(f"{path.name}.gz")
    return squeezed if squeezed.exists() and not path.exists() else path


def wave_files(folder: Path, features: FeatureSet) -> list[WaveFile]:
    """The questionnaires that were delivered, wave after wave.

    Raises:
        DataProblem: If a file is missing or cannot be read, or a column that the feature set declares is not in it.
    """
    header_of(folder / features.summary, [features.key, features.family])
    files = []
    for (number, wave), (variant, subject) in itertools.product(
        enumerate(features.waves), features.variants.items()
    ):
        stem = f"{wave.lower()}_q_{variant}"
        results, enumerations = folder / f"{stem}_results.csv", folder / f"{stem}_enumerations.csv"
        if not delivered_path(results).exists():
            continue
        header_of(enumerations, ["variable_name", "enumeration_code"])
        variables = _variables(features, number, subject)
        header = header_of(results, [features.key, *variables.values()])
        files.append(WaveFile(wave, number, subject, results, enumerations, tuple(header), variables))
    if not files:
        raise refusal("no_wave_files", folder.name)
    return files


def _variables(features: FeatureSet, wave_number: int, subject: str) -> dict[str, str]:
    """The column of each question that this wave put to these people."""
    columns = {
        f"{block.name}_{position}": f"{block.name}_{subject}_q_{position}"
        for block in features.blocks
        if subject not in block.not_asked
        for position in range(1, block.count + 1)
    }
    for field in features.statuses:
        if not field.from_wave or wave_number >= features.waves.index(field.from_wave):
            columns[field.name] = f"{field.name}_{subject}_{field.kind}_1"
    return {**columns, "age": "age", "gender": "gender"}


def header_of(path: Path, needed: list[str]) -> list[str]:
    """The names on the first line of a file.

    Raises:
        DataProblem: If there is no such file, it cannot be read, or a needed name is not there.
    """
    real = delivered_path(path)
    if not real.exists():
        raise refusal("no_file", path.name)
    try:
        opened = gzip.open if real.suffix == ".gz" else open
        with opened(real, "rt", encoding="utf-8-sig", newline="") as stream:
            header = next(csv.reader(stream), [])
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise refusal("unreadable", path.name, found=str(error)) from error
    if not header:
        raise refusal("unreadable", path.name, found="an empty file")
    double = next((name for name in header if header.count(name) > 1), None)
    if double:
        raise refusal("unreadable", path.name, found=f"two columns {double}")
    absent = next((name for name in needed if name not in header), None)
    if absent:
        raise refusal("no_column", path.name, where=absent)
    return header
