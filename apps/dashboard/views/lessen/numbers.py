"""The numbers in a text, each held against the figures that a release shows: right, within its margin, wrong, or not to be told.

A number is only judged where its sentence names the figure: among hundreds of figures almost every number is right by accident.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from apps.dashboard.wording.numbers import rounded
from datawerkplaats.base.errors import DataProblem, Language

MOST = 20_000
_MARKUP = re.compile(r"<\s*/?\s*[a-zA-Z][^<>]{0,400}>")
_NUMBER = re.compile(r"(?<![\w.,])\d{1,3}(?:[.,]\d{3})+(?:[.,]\d+)?(?![\w])|(?<![\w.,])\d+(?:[.,]\d+)?(?!\w)")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=\D)|\n+")
_YEARS = (1990, 2035)
_WORD = re.compile(r"[a-zà-ÿ]{4,}")
_STEM = 6
# Words that many titles share tell nothing about which figure is meant.
_COMMON = frozenset(
    ("voor", "door", "heeft", "hebben", "procent", "mensen", "jongeren", "volwassenen")
) | frozenset(("with", "have", "people", "adults", "young", "share"))


@dataclass(frozen=True)
class Candidate:
    """A figure that a text may speak of."""

    title: str
    area: str
    year: int
    value: float
    lower: float | None
    upper: float | None
    shown: str


@dataclass(frozen=True)
class Judged:
    """A number of the text: right, in_margin, wrong, year or unknown; with the figure that it was held against."""

    number: str
    sentence: str
    verdict: str
    against: Candidate | None


def plain_text(told: str) -> str:
    """The text as it can be looked at.

    Raises:
        DataProblem: `text_refused` if it is empty, too long, or no plain text.
    """
    found, expected, remedy = "", "", ""
    if not told.strip():
        found, expected, remedy = "nothing", "a text with numbers", "paste the answer"
    elif len(told) > MOST:
        found, expected, remedy = f"{len(told)} characters", f"at most {MOST}", "paste a part of it"
    elif _MARKUP.search(told):
        found, expected, remedy = "markup of a web page", "plain text", "copy the text itself, not the page"
    if found:
        raise DataProblem("text_refused", subject="answer", found=found, expected=expected, remedy=remedy)
    return told


def judged(told: str, candidates: Sequence[Candidate], area: str, language: Language) -> list[Judged]:
    """Every number of a text with a verdict.

    Args:
        told: The text.
        candidates: The figures of the release that it may speak of.
        area: The area that is meant where a sentence names none.
        language: How numbers are written in it.
    """
    areas = {one.area for one in candidates}
    words = {one.title: _stems(one.title) for one in candidates}
    found, last = [], area
    for sentence in _SENTENCE.split(told):
        named = max((name for name in areas if name.lower() in sentence.lower()), key=len, default=None)
        last = named or last
        own = [one for one in candidates if one.area == last]
        meant = _meant(own, words, sentence)
        for match in _NUMBER.finditer(sentence):
            found.append(_verdict(match[0], sentence.strip(), meant, language))
    return found


def _stems(words: str) -> frozenset[str]:
    return frozenset(word[:_STEM] for word in _WORD.findall(words.lower()) if word not in _COMMON)


def _meant(own: Sequence[Candidate], words: dict[str, frozenset[str]], sentence: str) -> list[Candidate]:
    """The figures that a sentence names: whose title shares most with it, and the year that stands there if one does."""
    said = _stems(sentence)
    scores = {title: len(stems & said) / len(stems) for title, stems in words.items() if stems}
    best = max((scores.get(one.title, 0.0) for one in own), default=0.0)
    if best < 0.5:
        return []
    named = [one for one in own if scores.get(one.title, 0.0) == best]
    years = {int(number) for number in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", sentence)}
    of_year = [one for one in named if one.year in years]
    if of_year:
        return of_year
    newest = max(one.year for one in named)
    return [one for one in named if one.year == newest]


def _verdict(number: str, sentence: str, meant: Sequence[Candidate], language: Language) -> Judged:
    value, decimals = _value(number, language)
    if decimals == 0 and _YEARS[0] <= value <= _YEARS[1] and number.isdigit():
        return Judged(number, sentence, "year", None)
    if not meant:
        return Judged(number, sentence, "unknown", None)
    for one in meant:
        if rounded(one.value, decimals) == rounded(value, decimals):
            return Judged(number, sentence, "right", one)
    for one in meant:
        if one.lower is not None and one.upper is not None and one.lower <= value <= one.upper:
            return Judged(number, sentence, "in_margin", one)
    return Judged(number, sentence, "wrong", meant[0])


def _value(number: str, language: Language) -> tuple[float, int]:
    """A number as it is written in a language, with its decimals; three digits after a mark of thousands are thousands."""
    thousands, decimal = (".", ",") if language == "nl" else (",", ".")
    plain = number
    if re.fullmatch(rf"\d{{1,3}}(?:\{thousands}\d{{3}})+(?:\{decimal}\d+)?", number):
        plain = number.replace(thousands, "")
    plain = plain.replace(",", ".")
    if plain.count(".") > 1:
        plain = plain.replace(".", "", plain.count(".") - 1)
    _, _, after = plain.partition(".")
    return float(plain), len(after)
