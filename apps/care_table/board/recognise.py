"""A photo of the board, read: which block lies on which step, or what to do for a photo that can be read.

Only tags are read (library OpenCV, `cv2.aruco`, without correcting a single bit), each must lie flat on the board in the right
size, every place must show a block or its own empty tag, and the steps must follow on each other. Whatever is not sure is asked
for again. The photo lives in memory only: it is decoded here and never written, and what it says of place and device
(EXIF) is not looked at but for its orientation.

Source: Garrido-Jurado S et al., Pattern Recognition 2014;47:2280-2292 (ArUco).
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from apps.care_table.board import layout
from apps.care_table.board.kinds import kinds

Grey = NDArray[np.uint8]
Points = NDArray[np.float64]
Why = Literal[
    "not_a_picture", "too_large", "no_board", "corner_missing", "two_boards", "board_bent", "step_unread",
    "between_places", "two_on_a_place", "gap", "nothing_laid",
]  # fmt: skip

MOST_BYTES, MOST_PIXELS = 30_000_000, 60_000_000
_LONGEST_SIDE = 3200
_FORMATS = ("JPEG", "PNG", "WEBP")
_SIDE_OFF = 0.25  # a tag is this much larger or smaller than printed at most
_BENT = 6.0  # millimetres that a corner tag may lie beside its place


@dataclass(frozen=True)
class Look:
    """One way to look for the outlines of tags; in none of them a bit is corrected."""

    rounded: float = 0.03  # how far an outline may leave its square: blur rounds corners
    contrast: float = 7.0  # how much darker than around it
    apart: float = 0.125  # outlines nearer than this are one: the white around a tag may hide its black


# A blurred tag is missed by one and found by another. They only add: a place that shows two numbers is asked about.
_LOOKS = (Look(), Look(rounded=0.05, contrast=3.0), Look(apart=0.02))


@dataclass(frozen=True)
class Ask:
    """Why a photo could not be read, with the step it is about (0 is the first) where there is one."""

    why: Why
    step: int | None = None


@dataclass(frozen=True)
class Reading:
    """The kinds of care on the timeline, first step first."""

    steps: tuple[str, ...]


def read(content: bytes) -> Reading | Ask:
    """What lies on the board of a photo, or what to ask for: looked at again, in another way, until all of it is seen."""
    grey = decoded(content)
    if isinstance(grey, Ask):
        return grey
    seen: list[tuple[int, Points]] = []
    found: Reading | Ask = Ask("no_board")
    for look in _LOOKS:
        _add_tags(seen, grey, look)
        board = _board(seen)
        found = board if isinstance(board, Ask) else _steps(seen, board)
        if isinstance(found, Reading):
            break
    return found


def decoded(content: bytes) -> Grey | Ask:
    """The photo in grey, upright and not larger than needed; nothing of it is kept."""
    if len(content) > MOST_BYTES:
        return Ask("too_large")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    return Ask("too_large")
                picture.draft("L", (_LONGEST_SIDE, _LONGEST_SIDE))  # JPEG: fewer pixels are unpacked at all
                upright = ImageOps.exif_transpose(picture).convert("L")
                upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
                return np.asarray(upright, dtype=np.uint8)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return Ask("not_a_picture")


def _detector(look: Look) -> cv2.aruco.ArucoDetector:
    parameters = cv2.aruco.DetectorParameters()
    parameters.errorCorrectionRate = 0.0  # a wrong block is worse than a new photo
    parameters.maxErroneousBitsInBorderRate = 0.2
    parameters.adaptiveThreshWinSizeMin, parameters.adaptiveThreshWinSizeMax = 5, 65
    parameters.adaptiveThreshWinSizeStep = 12
    parameters.minMarkerPerimeterRate = 0.02
    parameters.perspectiveRemovePixelPerCell = 8
    parameters.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    parameters.polygonalApproxAccuracyRate = look.rounded
    parameters.adaptiveThreshConstant = look.contrast
    parameters.minMarkerDistanceRate = look.apart
    return cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50), parameters)


def _add_tags(found: list[tuple[int, Points]], grey: Grey, look: Look) -> None:
    """Tags with their corners, each place in the photo once; also in versions with evened-out light and with sharper edges."""
    detector = _detector(look)
    even = cv2.createCLAHE(clipLimit=3.0, tileGridSize=(8, 8)).apply(grey)
    sharp = cv2.addWeighted(grey, 2.0, cv2.GaussianBlur(grey, (0, 0), 3), -1.0, 0)
    for version in (grey, even, sharp):
        corners, numbers, _ = detector.detectMarkers(version)
        for points, number in zip(corners, [] if numbers is None else numbers.ravel(), strict=True):
            at = np.asarray(points, dtype=np.float64).reshape(4, 2)
            width = float(np.linalg.norm(at[0] - at[2]))
            known = any(
                n == number and np.linalg.norm(p.mean(axis=0) - at.mean(axis=0)) < width / 3 for n, p in found
            )
            if not known:
                found.append((int(number), at))


def _board(seen: list[tuple[int, Points]]) -> NDArray[np.float64] | Ask:
    """The map from the photo to millimetres on the board, from its four corner tags."""
    corners = {number: [at for n, at in seen if n == number] for number in layout.CORNER_TAGS}
    if any(len(found) > 1 for found in corners.values()):
        return Ask("two_boards")
    there = [number for number, found in corners.items() if found]
    if len(there) < 4:
        return Ask("corner_missing" if there else "no_board")
    in_photo = np.concatenate([corners[number][0] for number in layout.CORNER_TAGS])
    on_board = np.concatenate(
        [np.array(layout.corner_points(at, layout.CORNER_TAG)) for at in layout.corner_centres()]
    )
    found, _ = cv2.findHomography(in_photo, on_board)
    if found is None:
        return Ask("board_bent")
    board = np.asarray(found, dtype=np.float64)
    off = np.linalg.norm(_mapped(board, in_photo) - on_board, axis=1)
    return Ask("board_bent") if not np.isfinite(off).all() or off.max() > _BENT else board


def _mapped(board: NDArray[np.float64], points: Points) -> Points:
    return np.asarray(cv2.perspectiveTransform(points[None], board)[0], dtype=np.float64)


def _steps(seen: list[tuple[int, Points]], board: NDArray[np.float64]) -> Reading | Ask:
    places: list[set[int]] = [set() for _ in range(layout.SLOTS)]
    for number, at in seen:
        if number in layout.CORNER_TAGS or number >= layout.FIRST_CORNER_TAG:
            continue
        on_board = _mapped(board, at)
        sides = np.linalg.norm(on_board - np.roll(on_board, 1, axis=0), axis=1)
        x, y = on_board.mean(axis=0)
        is_flat = np.abs(sides / layout.TAG - 1).max() <= _SIDE_OFF
        is_on_board = -5 <= x <= layout.WIDTH + 5 and -5 <= y <= layout.HEIGHT + 5
        if not is_on_board or not is_flat:
            continue  # a block that lies beside the board, or no tag of ours
        here = [step for step in range(layout.SLOTS) if layout.slot(step).holds(x, y)]
        if not here:
            return Ask("between_places")
        if number >= layout.FIRST_SLOT_TAG and number - layout.FIRST_SLOT_TAG != here[0]:
            return Ask("step_unread", here[0])
        places[here[0]].add(number)
    return _in_order(places)


def _in_order(places: list[set[int]]) -> Reading | Ask:
    """The steps, if every place was read and none is left out between two blocks."""
    known = kinds()
    laid: list[str | None] = []
    for step, numbers in enumerate(places):
        blocks = {number for number in numbers if number < layout.FIRST_SLOT_TAG}
        if len(blocks) > 1:
            return Ask("two_on_a_place", step)
        if not numbers or any(number >= len(known) for number in blocks):
            return Ask("step_unread", step)
        if blocks and len(numbers) > 1:
            return Ask("between_places", step)  # the empty tag shows beside the block: it lies askew
        laid.append(known[blocks.pop()].id if blocks else None)
    steps = [kind for kind in laid if kind is not None]
    if not steps:
        return Ask("nothing_laid")
    first_empty = laid.index(None) if None in laid else len(laid)
    return Ask("gap", first_empty) if first_empty < len(steps) else Reading(tuple(steps))
