"""The design file of a table cohort, drafted from its files and codebook: a command writes it, a person completes it."""

from __future__ import annotations

import csv
import gzip
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from datawerkplaats.base.files import write_text
from ml.base.design import Provenance, TableDesign, load_design
from ml.base.problems import DataProblem
from ml.panel_data.codebook import Variable, read_codebook
from ml.panel_data.tables import build_table_dataset

ASKED = "Say it here in a whole sentence, or leave the line out: the card then says that it is not declared."


@dataclass(frozen=True)
class Asked:
    """What a person has to say, since no file tells it."""

    files: list[Path]  # the first one, and those that are joined to it
    codebook: Path
    target: list[str]  # a variable, or those that are added up
    at_least: float | None = None
    at_most: float | None = None
    one_of: str = ""  # numbers with commas between
    key: str = ""
    weight: str = ""
    psu: str = ""
    stratum: str = ""
    model_id: str = ""
    synthetic: bool = False


def draft(asked: Asked) -> tuple[Path, list[str]]:
    """Writes the design beside its files; gives its path and the lines that tell what came of it.

    Args:
        asked: The files, and what no file tells.

    Raises:
        DataProblem: A file, variable or codebook that is not right, a design of that name, or data that cannot be read as drafted;
            then nothing is written.
    """
    headers = {file: _header(file) for file in [*asked.files, asked.codebook]}
    variables = [name for file in asked.files for name in headers[file]]
    folder = asked.files[0].resolve().parent
    apart = [file for file in [*asked.files, asked.codebook] if file.resolve().parent != folder]
    if apart:
        raise _problem(
            apart[0].name, "folder", str(apart[0].parent), f"the folder of {asked.files[0].name}", "put the files side by side",
        )  # fmt: skip
    book = read_codebook(asked.codebook)
    for name in [*asked.target, *filter(None, (asked.key, asked.weight, asked.psu, asked.stratum))]:
        if name not in variables:
            raise _problem(
                asked.files[0].name,
                name,
                "no such column",
                f"one of {', '.join(variables)}",
                "correct the name",
            )
    features = _features(asked, book, variables)
    name = asked.model_id or _snake(f"{asked.files[0].name.split('.')[0]}_{'_'.join(asked.target[:1])}")
    path = folder / f"{name}.yml"
    if path.exists():
        raise _problem(
            path.name,
            "model_id",
            "a file of that name",
            "an id that is not in use",
            "give another one with --id",
        )
    untold = [one for one in variables if one not in book]
    write_text(path, _text(asked, name, features, untold))
    try:
        design = load_design(path)
        assert isinstance(design, TableDesign)
        data = build_table_dataset(design, folder)
    except DataProblem:
        path.unlink()
        raise
    return path, [
        f"{name}: {len(data)} people, {data.events} with the outcome, {len(features)} questions",
        f"written: {path.name}, beside the data; read it, say where the data come from, then:",
        f"python -m ml.evaluation.one_design {path} --data {folder} --models <folder>",
    ]


def _header(file: Path) -> list[str]:
    if not file.is_file():
        raise _problem(
            file.name,
            "file",
            "nothing",
            "a file with a heading and a row per person",
            "give the path of the file",
        )
    opened: Any = gzip.open if file.suffix == ".gz" else open
    try:
        with opened(file, "rt", encoding="utf-8-sig", newline="") as lines:
            return [name.strip() for name in next(csv.reader(lines), [])]
    except (UnicodeDecodeError, OSError, EOFError, csv.Error) as error:
        raise _problem(
            file.name, "file", type(error).__name__, "CSV in UTF-8, plain or gzip", "save it anew as CSV"
        ) from error


def _features(asked: Asked, book: dict[str, Variable], variables: list[str]) -> list[str]:
    own = {*asked.target, asked.key, asked.weight, asked.psu, asked.stratum}
    found = [
        name
        for name in dict.fromkeys(variables)
        if name in book and book[name].kind != "design" and name not in own
    ]
    if not found:
        raise _problem(
            asked.codebook.name, "variable", "none of the file's columns", "variables beside the outcome, the key and the sample",
            "add the questions to the codebook",
        )  # fmt: skip
    return found


def _text(asked: Asked, name: str, features: list[str], untold: list[str]) -> str:
    first, *others = asked.files
    source = {
        "kind": "table", "file": first.name, "key": asked.key, "join": [{"file": one.name} for one in others],
        "codebook": asked.codebook.name, "weight": asked.weight, "psu": asked.psu, "stratum": asked.stratum,
    }  # fmt: skip
    target: dict[str, Any] = {
        "name": _snake("_".join(asked.target) if len(asked.target) < 3 else f"sum_of_{asked.target[0]}")
    }
    if len(asked.target) == 1:
        target["column"] = asked.target[0]
    else:
        target["sum_of"] = asked.target
    limits = {"at_least": asked.at_least, "at_most": asked.at_most, "one_of": _numbers(asked) or None}
    target |= {key: value for key, value in limits.items() if value is not None}
    content = {
        "model_id": name, "title": {"nl": name, "en": name}, "synthetic": asked.synthetic,
        "source": {key: value for key, value in source.items() if value}, "target": target, "features": features,
        "split": {"folds": 5}, "seed": 1, "effort": "quick",
        "allowed_use": {"nl": "Om de werkwijze te toetsen.", "en": "To test the method."},
    }  # fmt: skip
    lines = [
        "# Drafted from the files and their codebook. A person says what no file tells: title, who is in it, use, provenance.",
        *([f"# In the file and not in the codebook, so not used: {', '.join(untold)}."] if untold else []),
        yaml.safe_dump(
            content, sort_keys=False, allow_unicode=True, width=120, default_flow_style=None
        ).rstrip(),
        f"# {ASKED}",
        *(f"# provenance.{field}:" for field in Provenance.model_fields),
        "",
    ]
    return "\n".join(lines)


def _numbers(asked: Asked) -> list[float]:
    try:
        return [float(one) for one in asked.one_of.split(",") if one.strip()]
    except ValueError as error:
        raise _problem(
            asked.files[0].name, "one_of", asked.one_of, "numbers with commas between", "correct it"
        ) from error


def _snake(text: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    return plain if plain[:1].isalpha() else f"cohort_{plain}"


def _problem(subject: str, where: str, found: str, expected: str, remedy: str) -> DataProblem:
    return DataProblem(
        "design_field", subject=subject, where=where, found=found, expected=expected, remedy=remedy
    )
