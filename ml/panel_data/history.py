"""Open questions completed with what the same person answered a wave earlier."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.panel_data.staging import PersonWaves

Singles = NDArray[np.float32]
# Fewer people who answered twice than this say too little about how stable an answer is.
MIN_ANSWERED_TWICE = 100


def completed(waves: PersonWaves, row_of: NDArray[np.int64], column: int) -> Singles:
    """The answers to one question, the open ones where possible expected from the answer a wave earlier.

    The expectation is a straight line through everybody who answered twice through the same informant, whatever became of them: no
    outcome and nothing later than the wave itself is used. Who said nothing the wave before stays open.

    Args:
        waves: The staged cohort.
        row_of: Row of each person and wave, -1 where absent.
        column: The question.
    """
    now = waves.values[:, column].copy()
    before = np.where(waves.wave > 0, row_of[waves.person, np.maximum(waves.wave - 1, 0)], -1)
    rows = np.flatnonzero(before >= 0)
    rows = rows[waves.subject[rows] == waves.subject[before[rows]]]
    earlier, current = waves.values[before[rows], column].astype(float), now[rows].astype(float)
    twice = ~np.isnan(earlier) & ~np.isnan(current)
    if twice.sum() < MIN_ANSWERED_TWICE:
        return now
    x, y = earlier[twice], current[twice]
    slope = float(((x - x.mean()) * (y - y.mean())).sum() / max(((x - x.mean()) ** 2).sum(), 1e-9))
    fill = ~np.isnan(earlier) & np.isnan(current)
    now[rows[fill]] = y.mean() + slope * (earlier[fill] - x.mean())
    return now
