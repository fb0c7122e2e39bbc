"""The last chapters of a report: how to read it, what is hidden, the sources with their caveats, the definitions, the trace."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from apps.dashboard.data import queries
from apps.dashboard.data import release as published_release
from apps.dashboard.profile.content import domain_name
from apps.dashboard.profile.lines import domain_of
from apps.dashboard.report.model import Block, Facts, Heading, Paragraph, Points
from apps.dashboard.report.request import Request
from apps.dashboard.wording.numbers import format_date, format_number
from apps.dashboard.wording.sentences import instrument
from apps.dashboard.wording.texts import listing, plural, text, word
from datawerkplaats.base.errors import Language

_READING = ("value", "margin", "difference", "spine", "trend", "model", "care")


def blocks(request: Request) -> list[Block]:
    """The chapters that make the report traceable."""
    language = request.context.language
    return [
        Heading(1, text("rapport.reading_title", language), starts_page=True),
        Points(tuple(text(f"rapport.reading_{part}", language) for part in _READING)),
        Heading(2, text("rapport.hidden_title", language)),
        Paragraph(hidden_words(request)),
        *_absent(request),
        Heading(1, text("rapport.sources_title", language)),
        Facts(tuple(_sources(request))),
        Heading(1, text("rapport.definitions_title", language)),
        Facts(tuple(_definitions(request))),
        Heading(1, text("rapport.trace_title", language)),
        Facts(tuple(_trace(request))),
    ]


def data_dates(request: Request) -> str:
    """When the data of the report were retrieved: one date, or the first and the last."""
    language = request.context.language
    moments: list[datetime] = [
        moment
        for line in request.lines
        if (moment := request.indicator_texts.rows[line.indicator]["retrieved_at"])
    ]
    if not moments:
        return ""
    first, last = format_date(min(moments), language), format_date(max(moments), language)
    return first if first == last else text("rapport.dates", language, first=first, last=last)


def hidden_words(request: Request) -> str:
    """How many figures are hidden or were not measured, with the reasons of the hidden ones."""
    language = request.context.language
    reasons = Counter(
        line.reason or "source_secret"
        for line in request.lines
        if line.value is None and line.status == "suppressed"
    )
    missing = sum(line.value is None and line.status != "suppressed" for line in request.lines)
    parts = []
    if reasons:
        named = [f"{word('reason', reason, language)} ({count})" for reason, count in sorted(reasons.items())]
        parts.append(plural("rapport.hidden", reasons.total(), language, reasons=listing(named, language)))
    if missing:
        parts.append(plural("rapport.missing", missing, language))
    if not parts:
        parts.append(text("rapport.nothing_hidden", language))
    return " ".join([*parts, text("rapport.hidden_rule", language)])


def absent_words(request: Request, language: Language) -> str:
    """How many figures there are of gemeenten but not of such an area, and why; nothing where there are none."""
    if not request.absent:
        return ""
    level = text(f"rapport.one_{request.level}", language).split(" (")[0]
    count = plural("rapport.absent", len(request.absent), language, level=level)
    return (
        f"{count} {text('rapport.absent_why_' + ('wijk' if request.level == 'wijk' else 'larger'), language)}"
    )


def _absent(request: Request) -> list[Block]:
    """Which figures there are not, by subject, with the reason."""
    language = request.context.language
    if not request.absent:
        return []
    domains: dict[str, list[str]] = {}
    for indicator in request.absent:
        domain = domain_of(request.indicator_texts.rows[indicator])
        domains.setdefault(domain_name(domain, request.context), []).append(
            request.indicator_texts.title(indicator)
        )
    return [
        Heading(2, text("rapport.absent_title", language)),
        Paragraph(absent_words(request, language)),
        Facts(tuple((name, listing(sorted(titles), language)) for name, titles in domains.items())),
    ]


def _caveats(request: Request) -> dict[str, list[str]]:
    """Per source the caveats that more than one of its figures has: those are said once, with the source."""
    counted: dict[str, Counter[str]] = {}
    for line in request.lines:
        row = request.indicator_texts.rows[line.indicator]
        counted.setdefault(row["source_id"], Counter()).update(_sentences(request, row))
    return {source: [told for told, count in found.items() if count > 1] for source, found in counted.items()}


def _sentences(request: Request, row: published_release.Row) -> list[str]:
    caveats = request.context.title_of(row, "caveats").splitlines()
    return [told for told in dict.fromkeys(map(str.strip, caveats)) if told]


def _sources(request: Request) -> list[tuple[str, str]]:
    context, language = request.context, request.context.language
    caveats = _caveats(request)
    found = []
    for row in queries.sources(context.release):
        if row["source_id"] not in caveats:
            continue
        licence = text("rapport.licence", language, licence=row["licence"] or "–")
        told = [f"{row['citation'] or row['publisher'] or ''}. {licence}."]
        if row["retrieved_at"]:
            date = format_date(row["retrieved_at"], language)
            told.append(text("rapport.retrieved", language, date=date) + ".")
        if (row["url_main"] or "").startswith("https://"):
            told.append(str(row["url_main"]))
        if row["is_model_estimate"]:
            told.append(text("rapport.source_model", language) + ".")
        if caveats[row["source_id"]]:
            told += [f"{text('verkennen.about_caveats', language)}:", *caveats[row["source_id"]]]
        found.append((context.title_of(row), " ".join(told)))
    return found


def _definitions(request: Request) -> list[tuple[str, str]]:
    context, language = request.context, request.context.language
    shared = _caveats(request)
    addresses = Counter(
        request.indicator_texts.rows[line.indicator]["methodology_url"] for line in request.lines
    )
    found = []
    for line in request.lines:
        row = request.indicator_texts.rows[line.indicator]
        asked = instrument(row, language)
        own = [told for told in _sentences(request, row) if told not in shared[row["source_id"]]]
        address = str(row["methodology_url"] or "")
        parts = [
            context.title_of(row, "description"),
            f"{text('verkennen.about_instrument', language)}: {asked}." if asked else "",
            f"{text('verkennen.about_population', language)}: {context.title_of(row, 'population')}.",
            f"{text('verkennen.about_caveats', language)}: {' '.join(own)}" if own else "",
            context.title_of(row, "helpline"),
            f"{text('verkennen.about_source', language)}: {context.title_of(row, 'source_title')}.",
            address if address.startswith("https://") and addresses[address] == 1 else "",
        ]
        found.append((line.title, " ".join(filter(None, parts))))
    return found


def _trace(request: Request) -> list[tuple[str, str]]:
    context, language = request.context, request.context.language
    release = context.release
    facts = queries.publication_facts(release)
    failed, passed = facts["checks_failed"] or 0, facts["checks_passed"] or 0
    carried_out = passed + failed + (facts["checks_warned"] or 0)
    checks = text(
        "rapport.checks",
        language,
        passed=format_number(passed, 0, language),
        all=format_number(carried_out, 0, language),
    )
    items = [
        ("release", release.id),
        ("published", format_date(release.published_at, language)),
        ("mode", text(f"common.mode_{release.mode}", language)),
        ("checks", checks),
        ("link", request.address),
        ("method", text("rapport.method", language)),
        ("licence", text("rapport.own_licence", language)),
    ]
    return [(text(f"rapport.trace_{name}", language), value) for name, value in items if value]
