"""The page of one main figure: a map of all gemeenten, and every figure in a list that is no ranking."""

from __future__ import annotations

from collections.abc import Collection
from html import escape
from typing import Any

from apps.dashboard.components import markup, small_map
from apps.dashboard.data import cube, geometry, periods, standing
from apps.dashboard.data.cache import cached
from apps.dashboard.data.cube import Moment
from apps.dashboard.data.release import Extent, Release, Row
from apps.dashboard.profile import area_beside
from apps.dashboard.profile.area_page import AreaPage
from apps.dashboard.wording.figures import is_ranked
from apps.dashboard.wording.numbers import NO_VALUE, format_number
from apps.dashboard.wording.sentences import age_words
from apps.dashboard.wording.texts import text

LEVEL = "gemeente"


def wanted(page: AreaPage) -> list[Moment]:
    """The main figures, each of one age: the first of each phase of the theme that are known and may be put beside each other."""
    known = standing.moments(page.context.release, LEVEL, page.theme)
    found: dict[str, Moment] = {}
    for name, phase in page.theme.phases.items():
        inside = [
            moment
            for (of, indicator), moment in known.items()
            if of == name
            and indicator not in page.without
            and is_ranked(page.indicator_texts.rows[indicator])
            and page.indicator_texts.rows[indicator]["polarity"] in ("higher_is_worse", "higher_is_better")
        ]
        for moment in inside[: phase.lead]:
            found.setdefault(moment.indicator_id, moment)
    return list(found.values())


def polygons(release: Release, only_focus: bool) -> list[Row]:
    """The newest borders of the gemeenten, of the region alone or of all; none where the release has none."""
    vintages = geometry.geometry_vintages(release).get(LEVEL, [])
    return geometry.polygons(release, LEVEL, max(vintages), only_focus) if vintages else []


@cached(2)
def _shapes(extent: Extent, only_focus: bool, _release: Release) -> tuple[small_map.Shape, ...]:
    rows = polygons(_release, only_focus)
    return small_map.shapes(rows) if rows else ()


