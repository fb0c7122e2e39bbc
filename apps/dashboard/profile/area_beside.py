"""Beside the figures of an area, as HTML: a small map of the wijken, and one figure through the years."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from apps.dashboard.components import markup, small_map, year_line
from apps.dashboard.data import cube, one_area, queries, standing
from apps.dashboard.data.cache import cached
from apps.dashboard.data.cube import Moment
from apps.dashboard.data.release import Identity, Release, Row, View
from apps.dashboard.profile import standout
from apps.dashboard.profile.area_page import AreaPage
from apps.dashboard.profile.lines import lines
from apps.dashboard.profile.standout import Standing
from apps.dashboard.wording import beside
from apps.dashboard.wording.figures import is_ranked, like_with_like
from apps.dashboard.wording.numbers import format_number
from apps.dashboard.wording.texts import listing, text
from datawerkplaats.base.settings import get_settings
from datawerkplaats.catalogue.events import load_events

_LEAST_YEARS, _LEAST_WIJKEN = 2, 2


@cached(60)
def _shapes(identity: Identity, gemeente: str, _release: Release) -> tuple[small_map.Shape, ...]:
    return small_map.shapes(standing.wijk_polygons(_release, gemeente))


@dataclass(frozen=True)
class WijkenMap:
    """The wijken of a gemeente with one figure: what it says, the drawing's parts, and what the classes mean."""

    moment: Moment
    title: str
    alt: str
    shapes: tuple[small_map.Shape, ...]
    sides: dict[str, str]
    words: dict[str, str]

    @property
    def worst(self) -> list[str]:
        """The names of the wijken that surely lie among the least favourable."""
        return sorted(shape.name for shape in self.shapes if self.sides.get(shape.code) == "worst")


def wijken(page: AreaPage) -> WijkenMap | None:
    """The wijken of the gemeente and the figure they show; None where there is nothing to tell apart."""
    context = page.context
    release, language = context.release, context.language
    gemeente = str(page.area["gemeente_code"] or page.area["code"])
    shapes = _shapes(release.identity, gemeente, release)
    moment = _figure_of_wijken(page)
    if len(shapes) < _LEAST_WIJKEN or moment is None:
        return None
    row = page.indicator_texts.rows[moment.indicator_id]
    if not is_ranked(row):
        return None
    sides = sides_of(page, moment, gemeente)
    worst = sum(sides.get(shape.code) == "worst" for shape in shapes)
    key = "some" if worst else "none"
    title = context.title_of(row)
    name = str(page.area["gemeente_name"] or page.area["name"])
    least = format_number(page.theme.rules.min_residents, 0, language)
    return WijkenMap(
        moment,
        text(f"gebied.map_title_{key}", language, title=title, count=worst, total=len(shapes)),
        text("gebied.map_alt", language, area=name),
        shapes,
        sides,
        {
            kind: text(f"gebied.map_{kind}", language, region=page.among, least=least)
            for kind in small_map.CLASSES
        },
    )


def wijken_map(page: AreaPage) -> tuple[str, Moment] | None:
    """The map of the wijken as HTML, and the figure they show; None where there is nothing to tell apart."""
    found = wijken(page)
    if found is None:
        return None
    language = page.context.language
    listed = ""
    if found.worst:
        names = "".join(f"<li>{escape(item)}</li>" for item in found.worst)
        listed = (
            f'<details class="dw-help"><summary>{escape(text("gebied.map_list", language))}</summary>'
            f"<p>{escape(text('gebied.map_order', language))}</p><ul>{names}</ul></details>"
        )
    drawn = (
        f'<section class="dw-beside"><h2>{escape(found.title)}</h2>{small_map.drawn(found.shapes, found.sides, found.alt)}'
        f"{small_map.legend(found.words)}{listed}</section>"
    )
    return drawn, found.moment


def first_of_wijken(page: AreaPage) -> str:
    """The figure to look at the wijken of the gemeente with where none of the theme's is known; empty without wijken or figures."""
    release, gemeente = page.context.release, page.area["gemeente_code"] or page.area["code"]
    if not any(row["gemeente_code"] == gemeente for row in cube.regions(release, "wijk")):
        return ""
    found = _figure_of_wijken(page) or next(iter(cube.moments(release, "wijk")), None)
    return found.indicator_id if found else ""


def _figure_of_wijken(page: AreaPage) -> Moment | None:
    known = {
        moment.indicator_id: moment
        for moment in cube.moments(page.context.release, "wijk")
        if moment.indicator_id not in page.without
    }
    return next((known[item] for item in page.theme.map if item in known), None)


def sides_of(page: AreaPage, moment: Moment, gemeente: str = "", level: str = "wijk") -> dict[str, str]:
    """By area, of one gemeente or of all, on which side it lies among all of the region that have enough residents."""
    release = page.context.release
    inside = "" if queries.focus_region(release) else str(page.area["province_code"] or "")
    return _sides(release.view, moment, gemeente, level, inside, page)


