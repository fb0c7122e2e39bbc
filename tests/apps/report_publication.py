"""Years and reasons in a copy of the small publication: made-up figures of eight areas, six indicators and seven years."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import NamedTuple

from tests.apps.rich_publication import DETERMINANTS, enrich, insert
from tests.sealing import changed

YEARS = (2013, 2014, 2015, 2017, 2018, 2019, 2021)
GEMEENTEN = ("GM9901", "GM9902", "GM9904")
WIJKEN = ("WK980000", "WK980001", "WK980100", "WK980203", "WK981504")
MARTS = {
    "loneliness_pct": "indicator",
    "density_per_km2": "determinant",
    "care_use_pct": "outcome",
    **dict.fromkeys(DETERMINANTS, "determinant"),
}
REASONS = ("too_few_respondents", "too_few_cases", "source_secret", "secondary")


class Cell(NamedTuple):
    """One published figure."""

    indicator: str
    level: str
    area: str
    year: int


def extend(data_dir: Path, seed: int = 7) -> list[Cell]:
    """Add the figures, some hidden and some missing, and return all their places."""
    enrich(data_dir)
    made = random.Random(seed)
    rows: dict[str, list[tuple[object, ...]]] = {mart: [] for mart in set(MARTS.values())}
    cells = []
    for indicator, mart in MARTS.items():
        for area in (*GEMEENTEN, *WIJKEN):
            level = "gemeente" if area.startswith("GM") else "wijk"
            for year in YEARS:
                fate = made.random()
                status = "suppressed" if fate < 0.15 else "missing" if fate < 0.2 else "observed"
                # Hundredths, so that halves occur: those show whether rounding is the same everywhere.
                value = made.randrange(0, 9_999_99 if indicator == "density_per_km2" else 99_99) / 100
                known = value if status == "observed" else None
                margin = made.choice((None, 1.25)) if known is not None else None
                low, high = (None, None) if margin is None else (max(0.0, value - margin), value + margin)
                rows[mart].append(
                    (
                        indicator, "cbs_fixture", indicator, area, level, 2020, f"{area}@2020", str(year), date(year, 1, 1),
                        date(year, 12, 31), year, "total", "18+", known, low, high, None, None, status,
                        made.choice(REASONS) if status == "suppressed" else None, False, "s",
                    )
                )  # fmt: skip
                cells.append(Cell(indicator, level, area, year))
    path = next((data_dir / "publish").glob("warehouse_*.duckdb"))
    with changed(path) as connection:
        for mart, facts in rows.items():
            for table in (f"{mart}.fct_{mart}", "core.fct_observation"):
                insert(connection, table, facts)
    return cells
