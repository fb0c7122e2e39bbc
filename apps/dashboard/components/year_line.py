"""A line through time: the area and its comparison, dashed over a break of method and for estimates, events as flags."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from apps.dashboard.components.drawing import image, svg

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 320, 190, 56, 16, 30, 26
FLAG_ROW = 17  # the words of each further flag stand so much lower, and the line begins below them
Points = Sequence[tuple[int, float]]


@dataclass(frozen=True)
class Flag:
    """An event in a year; `is_break` where the figure was measured otherwise from then on."""

    year: int
    word: str
    is_break: bool


@dataclass(frozen=True)
class YearLine:
    """What is drawn: points of the area and of the comparison, oldest first, with margins where they are known."""

    own: Points
    reference: Points
    flags: Sequence[Flag]
    is_estimate: bool
    margins: Sequence[tuple[int, float, float]] = ()


def is_dashed(first: int, last: int, line: YearLine) -> bool:
    """Whether the stretch between two years is no measured change: an estimate, or a break of method lies in it."""
    return line.is_estimate or any(flag.is_break and first < flag.year <= last for flag in line.flags)


def drawn(line: YearLine, write: Callable[[float], str], alt: str) -> str:
    """The drawing. At least two years of the area are needed; the axis begins where the figures do, and says so by its labels."""
    return image("years", WIDTH, HEIGHT, _laid_out(line, write), alt)


def line_svg(line: YearLine, write: Callable[[float], str]) -> str:
    """The same drawing for a document."""
    return svg("years", WIDTH, HEIGHT, _laid_out(line, write))


def _laid_out(line: YearLine, write: Callable[[float], str]) -> str:
    values = [value for _, value in (*line.own, *line.reference)]
    values += [bound for _, lower, upper in line.margins for bound in (lower, upper)]
    low, high = min(values), max(values)
    space = (high - low or abs(high) or 1.0) * 0.15
    low, high = max(0.0, low - space) if low >= 0 else low - space, high + space
    years = sorted({year for year, _ in (*line.own, *line.reference)})
    first, last = years[0], years[-1]
    flags = sorted((flag for flag in line.flags if first <= flag.year <= last), key=lambda flag: flag.year)
    top = TOP + FLAG_ROW * max(0, len(flags) - 1)

    def x(year: int) -> float:
        return round(LEFT + (year - first) / max(1, last - first) * (WIDTH - LEFT - RIGHT), 1)

    def y(value: float) -> float:
        return round(top + (high - value) / (high - low) * (HEIGHT - top - BOTTOM), 1)

    parts = []
    for value in (low + space, high - space):
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(value)}" y2="{y(value)}" class="grid"/>')
        parts.append(
            f'<text x="{LEFT - 6}" y="{y(value) + 5}" text-anchor="end">{escape(write(value))}</text>'
        )
    shown = years if len(years) <= 4 else [first, years[len(years) // 2], last]
    for year in shown:
        anchor = "start" if year == first else "end" if year == last else "middle"
        parts.append(f'<text x="{x(year)}" y="{HEIGHT - 6}" text-anchor="{anchor}">{year}</text>')
    for row, flag in enumerate(flags):
        at, anchor = x(flag.year), "end" if flag.year > (first + last) / 2 else "start"
        words = TOP - 13 + FLAG_ROW * row
        parts.append(f'<line x1="{at}" x2="{at}" y1="{words + 5}" y2="{HEIGHT - BOTTOM}" class="flag"/>')
        parts.append(f'<text x="{at}" y="{words}" text-anchor="{anchor}">⚑ {escape(flag.word)}</text>')
    for year, lower, upper in line.margins:
        parts.append(f'<line x1="{x(year)}" x2="{x(year)}" y1="{y(lower)}" y2="{y(upper)}" class="margin"/>')
    for name, points in (("reference", line.reference), ("own", line.own)):
        for (one, here), (other, there) in pairwise(points):
            dashed = " dashed" if is_dashed(one, other, line) else ""
            parts.append(
                f'<line x1="{x(one)}" y1="{y(here)}" x2="{x(other)}" y2="{y(there)}" class="{name}{dashed}"/>'
            )
        parts += [
            f'<circle cx="{x(year)}" cy="{y(value)}" r="4.5" class="{name}-dot"/>' for year, value in points
        ]
    return "".join(parts)
