"""How many years lie between two editions of a source, by what its file says under `cadence`."""

from __future__ import annotations

from collections.abc import Mapping

# What comes without a rhythm, or once, is not among them: it is never late.
YEARS_BETWEEN: Mapping[str, int] = {
    "yearly": 1,
    "every_two_years": 2,
    "every_three_years": 3,
    "every_four_years": 4,
    "every_five_years": 5,
}
