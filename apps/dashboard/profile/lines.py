"""The lines of an area profile: one per indicator, with its place among peers, its comparison, trend tag and quality."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from apps.dashboard.data import periods
from apps.dashboard.wording.figures import Format, has_base, is_ranked, like_with_like, unlike
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.numbers import rounded
from datawerkplaats.catalogue.themes import OTHER, Theme
from datawerkplaats.statistics import compare_with_benchmark, wilson_interval

Row = dict[str, Any]
COMPARATORS = ("country", "province", "ggd_region", "gemeente")
COMPUTED = ("province", "ggd_region")
_PLACE = ("low", "p25", "p75", "high")
_LEVELS = ("individual", "social", "environmental", "societal")
OUTCOME = "outcome"
# Nothing is published of the trend: an area that is no more, or a publication from before there were trends in it.
NOT_PUBLISHED = "trend_not_published"


@dataclass(frozen=True)
class Line:
    """One indicator of one area."""

    indicator: str
    domain: str
    title: str
    year: int
    age: str
    style: Format
    value: float | None
    lower: float | None
    upper: float | None
    margin_computed: bool
    low: float | None
    p25: float | None
    p75: float | None
    high: float | None
    peers: int
    reference: float | None
    official: (
        float | None
    )  # what a survey says of the larger area, where its mean of estimates (`reference`) reads otherwise
    reference_estimated: bool  # whether it is a mean of estimates
    reference_computed: bool
    verdict: str  # same | higher | lower | unclear | no_interval | none
    trend: str  # reason code, or a marker of the trend test, as published
    status: str
    reason: str | None
    is_modelled: bool
    when: str  # the year, or the years that are counted together
    restated: tuple[str, int] | None = (
        None  # where it was moved to the boundaries of now: how it is told, and of which year
    )


def domains(theme: Theme) -> tuple[str, ...]:
    """All headings of a profile: how people are doing first, then what goes with it, then what follows from it."""
    inside = [f"indicator_{name}" for name in (*theme.components(), OTHER)]
    return (*inside, *(f"determinant_{name}" for name in (*_LEVELS, OTHER)), OUTCOME)


def domain_of(indicator: Row) -> str:
    """The heading an indicator stands under: component of the framework, level of a determinant, or outcomes."""
    role = indicator["mart"]
    return OUTCOME if role == OUTCOME else f"{role}_{indicator['component']}"


def margin(row: Row, unit: str, method: str | None = None) -> tuple[float | None, float | None, bool]:
    """The margin in the published file, else Wilson's for a counted share; True where it was computed, not delivered.

    Args:
        row: The figure.
        unit: Its unit.
        method: Where the catalogue says that the interval comes from; with `none` there is no margin to be had.
    """
    if row["lower"] is not None and row["upper"] is not None:
        return row["lower"], row["upper"], method in ("wilson", "byar")
    if (
        row["value"] is None
        # Moved to other boundaries the release says which margin is left; worked out again it would be another one.
        or row.get("restated")
        or not row["denominator"]
        or row["is_modelled"]
        or unit != "%"
        or method == "none"
    ):
        return None, None, False
    found = wilson_interval(row["value"] / 100 * row["denominator"], row["denominator"], multiplier=100.0)
    return float(found.lower), float(found.upper), True


def verdict(
    value: float | None, lower: float | None, upper: float | None, reference: float | None, decimals: int
) -> str:
    """'higher' and 'lower' only where the whole margin lies on one side; figures that read the same are the same.

    The margin must lie on one side as it is written too, so that everyone can check the claim.
    """
    if value is None or reference is None:
        return "none"
    if rounded(value, decimals) == rounded(reference, decimals):
        return "same"
    if lower is None or upper is None:
        return "no_interval"
    nothing = (np.nan, np.nan)
    found = str(compare_with_benchmark((lower, upper), nothing, reference, "neutral").verdict.item())
    there = rounded(reference, decimals)
    touches = rounded(lower, decimals) <= there <= rounded(upper, decimals)
    return "unclear" if found == "similar" or touches else found


def _of_both(mean: str, survey: str) -> str:
    """What may be said of a larger area of which both a mean of estimates and a survey's figure is known: what holds for both."""
    if survey in ("none", mean):
        return mean
    return "no_interval" if "no_interval" in (mean, survey) else "unclear"


def lines(
    indicator_texts: IndicatorTexts,
    rows: list[Row],
    trends: Mapping[tuple[str, str], str],
    comparator: str,
    residents: float | None,
) -> list[Line]:
    """All indicators of the area, by domain and title.

    Args:
        indicator_texts: The indicators in the language of the page.
        rows: The figures of the area.
        trends: By indicator and age what is published of the trend; empty where a page shows none.
        comparator: What the figures are compared with.
        residents: Of the area: under the minimum base of the theme it has no place among others.
    """
    release = indicator_texts.context.release
    may_be_placed = has_base(residents, indicator_texts.context.theme.rules.min_residents)
    found = []
    for row in rows:
        indicator = indicator_texts.rows[row["indicator_id"]]
        style = indicator_texts.style(row["indicator_id"], row["is_modelled"])
        lower, upper, computed = margin(row, indicator["unit"] or "", indicator.get("interval_method"))
        reference, official, is_estimated = like_with_like(
            row[comparator], row.get(f"{comparator}_official"), bool(row.get(f"{comparator}_estimated")),
            of_estimates=row["is_modelled"],
        )  # fmt: skip
        by_us = reference is None and comparator in COMPUTED and (indicator["unit"] or "count") != "count"
        if by_us:
            reference, is_estimated = row[f"{comparator}_computed"], bool(row["is_modelled"])
        found.append(
            Line(
                indicator=row["indicator_id"],
                domain=domain_of(indicator),
                title=indicator_texts.title(row["indicator_id"]),
                year=row["year"],
                age=row["age"],
                style=style,
                value=row["value"],
                lower=lower,
                upper=upper,
                margin_computed=computed,
                # Where the area lies between the lowest and the highest is a place in a ranking.
                **{name: row[name] if may_be_placed and is_ranked(indicator) else None for name in _PLACE},
                peers=row["peers"],
                reference=reference,
                official=unlike(official, reference, style.decimals),
                reference_estimated=is_estimated and reference is not None,
                reference_computed=by_us and reference is not None,
                verdict=_of_both(
                    *(
                        verdict(row["value"], lower, upper, one, style.decimals)
                        for one in (reference, official)
                    )
                ),
                trend=trends.get((row["indicator_id"], row["age"]))
                or ("modelled_series" if row["is_modelled"] else NOT_PUBLISHED),
                status=row["status"] or "missing",
                reason=row["reason"],
                is_modelled=row["is_modelled"],
                when=periods.when(release, row["indicator_id"], row["year"]),
                restated=row.get("restated"),
            )
        )
    order = {domain: place for place, domain in enumerate(domains(indicator_texts.context.theme))}
    return sorted(found, key=lambda line: (order.get(line.domain, len(order)), line.title))
