"""A thousand made-up photos of the printed board under every condition: read, asked again, or wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from apps.care_table.board.kinds import kinds
from apps.care_table.board.recognise import Reading, read
from tests.care_table.photos import Camera, laid, photographed
from tests.proofs.registry import Measured, Room

BOARDS = 1_000
CONDITIONS: dict[str, dict[str, Any]] = {
    "plain": {}, "tilt_45": {"tilt": 45}, "tilt_60": {"tilt": 60},
    "blur_0.14": {"blur": 0.14, "tilt": 20}, "blur_0.3": {"blur": 0.3},
    "dark": {"dark": 0.3}, "warm_jpeg_40": {"warm": True, "jpeg": 40}, "glare": {"glare": True}, "shadow": {"shadow": True},
    "curl_lens": {"curl": 4, "lens": 0.04, "tilt": 15}, "folded": {"crease": 4, "tilt": 15}, "hand": {"hand": True, "tilt": 10},
}  # fmt: skip
READABLE = ("plain", "tilt_45", "blur_0.14", "dark", "warm_jpeg_40", "shadow", "curl_lens", "folded")


def boards(room: Room, number: int = BOARDS) -> Iterator[Measured]:
    """Photos of made-up boards under every condition: read, asked again, wrong."""
    rng = np.random.default_rng(20_221_201)
    counts = {name: [0, 0, 0] for name in CONDITIONS}
    for photo in range(number):
        name = list(CONDITIONS)[photo % len(CONDITIONS)]
        steps = rng.integers(0, len(kinds()), int(rng.integers(1, 9))).tolist()
        camera = Camera(**{"turn": float(rng.uniform(-25, 25)), **CONDITIONS[name]})
        board = laid([*steps, *([None] * (12 - len(steps)))], rng, plain_paper=name == "folded")
        found = read(photographed(board, camera, rng))
        is_right = isinstance(found, Reading) and found.steps == tuple(kinds()[kind].id for kind in steps)
        counts[name][0 if is_right else 2 if isinstance(found, Reading) else 1] += 1
    for name, (right, again, wrong) in counts.items():
        yield f"care_boards_read ({name})", right / max(right + again + wrong, 1), None
        yield f"care_boards_wrong ({name})", wrong, None
    yield "care_boards_wrong_in_all", sum(wrong for _, _, wrong in counts.values()), None
    readable = [counts[name] for name in READABLE]
    yield (
        "care_boards_read_where_readable",
        sum(c[0] for c in readable) / max(sum(map(sum, readable)), 1),
        None,
    )
