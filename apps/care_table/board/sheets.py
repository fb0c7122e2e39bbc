"""The board and its blocks to print: PDF in millimetres, Dutch or English; a board of A3 or of two A4 to put together.

Drawn as SVG, one page each, and set by typst; the tags come from OpenCV's own dictionary, so that printer and camera agree.
"""

from __future__ import annotations

from html import escape
from typing import Literal

import cv2

from apps.care_table.board import layout
from apps.care_table.board.kinds import Kind, kinds
from apps.care_table.board.layout import Box
from apps.care_table.typeset import compiled

Language = Literal["nl", "en"]
_INK = "#1a1a1a"
_WORDS: dict[Language, dict[str, str]] = {
    "nl": {
        "title": "Extra Teamlid", "start": "Leg hier de hulp tot nu toe, van links naar rechts",
        "practise": "Oefenen met verzonnen voorbeelden", "step": "stap",
        "how": "Knip de blokken uit. Leg elk blok rechtop op een plek. Begin bij stap 1 en sla geen plek over. "
        "Maak een foto waar alle vier de hoeken op staan.",
    },
    "en": {
        "title": "Extra Team Member", "start": "Lay the care so far here, from left to right",
        "practise": "Practising with made-up cases", "step": "step",
        "how": "Cut out the blocks. Lay each block upright on a place. Start at step 1 and leave no place out. "
        "Take a photo that holds all four corners.",
    },
}  # fmt: skip


def tag(number: int, centre: tuple[float, float], side: float) -> str:
    """A tag as SVG: black square, white cells."""
    bits = (
        cv2.aruco.generateImageMarker(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50), number, 6) > 0
    )
    x, y, cell = centre[0] - side / 2, centre[1] - side / 2, side / 6
    white = "".join(
        f'<rect x="{x + column * cell:.3f}" y="{y + row * cell:.3f}" width="{cell:.3f}" height="{cell:.3f}" fill="#fff"/>'
        for row in range(6)
        for column in range(6)
        if bits[row][column]
    )
    return f'<rect x="{x:.3f}" y="{y:.3f}" width="{side}" height="{side}" fill="#000"/>{white}'


def text(x: float, y: float, size: float, words: str, *, anchor: str = "middle", weight: int = 400) -> str:
    """Words at a place in millimetres, in the typeface of the pages."""
    return (
        f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}" '
        f'font-family="Source Sans Pro" fill="{_INK}">{escape(words)}</text>'
    )


