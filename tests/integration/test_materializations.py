"""How a model takes the place of what stood there: in one transaction, whatever stood there."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
import yaml

from datawerkplaats.base import dbt
from datawerkplaats.base.settings import PROJECT_ROOT

PROJECT = "name: small\nprofile: small\nmodel-paths: [models]\nmacro-paths: [macros]\nflags: {send_anonymous_usage_stats: false}\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one model with the house's own macro."""
    place = tmp_path / "project"
    (place / "models").mkdir(parents=True)
    (place / "macros").mkdir()
    shutil.copy(PROJECT_ROOT / "dbt_project/macros/engines/materializations.sql", place / "macros")
    (place / "dbt_project.yml").write_text(PROJECT)
    output = {"type": "duckdb", "path": str(tmp_path / "small.duckdb"), "schema": "main"}
    (place / "profiles.yml").write_text(
        yaml.safe_dump({"small": {"target": "it", "outputs": {"it": output}}})
    )
    return place


def built(project: Path, kind: str, sql: str, more: str = "") -> dbt.NodeResult:
    """What came of the model, made as a table or a view."""
    head = f"{{{{ config(materialized='{kind}'{more}) }}}}\n"
    (project / "models" / "one.sql").write_text(head + sql)
    (result,) = dbt.build(project, project.parent / "target", "--no-write-json")
    return result


def held(project: Path) -> tuple[list[tuple[str, str]], list[tuple[int]]]:
    """What the file holds, and the rows of the model."""
    with duckdb.connect(str(project.parent / "small.duckdb"), read_only=True) as con:
        listed = con.execute("select table_name, table_type from information_schema.tables").fetchall()
        return listed, con.execute("select n from one").fetchall()


@pytest.mark.parametrize("kind", ["table", "view"])
@pytest.mark.parametrize("before", ["table", "view"])
def test_takes_the_place_of_whatever_stood_there(project: Path, before: str, kind: str) -> None:
    assert built(project, before, "select 1 as n").status == "success"
    assert built(project, kind, "select 2 as n").status == "success"
    types = {"table": "BASE TABLE", "view": "VIEW"}
    assert held(project) == ([("one", types[kind])], [(2,)])


def test_what_stood_there_stays_where_the_statement_fails(project: Path) -> None:
    built(project, "table", "select 1 as n")
    assert built(project, "table", "select cast(error('no') as integer) as n").is_wrong
    assert held(project) == ([("one", "BASE TABLE")], [(1,)])


def test_is_made_under_its_own_name(project: Path) -> None:
    """Made beside it and renamed, each model takes dbt three statements more."""
    built(project, "table", "select 1 as n")
    built(project, "table", "select 2 as n")
    ran = (project.parent / "target/run/small/models/one.sql").read_text()
    assert "__dbt_tmp" not in ran and "drop table if exists" in ran


@pytest.mark.parametrize("kind", ["table", "view"])
@pytest.mark.parametrize(
    "more", ["post_hook='select 1'", "indexes=[{'columns': ['n']}]", "grants={'select': ['one']}"]
)
def test_what_it_does_not_do_is_refused(project: Path, kind: str, more: str) -> None:
    result = built(project, kind, "select 1 as n", f", {more}")
    assert result.is_wrong and "are not carried out" in result.message
