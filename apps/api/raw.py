"""What can be asked of what open sources delivered: which measures there are, and the figures of one."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

import duckdb

from apps.api.questions import Page, page_of
from datawerkplaats.base.errors import DataProblem


@dataclass(frozen=True)
class Delivered:
    """Which figures of which measure: empty means all."""

    source: str
    measure: str
    regions: tuple[str, ...] = ()
    level: str | None = None
    years: tuple[int, ...] = ()


def measures(
    con: duckdb.DuckDBPyConnection, source: str | None, text: str | None, number: int, size: int
) -> Page:
    """Measures, by source and by a word in their labels."""
    sql, values = "select * from measure where true", list[object]()
    if source:
        sql += " and source_id = ?"
        values.append(source)
    if text:
        sql += " and contains(lower(concat_ws(' ', measure_code, label, source_title_nl)), lower(?))"
        values.append(text)
    return page_of(con, sql, values, "source_id, measure_code", number, size)


def observations(con: duckdb.DuckDBPyConnection, wanted: Delivered, number: int, size: int) -> Page:
    """The figures of one measure with its label and unit, as they were delivered.

    Raises:
        DataProblem: `unknown_source`, `unknown_measure`, each with the nearest there is.
    """
    _require(con, wanted)
    sql = """select o.*, m.label, m.unit from observation as o join measure as m using (source_id, measure_code)
             where o.source_id = ? and o.measure_code = ?"""
    values: list[object] = [wanted.source, wanted.measure]
    for column, some in (("region_code", wanted.regions), ("year", wanted.years)):
        if some:
            sql += f" and o.{column} in ({', '.join('?' * len(some))})"
            values += some
    if wanted.level:
        sql += " and o.region_level = ?"
        values.append(wanted.level)
    return page_of(con, sql, values, "region_level, region_code, year, age_band, sex", number, size)


def _require(con: duckdb.DuckDBPyConnection, wanted: Delivered) -> None:
    sources = [row[0] for row in con.execute("select distinct source_id from measure order by 1").fetchall()]
    if wanted.source not in sources:
        raise _unknown("unknown_source", wanted.source, sources)
    sql = "select measure_code from measure where source_id = ? order by 1"
    codes = [row[0] for row in con.execute(sql, [wanted.source]).fetchall()]
    if wanted.measure not in codes:
        raise _unknown("unknown_measure", wanted.measure, codes)


def _unknown(code: str, name: str, known: list[str]) -> DataProblem:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.0)
    return DataProblem(
        code, subject=name, expected=f"such as {near[0]}" if near else "", remedy="see /v1/raw/measures"
    )
