"""The minutes of a world café as the house's neutral document: three questions per table, what was said, cards, evaluation."""

from __future__ import annotations

from apps.dashboard.data import workplace
from apps.dashboard.report.minutes import agreements_part
from apps.dashboard.report.model import Block, Document, Facts, Heading, Paragraph, Points, Table
from apps.dashboard.wording import regions
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.gate import evaluation, words
from apps.dashboard.wording.texts import listing, text
from datawerkplaats.base.errors import DataProblem, Language
from datawerkplaats.base.settings import get_settings
from datawerkplaats.governance import cafe, cafe_room, declarations
from datawerkplaats.governance.cafe_room import Cafe, TableSoFar
from datawerkplaats.governance.declarations import Governance, Value
from datawerkplaats.workplace.sessions import Session


def build(context: Context, one: Session) -> Document:
    """The minutes of a café.

    Raises:
        DataProblem: If no table wrote anything, or the session is none.
    """
    language = context.language
    governance = declarations.load(get_settings().catalogue_dir)
    found = cafe_room.cafe(workplace.store(), context.subject, governance, one.id)
    if found.is_empty:
        raise DataProblem(
            "input_refused", subject="minutes", expected="something that a table wrote", found="an empty sheet",
            remedy="write at a table first",
        )  # fmt: skip
    kind = text(f"gesprekken.template_{one.template}", language)
    blocks: list[Block] = []
    if told := regions.made_up(context):
        blocks.append(Paragraph(told, "warn"))
    blocks.append(Facts(_facts(governance, one, found, kind, language)))
    blocks += _picks(governance, found, language)
    for table, so_far in found.tables.items():
        blocks += _table(governance, table, so_far, language)
    blocks += _evaluation(governance, found, language)
    blocks += agreements_part(context, one)
    blocks.append(Paragraph(text("cafe.how", language), "note"))
    return Document(
        title=text("verslag.title", language, title=one.title),
        subtitle=f"{kind}, {one.held_on}",
        language=language,
        author=context.product,
        keywords=(one.code,),
        running=text("verslag.running", language, title=one.title),
        page_words=text("rapport.page_words", language),
        contents_title=text("rapport.contents", language),
        blocks=tuple(blocks),
        **regions.dressed(context.region),
    )


def _facts(
    governance: Governance, one: Session, found: Cafe, kind: str, language: Language
) -> tuple[tuple[str, str], ...]:
    declared = governance.world_cafe
    tables = sum(table.is_open for table in found.tables.values())
    rounds = min(found.position, len(declared.rounds))
    return (
        (text("verslag.date", language), one.held_on),
        (text("verslag.kind", language), kind),
        (text("verslag.organisations", language), listing(list(one.organisations), language)),
        (text("cafe.tables", language), text("cafe.tables_fact", language, number=tables, value=found.people)),
        (text("cafe.rounds", language), text("cafe.rounds_fact", language, number=rounds, value=declared.minutes)),
    )  # fmt: skip


def _picks(governance: Governance, found: Cafe, language: Language) -> list[Block]:
    blocks: list[Block] = [Heading(1, text("cafe.sheet", language))]
    for table, one in found.tables.items():
        blocks.append(Heading(2, words(governance.values[table], language)))
        if one.picks:
            blocks.append(
                Points(tuple(f"{key}: {words(governance.questions[key], language)}" for key in one.picks))
            )
        else:
            blocks.append(Paragraph(text("cafe.sheet_none", language), "note"))
    return blocks


def _table(governance: Governance, table: Value, one: TableSoFar, language: Language) -> list[Block]:
    """What a table said: per question, and on the cards that lay there."""
    name = words(governance.values[table], language)
    blocks: list[Block] = [Heading(1, text("cafe.table", language, name=name))]
    nothing = text("cafe.not_answered", language)
    for question in cafe.asked_at(governance, table):
        told = one.text_on(question.question_id).text
        title = f"{question.question_id}: {words(question, language)}"
        blocks += [Heading(2, title), Paragraph(told or nothing, "plain" if told else "note")]
    for scenario in one.cards:
        card = governance.scenarios[scenario]
        title = text("cafe.card_on_table", language, title=words(card.title, language))
        told = one.text_on(cafe.about_card(scenario)).text
        blocks += [
            Heading(2, title),
            Paragraph(f"{words(card.story, language)} {words(card.asks, language)}", "note"),
            Paragraph(told or nothing, "plain" if told else "note"),
        ]
    return blocks


def _evaluation(governance: Governance, found: Cafe, language: Language) -> list[Block]:
    if not any(one.judged for one in found.tables.values()):
        return []
    header, rows = evaluation(found, governance, language)
    title = text("cafe.evaluation", language)
    blocks: list[Block] = [
        Heading(1, title),
        Table(title, header, rows, (4, 1, 1, 1), frozenset((1, 2, 3))),
    ]
    if remarks := tuple(one.remark for one in found.tables.values() if one.remark):
        blocks += [Heading(2, text("cafe.remarks", language)), Points(remarks)]
    return blocks
