"""Gebiedsprofiel: everything about one gemeente or wijk on one screen, by domain."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from apps.dashboard.components import area_choice, downloads, helpline, markup, notes, plot, quality_strip
from apps.dashboard.components.address import Address, area_for, page_link
from apps.dashboard.components.folds import fold
from apps.dashboard.components.headline import headline
from apps.dashboard.data import cube, history, one_area, profile
from apps.dashboard.data.release import Row
from apps.dashboard.profile import ages, content, plans_here, pyramid
from apps.dashboard.profile.lines import Line, lines
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.figures import has_base
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.numbers import format_number
from apps.dashboard.wording.texts import plural, text

WHOLE = "-"


def render(context: Context) -> None:
    """Draw the page."""
    release, language = context.release, context.language
    address = Address("profiel", language)
    title = st.empty()
    gemeenten = {row["code"]: row for row in cube.regions(release, "gemeente")}
    first_shown = area_choice.first_gemeente(gemeenten.values())
    if first_shown is None:
        st.info(text("shared.no_figures", language))
        return
    wijken_of: dict[str, list[str]] = {}
    wijken = {row["code"]: row for row in cube.regions(release, "wijk")}
    for code, row in wijken.items():
        wijken_of.setdefault(row["gemeente_code"], []).append(code)
    first, second, third = st.columns(3)
    around = area_for(wijken, "")
    home = str(wijken[around]["gemeente_code"]) if around else area_for(gemeenten, str(first_shown["code"]))
    gemeente = address.one(
        "gemeente", list(gemeenten), home, text("shared.gemeente", language),
        lambda code: gemeenten[code]["name"], column=first, forgets=("wijk",),
        replaced=lambda code: history.replaced(release, code),
    )  # fmt: skip
    inside = [WHOLE, *wijken_of.get(gemeente, [])]
    wijk = address.one(
        "wijk", inside, area_for(inside, WHOLE), text("shared.wijk", language),
        lambda code: text("profiel.whole_gemeente", language) if code == WHOLE else wijken[code]["name"], column=second,
        replaced=lambda code: history.replaced(release, code),
    )  # fmt: skip
    level, code = ("gemeente", gemeente) if wijk == WHOLE else ("wijk", wijk)
    area = gemeenten[gemeente] if level == "gemeente" else wijken[wijk]
    names = area_choice.larger_areas(context, area, level)
    comparator = area_choice.comparator(address, names, text("profiel.compare", language), third)
    address.settle()
    indicator_texts = IndicatorTexts(context)
    wanted = tuple(cube.moments(release, level, also_empty=True))
    lived = {**area, "gemeente_code": gemeente}
    rows = profile.profile(release, level, code, lived, wanted)
    area_lines = lines(
        indicator_texts, rows, one_area.trends(release, level, code), comparator, area["population"]
    )
    title.title(text("profiel.title", language, area=area["name"]), anchor=False)
    _heading(context, area, area_lines, level)
    if moved := content.restated_note(area_lines, language):
        st.html(markup.note(moved))
    headline(content.summary(area["name"], area_lines, names[comparator], language))
    helpline.show(context, [indicator_texts.rows[line.indicator] for line in area_lines])
    _plans(context, level, lived)
    drawings = pyramid.who_lives_there(context, lived, comparator, names[comparator], ages.ages(area_lines))
    domains = {domain: list(lines) for domain, lines in groupby(area_lines, key=lambda line: line.domain)}
    _domains(context, indicator_texts, domains, names[comparator], code)
    only_larger = len(cube.moments(release, "gemeente", also_empty=True)) - len(wanted)
    if level == "wijk" and only_larger > 0:
        st.html(markup.note(plural("profiel.only_gemeente", only_larger, language)))
    with st.expander(text("shared.help_title", language), icon=":material/help:"):
        for told in content.comparison_notes(area_lines, names[comparator], language):
            st.markdown(told)
        for part in ("margin", "quality", "trend"):
            st.markdown(text(f"profiel.help_{part}", language))
    st.subheader(text("shared.download_title", language), anchor=False)
    name = text("profiel.title", language, area=area["name"])
    is_drawn = bool(drawings) or any(line.p25 is not None for line in area_lines)
    downloads.panel(
        context,
        "profiel",
        name,
        notes.in_table(
            context,
            content.as_table(area_lines, names[comparator], language),
            [content.key_of(line, code) for line in area_lines],
        ),
        [indicator_texts.rows[x.indicator] for x in area_lines],
        drawing=(lambda: _whole(drawings, domains, names[comparator], context)) if is_drawn else None,
    )
    page_link(
        context, "rapport", text("rapport.from_profile", language, area=area["name"]), ":material/description:",
        level=level, area=code, compare=comparator,
    )  # fmt: skip


def _no_place(context: Context, area: Row) -> None:
    """Why an area of few residents is not drawn among others."""
    least = context.theme.rules.min_residents
    if not has_base(area["population"], least):
        told = {"area": area["name"], "least": format_number(least, 0, context.language)}
        st.html(markup.note(text("profiel.no_place", context.language, **told)))


def _plans(context: Context, level: str, area: Row) -> None:
    """What is done here and what is seen of it; nothing where nothing is registered."""
    if plans := plans_here.here(context, level, area):
        st.subheader(text("doen.here_title", context.language), anchor=False)
        st.html(plans_here.as_html(context, plans))
        page_link(context, "doen", text("doen.here_go", context.language), ":material/checklist:")


def _heading(context: Context, area: Row, area_lines: list[Line], level: str) -> None:
    language = context.language
    items = [(area["name"] if level == "gemeente" else f"{area['name']} · {area['gemeente_name']}", "plain")]
    if area["population"]:
        count = format_number(area["population"], 0, language)
        items.append((text("verkennen.card_residents", language, count=count), "plain"))
    modelled = sum(line.is_modelled and line.value is not None for line in area_lines)
    if modelled:
        items.append((plural("profiel.modelled_count", modelled, language), "model"))
    st.html(markup.badges(items))
    _no_place(context, area)


def _domains(
    context: Context,
    indicator_texts: IndicatorTexts,
    domains: dict[str, list[Line]],
    reference: str,
    code: str,
) -> None:
    """Every domain folded, so that one screen tells which to open."""
    for domain, members in domains.items():
        with fold(
            content.domain_label(members, reference, context), f"domain_{domain}", icon=None
        ) as is_open:
            if is_open:
                _domain(context, indicator_texts, domain, members, reference)
                notes.panel(context, [content.key_of(line, code) for line in members], may_write=False)


def _whole(
    drawings: list[tuple[str, downloads.Drawing]],
    domains: dict[str, list[Line]],
    reference: str,
    context: Context,
) -> downloads.Drawing:
    """All charts of the page as one image."""
    found = [
        (content.domain_name(domain, context), drawing)
        for domain, members in domains.items()
        if (drawing := content.domain_drawing(members, reference, context))
    ]
    return downloads.stacked(drawings + found)


def _domain(
    context: Context, indicator_texts: IndicatorTexts, domain: str, members: list[Line], reference: str
) -> None:
    """Draw one domain."""
    language = context.language
    name = content.domain_name(domain, context)
    drawing = content.domain_drawing(members, reference, context)
    if drawing:
        how = plot.Help("profiel_spine", name, language)
        plot.draw(drawing.spec, key=f"spine_{domain}", alt=drawing.description, how_to_read=how)
        st.html(markup.note(drawing.description))
    shown = content.as_table(members, reference, language)
    texts = [
        ["" if cell is None else str(cell) for cell in row] for row in content.table_words(members, language)
    ]
    st.html(markup.table(list(shown.columns[:8]), texts))
    quality_strip.strip(
        context,
        domain,
        content.counts_of(members),
        [indicator_texts.rows[line.indicator] for line in members],
    )
