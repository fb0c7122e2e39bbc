"""What is done in the area and what is seen of it, as a chapter of the report: plan, promise and the word so far."""

from __future__ import annotations

from datetime import date

from apps.dashboard.profile import plans_here
from apps.dashboard.profile.plans_here import Here
from apps.dashboard.report.model import Block, Facts, Heading, Paragraph
from apps.dashboard.report.request import Request
from apps.dashboard.wording import doing as words
from apps.dashboard.wording.numbers import format_date
from apps.dashboard.wording.texts import plural, text
from datawerkplaats.effects.verdict import Outcome


def blocks(request: Request) -> list[Block]:
    """The chapter; nothing where nothing is registered for the area."""
    language = request.context.language
    found = request.plans
    if not found:
        return []
    blocks: list[Block] = [
        Heading(1, text("doen.report_title", language)),
        Paragraph(text("doen.report_intro", language)),
    ]
    for item in found:
        blocks += _plan(request, item)
    told = plans_here.events(found, language)
    if told and request.with_charts:
        blocks.append(Paragraph(text("doen.report_flags", language, told="; ".join(told)), "note"))
    return blocks


def _plan(request: Request, item: Here) -> list[Block]:
    context, language, plan = request.context, request.context.language, item.one.plan
    told = plans_here.said(context.release, item.one, list(item.everything), language)
    rows = request.indicator_texts.rows
    outcome = context.title_of(rows[plan.indicator_id]) if plan.indicator_id in rows else plan.indicator_id
    areas = plural("doen.areas", len(plan.starts), language)
    where = plural("doen.in_wijken", item.wijken, language) if item.wijken else ""
    frozen = text(
        "doen.frozen", language, date=format_date(date.fromisoformat(item.one.frozen_on), language),
        organisation=item.one.organisation, year=item.one.newest_known, hash=item.one.plan_hash[:8],
    )  # fmt: skip
    promise = plans_here.promised(context, item.one, list(item.everything))
    facts = [
        ("what", outcome), ("areas", f"{areas} {where}".strip()), ("since", str(item.first)),
        ("until", str(plan.end_year) if plan.end_year is not None else ""),
        ("why", text(f"doen.why_{plan.chosen_by}", language)),
    ]  # fmt: skip
    named = [(text(f"doen.report_{name}", language), value) for name, value in facts if value]
    named += [promise, (text("doen.report_plan", language), frozen)]
    blocks: list[Block] = [Heading(2, plan.title), Paragraph(f"{told.word}. {told.sentence}", "lead")]
    blocks.append(Facts(tuple(named)))
    if isinstance(told.seen, Outcome):
        blocks.append(Facts(tuple(words.facts(told.seen, plan.smallest_effect, language))))
        if middle := words.middle(told.seen, language):
            blocks.append(Paragraph(middle, "note"))
    return blocks
