"""Risicotaxatie, screen by screen: the own estimate first and fixed, one question at a time, the range, keep or change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.care_table import questions
from apps.care_table.questions import UNKNOWN
from apps.care_table.wording import AGE, Words
from ml.care.risk import Assessment, Form

BANDS = (0.0, 0.05, 0.10, 0.20, 0.40, 1.0)
REASONS = ("safety", "behaviour", "health", "parents", "network", "other")
PER_ROW = 10
_AGES = range(0, 18)
State = dict[str, Any]


def band_of(share: float) -> int:
    """The number of the word for a share."""
    return next(number for number in range(5) if share < BANDS[number + 1] or number == 4)


def act(state: State, sent: Mapping[str, str], form: Form) -> bool:
    """Take in what was sent; False if it is not an answer to the screen that was shown."""
    action = sent.get("action", "")
    if action == "back" and state.get("given"):
        state["given"].popitem()
        return True
    if "own" not in state:
        if sent.get("band") not in list("01234") or sent.get("reason") not in REASONS:
            return False
        state.update(own=int(sent["band"]), reason=sent["reason"], given={})
        return True
    question = questions.next_of(form.asked, state["given"])
    if question is not None:
        return questions.take(state["given"], sent, question, _AGES)
    if "final" not in state and sent.get("final") in list("01234"):
        state["final"] = int(sent["final"])
        return True
    return False


def known(state: State) -> dict[str, float]:
    """The answers that are known, as numbers."""
    return {name: float(value) for name, value in state["given"].items() if value != UNKNOWN}


def screen(state: State, form: Form, words: Words) -> tuple[str, dict[str, Any]]:
    """The template of the screen that comes now, and what is in it."""
    if "own" not in state:
        return "own.html", {
            "bands": bands(words),
            "reasons": [(name, words(f"reason_{name}")) for name in REASONS],
        }
    question = questions.next_of(form.asked, state["given"])
    if question is not None:
        given = state["given"]
        return questions.screen(question, given, _AGES, words, of=len(form.asked), back=bool(given))
    found = form.assess(known(state))
    context = {
        "found": found,
        "own": state["own"],
        "bands": bands(words),
        "average": round(100 * form.average),
    }
    if "final" in state:
        context["final"] = state["final"]
    if found.silent is None:
        context |= _told(found, state["given"], words)
    return "risk.html", context | {"unknown": [words.field(name) for name in found.unknown]}


def _told(found: Assessment, given: Mapping[str, str], words: Words) -> dict[str, Any]:
    weighs = []
    for name in found.weighs:
        said = given.get(name[1:], UNKNOWN)
        answer = said if name[1:] == AGE else dict(words.answers(name[1:])).get(said, words("unknown"))
        weighs.append(
            (words.field(name[1:]), answer, words("weighs_up" if name[0] == "+" else "weighs_down"))
        )
    figures = ["full" if n < found.low else "unsure" if n < found.high else "empty" for n in range(100)]
    return {"band": band_of(found.middle), "weighs": weighs, "figures": figures, "per_row": PER_ROW}


def bands(words: Words) -> list[tuple[str, str]]:
    """The five words with their numbers."""
    return [(words(f"band_{number}"), words(f"band_{number}_n")) for number in range(5)]
