"""Runs dbt inside this process: starting `dbt` anew would pay its imports again for every command."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.files import locked, write_text

# How DuckDB begins to tell of a file whose blocks are not what it wrote.
_DAMAGE = (
    "Corrupt database file",
    "computed checksum",
    "not a valid DuckDB database file",
    "Serialization Error",
    "database has been invalidated",
    "INTERNAL Error",
)


# In dbt's target folder: what its manifest was made for, and the project as dbt read it.
_MANIFEST, _KEY, _READ, _LOCK = "manifest.json", "manifest.key", "partial_parse.msgpack", "manifest.lock"


@dataclass(frozen=True)
class NodeResult:
    """What came of one dbt node."""

    unique_id: str
    status: str
    seconds: float
    message: str
    failures: int | None
    # The statement as the engine got it; a seed has none.
    sql: str = ""

    @property
    def is_wrong(self) -> bool:
        """True for a failed model and for a failed test of severity error."""
        return self.status in ("error", "fail", "runtime error")

    @property
    def is_damage(self) -> bool:
        """True where the database file itself cannot be read."""
        return self.is_wrong and any(word in self.message for word in _DAMAGE)


def parse(project: Path, target: Path) -> None:
    """Make the manifest of a project.

    Raises:
        DataProblem: `build_failed` if the project cannot be read.
    """
    _invoke(project, target, "parse")


def manifest(project: Path, target: Path, key: str) -> dict[str, Any]:
    """The manifest of a project, made again only if it was made for another key or cannot be read.

    Args:
        project: The folder of the project, with its profile.
        target: Where dbt keeps its own output.
        key: What decides the manifest: a hash of the project and the places that are in it.

    Raises:
        DataProblem: `build_failed` if the project cannot be read.
    """
    # Two that begin at once, such as webserver and daemon: the second waits for what the first makes.
    with locked(target / _LOCK):
        found = _kept(target, key)
        if found is None:
            (target / _KEY).unlink(missing_ok=True)
            (target / _READ).unlink(missing_ok=True)
            parse(project, target)
            write_text(target / _KEY, key)
            found = dict(json.loads((target / _MANIFEST).read_text(encoding="utf-8")))
    return found


def _kept(target: Path, key: str) -> dict[str, Any] | None:
    """The manifest that was made for a key; None where it never was, or half of it: dbt was killed, the disk was full."""
    try:
        if (target / _KEY).read_text(encoding="utf-8") == key:
            return dict(json.loads((target / _MANIFEST).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        pass
    return None


def is_made_for(target: Path, key: str) -> bool:
    """Whether what dbt keeps of a project is there, read when it was as this key says."""
    try:
        return (target / _KEY).read_text(encoding="utf-8") == key and (target / _READ).exists()
    except (OSError, ValueError):
        return False


def build(project: Path, target: Path, *arguments: str) -> list[NodeResult]:
    """The result of every node of `dbt build`, unit tests left out.

    Args:
        project: The folder of the project, with its profile.
        target: Where dbt keeps its own output; logs lie beside it.
        arguments: More arguments of the command.

    Raises:
        DataProblem: `build_failed` if dbt could not start.
    """
    try:
        found = _invoke(project, target, "build", "--exclude-resource-type", "unit_test", *arguments)
    finally:
        _release()
    return [
        NodeResult(
            unique_id=row.node.unique_id,
            status=str(row.status),
            seconds=row.execution_time,
            message=(row.message or "").strip(),
            failures=row.failures,
            sql=getattr(row.node, "compiled_code", None) or "",
        )
        for row in found.results
    ]


def operate(project: Path, target: Path, macro: str, *arguments: str) -> None:
    """Run one macro of a project.

    Raises:
        DataProblem: `build_failed` if the macro did not come to its end.
    """
    _invoke(project, target, "run-operation", macro, *arguments)


@lru_cache(maxsize=1)
def _runner() -> Any:
    from dbt.cli.main import dbtRunner

    from datawerkplaats.base.dbt_events import tell_only_what_is_written

    tell_only_what_is_written()
    return dbtRunner()


def _invoke(project: Path, target: Path, command: str, *arguments: str) -> Any:
    outcome = _runner().invoke(
        [
            command,
            *("--project-dir", str(project), "--profiles-dir", str(project)),
            *("--target-path", str(target), "--log-path", str(target.parent / "logs")),
            *("--log-level", "none", "--log-level-file", "info", "--no-use-colors", "--no-version-check"),
            *arguments,
        ]
    )
    if outcome.exception or outcome.result is None:
        text = " ".join(str(outcome.exception or "no result").split())
        raise DataProblem(
            "build_failed",
            subject=project.name,
            where=f"dbt {command}",
            found=text[:500],
            remedy=f"correct what dbt names; its log is in {target.parent.name}/logs/dbt.log of the data folder",
        )
    return outcome.result


def _release() -> None:
    """Close the file that dbt keeps open after it is done: it is read, attached or moved in this process."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    release: Any = DuckDBConnectionManager.close_all_connections  # it has no types
    release()
