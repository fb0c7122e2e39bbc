"""The rules of data_quality on the warehouse that dbt has built: one asset check, all results in the publication."""

import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import dagster as dg

from data_quality.resolve import resolve
from data_quality.rulebook import rules
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import get_settings
from datawerkplaats.publication import CheckResult
from orchestration import builds, kept_rules, plan
from orchestration.defs.resources import failure, step_key
from orchestration.defs.warehouse import relations, warehouse_models
from orchestration.progress import say

RULES_KEY = step_key(plan.RULES)
_OWN = [rule for rule in rules().values() if rule.template]
_SHOWN = 20
RULES_CHECK = "rules"


@dg.asset(
    key=RULES_KEY,
    group_name="quality",
    deps=list(warehouse_models.keys),
    description="Conformance, completeness and plausibility of every indicator, level and year, source, region and column.",
    kinds={"duckdb"},
    owners=["team:data-engineering"],
    check_specs=[
        dg.AssetCheckSpec(
            RULES_CHECK,
            asset=RULES_KEY,
            description=f"The {len(_OWN)} rules of data_quality, each over all its subjects.",
        )
    ],
)
def resolved_rules() -> Iterator[Any]:
    """Resolve all rules in a few queries and keep the results for the publication."""
    settings, start = get_settings(), time.perf_counter()
    earlier = builds.earlier(settings)
    kept = kept_rules.look(settings, _OWN, earlier.made if earlier else None, relations())
    found = resolve(settings.warehouse_path, _OWN, cores=settings.engine_cores, kept=kept.results)
    try:
        kept_rules.remember(settings, _OWN, kept, found)
        builds.rules_resolved(settings)
    except DataProblem as problem:
        raise failure(problem) from problem
    counts = Counter(row.status for row in found)
    seconds = time.perf_counter() - start
    again = len(found) - sum(len(rows) for rows in kept.results.values())
    say(
        "rules",
        f"{len(_OWN)} rules, {len(found):,} checks ({again:,} of them resolved again), {counts['failed']} of them do not hold",
        seconds,
    )
    metadata: dict[str, Any] = {
        **{str(status): n for status, n in counts.items()},
        "seconds": round(seconds, 2),
    }
    yield dg.MaterializeResult(asset_key=RULES_KEY, metadata=metadata)
    yield _check(found)


def _check(found: list[CheckResult]) -> dg.AssetCheckResult:
    """All rules as one check, with a line per rule; every single result is in the publication."""
    wrong = [row for row in found if row.is_wrong]
    holds_back = any(row.holds_back for row in wrong)
    of_rule: dict[str, list[CheckResult]] = {rule.id: [] for rule in _OWN}
    for row in found:
        of_rule[row.rule].append(row)
    lines = [_line(name, rows) for name, rows in of_rule.items()]
    return dg.AssetCheckResult(
        asset_key=RULES_KEY,
        check_name=RULES_CHECK,
        passed=not wrong,
        severity=dg.AssetCheckSeverity.ERROR if holds_back else dg.AssetCheckSeverity.WARN,
        description=f"{len(wrong)} of {len(found)} results do not hold: {wrong[0].message}"
        if wrong
        else None,
        metadata={
            "results": len(found),
            "do_not_hold": len(wrong),
            "rules": dg.MetadataValue.md(
                "\n".join(
                    [
                        "| rule | subjects | not applicable | do not hold | which |",
                        "|---|--:|--:|--:|---|",
                        *lines,
                    ]
                )
            ),
            "guidance": "data_quality/docs/<rule>.md",
        },
    )


def _line(rule_id: str, results: list[CheckResult]) -> str:
    """One rule over all its subjects."""
    wrong = [row for row in results if row.is_wrong]
    not_applicable = sum(row.status == "not_applicable" for row in results)
    which = ", ".join(f"{row.subject} ({row.violated} of {row.denominator})" for row in wrong[:_SHOWN])
    return f"| {rule_id} | {len(results)} | {not_applicable} | {len(wrong)} | {which} |"
