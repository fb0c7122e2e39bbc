"""Areas through time for the pages: what an area that ended became, and figures of earlier years on the boundaries of now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from apps.dashboard.data import release as published_release
from apps.dashboard.data.cache import cached
from apps.dashboard.data.release import Identity, Release, Row

# Gemeente codes are used once; a wijk code may be another wijk now, so there a figure of its own goes first.
_USED_ONCE = "GM"


@dataclass(frozen=True)
class Replaced:
    """An area that ended: its name, the first day without it, and code and name of its successors, the largest first."""

    name: str
    ended_on: date
    successors: tuple[tuple[str, str], ...]

    def shown(self, options: Sequence[object]) -> tuple[str, str] | None:
        """Code and name of the successor to show: the first that can be chosen."""
        known = {str(option) for option in options}
        return next(((code, name) for code, name in self.successors if code in known), None)


def replaced(release: Release, code: str) -> Replaced | None:
    """What became of an area; None for one that exists, or that nothing is known of."""
    if not published_release.has_tables(release, "core.dim_region_successor"):
        return None
    sql = """select region_name, ended_on, successor_code, successor_name from core.dim_region_successor
             where region_code = ? order by weight desc, successor_code"""
    rows = published_release.query(release.identity, sql, (code[:10],)).rows
    return Replaced(rows[0][0], rows[0][1], tuple((row[2], row[3]) for row in rows)) if rows else None


def predecessors(release: Release) -> dict[str, list[str]]:
    """By area of now the areas that went into it whole; one that was divided over several is none of them."""
    return _predecessors(release.identity, release)


@cached(3)
def _predecessors(_identity: Identity, release: Release) -> dict[str, list[str]]:
    if not published_release.has_tables(release, "core.dim_region_successor"):
        return {}
    sql = """select region_code, any_value(successor_code) from core.dim_region_successor
             group by region_code having count(distinct successor_code) = 1"""
    found: dict[str, list[str]] = {}
    for old, code in published_release.query(release.identity, sql).rows:
        found.setdefault(str(code), []).append(str(old))
    return found


def ended(release: Release) -> frozenset[str]:
    """Codes of the gemeenten that no longer exist."""
    if not published_release.has_tables(release, "core.dim_region_successor"):
        return frozenset()
    sql = "select distinct region_code from core.dim_region_successor where region_level = 'gemeente'"
    return frozenset(row[0] for row in published_release.query(release.identity, sql).rows)


def restated(release: Release, code: str, indicator: str | None = None) -> list[Row]:
    """The restated figures of one area, of both sexes together, the newest classification of each year."""
    if not published_release.has_tables(release, "core.fct_observation_restated"):
        return []
    # Publications from before figures were restated with their margins have none.
    with_margins = published_release.has_column(release, "core.fct_observation_restated", "lower")
    margins = (
        "lower, upper" if with_margins else "cast(null as double) as lower, cast(null as double) as upper"
    )
    sql = f"""select indicator_id, year, age_band as age, value, {margins}, value_status as status,
                     suppression_reason as reason, is_model_estimate as is_modelled, region_vintage as vintage,
                     is_estimated, denominator
              from core.fct_observation_restated
              where region_code = ? and sex = 'total' {"and indicator_id = ?" if indicator else ""}
              qualify row_number() over (partition by indicator_id, year, age_band order by from_vintage desc) = 1"""
    names, rows = published_release.query(release.identity, sql, (code, indicator) if indicator else (code,))
    return [dict(zip(names, row, strict=True)) for row in rows]


def on_current_boundaries(
    rows: list[Row],
    code: str,
    restated_rows: list[Row],
    keys: tuple[str, ...] = ("indicator_id", "year", "age"),
) -> list[Row]:
    """The rows of an area with restated figures where its boundaries have changed, with the margin of the release or none.

    Args:
        rows: Figures as delivered; a row without a status stands for one that is not there.
        code: The area.
        restated_rows: Its restated figures.
        keys: What a row and a restated figure have in common.
    """
    known = {tuple(row[key] for key in keys): row for row in restated_rows}
    result = []
    for row in rows:
        other = known.get(tuple(row[key] for key in keys))
        absent = row.get("value") is None and row.get("status") in (None, "missing")
        if other is None or not (absent or code.startswith(_USED_ONCE)):
            result.append(row)
            continue
        changes = {
            key: other[key]
            for key in (
                "value", "lower", "upper", "status", "reason", "is_modelled", "denominator", "vintage",
            )
            if key in row
        }  # fmt: skip
        result.append({**row, **changes, "restated": _mark(other)})
    return result


def with_earlier_years(rows: list[Row], code: str, restated_rows: list[Row]) -> list[Row]:
    """The history of one indicator, newest first, going on over a change of boundaries."""
    years = {row["year"] for row in rows}
    blank = {
        "value": None,
        "lower": None,
        "upper": None,
        "status": None,
        "is_modelled": False,
        "vintage": None,
    }
    rows = [*rows, *({"year": row["year"], **blank} for row in restated_rows if row["year"] not in years)]
    joined = on_current_boundaries(rows, code, restated_rows, keys=("year",))
    return sorted(joined, key=lambda row: -row["year"])


def _mark(row: Row) -> tuple[str, int]:
    """The text that tells a reader what was done, with the classification it names."""
    return ("gebieden.restated_estimated" if row["is_estimated"] else "gebieden.restated", row["vintage"])
