"""Codebooks of table cohorts: which codes a variable has, in which order, and which of them are no answer.

A CSV file with a row per code: `variable,kind,code,meaning,answer`. A code is a value or a range (`18..80`); `answer` is `no` for
refusals and the like. What a file holds and its codebook does not tell is a contradiction, and stops the run.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ml.base.problems import DataProblem

KINDS = ("continuous", "count", "ordinal", "binary", "nominal", "design")
COLUMNS = ("variable", "kind", "code", "meaning", "answer")
NEAR = 1e-6  # some files write a zero as 5e-79


@dataclass
class Variable:
    """What the codebook tells of one variable."""

    kind: str
    levels: list[str] = field(default_factory=list)  # codes that are answers, in the order of the codebook
    no_answer: list[str] = field(default_factory=list)
    ranges: list[tuple[float, float]] = field(default_factory=list)

    def clean(self, texts: np.ndarray, *, subject: str, where: str) -> np.ndarray:
        """The texts as the codes of the codebook, empty where there is no answer.

        Raises:
            DataProblem: `codebook_contradicted` at the first value that the codebook does not tell of.
        """
        found, position = np.unique(texts.astype(str), return_inverse=True)
        return np.array([self._code(text, subject, where) for text in found], dtype=object)[position]

    def _code(self, text: str, subject: str, where: str) -> str:
        if not text.strip():
            return ""
        number = _number(text)
        for code in (*self.levels, *self.no_answer):
            told = _number(code)
            if text == code or (number is not None and told is not None and abs(number - told) < NEAR):
                return "" if code in self.no_answer else code
        if number is not None and any(low - NEAR <= number <= high + NEAR for low, high in self.ranges):
            return text
        known = [*self.levels, *self.no_answer, *(f"{low:g}..{high:g}" for low, high in self.ranges)]
        raise DataProblem(
            "codebook_contradicted", subject=subject, where=where, found=text, expected=f"one of {', '.join(known)}",
            remedy="correct the file or its codebook; nothing was trained",
        )  # fmt: skip


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def read_codebook(path: Path) -> dict[str, Variable]:
    """The variables of a codebook.

    Raises:
        DataProblem: If it is absent, or a row is not right.
    """
    if not path.exists():
        raise DataProblem(
            "missing_delivery", subject=path.name, expected="the codebook of the design", remedy="put it beside the data"
        )  # fmt: skip
    out: dict[str, Variable] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows: Iterable[dict[str, str | None]] = csv.DictReader(file)
        for number, row in enumerate(rows, start=2):
            if (absent := next((name for name in COLUMNS if row.get(name) is None), None)) is not None:
                raise _wrong(path, f"line {number}", f"a column {absent}", ", ".join(k for k in row if k))
            variable, kind, code, _, answer = (str(row[name]).strip() for name in COLUMNS)
            if kind not in KINDS:
                raise _wrong(path, f"line {number}, kind", f"one of {', '.join(KINDS)}", kind)
            told = out.setdefault(variable, Variable(kind))
            if told.kind != kind:
                raise _wrong(path, f"line {number}, kind", f"{told.kind}, as in the rows above", kind)
            if ".." in code:
                low, _, high = code.partition("..")
                told.ranges.append((float(low), float(high)))
            elif code:
                (told.no_answer if answer == "no" else told.levels).append(code)
    return out


def _wrong(path: Path, where: str, expected: str, found: str) -> DataProblem:
    return DataProblem(
        "codebook_row",
        subject=path.name,
        where=where,
        expected=expected,
        found=found,
        remedy="correct the codebook",
    )
