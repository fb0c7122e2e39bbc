"""One question at a time, as both tools ask them: which comes now, whether an answer is one that was offered, its screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from apps.care_table.wording import AGE, Words, fields

UNKNOWN = "unknown"


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
