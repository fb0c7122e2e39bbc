"""The parts of the page of one area as HTML, for the dashboard and the public site alike: sentence, figures, all other figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from itertools import groupby

from apps.dashboard.components import figure, markup
from apps.dashboard.data import cube, queries
from apps.dashboard.data.freshness import freshness
from apps.dashboard.profile import content
from apps.dashboard.profile.area_page import AreaPage
from apps.dashboard.profile.standout import Standing
from apps.dashboard.profile.standout_words import first, more, why
from apps.dashboard.wording.helplines import helplines
from apps.dashboard.wording.numbers import format_date, format_number
from apps.dashboard.wording.texts import plural, text


def lead(page: AreaPage) -> str:
    """The sentence that says what stands out."""
    return first(page.findings[0], page.theme, page.names, page.context.language)


def below_lead(page: AreaPage) -> str:
    """What the sentence rests on, residents, and folded why it stands there."""
    told = more(page.findings[0], page.names, page.context.language)
    return (
        f'<div class="dw-area"><p class="dw-area-more">{escape(told)}</p>'
        f'<p class="dw-area-facts">{escape(facts(page))}<span class="dw-area-due">{escape(due(page))}</span></p></div>'
        + why_html(page)
    )


def facts(page: AreaPage) -> str:
    """Residents, and the wijken it has or the gemeente it lies in."""
    context, area = page.context, page.area
    language = context.language
    parts = []
    if area["population"]:
        parts.append(
            text("gebied.residents", language, number=format_number(area["population"], 0, language))
        )
    if page.level == "wijk":
        parts.append(text("gebied.in_gemeente", language, gemeente=area["gemeente_name"] or ""))
    else:
        inside = sum(row["gemeente_code"] == area["code"] for row in cube.regions(context.release, "wijk"))
        if inside:
            parts.append(plural("gebied.wijken", inside, language))
    return " · ".join(parts)


def due(page: AreaPage) -> str:
    """When new figures are due of what the first sentence rests on."""
    context, language = page.context, page.context.language
    members = page.findings[0].members
    source = page.indicator_texts.rows[members[0].line.indicator]["source_id"] if members else None
    row = next((row for row in queries.sources(context.release) if row["source_id"] == source), None)
    if row is None:
        return ""
    due = freshness(row, datetime.now(UTC).date()).next_expected
    told = (
        text("gebied.next_edition", language, date=format_date(due, language))
        if due
        else text("gebied.next_unknown", language)
    )
    return f" · {told}"


def why_html(page: AreaPage) -> str:
    """Why the sentence stands there, with the other findings, folded."""
    language = page.context.language
    parts: list[str] = []
    rules: set[str] = set()
    for number, found in enumerate(page.findings):
        rule, lines = why(found, page.theme, page.names, language)
        if number:
            lead = first(found, page.theme, page.names, language)
            told = more(found, page.names, language)
            parts.append(f"<p><strong>{escape(lead)}</strong> {escape(told)}</p>")
        if rule not in rules:  # two findings by one rule: it is told once
            parts.append(f"<p>{escape(rule)}</p>")
            rules.add(rule)
        items = "".join(f"<li>{escape(line)}</li>" for line in lines)
        parts += [f"<ul>{items}</ul>"] if items else []
        if number == 0 and len(page.findings) > 1:
            parts.append(f"<h3>{escape(text('gebied.other_findings', language))}</h3>")
    rows = page.indicator_texts.rows
    told_of = [rows[member.line.indicator] for found in page.findings for member in found.members]
    parts += [f"<p>{escape(words)}</p>" for words in helplines(page.context, told_of)]
    summary = escape(text("gebied.why", language))
    return f'<details class="dw-help dw-why"><summary>{summary}</summary>{"".join(parts)}</details>'


def tiles(page: AreaPage, link: Callable[[Standing], str]) -> str:
    """Six to eight figures, each with a way on where there is one."""
    cards = [page.card(item, link(item)) for item in page.tiles()]
    language = page.context.language
    under = markup.note(text("gebied.more_figures", language)) if page.level == "wijk" else ""
    return figure.figures(cards, text("gebied.tiles", language)) + under


def rest(page: AreaPage) -> str:
    """Every other figure by domain, folded."""
    language = page.context.language
    header = [
        text(f"profiel.column_{name}", language, reference=page.reference)
        for name in ("indicator", "value", "margin", "reference", "verdict")
    ]
    folded = []
    for domain, members in groupby(page.all_lines, key=lambda line: line.domain):
        found = list(members)
        name = content.domain_name(domain, page.context)
        title = plural("gebied.rest_count", len(found), language, name=name)
        cells = [row[:5] for row in content.table_words(found, language)]
        folded.append(
            f'<details class="dw-fold"><summary>{escape(title)}</summary>{markup.table(header, cells)}</details>'
        )
    moved = content.restated_note(page.all_lines, language)
    told = markup.note(moved) if moved else ""
    return told + "".join(folded) or markup.note(text("shared.no_figures", language))
