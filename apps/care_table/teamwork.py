"""Extra Teamlid, screen by screen: the board by photo or by tap, confirmed; needs; the own next block; then what others chose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.care_table import questions
from apps.care_table.board import layout
from apps.care_table.board.recognise import Ask, Reading
from apps.care_table.wording import AGE, UNKNOWN, Words
from datawerkplaats.catalogue.care import END, care_kinds
from ml.care.suggest import Answer, NextStep

_AGES = range(2, 18)
State = dict[str, Any]


def photographed(state: State, found: Reading | Ask, words: Words) -> str:
    """Take in what a photo showed; the sentence that asks again, or nothing."""
    if isinstance(found, Ask):
        return words(f"ask_{found.why}", step="" if found.step is None else found.step + 1)
    state.update(steps=list(found.steps), needs={})
    return ""


def act(state: State, sent: Mapping[str, str], model: NextStep) -> bool:
    """Take in what was sent; False if it is not an answer to the screen that was shown."""
    if not state.get("confirmed"):
        return lay(state, sent)
    question = _question(state, model)
    if question is not None:
        return questions.take(state["needs"], sent, question, _AGES)
    if pair := questions.clash(state["needs"], state.get("agreed", ())):
        return questions.settle(state, state["needs"], sent, pair)
    if "own" not in state and sent.get("own") in model.kinds:
        state["own"] = sent["own"]
        return True
    return False


def lay(state: State, sent: Mapping[str, str]) -> bool:
    """Lay the timeline by hand, and put right what a photo showed; False if that is not what was sent."""
    action = sent.get("action", "")
    if "steps" not in state:
        if action == "by_hand":
            state.update(steps=[], needs={})
        return "steps" in state
    steps = state["steps"]
    places = [str(n) for n in range(len(steps))]
    laid = {one.id for one in care_kinds().kinds if one.id != END}
    if action == "confirm" and steps:
        state["confirmed"] = True
    elif action == "add" and sent.get("kind") in laid and len(steps) < layout.SLOTS:
        steps.append(sent["kind"])
    elif action == "remove" and sent.get("step") in places:
        steps.pop(int(sent["step"]))
    elif action == "move" and sent.get("step") in places and sent.get("to") in places:
        steps.insert(int(sent["to"]), steps.pop(int(sent["step"])))
    else:
        return False
    return True


def _question(state: State, model: NextStep) -> str | None:
    return questions.next_of((AGE, *model.fields), state["needs"])


def answer_of(state: State, model: NextStep) -> Answer:
    """What others chose after the steps on the board."""
    known = {name: int(value) for name, value in state["needs"].items() if value != UNKNOWN}
    age = known.pop(AGE, None)
    return model.answer(tuple(state["steps"]), known, None if age is None else float(age))


def laying_screen(state: State) -> tuple[str, dict[str, Any]]:
    """The photo, and then the timeline that it showed or that is laid by hand."""
    if "steps" not in state:
        return "photo.html", {}
    shared = {
        "blocks": {one.id: one for one in care_kinds().kinds},
        "colours": care_kinds().colours,
        "end": END,
    }
    return "timeline.html", {**shared, "steps": state["steps"], "full": len(state["steps"]) >= layout.SLOTS}


def screen(state: State, model: NextStep, words: Words) -> tuple[str, dict[str, Any]]:
    """The template of the screen that comes now, and what is in it."""
    if not state.get("confirmed"):
        return laying_screen(state)
    shared = {
        "blocks": {one.id: one for one in care_kinds().kinds},
        "colours": care_kinds().colours,
        "end": END,
    }
    question = _question(state, model)
    if question is not None:
        return questions.screen(question, state["needs"], _AGES, words, of=len(model.fields) + 1, back=False)
    if pair := questions.clash(state["needs"], state.get("agreed", ())):
        return questions.clash_screen(pair, state["needs"], words)
    if "own" not in state:
        return "next.html", {
            **shared,
            "steps": state["steps"],
            "heading": "own_next",
            "help": "own_next_help",
        }
    found = answer_of(state, model)
    differs = (found.differs[0] == "+", words.field(found.differs[1:])) if found.differs else None
    return "team.html", {
        **shared,
        "steps": state["steps"],
        "own": state["own"],
        "found": found,
        "differs": differs,
    }
