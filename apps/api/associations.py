"""How two indicators go together over areas, or why that may not be said."""

from __future__ import annotations

from typing import Any

import duckdb

from apps.api.known import require_indicators, rows_of
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.statistics import weighted_correlation


def association(
    con: duckdb.DuckDBPyConnection, first: str, second: str, level: str, year: int | None
) -> dict[str, Any]:
    """The correlation of two indicators over the areas of a level, weighted by residents, or why there is none.

    Args:
        con: A cursor on a release.
        first: An indicator.
        second: Another.
        level: gemeente or wijk.
        year: A year in which both were measured; by default the latest.

    Raises:
        DataProblem: `unknown_indicator`, `indicator_without_figures`, `year_without_figures`.
    """
    require_indicators(con, [first, second])
    guard = rows_of(
        con,
        "select guard, reason_nl, reason_en from core.bridge_circular_pair where indicator_id = ? and other_indicator_id = ?",
        [first, second],
    )
    # The year is the last one of a period: of years counted together the figure beside it may be of one of them alone.
    periods = ", ".join(
        f"{_period(con, one)} as {name}_period" for one, name in (("a", "first"), ("b", "second"))
    )
    pairs = con.execute(
        f"""select a.year, a.value as x, b.value as y, a.population as people, a.gemeente_code as cluster, {periods}
           from shown_obs as a inner join shown_obs as b using (region_code, year)
           where a.indicator_id = ? and b.indicator_id = ? and a.region_level = ? and a.is_default and b.is_default
             and a.population > 0 and a.year = coalesce(?, a.year)""",
        [first, second, level, year],
    ).fetch_df()
    if pairs.empty:
        raise DataProblem(
            "year_without_figures",
            subject=f"{first} and {second}, {level}",
            found=str(year or "no year that both have"),
            remedy="ask /indicators/{id} for the years and levels of each",
        )
    pairs = pairs[pairs["year"] == pairs["year"].max()]
    refused = str(guard[0]["guard"]) if guard else ""
    found = weighted_correlation(
        pairs["x"],
        pairs["y"],
        pairs["people"],
        clusters=pairs["cluster"] if level == "wijk" else None,
        refused_because="circular_pair" if refused == "circular_pair" else "",
    )
    return {
        "first": first,
        "second": second,
        "region_level": level,
        "year": int(pairs["year"].iloc[0]),
        "first_period": pairs["first_period"].iloc[0],
        "second_period": pairs["second_period"].iloc[0],
        "correlation": None if found.reason else found.r,
        "lower": None if found.reason else found.lower,
        "upper": None if found.reason else found.upper,
        "areas": found.areas,
        "refused_because": found.reason or None,
        "guard": refused or None,
        "guard_reason_nl": guard[0]["reason_nl"] if guard else None,
        "guard_reason_en": guard[0]["reason_en"] if guard else None,
        "note": "An association between areas is not a cause, and says nothing of persons.",
    }


def _period(con: duckdb.DuckDBPyConnection, table: str) -> str:
    """The SQL of the period of a figure as ISO 8601 writes it; of a release from before it was published, null."""
    sql = "select 1 from duckdb_columns() where schema_name = 'mart' and table_name = 'obs' and column_name = 'period_start'"
    return (
        f"{table}.period_start || '/' || {table}.period_end"
        if con.execute(sql).fetchone()
        else "null::varchar"
    )
