"""Which files the site has: pages of areas, maps, stories, blocks for others' pages, and every figure as a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from xml.sax.saxutils import escape as xml

from apps.dashboard.components import markup
from apps.dashboard.components.area_choice import larger_areas
from apps.dashboard.data import cube, queries, standing
from apps.dashboard.data.regions import region_of
from apps.dashboard.data.release import Release, Row
from apps.dashboard.profile.area_page import AreaPage
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.texts import LANGUAGES, text
from apps.site import areas, given, maps, shell, stories
from apps.site.allowed import Allowed
from apps.site.shell import Place
from datawerkplaats.base.errors import DataProblem, Language
from datawerkplaats.base.settings import get_settings
from datawerkplaats.catalogue.stories import Story, load_stories

MARKER = "site.json"
File = tuple[str, str | bytes]
_ASSETS = Path(__file__).parent / "assets"
_ICON = Path(__file__).parent.parent / "dashboard" / "icon.svg"


@dataclass(frozen=True)
class Site:
    """What the site is about.

    Attributes:
        release: The release, looked at for its region.
        gemeenten: Those that have a page, with their wijken.
        allowed: What may be shown.
        place: Where links lead.
        public_from: The day from which it is public, in a preview alone.
    """

    release: Release
    gemeenten: list[Row]
    allowed: Allowed
    place: Place
    public_from: str = ""

    @property
    def inside(self) -> set[str]:
        """The codes of the gemeenten."""
        return {row["code"] for row in self.gemeenten}

    @property
    def wijken(self) -> list[Row]:
        """The wijken of these gemeenten."""
        inside = self.inside
        return [row for row in cube.regions(self.release, "wijk") if row["gemeente_code"] in inside]


def chosen(release: Release, region: str) -> list[Row]:
    """The gemeenten that the site is about.

    Raises:
        DataProblem: `site_region` if no gemeente lies there.
    """
    every = cube.regions(release, "gemeente")
    wanted = region.casefold()
    if wanted:
        names = ("name", "province_name", "ggd_region_name")
        found = [row for row in every if wanted in (str(row[name] or "").casefold() for name in names)]
    else:
        found = [row for row in every if row["is_focus"]] or every
    if not found:
        raise DataProblem(
            "site_region", subject="--region", expected="a province, GGD region or gemeente of the release",
            remedy="leave it out for the whole release",
        )  # fmt: skip
    return found


def written(site: Site) -> Iterator[File]:
    """Every file with its path, one by one: a country does not fit in memory at once."""
    known: set[str] = set()
    paths: list[str] = []
    for path, page in _files(site):
        if not path.endswith(".html") or isinstance(page, bytes):
            yield path, page
            continue
        paths.append(path)
        bare, drawings = shell.apart(path, page)
        yield from ((name, drawing) for name, drawing in drawings.items() if name not in known)
        known |= set(drawings)
        yield path, bare
    yield from _beside(site, paths)


@dataclass(frozen=True)
class Edition:
    """The site in one language."""

    site: Site
    context: Context

    @property
    def language(self) -> Language:
        """Its language."""
        return self.context.language

    @cached_property
    def only_focus(self) -> bool:
        """Whether maps show the region alone."""
        return queries.focus_region(self.site.release) is not None and any(
            row["is_focus"] for row in self.site.gemeenten
        )

    def page_of(self, row: Row, level: str) -> AreaPage:
        """Everything that the page of an area tells."""
        beside, called = next(iter(larger_areas(self.context, row, level).items()))
        return AreaPage(
            self.context, self.context.theme, level, row, beside, called, self.site.allowed.closed
        )

    @cached_property
    def firsts(self) -> list[AreaPage]:
        """One page per region within which gemeenten are put beside each other: all of it, or else each province."""
        rows = self.site.gemeenten
        if queries.focus_region(self.site.release):
            return [self.page_of(rows[0], "gemeente")]
        provinces = {str(row["province_code"]): row for row in reversed(rows)}
        return [self.page_of(row, "gemeente") for row in reversed(provinces.values())]

    @cached_property
    def maps(self) -> dict[str, maps.GemeentenMap]:
        """The maps of the main figures, by the path of their page."""
        return {
            f"kaart/{moment.indicator_id}.html": maps.GemeentenMap(
                self.firsts, moment, self.only_focus, self.site.inside
            )
            for moment in maps.wanted(self.firsts[0])
        }

    @cached_property
    def tales(self) -> dict[str, tuple[Story, dict[str, stories.Told]]]:
        """The stories of which the release has every figure, by the path of their page."""
        found = {}
        for story in load_stories(get_settings().catalogue_dir).values():
            told = stories.resolved(story, self.firsts, self.site.inside, self.only_focus)
            if told is not None:
                found[f"verhaal/{story.story_id}.html"] = story, told
        return found


def edition(site: Site, language: Language) -> Edition:
    """The site in a language."""
    name = queries.region_name(site.release) or text("verkennen.country", language)
    return Edition(site, Context(site.release, language, {}, name, region=region_of(site.release)))


def _files(site: Site) -> Iterator[File]:
    told: dict[str, dict[str, object]] = {}
    editions = [edition(site, language) for language in LANGUAGES]
    for one in editions:
        for path, drawn in one.maps.items():
            yield from _map(site, drawn, path)
            _also(told, drawn.moment.indicator_id, drawn.figures())
        yield from _stories(one)
    # One area in all languages, then the next: what was asked of the release is still known.
    for level, rows in (("gemeente", site.gemeenten), ("wijk", site.wijken)):
        for row in rows:
            for one in editions:
                yield from area_files(one, row, level)
    for one in editions:
        yield f"{one.language}/index.html", _front(one)
        yield f"{one.language}/zoek.json", given.as_json(shell.search_list(one.language, list(_found(site))))
    yield from ((given.figures_path(indicator), given.as_json(about)) for indicator, about in told.items())
    if rows := maps.polygons(site.release, editions[0].only_focus):
        yield given.BORDERS, given.borders(rows, set())


def _stories(one: Edition) -> Iterator[File]:
    paths = {drawn.moment.indicator_id: path for path, drawn in one.maps.items()}
    for path, (story, told) in one.tales.items():
        title = stories.filled(story, one.context.of_theme(story.title), told, one.language, bare=True)
        shown = stories.content(story, told, one.language, paths)
        yield (
            f"{one.language}/{path}",
            shell.page(one.context, one.site.place, path, title, shown, one.site.public_from),
        )


def _map(site: Site, drawn: maps.GemeentenMap, path: str) -> Iterator[File]:
    """The page of a map, its block for others' pages, and the map as Vega-Lite."""
    context, indicator = drawn.context, drawn.moment.indicator_id
    language = context.language
    source = drawn.about()
    links = (
        (text("site.take_figures", language), f"../../{given.figures_path(indicator)}"),
        (text("site.take_borders", language), f"../../{given.BORDERS}"),
        (text("site.take_chart", language), f"{indicator}.vl.json"),
        (text("site.embed_page", language), f"../insluiten/{indicator}.html"),
    )
    after = given.ways(iter(links), indicator, drawn.title, language, site.place) if drawn.shapes else ""
    yield (
        f"{language}/{path}",
        shell.page(context, site.place, path, drawn.title, drawn.content(after), site.public_from),
    )
    if drawn.shapes:
        yield (
            given.block_path(indicator, language),
            shell.block(context, drawn.title, drawn.block(f"../{path}")),
        )
        spec = given.chart(indicator, drawn.title, source, drawn.words, language, site.place)
        yield given.chart_path(indicator, language), spec


