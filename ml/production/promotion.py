"""The gate between a trained run and the model that is served: better or equal on every side, or it stays outside."""

from __future__ import annotations

from typing import Any

from ml.cards.fill import TRIPOD_ITEMS

SLOPE = (0.8, 1.2)
SHUFFLED = (0.45, 0.55)  # AUROC when nothing can be learned
IN_THE_LARGE = 0.15
MEMBERSHIP = 0.55
SMALLEST_CELL = 10
TOLERANCE = 0.005
SLOPE_TOLERANCE = 0.05
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
    return _by_itself(challenger) + (_against(challenger, champion) if champion is not None else [])


def _by_itself(report: dict[str, Any]) -> list[str]:
    """What is wrong with a run, whatever it would replace."""
    slope, large = _figure(report, "calibrationSlope"), _figure(report, "calibrationInLarge intercept")
    membership, smallest = report["privacy"]["auc"], report["privacy"]["smallest_cell"]
    shuffled = report["shuffled_target_auroc"]
    leaks = ", ".join(finding["subject"] for finding in report["leakage"]) or "an AUROC above 0.85"
    complete = len(report.get("card", {}).get("tripod_ai", [])) == TRIPOD_ITEMS
    rules = (
        (report["leakage_free"], f"the leakage audit found {leaks}"),
        (SLOPE[0] <= slope <= SLOPE[1], f"calibration slope {slope:.2f}"),
        (abs(large) <= IN_THE_LARGE, f"calibration in the large {large:+.2f}"),
        (membership <= MEMBERSHIP, f"membership can be told (AUC {membership:.2f})"),
        (smallest >= SMALLEST_CELL, f"a part of the model rests on {smallest} people"),
        (SHUFFLED[0] <= shuffled <= SHUFFLED[1], f"shuffled outcomes give AUROC {shuffled:.2f}"),
        (complete, "the reporting checklist is not complete"),
    )
    return [sentence for holds, sentence in rules if not holds]


def _against(challenger: dict[str, Any], champion: dict[str, Any]) -> list[str]:
    """On which sides the challenger is worse than what is in use."""
    auroc, before = _figure(challenger, "AUROC"), _figure(champion, "AUROC")
    off, off_before = (abs(_figure(report, "calibrationSlope") - 1) for report in (challenger, champion))
    failures = []
    if auroc < before - TOLERANCE:
        failures.append(f"AUROC {auroc:.3f} where the champion has {before:.3f}")
    if off > off_before + SLOPE_TOLERANCE:
        failures.append("calibration slope further from one than the champion's")
    gaps = {gap["subgroup"]: gap["false_negative_rate_gap"] for gap in champion["fairnessGaps"]}
    return failures + [
        f"a larger gap in missed cases by {gap['subgroup']}"
        for gap in challenger["fairnessGaps"]
        if gap["false_negative_rate_gap"] > gaps.get(gap["subgroup"], 1.0) + GAP_TOLERANCE
    ]
