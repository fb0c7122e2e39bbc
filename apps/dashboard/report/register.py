"""The record of a system, and an impact assessment pre-filled with its answers, as the house's neutral document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypedDict

from apps.dashboard.report.model import Block, Document, Facts, Heading, Paragraph, Points
from apps.dashboard.wording.texts import listing, text
from datawerkplaats.base.errors import Language
from datawerkplaats.governance.assessments import Assessments, Filled, Name
from datawerkplaats.governance.declarations import Question, Words
from datawerkplaats.governance.record import Record

NO_VALUE = "–"


class _Worded(TypedDict):
    page_words: str
    contents_title: str


@dataclass(frozen=True)
class Maker:
    """Who makes a document: the name of the workplace, whether its region is made up, and the region's own look."""

    product: str
    is_fictional: bool = False
    dress: dict[str, Any] | None = None


def record_document(record: Record, maker: Maker) -> Document:
    """The record, tab by tab, with what is obligatory and still empty on top."""
    language = record.language
    blocks: list[Block] = [*_warned(maker, language)]
    if record.empty:
        titles = {row.key: _in(row.title, language) for row in record.layout.rows}
        names = listing([titles[key].lower() for key in record.empty], language)
        blocks.append(Paragraph(text("register.empty", language, names=names), "warn"))
    for tab in record.layout.tabs:
        blocks.append(Heading(1, _in(tab.title, language)))
        told = ((_in(row.title, language), _shown(record.rows[row.key])) for row in tab.rows)
        blocks.append(Facts(tuple(told)))
    blocks.append(Paragraph(text("register.how", language, version=record.layout.version), "note"))
    return Document(
        title=text("register.record_title", language, name=record.rows["name"]),
        subtitle=text("register.record_subtitle", language, version=record.layout.version),
        language=language,
        author=maker.product,
        keywords=(str(record.rows["source_id"]),),
        running=text("register.record_title", language, name=record.rows["name"]),
        blocks=tuple(blocks),
        **_worded(language),
        **(maker.dress or {}),
    )


def assessment_document(
    declared: Assessments, name: Name, rows: list[Filled], system: str, language: Language, maker: Maker
) -> Document:
    """An assessment: per number the answers that count, and which numbers somebody still has to fill in."""
    title = _in(declared.title(name), language)
    left = [row.number for row in rows if row.is_open]
    done = len(rows) - len(left)
    blocks: list[Block] = [
        *_warned(maker, language),
        Paragraph(text("register.filled", language, number=done, all=len(rows)), "lead"),
    ]
    if left:
        blocks.append(Paragraph(text("register.left", language, names=listing(left, language)), "warn"))
    for row in rows:
        blocks.append(Heading(1, f"{row.number} {_in(row.about, language)}"))
        blocks += _row(row, language)
    blocks.append(Paragraph(text("register.assessment_how", language), "note"))
    return Document(
        title=f"{title}: {system}",
        subtitle=text("register.assessment_subtitle", language),
        language=language,
        author=maker.product,
        keywords=(name,),
        running=title,
        blocks=tuple(blocks),
        **_worded(language),
        **(maker.dress or {}),
    )


def _row(row: Filled, language: Language) -> list[Block]:
    if not row.given:
        return [Paragraph(text("register.own_words", language), "note")]
    found: list[Block] = []
    for question, answer in row.given:
        found.append(Paragraph(f"{question.question_id} {_in(question, language)}", "note"))
        if answer is None:
            found.append(Paragraph(text("register.not_answered", language)))
            continue
        found.append(Paragraph(answer.text))
        told = [text("register.valid", language, date=answer.valid_until)]
        if answer.mitigation:
            told.insert(0, text("vragen.mitigation", language, word=answer.mitigation))
        found.append(Points(tuple(told)))
    return found


def _warned(maker: Maker, language: Language) -> Iterable[Block]:
    if maker.is_fictional:
        yield Paragraph(text("vragen.example", language), "warn")


def _worded(language: Language) -> _Worded:
    return _Worded(
        page_words=text("rapport.page_words", language), contents_title=text("rapport.contents", language)
    )


def _in(words: Words | Question, language: Language) -> str:
    return words.nl if language == "nl" else words.en


def _shown(value: Any) -> str:
    if isinstance(value, list):
        parts = [one if isinstance(one, str) else f"{one['title']} {one['link']}".strip() for one in value]
        return "; ".join(parts) or NO_VALUE
    return str(value).replace("\n", " ") or NO_VALUE
