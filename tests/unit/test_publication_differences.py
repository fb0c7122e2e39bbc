"""What differs between two publications: in short, and completely."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from datawerkplaats import publication
from datawerkplaats.base.duckdb import connect_memory
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.publication import Publication
from datawerkplaats.publication.complete import compare, resolve
from datawerkplaats.publication.row_sets import rows_apart
from tests.publication_example import CHECKS, PUBLIC, release, warehouse


def publish(folder: Path, stamp: str = "s1", shift: float = 0.0, rows: int = 40) -> Publication:
    source = warehouse(folder / "warehouse.duckdb", stamp, rows, shift)
    return publication.publish(folder / "publish", source, PUBLIC, release(stamp), CHECKS)


def test_diff__counts_cells_and_definitions(tmp_path: Path) -> None:
    first = publish(tmp_path, "s1", rows=40)
    source = warehouse(tmp_path / "warehouse.duckdb", "s2", rows=42)
    with duckdb.connect(str(source)) as con:
        con.execute("update staging.facts set value = value + 1 where region_code in ('GM0001', 'GM0002')")
        con.execute("update staging.facts set value_status = 'missing' where region_code = 'GM0009'")
        con.execute("delete from staging.facts where region_code = 'GM0003'")
        con.execute("update core.dim_indicator set title_nl = 'Voelt zich eenzaam'")
    second = publication.publish(tmp_path / "publish", source, PUBLIC, release("s2"), CHECKS)
    found = publication.diff(first, second)
    cells = [
        (c.indicator_id, c.year, c.region_level, c.before, c.after, c.added, c.lost, c.changed)
        for c in found.cells
    ]
    assert cells == [("loneliness_pct", 2020, "gemeente", 40, 41, 2, 1, 3)]
    assert [(d.indicator_id, d.field, d.before, d.after) for d in found.definitions] == [
        ("loneliness_pct", "title_nl", "Eenzaam", "Voelt zich eenzaam")
    ]
    assert found.rows == {"indicator.fct_indicator": (40, 41)}
    assert "2 cells added, 1 lost and 3 changed" in found.sentence()


def test_diff__of_equal_data_is_empty(tmp_path: Path) -> None:
    found = publication.diff(publish(tmp_path, "s1"), publish(tmp_path, "s2"))
    assert found.is_empty
    assert "same data" in found.sentence()


def everything(first: Publication, second: Publication) -> dict[tuple[str, str], str]:
    """What a complete comparison finds."""
    return {(row.subject, row.kind): row.detail for row in compare(first, second).differences}


def altered(folder: Path, *statements: str) -> Publication:
    """A publication of the same warehouse after these statements."""
    source = warehouse(folder / "warehouse.duckdb", "s1")
    with duckdb.connect(str(source)) as con:
        for statement in statements:
            con.execute(statement)
    return publication.publish(folder / "publish", source, PUBLIC, release("s1"), CHECKS)


def test_everything__two_builds_of_the_same_are_equal_but_for_ids_and_times(tmp_path: Path) -> None:
    found = compare(publish(tmp_path), publish(tmp_path))
    assert found.is_equal, found.differences
    assert found.tables == found.files >= 3 and found.rows >= 40
    assert {"publication_id", "published_at"} <= {row.kind for row in found.ids}
    assert "say the same" in found.sentence()


def test_everything__the_order_of_rows_says_nothing(tmp_path: Path) -> None:
    turned = altered(
        tmp_path,
        "create table staging.turned as select * from staging.facts order by region_code desc",
        "delete from staging.facts",
        "insert into staging.facts select * from staging.turned",
    )
    assert not everything(publish(tmp_path), turned)


def test_everything__one_cell_is_found_in_table_and_file(tmp_path: Path) -> None:
    first = publish(tmp_path)
    second = altered(tmp_path, "update staging.facts set lower = lower + 0.5 where region_code = 'GM0002'")
    found = everything(first, second)
    assert set(found) == {("indicator.fct_indicator", "rows"), ("indicator.fct_indicator (Parquet)", "rows")}
    assert found["indicator.fct_indicator", "rows"].endswith("0 lost, 0 added, changed: lower in 1 rows")


def test_everything__a_value_that_is_gone_is_not_zero(tmp_path: Path) -> None:
    first = altered(tmp_path, "update staging.facts set lower = 0 where region_code = 'GM0002'")
    second = altered(tmp_path, "update staging.facts set lower = null where region_code = 'GM0002'")
    assert "lower in 1 rows" in everything(first, second)["indicator.fct_indicator", "rows"]


def test_everything__a_row_that_stands_twice_counts_twice(tmp_path: Path) -> None:
    """A comparison of sets would call these equal."""
    with connect_memory() as con:
        con.execute("create table a as select 1 as n union all select 1; create table b as select 1 as n")
        assert rows_apart(con, ("a", "b"), ["n"]) == (1, 0)
        con.execute(
            "create table c as select 1 as n union all select 2; create table d as select 2 as n union all select 1"
        )
        assert rows_apart(con, ("c", "d"), ["n"]) == (0, 0)


def test_everything__the_thirteenth_digit_is_noted_and_the_twelfth_differs(tmp_path: Path) -> None:
    first = publish(tmp_path)
    near = altered(
        tmp_path, "update staging.facts set value = value * (1 + 2e-16) where region_code = 'GM0002'"
    )
    found = compare(first, near)
    assert found.is_equal and {row.subject for row in found.rounded} >= {"indicator.fct_indicator"}
    far = altered(
        tmp_path, "update staging.facts set value = value * (1 + 1e-10) where region_code = 'GM0002'"
    )
    assert "value in 1 rows" in everything(first, far)["indicator.fct_indicator", "rows"]


def test_everything__comments_and_types_are_compared(tmp_path: Path) -> None:
    first = publish(tmp_path)
    source = warehouse(tmp_path / "warehouse.duckdb", "s1")
    with duckdb.connect(str(source)) as con:
        con.execute("alter table core.dim_indicator add column colour varchar")
    told = [replace(table, description=f"{table.label}, told anew") for table in PUBLIC]
    second = publication.publish(tmp_path / "publish", source, told, release("s1"), CHECKS)
    found = everything(first, second)
    assert found["core.dim_indicator", "columns"] == "nothing became colour VARCHAR"
    assert found["core.dim_indicator", "comment"].endswith("became core.dim_indicator, told anew")


def test_everything__a_manifest_field_is_compared_by_name(tmp_path: Path) -> None:
    first, second = publish(tmp_path), publish(tmp_path)
    changed = replace(
        second, manifest={**second.manifest, "checks_passed": 0, "git_sha": "abc", "title": "Other"}
    )
    assert set(everything(first, changed)) == {("manifest", "checks_passed"), ("manifest", "title")}


def test_everything__a_publication_is_named_by_id_folder_or_file(tmp_path: Path) -> None:
    made, folder = publish(tmp_path), tmp_path / "publish"
    for reference in (made.id, str(tmp_path), str(folder), str(made.path)):
        assert resolve(reference, folder) == made
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataProblem, match=r"current\.json"):
        resolve(str(tmp_path / "empty"), folder)
    with pytest.raises(DataProblem, match="20010101"):
        resolve("20010101_000000_000", folder)


def test_everything__a_damaged_file_is_refused(tmp_path: Path) -> None:
    first, second = publish(tmp_path), publish(tmp_path)
    (first.parquet_dir / "indicator" / "fct_indicator.parquet").unlink()
    with pytest.raises(DataProblem, match=r"fct_indicator\.parquet"):
        compare(first, second)
