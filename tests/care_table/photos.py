"""Photographs of a printed board, made up: the project's own PDF pages, cut, laid, bent, lit, tilted and blurred.

Shares no code with what reads them: the pages come as pixels from a PDF renderer, where things lie is measured here from the
pages, and the camera is a model of our own (pinhole with lens distortion, paper curl, shadow, glare, warm light, noise, JPEG).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image

from apps.care_table.board import folding, sheets

Pixels = NDArray[np.uint8]
SCALE = 4  # pixels per millimetre of the laid-out board
BOARD_MM = (420, 297)
# Measured with a ruler on the printed pages, in millimetres: places of six columns and two rows, blocks of three by three.
PLACE_X, PLACE_Y = [26 + 62 * c for c in range(6)], [62, 162]
BLOCK_X, BLOCK_Y, BLOCK_SIZE = [18, 78, 138], [14, 106, 198], (54, 80)


@dataclass(frozen=True)
class Camera:
    """How a photo is taken: tilt in degrees, blur as a share of a tag's cell, the light, and how paper stands up (millimetres)."""

    tilt: float = 0.0
    turn: float = 0.0
    blur: float = 0.0
    dark: float = 1.0
    warm: bool = False
    glare: bool = False
    shadow: bool = False
    curl: float = 0.0
    crease: float = 0.0
    lens: float = 0.0
    jpeg: int = 85
    hand: bool = False
    width: int = 2000


@cache
def _page(which: str, number: int) -> Pixels:
    made = {"board": sheets.board_pdf, "blocks": sheets.blocks_pdf, "folding": folding.folding_pdf}[which]
    pdf = made("nl")
    page = pypdfium2.PdfDocument(pdf)[number]
    return np.asarray(page.render(scale=SCALE * 25.4 / 72).to_pil().convert("RGB"))


@cache
def block_of(kind: int) -> Pixels:
    """One printed block of a kind, cut out."""
    page, place = divmod(kind * 3, 9)
    row, column = divmod(place, 3)
    x, y = BLOCK_X[column] * SCALE, BLOCK_Y[row] * SCALE
    return _page("blocks", page)[y : y + BLOCK_SIZE[1] * SCALE, x : x + BLOCK_SIZE[0] * SCALE]


@cache
def folding_board() -> Pixels:
    """The folding board: its two pages of A4 laid against each other."""
    return np.hstack([_page("folding", 0)[:, : 210 * SCALE], _page("folding", 1)[:, : 210 * SCALE]])


@cache
def folded_block(kind: int) -> Pixels:
    """One block of plain paper, cut out and folded: what lies on top."""
    page, place = divmod(kind, 6)
    row, column = divmod(place, 3)
    x, y = BLOCK_X[column] * SCALE, (14 + 136 * row) * SCALE
    return _page("folding", 2 + page)[y : y + BLOCK_SIZE[1] * SCALE, x : x + BLOCK_SIZE[0] * SCALE]


def laid(
    blocks: Sequence[int | None], draw: np.random.Generator, *, askew: float = 1.0, plain_paper: bool = False
) -> Pixels:
    """The board with blocks on its places, each a little off and turned, as hands lay them; or the folding variant of both."""
    table = (folding_board() if plain_paper else _page("board", 0)).copy()
    for step, kind in enumerate(blocks):
        if kind is None:
            continue
        row, column = divmod(step, 6)
        x, y = (
            PLACE_X[column] + 2 + draw.normal(0, 0.7) * askew,
            PLACE_Y[row] + 2 + draw.normal(0, 0.7) * askew,
        )
        put(table, folded_block(kind) if plain_paper else block_of(kind), x, y, draw.normal(0, 2.0) * askew)
    return table


def put(table: Pixels, block: Pixels, x_mm: float, y_mm: float, degrees: float) -> None:
    """Lay a block on the table with its upper left corner at a place, turned about its middle."""
    height, width = block.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    turn[:, 2] += np.array([x_mm * SCALE, y_mm * SCALE])
    size = (table.shape[1], table.shape[0])
    over = cv2.warpAffine(block, turn, size, flags=cv2.INTER_AREA)
    mask = cv2.warpAffine(np.full((height, width), 255, np.uint8), turn, size) > 127
    table[mask] = over[mask]


