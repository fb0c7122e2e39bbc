"""What is likely of people of whom it is not known in which part of an area they live: their share is usually the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import sparse, special

from data_quality.auditor.atoms import Atoms
from data_quality.auditor.attack import Knowledge

_UNLIKELY = 0.025
_RESTS_TO_TELL = 6


def usual_rest(rows: pd.DataFrame) -> float | None:
    """The share of an area's people of whom it is usually not known in which part they live, as published figures tell.

    Args:
        rows: Published totals over ages and sexes of all years: period_id, region_code, parent_code and value.

    Returns:
        None where fewer than six areas and years tell: those of which every part is shown.
    """
    keys = ["period_id", "region_code"]
    whole = rows.drop_duplicates(keys).set_index(keys)["value"]
    parts = (
        rows[rows["parent_code"] != ""].drop_duplicates(keys).groupby(["period_id", "parent_code"])["value"]
    )
    inside = parts.sum()[parts.apply(lambda part: part.notna().all())]
    inside.index.names = keys
    both = pd.concat([whole.rename("whole"), inside.rename("inside")], axis=1, join="inner").dropna()
    both = both[(both["inside"] <= both["whole"]) & both.index.get_level_values(1).str.startswith("GM")]
    if len(both) < _RESTS_TO_TELL:
        return None
    return float((both["whole"] - both["inside"]).sum() / max(both["whole"].sum(), 1.0))


def with_likely_rests(knowledge: Knowledge, atoms: Atoms, told: pd.DataFrame, share: float) -> Knowledge:
    """The same knowledge with a range for every rest that is left: what is likely, given the share that rests usually are.

    Args:
        knowledge: What somebody knows.
        atoms: The atoms it is about.
        told: The published rows.
        share: The share that rests usually are of their area (`usual_rest`).
    """
    value = told["value"].to_numpy()
    whole = told["age_band"].isin(["all", "total"]) & told["sex"].isin(["total", ""])
    rows, low, high = [], [], []
    # A rest of which every part beside it is shown is known, and need not be a likely one.
    unclear = told["region_code"].isin(told.loc[told["value"].isna(), "parent_code"])
    for i in np.flatnonzero((whole & unclear).to_numpy() & ~np.isnan(value)):
        rest = atoms.rest_of(str(told["region_code"][i]))
        if rest is not None:
            rows.append(rest)
            low.append(poisson_quantile(_UNLIKELY, share * value[i]))
            high.append(poisson_quantile(1 - _UNLIKELY, share * value[i]))
    if not rows:
        return knowledge
    return replace(
        knowledge,
        counts=sparse.csr_array(sparse.vstack([knowledge.counts, *rows])),
        low=np.append(knowledge.low, low),
        high=np.append(knowledge.high, high),
        above=np.append(knowledge.above, np.full(len(rows), -1)),
    )


def poisson_quantile(probability: float, mean: float) -> float:
    """The smallest number that a Poisson variable stays at or below with this probability.

    Worked out here, as importing `scipy.stats` for it takes a third of a second of every build.
    """
    number = float(np.ceil(special.pdtrik(probability, mean)))
    below = max(number - 1, 0.0)
    return below if special.pdtr(below, mean) >= probability else number
