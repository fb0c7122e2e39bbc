"""The same figures per group of people, with the gaps between groups; small groups are not shown."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.base.dataset import Dataset
from ml.base.splits import groups
from ml.metrics import auroc, aurocs, calibration, cluster_bootstrap, threshold_table
from ml.metrics.resampling import family_counts

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


def gaps(
    data: Dataset,
    probability: NDArray[np.float64],
    rows: list[dict[str, Any]],
    threshold: float,
    *,
    draws: int = 200,
    seed: int = 0,
) -> list[dict[str, Any]]:
    """Per grouping the largest difference between its shown groups, with 95 % limits over resampled families.

    Groups with other risks miss other shares of their cases at one threshold, also when every risk is right. What is left after
    taking off the share that each group's own risks predict is the unexplained gap.
    """
    out = []
    every = np.vstack([np.ones((1, len(data)), dtype=np.float32), family_counts(groups(data), draws, seed)])
    for name in dict.fromkeys(row["subgroup"] for row in rows):
        shown = [row for row in rows if row["subgroup"] == name and row["shown"]]
        if len(shown) < 2:
            continue
        drawn: dict[str, list[NDArray[np.float64]]] = {}
        for row in shown:
            here = data.strata[name] == row["value"]
            found = _of_group(
                probability[here],
                data.outcome[here].astype(float),
                every[:, here] * data.weight[here],
                threshold,
            )
            for figure, of_group in found.items():
                drawn.setdefault(figure, []).append(of_group)
        spread: dict[str, float] = {}
        for figure, of_groups in drawn.items():
            table = np.stack(of_groups)
            gap = table.max(axis=0) - table.min(axis=0)
            # The largest of several differences is pulled upwards in a resample: the interval is taken about the value itself.
            apart = gap[1:] - np.nanmean(gap[1:])
            low, high = np.nanquantile(apart, [0.025, 0.975])
            spread[f"{figure}_gap"] = float(gap[0])
            spread[f"{figure}_gap_lower"] = max(float(gap[0] + low), 0.0)
            spread[f"{figure}_gap_upper"] = float(gap[0] + high)
        out.append({"subgroup": name, "groups": len(shown), **spread})
    return out


def _of_group(
    p: NDArray[np.float64], outcome: NDArray[np.float64], weight: NDArray[np.floating], threshold: float
) -> dict[str, NDArray[np.float64]]:
    """The figures of one group in every resample (rows of `weight`)."""
    missed = (p < threshold).astype(float)
    cases, others = weight @ outcome, weight @ (1 - outcome)
    rate = (weight @ (missed * outcome)) / cases
    expected = (weight @ (missed * p)) / (weight @ p)
    return {
        "auroc": np.asarray(aurocs(p, outcome, weight.astype(np.float32)), dtype=np.float64),
        "observed_expected": cases / (weight @ p),
        "false_negative_rate": rate,
        "unexplained_false_negative_rate": rate - expected,
        "false_positive_rate": (weight @ ((1 - missed) * (1 - outcome))) / others,
    }
