"""Words of the governance gate: what is declared in two languages, and tables that a page and the minutes both have."""

from __future__ import annotations

from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import Language
from datawerkplaats.governance.cafe import ANSWERS
from datawerkplaats.governance.cafe_room import Cafe
from datawerkplaats.governance.declarations import Governance, Question, Words


def words(one: Words | Question, language: Language) -> str:
    """A declared text in the language of the page."""
    return one.nl if language == "nl" else one.en


def words_of_round(governance: Governance, position: int, language: Language) -> str:
    """The name of the phase of a round of the world café."""
    return words(governance.phases[governance.world_cafe.rounds[position - 1]], language)


def evaluation(
    found: Cafe, governance: Governance, language: Language
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Header and rows: how many of the room say yes, partly and no to each statement."""
    answers = (text(f"gesprekken.answer_{answer}", language) for answer in ANSWERS)
    rows = []
    for statement, told in governance.world_cafe.evaluation.items():
        counts = found.judged(statement)
        rows.append((words(told, language), *(str(counts[answer]) for answer in ANSWERS)))
    return (text("cafe.statement", language), *answers), tuple(rows)
