"""The exercise in too much trust: ten made-up cases in which the screen is wrong; a result per team, from five people."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from functools import cache
from typing import Any

from datawerkplaats.catalogue.care import FOLDER
from datawerkplaats.catalogue.reading import read_declared
from datawerkplaats.governance import reliance

FROM = reliance.GROUP  # people in a team whose result is shown, and in a group that the house counts
MOST_TEAMS = 100
_TEAM = re.compile(r"[a-z0-9]{3,12}")
State = dict[str, Any]


@cache
def cases() -> tuple[dict[str, Any], ...]:
    """The declared cases."""
    return tuple(read_declared(FOLDER / "care" / "exercise.yml", FOLDER, dict)["cases"])


class Teams:
    """How often the people of a team moved towards the wrong advice, in memory for as long as the session lasts."""

    def __init__(self) -> None:
        self._moved: dict[str, list[int]] = {}
        self._waiting: list[int] = []
        self._lock = threading.Lock()

    def add(self, team: str, moved: int) -> None:
        """Count somebody in."""
        with self._lock:
            if team not in self._moved and len(self._moved) >= MOST_TEAMS:
                self._moved.pop(next(iter(self._moved)))
            self._moved.setdefault(team, []).append(moved)
            self._waiting.append(moved)

    def result(self, team: str) -> tuple[int, float] | None:
        """The number of people and their mean, in whole groups of five, so that no sixth person can be told from them; or None."""
        with self._lock:
            found = list(self._moved.get(team, ()))
        found = found[: len(found) // FROM * FROM]
        return (len(found), sum(found) / len(found)) if found else None

    def full(self) -> list[list[int]]:
        """The groups of five that are full, whatever their team, each given once: what the house counts of them all."""
        with self._lock:
            whole = len(self._waiting) - len(self._waiting) % FROM
            found = [self._waiting[start : start + FROM] for start in range(0, whole, FROM)]
            self._waiting = self._waiting[whole:]
        return found


def moved_towards(own: int, final: int, advice: int) -> bool:
    """Whether the second answer lies nearer to the advice than the first."""
    return abs(final - advice) < abs(own - advice)


def act(state: State, sent: Mapping[str, str], teams: Teams) -> str:
    """Take in what was sent; a key of words where it is not right."""
    if "team" not in state:
        team = sent.get("team", "").strip().lower()
        if not _TEAM.fullmatch(team):
            return "exercise_team_bad"
        state.update(team=team, own=[], final=[])
        return ""
    if sent.get("case") != str(len(state["final"])) or sent.get("band") not in list("01234"):
        return "wrong_form"
    if len(state["final"]) >= len(cases()):
        return "wrong_form"
    if len(state["own"]) == len(state["final"]):
        state["own"].append(int(sent["band"]))
        return ""
    state["final"].append(int(sent["band"]))
    if len(state["final"]) == len(cases()):
        teams.add(state["team"], moved(state))
    return ""


def moved(state: State) -> int:
    """How often somebody moved towards the wrong advice."""
    advised = [case["advice"] for case in cases()]
    return sum(moved_towards(*three) for three in zip(state["own"], state["final"], advised, strict=True))


def screen(state: State, teams: Teams, language: str) -> tuple[str, dict[str, Any]]:
    """The template of the screen that comes now, and what is in it."""
    if "team" not in state:
        return "exercise_team.html", {}
    number = len(state["final"])
    if number == len(cases()):
        return "exercise_done.html", {"moved": moved(state), "of_team": teams.result(state["team"])}
    case = cases()[number]
    has_own = len(state["own"]) > number
    return "exercise.html", {
        "number": number, "of": len(cases()), "story": case[language], "advice": case["advice"] if has_own else None,
        "own": state["own"][number] if has_own else None,
    }  # fmt: skip
