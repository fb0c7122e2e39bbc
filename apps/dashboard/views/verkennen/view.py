"""Everything one view of the page needs, collected once: figures, references, colours, map and words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any

from apps.dashboard.components.charts.ranked_bars import Bar
from apps.dashboard.components.charts.scale import ColourScale, map_scale
from apps.dashboard.data import cube, queries
from apps.dashboard.data import release as published_release
from apps.dashboard.data.cache import cached
from apps.dashboard.views.verkennen.selection import Selection
from apps.dashboard.views.verkennen.summary import summary
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.figures import (
    Figure,
    Format,
    ReferenceFigure,
    by_name,
    comparison,
    decimals_of,
    figures,
    has_base,
    in_order,
    is_ranked,
    is_share_or_mean,
    references,
)
from apps.dashboard.wording.indicators import NUMBER
from apps.dashboard.wording.sentences import with_margin
from apps.dashboard.wording.texts import text, word
from datawerkplaats.base.errors import Language

Row = dict[str, Any]


@dataclass(frozen=True)
class View:
    """One view, ready to be drawn. The `key` is the same whichever area is chosen, as are the figures."""

    key: Hashable
    selection: Selection
    indicator: Row
    title: str
    figures: list[Figure]
    references: list[ReferenceFigure]
    region: Row | None
    scale: ColourScale
    style: Format
    summary: str
    vintage: int  # the region classification of the figures
    is_ranked: bool  # whether areas may be put in order by this figure, and enough people live in any of them
    least: float  # residents under which an area has no place among others
    small: int  # how many have a figure and no place
    states: Counter[str]  # how many areas have a figure, a hidden one, or none

    @property
    def only_focus(self) -> bool:
        """Whether only the region's own areas are shown."""
        return self.region is not None and self.selection.scope == "region"

    def is_in_doubt(self, figure: Figure) -> bool:
        """Whether the colour says more than is known: a margin that holds the first comparison, or too few residents."""
        if figure.value is None:
            return False
        if not has_base(figure.population, self.least):
            return True
        if not figure.has_interval or not self.references:
            return False
        found = comparison(figure, self.references[0].value, self.style.decimals)
        return found in ("same", "unclear")

    @property
    def is_modelled(self) -> bool:
        """Whether any figure shown is a model estimate."""
        return any(figure.is_modelled for figure in self.figures)

    @property
    def has_intervals(self) -> bool:
        """Whether any figure shown has a margin."""
        return any(figure.lower is not None and figure.upper is not None for figure in self.figures)

    @property
    def chosen(self) -> Figure | None:
        """The chosen area, if it is in this view."""
        return next((figure for figure in self.figures if figure.code == self.selection.area), None)

    def ranked(self) -> list[Figure]:
        """The areas with a figure, in the order of the bars; those that have no place among the others come last, by name."""
        return [figure for figure in self.figures if figure.value is not None]

    def bars(self, among: list[Figure]) -> list[Bar]:
        """Areas with a figure as bars in the colours of the map; only those that are drawn, for words take time."""
        return [
            Bar(
                f.code,
                f.label,
                f.value,
                self.style.short(f.value),
                f.lower,
                f.upper,
                self.scale.colours[self.scale.index(f.value)],
            )
            for f in among
            if f.value is not None
        ]

    def words_for(self, figure: Figure) -> str:
        """A figure in words: the number with its margin, or why there is none."""
        return self.words_of(figure.value, figure.lower, figure.upper, figure.state)

    def words_of(self, value: float | None, lower: float | None, upper: float | None, state: str) -> str:
        """The same of what is known of a figure."""
        if value is None:
            return text(f"verkennen.legend_{state}", self.style.language)
        return with_margin(self.style, value, lower, upper)


def collect(context: Context, selection: Selection, indicator: Row, region: Row | None) -> View:
    """The view of a selection; of the same figures only the chosen area differs."""
    whole = replace(selection, area=None)
    view = _without_area(context.release.extent, context.language, whole, context, indicator, region)
    return replace(view, selection=selection)


# Few are kept: each is thousands of objects for every search for garbage. What is made of them is lighter.
@cached(4)
def _without_area(
    extent: published_release.Extent,
    language: Language,
    selection: Selection,
    _context: Context,
    _indicator: Row,
    _region: Row | None,
) -> View:
    release, indicator, region = _context.release, _indicator, _region
    mart, figure = _indicator["home"], selection.indicator
    year, age, sex = selection.year, selection.age, selection.sex
    rows = queries.areas(release, mart, figure, selection.level, year, age, sex)
    inside = [row for row in rows if row.gemeente_code == selection.gemeente] if selection.gemeente else rows
    found = figures(inside, only_focus=region is not None and selection.scope == "region")
    found = _with_residents(found, selection.level, release)
    least = _context.theme.rules.min_residents
    placed, small = in_order(found, least)
    ranked = is_ranked(indicator) and bool(placed)
    # Those without a place come after the others, by name, and then those without a figure.
    apart = [*placed, *small, *(figure for figure in found if figure.value is None)]
    found = apart if ranked else by_name(found)
    by_gemeente = rows if selection.level == "gemeente" else []
    if region and not by_gemeente:  # a mean may have to be made of them
        by_gemeente = queries.areas(release, mart, figure, "gemeente", year, age, sex)
    style = Format(
        word("unit", indicator["unit"] or "", language),
        decimals_of(indicator, any(f.is_modelled for f in found)),
        language,
        indicator["unit"] == NUMBER,
    )
    known = references(
        queries.reference_figures(release, mart, figure, year, age, sex),
        region,
        by_gemeente,
        text("verkennen.country_fictional" if release.is_fictional else "verkennen.country", language),
        is_mean_allowed=is_share_or_mean(style.unit),
        of_estimates=any(f.is_modelled for f in found),
        decimals=style.decimals,
    )
    scale = map_scale(
        placed or found,
        indicator["polarity"] or "neutral",
        style.decimals,
        is_modelled=any(f.is_modelled for f in found),
    )
    return View(
        key=(extent, language, selection),
        selection=selection,
        indicator=indicator,
        title=_context.title_of(indicator),
        figures=found,
        references=known,
        region=region,
        scale=scale,
        style=style,
        summary=summary(
            found,
            known,
            selection.level,
            style,
            is_ranked=ranked,
            least=least,
        ),
        vintage=max((figure.vintage for figure in found), default=0),
        states=Counter(figure.state for figure in found),
        is_ranked=ranked,
        least=least,
        small=len(small),
    )


def _with_residents(found: list[Figure], level: str, release: published_release.Release) -> list[Figure]:
    """The same with residents as elsewhere: of now where they are known, since a classification of a figure may have none."""
    now = cube.residents(release, level)
    people = ((figure, now.get(figure.code) or figure.population) for figure in found)
    return [
        figure if count == figure.population else figure._replace(population=count)
        for figure, count in people
    ]


@cached(12)
def gemeenten(key: Hashable, _view: View, _release: published_release.Release) -> dict[str, ReferenceFigure]:
    """The figures of the gemeenten, by code, that smaller areas are compared with."""
    s = _view.selection
    rows = queries.areas(_release, _view.indicator["home"], s.indicator, "gemeente", s.year, s.age, s.sex)
    return {
        row.code: ReferenceFigure("gemeente", row.name, row.value) for row in rows if row.value is not None
    }
