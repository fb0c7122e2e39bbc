"""Numbers and dates as people read them, in Dutch and English. Halves are rounded away from zero, as taught at school."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from datawerkplaats.base.errors import Language

_MARKS: dict[Language, tuple[str, str]] = {"nl": (".", ","), "en": (",", ".")}
_MONTHS: dict[Language, tuple[str, ...]] = {
    "nl": (
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}
NO_VALUE = "–"


@lru_cache(maxsize=65_536)
def rounded(value: float, decimals: int) -> Decimal:
    """The value rounded half away from zero, never a negative zero."""
    result = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return abs(result) if result == 0 else result


@lru_cache(maxsize=65_536)
def format_number(value: float | None, decimals: int, language: Language) -> str:
    """A number with thousands and decimal marks of the language: 1.234,5 or 1,234.5."""
    if value is None:
        return NO_VALUE
    thousands, decimal_mark = _MARKS[language]
    text = f"{rounded(value, decimals):,f}"
    return text.replace(",", "\0").replace(".", decimal_mark).replace("\0", thousands).replace("-", "−")


def format_value(value: float | None, unit: str, decimals: int, language: Language) -> str:
    """A number with its unit: 12%, € 1.234, or 521 per km²."""
    number = format_number(value, decimals, language)
    return number if value is None else _with_unit(number, unit, language)


def format_range(low: float, high: float, unit: str, decimals: int, language: Language) -> str:
    """Two numbers with their unit once: 5–8%; a single one where both read the same."""
    first, last = format_number(low, decimals, language), format_number(high, decimals, language)
    return _with_unit(first if first == last else f"{first}–{last}", unit, language)


def _with_unit(number: str, unit: str, language: Language) -> str:
    if unit in ("", "count"):
        return number
    if unit == "%":
        return f"{number}%"
    if unit in ("€", "eur", "EUR"):
        return f"€ {number}" if language == "nl" else f"€{number}"
    return f"{number} {unit}"


def format_difference(value: float, unit: str, decimals: int, language: Language) -> str:
    """The size of a difference, without its sign; a difference of per cents is in percentage points."""
    size = abs(value)
    if unit == "%":
        one = rounded(size, decimals) == 1
        points = "procentpunt" if language == "nl" else ("percentage point" if one else "percentage points")
        return f"{format_number(size, decimals, language)} {points}"
    return format_value(size, unit, decimals, language)


def format_date(moment: date | datetime | None, language: Language) -> str:
    """A date in words: 1 december 2022."""
    if moment is None:
        return NO_VALUE
    return f"{moment.day} {_MONTHS[language][moment.month - 1]} {moment.year}"
