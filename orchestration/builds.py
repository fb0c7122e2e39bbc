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
from datawerkplaats.loading.snapshot import Provenance
from datawerkplaats.publication import CheckResult
from orchestration import fingerprint
from orchestration.fingerprint import Fingerprint
from orchestration.sources import ABSENT


@dataclass(frozen=True)
class Build:
    """A finished build: its fingerprint and the results of its tests."""

    fingerprint: Fingerprint
    checks: list[CheckResult]


def _path(settings: Settings) -> Path:
    return settings.data_dir / "dbt" / "build.json"


def begin(settings: Settings) -> Fingerprint:
    """The fingerprint of what is about to be built; an earlier build stops counting, as its tables are replaced."""
    _path(settings).unlink(missing_ok=True)
    snapshots = {}
    for source_id in load_catalogue(settings.catalogue_dir).sources:
        made = Provenance.read(settings.inputs_dir / source_id)
        snapshots[source_id] = made.snapshot_id if made else ABSENT
    return fingerprint.take(settings, snapshots)


def finish(settings: Settings, taken: Fingerprint, checks: list[CheckResult]) -> None:
    """Keep what a build of the whole warehouse was made from and how its tests went."""
    path = _path(settings)
    content = {"fingerprint": asdict(taken), "checks": [vars(row) for row in checks]}
    write_text(path, json.dumps(content, default=str))


def add_rules(settings: Settings, results: list[CheckResult]) -> None:
    """Keep how the rules went on the warehouse of the last build."""
    path = _path(settings)
    content = _read(path)
    content["rules"] = [vars(row) for row in results]
    write_text(path, json.dumps(content, default=str))


def last(settings: Settings) -> Build:
    """The build that the warehouse holds.

    Raises:
        DataProblem: `build_failed` if the warehouse was not built as a whole.
    """
    content = _read(_path(settings))
    if "rules" not in content:
        raise _incomplete("the rules of data_quality have not been resolved on it")
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
