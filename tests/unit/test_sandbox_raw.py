"""Typed SQL on what sources delivered: beside the published file, and only where that file is given."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.sandbox import run_query, schema
from tests.security.target import Target, build
from tests.unit.test_sandbox import PATIENT, problem

pytestmark = pytest.mark.busy


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Target:
    return build(tmp_path_factory.mktemp("sandbox"))


def test_raw__is_read_beside_the_file_and_only_where_it_is_given(target: Target, tmp_path: Path) -> None:
    raw = tmp_path / "raw.duckdb"
    with duckdb.connect(str(raw)) as con:
        con.execute("create table measure as select 'Roker' as measure_code, 'Rookt' as label")
        con.execute("create table observation as select 'Roker' as measure_code, 18.0 as value")
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(0o755)
    sql = "select label, value from raw.observation join raw.measure using (measure_code)"
    assert run_query(target.published, sql, PATIENT, raw=raw).rows == [("Rookt", 18.0)]
    assert {(table.schema, table.name) for table in schema(target.published, raw)} >= {("raw", "measure")}
    assert problem(target, sql).code == "query_table_not_published"
    with pytest.raises(DataProblem) as caught:
        run_query(target.published, f"attach '{raw}' as other", PATIENT, raw=raw)
    assert caught.value.code.startswith("query_")
