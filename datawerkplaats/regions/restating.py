"""Figures of one classification on the boundaries of another: counts keep their total, rates stay between their sources."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from datawerkplaats.regions.crosswalk import Crosswalk

Kind = Literal["count", "rate", "index"]
Floats = npt.NDArray[np.float64]

# Why there is no figure; the words for people stand in the pages' texts under the same codes.
PART_SUPPRESSED = "restated_part_suppressed"
PART_MISSING = "restated_part_missing"
NO_POPULATION = "restated_no_population"
# The spread of a sum or mean of parts depends on how the parts go together, which nobody publishes.
INTERVAL_REFUSED = "restated_no_interval"


@dataclass(frozen=True)
class Restated:
    """One figure on the new boundaries: the value, or the reason why there is none.

    `is_changed` is False for an area that is what it was; `is_estimated` tells that a share was estimated.
    Bounds are never restated: `interval_reason` says so wherever the area changed.
    """

    value: float | None
    reason: str | None
    is_changed: bool
    is_estimated: bool

    @property
    def interval_reason(self) -> str | None:
        """Why a restated figure has no interval; None where the area did not change."""
        return INTERVAL_REFUSED if self.is_changed else None


def restate(
    values: Mapping[str, float | None],
    crosswalk: Crosswalk,
    *,
    kind: Kind,
    population: Mapping[str, float] | None = None,
    suppressed: Collection[str] = (),
) -> dict[str, Restated]:
    """The figure of every area of `crosswalk.to_vintage`.

    A count is divided by the weights: sum of w * v, so that totals stay. A rate or index is the mean of its sources by
    the residents they bring: sum of w * p * v / sum of w * p, so that it stays between its lowest and highest source.
    A sum or mean of some of the parts is never given: one hidden or missing part hides the whole, unless nobody
    lives in that part.

    Args:
        values: Figure per area of `crosswalk.from_vintage`; None or absent is missing.
        crosswalk: The links.
        kind: What sort of figure it is.
        population: Residents per area of `from_vintage`; needed for rates of areas with several sources.
        suppressed: Areas whose figure is hidden.
    """
    sources = sorted(crosswalk.by_from)
    targets = sorted(crosswalk.by_to)
    row, column = {code: i for i, code in enumerate(sources)}, {code: i for i, code in enumerate(targets)}
    left = np.array([row[link.from_code] for link in crosswalk.links], dtype=np.intp)
    reached = np.array([column[link.to_code] for link in crosswalk.links], dtype=np.intp)
    weight: Floats = np.array([link.weight for link in crosswalk.links], dtype=np.float64)
    value = _numbers(values, sources)
    hidden = np.array([code in suppressed for code in sources], dtype=bool)
    people = _numbers(population or {}, sources)
    size = len(targets)

    def total(amounts: Floats) -> Floats:
        return np.bincount(reached, weights=amounts, minlength=size).astype(np.float64)

    alone = np.bincount(reached, minlength=size) == 1
    # With one source the residents do not matter: the mean of one figure is that figure.
    by_people = np.where(alone[reached], (weight > 0).astype(np.float64), weight * people[left])
    share = weight if kind == "count" else by_people
    counts = share > 0
    unknown_people = total(np.isnan(share).astype(np.float64)) > 0
    is_hidden = total((counts & hidden[left]).astype(np.float64)) > 0
    is_missing = total((counts & np.isnan(value[left])).astype(np.float64)) > 0
    # Products are only taken where the part counts, so that an empty wijk without a figure does not spoil the sum.
    top = total(np.where(counts, share * np.nan_to_num(value[left]), 0.0))
    below = np.ones(size) if kind == "count" else total(np.where(counts, share, 0.0))
    found = np.divide(top, below, out=np.full(size, np.nan), where=below > 0)
    if kind != "count":
        found = _between(found, value[left], reached, counts & ~np.isnan(value[left]), size)
    estimated = total(np.array([link.is_estimated for link in crosswalk.links], dtype=np.float64)) > 0
    result = {}
    for code, i in column.items():
        reason = (
            PART_SUPPRESSED
            if is_hidden[i]
            else NO_POPULATION
            if unknown_people[i]
            else PART_MISSING
            if is_missing[i] or np.isnan(found[i])
            else None
        )
        only = crosswalk.by_to[code][0]
        same = bool(alone[i]) and only.from_code == code and only.weight == 1 and only.method == "same_code"
        result[code] = Restated(
            None if reason else float(found[i]), reason, not same, bool(estimated[i]) and not same
        )
    return result


def _numbers(values: Mapping[str, float | None], codes: list[str]) -> Floats:
    return np.array([np.nan if (v := values.get(code)) is None else v for code in codes], dtype=np.float64)


def _between(
    found: Floats, value: Floats, reached: npt.NDArray[np.intp], used: npt.NDArray[np.bool_], size: int
) -> Floats:
    """The means without the last bit by which adding may carry them past their highest or lowest source."""
    low, high = np.full(size, np.inf), np.full(size, -np.inf)
    np.minimum.at(low, reached[used], value[used])
    np.maximum.at(high, reached[used], value[used])
    return np.where(np.isnan(found) | np.isinf(low), found, np.clip(found, low, high))
