"""The board to print and the photo read back: never a wrong block, and a sentence for what cannot be read."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from apps.care_table.board import layout, sheets
from apps.care_table.board.kinds import kinds
from apps.care_table.board.recognise import Ask, Reading, read
from tests.care_table.photos import Camera, laid, photographed, put

DRAW = np.random.default_rng
STEPS: list[int | None] = [0, 7, 12, 15, 19, None, None, None, None, None, None, None]
WORDS = tuple(kinds()[kind].id for kind in STEPS if kind is not None)


@pytest.mark.parametrize(
    "camera",
    [
        Camera(), Camera(tilt=45, turn=20), Camera(tilt=30, blur=0.14), Camera(dark=0.35), Camera(warm=True, jpeg=40),
        Camera(shadow=True), Camera(curl=3), Camera(lens=0.04, tilt=20), Camera(width=1280), Camera(turn=180),
    ],
    ids=str,
)  # fmt: skip
def test_photo__of_a_laid_board_is_read(camera: Camera) -> None:
    draw = DRAW(1)
    assert read(photographed(laid(STEPS, draw), camera, draw)) == Reading(WORDS)


def test_photo__every_kind_is_read_as_itself() -> None:
    draw = DRAW(2)
    for first in (0, 12):
        blocks = list(range(first, first + 12))
        found = read(photographed(laid(blocks, draw), Camera(tilt=20), draw))
        assert found == Reading(tuple(kinds()[kind].id for kind in blocks))


def covered(board: np.ndarray, x: int, y: int, size: int = 60) -> np.ndarray:
    """The board with something lying on it, in millimetres."""
    board = board.copy()
    board[y * 4 : (y + size) * 4, x * 4 : (x + size) * 4] = (120, 90, 70)
    return board


def asked(board: np.ndarray, camera: Camera | None = None) -> Ask:
    found = read(photographed(board, camera or Camera(), DRAW(3)))
    assert isinstance(found, Ask), found
    return found


def test_photo__what_cannot_be_read_is_asked_for_again() -> None:
    board = laid(STEPS, DRAW(3))
    empty: list[int | None] = [None] * 12
    assert asked(covered(board, 0, 0)).why == "corner_missing"
    assert asked(covered(board, 24, 62)) == Ask("step_unread", 0)
    assert asked(covered(board, 24 + 62 * 3, 162)) == Ask("step_unread", 9)
    assert asked(laid(empty, DRAW(3))).why == "nothing_laid"
    assert asked(laid([0, None, 7, *empty[3:]], DRAW(3))) == Ask("gap", 1)
    assert asked(np.hstack([board, board]), Camera(width=3000)).why == "two_boards"
    assert asked(np.full((1188, 1680, 3), 240, np.uint8)).why == "no_board"
    overlapping = laid(empty, DRAW(3))
    put(overlapping, laid([5, *empty[1:]], DRAW(4))[62 * 4 : 146 * 4, 26 * 4 : 80 * 4], 24 + 34, 63, 0)
    assert asked(overlapping).why in ("between_places", "step_unread")
    assert asked(board, Camera(blur=1.2)).why in ("no_board", "corner_missing", "step_unread")


def test_photo__files_that_are_no_photo_are_refused_kindly() -> None:
    assert read(b"") == read(b"%PDF-1.7") == read(b"\x00" * 100) == Ask("not_a_picture")
    assert read(b"x" * 31_000_000) == Ask("too_large")
    bomb = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    assert read(bomb.getvalue()) in (Ask("too_large"), Ask("not_a_picture"))
    truncated = photographed(laid(STEPS, DRAW(1)), Camera(), DRAW(1))[:20_000]
    assert isinstance(read(truncated), Ask)


def test_photo__turned_by_its_exif_is_read_upright() -> None:
    picture = Image.open(io.BytesIO(photographed(laid(STEPS, DRAW(1)), Camera(), DRAW(1)))).rotate(
        90, expand=True
    )
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, quality=90)
    assert read(out.getvalue()) == Reading(WORDS)


def test_sheets__every_block_in_both_languages_and_in_one_look_of_its_own() -> None:
    assert len(kinds()) == 24 <= layout.FIRST_SLOT_TAG
    assert layout.FIRST_CORNER_TAG + 4 <= 50  # as many tags as the dictionary holds
    for language in ("nl", "en"):
        pages = "".join(sheets.block_sheets(language))
        for kind in kinds():
            assert all(word in pages for word in (kind.nl if language == "nl" else kind.en).split())
        assert sheets.blocks_pdf(language).startswith(b"%PDF") and sheets.board_pdf(language).startswith(
            b"%PDF"
        )
