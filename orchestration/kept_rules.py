"""Results of the rules that still hold: a query that reads nothing else than before has the same answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_quality.resolve import groups, prelude
from data_quality.rulebook import QualityRule
from datawerkplaats.base.files import write_text
from datawerkplaats.base.settings import Settings
from datawerkplaats.publication import CheckResult
from orchestration.made import Made
from orchestration.node_keys import digest
from orchestration.planner import columns_in
from orchestration.reads import Read, Reader, Shape

# Words of SQL that give another answer on another day.
_OF_THE_DAY = ("current_date", "today(", "now(", "random(")
# Which indicators a rule does not apply to is told from these.
_LISTED = ("indicator_id", "status", "is_public")


@dataclass(frozen=True)
class Kept:
    """What is known before the rules are resolved.

    Args:
        keys: Per group the key of all that decides its answer; one that cannot be known is left out.
        results: Per group the results that still hold.
    """

    keys: dict[str, str]
    results: dict[str, list[CheckResult]]


def _path(settings: Settings) -> Path:
    return settings.data_dir / "dbt" / "rules.json"


def look(
    settings: Settings,
    rules: Iterable[QualityRule],
    made: Made | None,
    relations: Mapping[str, tuple[str, str]],
) -> Kept:
    """Which results of the last time still hold.

    Args:
        settings: Where everything is.
        rules: All rules.
        made: What the warehouse is made of; without it nothing is known to hold.
        relations: Per model and seed its schema and name.
    """
    if made is None:
        return Kept({}, {})
    keys = _keys(settings, rules, made, relations)
    results = {}
    for name, told in (_read(settings) or {}).items():
        if name in keys and keys[name] == told["key"]:
            results[name] = [CheckResult.from_json(row) for row in told["rows"]]
    return Kept(keys, results)


def remember(
    settings: Settings, rules: Iterable[QualityRule], kept: Kept, found: Iterable[CheckResult]
) -> None:
    """Keep the results per group, for the publication and for the next time."""
    group_of = {rule.id: group.name for group in groups(rules) for rule in group.rules}
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in dict.fromkeys(group_of.values())}
    for row in found:
        rows[group_of[row.rule]].append(vars(row))
    told = {name: {"key": kept.keys.get(name), "rows": some} for name, some in rows.items()}
    write_text(_path(settings), json.dumps(told, default=str))


def forget(settings: Settings) -> None:
    """Let every rule be resolved again."""
    _path(settings).unlink(missing_ok=True)


def results(settings: Settings) -> list[CheckResult] | None:
    """All results of the last time; None where they cannot be read."""
    kept = _read(settings)
    if kept is None:
        return None
    return [CheckResult.from_json(row) for told in kept.values() for row in told["rows"]]


def _read(settings: Settings) -> dict[str, dict[str, Any]] | None:
    try:
        return dict(json.loads(_path(settings).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None


def _keys(
    settings: Settings, rules: Iterable[QualityRule], made: Made, relations: Mapping[str, tuple[str, str]]
) -> dict[str, str]:
    columns = columns_in(settings.warehouse_path)
    reader = Reader(
        settings.warehouse_path.stem,
        [
            Shape(key, f'"{name[0]}"."{name[1]}"', tuple(columns.get(name, ())))
            for key, name in relations.items()
        ],
    )
    indicators = next((key for key, name in relations.items() if name == ("core", "dim_indicator")), "")
    listed = [Read(indicators, column) for column in _LISTED]
    found = {}
    try:
        reader.look_through(prelude())
        for group in groups(rules):
            reads = reader.of_statement(group.query)
            if reads is None or any(word in group.query.lower() for word in _OF_THE_DAY):
                continue
            told = [rule.model_dump(mode="json") for rule in group.rules]
            found[group.name] = digest(
                told,
                group.query,
                prelude(),
                sorted((*read, made.column_key(read)) for read in {*reads, *listed}),
            )
    finally:
        reader.close()
    return found
