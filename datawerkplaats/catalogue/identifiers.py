"""What gives a person away in a delivery: names of columns and shapes of values that have no place in it."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Per kind what the name of such a column looks like, in Dutch or English, written together or apart.
_NAMES: dict[str, re.Pattern[str]] = {
    "a citizen service number": re.compile(r"bsn|sofi_?n|burger_?service|citizen_?service|social_?security"),
    "a date of birth": re.compile(r"geb(oorte)?_?(dat|dag)|birth|(^|_)dob(_|$)"),
    "an e-mail address": re.compile(r"e_?mail|(^|_)mail"),
    "a telephone number": re.compile(r"telefoon|phone|mobiel|mobile|(^|_)(tel|gsm)(_|$)"),
    "a postcode": re.compile(r"post_?code|postal|(^|_)(zip|pc6)(_|$)"),
    "an address": re.compile(r"adres|address|straat|street|huis_?n|house_?n|woonplaats"),
    "a name": re.compile(r"naam|name|initialen|initials|voorletter|tussenvoegsel"),
    "a patient number": re.compile(r"(pati[eë]nt|cli[eë]nt|dossier|polis|verzekerde)_?(nr|num|id)"),
}
_SHAPES: dict[str, re.Pattern[str]] = {
    "an e-mail address": re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE),
    "a telephone number": re.compile(r"(\+31|0031|0)[ -]?[1-9](?:[ -]?\d){8}"),
    "a postcode": re.compile(r"[1-9]\d{3} ?[A-Z]{2}"),
    "a date of birth": re.compile(r"(19|20)\d\d-?[01]\d-?[0-3]\d|[0-3]?\d[-/.][01]?\d[-/.](19|20)\d\d"),
    "a name": re.compile(
        r"[A-Z][a-zë]+(?: (?:van|de|der|den|ten|ter|het|'t))* [A-Z][a-zë]+(?:-[A-Z][a-zë]+)?"
    ),
}
_NUMBER = re.compile(r"(?<![0-9A-Za-z.,])\d{8,9}(?![0-9A-Za-z])")
# With zeros before it, as some systems write it.
_PADDED = re.compile(r"(?<![0-9A-Za-z.,])0+([1-9]\d{7,8})(?![0-9A-Za-z]|[.,]\d)")
_SEPARATORS = re.compile(r"(?<=\d)[ .-](?=\d)")
# One number in eleven passes the proof by chance: a few in a hundred values are enough to be told apart from an accident.
_SHARE, _FEWEST = 0.01, 2
BSN = "a citizen service number"


def name_tells(column: str) -> str | None:
    """What a column's name says it holds of a person; None if nothing."""
    plain = re.sub(r"[^a-z0-9ë]+", "_", column.strip().lower()).strip("_")
    return next((kind for kind, pattern in _NAMES.items() if pattern.search(plain)), None)


def is_citizen_number(digits: str) -> bool:
    """Whether eight or nine digits pass the proof of eleven of Dutch citizen service numbers."""
    number = digits.zfill(9)
    if number == "0" * 9:
        return False
    total = sum(
        int(digit) * weight for digit, weight in zip(number, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True)
    )
    return total % 11 == 0


def values_tell(values: Iterable[str]) -> str | None:
    """What the values of a column give away of a person; None if nothing.

    A number counts wherever it stands in a value, also between words; the rest counts as a whole value.
    """
    filled = [value.strip() for value in values if value and value.strip()]
    if not filled:
        return None
    least = max(_FEWEST, _SHARE * len(filled)) if len(filled) > _FEWEST else 1
    numbers = sum(
        any(
            is_citizen_number(found)
            for found in (*_NUMBER.findall(_SEPARATORS.sub("", value)), *_PADDED.findall(value))
        )
        for value in filled
    )
    if numbers >= least:
        return BSN
    for kind, pattern in _SHAPES.items():
        if sum(pattern.fullmatch(value) is not None for value in filled) >= least:
            return kind
    return None
