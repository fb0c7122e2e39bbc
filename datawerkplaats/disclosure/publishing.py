"""The table as it may leave the house: counts or nothing, one reason for every empty cell, rates made of
published counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from datawerkplaats.disclosure.cells import Bools, Floats
from datawerkplaats.disclosure.rules import PUBLISHED_REASON, DisclosureRule


def published_table(
    keys: Mapping[str, Sequence[str]],
    value: Floats,
    hidden: Bools,
    rule: DisclosureRule,
    *,
    population: npt.ArrayLike | None = None,
    rate_per: float = 1_000.0,
    rounded: bool = False,
) -> pa.Table:
    """The published rows: keys, value, status, reason, and a rate per `rate_per` of the population.

    Args:
        keys: Key columns (measure, period_id, region_code, region_level, parent_code, age_band, sex).
        value: The counts to publish: confidential ones, or rounded ones if `rounded`.
        hidden: Which cells stay empty.
        rule: The rule of the source.
        population: What rates are taken of; no rates without it.
        rate_per: What rates are expressed per.
        rounded: Whether `value` holds rounded counts, which the file then says.
    """
    n = len(value)
    shown = np.where(hidden, np.nan, value)
    people = np.full(n, np.nan) if population is None else np.asarray(population, dtype=np.float64)
    columns = {name: pa.array(list(values), pa.string()) for name, values in keys.items()}
    columns["value"] = pa.array(shown, pa.float64(), from_pandas=True)
    columns["value_status"] = pa.array(np.where(hidden, "suppressed", "observed").tolist(), pa.string())
    columns["suppression_reason"] = pa.array(
        [PUBLISHED_REASON if h else None for h in hidden.tolist()], pa.string()
    )
    columns["population"] = pa.array(people, pa.float64(), from_pandas=True)
    columns["rate"] = pa.array(published_rate(shown, people, rule, rate_per), pa.float64(), from_pandas=True)
    columns["rate_per"] = pa.array(np.full(n, rate_per), pa.float64())
    columns["rounding_base"] = pa.array(np.full(n, rule.rounding_base if rounded else 0), pa.int64())
    return pa.table(columns)


def published_rate(shown: Floats, population: Floats, rule: DisclosureRule, rate_per: float) -> Floats:
    """Rates of the published counts: none for an empty cell, no decimals below the rule's denominator, else
    one.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = np.where(population > 0, shown / population * rate_per, np.nan)
    return np.where(population < rule.decimals_from, np.round(rate), np.round(rate, 1))
