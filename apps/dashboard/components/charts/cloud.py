"""The cloud of chance: what made-up regions without an approach came out as, with what came out here."""

from __future__ import annotations

from html import escape

import numpy as np
from numpy.typing import NDArray

from apps.dashboard.components.drawing import image

_WIDTH, _HEIGHT, _BINS, _BASE = 560, 120, 40, 96


def cloud(draws: NDArray[np.float64], here: float, ticks: tuple[tuple[float, str], ...], alt: str) -> str:
    """The picture.

    Args:
        draws: Relative differences where nothing works.
        here: The relative difference of the plan.
        ticks: Places on the axis with their words.
        alt: What it shows, in words.
    """
    edge = float(max(np.quantile(np.abs(draws), 0.995), abs(here), 0.05)) * 1.1
    heights, edges = np.histogram(np.clip(draws, -edge, edge), bins=_BINS, range=(-edge, edge))
    tallest = max(int(heights.max()), 1)

    def x(value: float) -> float:
        return round((value + edge) / (2 * edge) * _WIDTH, 1)

    width = _WIDTH / _BINS - 1
    bars = "".join(
        f'<rect x="{x(float(left))}" y="{_BASE - 80 * count / tallest:.1f}" width="{width:.1f}" '
        f'height="{80 * count / tallest:.1f}"/>'
        for count, left in zip(heights, edges[:-1], strict=True)
    )
    words = "".join(
        f'<text x="{x(at)}" y="{_BASE + 18}" text-anchor="middle">{escape(told)}</text>'
        for at, told in ticks
        if abs(at) < edge
    )
    mark = f'<line x1="{x(here)}" x2="{x(here)}" y1="6" y2="{_BASE}" class="own"/>'
    axis = f'<line x1="0" x2="{_WIDTH}" y1="{_BASE}" y2="{_BASE}" class="axis"/>'
    picture = image("cloud", _WIDTH, _HEIGHT, bars + axis + mark + words, alt)
    return f'<figure class="dw-chance">{picture}<figcaption>{escape(alt)}</figcaption></figure>'
