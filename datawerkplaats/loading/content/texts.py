"""What one text gives away of a person: a cell, or the name of a file, a sheet, a column or a property."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from datawerkplaats.catalogue.identifiers import BSN, is_citizen_number
from datawerkplaats.loading.content.names import (
    COMMEMORATED,
    FIRST_NAMES,
    PLACE_ENDINGS,
    PLACE_WORDS,
    SURNAMES,
)

MAIL, PHONE, ADDRESS, NAME = (
    "an e-mail address",
    "a telephone number",
    "an address",
    "a name of a person",
)
# A number of eight or nine digits that stands by itself, perhaps with zeros before it; decimals and codes are none.
_PLAIN = re.compile(r"(?<![\w.,+-])(?:[Bb][Ss][Nn])?(0*)([1-9]\d{7,8})(?![\w]|[.,]\d)")
# The same nine digits in groups, with one kind of mark between them: 1234.56.789, 123 456 789.
_GROUPED = re.compile(r"(?<![\w.,+-])\d{1,4}([ .-])\d{2,4}(?:\1\d{2,4}){1,3}(?![\w]|[ .,-]\d)")
# The address of a desk is nobody's own.
_MAIL = re.compile(
    r"(?<![\w.+-])(?!(?:info\w*|contact|data|statistiek|service|redactie|gegevens|helpdesk|privacy)@)[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![\w.,])(?:\+31[ -]?(?:\(0\)[ -]?)?|0031[ -]?|\(?0)[1-9](?:\)?[ /-]?\d){8}(?![\w]|[.,]\d)"
    r"|(?<![\w.,])06(?:\.\d\d){4}(?![\w]|[.,]\d)"
)
# A postcode in small letters has no space in it: "in 2022 en 2023" is none.
_ADDRESS = re.compile(
    r"(?<!\w)[1-9]\d{3}(?: ?[A-Z]{2}|[a-z]{2})[ ,-]{1,2}(?:nr\.? ?|huisnummer ?)?\d{1,5} ?[a-zA-Z]?(?![\w.])"
    r"|(?<!\w)[A-Z][\w'-]*(?:straat|laan|weg|plein|kade|gracht|singel|dijk|hof) \d{1,5} ?[a-zA-Z]?,? +[1-9]\d{3} ?[A-Z]{2}(?!\w)"
)
_BETWEEN = (
    r"(?:(?:van|de|der|den|ten|ter|het|in|op|aan|te|el|al|ben|bin|la|le|du|von|v\.d\.|v/d"
    r"|'t|Van|De|Der|Den|Ten|Ter|El|Al|Ben)[ -])*"
)
_CAPITAL = r"[A-ZÀ-Þ][a-zß-ÿ']+(?:[A-Z][a-zß-ÿ']+)?(?:-[A-ZÀ-Þ]?[a-zß-ÿ']+)?"
_AFTER = r"((?: [\w.-]+){0,3})"
_WORDS = re.compile(
    rf"(?<![\w-])({_CAPITAL}) (?:(?:[A-Z]\.? ?){{1,4}} ?)?({_BETWEEN})({_CAPITAL})(?![\w-]){_AFTER}"
)
_INITIALS = re.compile(
    rf"(?<![\w.'-])((?:[A-Z][a-z]?\. ?)+|[A-Z]{{1,4}} )({_BETWEEN})({_CAPITAL})(?![\w-]){_AFTER}"
)
_TURNED = re.compile(
    rf"(?<![\w-])({_CAPITAL}), ?(?:(?:[A-Z]\.){{1,5}}|([A-Z][a-zß-ÿ]+))(?: (?:van|de|der|den|ten|ter)\b)*(?![\w-])"
)
_TITLED = re.compile(
    rf"(?<!\w)(?:[Dd]hr|[Mm]evr|[Mm]w|[Dd]e heer|[Mm]evrouw|[Mm]eneer)\.? (?:[A-Z]\. ?)*{_BETWEEN}{_CAPITAL}(?!\w)"
)
_BETWEEN_WORDS = frozenset(["van", "de", "der", "den", "ten", "ter", "el", "al", "ben", "het"])
_LOWER_NAMES = frozenset(name.lower() for name in FIRST_NAMES if len(name) > 2)
_DATE = re.compile(
    r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d\d"
)
_CAMEL = re.compile(r"(?<=[a-zß-ÿ])(?=[A-Z])")


def texts_in(value: Any) -> Iterator[tuple[str, str]]:
    """Every text in a value read from JSON, names of fields too, each with the names of the fields above it.

    A field's name comes before what is in it: who stops at the first text that tells never has it in a place.
    """
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting:
        where, one = waiting.pop()
        if isinstance(one, dict):
            for name, inside in one.items():
                waiting += [(f"{where}.{name}".lstrip("."), inside), (where, name)]
        elif isinstance(one, list):
            waiting += [(where, inside) for inside in one]
        elif isinstance(one, str):
            yield where, one


def long_number(text: str) -> tuple[str, bool] | None:
    """The digits of a number of eight or nine digits that is all there is, and whether it was padded, grouped or called a BSN."""
    text = readable(text)
    if match := _PLAIN.fullmatch(text):
        return match[2], match[2] != text
    if _GROUPED.fullmatch(text):
        digits = re.sub(r"\D", "", text)
        if len(digits) == 9 or (len(digits) > 9 and not digits[:-9].strip("0")):
            return digits[-9:].lstrip("0"), True
    return None


def citizen_number(text: str) -> bool:
    """Whether a text of words holds a citizen service number: nine digits, or fewer padded to more, that pass the test."""
    for match in _PLAIN.finditer(text):
        zeros, digits = match[1], match[2]
        if (len(digits) == 9 or zeros) and not _DATE.fullmatch(digits) and is_citizen_number(digits):
            return True
    for match in _GROUPED.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if len(digits) == 9 and is_citizen_number(digits):
            return True
    return False


def is_telephone(text: str) -> bool:
    """Whether a text is a telephone number as it is dialled here, and nothing else: 0612345678."""
    return bool(_PHONE.fullmatch(readable(text)))


def readable(text: str) -> str:
    """A text as somebody reads it: one space between words, digits and letters as they are typed, nothing that cannot be seen."""
    if not text.isascii():
        plain = unicodedata.normalize("NFKC", text)
        text = "".join(character for character in plain if unicodedata.category(character) != "Cf")
    return " ".join(text.split())


@lru_cache(8192)
def text_tells(text: str) -> str | None:
    """What a text gives away of a person, by kind; None if nothing. An area may be called after somebody."""
    text = readable(text)
    if "@" in text and _MAIL.search(text):
        return MAIL
    if any(character.isdigit() for character in text):
        if citizen_number(text):
            return BSN
        if _PHONE.search(text):
            return PHONE
        if _ADDRESS.search(text):
            return ADDRESS
    if any(_people(text)):
        return NAME
    words = text.split()
    return NAME if text.islower() and len(words) <= 5 and _joined_name(words) else None


def title_tells(text: str) -> str | None:
    """What the name of a file, a sheet, a column or a property gives away; words may be joined in any way."""
    spaced = re.sub(r"[ _+]+", " ", text).strip()
    if told := text_tells(text) or text_tells(spaced):
        return told
    apart = re.sub(r"[^\w@']+|_+", " ", _CAMEL.sub(" ", text)).strip()
    if told := text_tells(apart):
        return told
    return NAME if _joined_name(apart.lower().split()) else None


def _joined_name(words: list[str]) -> bool:
    """Whether a first name is followed by `de`, `van der` and a word, or by a common surname, whatever the capitals."""
    for place, word in enumerate(words[:-1]):
        if word in _LOWER_NAMES:
            rest = words[place + 1 :]
            between = [w for w in rest[:3] if w in _BETWEEN_WORDS]
            after = rest[len(between)] if rest[: len(between)] == between and len(rest) > len(between) else ""
            if after and after not in _LOWER_PLACES and not after.isdigit():
                if between and len(after) > 2 and not after.endswith(tuple(PLACE_ENDINGS)):
                    return " ".join([word, *between, after]) not in COMMEMORATED
                if after in SURNAMES:
                    return True
    return False


_LOWER_PLACES = frozenset(word.lower() for word in PLACE_WORDS)


def _people(text: str) -> Iterator[bool]:
    """True for each name of a person in the text."""
    if text.isupper():
        text = re.sub(r"\b(Van|De|Der|Den|Ten|Ter|Het|El|Al)\b", lambda match: match[0].lower(), text.title())
    for match in _WORDS.finditer(text):
        first, surname = match[1], match[3].rstrip("'")
        if len(surname) < 2:
            continue  # Willem III'
        if first.split("-")[0] in FIRST_NAMES and not _is_place(surname, match[4]):
            yield f"{first} {match[2]}{surname}".lower() not in COMMEMORATED
    for match in _INITIALS.finditer(text):
        # Capitals without points are as often a short name of something else: they need a common surname.
        is_known = "." in match[1] or match[3].lower() in SURNAMES
        is_compass = set(match[1]) <= set("NOZW. ")
        yield (
            is_known
            and not is_compass
            and match[1] != "St. "
            and not _is_place(match[3].rstrip("'"), match[4])
        )
    for match in _TURNED.finditer(text):
        yield (match[2] is None or match[2] in FIRST_NAMES) and not _is_place(match[1], "")
    yield _TITLED.search(text) is not None


def _is_place(surname: str, after: str) -> bool:
    following = after.split()
    return (
        surname in PLACE_WORDS
        or (surname.lower() not in SURNAMES and surname.lower().endswith(tuple(PLACE_ENDINGS)))
        or (following[:1] != [] and following[0] in PLACE_WORDS)
        or any(word.lower().split("-")[0].endswith(tuple(PLACE_ENDINGS)) for word in following)
    )
