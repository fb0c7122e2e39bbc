"""Whole Parquet files, read without pandas."""

import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from datawerkplaats.base.parquet import read_table

pytestmark = pytest.mark.busy


def test_read_table__has_the_columns_in_the_order_that_was_asked_and_tells_of_one_that_is_absent(
    tmp_path: Path,
) -> None:
    path = tmp_path / "one.parquet"
    pq.write_table(pa.table({"a": [1], "b": [2], "c": [3]}), path)
    assert read_table(path).column_names == ["a", "b", "c"]
    assert read_table(path, ["c", "a"]).to_pydict() == {"c": [3], "a": [1]}
    with pytest.raises(KeyError, match="d"):
        read_table(path, ["a", "d"])
    code = (
        "import sys; from datawerkplaats.base.parquet import read_table; read_table(sys.argv[1]);"
        " assert 'pandas' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], check=True)
