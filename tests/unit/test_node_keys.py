"""What every model is made with: when that is another thing, all of them are made again."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from datawerkplaats.base.settings import PROJECT_ROOT
from orchestration.node_keys import for_all

ENGINES = sorted(
    path.relative_to(PROJECT_ROOT / "dbt_project").as_posix()
    for path in (PROJECT_ROOT / "dbt_project" / "macros" / "engines").glob("*.sql")
    # What dbt calls by itself when it makes a table or a view, and no model names.
    if any(
        word in path.read_text("utf-8") for word in ("{% materialization ", "macro duckdb__create_table_as(")
    )
)


def _manifest(place: str) -> dict[str, Any]:
    macro = {"name": "one", "original_file_path": place, "macro_sql": "select 1"}
    return {"macros": {"macro.p.one": macro}, "metadata": {"dbt_version": "1"}}


def _is_another(place: str) -> bool:
    before = _manifest(place)
    after = copy.deepcopy(before)
    after["macros"]["macro.p.one"]["macro_sql"] = "select 2"
    return for_all(before, {}) != for_all(after, {})


def test_how_tables_are_made_decides_every_model() -> None:
    assert len(ENGINES) >= 2
    assert all(_is_another(place) for place in ENGINES)


@pytest.mark.parametrize("place", ["macros/engines/expressions.sql", "macros/age.sql"])
def test_what_models_call_by_name_decides_only_them(place: str) -> None:
    assert not _is_another(place)


def test_a_setting_that_the_build_names_decides_every_model() -> None:
    keys = {
        json.dumps(told): for_all(_manifest("m.sql"), told)
        for told in ({}, {"DWP_MODE": "demo"}, {"DWP_MODE": "live"})
    }
    assert len(set(keys.values())) == len(keys)
