"""Risicotaxatie, screen by screen: the own estimate first and fixed, one question at a time, the range, keep or change."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from apps.care_table import questions
from apps.care_table.paper import Part
from apps.care_table.wording import UNKNOWN, Words
from ml.care.risk import Assessment, Form

BANDS = (0.0, 0.05, 0.10, 0.20, 0.40, 1.0)
REASONS = ("safety", "behaviour", "health", "parents", "network", "other")
PER_ROW = 10
PARTS = ("own", "range", "weighs", "unknown", "answers", "second", "final")
_AGES = range(0, 18)
State = dict[str, Any]


def band_of(share: float) -> int:
    """The number of the word for a share."""
    return next(number for number in range(5) if share < BANDS[number + 1] or number == 4)


def act(state: State, sent: Mapping[str, str], form: Form) -> bool:
    """Take in what was sent; False if it is not an answer to the screen that was shown."""
    action = sent.get("action", "")
    if action == "back" and state.get("given") and "final" not in state:
        state["given"].popitem()
        return True
    if "own" not in state:
        if sent.get("band") not in list("01234") or sent.get("reason") not in REASONS:
            return False
        state.update(own=int(sent["band"]), reason=sent["reason"], given={}, began=time.monotonic())
        return True
    return _answered(state, sent, form)


def _answered(state: State, sent: Mapping[str, str], form: Form) -> bool:
    """An answer after the own estimate: to a question, about two that clash, or the estimate of afterwards."""
    given = state["given"]
    if "final" in state:
        return False
    if question := questions.next_of(form.asked, given):
        return questions.take(given, sent, question, _AGES)
    if pair := questions.clash(given, state.get("agreed", ())):
        return questions.settle(state, given, sent, pair)
    if sent.get("final") not in list("01234"):
        return False
    state.update(final=int(sent["final"]), minutes=(time.monotonic() - state["began"]) / 60)
    return True


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
    if pair := questions.clash(state["given"], state.get("agreed", ())):
        return questions.clash_screen(pair, state["given"], words)
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
        answer = words.answer(name[1:], given.get(name[1:], UNKNOWN))
        weighs.append(
            (words.field(name[1:]), answer, words("weighs_up" if name[0] == "+" else "weighs_down"))
        )
    figures = ["full" if n < found.low else "unsure" if n < found.high else "empty" for n in range(100)]
    return {"band": band_of(found.middle), "weighs": weighs, "figures": figures, "per_row": PER_ROW}


def bands(words: Words) -> list[tuple[str, str]]:
    """The five words with their numbers."""
    return [(words(f"band_{number}"), words(f"band_{number}_n")) for number in range(5)]


def parts(state: State, form: Form, words: Words) -> dict[str, Part]:
    """What can be taken along on paper of a taxation that came to its end, part by part; one that is empty is not there."""
    _, shown = screen(state, form, words)
    found: Assessment = shown["found"]
    reason = words(f"reason_{state['reason']}")
    word, number = shown["bands"][state["own"]]
    made = {
        "own": Part(words("dossier_own"), (f"{word} ({number})", words("dossier_reason", reason=reason))),
        "answers": Part(
            words("dossier_answers"),
            tuple(
                f"{words.field(name)}: {words.answer(name, said).lower()}".replace("?:", "?")
                for name, said in state["given"].items()
            ),
        ),
        "final": Part(words("dossier_final"), (shown["bands"][state["final"]][0],)),
        "unknown": Part(words("not_known"), tuple(shown["unknown"])),
    }
    if found.silent:
        made["range"] = Part(words("silent"), (words(f"silent_{found.silent}"),))
    else:
        told = (
            words("result_range", low=found.low, high=found.high),
            words("result_average", average=shown["average"]),
        )
        made["range"] = Part(words("dossier_range"), told, (found.low, found.high))
        rows = tuple(f"{field} ({answer.lower()}): {way}" for field, answer, way in shown["weighs"])
        made["weighs"] = Part(words("weighs"), (*rows, words("weighs_warn")))
    return {name: part for name, part in made.items() if part.lines}
