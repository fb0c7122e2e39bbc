"""The figures of one view, made once and used by map, bars, table, card and sentence, so that they can never differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from apps.dashboard.data.queries import AreaRow
from apps.dashboard.wording.numbers import format_difference, format_number, format_value, rounded
from datawerkplaats.base.errors import Language

Row = dict[str, Any]


@dataclass(frozen=True)
class Format:
    """How figures of one indicator are written: unit (in the page's language), decimals and language.

    Of a number of people the title says what is counted; its bounds are no margin of chance, but what it lies between.
    """

    unit: str
    decimals: int
    language: Language
    is_count: bool = False

    @property
    def is_short(self) -> bool:
        """Whether the unit is one sign that can stand at every figure; a longer one is said once."""
        return self.unit in ("", "%", "€", "eur", "count")

    def value(self, value: float | None) -> str:
        """A figure with its unit."""
        return format_value(value, "" if self.is_count else self.unit, self.decimals, self.language)

    def short(self, value: float | None) -> str:
        """A figure for charts, tables and legends, where a long unit stands in the caption."""
        return format_value(value, self.unit if self.is_short else "", self.decimals, self.language)

    def difference(self, value: float) -> str:
        """The size of a difference."""
        return format_difference(value, "" if self.is_count else self.unit, self.decimals, self.language)

    def interval(self, lower: float | None, upper: float | None) -> str:
        """A margin as 'x – y', or nothing."""
        if lower is None or upper is None:
            return ""
        return f"{format_number(lower, self.decimals, self.language)} – {self.short(upper)}"


class Figure(NamedTuple):
    """One area with its value and state; a tuple, since thousands are made at once."""

    code: str
    name: str
    label: str
    gemeente_code: str | None
    gemeente_name: str | None
    population: float | None
    value: float | None
    lower: float | None
    upper: float | None
    status: str
    is_modelled: bool
    vintage: int

    @property
    def has_interval(self) -> bool:
        """Whether both bounds are known."""
        return self.lower is not None and self.upper is not None

    @property
    def state(self) -> str:
        """`value`, `suppressed` or `missing`: what the map and the legend distinguish."""
        if self.value is not None:
            return "value"
        return "suppressed" if self.status == "suppressed" else "missing"


@dataclass(frozen=True)
class ReferenceFigure:
    """A figure to compare with: the country, the region, or a gemeente."""

    kind: str  # country | region | gemeente
    name: str
    value: float
    computed_from: int = 0  # number of gemeenten in a weighted mean; 0 for a delivered figure
    official: float | None = (
        None  # what a survey says of the area, where its mean of estimates (`value`) reads otherwise
    )
    is_estimated: bool = False  # whether it is a mean of estimates


def decimals_of(indicator: Row, is_modelled: bool) -> int:
    """Decimals shown: model estimates of per cents are whole, for more would pretend a precision that they lack."""
    if is_modelled and indicator["unit"] == "%":
        return 0
    return 1 if indicator["decimals"] is None else int(indicator["decimals"])


def figures(rows: list[AreaRow], only_focus: bool) -> list[Figure]:
    """The figures of a view, highest first, each with a label that is unique in the list."""
    inside = [row for row in rows if row.is_focus or not only_focus]
    names = Counter(row.name for row in inside)
    labels = [_label(row, names[row.name] > 1) for row in inside]
    twice = {label for label, count in Counter(labels).items() if count > 1}
    return [
        Figure(
            row.code,
            row.name,
            f"{label} {row.code}" if label in twice else label,
            row.gemeente_code,
            row.gemeente_name,
            row.population,
            row.value,
            row.lower,
            row.upper,
            row.status,
            row.is_modelled,
            row.vintage,
        )
        for row, label in zip(inside, labels, strict=True)
    ]


def _label(row: AreaRow, is_shared: bool) -> str:
    return f"{row.name} ({row.gemeente_name})" if is_shared and row.gemeente_name else row.name


def is_ranked(indicator: Row) -> bool:
    """Whether areas may be put in order by this figure: only where its publication says so.

    One from before indicators declared it says nothing: then there is no order.
    """
    return indicator.get("is_ranked") is True


def has_base(residents: float | None, least: float) -> bool:
    """Whether an area may have a place among others: one of few residents, or of which nobody knows them, may not."""
    return residents is not None and residents >= least


def in_order(found: Sequence[Figure], least: float) -> tuple[list[Figure], list[Figure]]:
    """The areas that may be put in order, as they came, and by name those with a figure that may not."""
    known = [figure for figure in found if figure.value is not None]
    placed = [figure for figure in known if has_base(figure.population, least)]
    return placed, by_name([figure for figure in known if not has_base(figure.population, least)])


def by_name(unordered: list[Figure]) -> list[Figure]:
    """The figures in alphabetical order, for what is not ranked."""
    return sorted(unordered, key=lambda figure: figure.label)


def references(
    delivered: list[Row],
    region: Row | None,
    gemeenten: list[AreaRow],
    country: str,
    *,
    is_mean_allowed: bool,
    of_estimates: bool = True,
    decimals: int = 1,
) -> list[ReferenceFigure]:
    """The region's and the country's figure: as delivered, or for the region the mean of its gemeenten by residents.

    The mean is only for shares and averages; it is left out where a gemeente in the region has no value or no population.
    Beside estimates a larger area has its mean of estimates and what a survey says of it, where that reads otherwise; beside
    anything else only the survey's.
    """
    found: list[ReferenceFigure] = []
    by_code = {row["code"]: row for row in delivered}

    def as_delivered(kind: str, name: str, row: Row) -> ReferenceFigure:
        value, official, is_estimated = like_with_like(
            row["value"], row.get("official"), bool(row.get("is_estimated")), of_estimates=of_estimates
        )
        survey = unlike(official, value, decimals)
        return ReferenceFigure(kind, name, value, official=survey, is_estimated=is_estimated)

    if region:
        if region["region_code"] in by_code:
            found.append(as_delivered("region", region["region_name"], by_code[region["region_code"]]))
        elif is_mean_allowed:
            inside = [row for row in gemeenten if row.is_focus]
            known = [
                (row.value, row.population) for row in inside if row.value is not None and row.population
            ]
            if inside and len(known) == len(inside):
                mean = sum(value * people for value, people in known) / sum(people for _, people in known)
                found.append(
                    ReferenceFigure(
                        "region", region["region_name"], mean, len(inside), is_estimated=of_estimates
                    )
                )
    national = next((row for row in delivered if row["level"] == "country"), None)
    if national is not None:
        found.append(as_delivered("country", country, national))
    return found


def like_with_like(
    value: float, official: float | None, is_estimated: bool, *, of_estimates: bool
) -> tuple[float, float | None, bool]:
    """What stands beside a figure of a smaller area: the value, what a survey says instead, and whether it is a mean of estimates.

    Beside an estimate that is the mean of estimates, beside anything else what a survey says, where there is one.
    """
    return (value, official, is_estimated) if official is None or of_estimates else (official, None, False)


def unlike(official: float | None, mean: float | None, decimals: int) -> float | None:
    """What a survey says of a larger area, where it reads otherwise than the mean of estimates; else None."""
    if official is None or mean is None or rounded(official, decimals) == rounded(mean, decimals):
        return None
    return official


def is_share_or_mean(unit: str) -> bool:
    """Whether a mean over areas has a meaning: not for counts."""
    return unit not in ("", "count")


def comparison(figure: Figure, reference: float, decimals: int) -> str:
    """How a figure stands to another: `same`, `higher`, `lower`, `unclear`, or `no_interval`.

    'Higher' and 'lower' need a margin of the area that does not hold the other figure, exactly and as it is written, so that
    everyone can check the claim; figures that read the same are the same.
    """
    if figure.value is None:
        raise ValueError("an area without a value cannot be compared")
    if rounded(figure.value, decimals) == rounded(reference, decimals):
        return "same"
    if figure.lower is None or figure.upper is None:
        return "no_interval"
    there = rounded(reference, decimals)
    if figure.lower > reference and rounded(figure.lower, decimals) > there:
        return "higher"
    return "lower" if figure.upper < reference and rounded(figure.upper, decimals) < there else "unclear"
