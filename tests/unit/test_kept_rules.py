"""Results of rules that still hold are not asked again, and only those."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from data_quality.resolve import groups, resolve
from data_quality.rulebook import rules
from datawerkplaats.base.settings import Settings
from orchestration import kept_rules
from orchestration.made import Made, Node
from orchestration.planner import columns_in
from tests.quality_example import make_warehouse

OWN = [rule for rule in rules().values() if rule.template]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(_env_file=None, data_dir=tmp_path)
    make_warehouse(made.warehouse_path)
    return made


def test_results__are_kept_as_long_as_what_they_read_is_the_same(settings: Settings) -> None:
    columns = columns_in(settings.warehouse_path)
    relations = {f"model.p.{table}": (schema, table) for schema, table in columns if schema == "core"}
    nodes = {
        key: Node("text", "shape", "sql", {name: f"{key}.{name}" for name, _ in columns[place]}, {})
        for key, place in relations.items()
    }
    made = Made("all", nodes)
    first = kept_rules.look(settings, OWN, made, relations)
    assert first.results == {}
    found = resolve(settings.warehouse_path, OWN)
    kept_rules.remember(settings, OWN, first, found)
    assert kept_rules.results(settings) is not None

    same = kept_rules.look(settings, OWN, made, relations)
    assert same.keys == first.keys
    # What depends on the day is asked every time.
    assert set(same.results) == set(first.keys) < {group.name for group in groups(OWN)}

    again = resolve(settings.warehouse_path, OWN, kept=same.results)
    told = {(row.rule, row.subject): (row.status, row.violated, row.denominator) for row in found}
    assert {(row.rule, row.subject): (row.status, row.violated, row.denominator) for row in again} == told
    assert len(again) == len(found)

    indicator = nodes["model.p.dim_indicator"]
    titled = replace(indicator, columns={**indicator.columns, "title_nl": "another"})
    texts = kept_rules.look(settings, OWN, Made("all", {**nodes, "model.p.dim_indicator": titled}), relations)
    asked = set(same.results) - set(texts.results)
    assert asked and all("column" in name or "definition" in name for name in asked)

    value = nodes["model.p.fct_observation"]
    moved = replace(value, columns={**value.columns, "value": "another"})
    figures = kept_rules.look(
        settings, OWN, Made("all", {**nodes, "model.p.fct_observation": moved}), relations
    )
    assert not any(name.startswith(("figure", "change", "distribution")) for name in figures.results)
    assert kept_rules.look(settings, OWN, None, relations) == kept_rules.Kept({}, {})
