"""What is made again after a change: what it reads, and nothing else; and everything where that is not known."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.made import Made, Now
from orchestration.source_keys import SourceKeys

PLACE = "source.p.catalogue.indicators"
MODELS = {
    "stg_indicators": ("view", ["catalogue"], "select id, title, factor from {indicators}", [PLACE]),
    "dim": ("table", [], "select id, title from {stg_indicators}", ["model.p.stg_indicators"]),
    "facts": ("table", [], "select id, 2 * factor as value from {stg_indicators}", ["model.p.stg_indicators"]),
    "sums": ("table", [], "select sum(value) as total from {facts}", ["model.p.facts"]),
    "shown": ("view", [], "select d.title, f.value from {dim} d join {facts} f on d.id = f.id", ["model.p.dim", "model.p.facts"]),
}  # fmt: skip
TESTS = {"titles": ("select id from {dim} where title is null", ["model.p.dim"])}


class Project:
    """A dbt project in miniature: its manifest, its declarations and its warehouse."""

    def __init__(self, folder: Path) -> None:
        self.warehouse, self.indicators = folder / "w.duckdb", folder / "indicators.json"
        self.rows = [{"id": "a", "title": "A", "factor": 1.5}, {"id": "b", "title": "B", "factor": 2.5}]
        self.names = {"indicators": f"read_json('{self.indicators}', format = 'array')"}
        self.names |= {name: f'"w"."core"."{name}"' for name in MODELS}
        nodes = {
            f"model.p.{name}": self._node(
                name, "model", sql, parents, materialized=kind, fqn=["p", *path, name]
            )
            for name, (kind, path, sql, parents) in MODELS.items()
        }
        nodes |= {
            f"test.p.{name}": self._node(name, "test", sql, parents) for name, (sql, parents) in TESTS.items()
        }
        self.manifest: dict[str, Any] = {
            "metadata": {"dbt_version": "1"},
            "macros": {},
            "sources": {PLACE: {"relation_name": self.names["indicators"]}},
            "nodes": nodes,
        }

    def _node(self, name: str, kind: str, sql: str, parents: list[str], **more: Any) -> dict[str, Any]:
        return {
            "name": name, "alias": name, "schema": "core", "resource_type": kind, "raw_code": sql,
            "fqn": more.get("fqn", ["p", name]),
            "relation_name": f'"w"."core"."{name}"', "config": {"materialized": more.get("materialized", "test")},
            "depends_on": {"nodes": parents, "macros": []},
        }  # fmt: skip

    def now(self, for_all: str = "same") -> Now:
        self.indicators.write_text(json.dumps(self.rows))
        return Now(self.manifest, for_all, SourceKeys(self.manifest))

    def build(self, before: Made | None = None) -> Made:
        now = self.now()
        sql = {key: node["raw_code"].format(**self.names) for key, node in self.manifest["nodes"].items()}
        self.warehouse.unlink(missing_ok=True)
        with duckdb.connect(str(self.warehouse)) as con:
            con.execute("create schema core")
            for name, (kind, *_) in MODELS.items():
                con.execute(f"create {kind} core.{name} as {sql[f'model.p.{name}']}")
        return now.made(before, sql, self.warehouse)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def built_again(project: Project, made: Made) -> set[str]:
    need = project.now().need(made)
    assert not need.whole
    return {key.split(".")[2] for key in need.nodes}


def test_nothing_changed__nothing_is_made_again(project: Project, tmp_path: Path) -> None:
    made = project.build()
    assert built_again(project, made) == set()
    made.write(tmp_path / "made.json")
    kept = Made.read(tmp_path / "made.json")
    assert kept == made


def test_title__reaches_what_holds_titles_and_no_figures(project: Project) -> None:
    made = project.build()
    project.rows[1]["title"] = "Another"
    assert built_again(project, made) == {"dim", "titles"}  # what is shown is a view: it follows by itself


def test_factor__reaches_figures_and_not_the_table_of_titles(project: Project) -> None:
    made = project.build()
    project.rows[0]["factor"] = 7.5
    assert built_again(project, made) == {"facts", "sums"}


def test_indicator_that_goes__reaches_everything(project: Project) -> None:
    made = project.build()
    project.rows.pop()
    assert built_again(project, made) == {"dim", "facts", "sums", "titles"}


def test_rows_in_another_order__are_not_taken_for_the_same(project: Project) -> None:
    made = project.build()
    first, second = project.rows
    first["title"], second["title"] = second["title"], first["title"]
    assert built_again(project, made) == {"dim", "titles"}


def test_statement__is_made_again_with_all_that_comes_after_it(project: Project) -> None:
    made = project.build()
    project.manifest["nodes"]["model.p.facts"]["raw_code"] += " -- changed"
    assert built_again(project, made) == {"facts", "sums", "shown"}


def test_macro__reaches_who_calls_it(project: Project) -> None:
    macro = {"name": "m", "package_name": "p", "macro_sql": "1", "depends_on": {"macros": []}}
    project.manifest["macros"]["macro.p.m"] = macro
    project.manifest["nodes"]["model.p.sums"]["depends_on"]["macros"] = ["macro.p.m"]
    made = project.build()
    macro["macro_sql"] = "2"
    assert built_again(project, made) == {"sums"}


def test_after_a_part__it_is_known_what_the_warehouse_is_made_of(project: Project) -> None:
    made = project.build()
    project.rows[1]["title"] = "Another"
    assert project.build(made) == project.build(None) != made


@pytest.mark.parametrize("spoilt", ["nothing kept", "another package", "model gone"])
def test_doubt__makes_everything_again(project: Project, spoilt: str) -> None:
    made: Made | None = project.build()
    now = project.now("other" if spoilt == "another package" else "same")
    if spoilt == "nothing kept":
        made = None
    if spoilt == "model gone":
        fewer = copy.deepcopy(project.manifest)
        del fewer["nodes"]["model.p.sums"]
        now = Now(fewer, "same", SourceKeys(fewer))
    assert now.need(made).whole


def test_delivery__changes_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "data.parquet"
    path.write_bytes(b"one")
    name = {"sources": {"source.p.d.x": {"relation_name": f"read_parquet('{path}')"}}}
    first = SourceKeys(name).key("source.p.d.x", "anything")
    assert SourceKeys(name).key("source.p.d.x", "other") == first
    path.write_bytes(b"two")
    assert SourceKeys(name).key("source.p.d.x", "anything") != first


def test_source__that_is_read_in_another_way_is_never_taken_for_the_same() -> None:
    name = {"sources": {"source.p.d.x": {"relation_name": "read_csv('x.csv')"}}}
    assert SourceKeys(name).key("source.p.d.x", "a") != SourceKeys(name).key("source.p.d.x", "a")
