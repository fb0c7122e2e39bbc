"""Measures of a risk score. Accuracy and F1 are absent on purpose: see `thresholds.WHY_NOT_ACCURACY`."""

from __future__ import annotations

from ml.metrics.calibration import Calibration, calibration, calibration_curve
from ml.metrics.discrimination import auprc, auroc, aurocs, brier, scaled_brier
from ml.metrics.resampling import Interval, cluster_bootstrap, paired_bootstrap
from ml.metrics.thresholds import decision_curve, net_benefit, sensitivities, threshold_table

__all__ = [
    "Calibration", "Interval", "auprc", "auroc", "aurocs", "brier", "calibration", "calibration_curve", "cluster_bootstrap",
    "decision_curve", "net_benefit", "paired_bootstrap", "scaled_brier", "sensitivities", "threshold_table",
]  # fmt: skip
