"""The minutes of a session as the house's neutral document: agenda, figures as shown, recognition, what was said, agreements."""

from __future__ import annotations

from collections.abc import Mapping

from apps.dashboard.data import workplace
from apps.dashboard.report.model import Block, Document, Facts, Heading, Paragraph, Points, Table
from apps.dashboard.wording import regions
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.numbers import format_date
from apps.dashboard.wording.sentences import with_margin
from apps.dashboard.wording.texts import listing, text
from datawerkplaats.workplace import agreements, assumptions, table
from datawerkplaats.workplace.figures import Figure
from datawerkplaats.workplace.sessions import Item, Session


def build(context: Context, one: Session, figures: Mapping[str, Figure | None]) -> Document:
    """The minutes of a session.

    Args:
        context: What the page got; its subject is who leads the session.
        one: The session.
        figures: Per item the figure that it is about, where it is about one.

    Raises:
        DataProblem: `not_allowed` for who may not lead a session: what was said is seen by the chair alone.
    """
    language = context.language
    kind = text(f"gesprekken.template_{one.template}", language)
    published = format_date(context.release.published_at, language)
    blocks: list[Block] = []
    if told := regions.made_up(context):
        blocks.append(Paragraph(told, "warn"))
    blocks.append(
        Facts(
            (
                (text("verslag.date", language), one.held_on),
                (text("verslag.kind", language), kind),
                (text("verslag.organisations", language), listing(list(one.organisations), language)),
                (text("verslag.release", language), f"{context.release.id} ({published})"),
            )
        )
    )  # fmt: skip
    for item in one.items:
        blocks += _item(context, item, figures.get(item.id))
    blocks += _assumed(context, one)
    blocks += agreements_part(context, one)
    blocks.append(Paragraph(text("verslag.how", language), "note"))
    return Document(
        title=text("verslag.title", language, title=one.title),
        subtitle=f"{kind}, {one.held_on}",
        language=language,
        author=context.product,
        keywords=(one.code, context.release.id),
        running=text("verslag.running", language, title=one.title),
        page_words=text("rapport.page_words", language),
        contents_title=text("rapport.contents", language),
        blocks=tuple(blocks),
        **regions.dressed(context.region),
    )


def _item(context: Context, item: Item, figure: Figure | None) -> list[Block]:
    language, store = context.language, workplace.store()
    blocks: list[Block] = [Heading(1, f"{item.position}. {item.title}")]
    if item.changed_from:
        blocks.append(Paragraph(text("gesprekken.changed_live", language).capitalize() + ".", "note"))
    gone = workplace.withdrawn(item.release_id)
    facts = [
        (text("verslag.view", language), item.address),
        (
            text("verslag.release", language),
            text("verslag.withdrawn", language, id=item.release_id, reason=gone) if gone else item.release_id,
        ),
    ]
    if figure is not None and figure.value is not None and not gone:
        facts.insert(0, (text("verslag.figure", language), _figure(context, figure)))
    blocks.append(Facts(tuple(facts)))
    found = table.totals(store, context.subject, item.id)
    if any(found.recognised.values()):
        header = (
            text("gesprekken.column_answer", language),
            text("gesprekken.column_all", language),
            *found.by_organisation,
        )
        rows = tuple(
            (
                text(f"gesprekken.answer_{answer}", language),
                str(found.recognised[answer]),
                *(str(counts[answer]) for counts in found.by_organisation.values()),
            )
            for answer in table.ANSWERS
        )
        widths = (2, *(1 for _ in header[1:]))
        blocks.append(
            Table(
                text("gesprekken.recognise", language), header, rows, widths, frozenset(range(1, len(header)))
            )
        )
        blocks.append(Paragraph(text("gesprekken.dots", language, number=found.dots)))
    # Literally only what its giver agreed to and the chair let through.
    said = [one for one in table.contributions(store, context.subject, item.id) if one.status == "shown"]
    quoted = tuple(
        f"{text(f'gesprekken.kind_{one.kind}', language)}: {one.text}" for one in said if one.may_be_quoted
    )
    if quoted:
        blocks += [Heading(2, text("gesprekken.said_title", language)), Points(quoted)]
    if unquoted := len(said) - len(quoted):
        blocks.append(Paragraph(text("verslag.unquoted", language, number=unquoted), "note"))
    return blocks


def _figure(context: Context, figure: Figure) -> str:
    from apps.dashboard.components.notes import figure_words

    style = IndicatorTexts(context).style(figure.selection.indicator_id, False)
    shown = with_margin(style, figure.value, figure.lower, figure.upper)
    source = IndicatorTexts(context).rows[figure.selection.indicator_id]
    cited = source["citation"] or source["publisher"] or ""
    return f"{figure_words(context, figure)}: {shown}. {cited}"


def _assumed(context: Context, one: Session) -> list[Block]:
    """What was agreed before results were seen, and how a design cites it; nothing where nothing was recorded."""
    language, store = context.language, workplace.store()
    found = assumptions.assumptions(store, context.subject, one.id)
    if not found:
        return []
    header = tuple(
        text(f"gesprekken.assumed_{name}", language) for name in ("kind", "about", "expected", "reason")
    )
    rows = tuple(
        (
            text(f"gesprekken.assumed_{made.kind}", language), made.about,
            text(f"gesprekken.direction_{made.expected}", language) if made.expected else "", made.reason,
        )
        for made in found
    )  # fmt: skip
    title = text("gesprekken.assumptions", language)
    blocks: list[Block] = [Heading(1, title), Table(title, header, rows, (1, 2, 1, 4))]
    cited = assumptions.citation(store, context.subject, one.id)
    if cited is not None:
        blocks.append(Facts(((text("verslag.digest", language), f"{cited.session} · {cited.sha256}"),)))
    return blocks


def agreements_part(context: Context, one: Session) -> list[Block]:
    """What was agreed, as a chapter; nothing where nothing was."""
    language = context.language
    found = agreements.agreements(workplace.store(), context.subject, one.id)
    if not found:
        return []
    header = tuple(text(f"afspraken.column_{name}", language) for name in ("due", "who", "what", "status"))
    rows = tuple(
        (
            made.due_on,
            f"{made.organisation} ({made.role})",
            made.text,
            text(f"afspraken.status_{made.status}", language),
        )
        for made in found
    )
    title = text("gesprekken.agree_title", language)
    return [Heading(1, title), Table(title, header, rows, (1, 2, 4, 1))]
