"""What a profile says about an area, for page and report alike: sentences, the drawing of a domain, and its table."""

from __future__ import annotations

from collections import Counter

from apps.dashboard.components import downloads, quality_strip
from apps.dashboard.components.charts.spine import SpineRow, position, spine
from apps.dashboard.profile.lines import Line
from apps.dashboard.wording import beside
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.numbers import rounded
from apps.dashboard.wording.sentences import age_words
from apps.dashboard.wording.texts import has_text, listing, plural, text, word
from datawerkplaats.base.errors import Language
from datawerkplaats.statistics import explain

MOST_NAMES = 4


def key_of(line: Line, code: str) -> tuple[str, str, int, str, str]:
    """Which figure a line shows: indicator, area, year, age and sex."""
    return line.indicator, code, line.year, line.age, "total"


def summary(area: str, lines: list[Line], reference: str, language: Language) -> str:
    """How many figures there are, which differ from the reference beyond their margin, and what cannot be said."""
    known = [line for line in lines if line.value is not None]
    if not known:
        return text("profiel.summary_none", language, area=area)
    parts = [plural("profiel.summary_count", len(known), language, area=area)]
    for kind in ("higher", "lower"):
        names = [line.title for line in known if line.verdict == kind]
        if names:
            shown = names[:MOST_NAMES]
            more = len(names) - len(shown)
            told = (
                listing(shown, language)
                if not more
                else f"{', '.join(shown)} {text('verkennen.and_more', language, count=more)}"
            )
            parts.append(text(f"profiel.summary_{kind}", language, reference=reference, names=told))
    counts = Counter(line.verdict for line in known)
    if counts["no_interval"]:
        parts.append(plural("profiel.summary_no_interval", counts["no_interval"], language))
    hidden = len(lines) - len(known)
    if hidden:
        parts.append(plural("profiel.summary_hidden", hidden, language))
    return " ".join(parts)


def domain_name(domain: str, context: Context) -> str:
    """The heading of a domain: the question of its role, and the name of its component or level."""
    role, _, name = domain.partition("_")
    question = context.of_theme(next(words for key, words in context.theme.headings.items() if key == role))
    if not name:
        return question
    part = context.theme.framework.components.get(name) if role == "indicator" else None
    if part is not None:
        return f"{question} {context.of_theme(part.heading or part.title)}"
    key = f"profiel.part_{name}"
    return f"{question} {text(key, context.language) if has_text(key) else name}"


def domain_label(members: list[Line], reference: str, context: Context) -> str:
    """What a folded domain says of itself: how many figures, and how many of them differ beyond their margin."""
    language = context.language
    name = domain_name(members[0].domain, context)
    told = plural("gebied.rest_count", len(members), language, name=name)
    counts = Counter(line.verdict for line in members if line.value is not None)
    differ = [
        text(f"profiel.fold_{kind}", language, count=counts[kind])
        for kind in ("higher", "lower")
        if counts[kind]
    ]
    if not differ:
        return told
    return f"{told} · {text('profiel.fold_than', language, differ=listing(differ, language), reference=reference)}"


def domain_drawing(members: list[Line], reference: str, context: Context) -> downloads.Drawing | None:
    """Where the area lies among its peers, for the figures of one domain of which peers are known."""
    language, drawn = context.language, [line for line in members if line.p25 is not None]
    if not drawn:
        return None
    rows = [
        SpineRow(
            line.title,
            line.style.value(line.value) if line.value is not None else state_of(line, language),
            position(line.p25, line.low, line.high) or 0.0,
            position(line.p75, line.low, line.high) or 0.0,
            position(line.value, line.low, line.high),
            position(line.reference, line.low, line.high),
        )
        for line in drawn
    ]
    words = {key: text(f"profiel.{key}", language) for key in ("low", "high", "area")}
    words["indicator"] = text("shared.column_indicator", language)
    domain = domain_name(members[0].domain, context)
    return downloads.Drawing(
        spine(rows, words), text("profiel.alt", language, domain=domain, reference=reference)
    )


def counts_of(lines: list[Line]) -> quality_strip.Counts:
    """How many figures are counted, estimated, or hidden or missing."""
    known = [line for line in lines if line.value is not None]
    modelled = sum(line.is_modelled for line in known)
    years = tuple(sorted({line.year for line in known}))
    return quality_strip.Counts(len(known) - modelled, modelled, len(lines) - len(known), years)


def quality_flag(line: Line, language: Language) -> str:
    """The kind of figure with its symbol."""
    known = "≈" if line.is_modelled else "◌" if line.status in ("provisional", "imputed") else "●"
    symbol = known if line.value is not None else "▨"
    return f"{symbol} {state_of(line, language)}"


