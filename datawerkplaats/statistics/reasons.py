"""Why a figure is withheld: one code and one sentence per reason, in Dutch and English.

Every function of this package answers with arrays of the same length as its input. Where a figure cannot be
given the value is NaN and the `reason` of that row holds a code of this module; an empty reason means the
figure stands. A refusal is thus a value that travels with the row to table, page and export, never an
exception that loses the other rows.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from datawerkplaats.base.reasons import REASONS, explain

__all__ = ["REASONS", "Bools", "Floats", "Reasons", "as_floats", "explain", "first_reason"]

Floats = npt.NDArray[np.float64]
Reasons = npt.NDArray[np.object_]
Bools = npt.NDArray[np.bool_]


def as_floats(values: npt.ArrayLike) -> Floats:
    """A float64 copy in which every kind of missing (None, NA) is NaN."""
    return np.array(values, dtype=np.float64)


def first_reason(shape: tuple[int, ...], *rules: tuple[str, npt.ArrayLike]) -> Reasons:
    """Per row the code of the first rule that applies, an empty string where none does."""
    reason = np.full(shape, "", dtype=object)
    for code, applies in reversed(rules):
        reason[np.broadcast_to(np.asarray(applies, dtype=bool), shape)] = code
    return reason