@cached(60)
def _sides(
    view: View, moment: Moment, gemeente: str, level: str, inside: str, _page: AreaPage
) -> dict[str, str]:
    page, release = _page, _page.context.release
    row = page.indicator_texts.rows[moment.indicator_id]
    areas: dict[str, Row] = {item["code"]: item for item in cube.regions(release, level)}
    found = standing.peers(release, level, page.area, (moment,))
    peers = found.get((moment.indicator_id, moment.age), ())
    is_modelled = (moment.indicator_id, moment.year, moment.age) in cube.modelled(release, level)
    blank: dict[str, Any] = dict.fromkeys(
        ("country", "province", "ggd_region", "gemeente", "low", "p25", "p75", "high", "reason")
    )
    sides: dict[str, str] = {}
    for peer in peers:
        if gemeente and areas.get(peer.code, {}).get("gemeente_code") != gemeente:
            continue
        figure = {
            **blank, "indicator_id": moment.indicator_id, "year": moment.year, "age": moment.age, "value": peer.value,
            "lower": peer.lower, "upper": peer.upper, "denominator": None, "status": "normal", "peers": len(peers),
            "is_modelled": is_modelled,
        }  # fmt: skip
        (line,) = lines(page.indicator_texts, [figure], {}, "country", peer.residents)
        item = Standing("", line, str(row["polarity"] or "neutral"), True, peers)
        sides[peer.code] = standout.place(item, peer.residents, page.theme.rules).side
    return sides


@dataclass(frozen=True)
class ThroughYears:
    """One figure of an area through the years: what it says, and the drawing's parts."""

    title: str
    alt: str
    line: year_line.YearLine
    write: Callable[[float], str]
    is_modelled: bool
    reference: str  # what the other line is called


def through_years(page: AreaPage, plans: Sequence[year_line.Flag] = ()) -> ThroughYears | None:
    """The first figure of the first screen that has more than one year; None where there is none.

    Args:
        page: The area.
        plans: Start and end of what is done here, as flags; what is public knows none.
    """
    context = page.context
    release, language, code = context.release, context.language, str(page.area["code"])
    years: dict[tuple[str, str], list[Row]] = {}
    for row in one_area.measured_years(release, page.level, code):
        years.setdefault((row["indicator_id"], row["age"]), []).append(row)
    chosen = next(
        (
            item
            for item in page.tiles()
            if len(years.get((item.line.indicator, item.line.age), ())) >= _LEAST_YEARS
        ),
        None,
    )
    if chosen is None:
        return None
    line = chosen.line
    own = years[line.indicator, line.age]
    levels = {"country": ("country", ""), "gemeente": ("gemeente", page.area["gemeente_code"])}
    larger, larger_code = levels.get(
        page.comparator, (page.comparator, page.area.get(f"{page.comparator}_code"))
    )
    beside_it = standing.reference_years(release, line.indicator, line.age, larger, str(larger_code or ""))
    called = beside.name(page.reference, line.is_modelled, language) if beside_it else ""
    points = [
        (year, like_with_like(mean, survey, True, of_estimates=line.is_modelled)[0])
        for year, mean, survey in beside_it
    ]
    events = [
        event
        for event in load_events(get_settings().catalogue_dir)
        if not event.figures or line.indicator in event.figures
    ]
    flags = [
        year_line.Flag(
            event.year, event.title.nl if language == "nl" else event.title.en, event.kind == "method"
        )
        for event in events
    ]
    years_line = year_line.YearLine(
        [(row["year"], row["value"]) for row in own],
        points,
        [*([] if release.is_fictional else flags), *plans],
        line.is_modelled,
        [(row["year"], row["lower"], row["upper"]) for row in own if row["lower"] is not None],
    )
    both = listing([str(page.area["name"]), *([called] if called else [])], language)
    alt = text(
        "gebied.line_alt", language, title=line.title, both=both, first=own[0]["year"], last=own[-1]["year"]
    )
    return ThroughYears(
        _line_title(own, chosen, page), alt, years_line, line.style.short, line.is_modelled, called
    )


def year_line_of(page: AreaPage, plans: Sequence[year_line.Flag] = (), told: Sequence[str] = ()) -> str:
    """The same as HTML, with the plans in sentences (`told`) below the line; empty where there is none."""
    language, found = page.context.language, through_years(page, plans)
    if found is None:
        return ""
    kind = "estimate" if found.is_modelled else "measured"
    drawn = [
        ("", str(page.area["name"])),
        *([(" dw-line-key-other", found.reference)] if found.reference else []),
    ]
    keys = "".join(
        f'<li><span class="dw-line-key{kind}" aria-hidden="true"></span>{escape(name)}</li>'
        for kind, name in drawn
    )
    shown = [f"⚑ {sentence}" for sentence in told]
    events_told = "".join(map(markup.note, [*shown, text("doen.flag_note", language)] if shown else []))
    return (
        f'<section class="dw-beside"><h2>{escape(found.title)}</h2>'
        f"{year_line.drawn(found.line, found.write, found.alt)}"
        f'<ul class="dw-map-keys">{keys}</ul>{events_told}'
        f"{markup.note(text(f'gebied.line_note_{kind}', language))}</section>"
    )


def _line_title(own: list[Row], chosen: Standing, page: AreaPage) -> str:
    """What the line says; a rise or a fall only where both margins allow it, and never of estimates."""
    language, line = page.context.language, chosen.line
    if line.is_modelled:
        return text("gebied.line_estimate", language, title=line.title)
    first, last = own[0], own[-1]
    if None in (first["lower"], last["lower"]):
        return text("gebied.line_estimate", language, title=line.title).split(" (")[0]
    key = "rises" if last["lower"] > first["upper"] else "falls" if last["upper"] < first["lower"] else "same"
    return text(f"gebied.line_{key}", language, title=line.title, year=first["year"])
