"""That a build of what a change reaches says the same as a build of everything: change after change, each in two data folders.

One folder is built as `make materialise` does, the other anew; then every cell, comment, Parquet file and manifest is compared.
The folders have a copy of the code, of the catalogue and of the deliveries of the fictional province, which the changes alter.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from datawerkplaats import publication
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.publication import approvals
from datawerkplaats.publication.complete import compare
from tests.proofs.building import Workplace, forget
from tests.proofs.registry import Measured, Room

_CODE = ("catalogue", "datawerkplaats", "data_quality", "dbt_project", "demo", "ml", "orchestration")
_FILES = ("requirements.lock", "dagster.yaml", "pyproject.toml")
# The id of what was approved hashes the id of the release before, which two folders do not share.
_OWN = {"gates.load.findings"}


def _edit(path: Path, pattern: str, new: str) -> None:
    text, found = re.subn(pattern, new, path.read_text(encoding="utf-8"), count=1)
    if not found:
        raise DataProblem("build_failed", subject=path.name, expected=pattern)
    path.write_text(text, encoding="utf-8")


def title(code: Path, _: Path) -> None:
    """Another title of an indicator."""
    _edit(
        code / "catalogue/indicators/indicator/loneliness_djg_pct.yml",
        r"(?m)^  nl: .*",
        "  nl: Een ander opschrift",
    )


def caveat(code: Path, _: Path) -> None:
    """Another caveat, under many figures."""
    _edit(code / "catalogue/dimensions/caveats.yml", r"(?m)^    nl: .*", "    nl: Een andere kanttekening.")


def definition(code: Path, _: Path) -> None:
    """Another definition: a share of fewer people is withheld."""
    path = code / "catalogue/indicators/determinant/age_65_plus_pct.yml"
    _edit(path, "multiplier: 100", r"multiplier: 100\n  min_denominator: 1000")


def threshold(code: Path, _: Path) -> None:
    """Another limit of what is plausible."""
    _edit(code / "catalogue/indicators/determinant/liveability_score.yml", "max: 10", "max: 9")


def delivery(_: Path, deliveries: Path) -> None:
    """One figure of one source is one more, and the service says that the table has changed."""
    _edit(
        deliveries / "ODataFeed" / "85318NED" / "TableInfos.json",
        r'"Modified":\s*"[^"]*"',
        '"Modified":"2026-01-02T02:00:00"',
    )
    for path in (deliveries / "ODataFeed" / "85318NED").glob("*DataSet_0.json"):
        text = path.read_text(encoding="utf-8")
        found = re.search(r'"k_65JaarOfOuder_4":\s*"?\s*(\d+)', text)
        if not found:
            raise DataProblem(
                "build_failed", subject=path.name, expected="a column of people of 65 and older"
            )
        path.write_text(
            f"{text[: found.start(1)]}{int(found[1]) + 1}{text[found.end(1) :]}", encoding="utf-8"
        )


def statement(code: Path, _: Path) -> None:
    """Another statement of a model."""
    path = code / "dbt_project/models/marts/quality/rpt_indicator_coverage.sql"
    _edit(path, r"avg\(observations\.value order by observations\.value\)", "median(observations.value)")


def removal(code: Path, _: Path) -> None:
    """An indicator is no longer there, and another is no longer shown."""
    forget(code / "catalogue", "bullied_online_pct")
    path = code / "catalogue/indicators/indicator/good_mental_health_young_adults_pct.yml"
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + "\nstatus: draft\n", encoding="utf-8")


CHANGES: tuple[Callable[[Path, Path], None], ...] = (
    title,
    caveat,
    definition,
    threshold,
    delivery,
    statement,
    removal,
)


class Pair:
    """Two data folders with one copy of the code: the one is built in parts, the other anew."""

    def __init__(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        self.code = folder / "code"
        for name in _CODE:
            shutil.copytree(
                PROJECT_ROOT / name, self.code / name, ignore=shutil.ignore_patterns("__pycache__", "target")
            )
        for name in _FILES:
            shutil.copy(PROJECT_ROOT / name, self.code / name)
        self.part = Workplace(folder / "part", self.code)
        self.whole = Workplace(folder / "whole", self.code)

    def begin(self) -> None:
        """Build the one and copy it: both have the same history."""
        self.part.build()
        self.whole.build("--force")

    def change(self, change: Callable[[Path, Path], None]) -> tuple[float, float, list[str]]:
        """Seconds of the processor of the part and of the whole, and in what the two releases differ."""
        change(self.code, self.part.deliveries)
        if self.whole.deliveries != self.part.deliveries:
            shutil.copytree(self.part.deliveries, self.whole.deliveries, dirs_exist_ok=True)
        used = [approved(self.part), approved(self.whole, "--force")]
        served = [publication.current(one.data / "publish") for one in (self.whole, self.part)]
        found = compare(*served)
        differ = [
            f"{one.subject} {one.kind}: {one.detail}" for one in found.differences if one.kind not in _OWN
        ]
        return used[0], used[1], differ


def approved(workplace: Workplace, *arguments: str) -> float:
    """Seconds of the processor of a build; what the load gate holds back is approved, and the build goes on."""
    try:
        return workplace.build(*arguments)[0]
    except DataProblem:
        folder = workplace.settings.load_gate_dir
        waiting = approvals.pending(folder)
        if waiting is None:
            raise
        approvals.approve(folder, waiting.findings, "proof", "this change was made on purpose")
        return workplace.build(*arguments)[0]


def figures(room: Room) -> Iterator[Measured]:
    """Per change what it costs beside everything anew, and in how many ways the two releases differ."""
    pair = Pair(room.work / "changes")
    pair.begin()
    for change in CHANGES:
        part, whole, differ = pair.change(change)
        (room.work / f"changes_{change.__name__}.json").write_text(
            json.dumps(differ, indent=1), encoding="utf-8"
        )
        yield f"build_part_cpu_{change.__name__}", part, whole
        yield f"build_part_differences_{change.__name__}", len(differ), None
