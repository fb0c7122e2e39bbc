"""Which model a run puts forward: XGBoost where it is as good as the glass box, else the better of the two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.metrics import auroc, calibration, paired_bootstrap
from ml.model.run import Choice, Floats

CHALLENGER = "boosting"
AS_GOOD = 0.005  # of AUROC: so much lower still counts as equal
SURELY_BETTER = (
    0.01  # of AUROC: what makes up for a calibration or gaps that are not equal is left to the gate
)
EQUAL_SLOPE, EQUAL_ICI = 0.05, 0.005  # further from one, or higher, than those of the glass box
EQUAL_GAP = 0.02  # wider differences between groups: of AUROC, and of the observed less the expected share
MIN_EVENTS = 100  # of a group that gaps are counted between


@dataclass(frozen=True)
class Judged:
    """What a choice is made on: outcomes, weights, families and groups of people, and a seed for the resamples."""

    outcome: NDArray[np.float32]
    weight: NDArray[np.float32]
    family: NDArray[np.int64]
    strata: Mapping[str, NDArray[np.str_]]
    seed: int


def choose(held_out: Mapping[str, Floats], on: Judged, champion: str = "best") -> Choice:
    """XGBoost where it is within 0.005 AUROC and equal in calibration and gaps, else the better one, or what a design asks for.

    Args:
        held_out: Out-of-fold probabilities of at least `glass_box`, `logistic_splines` and `boosting`.
        on: The people they are about.
        champion: What the design says: `best`, `xgboost` or `glass_box`.
    """

    def area(name: str, counts: NDArray[np.float32]) -> float:
        return auroc(held_out[name], on.outcome, counts * on.weight)

    gain = paired_bootstrap(
        lambda w: area(CHALLENGER, w), lambda w: area("glass_box", w), on.family, draws=300, seed=on.seed
    )
    logistic = paired_bootstrap(
        lambda w: area("glass_box", w),
        lambda w: area("logistic_splines", w),
        on.family,
        draws=300,
        seed=on.seed,
    )
    worse = list(_worse(held_out[CHALLENGER], held_out["glass_box"], on))
    figures = f"ΔAUROC {gain.value:+.3f} [{gain.lower:+.3f}; {gain.upper:+.3f}]"
    nl = f"XGBoost tegenover het doorzichtige model: {figures}. "
    en = f"XGBoost against the glass box: {figures}. "
    if champion != "best":
        asked = CHALLENGER if champion == "xgboost" else "glass_box"
        nl, en = f"{nl}Het ontwerp vraagt om {champion}.", f"{en}The design asks for {champion}."
        return Choice(asked, gain, logistic, nl, en)
    surely = gain.value >= SURELY_BETTER and gain.lower > 0
    if gain.value >= -AS_GOOD and not worse:
        nl += "Niet meer dan 0,005 lager, en gelijk in ijking en in verschillen tussen groepen: XGBoost wordt voorgedragen."
        en += "Not more than 0.005 lower, and equal in calibration and in gaps between groups: XGBoost is put forward."
        return Choice(CHALLENGER, gain, logistic, nl, en)
    if surely:
        nl += f"Zeker beter, al is het minder in {_told(worse, 0)}: XGBoost wordt voorgedragen."
        en += f"Surely better, though worse in {_told(worse, 1)}: XGBoost is put forward."
        return Choice(CHALLENGER, gain, logistic, nl, en)
    if gain.value < -AS_GOOD:
        nl, en = nl + "Meer dan 0,005 lager", en + "More than 0.005 lower"
    else:
        nl, en = nl + f"Niet gelijk in {_told(worse, 0)}", en + f"Not equal in {_told(worse, 1)}"
    nl, en = nl + ": het doorzichtige model wordt voorgedragen.", en + ": the glass box is put forward."
    if logistic.lower <= 0 <= logistic.upper:
        nl += " Het is niet aantoonbaar beter dan gewone logistische regressie met splines."
        en += " It is not demonstrably better than plain logistic regression with splines."
    return Choice("glass_box", gain, logistic, nl, en)


def _told(worse: list[tuple[str, str]], language: int) -> str:
    return (" en ", " and ")[language].join(one[language] for one in worse)


def _worse(theirs: Floats, ours: Floats, on: Judged) -> Iterator[tuple[str, str]]:
    """In what the first is not equal to the second, in both languages."""
    one, other = (calibration(p, on.outcome, on.weight) for p in (theirs, ours))
    if abs(one.slope - 1) > abs(other.slope - 1) + EQUAL_SLOPE or one.ici > other.ici + EQUAL_ICI:
        yield "ijking", "calibration"
    wide, usual = _gaps(theirs, on), _gaps(ours, on)
    if any(wide[name] > usual[name] + EQUAL_GAP for name in wide):
        yield "verschillen tussen groepen", "gaps between groups"


def _gaps(p: Floats, on: Judged) -> dict[tuple[str, str], float]:
    """Per grouping the largest difference between its groups, of AUROC and of the observed less the expected share."""
    found: dict[tuple[str, str], float] = {}
    for name, of_person in on.strata.items():
        areas, apart = [], []
        for value in np.unique(of_person):
            here = of_person == value
            outcome, weight = on.outcome[here], on.weight[here]
            events = int(outcome.sum())
            if min(events, len(outcome) - events) >= MIN_EVENTS:
                areas.append(auroc(p[here], outcome, weight))
                apart.append(float(np.average(outcome - p[here], weights=weight)))
        if len(areas) > 1:
            found[name, "auroc"] = max(areas) - min(areas)
            found[name, "observed"] = max(apart) - min(apart)
    return found