def photographed(board: Pixels, camera: Camera, draw: np.random.Generator) -> bytes:
    """A JPEG of the board on a wooden table."""
    height, width = board.shape[:2]
    canvas = np.full((height + 800, width + 800, 3), (168, 132, 96), np.uint8)
    canvas[400 : 400 + height, 400 : 400 + width] = board
    picture = _touched(canvas, draw) if camera.hand else canvas
    picture = _curled(picture, camera.curl) if camera.curl else picture
    picture = _creased(picture, camera.crease) if camera.crease else picture
    picture = _seen(picture, camera)
    picture = _lit(picture.astype(np.float32), camera, draw)
    cell = camera.width / (BOARD_MM[0] * 1.35) * 32 / 6  # pixels of one cell of a tag, about
    if camera.blur:
        picture = cv2.GaussianBlur(picture, (0, 0), max(camera.blur * cell, 0.01))
    picture += draw.normal(0, 3, picture.shape)
    out = io.BytesIO()
    Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8)).save(out, "JPEG", quality=camera.jpeg)
    return out.getvalue()


def _touched(picture: Pixels, draw: np.random.Generator) -> Pixels:
    """A hand on a corner of the board, over more or less of it."""
    height, width = picture.shape[:2]
    x, y = (int(400 + draw.uniform(0, 45) * SCALE) for _ in range(2))
    middle = (x if draw.random() < 0.5 else width - x, y if draw.random() < 0.5 else height - y)
    axes, skin = (55 * SCALE, 32 * SCALE), (205.0, 160.0, 130.0)
    return np.asarray(
        cv2.ellipse(picture.copy(), middle, axes, int(draw.uniform(0, 180)), 0, 360, skin, -1), np.uint8
    )


def _creased(picture: Pixels, millimetres: float) -> Pixels:
    """Paper that was folded: it stands up at the fold across and at the seam, and falls away in straight planes from there."""
    height, width = picture.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    across, seam = 400 + 154 * SCALE, 400 + 210 * SCALE
    up = 1 - np.minimum(np.abs(y - across) / (140 * SCALE), 1)
    side = 1 - np.minimum(np.abs(x - seam) / (200 * SCALE), 1)
    moved = millimetres * SCALE * (up + side) / 2
    seen = cv2.remap(
        picture, (x + moved * (x - seam) / width).astype(np.float32), (y + moved).astype(np.float32), cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    return np.asarray(seen, np.uint8)


def _curled(picture: Pixels, millimetres: float) -> Pixels:
    height, width = picture.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    bump = millimetres * SCALE * np.sin(np.pi * x / width) ** 2
    seen = cv2.remap(
        picture, x, (y + bump).astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(seen, np.uint8)


def _seen(picture: Pixels, camera: Camera) -> Pixels:
    """A pinhole camera that looks down at a tilt, from so far that the board fills the photo."""
    height, width = picture.shape[:2]
    tilt, turn = np.radians(camera.tilt), np.radians(camera.turn)
    rotate = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    lean = np.array([[1, 0, 0], [0, np.cos(tilt), -np.sin(tilt)], [0, np.sin(tilt), np.cos(tilt)]])
    out_width, out_height = camera.width, round(camera.width * 0.75)
    focal = 1.1 * out_width
    distance = focal * width / out_width * (1 + 0.55 * np.sin(tilt))
    middle = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1]])
    place = lean @ rotate
    flat = np.column_stack([place[:, 0], place[:, 1], np.array([0, 0, distance])])
    lens = np.array([[focal, 0, out_width / 2], [0, focal, out_height / 2], [0, 0, 1]])
    seen = cv2.warpPerspective(
        picture,
        lens @ flat @ middle,
        (out_width, out_height),
        flags=cv2.INTER_AREA,
        borderValue=(150, 120, 90),
    )
    if not camera.lens:
        return np.asarray(seen, np.uint8)
    matrix = lens.astype(np.float64)
    return np.asarray(cv2.undistort(seen, matrix, np.array([camera.lens, 0, 0, 0, 0])), np.uint8)


def _lit(picture: NDArray[np.float32], camera: Camera, draw: np.random.Generator) -> NDArray[np.float32]:
    height, width = picture.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    picture = picture * camera.dark
    if camera.warm:
        picture *= np.array([1.1, 0.92, 0.68], np.float32)
    if camera.shadow:
        edge = draw.uniform(0.3, 0.7) * width + (y - height / 2) * draw.uniform(-0.6, 0.6)
        picture *= (1 - 0.55 / (1 + np.exp(np.clip((x - edge) / 12, -50, 50))))[..., None]
    if camera.glare:
        at, size = draw.uniform(0.3, 0.7, 2) * (width, height), draw.uniform(0.06, 0.12) * width
        spot = np.exp(-((x - at[0]) ** 2 + (y - at[1]) ** 2) / (2 * size**2))
        picture += 190 * spot[..., None]
    return picture
