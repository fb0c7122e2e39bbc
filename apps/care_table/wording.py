"""What stands on the screens, in Dutch and English, from `words.yml`, and the words of the catalogue of care."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, cast

import yaml

from datawerkplaats.catalogue.care import CareKind, Factor, care_factors, care_kinds

Language = Literal["nl", "en"]
AGE = "age"
UNKNOWN = "unknown"
# Where a long word may be broken on a block: browsers on a desk know no Dutch syllables.
_SOFT = (
    "praktijk|ondersteuner", "school|maatschappelijk", "opvoed|ondersteuning", "gezins|begeleiding", "trauma|behandeling",
    "medicatie|controle", "dag|behandeling", "verslavings|zorg", "ondertoezicht|stelling", "onder|toezicht", "onder|steuning",
    "jeugd|reclassering", "speciali|stische",
    "maat|schappelijk", "begelei|ding",
)  # fmt: skip


@cache
def _texts() -> dict[str, dict[str, str]]:
    path = Path(__file__).parent / "words.yml"
    return cast("dict[str, dict[str, str]]", yaml.safe_load(path.read_text(encoding="utf-8")))


@cache
def _kinds() -> dict[str, CareKind]:
    return {one.id: one for one in care_kinds().kinds}


@cache
def fields() -> dict[str, Factor]:
    """The declared fields of the intake by id."""
    return {one.id: one for one in care_factors()}


@dataclass(frozen=True)
class Words:
    """The texts in one language."""

    language: Language

    def __call__(self, key: str, **parts: object) -> str:
        """One text, filled in."""
        return _texts()[key][self.language].format(**parts)

    def kind(self, name: str) -> str:
        """The word for a kind of care."""
        return str(getattr(_kinds()[name], self.language))

    def on_block(self, name: str) -> str:
        """The word for a kind of care, with the places where a narrow block may break it."""
        words = self.kind(name)
        for parts in _SOFT:
            first, rest = parts.split("|")
            words = re.sub(f"({first})({rest})", "\\1\u00ad\\2", words, flags=re.IGNORECASE)
        return words

    def together(self, names: list[str]) -> str:
        """One or two marked fields in one line."""
        first, *rest = [self.marked(name) for name in names]
        return " ".join([first, *(f"{self('and')} {other[0].lower()}{other[1:]}" for other in rest)])

    def field(self, name: str) -> str:
        """The words for a field of the intake."""
        return self("age_question") if name == AGE else str(getattr(fields()[name], self.language))

    def marked(self, name: str) -> str:
        """The words for having a field in the direction that goes with escalation: for what protects, its absence."""
        words = self.field(name)
        return self("patterns_absent", field=words) if fields()[name].sign < 0 else words

    def number(self, value: float, decimals: int) -> str:
        """A number as it is written here."""
        text = f"{value:.{decimals}f}"
        return text.replace(".", ",") if self.language == "nl" else text

    def answers(self, name: str) -> list[tuple[str, str]]:
        """The possible answers to a field: value and word."""
        if fields()[name].kind == "yes_no":
            return [("1", self("answer_yes")), ("0", self("answer_no"))]
        return [(str(level), self(f"level_{level}")) for level in range(4)]

    def answer(self, name: str, value: str) -> str:
        """The word for an answer that was given."""
        if value == UNKNOWN:
            return self("unknown")
        return value if name == AGE else dict(self.answers(name))[value]
