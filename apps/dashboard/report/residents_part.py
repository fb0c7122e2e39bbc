"""Who lives in the area, by sex and age: the pyramid of the profile page with its sentence and its table."""

from __future__ import annotations

from apps.dashboard.data import residents
from apps.dashboard.profile import ages, pyramid
from apps.dashboard.report.model import Block, Figure, Heading, Paragraph, Table
from apps.dashboard.report.request import Request
from apps.dashboard.wording.texts import text

DOMAIN = "determinant_individual"  # where the figures about ages stand


def blocks(request: Request) -> list[Block]:
    """The section, or nothing where ages are not known by sex or were not asked for."""
    context, language = request.context, request.context.language
    found = pyramid.people(
        context.release, request.level, request.area, request.comparator, request.name, request.reference
    )
    if found is None or (request.domains and DOMAIN not in request.domains):
        return []
    told = pyramid.sentence(found, ages.ages(request.all_lines), language)
    section: list[Block] = [Heading(1, text("profiel.ages_title", language)), Paragraph(told)]
    if request.with_charts:
        drawing = pyramid.drawing(found, language)
        section.append(Figure(drawing, drawing.description))
    section += [Paragraph(note, "note") for note in pyramid.notes(found, language)]
    shown = pyramid.as_table(found, language)
    rows = tuple(tuple(row) for row in pyramid.table_words(shown, language))
    numeric = frozenset(range(1, len(shown.columns)))
    caption = text("piramide.table_caption", language, area=found.name, year=found.area.year)
    widths = (30, *((14,) * len(numeric)))
    source = residents.source(context.release)
    cited = text("piramide.source", language, citation=source["citation"], licence=source["licence"])
    return [*section, Table(caption, shown.columns, rows, widths, numeric), Paragraph(cited, "note")]
