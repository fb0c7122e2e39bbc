"""The gate of a release: every figure of a report can close it, a first release as strictly as a later one."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ml.audit.subgroups import gaps, subgroup_table
from ml.base.dataset import Column, Dataset
from ml.production.promotion import gate

Report = dict[str, Any]
METRICS = {
    "AUROC": (0.74, 0.72, 0.76),
    "calibrationSlope": (1.02, None, None),
    "calibrationInLarge intercept": (0.01, None, None),
    "ICI": (0.006, None, None),
}


def honest() -> Report:
    """A report that opens the gate."""
    gap = {"subgroup": "sex", "groups": 2}
    for name, value in (("false_negative_rate", 0.05), ("unexplained_false_negative_rate", 0.02), ("auroc", 0.03)):  # fmt: skip
        gap |= {f"{name}_gap": value, f"{name}_gap_lower": value / 2, f"{name}_gap_upper": value * 2}
    ratio = {"observed_expected": 1.02, "observed_expected_lower": 0.9, "observed_expected_upper": 1.15}
    return {
        "choice": {"model": "glass_box"},
        "known_leak": False,
        "leakage": [],
        "leakage_free": True,
        "shuffled_target_auroc": 0.5,
        "evaluationStatistics": [
            {"evaluation": "cross-validation", "model": "glass_box", "metric": name, "value": v, "lower": lo, "upper": hi}
            for name, (v, lo, hi) in METRICS.items()
        ],
        "netBenefitAtThreshold": {"threshold": 0.1, "model": 0.08, "everybody": 0.06, "nobody": 0.0},
        "sample": {"rows": 9_400, "rows_needed": 8_900, "enough": True},
        "fairnessGaps": [gap],
        "demographicSummary": [
            {"subgroup": "sex", "value": "women", "shown": True, **ratio},
            {"subgroup": "sex", "value": "unknown", "shown": False},
        ],
        "privacy": {"auc": 0.51, "smallest_cell": 50},
        "card": {"tripod_ai": [{}] * 52},
    }  # fmt: skip


def metric(name: str, field: str, value: object) -> Callable[[Report], None]:
    def change(report: Report) -> None:
        next(r for r in report["evaluationStatistics"] if r["metric"] == name)[field] = value

    return change


def put(value: object, *path: str | int) -> Callable[[Report], None]:
    def change(report: Report) -> None:
        inside: Any = report
        for step in path[:-1]:
            inside = inside[step]
        inside[path[-1]] = value

    return change


def drop(*path: str) -> Callable[[Report], None]:
    def change(report: Report) -> None:
        inside: Any = report
        for step in path[:-1]:
            inside = inside[step]
        del inside[path[-1]]

    return change


GAP, GROUP = ("fairnessGaps", 0), ("demographicSummary", 0)
# What is altered, the figure that the refusal names, and a number or word that stands in its sentence.
ALTERED: list[tuple[Callable[[Report], None], str, str]] = [
    (metric("AUROC", "value", 0.51), "AUROC", "0.510"),
    (metric("AUROC", "value", 0.77), "AUROC", "0.770"),
    (metric("AUROC", "lower", 0.60), "AUROC", "0.600"),
    (metric("AUROC", "lower", 0.45), "AUROC", "0.450"),
    (metric("AUROC", "upper", 0.73), "AUROC", "0.730"),
    (metric("AUROC", "lower", None), "", "0.60|does not tell"),
    (metric("AUROC", "value", math.nan), "AUROC", "nan"),
    (metric("AUROC", "value", 0.93), "AUROC", "0.930"),
    (metric("AUROC", "metric", "auroc"), "AUROC", "does not tell"),
    (metric("calibrationSlope", "value", 0.57), "calibrationSlope", "0.570"),
    (metric("calibrationSlope", "value", 1.3), "calibrationSlope", "1.300"),
    (metric("calibrationSlope", "value", math.nan), "calibrationSlope", "nan"),
    (metric("calibrationInLarge intercept", "value", 0.4), "calibrationInLarge intercept", "0.400"),
    (metric("calibrationInLarge intercept", "value", -0.4), "calibrationInLarge intercept", "-0.400"),
    (metric("ICI", "value", 0.2), "ICI", "0.200"),
    (metric("ICI", "value", -0.01), "ICI", "-0.010"),
    (metric("ICI", "metric", "E50"), "ICI", "does not tell"),
    (put(0.059, "netBenefitAtThreshold", "model"), "netBenefitAtThreshold", "0.059 "),
    (put(0.081, "netBenefitAtThreshold", "everybody"), "netBenefitAtThreshold", "0.081;"),
    (put(-0.01, "netBenefitAtThreshold", "model"), "netBenefitAtThreshold", "-0.010 "),
    (drop("netBenefitAtThreshold"), "netBenefitAtThreshold", "does not tell"),
    (put(3_000, "sample", "rows"), "sample", "3000"),
    (put(20_000, "sample", "rows_needed"), "sample", "20000"),
    (put(False, "sample", "enough"), "sample", "8900"),
    (put(0.9, *GAP, "false_negative_rate_gap"), "false_negative_rate_gap", "0.900"),
    (put(0.04, *GAP, "false_negative_rate_gap_upper"), "false_negative_rate_gap", "0.040"),
    (put(0.35, *GAP, "false_negative_rate_gap_lower"), "false_negative_rate_gap", "0.350"),
    (drop("fairnessGaps"), "fairnessGaps", "does not tell"),
    (put(0.3, *GAP, "unexplained_false_negative_rate_gap"), "unexplained_false_negative_rate_gap", "0.300"),
    (put(0.4, *GAP, "auroc_gap"), "auroc_gap", "0.400"),
    (put(1.6, *GROUP, "observed_expected"), "observed_expected", "1.600"),
    (put(0.5, *GROUP, "observed_expected"), "observed_expected", "0.500"),
    (put(None, *GROUP, "observed_expected"), "", "does not tell"),
    (put(True, "known_leak"), "known_leak", "known leak"),
    (drop("known_leak"), "known_leak", "does not tell"),
    (put([{"subject": "mini"}], "leakage"), "leakage", "mini"),
    (put(False, "leakage_free"), "leakage_free", "free of leaks"),
    (put(0.62, "shuffled_target_auroc"), "shuffled_target_auroc", "0.620"),
    (put(math.nan, "shuffled_target_auroc"), "shuffled_target_auroc", "nan"),
    (put(0.7, "privacy", "auc"), "membership", "0.70"),
    (put(3, "privacy", "smallest_cell"), "smallest_cell", "fewer than 10 people"),
    (put([{}] * 51, "card", "tripod_ai"), "card", "51"),
    (drop("card"), "card", "does not tell"),
]  # fmt: skip


def test_gate__opens_for_an_honest_report_first_or_later() -> None:
    assert gate(honest()) == []
    assert gate(honest(), honest()) == []


@pytest.mark.parametrize("number", range(len(ALTERED)))
def test_gate__refuses_an_altered_report_and_names_the_figure(number: int) -> None:
    change, figure, shown = ALTERED[number]
    report = honest()
    change(report)
    for champion in (None, honest()):
        refusals = gate(copy.deepcopy(report), champion)
        assert refusals, number
        assert all(refusal.nl != refusal.en for refusal in refusals)
        named = [r for r in refusals if not figure or r.figure == figure]
        assert named, (number, refusals)
        assert any(word in refusal.en for refusal in named for word in shown.split("|")), (number, refusals)


def test_gate__is_shut_for_a_challenger_that_is_worse_than_what_is_in_use() -> None:
    champion, report = honest(), honest()
    for field, value in zip(("value", "lower", "upper"), (0.72, 0.70, 0.74), strict=True):
        metric("AUROC", field, value)(report)
    (refusal,) = gate(report, champion)
    assert (refusal.figure, "0.740" in refusal.en) == ("AUROC", True)
    report = honest()
    metric("calibrationSlope", "value", 1.2)(report)
    assert gate(report) == []
    assert [r.figure for r in gate(report, champion)] == ["calibrationSlope"]
    report = honest()
    put(0.09, *GAP, "false_negative_rate_gap")(report)
    assert gate(report, champion) == []
    put(0.08, *GAP, "false_negative_rate_gap_lower")(report)
    assert [r.figure for r in gate(report, champion)] == ["false_negative_rate_gap"]


def grouped(blind: bool) -> tuple[Dataset, np.ndarray]:
    """Two groups with other risks; where the model is blind, its scores in the second group are noise."""
    rng = np.random.default_rng(5)
    n = 8_000
    group = rng.random(n) < 0.5
    log_odds = -1.8 + 0.8 * group + rng.normal(0, 0.9, n)
    seen = np.where(group & blind, -1.0 + rng.normal(0, 1.4, n), log_odds)
    names = np.array([f"P{i}" for i in range(n)])
    outcome = (rng.random(n) < 1 / (1 + np.exp(-log_odds))).astype(np.float32)
    data = Dataset(
        (Column("x", "continuous"),), np.zeros((n, 1), np.float32), outcome, names, names, np.full(n, "1A"),
        {"group": np.where(group, "b", "a")}, np.ones(n, np.float32), "y",
    )  # fmt: skip
    return data, 1 / (1 + np.exp(-seen))


@pytest.mark.parametrize("blind", [False, True])
def test_gaps__tell_what_other_risks_explain_from_what_the_model_does_wrong(blind: bool) -> None:
    data, told = grouped(blind)
    rows = subgroup_table(data, told, ["group"], 0.2, draws=20)
    (gap,) = gaps(data, told, rows, 0.2, draws=100)
    for name in ("false_negative_rate", "unexplained_false_negative_rate", "auroc", "observed_expected"):
        assert gap[f"{name}_gap_lower"] <= gap[f"{name}_gap"] <= gap[f"{name}_gap_upper"]
    by_hand = {
        g: float((told[(data.strata["group"] == g) & (data.outcome == 1)] < 0.2).mean()) for g in ("a", "b")
    }
    assert gap["false_negative_rate_gap"] == pytest.approx(abs(by_hand["a"] - by_hand["b"]), abs=1e-6)
    if blind:
        assert gap["unexplained_false_negative_rate_gap_lower"] > 0.1
    else:
        assert gap["false_negative_rate_gap"] > 0.15
        assert gap["unexplained_false_negative_rate_gap"] < 0.05
