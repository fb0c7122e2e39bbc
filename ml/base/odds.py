"""Probabilities and log odds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def logit(probability: Floats) -> Floats:
    """The log odds, kept finite."""
    p = np.clip(probability, 1e-9, 1 - 1e-9)
    return np.asarray(np.log(p / (1 - p)))


def sigmoid(log_odds: Floats) -> Floats:
    """The probability of log odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(log_odds, -500, 500))))
