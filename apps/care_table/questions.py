"""One question at a time, as both tools ask them: which comes now, whether an answer is one that was offered, its screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from apps.care_table.wording import AGE, UNKNOWN, Words, fields


def next_of(names: Iterable[str], given: Mapping[str, str]) -> str | None:
    """The field that is asked now; None when all were."""
    return next((name for name in names if name not in given), None)


def take(given: dict[str, str], sent: Mapping[str, str], question: str, ages: range) -> bool:
    """Keep the answer to the question that was shown; False if what was sent is none."""
    value = sent.get("answer", "")
    allowed = (
        [str(age) for age in ages]
        if question == AGE
        else [str(n) for n in range(fields()[question].most + 1)]
    )
    if sent.get("question") != question or (value != UNKNOWN and value not in allowed):
        return False
    given[question] = value
    return True


def screen(
    question: str, given: Mapping[str, str], ages: range, words: Words, *, of: int, back: bool
) -> tuple[str, dict[str, Any]]:
    """The template of a question, and what is in it; `of` tells how many are asked."""
    answers = [(str(age), str(age)) for age in ages] if question == AGE else words.answers(question)
    return "question.html", {
        "question": question, "asked": words.field(question), "answers": answers, "number": len(given) + 1, "of": of, "back": back,
    }  # fmt: skip


@dataclass(frozen=True)
class Side:
    """An answer that does not go well with another: of a field, from and up to where."""

    field: str
    least: int
    most: int

    def holds(self, given: Mapping[str, str]) -> bool:
        """Whether that is what was answered."""
        said = given.get(self.field, UNKNOWN)
        return said != UNKNOWN and self.least <= int(said) <= self.most


@cache
def contradictions() -> tuple[tuple[Side, Side], ...]:
    """The declared pairs."""
    path = Path(__file__).parent / "contradictions.yml"
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    sides = [
        [Side(one["field"], one.get("from", 0), one.get("to", 99)) for one in row.values()] for row in rows
    ]
    return tuple((first, second) for first, second in sides)


def clash(given: Mapping[str, str], agreed: Iterable[str]) -> tuple[str, str] | None:
    """Two fields whose answers do not go together, unless it was said that they do."""
    said = set(agreed)
    return next(
        (
            (one.field, other.field)
            for one, other in contradictions()
            if f"{one.field}-{other.field}" not in said and one.holds(given) and other.holds(given)
        ),
        None,
    )


def settle(
    state: dict[str, Any], given: dict[str, str], sent: Mapping[str, str], pair: tuple[str, str]
) -> bool:
    """Take in what was said of two answers that clash: that they are right, or which of them is asked again."""
    if sent.get("agree") == "-".join(pair):
        state.setdefault("agreed", []).append(sent["agree"])
        return True
    return sent.get("change") in pair and given.pop(sent["change"], None) is not None


def clash_screen(pair: tuple[str, str], given: Mapping[str, str], words: Words) -> tuple[str, dict[str, Any]]:
    """The template that asks whether two answers are right, and what is in it."""
    return "clash.html", {
        "pair": "-".join(pair), "rows": [(name, words.field(name), words.answer(name, given[name])) for name in pair],
    }  # fmt: skip
