"""What is expected of each source's delivery, as plain data: made in memory from the catalogue, read by Great Expectations."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Any, Literal

from datawerkplaats.catalogue import Source

Severity = Literal["error", "warn"]

# Part of every cache key: raise it when `checks` changes what a result means.
_VERSION = "4"
# StatLine's own codes. Values are delivered padded with blanks.
_REGION_CODE = r"^\s*[A-Z]{2}[0-9]{2,8}\s*$"
_PERIOD_CODE = r"^\s*\d{4}(?:JJ|KW|MM|HJ|SJ|X0|G4)\d{2}\s*$"
_MARGIN_CODES = ["MW00000", "MOG0095", "MBG0095"]


@dataclass(frozen=True)
class Rule:
    """One expectation of one delivery: a Great Expectations type with its arguments, and what its failure means."""

    name: str
    type: str
    arguments: dict[str, Any] = field(hash=False)
    severity: Severity = "error"

    @property
    def kind(self) -> str:
        """The first half of the name: what kind of expectation it is."""
        return self.name.partition("__")[0]

    @property
    def columns(self) -> list[str]:
        """The columns that have to be read for it (a table's or a missing column's rule needs none)."""
        if self.type == "expect_column_to_exist":
            return []
        named = [self.arguments.get(key) for key in ("column", "column_A", "column_B")]
        return [name for name in [*named, *self.arguments.get("column_list", [])] if name]

    @property
    def description(self) -> str:
        """The rule in words, for the Dagster UI."""
        arguments = ", ".join(f"{key} = {value}" for key, value in self.arguments.items())
        return f"{self.type.removeprefix('expect_').replace('_', ' ')}: {arguments}"


def suite_of(source: Source) -> list[Rule]:
    """All rules for a source's delivery, each with a name of its own: <rule>__<subject>."""
    rules = [Rule("has_rows__delivery", "expect_table_row_count_to_be_between", {"min_value": 1})]
    needed = list(dict.fromkeys([*source.keys, *source.required_columns]))
    rules += [Rule(_name("present", c), "expect_column_to_exist", {"column": c}) for c in needed]
    rules += [
        Rule(_name("not_null", c), "expect_column_values_to_not_be_null", {"column": c}) for c in source.keys
    ]
    if len(source.keys) == 1:
        rules.append(Rule("unique__key", "expect_column_values_to_be_unique", {"column": source.keys[0]}))
    elif source.keys:
        rules.append(
            Rule("unique__key", "expect_compound_columns_to_be_unique", {"column_list": list(source.keys)})
        )
    if source.reader.kind in ("statline_v3", "statline_v4"):
        rules += _statline_rules(source)
    rules += [_declared(entry) for entry in source.expectations]
    names: dict[str, int] = {}
    numbered = []
    for rule in rules:
        names[rule.name] = names.get(rule.name, 0) + 1
        suffix = f"_{names[rule.name]}" if names[rule.name] > 1 else ""
        numbered.append(Rule(rule.name + suffix, rule.type, rule.arguments, rule.severity))
    return numbered


def suite_hash(rules: list[Rule]) -> str:
    """A short hash of a suite: with the snapshot's id it tells whether a result still holds."""
    text = json.dumps([_VERSION, *([r.name, r.type, r.arguments, r.severity] for r in rules)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _name(rule: str, subject: str) -> str:
    return f"{rule}__{re.sub(r'[^A-Za-z0-9_]', '_', subject)}"


def _statline_rules(source: Source) -> list[Rule]:
    """The value sets of the dimensions that every StatLine table shares."""
    pattern, dimensions = "expect_column_values_to_match_regex", source.keys
    rules = []
    if source.reader.geo_dimension in dimensions:
        column = source.reader.geo_dimension
        rules.append(Rule(_name("region_code", column), pattern, {"column": column, "regex": _REGION_CODE}))
    if "Perioden" in dimensions:
        rules.append(Rule("period_code__Perioden", pattern, {"column": "Perioden", "regex": _PERIOD_CODE}))
    if "Marges" in dimensions:
        codes = r"^\s*(?:" + "|".join(_MARGIN_CODES) + r")\s*$"
        rules.append(Rule("margin_code__Marges", pattern, {"column": "Marges", "regex": codes}))
    return rules


def _declared(entry: dict[str, object]) -> Rule:
    """A rule of the catalogue: `type`, optionally `name` and `severity`, everything else is an argument."""
    arguments = {key: value for key, value in entry.items() if key not in ("type", "name", "severity")}
    kind = str(entry["type"])
    short = re.sub(r"^expect_(column_values_to_be_|column_values_to_|column_|table_)?", "", kind)
    name = str(entry.get("name") or _name(short, str(arguments.get("column", "delivery"))))
    return Rule(name, kind, arguments, "warn" if entry.get("severity") == "warn" else "error")
