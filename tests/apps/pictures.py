"""Pictures of pages, and how much two of them differ: small ones, compared in tiles, so that a few pixels of text do not count.

A picture is kept at half the size of a desk's screen and at the size of a phone's, in few colours: 150 kB at most. What differs
is told per tile of the screen: a colour, a space or a size that changed fills whole tiles, the edge of a letter does not.
"""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

KEPT = Path(__file__).parent / "pictures"
DESK, PHONE = "1440", "390"
# Width, height and how large a picture of it is kept.
SCREENS = {DESK: (1440, 900, 0.5), PHONE: (390, 844, 1.0)}
COLOURS = 200  # those that are kept lie within 14 of 255 of what was seen
MOST_BYTES = 150_000
MOST_TALL = 9_000
# A pixel differs if one of its colours is so far away (of 255); a tile, if so many of its pixels do; a picture, if one tile does.
FAR, TILE, MOST_OF_A_TILE = 24, 16, 0.12
MOST_TALLER = 4  # pixels that a picture may be taller or shorter

STILL = """
const style = document.createElement('style');
style.textContent = '*, *::before, *::after { animation: none !important; transition: none !important; }'
  + ' * { caret-color: transparent !important; }'
  + ' [data-testid=stStatusWidget], [data-testid=stToolbar], [data-testid=stDecoration] { display: none !important; }'
  + ' ::-webkit-scrollbar { display: none !important; }';
document.head.append(style);
document.activeElement && document.activeElement.blur();
"""
TALL = "return Math.ceil(document.querySelector('[data-testid=stMainBlockContainer]').getBoundingClientRect().bottom + 1)"

Pixels = npt.NDArray[np.int16]


@dataclass(frozen=True)
class Difference:
    """How two pictures differ: the tiles that do (column, row), of how many, and in words."""

    tiles: tuple[tuple[int, int], ...]
    among: int
    told: str = ""

    def __bool__(self) -> bool:
        """Whether they differ at all."""
        return bool(self.tiles or self.told)


def size_of(driver: Any, width: str, tall: int | None = None) -> None:
    """Give the screen a width, and the height that belongs to it or this one."""
    across, down, _ = SCREENS[width]
    size = {"width": across, "height": tall or down, "deviceScaleFactor": 1, "mobile": width == PHONE}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def taken(driver: Any, width: str) -> Image.Image:
    """What the browser shows, as it is kept."""
    driver.execute_script(STILL)
    shot = base64.b64decode(driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})["data"])
    picture = Image.open(io.BytesIO(shot)).convert("RGB")
    scale = SCREENS[width][2]
    if scale != 1:
        picture = picture.resize(
            (round(picture.width * scale), round(picture.height * scale)), Image.Resampling.BOX
        )
    return picture


def keep(picture: Image.Image, path: Path) -> None:
    """Write a picture in few colours.

    Raises:
        ValueError: If it takes more bytes than a picture may.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    few = picture.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(f"{path.name} takes {path.stat().st_size:,} bytes, at most {MOST_BYTES:,}")


def difference(kept: Image.Image, seen: Image.Image) -> Difference:
    """What differs between a kept picture and what is seen now, both taken in the same way."""
    if kept.width != seen.width or abs(kept.height - seen.height) > MOST_TALLER:
        return Difference(
            (), 0, f"{seen.width} × {seen.height} pixels instead of {kept.width} × {kept.height}"
        )
    one, other = _pixels(kept), _pixels(seen)
    height = min(len(one), len(other)) // TILE * TILE
    across = one.shape[1] // TILE * TILE
    far = np.abs(one[:height, :across] - other[:height, :across]).max(axis=2) > FAR
    share = far.reshape(height // TILE, TILE, across // TILE, TILE).mean(axis=(1, 3))
    tiles = tuple((int(x), int(y)) for y, x in np.argwhere(share > MOST_OF_A_TILE))
    return Difference(tiles, share.size)


def shown(kept: Image.Image, seen: Image.Image, found: Difference) -> Image.Image:
    """The kept picture, what is seen, and where they differ, beside each other: for who looks at a failure."""
    marked = seen.copy()
    for x, y in found.tiles:
        marked.paste((200, 0, 0), (x * TILE, y * TILE, x * TILE + TILE, y * TILE + 3))
    wide = Image.new("RGB", (kept.width + 2 * seen.width, max(kept.height, seen.height)), "white")
    for place, picture in enumerate((kept, seen, marked)):
        wide.paste(picture, (place and kept.width + (place - 1) * seen.width, 0))
    return wide


def _pixels(picture: Image.Image) -> Pixels:
    return np.asarray(picture.convert("RGB"), dtype=np.int16)
