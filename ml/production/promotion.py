"""The gate between a trained run and the model that is served: better or equal on every side, or it stays outside."""

from __future__ import annotations

from typing import Any

from ml.cards.fill import TRIPOD_ITEMS

SLOPE = (0.8, 1.2)
IN_THE_LARGE = 0.15
MEMBERSHIP = 0.55
SMALLEST_CELL = 10
TOLERANCE = 0.005
GAP_TOLERANCE = 0.02


def _figure(report: dict[str, Any], metric: str) -> float:
    model = report["choice"]["model"]
    return float(
        next(
            r["value"]
            for r in report["evaluationStatistics"]
            if (r["evaluation"], r["model"], r["metric"]) == ("cross-validation", model, metric)
        )
    )


def gate(challenger: dict[str, Any], champion: dict[str, Any] | None = None) -> list[str]:
    """Why the challenger may not replace the champion; an empty list opens the gate."""
    failures = []
    if not challenger["leakage_free"]:
        failures.append(
            "the leakage audit found " + ", ".join(f["subject"] for f in challenger["leakage"])
            or "an AUROC above 0.85"
        )
    slope, large = (
        _figure(challenger, "calibrationSlope"),
        _figure(challenger, "calibrationInLarge intercept"),
    )
    if not SLOPE[0] <= slope <= SLOPE[1]:
        failures.append(f"calibration slope {slope:.2f}")
    if abs(large) > IN_THE_LARGE:
        failures.append(f"calibration in the large {large:+.2f}")
    if challenger["privacy"]["auc"] > MEMBERSHIP:
        failures.append(f"membership can be told (AUC {challenger['privacy']['auc']:.2f})")
    if challenger["privacy"]["smallest_cell"] < SMALLEST_CELL:
        failures.append(f"a part of the model rests on {challenger['privacy']['smallest_cell']} people")
    if not 0.45 <= challenger["shuffled_target_auroc"] <= 0.55:
        failures.append(f"shuffled outcomes give AUROC {challenger['shuffled_target_auroc']:.2f}")
    if len(challenger.get("card", {}).get("tripod_ai", [])) != TRIPOD_ITEMS:
        failures.append("the reporting checklist is not complete")
    if champion is not None:
        if _figure(challenger, "AUROC") < _figure(champion, "AUROC") - TOLERANCE:
            failures.append(
                f"AUROC {_figure(challenger, 'AUROC'):.3f} where the champion has {_figure(champion, 'AUROC'):.3f}"
            )
        if abs(slope - 1) > abs(_figure(champion, "calibrationSlope") - 1) + 0.05:
            failures.append("calibration slope further from one than the champion's")
        before = {g["subgroup"]: g["false_negative_rate_gap"] for g in champion["fairnessGaps"]}
        for gap in challenger["fairnessGaps"]:
            if gap["false_negative_rate_gap"] > before.get(gap["subgroup"], 1.0) + GAP_TOLERANCE:
                failures.append(f"a larger gap in missed cases by {gap['subgroup']}")
    return failures
