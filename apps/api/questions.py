"""What can be asked of a release. Every refusal is a `DataProblem`; every figure comes with its margin, status and reason.

Filters are on what a figure is about, never on the figure: together with the release, in which a hidden figure is empty,
that is why no filter, order or range tells anything of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import duckdb
import pyarrow as pa

from apps.api.known import (
    LEVEL_OF,
    least_residents,
    require_indicators,
    require_ranking,
    require_regions,
    require_theme,
    require_years,
    roles_in_themes,
    rows_of,
)
from datawerkplaats.base.errors import DataProblem

LEVELS = ("country", "province", "ggd_region", "corop", "gemeente", "wijk", "buurt")
Level = Literal["country", "province", "ggd_region", "corop", "gemeente", "wijk", "buurt"]
Sort = Literal["region_code", "value", "-value"]
_INDICATOR = (
    "indicator_id, mart, title_nl, title_en, description_nl, description_en, unit, decimals, polarity, population_nl,"
    " population_en, age_band, instrument, cut_off, trimbos_component, trimbos_building_block, source_id, interval_method,"
    " caveats_nl, caveats_en, is_ranked, helpline_nl, helpline_en"
)
_INSIDE = (
    "core.dim_region where ? in (gemeente_code, wijk_code, province_code, ggd_region_code, country_code)"
)
_LIVED_IN = (
    "select region_code from core.dim_region where population is not null group by region_code"
    " having max_by(population, region_vintage) >= {least}"
)
_REGION = "region_code, region_name, region_level, gemeente_code, gemeente_name, province_name, ggd_region_name, population"


@dataclass(frozen=True)
class Wanted:
    """Which figures: empty means all; `is_default` leaves one row per indicator, area and year."""

    indicators: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    level: str | None = None
    within: str | None = None
    years: tuple[int, ...] = ()
    age_band: str | None = None
    sex: str | None = None
    is_default: bool = True


@dataclass(frozen=True)
class Page:
    """A part of an answer: its rows, how many there are in all, and which part it is."""

    rows: pa.Table
    total: int
    number: int
    size: int

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // self.size))


def page_of(
    con: duckdb.DuckDBPyConnection, sql: str, values: Sequence[object], order: str, number: int, size: int
) -> Page:
    """One page of a query in a fixed order.

    Raises:
        DataProblem: `page_beyond_end`.
    """
    paged = f"{sql} order by {order} limit ? offset ?"
    if number == 1:
        first = con.execute(paged, [*values, size, 0]).to_arrow_table()
        if first.num_rows < size:  # all there is: nothing to count apart
            return Page(first, first.num_rows, 1, size)
    row = con.execute(f"select count(*) from ({sql})", list(values)).fetchone()
    total = int(row[0]) if row else 0
    if number == 1:
        return Page(first, total, 1, size)
    if (number - 1) * size >= total:
        raise DataProblem(
            "page_beyond_end",
            subject=f"page {number}",
            expected=f"1 to {max(1, -(-total // size))}",
            remedy="follow the link rel=next until there is none",
        )
    found = con.execute(paged, [*values, size, (number - 1) * size])
    return Page(found.to_arrow_table(), total, number, size)


def indicators(
    con: duckdb.DuckDBPyConnection,
    mart: str | None,
    text: str | None,
    theme: str | None,
    number: int,
    size: int,
) -> Page:
    """Indicators, by mart, by a word in their titles or descriptions, and by theme with the role they play there.

    Raises:
        DataProblem: `unknown_parameter` for a theme that the release does not have.
    """
    sql, values = f"select {_INDICATOR} from shown_indicator", list[object]()
    if theme:
        require_theme(con, theme)
        sql = f"""select {_INDICATOR}, theme_id, role, component, building_block, headline_phase
                  from shown_indicator join ({roles_in_themes(con)}) as roles using (indicator_id)"""
    sql += " where is_public and status = 'active'"
    if theme:
        sql += " and theme_id = ?"
        values.append(theme)
    if mart:
        sql += " and mart = ?"
        values.append(mart)
    if text:
        sql += " and contains(lower(concat_ws(' ', indicator_id, title_nl, title_en, description_nl, description_en)), lower(?))"
        values.append(text)
    return page_of(con, sql, values, "indicator_id", number, size)


def indicator(con: duckdb.DuckDBPyConnection, indicator_id: str) -> dict[str, Any]:
    """One indicator with the years and levels it has figures of.

    Raises:
        DataProblem: `unknown_indicator`, `indicator_without_figures`.
    """
    require_indicators(con, [indicator_id])
    told = rows_of(con, f"select {_INDICATOR} from shown_indicator where indicator_id = ?", [indicator_id])[0]
    told["figures"] = rows_of(
        con,
        """select region_level, list(distinct year order by year) as years, list(distinct age_band order by age_band) as age_bands
           from shown_obs where indicator_id = ? group by region_level order by region_level""",
        [indicator_id],
    )
    return told


def regions(
    con: duckdb.DuckDBPyConnection, level: str | None, text: str | None, number: int, size: int
) -> Page:
    """Areas of now that have figures, by level and by a part of their name."""
    sql = f"select distinct {_REGION} from shown_obs where true"
    values: list[object] = []
    if level:
        sql += " and region_level = ?"
        values.append(level)
    if text:
        sql += " and contains(lower(region_name), lower(?))"
        values.append(text)
    return page_of(con, sql, values, "region_code", number, size)


def region(con: duckdb.DuckDBPyConnection, code: str) -> dict[str, Any]:
    """One area of now.

    Raises:
        DataProblem: `unknown_area`, `area_ended`.
    """
    require_regions(con, [code])
    return rows_of(con, f"select distinct {_REGION} from shown_obs where region_code = ? limit 1", [code])[0]


def observations(con: duckdb.DuckDBPyConnection, wanted: Wanted, sort: Sort, number: int, size: int) -> Page:
    """Figures, each with margin, status, reason and holder of what is absent, verdict, trend and caveats.

    Raises:
        DataProblem: `unknown_indicator`, `indicator_without_figures`, `unknown_area`, `area_ended`,
            `year_without_figures`, `not_ranked` where the order would be a ranking that may not be made, `page_beyond_end`.
    """
    require_indicators(con, wanted.indicators)
    require_regions(con, wanted.regions)
    if (
        wanted.within is not None
        and not con.execute(f"select 1 from {_INSIDE} limit 1", [wanted.within]).fetchone()
    ):
        require_regions(con, [wanted.within])
    if sort != "region_code":
        require_ranking(con, wanted.indicators)
    conditions, values = _conditions(wanted)
    sql = f"select * from shown_obs where {conditions}"
    order = "indicator_id, year, region_level, region_code, age_band, sex"
    if sort != "region_code":
        # Areas of few residents have no place among the others: they come last, by code.
        placed = f"region_code in ({_LIVED_IN.format(least=least_residents())})"
        way = "desc" if sort == "-value" else "asc"
        order = f"value is null, {placed} desc, case when {placed} then value end {way} nulls last, {order}"
    found = page_of(con, sql, values, order, number, size)
    if not found.total and wanted.years and wanted.indicators:
        require_years(con, wanted.indicators, wanted.years)
    return found


def gaps(con: duckdb.DuckDBPyConnection, number: int, size: int) -> Page:
    """What matters and has no figures, with the reason."""
    return page_of(con, "select * from quality.rpt_gap_list", [], "indicator_id", number, size)


def predictions(
    con: duckdb.DuckDBPyConnection,
    model: str | None,
    region: str | None,
    level: str | None,
    number: int,
    size: int,
) -> Page:
    """What risk models expect per area, with 90 % limits or the reason of their silence, and what each may be used for."""
    sql = """select a.model_id, m.indicator_id, m.title_nl, m.title_en, m.age_band, m.is_synthetic, m.allowed_use_nl,
            m.allowed_use_en, a.region_code, a.region_level, a.year, a.value, a.lower_90, a.upper_90, a.expected, a.expected_lower,
            a.expected_upper, a.reason
        from quality.rpt_risk_area as a inner join core.dim_model as m on a.model_id = m.model_id
        where ($1::varchar is null or a.model_id = $1) and ($2::varchar is null or a.region_code = $2)
            and ($3::varchar is null or a.region_level = $3)"""
    return page_of(con, sql, [model, region, level], "model_id, region_level, region_code", number, size)


def _conditions(wanted: Wanted) -> tuple[str, list[object]]:
    parts, values = ["true"], list[object]()
    lists: tuple[tuple[str, tuple[Any, ...]], ...] = (
        ("indicator_id", wanted.indicators),
        ("region_code", wanted.regions),
        ("year", wanted.years),
    )
    for column, listed in lists:
        if listed:
            parts.append(f"{column} in ({', '.join('?' for _ in listed)})")
            values += listed
    for column, value in (("region_level", wanted.level), ("age_band", wanted.age_band), ("sex", wanted.sex)):
        if value is not None:
            parts.append(f"{column} = ?")
            values.append(value)
    # The file is in the order of levels: with the level beside the code most of it is not even looked at.
    levels = sorted({LEVEL_OF.get(code[:2], "") for code in wanted.regions})
    if levels and levels[0]:
        parts.append(f"region_level in ({', '.join('?' for _ in levels)})")
        values += levels
    if wanted.within is not None:
        parts.append(f"region_code in (select region_code from {_INSIDE})")
        values.append(wanted.within)
    if wanted.is_default:
        parts.append("is_default")
    return " and ".join(parts), values
