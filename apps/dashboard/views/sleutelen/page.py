"""Zelf sleutelen: choose figures, areas, years and a chart; the address holds the view, a frozen link its publication."""

from __future__ import annotations

import streamlit as st

from apps.dashboard.components import area_choice, downloads, markup, plot, quality_strip, tables
from apps.dashboard.components.address import Address, link
from apps.dashboard.components.charts.plain import bars, years
from apps.dashboard.components.headline import headline, opening
from apps.dashboard.data import cube
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.numbers import rounded
from apps.dashboard.wording.texts import text, word
from datawerkplaats import publication
from datawerkplaats.base.settings import get_settings

MOST_FIGURES, MOST_AREAS = 6, 12
NEWEST = "newest"
CHARTS = ("bars", "years", "table")
# Figure, area, year, code, value, modelled, and the reason where the figure is suppressed.
Cells = list[tuple[str, str, int, str, float | None, bool, str | None]]


def render(context: Context) -> None:
    """Draw the page."""
    language, release = context.language, context.release
    st.title(text("sleutelen.title", language), anchor=False)
    opening(text("sleutelen.intro", language))
    address = Address("sleutelen", language)
    one, two, three, four = st.columns(4)
    level, scope = area_choice.level_and_scope(context, address, (one, two))
    newest = cube.moments(release, level)
    if not newest:
        st.info(text("shared.no_figures", language))
        return
    indicator_texts = IndicatorTexts(context)
    available = sorted({row["year"] for row in _availability(context, level)}, reverse=True)
    year = address.one(
        "year", [NEWEST, *map(str, available)], NEWEST, text("sleutelen.choose_year", language),
        lambda item: text("sleutelen.newest", language) if item == NEWEST else item, column=three,
    )  # fmt: skip
    chart = address.one(
        "chart", CHARTS, CHARTS[0], text("sleutelen.choose_chart", language),
        lambda item: text(f"sleutelen.chart_{item}", language), column=four,
    )  # fmt: skip
    menu = indicator_texts.menu(newest)
    figures = address.many(
        "figures",
        menu,
        menu[:2],
        text("sleutelen.choose_figures", language),
        indicator_texts.menu_title,
        max_selections=MOST_FIGURES,
    )
    everything = area_choice.table(context, level, scope, newest)
    labels = dict(zip(everything.codes, everything.labels, strict=True))
    usual = [c for c, focus in zip(everything.codes, everything.focus, strict=True) if focus] or list(labels)
    areas = address.many(
        "areas", list(labels), usual[:MOST_AREAS], text("sleutelen.choose_areas", language), labels.__getitem__,
        max_selections=MOST_AREAS,
    )  # fmt: skip
    address.settle()
    wanted_years = _years(context, level, year, chart)
    cells = collect(context, level, figures, areas, wanted_years, labels)
    _draw(context, indicator_texts, cells, chart)
    _links(context, address)


def _availability(context: Context, level: str) -> list[dict[str, int]]:
    from apps.dashboard.data import queries

    return [
        row for row in queries.availability(context.release) if row["region_level"] == level and row["known"]
    ]


def _years(context: Context, level: str, year: str, chart: str) -> list[int | None]:
    """The years to look up: all for the chart of years, else the one asked for (None: the newest of each figure)."""
    if chart == "years":
        return [*sorted({row["year"] for row in _availability(context, level)})]
    return [None if year == NEWEST else int(year)]


def collect(
    context: Context,
    level: str,
    figures: list[str],
    areas: list[str],
    wanted_years: list[int | None],
    labels: dict[str, str],
) -> Cells:
    """The chosen cells, an empty one where nothing is known: nothing is left out silently."""
    found = cube.cells(context.release, level, tuple(figures), tuple(areas))
    estimates = cube.modelled(context.release, level)
    cells: Cells = []
    for year in wanted_years:
        for moment in cube.moments(context.release, level, year, also_empty=True):
            if moment.indicator_id not in figures:
                continue
            of_moment = (moment.indicator_id, moment.year, moment.age)
            for code in areas:
                value, reason = found.get((*of_moment, code), (None, None))
                cells.append(
                    (
                        moment.indicator_id,
                        labels[code],
                        moment.year,
                        code,
                        value,
                        of_moment in estimates,
                        reason,
                    )
                )
    return sorted(cells, key=lambda cell: (figures.index(cell[0]), areas.index(cell[3]), cell[2]))


