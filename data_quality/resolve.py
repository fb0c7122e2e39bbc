"""Resolves the rules on a warehouse: one query per template and subject counts for all its rules, one result per rule and subject.

Rules are expanded over what is there (indicator, level and year; column; source; classification), so that a new indicator is
checked without a new line. A rule whose SQL fails becomes a result with status error; it never goes unsaid.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import duckdb

from data_quality.rulebook import RULES, QualityRule, template_path
from datawerkplaats.base.duckdb import connect_read_only, identifier
from datawerkplaats.publication import CheckResult
from datawerkplaats.publication.checks import Severity, Status, SubjectKind

_KINDS: Mapping[str, SubjectKind] = {
    "source": "source",
    "table": "model",
    "column": "column",
    "region": "region",
    "indicator": "indicator",
}
# Ten times the country's figures stay below 4 GB; what does not fit goes to disk.
_MEMORY = "3GB"
# Per rule: rows looked at, rows that break it, the share that may, and the severity the indicator declares.
_FIELDS = 4
# The tables that the prelude makes.
_PRELUDE = re.compile(r"\b(?:area|edition|slim_figure)\b")


@dataclass(frozen=True)
class Group:
    """Rules that one query answers.

    Args:
        rules: The rules, with the same template and subject.
        query: The query; it may read the tables that the prelude makes.
    """

    rules: tuple[QualityRule, ...]
    query: str

    @property
    def name(self) -> str:
        """By which the group is known."""
        return "/".join((str(self.rules[0].template), *self.rules[0].per))


def groups(rules: Iterable[QualityRule], folder: Path = RULES) -> list[Group]:
    """The queries that answer these rules; those without a template are run by other tools and skipped."""
    own = [rule for rule in rules if rule.template]
    return [Group(tuple(alike), _query(alike, folder)) for alike in _alike(own)]


def resolve(
    warehouse: Path,
    rules: Iterable[QualityRule],
    *,
    cores: int = 2,
    folder: Path = RULES,
    kept: Mapping[str, Sequence[CheckResult]] | None = None,
) -> list[CheckResult]:
    """One result per rule and subject of a built warehouse, which is only read.

    Args:
        warehouse: The private warehouse after dbt has built it.
        rules: Rules; those without a template are run by other tools and skipped.
        cores: Number of threads.
        folder: Where the templates are.
        kept: Per name of a group its results, where they are known to be the same: these are not asked again.
    """
    own = [rule for rule in rules if rule.template]
    at, kept = datetime.now(UTC), kept or {}
    asked = [group for group in groups(own, folder) if group.name not in kept]
    with connect_read_only(warehouse) as con:
        con.execute(f"SET threads = {int(cores)}")
        con.execute(f"SET memory_limit = '{_MEMORY}'")
        try:
            if any(_PRELUDE.search(group.query) for group in asked):
                con.execute(prelude(folder))
        except duckdb.Error as error:
            return [_failed_query(rule, error, at) for rule in own]
        found = [row for rows in kept.values() for row in rows]
        found += [row for group in asked for row in _resolve_alike(con, list(group.rules), folder, at)]
        return [*found, *_not_applied(con, own, found, at)]


def prelude(folder: Path = RULES) -> str:
    """The statements that make the tables which several queries read."""
    return template_path("prelude", folder).read_text(encoding="utf-8")


def _alike(rules: list[QualityRule]) -> Iterator[list[QualityRule]]:
    """Groups of rules with the same template and subject: one query does for all of them."""

    def key(rule: QualityRule) -> tuple[str, tuple[str, ...]]:
        return str(rule.template), rule.per

    for _, group in groupby(sorted(rules, key=key), key):
        yield list(group)


def _resolve_alike(
    con: duckdb.DuckDBPyConnection, rules: list[QualityRule], folder: Path, at: datetime
) -> list[CheckResult]:
    """The results of rules that share a template and a subject."""
    try:
        rows = con.execute(_query(rules, folder)).fetchall()
    except duckdb.Error as error:
        if len(rules) == 1:
            # The message of the engine may quote a value.
            return [_failed_query(rules[0], error, at)]
        half = len(rules) // 2
        parts = (rules[:half], rules[half:])
        return [row for part in parts for row in _resolve_alike(con, part, folder, at)]
    found = []
    for subject, *counts in rows:
        for place, rule in enumerate(rules):
            looked_at, violated, allowed, declared = counts[place * _FIELDS : (place + 1) * _FIELDS]
            # That a rule does not apply is told once per indicator, not for every level and year.
            if looked_at >= rule.minimum or not _is_per_figures(rule):
                found.append(_result(rule, str(subject), looked_at, violated, allowed, declared, at))
    return found


def _is_per_figures(rule: QualityRule) -> bool:
    """True for a rule whose results are about parts of an indicator's figures."""
    return rule.per[0] == "indicator_id" and len(rule.per) > 1


