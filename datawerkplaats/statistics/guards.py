"""What may not be concluded from model estimates: no trend, no effect, no association with their own
predictors.

The RIVM small-area figures are computed from background characteristics of the residents. Testing them over
time, or against those characteristics, finds the model again and not the neighbourhood.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from datawerkplaats.statistics.intervals import Estimate, withheld
from datawerkplaats.statistics.reasons import as_floats, first_reason


@dataclass(frozen=True)
class Series:
    """What a guard has to know of an indicator: its id, whether it is modelled and from which
    characteristics.
    """

    indicator_id: str
    is_model_estimate: bool = False
    predictors: Collection[str] = field(default_factory=frozenset)


def change_reason(series: Series) -> str:
    """Why no trend, effect or inequality test may be made on a series: modelled_series, or empty where it
    may.
    """
    return "modelled_series" if series.is_model_estimate else ""


def pair_reason(first: Series, second: Series) -> str:
    """Why an association would be circular: circular_pair blocks, shared_predictors greys, empty allows."""
    for modelled, other in ((first, second), (second, first)):
        if modelled.is_model_estimate and (
            other.indicator_id in modelled.predictors or other.indicator_id == modelled.indicator_id
        ):
            return "circular_pair"
    both = first.is_model_estimate and second.is_model_estimate
    return "shared_predictors" if both and set(first.predictors) & set(second.predictors) else ""


def presented(
    value: npt.ArrayLike, lower: npt.ArrayLike, upper: npt.ArrayLike, is_model_estimate: npt.ArrayLike
) -> Estimate:
    """The figures as they may be shown: modelled ones in whole per cents, and only with their interval."""
    v, low, high, modelled = np.broadcast_arrays(
        as_floats(value), as_floats(lower), as_floats(upper), np.asarray(is_model_estimate, dtype=bool)
    )
    reason = first_reason(
        v.shape,
        ("missing_input", np.isnan(v)),
        ("interval_required", modelled & (np.isnan(low) | np.isnan(high))),
    )
    # Halves go up, as people round, not to the even neighbour.
    shown = [np.where(modelled, np.floor(part + 0.5), part) for part in (v, low, high)]
    return withheld(Estimate(shown[0], shown[1], shown[2], reason))