def area_files(one: Edition, row: Row, level: str) -> Iterator[File]:
    """The page of an area and its figures; of a gemeente its A4, its block and the borders of its wijken too."""
    site, page, language, code = one.site, one.page_of(row, level), one.language, str(row["code"])
    paths = {drawn.moment.indicator_id: path for path, drawn in one.maps.items()}
    predicted = site.allowed.predicted.get(code, [])
    path = f"gebied/{code}.html"
    borders = standing.wijk_polygons(site.release, code) if level == "gemeente" else []
    content = areas.content(page, site.place, paths, predicted, has_borders=bool(borders))
    name = str(row["name"])
    yield f"{language}/{path}", shell.page(one.context, site.place, path, name, content, site.public_from)
    if language == LANGUAGES[0]:
        yield areas.figures_path(code), areas.figures(page, predicted)
        if borders:
            yield areas.borders_path(code), given.borders(borders, set())
    if level == "gemeente":
        yield areas.a4_of(row, language), areas.a4(page, site.place)
        yield (
            given.block_path(code, language),
            shell.block(one.context, name, areas.block(page, f"../{path}")),
        )


def _also(told: dict[str, dict[str, object]], indicator: str, about: dict[str, object]) -> None:
    """The words of a second language beside those of the first."""
    if indicator not in told:
        told[indicator] = about
        return
    rows, more = told[indicator]["figures"], about["figures"]
    assert isinstance(rows, list) and isinstance(more, list)
    told[indicator]["figures"] = [one | other for one, other in zip(rows, more, strict=True)]


