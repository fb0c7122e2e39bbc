"""When the next edition of a source is due."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from apps.dashboard.data.freshness import Freshness, freshness

LOADED = {
    "status": "loaded",
    "cadence": "yearly",
    "last_period_end": date(2020, 12, 31),
    "expected_lag_days": 365,
}


@pytest.mark.parametrize(
    ("change", "today", "expected"),
    [
        ({}, date(2022, 6, 1), Freshness("on_time", date(2022, 12, 31))),
        ({}, date(2023, 6, 1), Freshness("late", date(2022, 12, 31))),
        ({"cadence": "every_four_years"}, date(2025, 1, 1), Freshness("on_time", date(2025, 12, 31))),
        ({"cadence": "once"}, date(2025, 1, 1), Freshness("once", None)),
        ({"status": "absent"}, date(2025, 1, 1), Freshness("absent", None)),
        ({"cadence": "now and then"}, date(2025, 1, 1), Freshness("unknown", None)),
        ({"last_period_end": None}, date(2025, 1, 1), Freshness("supporting", None)),
        ({"expected_lag_days": None}, date(2021, 12, 1), Freshness("on_time", date(2021, 12, 31))),
    ],
)
def test_freshness__is_one_cadence_and_the_usual_delay_after_the_period(
    change: dict[str, Any], today: date, expected: Freshness
) -> None:
    assert freshness({**LOADED, **change}, today) == expected
