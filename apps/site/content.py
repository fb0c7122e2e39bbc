"""Which files the site has: pages of areas, maps, stories, blocks for others' pages, and every figure as a file."""

from __future__ import annotations

import json
from collections.abc import Iterator

from apps.dashboard.data import standing
from apps.dashboard.data.release import Row
from apps.dashboard.wording.texts import LANGUAGES, text
from apps.site import areas, front, given, maps, shards, shell, stories
from apps.site.edition import Edition, Site, edition
from apps.site.front import File
from apps.site.maps import LEVEL


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
    yield from front.beside(site, paths)


def _files(site: Site) -> Iterator[File]:
    told: dict[str, dict[str, object]] = {}
    editions = [edition(site, language) for language in LANGUAGES]
    for one in editions:
        for path, drawn in one.maps.items():
            yield from _map(site, drawn, path)
            _also(told, drawn.moment.indicator_id, drawn.figures())
        yield from _stories(one)
    kept, gemeenten = shards.Shards(site.release.id), {str(row["code"]): row for row in site.gemeenten}
    # One area in all languages, then the next: what was asked of the release is still known.
    for level, rows in (("gemeente", site.gemeenten), ("wijk", site.wijken)):
        for row in rows:
            for path, shown in (file for one in editions for file in area_files(one, row, level)):
                if path == areas.figures_path(str(row["code"])):
                    inside = gemeenten[str(row["code"] if level == LEVEL else row["gemeente_code"])]
                    kept.add(inside, row, level, json.loads(shown))
                yield path, shown
    yield from kept.files()
    for one in editions:
        yield f"{one.language}/index.html", front.front(one, kept.paths())
        yield (
            f"{one.language}/zoek.json",
            given.as_json(shell.search_list(one.language, list(front.found(site)))),
        )
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
        for chart in stories.charts(story, told, one.language).values():
            yield f"{one.language}/{chart.path}", chart.file()


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
            shell.block(context, site.place, drawn.title, drawn.block(f"../{path}")),
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
            shell.block(one.context, site.place, name, areas.block(page, f"../{path}")),
        )


def _also(told: dict[str, dict[str, object]], indicator: str, about: dict[str, object]) -> None:
    """The words of a second language beside those of the first."""
    if indicator not in told:
        told[indicator] = about
        return
    rows, more = told[indicator]["figures"], about["figures"]
    assert isinstance(rows, list) and isinstance(more, list)
    told[indicator]["figures"] = [one | other for one, other in zip(rows, more, strict=True)]
