"""Which cells differ from the release before: from what, to what, and why. Published with the release as `meta.changelog`."""

from __future__ import annotations

from typing import Any

import duckdb

from datawerkplaats.base.duckdb import attach, connect_memory, tables
from datawerkplaats.publication.candidate import Candidate
from datawerkplaats.publication.own_tables import OwnTable
from datawerkplaats.publication.tables import WHOLE, Part
from datawerkplaats.publication.verify import is_whole

# Where a whole column changes, a row per cell says less than one that counts them; `dwp diff` and the two files tell the rest.
LISTED_AT_MOST = 2_000

_KEY = ("indicator_id", "region_code", "region_vintage", "period_id", "sex", "age_band")
_FACT = ("core", "fct_observation")
# Two releases side by side were the most memory of a whole build; with less of it the rest of the comparing goes through the disk.
_MEMORY = "450MB"
# What an indicator means: where one of these differs, its figures are others.
_MEANING = (
    "measure_code",
    "denominator_code",
    "method",
    "multiplier",
    "min_denominator",
    "instrument",
    "cut_off",
    "definition_version",
)
_COLUMNS = (
    ("indicator_id", "varchar", "Which indicator"),
    ("region_level", "varchar", "Level of the area"),
    ("region_code", "varchar", "Which area; empty for a row that counts the cells of a whole level"),
    ("region_vintage", "integer", "Classification of the area; empty for a row that counts"),
    ("year", "integer", "Which year"),
    ("sex", "varchar", "total, men or women; empty for a row that counts"),
    ("age_band", "varchar", "Which ages; empty for a row that counts"),
    ("change", "varchar", "added, lost or changed"),
    (
        "value_before",
        "double",
        "The figure in the release before; empty where there was none, and where we hide it now or it is gone",
    ),
    ("value_after", "double", "The figure in this release; empty where there is none"),
    ("status_before", "varchar", "value_status in the release before"),
    ("status_after", "varchar", "value_status in this release"),
    (
        "why",
        "varchar",
        "definition (the indicator means something else), correction (a known error put right, or no longer),"
        " protection (we hide it, or no longer), source (another delivery) or method (our way of working)",
    ),
    ("cells", "bigint", "How many cells the row is about: 1, or those of a whole level"),
    ("compared_with", "varchar", "The release before"),
)


def changelog_report(candidate: Candidate) -> OwnTable:
    """`meta.changelog`: every cell that differs from the release that readers have now; no rows where there is none.

    Nor are there where its bytes are no longer those that were published, which the load gate tells: what is damaged keeps
    nothing sound from readers.
    """
    rows: list[tuple[Any, ...]] = []
    if candidate.served and is_whole(candidate.served):
        with connect_memory(limit=_MEMORY) as con:
            attach(con, candidate.served.path, "before")
            attach(con, candidate.path, "after")
            before, after = tables(con, "before"), tables(con, "after")
            if _FACT in before and _FACT in after:
                rows = _changes(con, {name for name, _ in before[_FACT]}, candidate.served.id, candidate.part)
    return OwnTable(
        "meta",
        "changelog",
        "Every figure that differs from the release before, with the reason. Grain: cell, or level where more than"
        f" {LISTED_AT_MOST} cells of one indicator and year changed alike.",
        _COLUMNS,
        rows,
    )


def _changes(
    con: duckdb.DuckDBPyConnection, known_before: set[str], compared_with: str, part: Part = WHOLE
) -> list[tuple[Any, ...]]:
    """The rows of the changelog; a release from before a column existed is read as if it were empty.

    What is hidden now is not told by what it was: an earlier figure stands only beside a later one, or where the publisher
    holds it back.
    """

    def side(name: str) -> str:
        known = known_before if name == "before" else {"quality_flag", "withheld_by"}
        flag = "quality_flag" if "quality_flag" in known else "'none'"
        holder = "withheld_by" if "withheld_by" in known else "null"
        return (
            f"select {', '.join(_KEY)}, region_level, year, value, lower, upper, value_status, snapshot_id,"
            f" {flag} as flag, {holder} as holder, true as is_there from {name}.core.fct_observation"
            f" where {part.elsewhere('source_id') if 'source_id' in known_before else 'true'}"
        )

    match = " and ".join(f"b.{column} = a.{column}" for column in _KEY)
    differs = " or ".join(
        f"b.{column} is distinct from a.{column}" for column in ("value", "lower", "upper", "value_status")
    )
    meaning = con.execute(
        "select column_name from duckdb_columns() where table_name = 'dim_indicator' and schema_name = 'core'"
        " group by column_name having count(*) = 2"
    ).fetchall()
    compared = [column for column in _MEANING if (column,) in meaning]
    other = " or ".join(f"old.{column} is distinct from new.{column}" for column in compared) or "false"
    con.execute(
        f"""create temp table changes as
        with b as ({side("before")}), a as ({side("after")}),
        redefined as (
            select new.indicator_id from after.core.dim_indicator as new
            inner join before.core.dim_indicator as old on new.indicator_id = old.indicator_id where {other}
        )
        select coalesce(a.indicator_id, b.indicator_id) as indicator_id, coalesce(a.region_level, b.region_level) as region_level,
            coalesce(a.region_code, b.region_code) as region_code, coalesce(a.region_vintage, b.region_vintage) as region_vintage,
            coalesce(a.year, b.year) as year, coalesce(a.sex, b.sex) as sex, coalesce(a.age_band, b.age_band) as age_band,
            case when b.is_there is null then 'added' when a.is_there is null then 'lost' else 'changed' end as change,
            if(a.value is not null or a.holder = 'publisher', b.value, null) as value_before,
            a.value as value_after, b.value_status as status_before, a.value_status as status_after,
            case
                when coalesce(a.indicator_id, b.indicator_id) in (select indicator_id from redefined) then 'definition'
                when 'corrected' in (a.flag, b.flag) or 'dropped' in (a.flag, b.flag) then 'correction'
                when (a.holder = 'workplace') is distinct from (b.holder = 'workplace')
                    and 'workplace' in (a.holder, b.holder) then 'protection'
                when a.snapshot_id is distinct from b.snapshot_id then 'source'
                else 'method'
            end as why
        from b full join a on {match}
        where (b.is_there is null or a.is_there is null or {differs})
            and coalesce(a.indicator_id, b.indicator_id) in (select indicator_id from after.core.dim_indicator where is_public)"""
    )
    mark = compared_with.replace("'", "''")
    rows: list[tuple[Any, ...]] = con.execute(
        f"""with counted as (
            select *, count(*) over (partition by indicator_id, region_level, year, change, why) as alike from changes
        )
        select indicator_id, region_level, region_code, region_vintage, year, sex, age_band, change, value_before, value_after,
            status_before, status_after, why, 1 as cells, '{mark}' as compared_with
        from counted where alike <= {LISTED_AT_MOST}
        union all
        select indicator_id, region_level, null, null, year, null, null, change, null, null, null, null, why, count(*), '{mark}'
        from counted where alike > {LISTED_AT_MOST} group by indicator_id, region_level, year, change, why
        order by all"""
    ).fetchall()
    return rows
