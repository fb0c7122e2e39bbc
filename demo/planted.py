"""What three invented approaches do in the fictional province: the truth, which nothing but the generator reads.

The pages see only the counts. One approach lowers youth care by a fifth in three large wijken, one does nothing, and one lowers
it a little in wijken that are too small to see it. `demo/interventions.py` registers the plans and says nothing of what is true.
"""

from __future__ import annotations

import numpy as np

from demo.tessellation import Floats

START = 2023
# Sum of the generator, wijken, and what the approach leaves of it from the start on.
WORKS, NOTHING, UNSEEN = (
    ("WK990209", "WK990203", "WK990111"),
    ("WK990102", "WK990204", "WK990301"),
    ("WK991213", "WK990124", "WK991212"),
)
_LEFT = {"youth_care": {**dict.fromkeys(WORKS, 0.80), **dict.fromkeys(UNSEEN, 0.92)}}


def left(name: str, codes: list[str], year: int) -> Floats | float:
    """What is left of a sum per area in a year: 1 where no approach does anything."""
    planted = _LEFT.get(name) if year >= START else None
    return np.array([planted.get(code, 1.0) for code in codes]) if planted else 1.0
