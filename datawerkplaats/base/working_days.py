"""Working days in the Netherlands: not at weekends, nor on the days on which offices of the government are closed."""

from __future__ import annotations

from datetime import date, timedelta

_DAY = timedelta(days=1)
_SATURDAY, _SUNDAY = 5, 6


def is_working_day(day: date) -> bool:
    """Whether people are at work."""
    return day.weekday() < _SATURDAY and day not in _closed(day.year)


def after(day: date, working_days: int) -> date:
    """The first working day on which so many whole working days have passed since a day; the day itself for none."""
    if working_days <= 0:
        return day
    left = working_days
    while True:
        day += _DAY
        if is_working_day(day):
            if left == 0:
                return day
            left -= 1


def _closed(year: int) -> set[date]:
    """New Year's Day, Easter Monday, King's Day, Liberation Day, Ascension Day, Whit Monday, Christmas."""
    easter = _easter(year)
    kings = date(year, 4, 27)
    if kings.weekday() == _SUNDAY:
        kings -= _DAY
    moving = {easter + timedelta(days=number) for number in (1, 39, 50)}
    return {date(year, 1, 1), kings, date(year, 5, 5), date(year, 12, 25), date(year, 12, 26)} | moving


def _easter(year: int) -> date:
    """Easter Sunday, by the rule of the Gregorian calendar (Meeus)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e, f = b // 4, b % 4, (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)
