"""The same figures per group of people, with the gaps between groups; small groups are not shown."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.base.dataset import Dataset
from ml.base.splits import groups
from ml.metrics import auroc, calibration, cluster_bootstrap, threshold_table

MIN_EVENTS = 100
Singles = NDArray[np.float32]


def weighted_auroc(
    probability: NDArray[np.float64], outcome: Singles, weight: Singles, counts: Singles
) -> float:
    """The AUROC of a resample that holds each row `counts` times."""
    return auroc(probability, outcome, counts * weight)


def subgroup_table(
    data: Dataset,
    probability: NDArray[np.float64],
    names: list[str],
    threshold: float,
    *,
    draws: int = 200,
    seed: int = 0,
) -> list[dict[str, Any]]:
    """One row per subgroup: n, events, and where there are at least 100 events its figures; else the reason why not."""
    rows: list[dict[str, Any]] = []
    cluster = groups(data)
    for name in names:
        if name not in data.strata:
            continue
        for value in np.unique(data.strata[name]):
            here = data.strata[name] == value
            outcome, p, weight = data.outcome[here], probability[here], data.weight[here]
            row: dict[str, Any] = {
                "subgroup": name,
                "value": str(value),
                "n": int(here.sum()),
                "events": int(outcome.sum()),
            }
            if min(row["events"], row["n"] - row["events"]) < MIN_EVENTS:
                rows.append({**row, "shown": False})
                continue
            quality = calibration(p, outcome, weight)
            table = threshold_table(p, outcome, [threshold], weight)[0]
            area = cluster_bootstrap(
                partial(weighted_auroc, p, outcome, weight), cluster[here], draws=draws, seed=seed
            )
            half = 1.96 / np.sqrt(row["events"])
            rows.append(
                {
                    **row, "shown": True, "auroc": area.value, "auroc_lower": area.lower, "auroc_upper": area.upper,
                    "slope": quality.slope, "observed_expected": quality.observed_expected,
                    "observed_expected_lower": quality.observed_expected * float(np.exp(-half)),
                    "observed_expected_upper": quality.observed_expected * float(np.exp(half)),
                    "false_negative_rate": 1 - table["sensitivity"], "false_positive_rate": 1 - table["specificity"],
                    "net_benefit": table["net_benefit"],
                }
            )  # fmt: skip
    return rows


def gaps(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Per grouping the largest difference between its shown groups."""
    out = []
    for name in dict.fromkeys(row["subgroup"] for row in rows):
        shown = [row for row in rows if row["subgroup"] == name and row["shown"]]
        if len(shown) < 2:
            continue
        spread = {
            f"{figure}_gap": max(r[figure] for r in shown) - min(r[figure] for r in shown)
            for figure in ("auroc", "observed_expected", "false_negative_rate", "false_positive_rate")
        }
        out.append({"subgroup": name, "groups": len(shown), **spread})
    return out
