"""Ten working days are ten days on which offices are open."""

from __future__ import annotations

from datetime import date

from datawerkplaats.base.working_days import after, is_working_day


def test_closed__are_weekends_and_the_days_on_which_offices_are() -> None:
    closed = {
        date(2026, 1, 1), date(2026, 4, 6), date(2026, 4, 27), date(2026, 5, 5), date(2026, 5, 14), date(2026, 5, 25),
        date(2026, 12, 25), date(2025, 4, 26), date(2027, 3, 29), date(2026, 6, 6),
    }  # fmt: skip
    assert not any(map(is_working_day, closed))
    assert is_working_day(date(2026, 4, 3)) and is_working_day(date(2027, 4, 28))


def test_after__counts_whole_days_and_ends_on_one() -> None:
    # Released on Tuesday 1 December: 2 to 15 December are the gemeenten's, everybody's from the 16th on.
    assert after(date(2026, 12, 1), 10) == date(2026, 12, 16)
    assert after(date(2026, 12, 24), 1) == date(
        2026, 12, 29
    )  # two days of Christmas and a weekend lie between
    assert after(date(2026, 12, 24), 0) == date(2026, 12, 24)