def _found(site: Site) -> Iterator[list[str]]:
    """What the search box finds: name, what stands behind it, and the page."""
    for row in site.gemeenten:
        yield [row["name"], str(row["province_name"] or ""), f"gebied/{row['code']}.html"]
    for row in site.wijken:
        yield [row["name"], str(row["gemeente_name"] or ""), f"gebied/{row['code']}.html"]


def _front(one: Edition) -> str:
    site, context, language = one.site, one.context, one.language
    items = "".join(
        f'<li><a href="{path}">{escape(drawn.title)}</a></li>' for path, drawn in one.maps.items()
    )
    first = next((found for path, drawn in one.maps.items() if (found := drawn.on_front(path))), "")
    by_province: dict[str, list[Row]] = {}
    for row in site.gemeenten:
        by_province.setdefault(str(row["province_name"] or ""), []).append(row)
    listed = "".join(
        (f"<h3>{escape(province)}</h3>" if len(by_province) > 1 else "") + areas.linked(members, "gebied/")
        for province, members in sorted(by_province.items())
    )
    told = "".join(
        f'<li><a href="{path}">{stories.filled(story, context.of_theme(story.title), found, language, bare=True)}</a><br>'
        f"{stories.filled(story, context.of_theme(story.summary), found, language)}</li>"
        for path, (story, found) in one.tales.items()
    )
    tales = (
        f'<h2 id="verhalen">{escape(text("site.stories", language))}</h2><ul class="tales">{told}</ul>'
        if told
        else ""
    )
    content = (
        f'<div class="columns front"><div><h1>{escape(_title(context))}</h1>'
        f'<p class="intro">{escape(text("site.intro", language))}</p>{tales}'
        f'<h2 id="kaarten">{escape(text("site.maps", language))}</h2><p>{escape(text("site.maps_intro", language))}</p>'
        f'<ul class="areas maps">{items}</ul></div>{first}</div>'
        f'<h2 id="gemeenten">{escape(text("site.gemeenten", language))}</h2>{listed}'
    )
    return shell.page(context, site.place, "index.html", _title(context), content, site.public_from)


def _title(context: Context) -> str:
    return text("site.title", context.language, theme=context.of_theme(context.theme.title))


def _beside(site: Site, pages: list[str]) -> Iterator[File]:
    """Style, script, the first address, and what search engines and the next build read."""
    release, place = site.release, site.place
    yield "dashboard.css", markup.STYLE.read_text(encoding="utf-8")
    yield "icon.svg", _ICON.read_text(encoding="utf-8")
    for name in ("site.css", "search.js"):
        yield name, (_ASSETS / name).read_text(encoding="utf-8")
    title = escape(release.title)
    yield (
        "index.html",
        '<!DOCTYPE html><html lang="nl"><head><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=nl/index.html">'
        f"<title>{title}</title></head><body><main><h1>{title}</h1>"
        '<p><a href="nl/index.html">Nederlands</a> · <a lang="en" href="en/index.html">English</a></p></main></body></html>',
    )
    if place.site and not site.public_from:
        # A block is for another page: a search engine finds the page that it is of.
        found = [path for path in pages if "/insluiten/" not in path]
        urls = "".join(f"<url><loc>{xml(f'{place.site}/{path}')}</loc></url>" for path in found)
        yield (
            "sitemap.xml",
            '<?xml version="1.0" encoding="UTF-8"?>'
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>',
        )
        yield "robots.txt", f"User-agent: *\nAllow: /\nSitemap: {place.site}/sitemap.xml\n"
    if site.public_from:
        yield "robots.txt", "User-agent: *\nDisallow: /\n"
    yield MARKER, json.dumps({"release": release.id, "pages": len(pages)})
