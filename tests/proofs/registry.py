"""Which proofs there are: the parts that the files in `parts/` declare. Nothing of what they measure is imported to list them.

A part says what it measures, how long that usually takes, which figures come out and what each should be, on which code that
depends, and which function yields the figures. Goals stand only here: the function measures, it does not judge.
"""

from __future__ import annotations

import hashlib
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from datawerkplaats.base.code_hash import code_hash
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, get_settings
from datawerkplaats.warehouse_inputs import staging

PARTS = Path(__file__).parent / "parts"
# The value, and what it is compared with in the same run: the ratio of the two is taken by the registry.
Measured = tuple[str, float, float | None]
Line = dict[str, Any]

_SIGNS: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}
_NUMBER = r"-?\d+(?:\.\d+)?"
_GOAL = re.compile(
    rf"(?P<what>value|ratio) (?:(?P<sign><=|>=|<|>|=) (?P<limit>{_NUMBER})|(?P<low>{_NUMBER})\.\.(?P<high>{_NUMBER}))"
)


@dataclass(frozen=True)
class Figure:
    """A declared figure.

    Args:
        name: Its name, unique over all parts; with a `*` it stands for one figure per page, model and so on.
        unit: Unit of the value.
        goal: `value <= 10`, `ratio < 2`, `value 0.9..1.1`, or `none`: then it is measured and not judged.
        compared_with: What the ratio is taken against, in words.
        optional: Why it may be absent from a finished run; empty if it may not.
    """

    name: str
    unit: str
    goal: str
    compared_with: str | None = None
    optional: str = ""

    def line(self, name: str, value: float, beside: float | None) -> Line:
        """The measured figure beside its goal."""
        ratio = value / beside if beside else None
        words = (
            None if beside is None else f"{self.compared_with or 'compared with'}: {beside:.4g} {self.unit}"
        )
        return {
            "name": name,
            "value": round(float(value), 5),
            "unit": self.unit,
            "compared_with": words,
            "ratio": None if ratio is None else round(float(ratio), 4),
            "goal": self.goal,
            "met": self.met(value, ratio),
        }

    def met(self, value: float, ratio: float | None) -> bool | None:
        """Whether the goal holds; None where there is none. A ratio that could not be taken does not meet a goal."""
        goal = _GOAL.fullmatch(self.goal)
        if not goal:
            return None
        found = value if goal["what"] == "value" else ratio
        if found is None:
            return False
        if goal["sign"]:
            return bool(_SIGNS[goal["sign"]](found, float(goal["limit"])))
        return bool(float(goal["low"]) <= found <= float(goal["high"]))


