"""Where everything lies on the board, in millimetres from its upper left corner: one drawing for printer and camera.

Every place for a block carries a tag of its own while it is empty. So a place is read as empty, or as a block, or not at all; and
what is not read is asked for again, never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass

WIDTH, HEIGHT = 420.0, 297.0  # A3, lying
COLUMNS, ROWS = 6, 2
SLOTS = COLUMNS * ROWS
SLOT_WIDTH, SLOT_HEIGHT = 58.0, 84.0
BLOCK_WIDTH, BLOCK_HEIGHT = 54.0, 80.0
TAG = 32.0  # side of the black square of a tag
QUIET = 5.0  # white around it, without which no camera finds it
CORNER_TAG, CORNER_INSET = 26.0, 24.0  # side, and distance of its centre from both edges
_LEFT, _TOP = (WIDTH - COLUMNS * (SLOT_WIDTH + 4) + 4) / 2, 62.0
_ROW_STEP = 100.0
# Tags: 0-23 are kinds of care, then the empty places, then the corners (clockwise from the upper left).
FIRST_SLOT_TAG = 24
FIRST_CORNER_TAG = FIRST_SLOT_TAG + SLOTS
CORNER_TAGS = tuple(range(FIRST_CORNER_TAG, FIRST_CORNER_TAG + 4))


@dataclass(frozen=True)
class Box:
    """A rectangle in millimetres."""

    x: float
    y: float
    width: float
    height: float

    @property
    def centre(self) -> tuple[float, float]:
        """Its middle."""
        return self.x + self.width / 2, self.y + self.height / 2

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in it."""
        return self.x <= x <= self.x + self.width and self.y <= y <= self.y + self.height


def slot(number: int) -> Box:
    """The place of step `number` (0 is the first), row after row."""
    row, column = divmod(number, COLUMNS)
    return Box(_LEFT + column * (SLOT_WIDTH + 4), _TOP + row * _ROW_STEP, SLOT_WIDTH, SLOT_HEIGHT)


def tag_centre(box: Box) -> tuple[float, float]:
    """Where the tag lies in a block or an empty place: above the word."""
    return box.x + box.width / 2, box.y + 8 + (TAG + 2 * QUIET) / 2


def corner_centres() -> tuple[tuple[float, float], ...]:
    """The middles of the corner tags, clockwise from the upper left."""
    right, bottom = WIDTH - CORNER_INSET, HEIGHT - CORNER_INSET
    return (CORNER_INSET, CORNER_INSET), (right, CORNER_INSET), (right, bottom), (CORNER_INSET, bottom)


def corner_points(centre: tuple[float, float], side: float) -> list[tuple[float, float]]:
    """The four corners of a tag, clockwise from the upper left."""
    (x, y), half = centre, side / 2
    return [(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)]
