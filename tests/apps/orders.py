"""What every page and product puts in order, figure by figure, beside the one rule: `shown: ranked`, and enough residents.

A place is any sign that tells where an area lies among others: an order by value, a name of the highest, dots beside each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from apps.dashboard.components import area_choice
from apps.dashboard.data import cube
from apps.dashboard.profile import standout
from apps.dashboard.profile.area_beside import wijken
from apps.dashboard.profile.area_page import AreaPage
from apps.dashboard.profile.lines import Line
from apps.dashboard.report.charts import difference_chart
from apps.dashboard.report.request import Request, comparators
from apps.dashboard.views.buren.page import funnels_of
from apps.dashboard.views.doen.where import needs_of
from apps.dashboard.views.ongelijkheid.page import ladders_of
from apps.dashboard.views.verkennen.view import View
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.figures import has_base
from apps.dashboard.wording.indicators import IndicatorTexts
from datawerkplaats.base.errors import DataProblem
from tests.apps.colours import context_of, views

AREAS = 3  # gemeenten whose own pages are looked at, beside the largest and the smallest wijk
LEVELS = ("gemeente", "wijk")


class Told(NamedTuple):
    """That a page gives a place by a figure (`placed`), to an area with enough residents (`has_base`)."""

    indicator: str
    placed: bool
    has_base: bool = True


@dataclass(frozen=True)
class Looked:
    """The pages of a release, and the areas whose own pages are looked at."""

    context: Context
    texts: IndicatorTexts
    pages: list[AreaPage]


def looked(context: Context) -> Looked:
    """The largest and smallest gemeenten and wijken of the region."""
    pages = []
    for level in LEVELS:
        areas = sorted(
            (row for row in cube.regions(context.release, level) if row["is_focus"]),
            key=lambda row: row["population"] or 0,
        )
        for area in [*areas[:1], *areas[-(AREAS if level == "gemeente" else 1) :]]:
            key, name = next(iter(area_choice.larger_areas(context, area, level).items()))
            pages.append(AreaPage(context, context.theme, level, area, key, name))
    return Looked(context, IndicatorTexts(context), pages)


def _base(page: AreaPage) -> bool:
    return standout.is_large_enough(page.area["population"], page.theme.rules)


def on_the_map(at: Looked) -> Iterator[Told]:
    """The list beside the map, the table and the sentence above them."""
    for view in views(at.context):
        known = [figure for figure in view.figures if figure.value is not None]
        placed = [figure for figure in known if has_base(figure.population, view.least)]
        if len({figure.value for figure in placed}) < 2:
            continue
        large = [figure.value or 0.0 for figure in placed]
        by_value = large == sorted(large, reverse=True) and known[: len(placed)] == placed
        is_named = _names_one(view)
        yield Told(view.selection.indicator, by_value or is_named)
        small = known[len(placed) :] if by_value else [f for f in known if f not in placed]
        yield Told(view.selection.indicator, small != sorted(small, key=lambda f: f.label), has_base=False)


def _names_one(view: View) -> bool:
    """Whether the sentence names an area of which the name is in no other word there."""
    return any(f" {figure.label} " in view.summary for figure in view.figures if figure.value is not None)


def on_the_tiles(at: Looked) -> Iterator[Told]:
    """Mijn gebied and the A4, which shows the same figures: dots, and the words on a place."""
    for page in at.pages:
        for item in page.standings:
            card = page.card(item)
            is_told = card.strip is not None or any(word in card.place for word in ("gunstig", "ongunstig"))
            yield Told(item.line.indicator, is_told, _base(page))


def on_the_profile(at: Looked) -> Iterator[Told]:
    """The profile, the figures folded under Mijn gebied, and the report, which draw the same lines."""
    for page in at.pages:
        yield from (Told(line.indicator, _is_placed(line), _base(page)) for line in page.all_lines)


def in_the_report(at: Looked) -> Iterator[Told]:
    """The report: its lines, and the chart of the largest differences."""
    for page in at.pages:
        names = comparators(at.context, page.level, page.area)
        asked = Request(at.context, page.level, page.area, next(iter(names)))
        drawing = difference_chart(asked)
        titles = {row["n"] for row in drawing.spec["data"]["values"]} if drawing else set()
        for line in asked.lines:
            yield Told(line.indicator, _is_placed(line), _base(page))
            if line.title in titles and sum(other.title == line.title for other in asked.lines) == 1:
                yield Told(line.indicator, placed=True)


def _is_placed(line: Line) -> bool:
    return any(part is not None for part in (line.low, line.p25, line.p75, line.high))


def in_inequality(at: Looked) -> Iterator[Told]:
    """What areas are put in fifths by."""
    yield from _offered(at, ladders_of)


def in_comparisons(at: Looked) -> Iterator[Told]:
    """What areas stand out on."""
    yield from _offered(at, funnels_of)


def _offered(
    at: Looked, offered: Callable[[IndicatorTexts, cube.Cube, list[str]], list[str]]
) -> Iterator[Told]:
    for level in LEVELS:
        moments = cube.moments(at.context.release, level)
        if not moments:
            continue
        table = area_choice.table(at.context, level, "region", moments)
        yield from (Told(item, True) for item in offered(at.texts, table, at.texts.comparable(moments)))


def where_to_start(at: Looked) -> Iterator[Told]:
    """What areas are chosen by in Doen."""
    yield from (Told(indicator, True) for indicator, _ in needs_of(at.context).values())


def on_the_small_map(at: Looked) -> Iterator[Told]:
    """The map of wijken on Mijn gebied, which tells the least favourable."""
    for page in at.pages:
        if (found := wijken(page)) is not None:
            yield Told(found.moment.indicator_id, True)


def on_the_site(at: Looked) -> Iterator[Told]:
    """The public site: which figures get a map of all gemeenten."""
    from apps.site.maps import wanted

    yield from (Told(moment.indicator_id, True) for moment in wanted(at.pages[0]))


def in_the_service(at: Looked) -> Iterator[Told]:
    """The service for programs: what may be asked with the highest first."""
    from apps.api.known import require_ranking
    from datawerkplaats.base.duckdb import connect_read_only

    with connect_read_only(at.context.release.path) as con:
        for indicator in at.texts.rows:
            try:
                require_ranking(con, [indicator])
            except DataProblem:
                yield Told(indicator, False)
            else:
                yield Told(indicator, True)


PLACES: dict[str, Callable[[Looked], Iterator[Told]]] = {
    "map, list and table": on_the_map,
    "Mijn gebied and the A4": on_the_tiles,
    "profile": on_the_profile,
    "report": in_the_report,
    "inequality": in_inequality,
    "comparisons": in_comparisons,
    "doing": where_to_start,
    "map of wijken": on_the_small_map,
    "public site": on_the_site,
    "service": in_the_service,
}
# Where every figure is shown that there is, so that one that may be put in order has to be.
COMPLETE = ("map, list and table", "service")


def disagreements(region: str = "") -> tuple[int, list[str]]:
    """How often a page was asked about a figure, and each time that it does something else than the rule, in words."""
    at = looked(context_of(region))
    count, found = 0, dict[str, None]()
    for place, told_by in PLACES.items():
        for indicator, placed, base in told_by(at):
            count += 1
            may = at.texts.is_ranked(indicator) and base
            if placed and not may:
                found[
                    f"{place} gives a place by {indicator}{'' if base else ' to an area of few residents'}"
                ] = None
            if place in COMPLETE and may and not placed:
                found[f"{place} gives no place by {indicator}"] = None
    return count, list(found)
