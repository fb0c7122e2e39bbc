"""Aanmeldingen: from which regions or wijken many young people are registered at care, with which complaints."""

from __future__ import annotations

import streamlit as st

from apps.dashboard.components import downloads, markup, plot, tables
from apps.dashboard.components.address import Address
from apps.dashboard.components.charts.differences import differences
from apps.dashboard.components.headline import headline, opening
from apps.dashboard.data import registrations
from apps.dashboard.data.release import Row
from apps.dashboard.registry import words_of_care
from apps.dashboard.views.aanmeldingen import figures, sentences
from apps.dashboard.views.aanmeldingen.figures import HIDDEN, Judged
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.figures import is_ranked
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.numbers import format_number
from apps.dashboard.wording.texts import text

LEVELS = ("wijk", "gemeente")
MOST = 24
_KINDS = {"more": "higher", "fewer": "lower", "as_expected": "unclear"}


def render(context: Context) -> None:
    """Draw the page."""
    language, care = context.language, context.of_theme(words_of_care(context.theme))
    st.title(text("aanmeldingen.title", language, care=care), anchor=False)
    kinds = registrations.kinds(context.release)
    levels = [level for level in LEVELS if registrations.periods(context.release, level)]
    if not levels:  # an indicator may be declared of which nothing was delivered
        opening(text("aanmeldingen.absent", language, care=care))
        st.html(markup.note(text("aanmeldingen.absent_way_on", language)))
        return
    address = Address("aanmeldingen", language)
    kind, level, period = _choices(context, address, kinds, levels)
    address.settle()
    found = figures.judged(registrations.areas(context.release, level, kind, period.last))
    if not found:
        headline(text("aanmeldingen.nothing", language))
        return
    rows = _indicators(context, kind)
    may_rank = all(is_ranked(row) for row in rows)
    headline(sentences.headline(found, kind, level, period, language, is_ranked=may_rank))
    if any(item.verdict == HIDDEN for item in found):
        st.html(markup.note(sentences.hidden(found, level, language)))
    _picture(context, found, kind, level, rows, may_rank)
    _table(context, found, kind, level, period, rows)
    with st.expander(text("aanmeldingen.method_title", language), icon=":material/help:"):
        for part in ("registered", "expected", "margin", "verdict", "wijk"):
            st.markdown(text(f"aanmeldingen.method_{part}", language))


def _choices(
    context: Context, address: Address, kinds: list[str], known_levels: list[str]
) -> tuple[str, str, sentences.Period]:
    """The complaint, the level and the years; per kind of complaint only the levels that are published."""
    language, (one, two, three) = context.language, st.columns(3)
    kind = address.one(
        "kind", kinds, registrations.ALL, text("aanmeldingen.choose_kind", language),
        lambda item: text(f"aanmeldingen.kind_{item}", language), column=one,
    )  # fmt: skip
    levels = known_levels if kind == registrations.ALL else ["gemeente"]
    level = address.one(
        "level", levels, levels[0], text("aanmeldingen.choose_level", language),
        lambda item: text(f"risico.level_{item}", language), column=two,
    )  # fmt: skip
    if kind != registrations.ALL:
        st.html(markup.note(text("aanmeldingen.kinds_per_gemeente", language)))
    known = {
        year: sentences.Period(first, year) for first, year in registrations.periods(context.release, level)
    }
    year = address.one(
        "year", [str(item) for item in known], str(next(iter(known))), text("aanmeldingen.choose_years", language),
        lambda item: known[int(item)].words(language), column=three,
    )  # fmt: skip
    return kind, level, known[int(year)]


def _indicators(context: Context, kind: str) -> list[Row]:
    """The indicators whose figures stand on the page."""
    suffix = "" if kind == registrations.ALL else f"__{kind}"
    ids = registrations.indicators(context.release)
    rows = IndicatorTexts(context).rows
    wanted = (f"{registrations.COUNT}{suffix}", f"{registrations.RATIO}{suffix}")
    return [rows[ids[code]] for code in wanted if code in ids and ids[code] in rows]


def _picture(
    context: Context, found: list[Judged], kind: str, level: str, rows: list[Row], may_rank: bool
) -> None:
    language = context.language
    shown = figures.furthest(found, MOST, is_ranked=may_rank)
    if not shown:
        return
    drawn = [
        {
            "n": sentences.name(item.area),
            "k": _KINDS[item.verdict],
            "v": (item.area.ratio or 0) - 100,
            "lo": (item.area.lower or 0) - 100,
            "hi": (item.area.upper or 0) - 100,
            "t": sentences.about(item, language),
        }
        for item in shown
    ]
    words = {
        key: text(f"aanmeldingen.chart_{key}", language) for key in ("axis", "higher", "lower", "unclear")
    }
    spec = differences(drawn, words)
    title = text(f"aanmeldingen.kind_{kind}", language)
    alt = text("aanmeldingen.chart_alt", language, count=len(shown), kind=title)
    st.subheader(text("aanmeldingen.chart_title", language), anchor=False)
    how = plot.Help("aanmeldingen_differences", title, language)
    plot.draw(spec, key=f"aanmeldingen_{kind}_{level}", alt=alt, how_to_read=how)
    downloads.images(context, "aanmeldingen", title, downloads.Drawing(spec, alt), rows)


def _table(
    context: Context, found: list[Judged], kind: str, level: str, period: sentences.Period, rows: list[Row]
) -> None:
    language = context.language
    st.subheader(text("aanmeldingen.table_title", language), anchor=False)
    names = ["area", "gemeente", "registered", "expected", "ratio", "interval", "verdict"]
    lines = tuple(
        (
            item.area.name,
            item.area.gemeente,
            item.area.registered,
            item.area.expected,
            item.area.ratio,
            sentences.interval(item.area, language),
            text(f"aanmeldingen.verdict_{item.verdict}", language),
        )
        for item in found
    )
    gone = frozenset((i, j) for i, item in enumerate(found) if item.verdict == HIDDEN for j in (2, 4))
    shown = downloads.Shown(
        tuple(text(f"aanmeldingen.column_{name}", language) for name in names), lines, gone
    )

    def whole(value: float | None) -> str:
        return format_number(value, 0, language)

    tables.table(shown, {2: whole, 3: whole, 4: whole})
    level_name = text(f"risico.level_{level}", language)
    title = f"{text(f'aanmeldingen.kind_{kind}', language)} · {level_name} · {period.words(language)}"
    downloads.panel(context, "aanmeldingen", title, shown, rows)
