"""What changed between two publications: cells per indicator, year and level, and definitions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from datawerkplaats.base.duckdb import attach, connect_memory, identifier, relation, tables
from datawerkplaats.publication.store import Publication
from datawerkplaats.publication.verify import verify_bytes

KEY = ("indicator_id", "source_id", "region_code", "region_vintage", "period_id", "sex", "age_band")
_COMPARED = ("value", "lower", "upper", "numerator", "denominator", "value_status")
# What is told about the data differs whenever a check is added; it says nothing of the data.
_ABOUT = ("quality.check_result", "quality.dim_rule", "quality.rpt_load_gate", "meta.changelog")
_GROUP = ("indicator_id", "year", "region_level")
_MARTS = (("indicator", "fct_indicator"), ("determinant", "fct_determinant"), ("outcome", "fct_outcome"))


@dataclass(frozen=True)
class CellChange:
    """Changes of one indicator in one year at one level."""

    indicator_id: str
    year: int
    region_level: str
    before: int
    after: int
    added: int
    lost: int
    changed: int


@dataclass(frozen=True)
class DefinitionChange:
    """One field of an indicator that reads differently; one that came or went has the field `indicator`."""

    indicator_id: str
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    """All changes between two publications; `rows` has the counts of tables whose counts differ."""

    before: str
    after: str
    rows: dict[str, tuple[int, int]]
    cells: list[CellChange]
    definitions: list[DefinitionChange]

    @property
    def is_empty(self) -> bool:
        """True if both publications say the same."""
        return not (self.rows or self.cells or self.definitions)

    def sentence(self) -> str:
        """The difference in one sentence."""
        if self.is_empty:
            return f"Publications {self.before} and {self.after} hold the same data and definitions."
        added, lost = sum(c.added for c in self.cells), sum(c.lost for c in self.cells)
        changed = sum(c.changed for c in self.cells)
        return (
            f"From {self.before} to {self.after}: {added} cells added, {lost} lost and {changed} changed"
            f" for {len({c.indicator_id for c in self.cells})} indicators,"
            f" {len(self.definitions)} changes of definitions."
        )


def _cells(con: duckdb.DuckDBPyConnection, schema: str, table: str) -> list[CellChange]:
    name = {side: relation(schema, table, side) for side in ("before", "after")}
    match = " and ".join(f"a.{column} is not distinct from b.{column}" for column in KEY)
    differs = " or ".join(f"a.{column} is distinct from b.{column}" for column in _COMPARED)
    group = ", ".join(f"coalesce(b.{column}, a.{column}) as {column}" for column in _GROUP)
    # The mark tells a row that is absent from a row that is empty.
    return [
        CellChange(*row)
        for row in con.execute(
            f"""
            with a as (select *, true as is_there from {name["before"]}),
            b as (select *, true as is_there from {name["after"]}),
            compared as (
                select {group}, a.is_there as was, b.is_there as is_now, ({differs}) as differs
                from a full join b on {match}
            )
            select {", ".join(_GROUP)}, count(was) as before, count(is_now) as after,
                   count(*) filter (was is null) as added, count(*) filter (is_now is null) as lost,
                   count(*) filter (was and is_now and differs) as changed
            from compared group by all having added + lost + changed > 0 order by {", ".join(_GROUP)}
            """
        ).fetchall()
    ]


def _definitions(con: duckdb.DuckDBPyConnection, columns: list[str]) -> list[DefinitionChange]:
    """Field by field what differs in `core.dim_indicator`."""
    shared = [column for column in columns if column != "indicator_id"]

    def read(side: str) -> dict[str, tuple[Any, ...]]:
        listed = ", ".join(identifier(column) for column in ["indicator_id", *shared])
        return {
            row[0]: row[1:]
            for row in con.execute(f"select {listed} from {side}.core.dim_indicator").fetchall()
        }

    before, after = read("before"), read("after")
    found = [
        DefinitionChange(name, "indicator", "present", "absent")
        for name in sorted(before.keys() - after.keys())
    ]
    found += [
        DefinitionChange(name, "indicator", "absent", "present")
        for name in sorted(after.keys() - before.keys())
    ]
    for name in sorted(before.keys() & after.keys()):
        for field, old, new in zip(shared, before[name], after[name], strict=True):
            if old != new:
                found.append(DefinitionChange(name, field, str(old), str(new)))
    return found


def diff(before: Publication, after: Publication) -> Difference:
    """What changed from one publication to another.

    Raises:
        DataProblem: `publication_damaged` if one of them is not as it was published.
    """
    verify_bytes(before)
    verify_bytes(after)
    counts = [
        {f"{t['schema']}.{t['name']}": int(t["rows"]) for t in p.manifest["tables"]} for p in (before, after)
    ]
    names = sorted(counts[0].keys() | counts[1].keys())
    rows = {name: (counts[0].get(name, 0), counts[1].get(name, 0)) for name in names}
    cells: list[CellChange] = []
    definitions: list[DefinitionChange] = []
    with connect_memory() as con:
        attach(con, before.path, "before")
        attach(con, after.path, "after")
        old, new = tables(con, "before"), tables(con, "after")
        for mart in _MARTS:
            if mart in old and mart in new:
                cells += _cells(con, *mart)
        dimension = ("core", "dim_indicator")
        if dimension in old and dimension in new:
            known = {column for column, _ in new[dimension]}
            definitions = _definitions(con, [column for column, _ in old[dimension] if column in known])
    return Difference(
        before=before.id,
        after=after.id,
        rows={name: pair for name, pair in rows.items() if pair[0] != pair[1] and name not in _ABOUT},
        cells=cells,
        definitions=definitions,
    )
