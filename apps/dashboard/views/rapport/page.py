"""Rapport: everything about one area to take along, as PDF or Word, in Dutch or English."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial

import streamlit as st

from apps.dashboard.components import area_choice, helpline, markup
from apps.dashboard.components.address import Address, area_for, chosen_area, link, parameter
from apps.dashboard.components.headline import headline, opening
from apps.dashboard.components.site_address import site
from apps.dashboard.data import cube, history
from apps.dashboard.data.release import Row
from apps.dashboard.profile.content import domain_name, summary
from apps.dashboard.report import about
from apps.dashboard.report.request import LEVELS, Request, comparators
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.texts import LANGUAGES, plural, text
from datawerkplaats.base.errors import DataProblem

PAGE = "rapport"
LOG = logging.getLogger(__name__)
MOST_CODE = 12
_MIME = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def render(context: Context) -> None:
    """Draw the page."""
    language = context.language
    st.title(text("rapport.title", language), anchor=False)
    opening(text("rapport.intro", language))
    levels = [level for level in LEVELS if cube.regions(context.release, level)]
    if not levels:
        st.info(text("shared.no_figures", language))
        return
    _abolished(context)
    address = Address(PAGE, language)
    request = _choose(context, address, levels)
    address.settle()
    _offer(context, replace(request, address=_link(context, address)))


def _usual_level(levels: list[str]) -> str:
    """The level of the area that all pages are about, else the first."""
    return "wijk" if chosen_area().startswith("WK") and "wijk" in levels else levels[0]


def _choose(context: Context, address: Address, levels: list[str]) -> Request:
    """The report that the widgets ask for."""
    release, language = context.release, context.language
    first, second, third = st.columns([1, 2, 1.4])
    level = address.one(
        "level", levels, _usual_level(levels), text("rapport.level", language),
        lambda item: text(f"rapport.one_{item}", language).split(" (")[0].capitalize(), column=first,
        forgets=("area", "compare", "domains"),
    )  # fmt: skip
    areas = {row["code"]: row for row in cube.regions(release, level)}
    code = address.one(
        "area", list(areas), area_for(areas, next(iter(areas))), text("rapport.area", language),
        lambda item: _label(areas[item]), column=second,
        forgets=("compare",), replaced=lambda gone: history.replaced(context.release, gone),
    )  # fmt: skip
    names = comparators(context, level, areas[code])
    comparator = area_choice.comparator(address, names, text("rapport.compare", language), third)
    left, middle, right = st.columns([3, 1, 1])
    everything = Request(context, level, areas[code], comparator)
    domains = list(dict.fromkeys(line.domain for line in everything.all_lines))
    chosen = address.many(
        "domains", domains, (), text("rapport.domains", language), lambda item: domain_name(item, context),
        column=left, placeholder=text("rapport.domains_hint", language),
    )  # fmt: skip
    told_in = address.one(
        "in", LANGUAGES, language, text("rapport.report_language", language),
        lambda item: text(f"rapport.language_{item}", language), column=middle,
    )  # fmt: skip
    charts = address.one(
        "charts", ("yes", "no"), "yes", text("rapport.charts", language),
        lambda item: text(f"rapport.charts_{item}", language), column=right,
    )  # fmt: skip
    return Request(
        replace(context, language=told_in), level, areas[code], comparator, tuple(chosen), charts == "yes"
    )


def _label(row: Row) -> str:
    inside = row["gemeente_name"]
    return f"{row['name']} ({inside})" if inside and inside != row["name"] else str(row["name"])


def _abolished(context: Context) -> None:
    """Say so where a link names an area that has no figures (any more)."""
    asked = parameter("area", MOST_CODE)
    found = cube.known_region(context.release, asked) if asked else None
    if found is None or any(row["code"] == asked for row in cube.regions(context.release, found["level"])):
        return
    words = {"area": found["name"], "code": found["code"], "year": found["vintage"]}
    st.warning(text("rapport.abolished", context.language, **words))


def _link(context: Context, address: Address) -> str:
    """The link that shows the same report on the same publication, with the address of this site where it is known."""
    return site() + link(context, PAGE, address.values, frozen=True)


def _offer(context: Context, request: Request) -> None:
    """What the report will say and hold, and the buttons that make it."""
    language = context.language
    known = [line for line in request.lines if line.value is not None]
    if not request.lines:
        st.html(markup.note(text("rapport.none_at_all", language, area=request.name), "warn"))
        return
    headline(summary(request.name, request.lines, request.reference, request.context.language))
    helpline.show(context, [request.indicator_texts.rows[line.indicator] for line in request.lines])
    if not known:
        st.html(markup.note(text("rapport.none_known", language, area=request.name), "warn"))
    domains = len({line.domain for line in request.lines})
    items = [
        plural("rapport.holds_figures", len(request.lines), language,
               domains=plural("rapport.domains_count", domains, language)),
        text("rapport.holds_charts" if request.with_charts else "rapport.holds_no_charts", language),
        text("rapport.holds_years", language),
        text("rapport.holds_about", language),
    ]  # fmt: skip
    st.subheader(text("rapport.holds_title", language), anchor=False)
    st.markdown("\n".join(f"- {item}" for item in items))
    if absent := about.absent_words(request, language):
        st.html(markup.note(absent))
    st.subheader(text("rapport.download_title", language), anchor=False)
    stem = f"rapport-{request.area['code']}-{request.context.language}_{context.release.id}"
    with st.container(horizontal=True, key="rapport_downloads"):
        for kind, mime in _MIME.items():
            st.download_button(
                text(f"rapport.download_{kind}", language),
                partial(make, request, kind),
                f"{stem}.{kind}",
                mime,
                key=f"rapport_{kind}",
                on_click="ignore",
                type="primary",
                icon=":material/description:",
            )
    st.html(markup.note(text("rapport.making", language)))
    st.markdown(f"**{text('rapport.share', language)}**")
    st.code(request.address, language=None, wrap_lines=True)


def make(request: Request, kind: str) -> bytes:
    """The report as a file; what writes it is imported only now."""
    from apps.dashboard.report.content import build
    from apps.dashboard.report.problem import cannot

    try:
        document = build(request)
    except DataProblem as error:
        LOG.warning("no report: %s", error)
        document = cannot(request, error)
    if kind == "pdf":
        from apps.dashboard.report.pdf import as_pdf

        return as_pdf(document)
    from apps.dashboard.report.word import as_docx

    return as_docx(document)
