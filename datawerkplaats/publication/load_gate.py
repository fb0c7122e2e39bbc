"""The load gate: what a publication would take away or change is written into it, and holds it back until somebody approves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from datawerkplaats.base.duckdb import connect_read_only
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.publication.approvals import Pending, approval_of, hash_of, hold
from datawerkplaats.publication.candidate import Candidate, Gate, Release, Report
from datawerkplaats.publication.findings import Finding, compare
from datawerkplaats.publication.own_tables import OwnTable
from datawerkplaats.publication.store import Publication
from datawerkplaats.publication.verify import is_whole

_COLUMNS = (
    (
        "finding",
        "varchar",
        "lost_table, lost_column, lost_regions, lost_indicator, lost_cells, jump, and so on",
    ),
    ("severity", "varchar", "blocks holds the publication back until it is approved, warns is told"),
    ("subject", "varchar", "Table, column, classification, or indicator/level/year"),
    ("before", "varchar", "What readers had"),
    ("after", "varchar", "What they have now"),
    ("compared_with", "varchar", "The publication that readers had"),
    ("approved_by", "varchar", "Who approved a finding that blocks: a role or initials"),
    ("reason", "varchar", "Why it was approved"),
)
_SHOWN = 3


def load_report(folder: Path) -> Report:
    """A report that writes `quality.rpt_load_gate`; `folder` holds the approvals."""

    def report(candidate: Candidate) -> OwnTable:
        other = comparable(candidate)
        found = _compared(other, candidate) if other else []
        if other is None and candidate.served:
            found = [_another_series(candidate, candidate.served)]
        compared_with = other.id if other else ""
        approval = approval_of(folder, hash_of(found, compared_with))
        told = (approval.by, approval.reason) if approval else (None, None)
        return OwnTable(
            "quality",
            "rpt_load_gate",
            "What this publication took away or changed against the one before. Grain: finding and subject.",
            _COLUMNS,
            [
                [row.finding, row.severity, row.subject, row.before, row.after, compared_with]
                + (list(told) if row.severity == "blocks" else [None, None])
                for row in found
            ],
        )

    return report


def load_gate(folder: Path) -> Gate:
    """A gate that holds back a candidate whose findings block, unless exactly these are approved."""

    def judge(candidate: Candidate) -> dict[str, Any]:
        found = findings_in(candidate.path)
        other = comparable(candidate)
        compared_with = other.id if other else ""
        blocking = [row for row in found if row.severity == "blocks"]
        verdict: dict[str, Any] = {
            "compared_with": compared_with,
            "blocking": len(blocking),
            "warnings": len(found) - len(blocking),
        }
        if not blocking:
            return verdict
        key = hash_of(found, compared_with)
        approval = approval_of(folder, key)
        if approval is None:
            hold(folder, Pending(key, compared_with, found))
            raise _held_back(blocking, key)
        return {
            **verdict,
            "findings": key,
            "approved_by": approval.by,
            "reason": approval.reason,
            "approved_at": approval.at,
        }

    return judge


def comparable(candidate: Candidate) -> Publication | None:
    """What a candidate is compared with: what is served, or the latest of the same series.

    The demo region after real figures, or another region, is another series: comparing the two would find everything lost.
    """
    if candidate.served and _is_same_series(candidate.release, candidate.served):
        return candidate.served
    return next((one for one in reversed(candidate.earlier) if _is_same_series(candidate.release, one)), None)


def _is_same_series(release: Release, one: Publication) -> bool:
    """True for the same mode and region; a fictional region that was generated anew is another one."""
    if (one.mode, one.region) != (release.mode, release.region):
        return False
    theirs = one.manifest.get("snapshot_hashes", {})
    both = release.snapshot_hashes.keys() & theirs.keys()
    same = sum(release.snapshot_hashes[key] == theirs[key] for key in both)
    return release.mode != "demo" or 2 * same >= len(both)


def findings_in(file: Path) -> list[Finding]:
    """The findings that stand in a published file."""
    names = ", ".join(field.name for field in fields(Finding))
    with connect_read_only(file) as con:
        return [Finding(*row) for row in con.execute(f"select {names} from quality.rpt_load_gate").fetchall()]


def _compared(other: Publication, candidate: Candidate) -> list[Finding]:
    """The findings; a damaged publication is no reason to keep a sound one from readers."""
    if not is_whole(other):
        return [Finding("not_compared", "warns", "publication", f"{other.id} is damaged", "")]
    return compare(other.path, candidate.path, candidate.part)


def _another_series(candidate: Candidate, served: Publication) -> Finding:
    before, after = f"{served.mode}, {served.region}", f"{candidate.release.mode}, {candidate.release.region}"
    return Finding("another_series", "warns", "publication", before, after)


def _held_back(blocking: Sequence[Finding], key: str) -> DataProblem:
    told = "; ".join(f"{row.finding} {row.subject}: {row.before} → {row.after}" for row in blocking[:_SHOWN])
    more = f"; and {len(blocking) - _SHOWN} more" if len(blocking) > _SHOWN else ""
    return DataProblem(
        "load_gate",
        subject="publication",
        expected="nothing that readers have is lost, jumps or changes its meaning",
        found=f"{len(blocking)} findings: {told}{more}",
        remedy=(
            "correct the delivery, the catalogue or the model; or see all findings with `dwp approve` and let them through with"
            f" `dwp approve {key} --by ROLE --reason TEXT`, then build again. What was published stays served"
        ),
    )
