"""What the door says of a delivery, as a table of plain words: which column, which row, what is wrong; never what stands there."""

from __future__ import annotations

import re
from collections.abc import Sequence

from apps.dashboard.components import markup
from apps.dashboard.wording.numbers import format_number
from apps.dashboard.wording.texts import has_text, text
from datawerkplaats.base.errors import PROBLEMS, DataProblem, Language
from datawerkplaats.catalogue import Source

_COLUMN = re.compile(r"columns? (?P<column>.+?)(?:, row (?P<row>\d+))?$")
_LINE = re.compile(r"line (?P<row>\d+)$")
_ROWS = re.compile(r"(?P<wrong>\d+) of (?P<all>\d+) rows")


def report(problems: Sequence[DataProblem], source: Source, language: Language) -> str:
    """One row per problem."""
    header = [
        text(f"leveren.report_{name}", language) for name in ("what", "column", "row", "how_many", "expected")
    ]
    return markup.table(header, [_row(problem, source, language) for problem in problems])


def kind(fields: dict[str, str], language: Language) -> str:
    """What is wrong, in words."""
    code = fields["code"]
    return PROBLEMS[code][language] if code in PROBLEMS else code


def _row(problem: DataProblem, source: Source, language: Language) -> list[str]:
    column, row = "–", "–"
    if match := _COLUMN.search(problem.where):
        column, row = match["column"], match["row"] or "–"
    elif match := _LINE.search(problem.where):
        row = match["row"]
    many = _ROWS.search(problem.found)
    told = (
        f"{format_number(int(many['wrong']), 0, language)} / {format_number(int(many['all']), 0, language)}"
        if many
        else "–"
    )
    return [_what(problem, language), column, row, told, _expected(problem, column, source, language)]


def _what(problem: DataProblem, language: Language) -> str:
    """What is wrong; of what points at a person also the kind."""
    words = PROBLEMS[problem.code][language]
    found = problem.found.removeprefix("values like ").strip()
    key = f"leveren.kind_{re.sub(r'[^a-z]+', '_', found.lower()).strip('_')}"
    return f"{words}: {text(key, language)}" if has_text(key) else words


def _expected(problem: DataProblem, column: str, source: Source, language: Language) -> str:
    """The agreed values of a column with a list; the agreed columns where there is one too many or few."""
    micro = source.micro
    assert micro is not None
    if agreed := next((one for one in micro.agreed if one.column == column), None):
        return ", ".join(agreed.values)
    if problem.code in ("column_not_agreed", "missing_column"):
        return ", ".join(micro.columns)
    key = f"leveren.expect_{problem.code}"
    return (
        text(key, language, level=text(f"leveren.level_{micro.finest_level}", language))
        if has_text(key)
        else "–"
    )
