"""What may stand in a text that somebody types: no person, no markup that acts, no more than fits."""

from __future__ import annotations

import re
from collections.abc import Iterable

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue.identifiers import is_citizen_number
from datawerkplaats.loading.content.texts import text_tells

MOST = 600
_BLANKS = re.compile(r"[ \t\u00a0]+")
# Characters that are not seen or turn the reading direction: a text is what it looks like.
_UNSEEN = re.compile(
    r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_NUMBER = re.compile(r"(?<!\d)(?:\d[ .\-]?){7,8}\d(?!\d)")
_PARTICLES = "(?i:van |de |der |den |ten |ter |het )*"
_TELLING = {
    "an e-mail address": re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE),
    "a telephone number": re.compile(r"(?<![\d.,])(?:\+31|0031|0)[ \-]?[1-9](?:[ \-]?\d){8}(?!\d)"),
    "a postcode with a house number": re.compile(r"\b[1-9]\d{3} ?[A-Za-z]{2}\b[ ,]{1,2}\d{1,4}\b"),
    "a date of birth": re.compile(
        r"\b[0-3]?\d[-/.][01]?\d[-/.](?:19|20)\d\d\b|\b(?:19|20)\d\d[-/.][01]?\d[-/.][0-3]?\d\b"
    ),
    "a name after a title": re.compile(
        rf"\b(?i:mevrouw|mevr\.?|meneer|dhr\.?|mw\.?|mr\.|mrs\.|ms\.|drs?\.) +{_PARTICLES}[A-Z]\w+"
    ),
    "an initial with a surname": re.compile(rf"\b(?:[A-Z]\. ?){{1,4}}{_PARTICLES}[A-Z][a-zë]{{2,}}"),
}
_MARKUP = re.compile(r"<[/!?]?[a-z][^<>]*>|<(?:script|style|iframe|img|svg)\b", re.IGNORECASE)
# What a spreadsheet would reckon with, at the beginning of a line; a list with dashes or plus signs is none.
_FORMULA = re.compile(r"^\s*(?:[=@]\s*\S|[+\-](?:[\w$.]+\(|[\d.]+[+\-*/^|]))", re.MULTILINE)


def checked(text: str, what: str, *, names: Iterable[str] = (), most: int = MOST) -> str:
    """The text as it is kept: blanks tidied, nothing in it that leads to a person.

    Args:
        text: What was typed.
        what: What it is, for the message.
        names: Names that the deliveries hold (never shown), which a text may not repeat.
        most: The most characters.

    Raises:
        DataProblem: `text_refused` with the kind of what was found, never with the text itself.
    """
    plain = _BLANKS.sub(" ", text.replace("\r\n", "\n")).strip()

    def refused(found: str, expected: str, remedy: str) -> DataProblem:
        return DataProblem("text_refused", subject=what, found=found, expected=expected, remedy=remedy)

    if not plain:
        raise refused("nothing", "at least a few words", "write what you want to say")
    if len(plain) > most:
        raise refused(f"{len(plain)} characters", f"at most {most}", "say it shorter")
    if _UNSEEN.search(plain):
        raise refused("characters that cannot be seen", "letters, digits and marks", "type the text anew")
    found = tells(plain, names)
    if found:
        raise refused(found, "nothing that leads to a person", "describe the pattern, not the person")
    return plain


def plain(text: str, what: str, *, most: int = MOST) -> str:
    """The text as it is kept, where besides it must hold nothing that another program would act upon.

    Raises:
        DataProblem: `text_refused`, as `checked`, and for markup and formulas.
    """
    kept = checked(text, what, most=most)
    rules = {"markup": _MARKUP, "a formula at the beginning of a line": _FORMULA}
    for found, pattern in rules.items():
        if pattern.search(kept):
            raise DataProblem(
                "text_refused", subject=what, found=found, expected="plain words", remedy="write it in words"
            )
    return kept


def tells(text: str, names: Iterable[str] = ()) -> str:
    """What in a text leads to a person, as a kind; nothing if nothing does."""
    for digits in _NUMBER.findall(text):
        if is_citizen_number(re.sub(r"\D", "", digits)):
            return "a number that passes the proof of citizen service numbers"
    for kind, pattern in _TELLING.items():
        if pattern.search(text):
            return kind
    if found := text_tells(text):  # what a delivery is refused for at the door is no more welcome here
        return found
    lowered = f" {re.sub(r'[^a-zà-ÿ]+', ' ', text.lower())} "
    if any(f" {name.lower()} " in lowered for name in names if len(name) > 2):
        return "a name that stands in a delivery"
    return ""


def choice(value: str, among: Iterable[str], what: str) -> str:
    """The value, if it is one of a list.

    Raises:
        DataProblem: `input_refused` with what there is to choose.
    """
    known = tuple(among)
    if value not in known:
        raise DataProblem(
            "input_refused", subject=what, expected=f"one of {', '.join(known)}", remedy="choose one of them"
        )
    return value
