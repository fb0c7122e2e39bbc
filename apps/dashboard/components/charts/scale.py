"""Colour classes: by value, never by rank, so that equal figures always have the same colour."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from statistics import median
from typing import Protocol

from apps.dashboard.wording.numbers import format_range, rounded
from datawerkplaats.base.errors import Language

# One hue per direction, light to dark, all readable with colour blindness; care use and density are never good or bad.
PALETTES: dict[str, tuple[str, ...]] = {
    "higher_is_worse": ("#fdeed3", "#fbc98b", "#f29b4b", "#cf6518", "#8a3a06"),
    "higher_is_better": ("#e3f1f2", "#aad7da", "#68b3ba", "#2b8592", "#0b5060"),
    "neutral": ("#eeebf6", "#cbc3e3", "#a195cb", "#7564ad", "#493783"),
}
MOST_CLASSES, MODELLED_CLASSES = 5, 3
CHOSEN = "#0b1f33"
HIDDEN = ("#8d99a6", "#dfe4e9")  # suppressed: stripes
MISSING = "#e9ecef"
IN_DOUBT = "#6b7885"  # in the legend, which shows no class
DOUBT = "#ffffff"  # between stripes of the colour itself: the difference is in doubt
CHANGED = ("#ffffff", "#c3ccd6")  # border changed: faint stripes


@dataclass(frozen=True)
class ColourClass:
    """One class of the legend: its colour, its label and how many areas are in it."""

    colour: str
    label: str
    count: int


@dataclass(frozen=True)
class ColourScale:
    """Upper bounds of all classes but the last (inclusive below), with one colour per class."""

    bounds: tuple[Decimal, ...]
    colours: tuple[str, ...]
    decimals: int

    def index(self, value: float) -> int:
        """The class of a value, judged as it is shown, so that legend and figure can never disagree."""
        shown = rounded(value, self.decimals)
        return bisect_right(self.bounds, shown)


def palette(polarity: str, classes: int) -> tuple[str, ...]:
    """As many colours of the polarity's hue as there are classes, spread from light to dark."""
    full = PALETTES.get(polarity, PALETTES["neutral"])
    if classes == 1:
        return (full[2],)
    return tuple(full[round(index * (len(full) - 1) / (classes - 1))] for index in range(classes))


def colour_scale(
    values: Sequence[float], polarity: str, decimals: int, classes: int = MOST_CLASSES, margin: float = 0.0
) -> ColourScale:
    """Classes with about equally many areas each; fewer where the rounded figures do not differ enough.

    Args:
        values: The figures of all areas.
        polarity: Decides the hue.
        decimals: With which figures are shown.
        classes: At most so many.
        margin: The typical margin of a figure: no two classes are closer to each other than this (`steps`).
    """
    shown = sorted(rounded(value, decimals) for value in values)
    distinct = sorted(set(shown))
    if len(distinct) <= 1:
        return ColourScale((), palette(polarity, 1), decimals)
    if len(distinct) <= classes:
        bounds = distinct[1:]
    else:
        cuts = [shown[(len(shown) * step) // classes] for step in range(1, classes)]
        bounds = sorted({cut for cut in cuts if cut > distinct[0]})
    bounds = _apart(shown, bounds, margin)
    return ColourScale(tuple(bounds), palette(polarity, len(bounds) + 1), decimals)


class WithMargin(Protocol):
    """What has a figure with its margin, where there are such."""

    @property
    def value(self) -> float | None:
        """The figure."""

    @property
    def lower(self) -> float | None:
        """Where its margin begins."""

    @property
    def upper(self) -> float | None:
        """Where its margin ends."""


def typical_margin(areas: Iterable[WithMargin]) -> float:
    """The median of half the margins; 0 where there are none."""
    halves = [(a.upper - a.lower) / 2 for a in areas if a.upper is not None and a.lower is not None]
    return median(halves) if halves else 0.0


def map_scale(areas: Sequence[WithMargin], polarity: str, decimals: int, *, is_modelled: bool) -> ColourScale:
    """The classes of a map: no finer than the typical margin, and thirds for estimates, here as in every sentence."""
    values = [area.value for area in areas if area.value is not None]
    most = MODELLED_CLASSES if is_modelled else MOST_CLASSES
    return colour_scale(values, polarity, decimals, most, typical_margin(areas))


def steps(scale: ColourScale, values: Sequence[float]) -> list[float]:
    """How far each class lies from the one before it: by where they begin or by their middle figures, whichever is nearer."""
    shown = sorted(rounded(value, scale.decimals) for value in values)
    return [step for _, step in _steps(shown, scale.bounds)]


def _steps(shown: Sequence[Decimal], bounds: Sequence[Decimal]) -> list[tuple[Decimal, float]]:
    """By bound how far the classes on both sides of it are apart; `shown` in order."""
    places = [0, *(bisect_left(shown, bound) for bound in bounds), len(shown)]
    middles = [median(shown[low:high]) for low, high in pairwise(places)]
    begins = [shown[0], *bounds]
    return [
        (bound, float(min(bound - begins[number], middles[number + 1] - middles[number])))
        for number, bound in enumerate(bounds)
    ]


def _apart(shown: Sequence[Decimal], bounds: Sequence[Decimal], margin: float) -> list[Decimal]:
    """The bounds without those between classes that are nearer to each other than the margin, the nearest first."""
    kept = list(bounds)
    while kept:
        nearest, step = min(_steps(shown, kept), key=lambda found: found[1])
        if step >= margin:
            break
        kept.remove(nearest)
    return kept


def legend(scale: ColourScale, values: Sequence[float], unit: str, language: Language) -> list[ColourClass]:
    """The classes as people read them: '5–8%', each with its number of areas."""
    members: dict[int, list[float]] = {}
    for value in values:
        members.setdefault(scale.index(value), []).append(value)
    return [
        ColourClass(
            scale.colours[index],
            format_range(min(found), max(found), unit, scale.decimals, language),
            len(found),
        )
        for index, found in sorted(members.items())
    ]
