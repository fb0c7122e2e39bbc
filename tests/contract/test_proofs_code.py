"""On which code a figure depends, so that it is known to be stale: code that is there, and nothing that a build writes."""

from __future__ import annotations

import ast
import dataclasses
from pathlib import Path

from datawerkplaats.base import files
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.warehouse_inputs import staging
from tests.proofs.registry import load


def test_every_declared_part_can_be_run_and_looks_at_code_that_exists() -> None:
    parts = load()
    assert len(parts) > 10
    for one in parts.values():
        module, function = one.run.split(":")
        path = PROJECT_ROOT / f"{module.replace('.', '/')}.py"
        names = {
            name
            for node in ast.parse(path.read_text()).body
            for name in (
                [node.name]
                if isinstance(node, ast.FunctionDef)
                else [t.id for t in node.targets if isinstance(t, ast.Name)]
                if isinstance(node, ast.Assign)
                else []
            )
        }
        assert function in names, one.id
        for glob in one.code:
            assert dataclasses.replace(one, code=(glob,)).files(), f"{one.id}: no file is meant by {glob}"


def test_what_a_build_writes_into_the_project_makes_no_figure_stale(tmp_path: Path) -> None:
    """Written anew in every clone, it is another reason than that the code has changed."""
    model = tmp_path / staging.PROJECT.name / "models" / "core" / "fct.sql"
    files.write_text(model, "select 1")
    files.write_text(tmp_path / "tests" / "proofs" / "one.py", "")
    one = dataclasses.replace(
        next(iter(load().values())), code=("dbt_project/models/**/*",), run="tests.proofs.one:figures"
    )
    before = one.code_hash(tmp_path)
    for name in staging.WRITTEN:
        files.write_text(tmp_path / staging.PROJECT.name / name, "written by a build")
    assert one.code_hash(tmp_path) == before
    files.write_text(model, "select 2")
    assert one.code_hash(tmp_path) != before