def _draw(context: Context, indicator_texts: IndicatorTexts, cells: Cells, chart: str) -> None:
    language = context.language
    known = [cell for cell in cells if cell[4] is not None]
    hidden = len(cells) - len(known)
    told = text("sleutelen.sentence", language, known=len(known), hidden=hidden)
    if not known:
        suppressed = any(cell[6] for cell in cells)
        told = text("sleutelen.all_hidden" if suppressed else "shared.no_figures", language)
    headline(told)
    if not any(cell[6] or cell[4] is not None for cell in cells):
        return
    modelled = any(cell[5] for cell in known)
    if modelled:
        badge = markup.badges([(text("verkennen.badge_modelled", language), "model")])
        key = "sleutelen.modelled_years" if chart == "years" else "sleutelen.modelled"
        st.html(badge + markup.note(text(key, language)))
    words = {
        "area": text("shared.column_area", language), "value": text("shared.column_indicator", language),
        "year": text("shared.column_year", language), "decimal_mark": "," if language == "nl" else ".",
    }  # fmt: skip
    styles = {cell[0]: indicator_texts.style(cell[0], cell[5]) for cell in known}
    rows = [
        {
            "v": f"{indicator_texts.title(figure)}{' ≈' if estimate else ''}{f' ({year})' if chart == 'bars' else ''}", "n": area,
            "y": str(year), "x": float(rounded(value, styles[figure].decimals)), "t": styles[figure].short(value),
        }
        for figure, area, year, _, value, estimate, _ in known
        if value is not None
    ]  # fmt: skip
    drawings: list[tuple[str, downloads.Drawing]] = []
    if chart != "table":
        make = bars if chart == "bars" else years
        for index, name in enumerate(dict.fromkeys(str(row["v"]) for row in rows)):
            st.markdown(f"**{name}**")
            alt = f"{name}: {text(f'sleutelen.chart_{chart}', language)}. {told}"
            spec = make([row for row in rows if row["v"] == name], words)
            how = plot.Help("sleutelen_bars" if chart == "bars" else "sleutelen_years", name, language)
            plot.draw(spec, key=f"own_{chart}_{index}", alt=alt, how_to_read=how)
            drawings.append((name, downloads.Drawing(spec, alt)))
    st.subheader(text("shared.table_title", language), anchor=False)
    columns = (
        words["value"],
        words["area"],
        words["year"],
        text("sleutelen.value", language),
        text("sleutelen.kind", language),
        text("shared.column_code", language),
    )
    kind = {True: text("verkennen.state_modelled", language), False: ""}

    def told_of(value: float | None, estimate: bool, reason: str | None) -> str:
        if value is not None:
            return kind[estimate]
        return word("reason", reason, language) if reason else text("verkennen.state_missing", language)

    shown = downloads.Shown(
        columns,
        tuple(
            (
                indicator_texts.title(figure), area, str(year),
                None if value is None else float(rounded(value, indicator_texts.style(figure, estimate).decimals)),
                told_of(value, estimate, reason), code,
            )
            for figure, area, year, code, value, estimate, reason in cells
        ),
        frozenset((i, 3) for i, cell in enumerate(cells) if cell[6] and cell[4] is None),
    )  # fmt: skip
    # Each row is written as its own figure: with its decimals and its unit.
    tables.table(shown, rows={3: [indicator_texts.style(cell[0], cell[5]) for cell in cells]})
    used = [indicator_texts.rows[item] for item in dict.fromkeys(cell[0] for cell in cells)]
    estimates = sum(cell[5] for cell in known)
    told_years = tuple(sorted({cell[2] for cell in known}))
    counts = quality_strip.Counts(len(known) - estimates, estimates, hidden, told_years)
    quality_strip.strip(context, "own", counts, used, link=False)
    drawing = downloads.stacked(drawings) if drawings else None
    downloads.panel(context, "sleutelen", text("sleutelen.file", language), shown, used, drawing=drawing)


def _links(context: Context, address: Address) -> None:
    """The link to this view, and one that keeps showing this publication."""
    language = context.language
    st.subheader(text("sleutelen.share_title", language), anchor=False)
    st.markdown(text("sleutelen.share_living", language))
    st.code(link(context, "sleutelen", address.values), language=None, wrap_lines=True)
    if context.release.id in publication.history(get_settings().publish_dir):
        st.markdown(text("sleutelen.share_frozen", language, id=context.release.id))
        st.code(
            link(context, "sleutelen", address.values, frozen=True),
            language=None,
            wrap_lines=True,
        )
