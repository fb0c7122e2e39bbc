"""Results of quality checks in one shape, whoever made them, and their sum in the publication."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

import duckdb

from datawerkplaats.errors import DataProblem
from datawerkplaats.warehouse import literal

Status = Literal["passed", "failed", "not_applicable", "error"]
Severity = Literal["error", "warn"]

_COLUMNS = (
    ("rule", "varchar", "Name of the check"),
    ("subject", "varchar", "What was checked: a source, or schema.table, with the column where there is one"),
    ("subject_kind", "varchar", "source or model"),
    ("status", "varchar", "passed, failed, not_applicable or error"),
    ("severity", "varchar", "error holds a publication back, warn is shown"),
    ("violated", "bigint", "Number of rows that break the rule; null where it is not counted"),
    ("denominator", "bigint", "Number of rows that were looked at; null where it is not counted"),
    ("message", "varchar", "What was found, without values of rows"),
    ("checked_at", "timestamptz", "When the check ran"),
)


@dataclass(frozen=True)
class CheckResult:
    """One check of one subject; never a value of a row."""

    rule: str
    subject: str
    subject_kind: Literal["source", "model"]
    status: Status
    severity: Severity = "error"
    violated: int | None = None
    denominator: int | None = None
    message: str = ""
    checked_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def is_wrong(self) -> bool:
        """True if the rule is broken or could not be checked."""
        return self.status in ("failed", "error")

    @property
    def holds_back(self) -> bool:
        """True if nothing may be published because of this check."""
        return self.is_wrong and self.severity == "error"


@dataclass(frozen=True)
class CheckSummary:
    """How many checks passed, failed and warned."""

    passed: int
    failed: int
    warned: int


def summarise(checks: Iterable[CheckResult]) -> CheckSummary:
    """The counts for `meta.publication`."""
    rows = list(checks)
    return CheckSummary(
        passed=sum(row.status == "passed" for row in rows),
        failed=sum(row.holds_back for row in rows),
        warned=sum(row.is_wrong and row.severity == "warn" for row in rows),
    )


def require_green(checks: Iterable[CheckResult]) -> None:
    """Nothing, if no check holds the publication back.

    Raises:
        DataProblem: `expectation_failed`, naming the first such check and how many there are.
    """
    wrong = [row for row in checks if row.holds_back]
    if wrong:
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        raise DataProblem(
            "expectation_failed",
            subject=wrong[0].subject,
            where=wrong[0].rule,
            expected="every check of severity error passes before anything is published",
            found=f"{wrong[0].message or wrong[0].status}{more}",
            remedy="see the checks of this asset in Dagster; the previous publication stays served",
        )


def write_checks(con: duckdb.DuckDBPyConnection, database: str, checks: Iterable[CheckResult]) -> None:
    """Write `quality.check_result` into an attached database."""
    con.execute(f"CREATE SCHEMA IF NOT EXISTS {database}.quality")
    table = f"{database}.quality.check_result"
    con.execute(f"CREATE TABLE {table} ({', '.join(f'{name} {kind}' for name, kind, _ in _COLUMNS)})")
    # One list per column: a statement per row would take a millisecond each.
    rows = list(checks)
    lists = ", ".join(f"unnest(?::{kind}[])" for _, kind, _ in _COLUMNS)
    con.execute(
        f"INSERT INTO {table} SELECT {lists}",
        [[getattr(row, name) for row in rows] for name, _, _ in _COLUMNS],
    )
    con.execute(f"COMMENT ON TABLE {table} IS 'Results of the quality checks. Grain: rule and subject.'")
    for name, _, description in _COLUMNS:
        con.execute(f"COMMENT ON COLUMN {table}.{name} IS {literal(description)}")