class GemeentenMap:
    """One figure of all gemeenten: where each lies among the others of its region, as a drawing and as a list."""

    def __init__(
        self, pages: list[AreaPage], moment: Moment, only_focus: bool, inside: Collection[str]
    ) -> None:
        """Look up the figures: `pages` has one gemeente of each region of gemeenten beside each other; `inside` have a page."""
        self.inside = inside
        self.page, self.moment = pages[0], moment
        self.context = self.page.context
        release = self.context.release
        self.when = periods.when(release, moment.indicator_id, moment.year)
        self.sides: dict[str, str] = {}
        self.peers: dict[str, standing.Peer] = {}
        for one in pages:
            self.sides |= area_beside.sides_of(one, moment, level=LEVEL)
            found = standing.peers(release, LEVEL, one.area, (moment,))
            self.peers |= {peer.code: peer for peer in found.get((moment.indicator_id, moment.age), ())}
        self.is_modelled = (moment.indicator_id, moment.year, moment.age) in cube.modelled(release, LEVEL)
        self.row = self.page.indicator_texts.rows[moment.indicator_id]
        self.title = self.context.title_of(self.row)
        shapes = _shapes(release.extent, only_focus, release)
        self.shapes = tuple(shape for shape in shapes if shape.code in self.peers)
        least = format_number(self.page.theme.rules.min_residents, 0, self.context.language)
        kinds = {kind: f"gebied.map_{kind}" for kind in small_map.CLASSES}
        if not self.is_modelled:  # a measured figure is among the quarter, an estimate in a third
            kinds |= {kind: f"site.map_{kind}" for kind in ("worst", "best")}
        # Where each gemeente is put beside those of its own province, the words say so.
        among = pages[0].among if len(pages) == 1 else text("site.own_province", self.context.language)
        self.words = {
            kind: text(key, self.context.language, region=among, least=least) for kind, key in kinds.items()
        }

    def drawing(self, title: str = "") -> str:
        """The map with its legend."""
        alt = text("site.map_alt", self.context.language, title=self.title)
        drawn = small_map.drawn(self.shapes, self.sides, alt) if self.shapes else ""
        # A map without a colour is told in words as well: it is no mistake.
        is_even = bool(self.shapes) and not set(self.sides.values()) & {"worst", "best"}
        note = markup.note(text("site.map_even", self.context.language)) if is_even else ""
        return f'<section class="dw-beside">{title}{drawn}{small_map.legend(self.words)}{note}</section>'

    def on_front(self, path: str) -> str:
        """The map with a way to its page; empty where there are no borders to draw."""
        title = f'<h2><a href="{escape(path)}">{escape(self.title)}</a></h2>'
        return self.drawing(title) if self.shapes else ""

    def block(self, address: str) -> str:
        """The map for another page: title, who and when, drawing, and a way to all figures."""
        language = self.context.language
        more = f'<p><a href="{escape(address)}" target="_top">{escape(text("site.embed_more", language))}</a></p>'
        return f'<h1>{escape(self.title)}</h1>{self.drawing()}<p class="dw-note">{escape(self.about())}</p>{more}'

    def figures(self) -> dict[str, Any]:
        """Every figure as it stands in the release, with the words that readers see."""
        style = self.page.indicator_texts.style(self.moment.indicator_id, self.is_modelled)
        sign = "≈ " if self.is_modelled else ""
        told = [
            {
                "code": peer.code, "name": peer.name, "value": peer.value, "lower": peer.lower, "upper": peer.upper,
                "side": self.sides.get(peer.code, "unknown"),
                f"told_{self.context.language}": f"{sign if peer.value is not None else ''}{style.value(peer.value)}",
            }
            for peer in sorted(self.peers.values(), key=lambda peer: peer.code)
        ]  # fmt: skip
        return {
            "release": self.context.release.id, "indicator": self.moment.indicator_id, "year": self.moment.year,
            "period": self.when, "age": self.moment.age, "figures": told,
        }  # fmt: skip

    def content(self, after: str = "") -> str:
        """The main part of the page, with what stands below it."""
        language = self.context.language
        head = (
            text("site.column_area", language),
            *(text(f"profiel.column_{name}", language, reference="") for name in ("value", "margin")),
            text("site.column_place", language),
        )
        header = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
        return (
            f"<h1>{escape(self.title)}</h1><p>{escape(self.context.title_of(self.row, 'description'))}</p>"
            f'<p class="dw-note">{escape(self.about())}</p><div class="columns map">{self.drawing()}'
            f"<div>{markup.note(text('site.map_order', language))}"
            f'<div class="dw-table" tabindex="0"><table><thead><tr>{header}</tr></thead>'
            f"<tbody>{self._rows()}</tbody></table></div></div></div>{after}"
        )

    def about(self) -> str:
        """Who and when the figures are of, and who published them."""
        language = self.context.language
        kind = text(f"gebied.kind_{'modelled' if self.is_modelled else 'counted'}", language)
        is_main = self.moment in cube.moments(self.context.release, LEVEL)
        parts = (
            # The population in the catalogue is that of the figure's main age.
            self.context.title_of(self.row, "population")
            if is_main
            else age_words(self.moment.age, language),
            text("gebied.source", language, year=self.when, kind=kind),
            f"{self.context.title_of(self.row, 'source_title')} ({self.row['publisher']})",
        )
        return " · ".join(part for part in parts if part)

    def _rows(self) -> str:
        """In alphabetical order: this is no ranking."""
        known = {area["code"] for area in cube.regions(self.context.release, LEVEL)}
        style = self.page.indicator_texts.style(self.moment.indicator_id, self.is_modelled)
        cells = []
        for peer in sorted(self.peers.values(), key=lambda peer: peer.name.lower()):
            if peer.code not in known:
                continue
            name = escape(peer.name)
            if peer.code in self.inside:
                name = f'<a href="../gebied/{escape(peer.code)}.html">{name}</a>'
            sign = "≈ " if self.is_modelled and peer.value is not None else ""
            cells.append(
                f'<tr><th scope="row">{name}</th>'
                f"<td>{sign}{escape(style.value(peer.value))}</td>"
                f"<td>{escape(style.interval(peer.lower, peer.upper) or NO_VALUE)}</td>"
                f"<td>{escape(self.words[self.sides.get(peer.code, 'unknown')])}</td></tr>"
            )
        return "".join(cells)