def pattern(kind: Kind, box: Box) -> str:
    """The colour and pattern of a block, behind its tag and word."""
    x, y, w, h = box.x, box.y, box.width, box.height
    lines = {
        "plain": "",
        "stripes": "".join(f"M{x + d} {y}V{y + h}" for d in range(4, int(w), 6)),
        "grid": "".join(f"M{x + d} {y}V{y + h}" for d in range(4, int(w), 9))
        + "".join(f"M{x} {y + d}H{x + w}" for d in range(4, int(h), 9)),
        "waves": "".join(
            f"M{x} {y + d}" + "q3 -4 6 0t6 0" + "t6 0" * (int(w) // 6 - 2) for d in range(6, int(h), 8)
        ),
        "dots": "".join(
            f"M{x + c} {y + r}m-1 0a1 1 0 1 0 2 0a1 1 0 1 0 -2 0"
            for r in range(4, int(h), 8)
            for c in range(4, int(w), 8)
        ),
    }[kind.pattern]
    return (
        f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="3" fill="{kind.colour}"/>'
        f'<path d="{lines}" stroke="#fff" stroke-width="1.4" fill="none" stroke-opacity="0.9"/>'
    )


def block(kind: Kind, box: Box, language: Language) -> str:
    """One block: colour, pattern, tag and word."""
    words = kind.nl if language == "nl" else kind.en
    centre, half = layout.tag_centre(box), layout.TAG / 2 + layout.QUIET
    first, second = _two_lines(words)
    label = box.y + box.height - 22
    size = min(5.4, 88 / max(len(first), len(second)))  # so that the longest word fits its block
    rows = [(first, label + 11.5)] if not second else [(first, label + 8), (second, label + 14.5)]
    lines = "".join(text(centre[0], y, size, row, weight=600) for row, y in rows)
    return (
        f"{pattern(kind, box)}"
        f'<rect x="{centre[0] - half}" y="{centre[1] - half}" width="{2 * half}" height="{2 * half}" fill="#fff"/>'
        f"{tag(kind.tag, centre, layout.TAG)}"
        f'<rect x="{box.x + 2}" y="{label}" width="{box.width - 4}" height="19" rx="2" fill="#fff"/>{lines}'
    )


def _two_lines(words: str) -> tuple[str, str]:
    """A name over two lines, as even as its words allow."""
    parts = words.split()
    if len(words) <= 20 or len(parts) == 1:
        return words, ""
    cut = min(range(1, len(parts)), key=lambda i: abs(len(" ".join(parts[:i])) - len(" ".join(parts[i:]))))
    return " ".join(parts[:cut]), " ".join(parts[cut:])


def board_svg(language: Language) -> str:
    """The board as one page of A3."""
    return page(layout.WIDTH, layout.HEIGHT, _board(language))


def board_halves(language: Language, marks: str = "") -> list[str]:
    """The board as two pages of A4 to lay against each other, the seam between two places; `marks` are drawn over it."""
    half = layout.WIDTH / 2
    return [page(half, layout.HEIGHT, _board(language) + marks, left=left) for left in (0.0, half)]


def _board(language: Language) -> str:
    words = _WORDS[language]
    parts = [
        tag(number, at, layout.CORNER_TAG)
        for number, at in zip(layout.CORNER_TAGS, layout.corner_centres(), strict=True)
    ]
    parts.append(text(layout.WIDTH / 2, 26, 13, words["title"], weight=700))
    parts.append(text(layout.WIDTH / 2, 38, 6.5, words["start"]))
    parts.append(text(layout.WIDTH / 2, 47, 5.5, words["practise"], weight=600))
    for step in range(layout.SLOTS):
        box = layout.slot(step)
        parts.append(
            f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" rx="3" fill="none" '
            f'stroke="{_INK}" stroke-width="0.5" stroke-dasharray="2 1.5"/>'
        )
        parts.append(tag(layout.FIRST_SLOT_TAG + step, layout.tag_centre(box), layout.TAG))
        parts.append(text(box.centre[0], box.y + box.height - 8, 6, f"{words['step']} {step + 1}"))
    parts.append(text(layout.WIDTH / 2, layout.HEIGHT - 12, 5, words["how"]))
    return "".join(parts)


_PER_ROW, _PER_PAGE = 3, 9  # blocks on an upright A4


def block_sheets(language: Language) -> list[str]:
    """The blocks on sheets of A4 to cut, each kind three times since care may come back."""
    wanted = [kind for kind in kinds() for _ in range(3)]
    pages = []
    for first in range(0, len(wanted), _PER_PAGE):
        parts = [text(105, 9, 4, _WORDS[language]["practise"], weight=600)]
        for place, kind in enumerate(wanted[first : first + _PER_PAGE]):
            row, column = divmod(place, _PER_ROW)
            box = Box(
                18 + column * (layout.BLOCK_WIDTH + 6), 14 + row * (layout.BLOCK_HEIGHT + 12),
                layout.BLOCK_WIDTH, layout.BLOCK_HEIGHT,
            )  # fmt: skip
            parts.append(block(kind, box, language))
        pages.append(page(210, 297, "".join(parts)))
    return pages


def page(width: float, height: float, content: str, left: float = 0.0) -> str:
    """A page in millimetres; `left` is where on a wider drawing it begins."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" viewBox="{left} 0 {width} {height}">'
        f'<rect x="{left}" width="{width}" height="{height}" fill="#fff"/>{content}</svg>'
    )


def as_pdf(pages: list[tuple[str, float, float, str]], language: Language) -> bytes:
    """Pages as one PDF. Each is its SVG, width and height in millimetres, and what it shows in words."""
    files = {f"page{number}.svg": svg.encode() for number, (svg, *_) in enumerate(pages)}
    lines = [f'#set document(title: "{_WORDS[language]["title"]}")', f'#set text(lang: "{language}")']
    for number, (_, width, height, alt) in enumerate(pages):
        lines.append(
            f"#page(width: {width}mm, height: {height}mm, margin: 0mm)"
            f'[#image("page{number}.svg", width: {width}mm, height: {height}mm, alt: "{alt}")]'
        )
    return compiled("\n".join(lines), files)


def board_pdf(language: Language) -> bytes:
    """The board on A3."""
    return as_pdf([(board_svg(language), layout.WIDTH, layout.HEIGHT, _WORDS[language]["start"])], language)


def board_a4_pdf(language: Language) -> bytes:
    """The board on two A4."""
    start = _WORDS[language]["start"]
    return as_pdf([(svg, layout.WIDTH / 2, layout.HEIGHT, start) for svg in board_halves(language)], language)


def blocks_pdf(language: Language) -> bytes:
    """The sheets of blocks."""
    names = ", ".join(kind.nl if language == "nl" else kind.en for kind in kinds())
    return as_pdf([(svg, 210, 297, names) for svg in block_sheets(language)], language)
