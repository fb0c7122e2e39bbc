"""Which tables are published, read from what dbt declares."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from datawerkplaats import publication
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.publication import PublicTable


def test_public_tables__reads_access_descriptions_and_keys_from_dbt(tmp_path: Path) -> None:
    def node(name: str, access: str, **more: object) -> dict[str, object]:
        base = {
            "resource_type": "model",
            "name": name,
            "schema": "core",
            "config": {"access": access},
            "columns": {},
        }
        return {**base, **more}

    columns = {
        "region_id": {"description": "Id", "constraints": [{"type": "not_null"}]},
        "sex": {"description": "Sex", "constraints": []},
    }
    key = {"name": "unique_combination", "kwargs": {"columns": ["region_id", "sex"]}}
    filtered = {"name": "unique", "kwargs": {"column_name": "sex"}}
    nodes = {
        "model.a": node("fct_a", "public", columns=columns, description="Facts"),
        "model.b": node("int_b", "protected"),
        "test.c": {"resource_type": "test", "test_metadata": key, "attached_node": "model.a", "config": {}},
        "test.d": {
            "resource_type": "test",
            "test_metadata": filtered,
            "attached_node": "model.a",
            "config": {"where": "x"},
        },
    }
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps({"nodes": nodes}))
    assert publication.public_tables(path) == [
        PublicTable(
            "core",
            "fct_a",
            "Facts",
            (("region_id", "Id"), ("sex", "Sex")),
            (("region_id", "sex"),),
            ("region_id",),
        )
    ]
    path.write_text(json.dumps({"nodes": {"model.b": node("int_b", "protected")}}))
    with pytest.raises(DataProblem, match="access: public"):
        publication.public_tables(path)
