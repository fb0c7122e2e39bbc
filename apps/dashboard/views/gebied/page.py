"""Mijn gebied: one sentence that says what stands out, the main figures by life phase, the wijken, and the rest folded."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from itertools import groupby

import streamlit as st

from apps.dashboard.components import area_choice, area_header, figure, helpline, markup
from apps.dashboard.components.address import Address, chosen_area, link, page_link
from apps.dashboard.components.headline import plain
from apps.dashboard.data import cube, queries
from apps.dashboard.data.freshness import freshness
from apps.dashboard.data.release import Row
from apps.dashboard.profile import content
from apps.dashboard.profile.area_page import AreaPage
from apps.dashboard.profile.standout_words import first, more, why
from apps.dashboard.views.gebied import beside, helping
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.helplines import helplines
from apps.dashboard.wording.numbers import format_date, format_number
from apps.dashboard.wording.texts import plural, text


def render(context: Context) -> None:
    """Draw the page."""
    language = context.language
    address = Address("gebied", language)
    area, level = _area(context, address)
    if area is None:
        st.title(context.region_name, anchor=False)
        st.info(text("shared.no_figures", language))
        return
    names = area_choice.larger_areas(context, area, level)
    left, right = st.columns([2.9, 1], gap="medium")
    # Beside the figures, so that on a phone it comes below them.
    comparator = address.one(
        "compare", list(names), "country", text("gebied.compare", language), names.__getitem__, column=right
    )
    page = AreaPage(context, context.theme, level, area, comparator, names[comparator])
    with left:
        _top(page)
        _tiles(page)
        helping.show(page)
    with right:
        beside.show(page)
    address.settle()
    _rest(page)


def _area(context: Context, address: Address) -> tuple[Row | None, str]:
    """The chosen area, else the largest gemeente of the region; an unknown one is told."""
    gemeenten = {row["code"]: row for row in cube.regions(context.release, "gemeente")}
    code = chosen_area()
    found = area_header.known(context, code) if code else None
    if found:
        return found
    if code:
        address.notices.append(text("gebied.unknown_area", context.language, code=code))
    inside = [row for row in gemeenten.values() if row["is_focus"]] or list(gemeenten.values())
    return max(inside, key=lambda row: row["population"] or 0, default=None), "gemeente"


def _top(page: AreaPage) -> None:
    """The name, the sentence, what it rests on and why it stands there."""
    language, area = page.context.language, page.area
    found = page.findings[0]
    lead = first(found, page.theme, page.names, language)
    st.title(plain(str(area["name"])), anchor=False)
    st.html(
        f'<header class="dw-area">'
        f'<p class="dw-area-facts">{escape(_facts(page))}<span class="dw-area-due">{escape(_due(page))}</span></p>'
        f'<h2>{escape(lead)}</h2><p class="dw-area-more">{escape(more(found, page.names, language))}</p></header>'
        + _why(page)
    )


def _facts(page: AreaPage) -> str:
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


def _due(page: AreaPage) -> str:
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


def _why(page: AreaPage) -> str:
    """Why the sentence stands there, with the other findings, folded."""
    language = page.context.language
    parts = []
    for number, found in enumerate(page.findings):
        rule, lines = why(found, page.theme, page.names, language)
        if number:
            lead = first(found, page.theme, page.names, language)
            told = more(found, page.names, language)
            parts.append(f"<p><strong>{escape(lead)}</strong> {escape(told)}</p>")
        items = "".join(f"<li>{escape(line)}</li>" for line in lines)
        parts.append(f"<p>{escape(rule)}</p><ul>{items}</ul>" if items else f"<p>{escape(rule)}</p>")
        if number == 0 and len(page.findings) > 1:
            parts.append(f"<h3>{escape(text('gebied.other_findings', language))}</h3>")
    rows = page.indicator_texts.rows
    told_of = [rows[member.line.indicator] for found in page.findings for member in found.members]
    parts += [f"<p>{escape(words)}</p>" for words in helplines(page.context, told_of)]
    summary = escape(text("gebied.why", language))
    return f'<details class="dw-help dw-why"><summary>{summary}</summary>{"".join(parts)}</details>'


def _tiles(page: AreaPage) -> None:
    """Six to eight figures, each a way to its map."""
    context = page.context
    cards = [
        page.card(
            item,
            link(
                context,
                "verkennen",
                {"indicator": item.line.indicator, "level": page.level, "area": str(page.area["code"])},
            ).lstrip("/"),
        )
        for item in page.tiles()
    ]
    st.html(figure.figures(cards, text("gebied.tiles", context.language)))
    if page.level == "wijk":
        st.html(markup.note(text("gebied.more_figures", context.language)))


def _rest(page: AreaPage) -> None:
    """Every other figure by domain, folded, and the ways on."""
    context = page.context
    language = context.language
    rows = page.indicator_texts.rows
    shown = [item.line.indicator for item in page.tiles()] + [line.indicator for line in page.all_lines]
    helpline.show(context, [rows[indicator] for indicator in dict.fromkeys(shown)])
    st.subheader(text("gebied.rest_title", language), anchor=False)
    header = [
        text(f"profiel.column_{name}", language, reference=page.reference)
        for name in ("indicator", "value", "margin", "reference", "verdict")
    ]
    folded = []
    for domain, members in groupby(page.all_lines, key=lambda line: line.domain):
        found = list(members)
        name = content.domain_name(domain, context)
        title = plural("gebied.rest_count", len(found), language, name=name)
        cells = [row[:5] for row in content.table_words(found, language)]
        folded.append(
            f'<details class="dw-fold"><summary>{escape(title)}</summary>{markup.table(header, cells)}</details>'
        )
    st.html("".join(folded) or markup.note(text("shared.no_figures", language)))
    code, gemeente = str(page.area["code"]), str(page.area["gemeente_code"] or page.area["code"])
    with st.container(horizontal=True):
        chosen = {"gemeente": gemeente, **({"wijk": code} if page.level == "wijk" else {})}
        page_link(
            context, "profiel", text("gebied.rest_open", language, area=page.area["name"]),
            ":material/list_alt:", compare=page.comparator, **chosen,
        )  # fmt: skip
        page_link(
            context, "rapport", text("gebied.report", language), ":material/description:",
            level=page.level, area=code, compare=page.comparator,
        )  # fmt: skip