def _query(rules: list[QualityRule], folder: Path) -> str:
    """One query that counts for every rule of a group, per subject."""
    template = template_path(str(rules[0].template), folder).read_text(encoding="utf-8")
    subject = "concat_ws('/', " + ", ".join(identifier(column) for column in rules[0].per) + ")"
    counts = []
    for rule in rules:
        declared = "any_value(declared_severity)" if rule.severity == "declared" else "null"
        counts.append(
            f"count(*) filter ({rule.applies}),\n"
            f"  count(*) filter (({rule.applies}) and ({rule.violates})),\n"
            f"  cast(any_value({rule.threshold}) as double),\n"
            f"  {declared}"
        )
    listed = ",\n  ".join(counts)
    keys = ", ".join(identifier(column) for column in rules[0].per)
    return (
        f"select {subject} as subject,\n  {listed}\nfrom (\n{template}\n)\ngroup by {keys}\norder by subject"
    )


def _result(
    rule: QualityRule,
    subject: str,
    looked_at: int,
    violated: int,
    allowed: float | None,
    declared: str | None,
    at: datetime,
) -> CheckResult:
    threshold = allowed if allowed is not None else 0.0
    status: Status = "passed"
    message = ""
    if looked_at < rule.minimum:
        status, message = "not_applicable", "nothing here that the rule is about"
    # A hair of tolerance: 0.2 * 5 is not 1 in binary.
    elif violated > threshold * looked_at + 1e-9:
        status = "failed"
        message = f"{violated} of {looked_at} break the rule: {rule.title.en}"
        if threshold:
            message += f" (up to {threshold:.0%} may)"
    severity: Severity = "error" if rule.severity == "error" or declared == "error" else "warn"
    return CheckResult(
        rule=rule.id,
        subject=subject,
        subject_kind=_KINDS[rule.level],
        status=status,
        severity=severity,
        violated=violated,
        denominator=looked_at,
        message=message,
        checked_at=at,
        category=rule.category,
        threshold=threshold,
        consequence="blocks_publication" if severity == "error" else rule.consequence,
        guidance=rule.id,
    )


def _failed_query(rule: QualityRule, error: duckdb.Error, at: datetime) -> CheckResult:
    """The result of a rule that could not be checked."""
    return CheckResult(
        rule=rule.id,
        subject="warehouse",
        subject_kind="model",
        status="error",
        severity="error" if rule.severity == "error" else "warn",
        message=f"could not be checked: the query ended with {type(error).__name__}",
        checked_at=at,
        category=rule.category,
        consequence=rule.consequence,
        guidance=rule.id,
    )


def _not_applied(
    con: duckdb.DuckDBPyConnection, rules: list[QualityRule], found: list[CheckResult], at: datetime
) -> list[CheckResult]:
    """Not applicable, per rule on figures, for each active indicator with no figures that the rule is about."""
    listed = con.execute(
        "select indicator_id from core.dim_indicator where status = 'active' and is_public order by indicator_id"
    ).fetchall()
    seen = {(row.rule, row.subject.split("/")[0]) for row in found}
    # A rule that could not be checked says so once, and nothing about single indicators.
    wrong = {row.rule for row in found if row.status == "error"}
    return [
        _result(rule, str(key), 0, 0, None, None, at)
        for rule in rules
        if rule.per[0] == "indicator_id" and rule.id not in wrong
        for (key,) in listed
        if (rule.id, key) not in seen
    ]
