"""The programme of the region as a chapter of the report: goals for this area or a larger one, without a claim of effect."""

from __future__ import annotations

from apps.dashboard.components.chart_files import Drawing
from apps.dashboard.components.charts.toward import toward
from apps.dashboard.profile import goals_here
from apps.dashboard.profile.goals_here import Told
from apps.dashboard.report.model import Block, Facts, Figure, Heading, Paragraph, Points
from apps.dashboard.report.request import Request
from apps.dashboard.wording.numbers import rounded
from apps.dashboard.wording.texts import text


def blocks(request: Request) -> list[Block]:
    """The chapter; nothing where no programme has a goal for the area."""
    context, language = request.context, request.context.language
    found = goals_here.here(context, request.area)
    if not found:
        return []
    blocks: list[Block] = [
        Heading(1, text("programma.report_title", language)),
        Paragraph(text("programma.intro", language)),
    ]
    for one, goals in found:
        told = [goals_here.told(context, followed) for followed in goals]
        years = text(
            "programma.years", language, first=one.first_year, last=one.last_year, organisation=one.organisation
        )  # fmt: skip
        blocks.append(Paragraph(f"{one.title}, {years}. {goals_here.summary(one, told, language)}", "lead"))
        for item in told:
            blocks += _goal(request, item)
    return blocks


def _goal(request: Request, item: Told) -> list[Block]:
    language = request.context.language
    blocks: list[Block] = [
        Heading(2, item.followed.goal.title),
        Paragraph(f"{item.word}. {item.sentence}"),
        Paragraph(item.followed_by, "note"),
        Facts(item.facts),
    ]
    if item.steps:
        blocks += [Paragraph(text("programma.report_counted", language)), Points(item.steps)]
    if request.with_charts and item.points:
        decimals = item.style.decimals

        def shown(value: float | None) -> float | None:
            return None if value is None else float(rounded(value, decimals))

        rows = [
            {"y": point.year, "x": shown(point.value), "lo": shown(point.lower), "hi": shown(point.upper)}
            for point in item.points
        ]
        line = [{"y": year, "x": shown(value)} for year, value in goals_here.toward(item)]
        drawing = Drawing(toward(rows, line, {"decimal_mark": "," if language == "nl" else "."}), item.alt)
        blocks.append(Figure(drawing, text("programma.chart_caption", language)))
    return blocks
