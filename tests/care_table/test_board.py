"""The board to print and the photo read back: never a wrong block, and a sentence for what cannot be read."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

from apps.care_table.board import folding, instructions, layout, sheets
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
        Camera(width=5164),
    ],
    ids=str,
)  # fmt: skip
def test_photo__of_a_laid_board_is_read(camera: Camera) -> None:
    draw = DRAW(1)
    assert read(photographed(laid(STEPS, draw), camera, draw)) == Reading(WORDS)


def test_photo__blurred_to_the_edge_of_what_can_be_read_is_looked_at_in_more_than_one_way() -> None:
    """Photos that the first way alone asks for again."""
    for seed in (18, 26, 29):
        draw = DRAW(seed)
        blocks = draw.integers(0, 24, int(draw.integers(3, 9))).tolist()
        board = laid([*blocks, *([None] * (12 - len(blocks)))], draw)
        camera = Camera(blur=0.14, tilt=20, turn=float(draw.uniform(-25, 25)))
        found = read(photographed(board, camera, draw))
        assert found == Reading(tuple(kinds()[kind].id for kind in blocks))


def test_photo__of_the_folding_board_of_plain_paper_is_read() -> None:
    draw = DRAW(5)
    for first in (0, 12):
        board = laid(list(range(first, first + 12)), draw, plain_paper=True)
        found = read(photographed(board, Camera(tilt=15, crease=4), draw))
        assert found == Reading(tuple(kind.id for kind in kinds()[first : first + 12]))


def test_photo__a_hand_over_a_corner_is_asked_away() -> None:
    board, seen = laid(STEPS, DRAW(3)), []
    for seed in range(6):
        found = read(photographed(board, Camera(hand=True), DRAW(seed)))
        assert found == Reading(WORDS) or isinstance(found, Ask)
        seen.append(found)
    assert Ask("corner_missing") in seen


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
    face_down = board.copy()
    put(face_down, np.full((320, 216, 3), (200, 90, 40), np.uint8), 28, 64, 0)
    assert asked(face_down) == Ask("step_unread", 0)
    for number, dictionary in (
        (45, cv2.aruco.DICT_4X4_50),
        (3, cv2.aruco.DICT_6X6_50),
    ):  # tags, but no blocks
        strange = board.copy()
        block = np.full((320, 216, 3), 255, np.uint8)
        tag = cv2.aruco.generateImageMarker(cv2.aruco.getPredefinedDictionary(dictionary), number, 128)
        block[52:180, 44:172] = tag[..., None]
        put(strange, block, 28, 64, 0)
        assert asked(strange) == Ask("step_unread", 0)
    assert asked(board, Camera(blur=1.2)).why in ("no_board", "corner_missing", "step_unread")


def test_photo__files_that_are_no_photo_are_refused_kindly() -> None:
    assert read(b"") == read(b"%PDF-1.7") == read(b"\x00" * 100) == Ask("not_a_picture")
    assert read(b"x" * 31_000_000) == Ask("too_large")
    bomb = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    assert read(bomb.getvalue()) in (Ask("too_large"), Ask("not_a_picture"))
    truncated = photographed(laid(STEPS, DRAW(1)), Camera(), DRAW(1))[:20_000]
    assert isinstance(read(truncated), Ask)
    heic = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 5_000
    assert read(heic) == Ask("not_a_picture")
    landscape = io.BytesIO()
    hills = (
        np.add.outer(np.linspace(0, 200, 1500), 50 * np.sin(np.arange(2000) / 90))
        .clip(0, 255)
        .astype(np.uint8)
    )
    Image.fromarray(hills).save(landscape, "JPEG")
    assert read(landscape.getvalue()) == Ask("no_board")


def test_photo__turned_by_its_exif_is_read_upright() -> None:
    picture = Image.open(io.BytesIO(photographed(laid(STEPS, DRAW(1)), Camera(), DRAW(1)))).rotate(
        90, expand=True
    )
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, quality=90)
    assert read(out.getvalue()) == Reading(WORDS)


def test_sheets__the_folding_variant_folds_between_the_places() -> None:
    places = [layout.slot(step) for step in range(layout.SLOTS)]
    assert all(not place.y <= folding.FOLD_AT <= place.y + place.height for place in places)
    assert all(not place.x <= layout.WIDTH / 2 <= place.x + place.width for place in places)
    for language in ("nl", "en"):
        pages = PdfReader(io.BytesIO(folding.folding_pdf(language))).pages
        assert len(pages) == 6 and all(
            float(one.mediabox.width) < float(one.mediabox.height) for one in pages
        )
        text = "".join(one.extract_text() for one in pages)
        for kind in kinds():
            words = (kind.nl if language == "nl" else kind.en).split()
            assert all(text.count(word) >= 2 for word in words), kind.id  # on both sides of the block
        assert all(
            ("Oefenen" if language == "nl" else "Practising") in one.extract_text() for one in pages[2:]
        )


def test_sheets__the_instructions_are_one_page_in_either_language() -> None:
    told = instructions.texts()
    assert [len(one["parts"]) for one in told.values()] == [4, 4]
    steps = [[len(part["steps"]) for part in one["parts"]] for one in told.values()]
    assert steps[0] == steps[1]
    for language in ("nl", "en"):
        reader = PdfReader(io.BytesIO(instructions.instructions_pdf(language)))
        assert len(reader.pages) == 1
        text = " ".join(reader.pages[0].extract_text().split())
        assert told[language]["practise"] in text and told[language]["parts"][0]["steps"][0] in text


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
