"""Samen beslissen, for youth and parents: what they would choose themselves and why, then what others got, then their plan.

No percentages and no order: the three stand by the alphabet beside the own choice, each with what is good and what is hard.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml

from apps.care_table import teamwork
from apps.care_table.paper import Part
from apps.care_table.wording import Words
from datawerkplaats.catalogue.care import END, care_kinds
from ml.care.suggest import NextStep

WHY = ("want", "home", "near", "known", "quick", "other")
LATER = "later"  # no choice yet: talk first
State = dict[str, Any]


@cache
def weighed() -> dict[str, dict[str, dict[str, str]]]:
    """What is good and what is hard about each kind of care, by language."""
    path = Path(__file__).parent / "together.yml"
    return cast("dict[str, dict[str, dict[str, str]]]", yaml.safe_load(path.read_text(encoding="utf-8")))


def from_team(state: State, team: State) -> bool:
    """Go on with the timeline that the team confirmed, and with what it filled in."""
    if not team.get("confirmed"):
        return False
    state.update(steps=list(team["steps"]), needs=dict(team["needs"]), confirmed=True)
    return True


def act(state: State, sent: Mapping[str, str], model: NextStep) -> bool:
    """Take in what was sent; False if it is not an answer to the screen that was shown."""
    if not state.get("confirmed"):
        return teamwork.lay(state, sent)
    if "own" not in state:
        if sent.get("own") not in model.kinds:
            return False
        state["own"] = sent["own"]
    elif "why" not in state:
        if sent.get("why") not in WHY:
            return False
        state["why"] = sent["why"]
    elif sent.get("choice") in (*offered(state, model), LATER):
        state["choice"] = sent["choice"]
    else:
        return False
    return True


def offered(state: State, model: NextStep) -> list[str]:
    """The own choice, and what others got most after such help, by the alphabet; the own choice alone where too few did."""
    others = {one.kind for one in teamwork.answer_of(state, model).suggestions} - {state["own"]}
    return [state["own"], *sorted(others)]


def screen(state: State, model: NextStep, words: Words) -> tuple[str, dict[str, Any]]:
    """The template of the screen that comes now, and what is in it."""
    if not state.get("confirmed"):
        return teamwork.laying_screen(state)
    shared = {
        "blocks": {one.id: one for one in care_kinds().kinds},
        "colours": care_kinds().colours,
        "end": END,
    }
    if "own" not in state:
        return "next.html", {
            **shared,
            "steps": state["steps"],
            "heading": "together_own",
            "help": "together_own_help",
        }
    if "why" not in state:
        return "together_why.html", {
            **shared,
            "own": state["own"],
            "whys": [(one, words(f"together_{one}")) for one in WHY],
        }
    offers = offered(state, model)
    offers = [offers[0], *sorted(offers[1:], key=words.kind)]
    rows = [
        (kind, weighed()[kind]["good"][words.language], weighed()[kind]["hard"][words.language])
        for kind in offers
    ]
    context = {
        **shared,
        "own": state["own"],
        "why": words(f"together_{state['why']}"),
        "rows": rows,
        "alone": len(offers) == 1,
    }
    return (
        ("together_plan.html", context | {"choice": state["choice"]})
        if "choice" in state
        else ("together.html", context)
    )


def parts(state: State, model: NextStep, words: Words) -> list[Part]:
    """The plan on paper: what was chosen, what they wanted themselves and why, and what they chose from."""
    _, shown = screen(state, model, words)
    choice = words("plan_later") if state["choice"] == LATER else words.kind(state["choice"])
    made = [
        Part(words("plan_choice"), (choice,)),
        Part(words("plan_own"), (words.kind(state["own"]), words("plan_why", why=shown["why"]))),
        Part(words("plan_before"), tuple(words.kind(step) for step in state["steps"])),
    ]
    for kind, good, hard in shown["rows"]:
        made.append(Part(words.kind(kind), (f"{words('good')}: {good}", f"{words('hard')}: {hard}")))
    return made
