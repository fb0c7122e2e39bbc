"""What is known to help, as a chapter of the report: the same list as on the page of the area."""

from __future__ import annotations

from apps.dashboard.components import approach
from apps.dashboard.profile.area_page import AreaPage
from apps.dashboard.profile.helping import helping
from apps.dashboard.report.model import Block, Heading, Paragraph, Table
from apps.dashboard.report.request import Request
from apps.dashboard.wording.texts import listing, text

_LEVELS = ("gemeente", "wijk")  # of which is told what stands out
_MOST = 12


def blocks(request: Request) -> list[Block]:
    """The chapter; nothing for an area of which is not told what stands out."""
    if request.level not in _LEVELS:
        return []
    context, language = request.context, request.context.language
    page = AreaPage(
        context, context.theme, request.level, request.area, request.comparator, request.reference
    )
    found = helping(page)
    if found is None:
        return []
    blocks: list[Block] = [Heading(1, text("helpt.title_area", language))]
    if not found.known and not found.without:
        return [*blocks, Paragraph(text("helpt.nothing_unfavourable", language))]
    if found.known:
        rows = tuple(
            (
                f"{one.name} ({one.register})",
                approach.audience(one, language),
                approach.figures(on, language),
                approach.evidence(one, language),
            )
            for one, on in found.known[:_MOST]
        )
        header = tuple(text(f"helpt.column_{name}", language) for name in ("name", "for", "on", "evidence"))
        title = text("helpt.title", language)
        blocks += [Paragraph(text("helpt.intro", language)), Table(title, header, rows, (26, 28, 26, 20))]
        blocks.append(Paragraph(text("helpt.report_note", language), "note"))
    if found.without:
        told = text("helpt.none_known", language, figures=listing(list(found.without), language))
        blocks.append(Paragraph(told))
    return blocks
