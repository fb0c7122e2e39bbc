"""Whether a map tells areas apart that the figures do not: the classes of every map beside the typical margin of its figures."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from statistics import median
from typing import Any

from apps.dashboard.data import queries, regions
from apps.dashboard.data.release import current_release
from apps.dashboard.views.verkennen.selection import SHOWN_LEVELS, Selection
from apps.dashboard.views.verkennen.view import View, collect
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.figures import has_base
from apps.dashboard.wording.numbers import rounded


def context_of(region: str = "") -> Context:
    """The pages in Dutch, for a declared region or for the one that was published."""
    release = regions.looked_at(current_release(), region) if region else current_release()
    return Context(
        release,
        "nl",
        {},
        str(queries.region_name(release)),
        region=regions.region_of(release) if region else None,
    )


def views(context: Context) -> Iterator[View]:
    """The map of every figure at every level, of its newest year and every age."""
    indicators = {row["indicator_id"]: row for row in queries.indicators(context.release)}
    newest: dict[tuple[str, str, str], Any] = {}
    for row in queries.availability(context.release):
        key = (row["indicator_id"], row["region_level"], row["age_band"])
        if (
            key[0] not in indicators
            or key[1] not in SHOWN_LEVELS
            or row["sex"] != "total"
            or not row["known"]
        ):
            continue
        if key not in newest or row["year"] > newest[key]["year"]:
            newest[key] = row
    focus = queries.focus_region(context.release)
    for (indicator, level, age), row in newest.items():
        scope = "region" if focus else "country"
        chosen = Selection(row["mart"], indicator, level, row["year"], age, "total", scope)
        yield collect(context, chosen, indicators[indicator], focus)


def too_near(view: View) -> list[str]:
    """The neighbouring classes of a map that lie closer to each other than half of a typical margin is wide, in words.

    Worked out from the figures and the colour of each, not from the bounds of the scale.
    """
    placed = [f for f in view.figures if f.value is not None and has_base(f.population, view.least)]
    known = placed or [f for f in view.figures if f.value is not None]
    halves = [(f.upper - f.lower) / 2 for f in known if f.lower is not None and f.upper is not None]
    margin = median(halves) if halves else 0.0
    by_class: dict[int, list[float]] = {}
    for figure in known:
        value = float(rounded(figure.value or 0.0, view.style.decimals))
        by_class.setdefault(view.scale.index(figure.value or 0.0), []).append(value)
    told, name = [], f"{view.selection.indicator} {view.selection.level} {view.selection.age}"
    for low, high in pairwise(sorted(by_class)):
        begins = min(by_class[high]) - min(by_class[low])
        middles = median(by_class[high]) - median(by_class[low])
        if min(begins, middles) < margin - 1e-9:
            told.append(f"{name}: classes {min(begins, middles):.3g} apart, margin {margin:.3g}")
    if view.is_modelled and len(by_class) > 3:
        told.append(f"{name}: estimates in {len(by_class)} classes")
    return told


def steps_too_near(region: str = "") -> tuple[int, list[str]]:
    """How many maps there are, and what is wrong with the classes of any."""
    found, looked = [], 0
    for view in views(context_of(region)):
        looked += 1
        found += too_near(view)
    return looked, found
