"""Filling a publication: sorted in parts that fit in memory, as if it had been sorted at once."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from datawerkplaats.publication import PublicTable, fill
from datawerkplaats.publication.comments import comment


def test_fill__a_list_of_gaps_keeps_what_no_figure_is_known_of(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as con:
        con.execute("create schema core; create schema quality")
        con.execute("create table core.dim_indicator as select 'known' as indicator_id, true as is_public")
        con.execute("create table quality.rpt_gap_list as select 'gap' as indicator_id")
        con.execute("create table quality.rpt_other as select 'gap' as indicator_id")
    tables = [PublicTable("quality", "rpt_gap_list", lists_gaps=True), PublicTable("quality", "rpt_other")]
    written = fill.fill(tmp_path / "made.duckdb", tmp_path / "warehouse.duckdb", tables, [], cores=1)
    assert [table["rows"] for table in written] == [1, 0]


@pytest.mark.parametrize("at_once", [1, 7, 40, 10_000])
def test_fill__sorts_in_parts_as_it_does_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as con:
        con.execute("create schema core")
        con.execute("""create table core.fct_observation as
            select if(i % 11 = 10, null, 'i''' || i % 11) as indicator_id, if(i % 3 = 0, 'buurt', 'wijk') as region_level,
                (i * 7919 % 101)::integer as year, i as value
            from range(1000) as r (i)""")
    monkeypatch.setattr(fill, "SORTED_AT_ONCE", at_once)
    written = fill.fill(
        tmp_path / "made.duckdb",
        tmp_path / "warehouse.duckdb",
        [PublicTable("core", "fct_observation")],
        [],
        cores=2,
    )
    assert written[0]["rows"] == 1000
    with duckdb.connect(str(tmp_path / "made.duckdb"), read_only=True) as con:
        rows = con.execute("select * from core.fct_observation").fetchall()
    assert sorted(row[3] for row in rows) == list(range(1000))
    assert rows == sorted(rows, key=lambda row: (row[1], row[0] is None, row[0] or "", row[2]))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["made.duckdb", "warehouse.duckdb"]


def test_comment__describes_all_or_nothing(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "made.duckdb")) as con:
        con.execute("create table t (told integer, untold integer)")
        comment(con, "TABLE", "t", "a table", [("told", "it's told"), ("untold", "")])
        assert con.execute("select comment from duckdb_tables()").fetchall() == [("a table",)]
        told = "select comment from duckdb_columns() where table_name = 't' order by column_index"
        assert con.execute(told).fetchall() == [("it's told",), (None,)]
        comment(con, "TABLE", "t", "")
        with pytest.raises(duckdb.Error):
            comment(con, "TABLE", "t", "another", [("untold", "now told"), ("absent", "is not there")])
        con.rollback()
        assert con.execute("select comment from duckdb_tables()").fetchall() == [("a table",)]
        assert con.execute(told).fetchall() == [("it's told",), (None,)]
