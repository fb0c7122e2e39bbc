"""The buttons below a chart or table: the chart as PNG and SVG, the figures as CSV, Excel and Parquet, made when pressed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import streamlit as st

from apps.dashboard.components import chart_files, helpline
from apps.dashboard.components.address import choices, page_link
from apps.dashboard.components.chart_files import Drawing, stacked
from apps.dashboard.components.table_files import (
    HIDDEN,
    About,
    Cell,
    Later,
    Shown,
    as_csv,
    as_parquet,
    as_xlsx,
)
from apps.dashboard.wording import regions
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.helplines import helplines
from apps.dashboard.wording.numbers import format_date
from apps.dashboard.wording.texts import text

__all__ = [
    "HIDDEN",
    "About",
    "Cell",
    "Drawing",
    "Later",
    "Shown",
    "about",
    "as_csv",
    "as_parquet",
    "as_xlsx",
    "images",
    "panel",
    "stacked",
]

Filters = tuple[tuple[str, str], ...]
_MIME = {
    "png": "image/png",
    "svg": "image/svg+xml",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}


def about(context: Context, indicators: list[dict[str, Any]], title: str, filters: Filters = ()) -> About:
    """Publication, licences, sources, choices and definitions of the indicators in a table."""
    language = context.language
    sources = {row["source_id"]: row for row in indicators}
    cited = "; ".join(str(row["citation"] or row["publisher"] or "") for row in sources.values())
    licences = "; ".join(dict.fromkeys(str(row["licence"] or "") for row in sources.values()))
    if not indicators:
        cited = licences = text("shared.file_see_sources", language)
    keys = ("publication", "source", "licence", "filters", "definition")
    names = {key: text(f"shared.file_{key}", language) for key in keys}
    chosen = "; ".join(f"{name}: {value}" for name, value in filters)
    trailing = (
        (names["publication"], context.release.id),
        (names["source"], cited),
        (names["licence"], licences),
        (names["filters"], chosen),
    )
    mode = text(f"common.mode_{context.release.mode}", language)
    retrieved = max((row["retrieved_at"] for row in indicators if row["retrieved_at"]), default=None)
    facts = (
        (text("shared.file_table", language), title),
        (text("shared.file_region", language), context.region_name),
        *trailing,
        (text("shared.file_published", language), format_date(context.release.published_at, language)),
        (text("shared.file_retrieved", language), format_date(retrieved, language)),
        (text("shared.file_mode", language), mode),
        (text("shared.file_mind", language), text("shared.file_hidden", language)),
        *((text("shared.file_helpline", language), words) for words in helplines(context, indicators)),
    )
    definitions = {
        context.title_of(row): " ".join(
            filter(
                None,
                (
                    context.title_of(row, "description"),
                    context.title_of(row, "caveats"),
                    context.title_of(row, "helpline"),
                    row["methodology_url"],
                ),
            )
        )
        for row in indicators
    }
    help_told = tuple(helplines(context, indicators))
    return About(facts, tuple(definitions.items()), trailing, language, names["definition"], help_told)


def image_notes(context: Context, info: About) -> tuple[str, ...]:
    """The lines below a chart: where its figures come from, and for a made-up region that they are made up."""
    language = context.language
    facts = dict(info.facts)

    def line(key: str) -> str:
        name = text(f"shared.file_{key}", language)
        return f"{name.capitalize()}: {facts[name]}" if facts.get(name) else ""

    lines: tuple[str, ...] = (
        line("helpline"),
        " · ".join(filter(None, (line("source"), line("licence")))),
        line("filters"),
        " · ".join(filter(None, (line("publication"), line("retrieved"), context.product))),
    )
    return tuple(filter(None, (regions.made_up(context), *lines)))


def _file_stem(context: Context, title: str, key: str) -> str:
    stem = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60] or key
    return f"{stem}_{context.release.id}"


def _buttons(context: Context, key: str, stem: str, kinds: list[tuple[str, Callable[[], bytes]]]) -> None:
    for kind, make in kinds:
        is_image = kind in ("png", "svg")
        st.download_button(
            text(f"shared.download_{kind}", context.language),
            make,
            f"{stem}.{kind}",
            _MIME[kind],
            key=f"{key}_{kind}",
            on_click="ignore",
            icon=":material/image:" if is_image else ":material/download:",
        )


def _images(
    context: Context, drawing: Drawing | Callable[[], Drawing], title: str, info: About
) -> list[tuple[str, Callable[[], bytes]]]:
    notes = image_notes(context, info)

    def drawn() -> Drawing:
        return drawing if isinstance(drawing, Drawing) else drawing()

    return [
        ("png", lambda: chart_files.as_png(drawn(), title, notes)),
        ("svg", lambda: chart_files.as_svg(drawn(), title, notes)),
    ]


def images(
    context: Context,
    key: str,
    title: str,
    drawing: Drawing,
    indicators: list[dict[str, Any]],
    filters: Filters | None = None,
) -> None:
    """The buttons for a chart that stands apart from its table."""
    helpline.show(context, indicators)
    info = about(context, indicators, title, _choices(key, filters))
    with st.container(horizontal=True, key=f"{key}_images"):
        _buttons(
            context, key, _file_stem(context, f"{title} {key}", key), _images(context, drawing, title, info)
        )


def _choices(key: str, filters: Filters | None) -> Filters:
    return choices(key.split("_", maxsplit=1)[0]) if filters is None else filters


def panel(
    context: Context,
    key: str,
    title: str,
    shown: Shown | Later,
    indicators: list[dict[str, Any]],
    *,
    drawing: Drawing | Callable[[], Drawing] | None = None,
    filters: Filters | None = None,
    link: bool = True,
) -> None:
    """The buttons: the chart as an image and the figures as a file. A file is made only when it is asked for.

    A drawing may be made then too. Without `filters` the files tell the choices that the page's `Address` holds; `key` begins
    with the page's id. `link` is off where the figures are of no indicator, whose origin it leads to.
    """
    language = context.language
    helpline.show(context, indicators)
    made = shown.make if isinstance(shown, Later) else lambda: shown
    if shown.is_empty:
        st.caption(text("shared.download_empty", language))
        return
    if shown.all_hidden:
        st.caption(text("shared.download_hidden", language))
    info = about(context, indicators, title, _choices(key, filters))
    kinds = [] if drawing is None else _images(context, drawing, title, info)
    kinds += [
        ("csv", lambda: as_csv(made(), info)),
        ("xlsx", lambda: as_xlsx(made(), info)),
        ("parquet", lambda: as_parquet(made(), info)),
    ]
    with st.container(horizontal=True, key=f"{key}_downloads"):
        _buttons(context, key, _file_stem(context, title, key), kinds)
        if link and indicators:
            page_link(
                context, "kwaliteit", text("kwaliteit.trace_link", language), ":material/account_tree:",
                indicator=str(indicators[0]["indicator_id"]),
            )  # fmt: skip
