"""A drawing of our own as an image in the page: the browser takes no loose SVG out of a text, and a file would be a request."""

from __future__ import annotations

import base64
from html import escape

_STYLE = {
    "strip": ".line{stroke:#c9d3dd;stroke-width:2}.dots circle{fill:#a9bccf;stroke:#fff}"
    ".dots path{stroke:#a9bccf;stroke-width:8;stroke-linecap:round}"
    ".reference{stroke:#1b2733;stroke-width:2}.own{fill:#b3541e;stroke:#fff;stroke-width:1.5}",
    "map": "path{stroke:#fff;stroke-width:1}.worst{fill:#b3541e}.between{fill:url(#hatch)}.best{fill:#68b3ba}"
    "path.unknown{fill:#fff;stroke:#94a3b3}",
    "cloud": "text{font:13px sans-serif;fill:#2b3a49}rect{fill:#a9bfd3}.axis{stroke:#56636f}.own{stroke:#b3541e;stroke-width:4}",
    "years": "text{font:14px sans-serif;fill:#414e5b}.grid{stroke:#e1e7ed}.flag{stroke:#6b7885;stroke-dasharray:2 3}"
    ".margin{stroke:#b3541e;stroke-width:1.5;opacity:.6}.own{stroke:#b3541e;stroke-width:3}.own-dot{fill:#b3541e}"
    ".reference{stroke:#1b2733;stroke-width:2}.reference-dot{fill:#1b2733}.dashed{stroke-dasharray:6 5}",
}


def image(kind: str, width: float, height: float, content: str, alt: str) -> str:
    """The drawing as an `img` element.

    Args:
        kind: `strip`, `map`, `years` or `cloud`: decides its style, here and on the page (`dw-<kind>`).
        width: Of the drawing, in its own units.
        height: Of the drawing.
        content: The shapes as SVG.
        alt: What it shows, for who does not see it.
    """
    data = base64.b64encode(svg(kind, width, height, content).encode()).decode()
    return f'<img class="dw-{kind}" alt="{escape(alt)}" src="data:image/svg+xml;base64,{data}">'


def svg(kind: str, width: float, height: float, content: str) -> str:
    """The drawing alone, for a document; the arguments are those of `image`."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}">'
        f"<style>{_STYLE[kind]}</style>{content}</svg>"
    )
