"""Gebiedsprofiel: everything about one gemeente or wijk on one screen, by domain."""

from __future__ import annotations

from collections import Counter
from itertools import groupby

import streamlit as st

from apps.dashboard.components import downloads, markup, plot, quality_strip
from apps.dashboard.components.address import Address
from apps.dashboard.components.charts.spine import SpineRow, place, spine
from apps.dashboard.components.headline import headline
from apps.dashboard.data import cube, history, profile, queries
from apps.dashboard.profile import ages, pyramid
from apps.dashboard.profile.lines import COMPARATORS, Line, lines
from apps.dashboard.views.verkennen.sentences import age_words
from apps.dashboard.wording.context import LANGUAGE_PARAMETER, Context
from apps.dashboard.wording.indicators import Book
from apps.dashboard.wording.numbers import format_number, rounded
from apps.dashboard.wording.texts import has_text, listing, plural, text, word
from datawerkplaats.base.errors import Language
from datawerkplaats.statistics import explain

WHOLE = "-"
MOST_NAMES = 4


def render(context: Context) -> None:
    """Draw the page."""
    release, language = context.release, context.language
    address = Address("profiel", language)
    title = st.empty()
    gemeenten = {row["code"]: row for row in cube.regions(release, "gemeente")}
    if not gemeenten:
        st.info(text("shared.no_figures", language))
        return
    wijken_of: dict[str, list[str]] = {}
    wijken = {row["code"]: row for row in cube.regions(release, "wijk")}
    for code, row in wijken.items():
        wijken_of.setdefault(row["gemeente_code"], []).append(code)
    first, second, third = st.columns(3)
    gemeente = address.one(
        "gemeente", list(gemeenten), next(iter(gemeenten)), text("shared.gemeente", language),
        lambda code: gemeenten[code]["name"], place=first, forgets=("wijk",),
        replaced=lambda code: history.replaced(release, code),
    )  # fmt: skip
    wijk = address.one(
        "wijk", [WHOLE, *wijken_of.get(gemeente, [])], WHOLE, text("shared.wijk", language),
        lambda code: text("profiel.whole_gemeente", language) if code == WHOLE else wijken[code]["name"], place=second,
        replaced=lambda code: history.replaced(release, code),
    )  # fmt: skip
    level, code = ("gemeente", gemeente) if wijk == WHOLE else ("wijk", wijk)
    area = gemeenten[gemeente] if level == "gemeente" else wijken[wijk]
    names = _comparators(context, area, gemeenten[gemeente], level)
    comparator = address.one(
        "compare", list(names), "country", text("profiel.compare", language), names.__getitem__, place=third
    )
    address.settle()
    book = Book(context)
    wanted = tuple(cube.moments(release, level, also_empty=True))
    lived = {**area, "gemeente_code": gemeente}
    rows = profile.profile(release, level, code, lived, wanted)
    found = lines(book, rows, cube.measured_years(release, level, code), comparator)
    title.title(text("profiel.title", language, area=area["name"]), anchor=False)
    _heading(context, area, found, level)
    moved = [row["restated"][1] for row in rows if row.get("restated")]
    if moved:
        st.html(markup.note(plural("gebieden.some_restated", len(moved), language, vintage=max(moved))))
    headline(summary(area["name"], found, names[comparator], language))
    drawings = pyramid.who_lives_there(context, lived, comparator, names[comparator], ages.ages(found))
    for domain, members in groupby(found, key=lambda line: line.domain):
        drawings += _domain(context, book, domain, list(members), names[comparator])
    only_larger = len(cube.moments(release, "gemeente", also_empty=True)) - len(wanted)
    if level == "wijk" and only_larger > 0:
        st.html(markup.note(plural("profiel.only_gemeente", only_larger, language)))
    if any(line.indicator.startswith("suicid") for line in found):
        st.html(markup.note(text("shared.suicide", language), "warn"))
    if any(line.reference_computed for line in found):
        st.html(markup.note(text("profiel.computed_reference", language)))
    with st.expander(text("shared.help_title", language), icon=":material/help:"):
        for part in ("margin", "quality", "trend"):
            st.markdown(text(f"profiel.help_{part}", language))
    st.subheader(text("shared.download_title", language), anchor=False)
    name = text("profiel.title", language, area=area["name"])
    downloads.panel(
        context,
        "profiel",
        name,
        as_table(found, names[comparator], language),
        [book.rows[x.indicator] for x in found],
        drawing=downloads.stacked(drawings) if drawings else None,
    )
    if "rapport" in context.links:
        label = text("rapport.from_profile", language, area=area["name"])
        parameters = {"level": level, "area": code, "compare": comparator, LANGUAGE_PARAMETER: language}
        st.page_link(
            context.links["rapport"], label=label, icon=":material/description:", query_params=parameters
        )


def _comparators(context: Context, area: queries.Row, gemeente: queries.Row, level: str) -> dict[str, str]:
    language = context.language
    country = "verkennen.country_fictional" if context.release.is_fictional else "verkennen.country"
    names = {
        "country": text(country, language),
        "province": area["province_name"],
        "ggd_region": area["ggd_region_name"],
        "gemeente": gemeente["name"] if level == "wijk" else None,
    }
    return {key: names[key] for key in COMPARATORS if names[key]}


