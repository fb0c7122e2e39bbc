"""Golden tests: numbers, values, ranges, differences and dates as people read them."""

from __future__ import annotations

from datetime import date

import pytest

from apps.dashboard.wording import numbers


@pytest.mark.parametrize(
    ("value", "decimals", "dutch", "english"),
    [
        (0, 0, "0", "0"),
        (12, 0, "12", "12"),
        (12.5, 0, "13", "13"),
        (13.5, 0, "14", "14"),
        (2.675, 2, "2,68", "2.68"),
        (0.05, 1, "0,1", "0.1"),
        (-0.04, 1, "0,0", "0.0"),
        (-3.25, 1, "−3,3", "−3.3"),
        (1234.5, 1, "1.234,5", "1,234.5"),
        (1234567, 0, "1.234.567", "1,234,567"),
        (None, 1, "–", "–"),
    ],
)
def test_format_number__uses_the_marks_of_the_language(
    value: float | None, decimals: int, dutch: str, english: str
) -> None:
    assert numbers.format_number(value, decimals, "nl") == dutch
    assert numbers.format_number(value, decimals, "en") == english


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "dutch", "english"),
    [
        (12.34, "%", 1, "12,3%", "12.3%"),
        (12.5, "%", 0, "13%", "13%"),
        (1234.0, "€", 0, "€ 1.234", "€1,234"),
        (521.0, "per km²", 0, "521 per km²", "521 per km²"),
        (17.0, "count", 0, "17", "17"),
        (None, "%", 1, "–", "–"),
    ],
)
def test_format_value__puts_the_unit_where_it_belongs(
    value: float | None, unit: str, decimals: int, dutch: str, english: str
) -> None:
    assert numbers.format_value(value, unit, decimals, "nl") == dutch
    assert numbers.format_value(value, unit, decimals, "en") == english


def test_format_range__says_the_unit_once_and_one_number_when_both_read_the_same() -> None:
    assert numbers.format_range(5, 8, "%", 0, "nl") == "5–8%"
    assert numbers.format_range(7.9, 8.2, "%", 0, "nl") == "8%"
    assert numbers.format_range(1000, 2500, "€", 0, "nl") == "€ 1.000–2.500"


def test_format_difference__has_no_sign_and_counts_per_cents_in_points() -> None:
    assert numbers.format_difference(-3.0, "%", 0, "nl") == "3 procentpunt"
    assert numbers.format_difference(1.0, "%", 0, "en") == "1 percentage point"
    assert numbers.format_difference(1.5, "%", 1, "en") == "1.5 percentage points"
    assert numbers.format_difference(-12.0, "per km²", 0, "nl") == "12 per km²"


def test_format_date__is_in_words() -> None:
    assert numbers.format_date(date(2022, 12, 1), "nl") == "1 december 2022"
    assert numbers.format_date(date(2022, 5, 31), "en") == "31 May 2022"
    assert numbers.format_date(None, "nl") == "–"


def test_dates__name_every_month() -> None:
    dutch = ["januari", "februari", "maart", "april", "mei", "juni"]
    dutch += ["juli", "augustus", "september", "oktober", "november", "december"]
    english = ["January", "February", "March", "April", "May", "June"]
    english += ["July", "August", "September", "October", "November", "December"]
    days = [date(2026, month, 1) for month in range(1, 13)]
    assert [numbers.format_date(day, "nl") for day in days] == [f"1 {name} 2026" for name in dutch]
    assert [numbers.format_date(day, "en") for day in days] == [f"1 {name} 2026" for name in english]
