"""Colour classes: by value, never by rank, so that equal figures always have the same colour."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from apps.dashboard.wording.numbers import format_range, rounded
from datawerkplaats.base.errors import Language

# One hue per direction, light to dark, all readable with colour blindness; care use and density are never good or bad.
PALETTES: dict[str, tuple[str, ...]] = {
    "higher_is_worse": ("#fdeed3", "#fbc98b", "#f29b4b", "#cf6518", "#8a3a06"),
    "higher_is_better": ("#e3f1f2", "#aad7da", "#68b3ba", "#2b8592", "#0b5060"),
    "neutral": ("#eeebf6", "#cbc3e3", "#a195cb", "#7564ad", "#493783"),
}
CHOSEN = "#0b1f33"
HIDDEN = ("#8d99a6", "#dfe4e9")  # suppressed: stripes
MISSING = "#e9ecef"
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
    values: Sequence[float], polarity: str, decimals: int, classes: int = 5, margin: float = 0.0
) -> ColourScale:
    """Classes with about equally many areas each; fewer where the rounded figures do not differ enough.

    Args:
        values: The figures of all areas.
        polarity: Decides the hue.
        decimals: With which figures are shown.
        classes: At most so many.
        margin: The typical margin of a figure: no class begins closer than this to the one before it.
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
    bounds = _apart(distinct[0], bounds, margin)
    return ColourScale(tuple(bounds), palette(polarity, len(bounds) + 1), decimals)


def _apart(lowest: Decimal, bounds: Sequence[Decimal], margin: float) -> list[Decimal]:
    """The bounds that lie at least the margin above the lowest value and above each other."""
    kept: list[Decimal] = []
    for bound in bounds:
        if float(bound - (kept[-1] if kept else lowest)) >= margin:
            kept.append(bound)
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
