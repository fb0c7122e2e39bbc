"""Kwaliteit en herkomst: how recent and how good the figures are, what is hidden and why, and where each figure comes from."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import streamlit as st

from apps.dashboard.components import downloads, freshness_table, markup
from apps.dashboard.components.address import Address
from apps.dashboard.components.headline import headline
from apps.dashboard.data import queries
from apps.dashboard.data import release as published_release
from apps.dashboard.data.freshness import freshness
from apps.dashboard.views.kwaliteit import checks_part, disclosure_part, gaps_part, lineage
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.numbers import NO_VALUE, format_date, format_number
from apps.dashboard.wording.texts import has_text, text, word

_LEVELS = ("country", "province", "corop", "ggd_region", "gemeente", "wijk", "buurt")


def render(context: Context) -> None:
    """Draw the page."""
    language = context.language
    st.title(text("kwaliteit.title", language), anchor=False)
    address = Address("kwaliteit", language)
    facts = queries.publication_facts(context.release)
    sources = {row["source_id"]: row for row in queries.sources(context.release)}
    late = _late(list(sources.values()))
    total = facts["checks_passed"] + facts["checks_failed"] + facts["checks_warned"]
    passed, carried_out = (format_number(n, 0, language) for n in (facts["checks_passed"], total))
    sentence = text("kwaliteit.sentence", language, passed=passed, total=carried_out, id=context.release.id)
    headline(f"{sentence} {_late_words(context, late)}".strip())
    _trace(context, address, facts, sources)
    freshness_table.show(context)
    _hidden_overall(context, sources)
    disclosure_part.cost(context, {level: _level(level, context) for level in _LEVELS})
    gaps_part.show(context)
    _checks(context, facts)
    address.settle()


def _late(sources: list[published_release.Row]) -> list[published_release.Row]:
    today = datetime.now(UTC).date()
    return [source for source in sources if freshness(source, today).state == "late"]


def _late_words(context: Context, late: list[published_release.Row]) -> str:
    if not late:
        return ""
    names = ", ".join(context.title_of(source) for source in late)
    return text("kwaliteit.late", context.language, names=names)


def _trace(
    context: Context,
    address: Address,
    facts: published_release.Row,
    sources: dict[str, published_release.Row],
) -> None:
    language = context.language
    st.subheader(text("kwaliteit.trace_title", language), anchor=False)
    indicator_texts = IndicatorTexts(context)
    menu = sorted(
        indicator_texts.rows,
        key=lambda item: (
            queries.MARTS.index(indicator_texts.rows[item]["mart"]),
            indicator_texts.title(item),
        ),
    )
    if not menu:
        st.info(text("shared.no_figures", language))
        return
    delivered = (
        item
        for item in menu
        if sources.get(indicator_texts.rows[item]["source_id"], {}).get("status") == "loaded"
    )
    indicator = address.one(
        "indicator",
        menu,
        next(delivered, menu[0]),
        text("shared.column_indicator", language),
        indicator_texts.menu_title,
    )
    row = indicator_texts.rows[indicator]
    told = [
        (text(f"kwaliteit.step_{step}", language), _step_words(context, found))
        for step, found in lineage.steps(row, sources.get(row["source_id"]), facts)
    ]
    st.html(markup.definitions(told))
    reasons = lineage.hidden(context.release, indicator)
    columns = tuple(
        text(f"kwaliteit.column_{name}", language) for name in ("level", "year", "state", "reason", "cells")
    )
    shown = downloads.Shown(
        columns,
        tuple(
            (
                _level(item["level"], context), item["year"], _state(item["status"], context),
                word("reason", item["reason"], language) if item["reason"] else "", item["cells"],
            )
            for item in reasons
        ),
    )  # fmt: skip
    with st.expander(
        text("kwaliteit.hidden_title", language, title=indicator_texts.title(indicator)),
        icon=":material/visibility_off:",
    ):
        st.html(markup.note(text("kwaliteit.hidden_note", language)))
        st.html(markup.table(columns, [[_words(cell, context) for cell in row] for row in shown.rows]))
        downloads.panel(
            context, "kwaliteit_verborgen", f"{indicator_texts.title(indicator)} {columns[2]}", shown, [row]
        )
    checks_part.about(context, row)


def _step_words(context: Context, step: dict[str, Any]) -> str:
    language = context.language
    lines = []
    for name, value in step.items():
        if value in (None, ""):
            continue
        if isinstance(value, datetime):
            shown = format_date(value, language)
        elif isinstance(value, int):
            shown = format_number(value, 0, language)
        else:
            shown = str(value)
        label = text(f"kwaliteit.fact_{name}", language)
        lines.append(f"{label}: {shown}" if label else shown)
    return "\n".join(lines) or NO_VALUE


def _words(cell: object, context: Context) -> str:
    if isinstance(cell, int):
        return str(cell) if 1900 <= cell <= 2100 else format_number(cell, 0, context.language)
    return "" if cell is None else str(cell)


def _level(level: str, context: Context) -> str:
    return (
        text(f"kwaliteit.level_{level}", context.language) if has_text(f"kwaliteit.level_{level}") else level
    )


def _state(status: str, context: Context) -> str:
    return (
        text(f"kwaliteit.state_{status}", context.language)
        if has_text(f"kwaliteit.state_{status}")
        else status
    )


def _hidden_overall(context: Context, sources: dict[str, published_release.Row]) -> None:
    language = context.language
    st.subheader(text("kwaliteit.overall_title", language), anchor=False)
    names = ("source", "level", "cells", "known", "suppressed", "missing")
    columns = tuple(text(f"kwaliteit.column_{name}", language) for name in names)
    shown = downloads.Shown(
        columns,
        tuple(
            (
                context.title_of(sources[row["source_id"]]) if row["source_id"] in sources else row["source_id"],
                _level(row["level"], context), *(row[name] for name in names[2:]),
            )
            for row in lineage.hidden_overall(context.release)
        ),
    )  # fmt: skip
    st.html(markup.note(text("kwaliteit.hidden_note", language)))
    cells = [
        [str(row[0]), str(row[1]), *(format_number(float(n or 0), 0, language) for n in row[2:])]
        for row in shown.rows
    ]
    st.html(markup.table(columns, cells))
    downloads.panel(context, "kwaliteit", text("kwaliteit.overall_title", language), shown, [])


def _checks(context: Context, facts: published_release.Row) -> None:
    language = context.language
    st.subheader(text("start.quality_title", language), anchor=False)
    checks_part.overview(context)
    checks_part.approved(context)
    run = facts["dagster_run_id"] or NO_VALUE
    st.html(markup.note(text("kwaliteit.run", language, run=run, engine=facts["engine_version"] or NO_VALUE)))
