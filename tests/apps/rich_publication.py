"""More in a copy of the small publication: eighty wijken in sixteen gemeenten, counted shares and a planted gradient."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import numpy as np

from tests.sealing import changed

DETERMINANTS = {
    "low_income_households_pct": ("Laag inkomen", "Low income", "higher_is_worse"),
    "single_person_households_pct": ("Eenpersoonshuishoudens", "Single-person households", "neutral"),
    "divorced_pct": ("Gescheiden", "Divorced", "neutral"),
}


def insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[tuple[object, ...]]) -> None:
    """Add rows in one statement: one by one takes seconds."""
    marks = ", ".join([f"({', '.join('?' * len(rows[0]))})"] * len(rows))
    connection.execute(f"insert into {table} values {marks}", [part for row in rows for part in row])


def enrich(data_dir: Path) -> None:
    """Add the areas and figures; care goes with low income only, and loneliness is an estimate."""
    random = np.random.default_rng(11)
    path = next((data_dir / "publish").glob("warehouse_*.duckdb"))
    regions: list[tuple[object, ...]] = []
    facts: dict[str, list[tuple[object, ...]]] = {"determinant": [], "outcome": [], "indicator": []}
    for number in range(80):
        gemeente = f"GM98{number // 5:02d}"
        code = f"WK98{number // 5:02d}{number % 5:02d}"
        head = (
            "NL00",
            "PV99",
            "Veenland",
            "GG9901",
            "GGD Veenland",
            gemeente,
            f"Gemeente {number // 5}",
            None,
            None,
        )
        regions.append((f"{code}@2020", code, 2020, f"Wijk {number}", "wijk", *head, 4000.0, True, True))
        income = float(5 + 20 * number / 80)
        values = {
            ("determinant", "low_income_households_pct", False): income,
            ("determinant", "single_person_households_pct", False): float(random.uniform(20, 60)),
            ("determinant", "divorced_pct", False): float(random.uniform(5, 12)),
            ("outcome", "care_use_pct", False): float(5 + 0.4 * income + random.normal(0, 0.7)),
            ("indicator", "loneliness_pct", True): float(40 + 0.3 * income),
        }
        for (mart, indicator, modelled), value in values.items():
            source = "rivm_fixture" if modelled else "cbs_fixture"
            n = None if modelled else 4000.0
            facts[mart].append(
                (
                    indicator, source, indicator, code, "wijk", 2020, f"{code}@2020", "2020", date(2020, 1, 1), date(2020, 12, 31),
                    2020, "total", "18+", value, None, None, None, n, "modelled" if modelled else "observed", None, modelled, "s",
                )
            )  # fmt: skip
    with changed(path) as con:
        insert(con, "core.dim_region", regions)
        for mart, rows in facts.items():
            insert(con, f"{mart}.fct_{mart}", rows)
            insert(con, "core.fct_observation", rows)
        con.execute(
            "insert into quality.check_result by name"
            " select * exclude (source) replace ('unique_key' as rule, source as subject, 'source' as subject_kind,"
            " 'passed' as status) from (select * from quality.check_result limit 1),"
            " (values ('cbs_fixture'), ('rivm_fixture'), ('ggd_fixture')) as v(source)"
        )
        for key, (nl, en, polarity) in DETERMINANTS.items():
            con.execute(
                "insert into core.dim_indicator by name select * replace (? as indicator_id, 'determinant' as mart, ? as title_nl,"
                " ? as title_en, '%' as unit, 1 as decimals, ? as polarity, 'cbs_fixture' as source_id, ? as measure_code)"
                " from core.dim_indicator where indicator_id = 'density_per_km2'",
                [key, nl, en, polarity, key],
            )


EMPTY_GEMEENTE, HIDDEN_GEMEENTE = "GM9990", "GM9991"
EMPTY_WIJK, HIDDEN_WIJK = "WK999000", "WK999100"
EMPTY_INDICATOR = "never_delivered_pct"


def add_edges(data_dir: Path) -> None:
    """Add two gemeenten with a wijk each: of one nothing was ever delivered, of the other every figure is hidden.

    And a figure of which nothing was ever delivered.
    """
    path = next((data_dir / "publish").glob("warehouse_*.duckdb"))
    with changed(path) as con:
        con.execute(
            "insert into core.dim_indicator by name select * replace (? as indicator_id, 'Nooit geleverd' as title_nl,"
            " 'Never delivered' as title_en, ? as measure_code) from core.dim_indicator where indicator_id = 'density_per_km2'",
            [EMPTY_INDICATOR, EMPTY_INDICATOR],
        )
        for gemeente, wijk, name in (
            (EMPTY_GEMEENTE, EMPTY_WIJK, "Leegveen"), (HIDDEN_GEMEENTE, HIDDEN_WIJK, "Stilveen"),
        ):  # fmt: skip
            for like, code, told in (("GM9901", gemeente, name), ("WK980000", wijk, f"Wijk {name}")):
                con.execute(
                    "insert into core.dim_region by name select * replace (replace(region_id, ?, ?) as region_id, ? as region_code,"
                    " ? as region_name, ? as gemeente_code, ? as gemeente_name) from core.dim_region where region_code = ?",
                    [like, code, code, told, gemeente, name, like],
                )
        hidden = (
            "null as value, null as lower, null as upper, null as numerator, null as denominator,"
            " 'suppressed' as value_status,"
        )
        for table in (
            "core.fct_observation",
            *(f"{mart}.fct_{mart}" for mart in ("indicator", "determinant", "outcome")),
        ):
            for like, code in (("GM9901", HIDDEN_GEMEENTE), ("WK980000", HIDDEN_WIJK)):
                con.execute(
                    f"insert into {table} by name select * replace ({hidden} 'too_few_respondents' as suppression_reason,"
                    f" replace(region_id, ?, ?) as region_id, ? as region_code) from {table} where region_code = ?",
                    [like, code, code, like],
                )
