"""What a candidate publication would take away or change, against the one that readers have: findings, each with a severity.

Figures are compared in two steps: a hash per indicator, level and year tells which groups differ at all; only those are looked at
cell by cell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import duckdb

from datawerkplaats.base.duckdb import attach, connect_memory, identifier, relation, tables
from datawerkplaats.publication.tables import WHOLE, Part

Weight = Literal["blocks", "warns"]
_MARTS = (("indicator", "fct_indicator"), ("determinant", "fct_determinant"), ("outcome", "fct_outcome"))
# A change in one of these is another concept, which needs an id of its own.
_MEANING = (
    "definition_version", "instrument", "cut_off", "unit", "polarity", "multiplier", "method", "measure_code",
    "denominator_code", "age_band",
)  # fmt: skip
# Words, that may also have been corrected.
_WORDS = ("population_en",)
_CELL = "indicator_id, region_level, year, region_code, period_id, sex, age_band"
# Shares of the cells of an indicator, level and year.
MAY_BE_LOST = 0.1
MAY_BE_HIDDEN, MAY_BE_HIDDEN_UNSEEN = 0.2, 0.05
MAY_JUMP = 0.1
# Written into a candidate after it was compared.
_WRITTEN_LATER = ("quality", "rpt_load_gate")
# Below this number of cells the spread between them says nothing.
FEW = 10


@dataclass(frozen=True)
class Finding:
    """One thing that would be lost or different."""

    finding: str
    severity: Weight
    subject: str
    before: str
    after: str


def compare(before: Path, after: Path, part: Part = WHOLE) -> list[Finding]:
    """All findings between two published files, those that block first; what lies apart since then is not lost."""
    with connect_memory() as con:
        attach(con, before, "before")
        attach(con, after, "after")
        old, new = tables(con, "before"), tables(con, "after")
        found = [
            *_structure({key: old[key] for key in old if part.places.get(".".join(key)) != "predicted"}, new)
        ]
        if ("core", "dim_region") in old and ("core", "dim_region") in new:
            found += _regions(con)
        if ("core", "dim_indicator") in old and ("core", "dim_indicator") in new:
            known = {name for name, _ in new["core", "dim_indicator"]}
            shared = {name for name, _ in old["core", "dim_indicator"]} & known
            found += _definitions(con, [name for name in (*_MEANING, *_WORDS) if name in shared])
        marts = [mart for mart in _MARTS if mart in old and mart in new]
        if marts:
            has_bound = "max_change" in {name for name, _ in new.get(("core", "dim_indicator"), [])}
            found += _figures(con, marts, has_bound, part)
    return sorted(found, key=lambda row: (row.severity != "blocks", row.finding, row.subject))


def _structure(old: dict[Any, Any], new: dict[Any, Any]) -> Iterator[Finding]:
    """Tables and columns that somebody may be using."""
    for key, columns in old.items():
        if key == _WRITTEN_LATER:
            continue
        label = ".".join(key)
        if key not in new:
            yield Finding("lost_table", "blocks", label, f"{len(columns)} columns", "absent")
            continue
        kinds = dict(new[key])
        for name, kind in columns:
            if name not in kinds:
                yield Finding("lost_column", "blocks", f"{label}.{name}", kind, "absent")
            elif kinds[name] != kind:
                yield Finding("changed_type", "warns", f"{label}.{name}", kind, kinds[name])


def _regions(con: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    """Regions that are no longer in a classification."""
    rows = con.execute(
        """
        select b.region_level, b.region_vintage, count(*), count(a.region_code)
        from (select distinct region_level, region_vintage, region_code from before.core.dim_region) as b
        left join (select distinct region_level, region_vintage, region_code from after.core.dim_region) as a
            using (region_level, region_vintage, region_code)
        group by all having count(*) > count(a.region_code) order by all
        """
    ).fetchall()
    for level, vintage, was, kept in rows:
        weight: Weight = "blocks" if was - kept > 0.01 * was else "warns"
        yield Finding("lost_regions", weight, f"{level}/{vintage}", f"{was} regions", f"{was - kept} absent")


def _definitions(con: duckdb.DuckDBPyConnection, fields: list[str]) -> Iterator[Finding]:
    """Definitions that read differently under the same id."""
    for field in fields:
        column = identifier(field)
        rows = con.execute(
            f"""
            select b.indicator_id, cast(b.{column} as varchar), cast(a.{column} as varchar)
            from before.core.dim_indicator as b
            inner join after.core.dim_indicator as a using (indicator_id)
            where a.{column} is distinct from b.{column} order by 1
            """
        ).fetchall()
        for key, was, now in rows:
            weight: Weight = "warns" if field in _WORDS else "blocks"
            yield Finding("changed_definition", weight, f"{key}, {field}", was or "none", now or "none")


def _figures(
    con: duckdb.DuckDBPyConnection, marts: list[tuple[str, str]], has_bound: bool, part: Part
) -> Iterator[Finding]:
    """Lost cells, jumps and more suppression, per indicator, level and year."""
    here = part.elsewhere("source_id")
    for side in ("before", "after"):
        union = " union all ".join(
            f"select {_CELL}, value, value_status, is_model_estimate from {relation(*mart, side)} where {here}"
            for mart in marts
        )
        con.execute(f"create view {side}_figures as {union}")
        con.execute(
            f"""
            create temp table {side}_groups as
            select indicator_id, region_level, year, count(*) as cells, count(value) as filled,
                count(*) filter (value_status = 'suppressed') as hidden,
                coalesce(bool_or(is_model_estimate), false) as is_estimate,
                bit_xor(hash(region_code, period_id, sex, age_band, value, value_status)) as content
            from {side}_figures group by all
            """
        )
    gone = con.execute(
        """
        select b.indicator_id, sum(b.filled) from before_groups as b
        where b.filled > 0 and not exists (
            from after_groups as a where a.indicator_id = b.indicator_id and a.filled > 0)
        group by all order by all
        """
    ).fetchall()
    for key, filled in gone:
        yield Finding("lost_indicator", "blocks", str(key), f"{filled} figures", "none")
    yield from _groups(con)
    yield from _cells(con, has_bound)


def _groups(con: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    """What the sums of a group tell: more hidden, or counted figures that became estimates."""
    rows = con.execute(
        """
        select concat_ws('/', b.indicator_id, b.region_level, b.year), b.hidden / b.cells, a.hidden / a.cells,
            b.is_estimate, a.is_estimate
        from before_groups as b inner join after_groups as a using (indicator_id, region_level, year)
        where a.content != b.content or a.is_estimate != b.is_estimate order by 1
        """
    ).fetchall()
    for subject, was, now, was_estimate, is_estimate in rows:
        if now - was > MAY_BE_HIDDEN_UNSEEN:
            weight: Weight = "blocks" if now - was > MAY_BE_HIDDEN else "warns"
            yield Finding("more_hidden", weight, subject, f"{was:.0%} hidden", f"{now:.0%} hidden")
        if was_estimate != is_estimate:
            words = {True: "estimated", False: "counted"}
            yield Finding("changed_kind", "blocks", subject, words[was_estimate], words[is_estimate])


def _cells(con: duckdb.DuckDBPyConnection, has_bound: bool) -> Iterator[Finding]:
    """What cells tell, in the groups that differ at all."""
    bounds = (
        "select indicator_id, max_change from after.core.dim_indicator" if has_bound else "select null, null"
    )
    rows = con.execute(
        f"""
        with differing as (
            select b.indicator_id, b.region_level, b.year
            from before_groups as b left join after_groups as a using (indicator_id, region_level, year)
            where b.filled > 0 and a.content is distinct from b.content
                and exists (from after_groups as g where g.indicator_id = b.indicator_id and g.filled > 0)
        ),
        b as (select {_CELL}, any_value(value) as value from before_figures
            semi join differing using (indicator_id, region_level, year) where value is not null group by all),
        a as (select {_CELL}, any_value(value) as value from after_figures
            semi join differing using (indicator_id, region_level, year) where value is not null group by all),
        bounds as (select * from ({bounds}) as listed (indicator_id, max_change)),
        spread as (select indicator_id, region_level, year, median(value) as middle, count(*) as n,
            any_value(max_change) as declared,
            coalesce(any_value(max_change),
                case when count(*) < {FEW} then 0.25 * abs(median(value))
                    else greatest(0.5 * (quantile_cont(value, 0.75) - quantile_cont(value, 0.25)), 0.1 * abs(median(value)))
                end) as bound
            from b left join bounds using (indicator_id) group by all)
        select concat_ws('/', indicator_id, region_level, year) as subject, any_value(spread.n),
            count(*) filter (a.value is null) as lost, any_value(spread.middle), any_value(spread.bound),
            median(a.value - b.value) as shift, count(a.value) as shared,
            count(*) filter (abs(a.value - b.value) > spread.bound) as jumped
        from b inner join spread using (indicator_id, region_level, year) left join a using ({_CELL})
        group by indicator_id, region_level, year order by subject
        """
    ).fetchall()
    for subject, n, lost, middle, bound, shift, shared, jumped in rows:
        if lost:
            weight: Weight = "blocks" if lost > MAY_BE_LOST * n else "warns"
            yield Finding("lost_cells", weight, subject, f"{n} figures", f"{lost} of them absent")
        if shared and abs(shift) > bound:
            moved = f"half of them differ by {shift:+.4g} or more, plausible is {bound:.4g}"
            yield Finding("jump", "blocks", subject, f"median {middle:.4g}", moved)
        elif shared and jumped > MAY_JUMP * shared:
            yield Finding(
                "jump", "warns", subject, f"{shared} figures", f"{jumped} differ by more than {bound:.4g}"
            )
