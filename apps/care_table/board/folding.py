"""The folding variant on plain paper: a board of two A4 that folds to A5, and blocks folded double instead of cut from card.

What the camera sees has the same measures as on the other sheets: fold lines run between the places, never through a tag.
"""

from __future__ import annotations

from apps.care_table.board import layout
from apps.care_table.board.kinds import Kind, kinds
from apps.care_table.board.layout import Box
from apps.care_table.board.sheets import Language, as_pdf, block, board_halves, page, pattern, text

FLAP = 48.0  # of a block, folded behind it
FOLD_AT = 154.0  # height of the fold across the board, in the gap between both rows
PER_ROW, PER_PAGE = 3, 6
_LEFT, _TOP, _STEP_X, _STEP_Y = 18.0, 14.0, 60.0, 136.0
_WORDS: dict[Language, dict[str, str]] = {
    "nl": {
        "fold": "vouw", "tape": "plak hier", "practise": "Oefenen met verzonnen voorbeelden",
        "how": "Knip langs de buitenste lijn. Vouw op de streepjes naar achteren en plak vast.",
        "board": "Bord op twee A4 met vouwlijnen",
    },
    "en": {
        "fold": "fold", "tape": "tape here", "practise": "Practising with made-up cases",
        "how": "Cut along the outer line. Fold back on the dashes and glue.",
        "board": "Board on two A4 with lines to fold",
    },
}  # fmt: skip


def board_marks(language: Language) -> str:
    """The fold across the board and the seam where both halves are taped: dashed, and named in the margin."""
    words, middle = _WORDS[language], layout.WIDTH / 2
    return (
        _dashes(0, FOLD_AT, layout.WIDTH, FOLD_AT)
        + "".join(text(x, FOLD_AT - 1.5, 4, words["fold"]) for x in (9, layout.WIDTH - 9))
        + "".join(
            text(middle + off, 291, 4, words["tape"], anchor=at) for off, at in ((-3, "end"), (3, "start"))
        )
    )


def _dashes(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="#1a1a1a" stroke-width="0.35" stroke-dasharray="1.2 1.6"/>'


def folded_block(kind: Kind, x: float, y: float, language: Language) -> str:
    """A block with the flap that goes behind it: colour, pattern and word on both sides."""
    front = Box(x, y, layout.BLOCK_WIDTH, layout.BLOCK_HEIGHT)
    back = Box(x, y + layout.BLOCK_HEIGHT, layout.BLOCK_WIDTH, FLAP)
    words = kind.nl if language == "nl" else kind.en
    rows = _rows(words)
    size = min(7.0, 88 / max(map(len, rows)))
    height = (size + 1.5) * len(rows) + 4
    top = back.y + (FLAP - height) / 2
    lines = "".join(
        text(back.centre[0], top + 2 + (size + 1.5) * (number + 0.8), size, row, weight=700)
        for number, row in enumerate(rows)
    )
    return (
        f"{block(kind, front, language)}{pattern(kind, back)}"
        f'<rect x="{x + 2}" y="{top}" width="{back.width - 4}" height="{height}" rx="2" fill="#fff"/>{lines}'
        f'<rect x="{x}" y="{y}" width="{front.width}" height="{front.height + FLAP}" fill="none" stroke="#1a1a1a" '
        f'stroke-width="0.25"/>{_dashes(x - 4, back.y, x + back.width + 4, back.y)}'
    )


def _rows(words: str) -> list[str]:
    """A name over lines of at most fourteen letters where its words allow."""
    rows: list[str] = []
    for word in words.split():
        if rows and len(rows[-1]) + len(word) < 14:
            rows[-1] += f" {word}"
        else:
            rows.append(word)
    return rows


def sheets_of_blocks(language: Language) -> list[str]:
    """One of every kind; who needs a kind twice prints the sheets twice."""
    pages = []
    for first in range(0, len(kinds()), PER_PAGE):
        words = _WORDS[language]
        parts = [text(105, 6, 4, words["practise"], weight=600), text(105, 11, 3.6, words["how"])]
        for place, kind in enumerate(kinds()[first : first + PER_PAGE]):
            row, column = divmod(place, PER_ROW)
            parts.append(folded_block(kind, _LEFT + column * _STEP_X, _TOP + row * _STEP_Y, language))
        pages.append(page(210, 297, "".join(parts)))
    return pages


def folding_pdf(language: Language) -> bytes:
    """The board and the blocks to fold."""
    words, names = _WORDS[language], ", ".join(kind.nl if language == "nl" else kind.en for kind in kinds())
    halves = [(svg, 210.0, 297.0, words["board"]) for svg in board_halves(language, board_marks(language))]
    return as_pdf([*halves, *((svg, 210.0, 297.0, names) for svg in sheets_of_blocks(language))], language)
