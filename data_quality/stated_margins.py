"""Whether what is stated of how far a partner's count may be off holds, is needed, and is the same wherever it can be read."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from data_quality.partner_cells import KEY

_PER = {"rate": 1_000.0, "ratio": 100.0}
_HALF = 0.5  # the widest that a rate or ratio is rounded by


def at_odds(rows: pd.DataFrame, cells: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Bounds that tell more than the margin of their cell: a lower one, one of another table, one of a rate.

    Args:
        rows: All published rows: KEY, what, value, lower, upper, denominator.
        cells: KEY, value and margin, a row per cell.
    """
    own = rows[[*KEY, "what", "value", "lower", "upper", "denominator"]]
    told = own.merge(cells[[*KEY, "value", "margin"]], on=KEY, suffixes=("", "_of_cell"))
    told = told[(told["margin"] > 0) & told["value"].notna() & told["value_of_cell"].notna()]
    count = told[told["what"] == "count"]
    low = (count["value_of_cell"] - count["margin"]).clip(lower=0)
    high = count["value_of_cell"] + count["margin"]
    off = ((count["lower"] - low).abs() > 1e-9) | ((count["upper"] - high).abs() > 1e-9)
    off |= count[["lower", "upper"]].isna().any(axis=1)
    yield "bounds_tell_more", count[off]
    made = told[told["what"].isin(_PER)]
    per = made["what"].map(_PER).astype(float) / made["denominator"]
    narrow = made["lower"] > (made["value_of_cell"] - made["margin"]).clip(lower=0) * per + _HALF
    narrow |= made["upper"] < (made["value_of_cell"] + made["margin"]) * per - _HALF
    yield "rate_tells_more", made[narrow]


def unexplained(
    cells: pd.DataFrame, above: pd.Series, threshold: float, earlier: list[pd.DataFrame]
) -> pd.DataFrame:
    """Cells of a year that was not corrected with a margin that nothing hidden beside them asks for, or a wider one than it does.

    Args:
        cells: Of one year: KEY, region_level, value and margin.
        above: Per area the one that it lies in.
        threshold: The rule's.
        earlier: The same of earlier releases: what was told so before may be told so again.
    """
    kind = [cells["region_code"].map(above).fillna(""), cells["age_band"], cells["sex"]]
    hidden = cells["value"].isna().groupby(kind).transform("sum")
    allowed = np.ceil(threshold * (hidden + 1) / 2).where(hidden > 0, 0.0)
    is_whole = (cells["region_level"] == "wijk") & (cells["age_band"] == "all") & (cells["sex"] == "total")
    told = cells["value"].notna() & (cells["margin"] > 0)
    before = {
        (row.region_code, row.age_band, row.sex, row.value, row.margin)
        for part in earlier
        for row in part[part["value"].notna()].itertuples(index=False)
    }
    again = [
        (row.region_code, row.age_band, row.sex, row.value, row.margin) in before
        for row in cells.itertuples(index=False)
    ]
    wrong = told & ~(is_whole & (cells["margin"] <= allowed + 1e-9)) & ~np.array(again, dtype=bool)
    found: pd.DataFrame = cells[wrong]
    return found
