"""The quality strip under a panel: kind of figures, what is hidden, years, sources and checks, and a click to the whole origin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from apps.dashboard.components import helpline, markup
from apps.dashboard.components.address import page_link
from apps.dashboard.data import periods, queries
from apps.dashboard.data.cube import Cube
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.numbers import format_number
from apps.dashboard.wording.texts import plural, text
from datawerkplaats.catalogue.sources import JOINT

MOST_SOURCES = 2


@dataclass(frozen=True)
class Counts:
    """How many of the figures in a panel are counted, estimated, or hidden or missing, and of which years."""

    counted: int
    modelled: int
    hidden: int
    years: tuple[int, ...]


def of_cube(cube: Cube, indicators: Iterable[str], years: Iterable[int] = ()) -> Counts:
    """The counts over all areas of some figures."""
    counted = modelled = hidden = 0
    for indicator in dict.fromkeys(indicators):
        known = int((~np.isnan(cube.columns[indicator])).sum())
        hidden += len(cube.codes) - known
        if cube.modelled[indicator]:
            modelled += known
        else:
            counted += known
    return Counts(counted, modelled, hidden, tuple(years))


def of_figures(
    context: Context,
    indicator_texts: IndicatorTexts,
    cube: Cube,
    key: str,
    indicators: Sequence[str],
    years: dict[str, int],
    *,
    link: bool = True,
) -> None:
    """Draw the strip of some figures over all areas of a table."""
    counts = of_cube(cube, indicators, {years[item] for item in indicators if item in years})
    strip(context, key, counts, [indicator_texts.rows[item] for item in indicators], link=link)


def items(context: Context, counts: Counts, indicators: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """The labels of the strip with their kind: each has a word, and a symbol where it has a colour."""
    language = context.language
    found: list[tuple[str, str]] = []
    for name, count, kind in (
        ("counted", counts.counted, "counted"), ("modelled", counts.modelled, "model"), ("hidden", counts.hidden, "plain"),
    ):  # fmt: skip
        if count:
            shown = format_number(count, 0, language)
            found.append((plural(f"strip.{name}", count, language, shown=shown), kind))
    if counts.years:
        of_strip = (str(row["indicator_id"]) for row in indicators)
        told_years = periods.counted_years(context.release, of_strip, counts.years)
        first, last = told_years[0], told_years[-1]
        years = str(first) if first == last else f"{first}–{last}"
        found.append((text("strip.years", language, years=years), "plain"))
    sources = {row["source_id"]: row for row in indicators if row.get("source_id")}
    names = [str(row["publisher"] or key) for key, row in sources.items()]
    names = list(dict.fromkeys(names))
    if names:
        told = ", ".join(names[:MOST_SOURCES])
        if len(names) > MOST_SOURCES:
            told = f"{told} {text('verkennen.and_more', language, count=len(names) - MOST_SOURCES)}"
        found.append((text("strip.sources", language, names=told), "plain"))
    checks = queries.checks_by_subject(context.release)
    about = dict.fromkeys((*sources, *(str(row["indicator_id"]) for row in indicators)))
    passed = sum(checks.get(key, (0, 0))[0] for key in about)
    total = sum(checks.get(key, (0, 0))[1] for key in about)
    if total:
        key = "checks_all" if passed == total else "checks_some"
        found.append((text(f"strip.{key}", language, passed=passed, total=total), "plain"))
    return found


def strip(
    context: Context, key: str, counts: Counts, indicators: list[dict[str, Any]], *, link: bool = True
) -> None:
    """Draw the strip; `link` is off where the downloads of the same panel already lead to the origin."""
    helpline.show(context, indicators)
    told = items(context, counts, indicators)
    with st.container(horizontal=True, key=f"strip_{key}", vertical_alignment="center"):
        st.html(markup.badges(told))
        if link and indicators:
            page_link(
                context, "kwaliteit", text("kwaliteit.trace_link", context.language), ":material/account_tree:",
                indicator=str(indicators[0]["indicator_id"]),
            )  # fmt: skip
        if together := computed_together(indicators):
            page_link(
                context, "vragen", text("vragen.why", context.language), ":material/gavel:", system=together
            )


def computed_together(indicators: list[dict[str, Any]]) -> str:
    """The joint table that some figures come from, as the register names it; empty where all come from elsewhere."""
    found = (str(row.get("source_id") or "") for row in indicators)
    return next((one for one in found if one.startswith(JOINT)), "")