def state_of(line: Line, language: Language) -> str:
    """What kind of figure it is, or why there is none."""
    if line.value is None:
        if line.status == "suppressed":
            return (
                word("reason", line.reason or "", language)
                if line.reason
                else text("verkennen.state_suppressed", language)
            )
        return text("verkennen.state_missing", language)
    if line.is_modelled:
        return text("verkennen.state_modelled", language)
    key = f"verkennen.state_{line.status}"
    return (
        text(key, language)
        if line.status in ("provisional", "imputed")
        else text("profiel.state_counted", language)
    )


def trend_words(line: Line, language: Language) -> str:
    """What the trend test says, or why there is no trend."""
    if line.trend == "modelled_series":
        return text("profiel.trend_refused", language)
    return (
        text(f"profiel.trend_{line.trend}", language)
        if has_text(f"profiel.trend_{line.trend}")
        else explain(line.trend, language)
    )


def table_words(members: list[Line], language: Language) -> list[list[str]]:
    """The rows of a domain's table as they are shown."""
    rows = []
    for line in members:
        style = line.style
        spread = "" if line.low is None else f"{style.short(line.low)} – {style.short(line.high)}"
        rows.append(
            [
                f"{line.title} ({line.when}, {age_words(line.age, language)})",
                style.value(line.value),
                style.interval(line.lower, line.upper),
                beside.told(style.value(line.reference), line.reference_estimated, line.official, style),
                text(f"profiel.verdict_{line.verdict}", language),
                spread,
                quality_flag(line, language),
                trend_words(line, language),
            ]
        )
    return rows


def comparison_notes(lines: list[Line], reference: str, language: Language) -> list[str]:
    """What is to be known of the figures compared with: means made here, and means of estimates where a survey says another.

    Args:
        lines: The figures shown.
        reference: What they are compared with.
        language: Of the page.
    """
    notes = []
    if any(line.reference_computed for line in lines):
        notes.append(text("profiel.computed_reference", language))
    if any(line.reference_estimated for line in lines):
        notes.append(text("profiel.estimated_reference", language, reference=reference))
    surveys = [(line, line.official) for line in lines if line.official is not None]
    if surveys:
        named = "; ".join(f"{line.title} {line.style.value(official)}" for line, official in surveys)
        notes.append(text("profiel.survey_reference", language, named=named))
    return notes


def _kind_of_reference(line: Line, language: Language) -> str:
    if line.reference is None:
        return ""
    kind = "estimated" if line.reference_estimated else "computed" if line.reference_computed else "delivered"
    return text(f"profiel.reference_{kind}", language)


def restated_note(lines: list[Line], language: Language) -> str:
    """How many figures were moved to the boundaries of now, and how many of them are without a margin; empty for none."""
    moved = [line for line in lines if line.restated and line.value is not None]
    if not moved:
        return ""
    vintage = max(line.restated[1] for line in moved if line.restated)
    told = [plural("gebieden.some_restated", len(moved), language, vintage=vintage)]
    if without := sum(line.lower is None or line.upper is None for line in moved):
        told.append(plural("gebieden.restated_without_margin", without, language))
    return " ".join(told)


def as_table(lines: list[Line], reference: str, language: Language) -> downloads.Shown:
    """The same figures as numbers, rounded as on the page."""
    names = ("indicator", "value", "margin", "reference", "verdict", "range", "quality", "trend")
    columns = [text(f"profiel.column_{name}", language, reference=reference) for name in names]
    more = [
        text(f"profiel.column_{name}", language)
        for name in ("low", "p25", "p75", "high", "lower", "upper", "year")
    ]

    def number(line: Line, value: float | None) -> float | None:
        return None if value is None else float(rounded(value, line.style.decimals))

    more += [
        text(f"profiel.column_{name}", language, reference=reference)
        for name in ("reference_kind", "official")
    ]
    rows = []
    for line, words in zip(lines, table_words(lines, language), strict=True):
        spread = [
            number(line, part) for part in (line.low, line.p25, line.p75, line.high, line.lower, line.upper)
        ]
        rows.append(
            (
                line.title,
                number(line, line.value),
                words[2],
                number(line, line.reference),
                words[4],
                words[5],
                words[6],
                words[7],
                *spread,
                line.when,
                _kind_of_reference(line, language),
                number(line, line.official),
            )
        )
    hidden = frozenset((i, 1) for i, x in enumerate(lines) if x.value is None and x.status == "suppressed")
    return downloads.Shown((*columns, *more), tuple(rows), hidden)
