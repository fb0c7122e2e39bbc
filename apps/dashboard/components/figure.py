"""One figure as every place shows it: value large, cut-off in the subtitle, comparison, a strip with all areas, and how sure it is.

Plain HTML with a drawing in it, so that page, phone and print have the same; nothing is told by colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from apps.dashboard.components.drawing import image, svg

STRIP_WIDTH, STRIP_HEIGHT, EDGE = 220, 26, 8
MOST_CIRCLES = 40


@dataclass(frozen=True)
class Strip:
    """All areas of the region on one line: their values, the own one, the comparison, and what left and right mean."""

    values: tuple[float, ...]
    own: float
    reference: float | None
    left: str
    right: str
    alt: str


@dataclass(frozen=True)
class FigureCard:
    """One figure in words; everything is written as it is shown."""

    group: str
    title: str
    subtitle: str
    value: str
    reference: str
    strip: Strip | None
    place: str
    source: str
    change: str = ""
    is_estimate: bool = False
    link: str = ""


def figure(card: FigureCard) -> str:
    """The HTML of one figure."""
    sign = '<abbr title="schatting / estimate">≈</abbr> ' if card.is_estimate else ""
    change = f'<p class="dw-fig-place">{escape(card.change)}</p>' if card.change else ""
    title = escape(card.title)
    if card.link:
        title = f'<a href="{escape(card.link)}" target="_self">{title}</a>'
    return (
        f'<article class="dw-fig"><p class="dw-fig-group">{escape(card.group)}</p><h3>{title}</h3>'
        f'<p class="dw-fig-sub">{escape(card.subtitle)}</p>'
        f'<p class="dw-fig-value"><strong>{sign}{escape(card.value)}</strong> <span>{escape(card.reference)}</span></p>'
        f"{strip(card.strip) if card.strip else ''}"
        f'<p class="dw-fig-place">{escape(card.place)}</p>{change}<p class="dw-fig-source">{escape(card.source)}</p></article>'
    )


def figures(cards: Sequence[FigureCard], label: str) -> str:
    """Figures beside each other, two on a phone."""
    return f'<section class="dw-figs" aria-label="{escape(label)}">{"".join(map(figure, cards))}</section>'


def strip(drawn: Strip) -> str:
    """A line with a dot per area; the own one is larger and darker, the comparison a small upright line."""
    ends = f"<span>{escape(drawn.left)}</span><span>{escape(drawn.right)}</span>"
    return (
        image("strip", STRIP_WIDTH, STRIP_HEIGHT, _on_a_line(drawn), drawn.alt)
        + f'<p class="dw-strip-ends" aria-hidden="true">{ends}</p>'
    )


def strip_svg(drawn: Strip) -> str:
    """The same line as a drawing for a document."""
    return svg("strip", STRIP_WIDTH, STRIP_HEIGHT, _on_a_line(drawn))


def _on_a_line(drawn: Strip) -> str:
    known = [*drawn.values, drawn.own] + ([] if drawn.reference is None else [drawn.reference])
    low, high = min(known), max(known)

    def x(value: float) -> float:
        inner = STRIP_WIDTH - 2 * EDGE
        return round(EDGE + (inner / 2 if high == low else (value - low) / (high - low) * inner), 1)

    middle = STRIP_HEIGHT / 2
    if len(drawn.values) <= MOST_CIRCLES:
        dots = "".join(f'<circle cx="{x(value)}" cy="{middle}" r="4"/>' for value in drawn.values)
    else:
        # Hundreds lie over each other: one line of dots, each place once, takes a tenth of the bytes. The own one lies under its
        # larger dot, so that the line is the same for all areas of a region and the public site can keep it once.
        places = sorted({round(x(value) * 2) / 2 for value in (*drawn.values, drawn.own)})
        dots = f'<path d="{"".join(f"M{at:g} {middle:g}h0" for at in places)}"/>'
    upright = ""
    if drawn.reference is not None:
        at = x(drawn.reference)
        upright = f'<line x1="{at}" x2="{at}" y1="2" y2="{STRIP_HEIGHT - 2}" class="reference"/>'
    return (
        f'<line x1="{EDGE}" x2="{STRIP_WIDTH - EDGE}" y1="{middle}" y2="{middle}" class="line"/>'
        f'<g class="dots">{dots}</g>{upright}<circle cx="{x(drawn.own)}" cy="{middle}" r="6.5" class="own"/>'
    )