def _heading(context: Context, area: queries.Row, found: list[Line], level: str) -> None:
    language = context.language
    items = [(area["name"] if level == "gemeente" else f"{area['name']} · {area['gemeente_name']}", "plain")]
    if area["population"]:
        count = format_number(area["population"], 0, language)
        items.append((text("verkennen.card_residents", language, count=count), "plain"))
    modelled = sum(line.is_modelled and line.value is not None for line in found)
    if modelled:
        items.append((plural("profiel.modelled_count", modelled, language), "model"))
    st.html(markup.badges(items))


def summary(area: str, found: list[Line], reference: str, language: Language) -> str:
    """How many figures there are, which differ from the reference beyond their margin, and what cannot be said."""
    known = [line for line in found if line.value is not None]
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
    hidden = len(found) - len(known)
    if hidden:
        parts.append(plural("profiel.summary_hidden", hidden, language))
    return " ".join(parts)


def domain_name(domain: str, language: Language) -> str:
    """The heading of a domain."""
    return text(f"profiel.domain_{domain}", language) if has_text(f"profiel.domain_{domain}") else domain


def domain_drawing(members: list[Line], reference: str, language: Language) -> downloads.Drawing | None:
    """Where the area lies among its peers, for the figures of one domain of which peers are known."""
    drawn = [line for line in members if line.p25 is not None]
    if not drawn:
        return None
    rows = [
        SpineRow(
            line.title,
            line.style.value(line.value) if line.value is not None else state_of(line, language),
            place(line.p25, line.low, line.high) or 0.0,
            place(line.p75, line.low, line.high) or 0.0,
            place(line.value, line.low, line.high),
            place(line.reference, line.low, line.high),
        )
        for line in drawn
    ]
    words = {key: text(f"profiel.{key}", language) for key in ("low", "high", "area")}
    words["indicator"] = text("shared.column_indicator", language)
    domain = domain_name(members[0].domain, language)
    return downloads.Drawing(
        spine(rows, words), text("profiel.alt", language, domain=domain, reference=reference)
    )


def _domain(
    context: Context, book: Book, domain: str, members: list[Line], reference: str
) -> list[tuple[str, downloads.Drawing]]:
    """Draw one domain; returns its chart with its title, if there is one."""
    language = context.language
    name = domain_name(domain, language)
    st.subheader(name, anchor=False)
    drawing = domain_drawing(members, reference, language)
    if drawing:
        how = plot.Help("profiel_spine", name, language)
        plot.draw(drawing.spec, key=f"spine_{domain}", alt=drawing.told, told=how)
        st.html(markup.note(drawing.told))
    shown = as_table(members, reference, language)
    texts = [["" if cell is None else str(cell) for cell in row] for row in _table_words(members, language)]
    st.html(markup.table(list(shown.columns[:8]), texts))
    quality_strip.strip(context, domain, counts_of(members), [book.rows[line.indicator] for line in members])
    return [(name, drawing)] if drawing else []


def counts_of(found: list[Line]) -> quality_strip.Counts:
    """How many figures are counted, estimated, or hidden or missing."""
    known = [line for line in found if line.value is not None]
    modelled = sum(line.is_modelled for line in known)
    years = tuple(sorted({line.year for line in known}))
    return quality_strip.Counts(len(known) - modelled, modelled, len(found) - len(known), years)


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


def _table_words(members: list[Line], language: Language) -> list[list[str]]:
    rows = []
    for line in members:
        style = line.style
        spread = "" if line.low is None else f"{style.short(line.low)} – {style.short(line.high)}"
        rows.append(
            [
                f"{line.title} ({line.year}, {age_words(line.age, language)})",
                style.value(line.value),
                style.interval(line.lower, line.upper),
                style.value(line.reference),
                text(f"profiel.verdict_{line.verdict}", language),
                spread,
                quality_flag(line, language),
                trend_words(line, language),
            ]
        )
    return rows


def as_table(found: list[Line], reference: str, language: Language) -> downloads.Shown:
    """The same figures as numbers, rounded as on the page."""
    names = ("indicator", "value", "margin", "reference", "verdict", "range", "quality", "trend")
    columns = [text(f"profiel.column_{name}", language, reference=reference) for name in names]
    more = [
        text(f"profiel.column_{name}", language)
        for name in ("low", "p25", "p75", "high", "lower", "upper", "year")
    ]

    def number(line: Line, value: float | None) -> float | None:
        return None if value is None else float(rounded(value, line.style.decimals))

    rows = []
    for line, told in zip(found, _table_words(found, language), strict=True):
        spread = [
            number(line, part) for part in (line.low, line.p25, line.p75, line.high, line.lower, line.upper)
        ]
        rows.append(
            (
                line.title,
                number(line, line.value),
                told[2],
                number(line, line.reference),
                told[4],
                told[5],
                told[6],
                told[7],
                *spread,
                line.year,
            )
        )
    hidden = frozenset((i, 1) for i, x in enumerate(found) if x.value is None and x.status == "suppressed")
    return downloads.Shown((*columns, *more), tuple(rows), hidden)
