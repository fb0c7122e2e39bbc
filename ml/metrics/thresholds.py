"""What follows from acting above a threshold: who is found, who is bothered, and whether it is worth it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]

WHY_NOT_ACCURACY = {
    "nl": (
        "Nauwkeurigheid ('% goed') en F1 staan nergens in dit verslag. Bij een probleem dat weinig voorkomt wint dan wie "
        "altijd 'gezond' zegt: bij 19 % gevallen is dat 81 % goed, meer dan de 73 % van de eerste proef, "
        "zonder één geval te vinden."
    ),
    "en": (
        "Accuracy ('% right') and F1 appear nowhere in this report. With a rare problem they reward whoever "
        "always says 'healthy': "
        "at 19 % events that is 81 % right, more than the 73 % of the first trial, without finding a single case."
    ),
}


def threshold_table(
    probability: Floats, outcome: Floats, thresholds: Sequence[float], weight: Floats | None = None
) -> list[dict[str, float]]:
    """Per threshold: sensitivity, specificity, predictive values and numbers per 1,000 people."""
    mass = np.ones(len(outcome)) if weight is None else np.asarray(weight, dtype=np.float64)
    p, y = np.asarray(probability, dtype=np.float64), np.asarray(outcome, dtype=np.float64)
    total, events = mass.sum(), (mass * y).sum()
    rows = []
    for threshold in thresholds:
        flag = p >= threshold
        flagged, caught = mass[flag].sum(), (mass * y)[flag].sum()
        missed = events - caught
        rest = total - flagged
        rows.append(
            {
                "threshold": float(threshold),
                "sensitivity": float(caught / events),
                "specificity": float((rest - missed) / (total - events)),
                "ppv": float(caught / flagged) if flagged else float("nan"),
                "npv": float((rest - missed) / rest) if rest else float("nan"),
                "flagged_per_1000": float(1000 * flagged / total),
                "found_per_1000": float(1000 * caught / total),
                "missed_per_1000": float(1000 * missed / total),
                "net_benefit": float(
                    caught / total - (flagged - caught) / total * threshold / (1 - threshold)
                ),
            }
        )
    return rows


def sensitivities(
    probability: Floats, outcome: Floats, specificities: Sequence[float], weight: Floats | None = None
) -> list[dict[str, float]]:
    """Per asked specificity the threshold that just exceeds it, with the sensitivity and specificity reached there."""
    mass = np.ones(len(outcome)) if weight is None else np.asarray(weight, dtype=np.float64)
    order = np.argsort(probability, kind="stable")
    ranked, y = np.asarray(probability, dtype=np.float64)[order], np.asarray(outcome, dtype=np.float64)[order]
    # Who is flagged at a threshold is everyone from the first with that score on.
    first = np.flatnonzero(np.concatenate(([True], ranked[1:] != ranked[:-1])))
    missed = np.concatenate(([0.0], np.cumsum(mass[order] * y)))[first]
    spared = np.concatenate(([0.0], np.cumsum(mass[order] * (1 - y))))[first]
    events, others = float((mass[order] * y).sum()), float((mass[order] * (1 - y)).sum())
    rows = []
    for asked in specificities:
        position = min(int(np.searchsorted(spared / others, asked, side="right")), len(first) - 1)
        rows.append(
            {
                "specificity": float(spared[position] / others),
                "sensitivity": float(1 - missed[position] / events),
                "threshold": float(ranked[first[position]]),
            }
        )
    return rows


def net_benefit(
    probability: Floats, outcome: Floats, threshold: float, weight: Floats | None = None
) -> float:
    """True positives minus false positives at the exchange rate that the threshold implies, per person."""
    return threshold_table(probability, outcome, [threshold], weight)[0]["net_benefit"]


def benefit_at(
    probability: Floats, outcome: Floats, threshold: float, weight: Floats | None = None
) -> dict[str, float]:
    """Net benefit of the model, of acting on everybody and of acting on nobody, at one threshold."""
    share = float(np.average(outcome, weights=weight))
    return {
        "threshold": threshold,
        "model": net_benefit(probability, outcome, threshold, weight),
        "everybody": share - (1 - share) * threshold / (1 - threshold),
        "nobody": 0.0,
    }


def decision_curve(
    probability: Floats, outcome: Floats, weight: Floats | None = None
) -> list[dict[str, float]]:
    """Net benefit of the model, of acting on everybody and of acting on nobody, for thresholds 0.02 to 0.40."""
    return [benefit_at(probability, outcome, round(0.02 * i, 2), weight) for i in range(1, 21)]


def attainable_share(probability: Floats, best: Floats, outcome: Floats, threshold: float) -> float:
    """The part of the net benefit above the best default that the model gets, where `best` gets all of it."""
    share = float(np.mean(outcome))
    default = max(0.0, share - (1 - share) * threshold / (1 - threshold))
    top = net_benefit(best, outcome, threshold) - default
    return (net_benefit(probability, outcome, threshold) - default) / top if top > 0 else float("nan")
