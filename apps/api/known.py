"""Whether a release knows what is asked: indicators, areas, years, and what may be put in order. A refusal names what is near."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from functools import cache
from typing import Any

import duckdb

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import get_settings
from datawerkplaats.catalogue.themes import load_themes

LEVEL_OF = {
    "NL": "country", "PV": "province", "GG": "ggd_region", "CR": "corop", "GM": "gemeente", "WK": "wijk", "BU": "buurt",
}  # fmt: skip


def require_indicators(con: duckdb.DuckDBPyConnection, wanted: Sequence[str]) -> None:
    """Nothing, if there are figures of each.

    Raises:
        DataProblem: `unknown_indicator` with the nearest ids, `indicator_without_figures` with the reason, `not_openbaar`.
    """
    if not wanted:
        return
    known = [
        row["indicator_id"]
        for row in rows_of(con, "select indicator_id from shown_indicator where is_public")
    ]
    for name in wanted:
        if name in known:
            continue
        gap = rows_of(con, "select gap_reason_en from quality.rpt_gap_list where indicator_id = ?", [name])
        if gap:
            raise DataProblem(
                "indicator_without_figures",
                subject=name,
                found=str(gap[0]["gap_reason_en"]),
                remedy="see /gaps",
            )
        if rows_of(con, "select 1 from core.dim_indicator where is_public and indicator_id = ?", [name]):
            raise DataProblem(
                "not_openbaar", subject=name, expected="a figure that everybody may see",
                remedy="search with /indicators?text=; who signs in sees it on the pages",
            )  # fmt: skip
        near = difflib.get_close_matches(name, known, 3)
        raise DataProblem(
            "unknown_indicator",
            subject=_shown(name),
            expected=f"an id such as {', '.join(near or known[:1])}",
            remedy="search with /indicators?text=",
        )


def require_regions(con: duckdb.DuckDBPyConnection, wanted: Sequence[str]) -> None:
    """Nothing, if each is an area of now.

    Raises:
        DataProblem: `unknown_area`, `area_ended` with what took its place.
    """
    for code in wanted:
        # The file is in the order of levels: with the level beside the code most of it is not even looked at.
        level = LEVEL_OF.get(code[:2])
        at = "region_code = ?" if level is None else "region_code = ? and region_level = ?"
        values = [code] if level is None else [code, level]
        if con.execute(f"select 1 from shown_obs where {at} limit 1", values).fetchone():
            continue
        after = rows_of(
            con,
            "select successor_code, successor_name from core.dim_region_successor where region_code = ? order by all",
            [code],
        )
        if after:
            names = ", ".join(f"{row['successor_code']} {row['successor_name']}" for row in after)
            raise DataProblem(
                "area_ended",
                subject=code,
                expected=f"one of {names}",
                remedy="ask these; their earlier years are reckoned to the boundaries of now",
            )
        raise DataProblem(
            "unknown_area",
            subject=_shown(code),
            expected="a code of now such as GM0106, with its figures published",
            remedy="search with /regions?text=",
        )


@cache
def least_residents() -> int:
    """Residents under which an area has no place in an order, as on the pages; the largest of what themes ask."""
    return max(theme.rules.min_residents for theme in load_themes(get_settings().catalogue_dir).values())


def require_ranking(con: duckdb.DuckDBPyConnection, wanted: Sequence[str]) -> None:
    """Nothing, if a ranking is of one indicator that may be ranked, so that help and caution are never sorted away.

    Raises:
        DataProblem: `not_ranked`.
    """
    allowed = {
        row["indicator_id"]
        for row in rows_of(con, "select indicator_id from core.dim_indicator where is_public and is_ranked")
    }
    if len(wanted) != 1 or wanted[0] not in allowed:
        raise DataProblem(
            "not_ranked",
            subject=", ".join(wanted) or "all indicators",
            expected="one indicator whose is_ranked is true",
            remedy="ask in the order of region_code",
        )


def require_years(con: duckdb.DuckDBPyConnection, indicators: Sequence[str], years: Sequence[int]) -> None:
    """Nothing, if the indicators have figures of one of the years.

    Raises:
        DataProblem: `year_without_figures` with the years that there are.
    """
    marks = ", ".join("?" for _ in indicators)
    held = {
        int(row["year"])
        for row in rows_of(
            con, f"select distinct year from shown_obs where indicator_id in ({marks})", indicators
        )
    }
    if not held & set(years):
        raise DataProblem(
            "year_without_figures",
            subject=", ".join(indicators),
            expected=", ".join(str(year) for year in sorted(held)),
            found=", ".join(str(year) for year in years),
        )


def rows_of(con: duckdb.DuckDBPyConnection, sql: str, values: Sequence[object] = ()) -> list[dict[str, Any]]:
    """All rows of a query by column; for what is known to be few."""
    found: list[dict[str, Any]] = con.execute(sql, list(values)).to_arrow_table().to_pylist()
    return found


def _shown(text: str) -> str:
    """What somebody typed, fit for a sentence."""
    return "".join(letter for letter in text if letter.isprintable())[:80] or "(empty)"


def roles_in_themes(con: duckdb.DuckDBPyConnection) -> str:
    """The query of roles in themes; a release from before there were any has none."""
    known = con.execute(
        "select 1 from duckdb_tables() where schema_name = 'core' and table_name = 'bridge_theme_indicator'"
    ).fetchone()
    columns = ("theme_id", "indicator_id", "role", "component", "building_block", "headline_phase")
    if known:
        return f"select {', '.join(columns)} from core.bridge_theme_indicator"
    return f"select {', '.join(f'null::varchar as {column}' for column in columns)} where false"


def require_theme(con: duckdb.DuckDBPyConnection, theme: str) -> None:
    """Nothing, if the release has the theme.

    Raises:
        DataProblem: `unknown_parameter` with the themes there are.
    """
    asked = f"select distinct theme_id from ({roles_in_themes(con)}) order by 1"
    known = [str(row[0]) for row in con.execute(asked).fetchall()]
    if theme not in known:
        raise DataProblem(
            "unknown_parameter",
            subject="theme",
            expected=f"one of {', '.join(known) or 'none in this release'}",
            found=theme,
            remedy="see /v1/themes",
        )
