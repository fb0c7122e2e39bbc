"""What the warehouse was built from and how its tests went, kept beside it until it is published."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.files import write_text
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.publication import CheckResult
from orchestration import fingerprint, kept_rules, plan
from orchestration.fingerprint import Fingerprint
from orchestration.made import Made


@dataclass(frozen=True)
class Build:
    """A finished build: its fingerprint and the results of its tests."""

    fingerprint: Fingerprint
    checks: list[CheckResult]


def _path(settings: Settings) -> Path:
    return settings.data_dir / "dbt" / "build.json"


def _made_path(settings: Settings) -> Path:
    return settings.data_dir / "dbt" / "made.json"


@dataclass(frozen=True)
class Earlier:
    """What is known of the build that the warehouse holds: what it was made of, and how its tests went."""

    made: Made
    checks: list[dict[str, Any]]


def earlier(settings: Settings) -> Earlier | None:
    """The build that the warehouse holds; None where it is not whole, or not the file that was left behind."""
    content = _kept(settings)
    if not content or content.get("mixed") or _stamp(settings.warehouse_path) != content.get("warehouse"):
        return None
    made = Made.read(_made_path(settings))
    return Earlier(made, content["checks"]) if made else None


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
        _made_path(settings).unlink(missing_ok=True)
    return taken


def start_anew(settings: Settings) -> None:
    """Remove the warehouse: everything in it is made from the snapshots."""
    for path in (settings.warehouse_path, settings.warehouse_path.with_name("warehouse.duckdb.wal")):
        path.unlink(missing_ok=True)


def finish(
    settings: Settings,
    taken: Fingerprint,
    checks: list[CheckResult],
    *,
    whole: bool,
    made: Made | None = None,
    kept: Iterable[dict[str, Any]] = (),
) -> None:
    """Keep what a build was made from and how its tests went.

    A build of a part of the warehouse adds to the one that is there if both were made from the same things; otherwise the
    warehouse is a mixture, which is not published before the rest has followed.

    Args:
        settings: Where everything is.
        taken: What `begin` gave.
        checks: How the tests went that were run.
        whole: Whether the whole warehouse is as it should be now.
        made: What it is made of; without it the next build makes everything again.
        kept: How the other tests went when they were last run.
    """
    new = {(row.rule, row.subject): vars(row) for row in checks}
    before = {(row["rule"], row["subject"]): row for row in kept}
    content: dict[str, Any] = {"fingerprint": asdict(taken), "checks": list({**before, **new}.values())}
    if not whole:
        content = _kept(settings)
        if not content:
            return
        if json.loads(json.dumps(asdict(taken))) != content["fingerprint"]:
            content["mixed"] = True
        before = {(row["rule"], row["subject"]): row for row in content["checks"]}
        content["checks"] = list({**before, **new}.values())
    if made:
        made.write(_made_path(settings))
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


def rules_resolved(settings: Settings) -> None:
    """Keep that the rules were resolved on the warehouse of the last build; `kept_rules` has the results.

    Raises:
        DataProblem: `build_failed` if the warehouse was not built as a whole.
    """
    _write(settings, {**_read(_path(settings)), "rules": True})


def last(settings: Settings) -> Build:
    """The build that the warehouse holds.

    Raises:
        DataProblem: `build_failed` if the warehouse was not built as a whole.
    """
    content = _read(_path(settings))
    rules = kept_rules.results(settings)
    if content.get("rules") is not True or rules is None:
        raise _incomplete("the rules of data_quality have not been resolved on it")
    if content.get("mixed"):
        raise _incomplete("parts of it were made from newer deliveries, declarations or code than others")
    taken = content["fingerprint"]
    return Build(
        Fingerprint(
            **{**taken, "snapshots": tuple((source, snapshot) for source, snapshot in taken["snapshots"])}
        ),
        [*map(CheckResult.from_json, content["checks"]), *rules],
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
