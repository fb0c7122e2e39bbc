"""The content of an area report, built once for every format: summary, domains, years, and how to read and trace it."""

from __future__ import annotations

from itertools import groupby

from apps.dashboard.components import notes
from apps.dashboard.components.chart_files import stacked
from apps.dashboard.components.downloads import HIDDEN
from apps.dashboard.data import periods
from apps.dashboard.data import release as published_release
from apps.dashboard.profile.content import (
    comparison_notes,
    domain_drawing,
    domain_name,
    key_of,
    state_of,
    summary,
    trend_words,
)
from apps.dashboard.profile.lines import Line
from apps.dashboard.report import about, doing_part, helping_part, programme_part, residents_part
from apps.dashboard.report.charts import difference_chart, year_charts
from apps.dashboard.report.model import (
    Block,
    Contents,
    Document,
    Facts,
    Figure,
    Heading,
    Paragraph,
    Points,
    Table,
)
from apps.dashboard.report.request import Request
from apps.dashboard.wording import beside, regions
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.figures import Format
from apps.dashboard.wording.helplines import helplines
from apps.dashboard.wording.numbers import format_date, format_number, rounded
from apps.dashboard.wording.sentences import age_words
from apps.dashboard.wording.texts import has_text, listing, text, word
from datawerkplaats.base.errors import DataProblem, Language
from datawerkplaats.catalogue.regions import Partner

MOST_YEARS = 8  # columns that fit on A4
CHART_WIDTH = 680


def build(request: Request) -> Document:
    """The report that was asked for."""
    context, language = request.context, request.context.language
    level = text(f"rapport.one_{request.level}", language)
    published = format_date(context.release.published_at, language)
    return Document(
        title=text("rapport.document_title", language, area=request.full_name),
        subtitle=text(
            "rapport.subtitle",
            language,
            level=level,
            region=context.in_region,
            date=published,
            theme=context.of_theme(context.theme.title),
        ),
        language=language,
        author=context.product,
        keywords=(request.name, str(request.area["code"]), context.release.id),
        running=text("rapport.running", language, area=request.full_name, release=context.release.id),
        page_words=text("rapport.page_words", language),
        contents_title=text("rapport.contents", language),
        blocks=(
            *_opening(request),
            Contents(),
            *residents_part.blocks(request),
            *_domains(request),
            *_years(request),
            *helping_part.blocks(request),
            *doing_part.blocks(request),
            *programme_part.blocks(request),
            *_notes(request),
            *about.blocks(request),
        ),
        **regions.dressed(context.region),
    )


def _notes(request: Request) -> list[Block]:
    """What people made of exactly these figures; nothing where nobody did, or where the store is away."""
    context = request.context
    try:
        keys = [key_of(line, str(request.area["code"])) for line in request.lines]
        found = notes.of(context.subject, keys, context.release)
    except DataProblem:
        return []
    told = [notes.words(context, note, with_figure=True) for key in keys for note in found.get(key, [])]
    title = text("notities.report_title", context.language)
    return [Heading(1, title), Points(tuple(dict.fromkeys(told)))] if told else []


def _opening(request: Request) -> list[Block]:
    context, language = request.context, request.context.language
    blocks: list[Block] = []
    if made_up := regions.made_up(context):
        blocks.append(Paragraph(made_up, "warn"))
    blocks += [
        Heading(1, text("rapport.summary_title", language)),
        Paragraph(summary(request.name, request.lines, request.reference, language), "lead"),
        Facts(tuple(_key_facts(request))),
    ]
    drawing = difference_chart(request) if request.with_charts else None
    if drawing:
        caption = text("rapport.difference_caption", language, area=request.name, reference=request.reference)
        blocks += [Heading(2, text("rapport.difference_title", language)), Figure(drawing, caption)]
    told = helplines(context, (request.indicator_texts.rows[line.indicator] for line in request.lines))
    blocks += [Paragraph(words, "warn") for words in told]
    return blocks


def _key_facts(request: Request) -> list[tuple[str, str]]:
    context, language, area = request.context, request.context.language, request.area
    parents = [str(area[f"{key}_name"] or "") for key in ("gemeente", "ggd_region", "province")]
    above = [name for name in dict.fromkeys(parents) if name not in ("", request.name)]
    domains = [
        domain_name(domain, context) for domain in dict.fromkeys(line.domain for line in request.lines)
    ]
    chosen = "; ".join(domains) if request.domains else text("rapport.all_domains", language)
    facts = [
        ("area", f"{request.name} ({area['code']})"),
        ("inside", listing(above, language)),
        ("residents", format_number(area["population"], 0, language) if area["population"] else ""),
        ("compare", request.reference),
        ("partners", listing([partner.name for partner in _partners(context)], language)),
        ("domains", chosen),
        ("dates", about.data_dates(request)),
        ("release", f"{context.release.id} ({format_date(context.release.published_at, language)})"),
    ]
    return [(text(f"rapport.fact_{name}", language), value) for name, value in facts if value]


def _partners(context: Context) -> tuple[Partner, ...]:
    return context.region.partners if context.region else ()