@dataclass(frozen=True)
class Part:
    """A proof that can be run by itself.

    Args:
        id: `family` or `family.part`: a family is run by its name too.
        title: What is proved, in one line.
        minutes: What a run usually takes on two idle cores.
        run: `module:function`, given a `Room` and yielding `(name, value, what it is compared with or None)`.
        code: Globs of what the figures depend on beside the module of `run`, everything that it imports and this declaration:
            code that runs in a process of its own, SQL, declarations.
        figures: What comes out.
        on_request: Whether it is run only when named in full, not with its family.
    """

    id: str
    title: str
    minutes: float
    run: str
    code: tuple[str, ...]
    figures: tuple[Figure, ...]
    on_request: bool = False

    def figure(self, name: str) -> Figure | None:
        """The declaration of a measured figure."""
        exact = [figure for figure in self.figures if figure.name == name]
        return next(
            iter(exact or [figure for figure in self.figures if fnmatchcase(name, figure.name)]), None
        )

    def missing(self, names: Iterable[str]) -> list[str]:
        """Declared figures that a finished run did not yield."""
        found = list(names)
        return [
            figure.name
            for figure in self.figures
            if not figure.optional and not any(self.figure(name) == figure for name in found)
        ]

    def files(self, root: Path = PROJECT_ROOT) -> list[str]:
        """The files that `code` means, without those that a build writes among them: in a fresh clone there are none."""
        meant = {path for pattern in self.code for path in root.glob(pattern) if path.is_file()}
        written = {root / staging.PROJECT.name / name for name in staging.WRITTEN}
        return sorted(path.relative_to(root).as_posix() for path in meant - written)

    def code_hash(self, root: Path = PROJECT_ROOT) -> str:
        """A hash over the code that the figures depend on and over their declaration: another one makes them stale."""
        module = self.run.split(":")[0]
        code = code_hash([module], self.files(root), beside=["tests.proofs.registry"], root=root)
        return hashlib.sha256(repr((self.run, self.code, self.figures, code)).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Room:
    """What a part is given: a scratch folder that the parts of one run share, and the reference data."""

    work: Path

    @property
    def reference_data(self) -> Path:
        """The folder with reference data.

        Raises:
            DataProblem: If it is not there.
        """
        folder = get_settings().reference_data
        if not folder.exists():
            raise DataProblem(
                "missing_delivery",
                subject=str(folder),
                remedy="set DWP_REFERENCE_DATA to the folder with reference data",
            )
        return folder


def load(folder: Path = PARTS) -> dict[str, Part]:
    """All parts by id, in the order of the files and of what stands in them.

    Raises:
        DataProblem: If a declaration is not right; it names the file, the part and the field.
    """
    found: dict[str, Part] = {}
    for path in sorted(folder.glob("*.yml")):
        for part_id, fields in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).items():
            if part_id.split(".")[0] != path.stem or part_id in found:
                raise _wrong(path, part_id, f"an id that begins with {path.stem} and occurs once")
            found[part_id] = _part(path, part_id, fields)
    names = [figure.name for part in found.values() for figure in part.figures]
    for name in names:
        if names.count(name) > 1:
            raise _wrong(folder, name, "a name of a figure that occurs in one part only")
    return found


def chosen(only: str, parts: Mapping[str, Part]) -> list[Part]:
    """The parts that a list of names stands for: a part by its id, or a family by its name.

    Raises:
        DataProblem: If a name is neither.
    """
    picked: dict[str, Part] = {}
    for name in (word.strip() for word in only.split(",")):
        family = {k: part for k, part in parts.items() if k.split(".")[0] == name and not part.on_request}
        named = {name: parts[name]} if name in parts else family
        if not named:
            known = sorted({k.split(".")[0] for k in parts} | set(parts))
            raise DataProblem(
                "unknown_proof",
                subject="ONLY",
                found=name or "nothing",
                expected=f"one or more of {', '.join(known)}",
            )
        picked.update(named)
    return list(picked.values())


def _part(path: Path, part_id: str, fields: Mapping[str, Any]) -> Part:
    for field in ("title", "minutes", "run", "code", "figures"):
        if not fields.get(field):
            raise _wrong(
                path,
                f"{part_id}, {field}",
                "a part with a title, minutes, run, code and figures with their goals",
            )
    figures = tuple(_figures(path, part_id, fields["figures"]))
    if all(figure.goal == "none" for figure in figures):
        raise _wrong(
            path, f"{part_id}, figures", "at least one figure with a goal: what has none proves nothing"
        )
    rest = {k: v for k, v in fields.items() if k not in ("figures", "code")}
    try:
        return Part(id=part_id, code=tuple(fields["code"]), figures=figures, **rest)
    except TypeError as error:
        raise _wrong(path, part_id, "only the fields that tests/proofs/registry.py tells of") from error


def _figures(path: Path, part_id: str, declared: Mapping[str, Mapping[str, Any]]) -> Iterator[Figure]:
    for name, fields in declared.items():
        where = f"{part_id}, {name}"
        if not _GOAL.fullmatch(str(fields.get("goal"))) and fields.get("goal") != "none":
            raise _wrong(
                path,
                f"{where}, goal",
                "a goal such as `value <= 10`, `ratio < 2`, `value 0.9..1.1` or `none`",
            )
        try:
            yield Figure(name=name, **fields)
        except TypeError as error:
            raise _wrong(path, where, "unit and goal, and perhaps compared_with and optional") from error


def _wrong(path: Path, where: str, expected: str) -> DataProblem:
    return DataProblem(
        "proof_declaration",
        subject=path.name,
        where=where,
        expected=expected,
        remedy="see CONTRIBUTING, Add a proof",
    )
