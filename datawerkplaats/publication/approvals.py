"""Approvals by name: who lets a publication through that the load gate holds back, why, and for exactly which findings.

An approval is a file in the data folder, named after the hash of the findings. Other findings have another hash, so that they are
held back anew; and as the hash holds the publication they are compared with, an approval is worth nothing after it was used.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.publication.findings import Finding
from datawerkplaats.publication.store import write_json

_PENDING = "pending.json"
_LEAST_NAME, _LEAST_REASON = 2, 10


@dataclass(frozen=True)
class Approval:
    """Who approved which findings, and why."""

    findings: str
    by: str
    reason: str
    at: str


@dataclass(frozen=True)
class Pending:
    """The findings that hold a candidate back."""

    findings: str
    compared_with: str
    rows: list[Finding]


def hash_of(findings: Sequence[Finding], compared_with: str) -> str:
    """The identity of the findings that block, against one publication."""
    rows = sorted(tuple(asdict(row).values()) for row in findings if row.severity == "blocks")
    return hashlib.sha256(repr((compared_with, rows)).encode()).hexdigest()[:12]


def hold(folder: Path, pending: Pending) -> None:
    """Keep what holds a candidate back, for who has to decide."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / _PENDING, asdict(pending))


def pending(folder: Path) -> Pending | None:
    """What holds the last candidate back; None if nothing does."""
    content = _read(folder / _PENDING)
    if not content:
        return None
    return Pending(
        str(content["findings"]), str(content["compared_with"]), [Finding(**row) for row in content["rows"]]
    )


def approve(folder: Path, findings: str, by: str, reason: str) -> Approval:
    """Approve the findings that hold the last candidate back; the next publication with exactly these goes through.

    Raises:
        DataProblem: `approval_refused` if these are not the findings, or name or reason say nothing.
    """
    waiting = pending(folder)
    if waiting is None:
        raise _refused(
            findings, "findings that hold a publication back", "none", "nothing has to be approved"
        )
    if findings != waiting.findings:
        raise _refused(
            findings, waiting.findings, findings, "look at the findings with `dwp approve` and approve those"
        )
    if len(by.strip()) < _LEAST_NAME:
        raise _refused(
            "--by", "a role or initials", repr(by), "say who answers for it, such as epidemiologist"
        )
    if len(reason.strip()) < _LEAST_REASON:
        expected = f"a reason of at least {_LEAST_REASON} characters"
        raise _refused("--reason", expected, repr(reason), "say why this is right; readers see it")
    made = Approval(findings, by.strip(), reason.strip(), datetime.now(UTC).isoformat(timespec="seconds"))
    write_json(_path(folder, findings), asdict(made))
    return made


def approval_of(folder: Path, findings: str) -> Approval | None:
    """The approval of exactly these findings, if there is one."""
    content = _read(_path(folder, findings))
    return Approval(**content) if content else None


def take_back(folder: Path, findings: str, earlier: Approval | None = None) -> None:
    """Forget an approval that could not be put in the log; one that stood there before stands again."""
    if earlier:
        write_json(_path(folder, findings), asdict(earlier))
    else:
        _path(folder, findings).unlink(missing_ok=True)


def spend(folder: Path) -> None:
    """Forget pending findings and approvals, as something has been published: it keeps them in its manifest and table."""
    for path in folder.glob("*.json"):
        path.unlink()


def _path(folder: Path, findings: str) -> Path:
    return folder / f"approval_{findings}.json"


def _read(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {}


def _refused(subject: str, expected: str, found: str, remedy: str) -> DataProblem:
    return DataProblem("approval_refused", subject=subject, expected=expected, found=found, remedy=remedy)
