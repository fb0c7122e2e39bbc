"""Inequality over time: the measures per year where they may be given, and otherwise the reason."""

from __future__ import annotations

import streamlit as st

from apps.dashboard.components import area_choice, downloads, markup, plot
from apps.dashboard.components.charts.measure_years import measure_years
from apps.dashboard.components.headline import headline
from apps.dashboard.data import cube
from apps.dashboard.data.cache import cached
from apps.dashboard.data.release import View
from apps.dashboard.views.ongelijkheid import figures
from apps.dashboard.views.ongelijkheid.figures import Year
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.numbers import NO_VALUE, format_number, rounded
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import Language
from datawerkplaats.statistics import explain

MEASURES = (("sii", 1), ("rii", 2), ("paf", 1))


@cached(32)
def _years(
    view: View, chosen: tuple[str, str, str, str], unit: str, refusal: str, _context: Context
) -> list[Year]:
    """The measures of every year in which both are known at the level."""
    release, (level, scope, indicator, ladder) = _context.release, chosen
    wanted = {
        year: tuple(m for m in cube.moments(release, level, year) if m.indicator_id in (indicator, ladder))
        for year in cube.years_of(release, level, (indicator, ladder))
    }
    wanted = {year: moments for year, moments in wanted.items() if len(moments) == 2}
    known = cube.modelled(release, level)
    modelled = {
        year: any((indicator, m.year, m.age) in known for m in moments if m.indicator_id == indicator)
        for year, moments in wanted.items()
    }
    return figures.over_time(
        modelled,
        lambda: area_choice.tables(_context, level, scope, wanted),
        indicator,
        ladder,
        unit,
        refusal,
    )


def show(
    context: Context, indicator_texts: IndicatorTexts, chosen: tuple[str, str, str, str], refusal: str
) -> None:
    """Draw the section for level, extent, figure and ladder."""
    language, (_, _, indicator, ladder) = context.language, chosen
    st.subheader(text("ongelijkheid.years_title", language), anchor=False)
    unit = indicator_texts.rows[indicator]["unit"] or ""
    years = _years(context.release.view, chosen, unit, refusal, context)
    told = sentence(years, indicator_texts.title(indicator), language)
    headline(told, "years")
    if not years:
        return
    polarity = indicator_texts.rows[indicator]["polarity"] or "neutral"
    kinds = [item for item in MEASURES if item[0] != "paf" or polarity != "higher_is_better"]
    spec = None
    known = [year for year in years if year.measures is not None]
    if known:
        spec = _chart(known, language)
        alt = text(
            "ongelijkheid.years_alt",
            language,
            title=indicator_texts.title(indicator),
            ladder=indicator_texts.title(ladder),
        )
        about = f"{indicator_texts.title(indicator)} {text('ongelijkheid.by', language)} {indicator_texts.title(ladder)}"
        how = plot.Help("ongelijkheid_years", about, language)
        plot.draw(spec, key=f"years_{indicator}_{ladder}", alt=alt, how_to_read=how)
        st.html(markup.note(alt))
    names = [text(f"ongelijkheid.short_{kind}", language) for kind, _ in kinds]
    header = [text("shared.column_year", language), *names, text("ongelijkheid.column_why", language)]
    st.html(markup.table(header, [_words(year, kinds, language) for year in years]))
    bounds = [text(f"ongelijkheid.{part}", language) for part in ("low", "high")]
    columns = [
        header[0],
        *(part for name in names for part in (name, *(f"{name}, {b}" for b in bounds))),
        header[-1],
    ]
    shown = downloads.Shown(tuple(columns), tuple(_numbers(year, kinds, language) for year in years))
    title = f"{text('ongelijkheid.years_title', language)} {indicator_texts.title(indicator)}"
    drawing = downloads.Drawing(spec, told) if spec else None
    told_of = [indicator_texts.rows[indicator], indicator_texts.rows[ladder]]
    downloads.panel(context, "ongelijkheid_jaren", title, shown, told_of, drawing=drawing)


def sentence(years: list[Year], title: str, language: Language) -> str:
    """Whether the difference changed between the first and the last year, or why that cannot be told."""
    if not years:
        return text("ongelijkheid.years_no_pair", language, title=title)
    found = figures.change(years)
    known = [year for year in years if year.measures is not None]
    if found == "none":
        return (
            f"{text('ongelijkheid.years_none', language, title=title)} {explain(years[-1].reason, language)}"
        )
    return text(
        f"ongelijkheid.years_{found}", language, title=title, first=known[0].year, last=known[-1].year
    )


def _measure(year: Year, kind: str) -> tuple[float, float, float]:
    measures = year.measures
    assert measures is not None
    low, high = getattr(measures, f"{kind}_limits")[0]
    return getattr(measures, kind), low, high


def _words(year: Year, kinds: list[tuple[str, int]], language: Language) -> list[str]:
    if year.measures is None:
        return [str(year.year), *[NO_VALUE] * len(kinds), explain(year.reason, language)]
    cells = []
    for kind, decimals in kinds:
        value, low, high = (format_number(part, decimals, language) for part in _measure(year, kind))
        cells.append(text("ongelijkheid.with_margin", language, value=value, low=low, high=high))
    return [str(year.year), *cells, ""]


def _numbers(year: Year, kinds: list[tuple[str, int]], language: Language) -> tuple[downloads.Cell, ...]:
    if year.measures is None:
        return (year.year, *[None] * (3 * len(kinds)), explain(year.reason, language))
    parts = [float(rounded(part, decimals)) for kind, decimals in kinds for part in _measure(year, kind)]
    return (year.year, *parts, "")


def _chart(known: list[Year], language: Language) -> dict[str, object]:
    rows = []
    for year in known:
        value, low, high = _measure(year, "sii")
        rows.append(
            {
                "y": str(year.year),
                "v": value,
                "lo": low,
                "hi": high,
                "t": _words(year, [MEASURES[0]], language)[1],
            }
        )
    words = {
        "year": text("shared.column_year", language), "measure": text("ongelijkheid.short_sii", language),
        "decimal_mark": "," if language == "nl" else ".",
    }  # fmt: skip
    return measure_years(rows, 0.0, words)
