"""Results of quality checks in one shape, whoever made them, and their sum in the publication."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.publication.own_tables import OwnTable

Status = Literal["passed", "failed", "not_applicable", "error"]
Severity = Literal["error", "warn"]
SubjectKind = Literal["source", "model", "column", "indicator", "region"]
Category = Literal["conformance", "completeness", "plausibility"]
Consequence = Literal["blocks_publication", "shown_with_warning", "value_withheld", "none"]

_COLUMNS = (
    ("rule", "varchar", "Name of the check"),
    (
        "subject",
        "varchar",
        "What was checked: a source, schema.table with the column where there is one, or indicator/level/year",
    ),
    ("subject_kind", "varchar", "source, model, column, indicator or region"),
    ("category", "varchar", "conformance, completeness or plausibility"),
    ("status", "varchar", "passed, failed, not_applicable or error (it could not be checked)"),
    ("severity", "varchar", "error holds a publication back, warn is shown"),
    ("violated", "bigint", "Number of rows that break the rule; null where it is not counted"),
    ("denominator", "bigint", "Number of rows that were looked at; null where it is not counted"),
    ("threshold", "double", "Share of the rows that may break the rule before it counts as failed"),
    (
        "consequence",
        "varchar",
        "What follows for a user when it fails: blocks_publication, shown_with_warning, value_withheld or none",
    ),
    ("message", "varchar", "What was found, without values of rows"),
    ("guidance", "varchar", "The rule's page in data_quality/docs, and its row in quality.dim_rule"),
    ("checked_at", "timestamptz", "When the check ran"),
)


@dataclass(frozen=True)
class CheckResult:
    """One check of one subject; never a value of a row."""

    rule: str
    subject: str
    subject_kind: SubjectKind
    status: Status
    severity: Severity = "error"
    violated: int | None = None
    denominator: int | None = None
    message: str = ""
    checked_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    category: Category = "conformance"
    threshold: float = 0.0
    consequence: Consequence = "none"
    guidance: str = ""

    @property
    def is_wrong(self) -> bool:
        """True if the rule is broken or could not be checked."""
        return self.status in ("failed", "error")

    @property
    def holds_back(self) -> bool:
        """True if nothing may be published because of this check."""
        return self.is_wrong and self.severity == "error"

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> CheckResult:
        """The result that was kept as JSON, with the moment as a text."""
        found = cls.__new__(cls)
        # Every field was written: setting them one by one, as a frozen class does, takes ten times as long for all results.
        found.__dict__.update(row, checked_at=datetime.fromisoformat(row["checked_at"]))
        return found


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


def checks_table(checks: Iterable[CheckResult]) -> OwnTable:
    """`quality.check_result`: the results as they are published."""
    return OwnTable(
        "quality",
        "check_result",
        "Results of all quality checks. Grain: rule and subject.",
        _COLUMNS,
        [[getattr(row, name) for name, _, _ in _COLUMNS] for row in checks],
    )
