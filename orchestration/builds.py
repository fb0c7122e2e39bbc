"""What the warehouse was built from and how its tests went, kept beside it until it is published."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.files import write_text
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.publication import CheckResult
from orchestration import fingerprint, plan
from orchestration.fingerprint import Fingerprint


@dataclass(frozen=True)
class Build:
    """A finished build: its fingerprint and the results of its tests."""

    fingerprint: Fingerprint
    checks: list[CheckResult]


def _path(settings: Settings) -> Path:
    return settings.data_dir / "dbt" / "build.json"


def begin(settings: Settings, *, whole: bool) -> Fingerprint:
    """The fingerprint of what is about to be built.

    Before the whole warehouse is built an earlier build stops counting, as its tables are replaced; a file that is not the one
    that build left behind, as after a kill in the middle or a bad copy, is made again from the snapshots.
    """
    taken = fingerprint.take(
        settings, plan.snapshots_in_use(settings, load_catalogue(settings.catalogue_dir))
    )
    if whole:
        if _stamp(settings.warehouse_path) != _kept(settings).get("warehouse"):
            start_anew(settings)
        _path(settings).unlink(missing_ok=True)
    return taken


def start_anew(settings: Settings) -> None:
    """Remove the warehouse: everything in it is made from the snapshots."""
    for path in (settings.warehouse_path, settings.warehouse_path.with_name("warehouse.duckdb.wal")):
        path.unlink(missing_ok=True)


def finish(settings: Settings, taken: Fingerprint, checks: list[CheckResult], *, whole: bool) -> None:
    """Keep what a build was made from and how its tests went.

    A build of a part of the warehouse adds to the one that is there if both were made from the same things; otherwise the
    warehouse is a mixture, which is not published before the rest has followed.
    """
    content: dict[str, Any] = {"fingerprint": asdict(taken), "checks": [vars(row) for row in checks]}
    if not whole:
        content = _kept(settings)
        if not content:
            return
        if json.loads(json.dumps(asdict(taken))) != content["fingerprint"]:
            content["mixed"] = True
        new = {(row.rule, row.subject): vars(row) for row in checks}
        kept = {(row["rule"], row["subject"]): row for row in content["checks"]}
        content["checks"] = list({**kept, **new}.values())
    content["warehouse"] = _stamp(settings.warehouse_path)
    _write(settings, content)


def _stamp(warehouse: Path) -> list[int]:
    """By which the file that a build left behind is known again."""
    try:
        state = warehouse.stat()
        return [state.st_size, state.st_mtime_ns]
    except FileNotFoundError:
        return []


def _write(settings: Settings, content: dict[str, Any]) -> None:
    write_text(_path(settings), json.dumps(content, default=str))


def _kept(settings: Settings) -> dict[str, Any]:
    """What was kept of the last build; nothing where there is none that can be read."""
    try:
        return _read(_path(settings))
    except DataProblem:
        return {}


def add_rules(settings: Settings, results: list[CheckResult]) -> None:
    """Keep how the rules went on the warehouse of the last build."""
    content = _read(_path(settings))
    content["rules"] = [vars(row) for row in results]
    _write(settings, content)


def last(settings: Settings) -> Build:
    """The build that the warehouse holds.

    Raises:
        DataProblem: `build_failed` if the warehouse was not built as a whole.
    """
    content = _read(_path(settings))
    if "rules" not in content:
        raise _incomplete("the rules of data_quality have not been resolved on it")
    if content.get("mixed"):
        raise _incomplete("parts of it were made from newer deliveries, declarations or code than others")
    taken = content["fingerprint"]
    return Build(
        Fingerprint(
            **{**taken, "snapshots": tuple((source, snapshot) for source, snapshot in taken["snapshots"])}
        ),
        [CheckResult.from_json(row) for row in [*content["checks"], *content["rules"]]],
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise _incomplete("only a part, or nothing") from error


def _incomplete(found: str) -> DataProblem:
    return DataProblem(
        "build_failed",
        subject="warehouse",
        expected="a build of the whole warehouse with all its checks",
        found=found,
        remedy="run `make materialise`",
    )