def _domains(request: Request) -> list[Block]:
    language = request.context.language
    words = {"area": request.name, "reference": request.reference}
    blocks: list[Block] = []
    for domain, members in groupby(request.lines, key=lambda line: line.domain):
        found = list(members)
        name = domain_name(domain, request.context)
        blocks.append(Heading(1, name))
        drawing = domain_drawing(found, request.reference, request.context) if request.with_charts else None
        if drawing:
            blocks.append(Figure(drawing, text("rapport.spine_caption", language, **words)))
        blocks.append(_table(request, name, found))
    told = comparison_notes(request.lines, request.reference, language)
    return [*blocks, *(Paragraph(words, "note") for words in told)]


def _table(request: Request, name: str, lines: list[Line]) -> Table:
    language = request.context.language
    header = tuple(
        text(f"profiel.column_{key}", language, reference=request.reference)
        for key in ("indicator", "value", "margin", "reference")
    ) + tuple(text(f"rapport.column_{key}", language) for key in ("difference", "trend", "quality"))
    rows = tuple(
        (
            f"{title_with_unit(line)} ({line.when}, {age_words(line.age, language)})",
            shown(line.value, line.status, line.style),
            _margin(line),
            beside.told(
                shown(line.reference, "", line.style), line.reference_estimated, line.official, line.style
            )
            + ("†" if line.reference_computed else ""),
            difference_words(line),
            trend_tag(line, language),
            state_of(line, language),
        )
        for line in lines
    )
    caption = text(
        "rapport.table_caption", language, domain=name, area=request.name, reference=request.reference
    )
    return Table(caption, header, rows, (30, 10, 14, 15, 18, 14, 16), frozenset({1, 2, 3}))


def title_with_unit(line: Line) -> str:
    """The name of a figure, with its unit where that is too long to stand at every number."""
    return line.title if line.style.is_short else f"{line.title}, {line.style.unit.strip('()')}"


def shown(value: float | None, status: str, style: Format) -> str:
    """A figure as a report writes it: an x where it is hidden, a dash where there is none."""
    return HIDDEN if value is None and status == "suppressed" else style.short(value)


def _margin(line: Line) -> str:
    if line.value is None:
        return ""
    told = line.style.interval(line.lower, line.upper)
    return (
        f"{told}{'*' if line.margin_computed else ''}"
        if told
        else text("rapport.no_margin", line.style.language)
    )


def trend_tag(line: Line, language: Language) -> str:
    """The trend in few words, or why there is none."""
    key = f"rapport.trend_{line.trend}"
    return text(key, language) if has_text(key) else trend_words(line, language)


def difference_words(line: Line) -> str:
    """The verdict in words, with the size of a difference that lies beyond the margin."""
    verdict = text(f"profiel.verdict_{line.verdict}", line.style.language)
    if line.verdict not in ("higher", "lower") or line.value is None or line.reference is None:
        return verdict
    size = rounded(line.value, line.style.decimals) - rounded(line.reference, line.style.decimals)
    return f"{verdict}: {line.style.difference(float(size))}"


def _years(request: Request) -> list[Block]:
    """All years of every figure, years as columns; the reasons of what is hidden stand below."""
    language = request.context.language
    cells = {
        (line.indicator, row["year"]): _year_cell(request, line, row)
        for line in request.lines
        for row in request.years.get(line.indicator, [])
    }
    if not cells:
        return []
    blocks: list[Block] = [
        Heading(1, text("rapport.years_title", language), starts_page=True),
        Paragraph(text("rapport.years_intro", language)),
    ]
    drawings = year_charts(request) if request.with_charts else []
    if drawings:
        caption = text("rapport.years_caption", language)
        blocks.append(Figure(stacked(drawings, CHART_WIDTH, label_room=60, columns=2), caption))
    every = sorted({year for _, year in cells})
    count = -(-len(every) // MOST_YEARS)
    # As wide as each other, newest first.
    parts = [every[len(every) * i // count : len(every) * (i + 1) // count] for i in reversed(range(count))]
    for part in parts:
        rows = [
            (
                f"{title_with_unit(line)} ({age_words(line.age, language)})",
                *(cells.get((line.indicator, year), "") for year in part),
            )
            for line in request.lines
            if any((line.indicator, year) in cells for year in part)
        ]
        first, last = str(part[0]), str(part[-1])
        caption = text("rapport.years_table", language, area=request.name, first=first, last=last)
        header = (text("profiel.column_indicator", language), *map(str, part))
        widths = (34, *((8,) * len(part)))
        blocks.append(Table(caption, header, tuple(rows), widths, frozenset(range(1, len(part) + 1))))
    return [*blocks, Paragraph(text("rapport.years_signs", language), "note"), *_hidden_years(request)]


def _year_cell(request: Request, line: Line, row: published_release.Row) -> str:
    modelled = bool(row["is_modelled"])
    told = shown(row["value"], row["status"], request.indicator_texts.style(line.indicator, modelled))
    period = periods.when(request.context.release, line.indicator, row["year"])
    told = told if period == str(row["year"]) else f"{told} ({period})"
    return f"≈\u202f{told}" if modelled and row["value"] is not None else told


def _hidden_years(request: Request) -> list[Block]:
    language = request.context.language
    found = []
    for line in request.lines:
        hidden = [
            f"{row['year']}: {word('reason', row['reason'] or 'source_secret', language)}"
            for row in request.years.get(line.indicator, [])
            if row["value"] is None and row["status"] == "suppressed"
        ]
        if hidden:
            found.append((line.title, "; ".join(hidden)))
    return [Heading(2, text("rapport.hidden_years", language)), Facts(tuple(found))] if found else []
