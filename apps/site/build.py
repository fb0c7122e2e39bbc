"""Writes the public site: `dwp site build [--out DIR] [--region NAME]`. Everything comes from the release that is served."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from xml.sax.saxutils import escape as xml

from apps.dashboard.components import markup
from apps.dashboard.components.area_choice import larger_areas
from apps.dashboard.data import cube, queries
from apps.dashboard.data.regions import looked_at, region_of
from apps.dashboard.data.release import Release, Row, current_release
from apps.dashboard.profile.area_page import AreaPage
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.texts import LANGUAGES, text
from apps.site import areas, maps, shell
from apps.site.shell import Files, Place
from datawerkplaats.base.errors import DataProblem, Language
from datawerkplaats.base.files import move, write_bytes
from datawerkplaats.base.settings import Settings, get_settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.catalogue.regions import load_regions
from datawerkplaats.publication.egress import persons

MARKER = "site.json"
_ASSETS = Path(__file__).parent / "assets"
_ICON = Path(__file__).parent.parent / "dashboard" / "icon.svg"


@dataclass(frozen=True)
class Built:
    """What was written: where, of which release, how many pages and bytes."""

    folder: Path
    release: str
    pages: int
    size: int

    def sentence(self) -> str:
        """The outcome in one sentence."""
        return f"The site of release {self.release} is in {self.folder}: {self.pages:,} pages, {self.size / 1e6:.1f} MB."


def build_site(out: Path, region: str = "", place: Place = Place()) -> Built:  # noqa: B008
    """Write the site aside and put it in the place of the one before in one step.

    Args:
        out: The folder of the site; what stands there must be a site of ours, or nothing.
        region: Only the gemeenten of this region (a file in `catalogue/regions`), province, GGD region or gemeente, by name;
            all of the release's region without.
        place: Where links lead.

    Raises:
        DataProblem: `no_publication`, `publication_damaged`, `site_region` or `site_place`; the site before stays.
    """
    settings = get_settings()
    _require_place(out)
    for name in ("streamlit", "streamlit.runtime.caching.cache_data_api"):
        logging.getLogger(name).setLevel(logging.ERROR)  # there is no visitor here, and it warns of that
    release = current_release()
    declared = load_regions(settings.catalogue_dir).find(region) if region else None
    release = looked_at(release, declared.region_id if declared else "")
    of_region = region_of(release)
    release = replace(release, theme=(of_region.theme if of_region else None) or "")
    if declared and of_region == declared:
        region = ""  # the release is looked at for it: its gemeenten are the ones in focus
    files = _written(settings, release, region, place)
    beside = out.with_name(f".{out.name}.new")
    before = out.with_name(f".{out.name}.old")
    try:
        for folder in (beside, before):
            shutil.rmtree(folder, ignore_errors=True)
        size = 0
        for path, content in files.content.items():
            file = beside / path
            file.parent.mkdir(parents=True, exist_ok=True)
            told = content.encode() if isinstance(content, str) else content
            write_bytes(file, told)
            size += len(told)
        if out.exists():
            move(out, before)
        move(beside, out)
    except OSError as error:
        if before.exists() and not out.exists():
            move(before, out)
        raise DataProblem(
            "site_place", subject=out.name, expected="a folder that can be written", found=type(error).__name__,
            remedy="make room or choose another folder with --out; the site before stays as it was",
        ) from error  # fmt: skip
    finally:
        for folder in (beside, before):
            shutil.rmtree(folder, ignore_errors=True)
    pages = sum(path.endswith(".html") for path in files.content)
    return Built(out, release.id, pages, size)


def _require_place(out: Path) -> None:
    if out.exists() and any(out.iterdir() if out.is_dir() else [out]) and not (out / MARKER).exists():
        raise DataProblem(
            "site_place", subject=out.name, expected="an empty folder, or a site that was made before",
            found="something else", remedy="choose another folder with --out",
        )  # fmt: skip


def closed_indicators(settings: Settings, release: Release) -> frozenset[str]:
    """Indicators of sources with rows of persons, of partners or computed jointly: these are not for the public site."""
    closed = persons(load_catalogue(settings.catalogue_dir))
    return frozenset(row["indicator_id"] for row in queries.indicators(release) if row["source_id"] in closed)


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


def _written(settings: Settings, release: Release, region: str, place: Place) -> Files:
    without = closed_indicators(settings, release)
    gemeenten = chosen(release, region)
    inside = {row["code"] for row in gemeenten}
    wijken = [row for row in cube.regions(release, "wijk") if row["gemeente_code"] in inside]
    files = Files()
    name = queries.region_name(release)
    main_title = ""
    for language in LANGUAGES:
        told = name or text("verkennen.country", language)
        context = Context(release, language, {}, told, region=region_of(release))

        def page_of(row: Row, level: str, context: Context = context) -> AreaPage:
            beside, called = next(iter(larger_areas(context, row, level).items()))
            return AreaPage(context, context.theme, level, row, beside, called, without)

        main_title = main_title or _title(context)
        firsts = _firsts(release, gemeenten, page_of)
        paths: dict[str, str] = {}
        first = ""
        for moment in maps.wanted(firsts[0]):
            path = f"kaart/{moment.indicator_id}.html"
            paths[moment.indicator_id] = path
            only_focus = any(row["is_focus"] for row in gemeenten) and name is not None
            of_map = context.title_of(firsts[0].indicator_texts.rows[moment.indicator_id])
            drawn = maps.GemeentenMap(firsts, moment, only_focus, inside)
            first = first or drawn.on_front(path)
            content = drawn.content()
            files.add(f"{language}/{path}", shell.page(context, place, path, of_map, content))
        for level, rows in (("gemeente", gemeenten), ("wijk", wijken)):
            for row in rows:
                page = page_of(row, level)
                path = f"gebied/{row['code']}.html"
                content = areas.content(page, place, paths)
                files.add(f"{language}/{path}", shell.page(context, place, path, str(row["name"]), content))
                if level == "gemeente":
                    files.content[areas.a4_of(row, language)] = areas.a4(page, place)
                if language == "nl":
                    files.content[f"cijfers/{row['code']}.json"] = areas.figures(page)
        files.add(f"{language}/index.html", _front(context, place, gemeenten, paths, firsts[0], first))
        files.content[f"{language}/zoek.json"] = json.dumps(
            list(_found(gemeenten, wijken)), ensure_ascii=False, separators=(",", ":")
        )
    _beside(files, release, place, main_title)
    return files


def _firsts(release: Release, gemeenten: list[Row], page_of: object) -> list[AreaPage]:
    """One page per region within which gemeenten are put beside each other: all of it, or else each province."""
    assert callable(page_of)
    if queries.focus_region(release):
        return [page_of(gemeenten[0], "gemeente")]
    provinces: dict[str, Row] = {}
    for row in gemeenten:
        provinces.setdefault(str(row["province_code"]), row)
    return [page_of(row, "gemeente") for row in provinces.values()]


def _found(gemeenten: list[Row], wijken: list[Row]) -> Iterator[list[str]]:
    """What the search box finds: name, what stands behind it, and the page."""
    for row in gemeenten:
        yield [row["name"], str(row["province_name"] or ""), f"gebied/{row['code']}.html"]
    for row in wijken:
        yield [row["name"], str(row["gemeente_name"] or ""), f"gebied/{row['code']}.html"]


def _front(
    context: Context, place: Place, gemeenten: list[Row], paths: dict[str, str], page: AreaPage, first: str
) -> str:
    language: Language = context.language
    rows = page.indicator_texts.rows
    items = "".join(
        f'<li><a href="{path}">{escape(context.title_of(rows[indicator]))}</a></li>'
        for indicator, path in paths.items()
    )
    by_province: dict[str, list[Row]] = {}
    for row in gemeenten:
        by_province.setdefault(str(row["province_name"] or ""), []).append(row)
    listed = "".join(
        (f"<h3>{escape(province)}</h3>" if len(by_province) > 1 else "") + areas.linked(members, "gebied/")
        for province, members in sorted(by_province.items())
    )
    content = (
        f'<div class="columns front"><div><h1>{escape(_title(context))}</h1>'
        f'<p class="intro">{escape(text("site.intro", language))}</p>'
        f'<h2 id="gemeenten">{escape(text("site.gemeenten", language))}</h2>{listed}'
        f'<h2 id="kaarten">{escape(text("site.maps", language))}</h2><p>{escape(text("site.maps_intro", language))}</p>'
        f'<ul class="areas">{items}</ul></div>{first}</div>'
    )
    return shell.page(context, place, "index.html", _title(context), content)


def _title(context: Context) -> str:
    return text("site.title", context.language, theme=context.of_theme(context.theme.title))


def _beside(files: Files, release: Release, place: Place, title: str) -> None:
    """Style, script, the first address, and what search engines and the next build read."""
    files.content["dashboard.css"] = markup.STYLE.read_text(encoding="utf-8")
    files.content["icon.svg"] = _ICON.read_text(encoding="utf-8")
    for name in ("site.css", "search.js"):
        files.content[name] = (_ASSETS / name).read_text(encoding="utf-8")
    files.content["index.html"] = (
        '<!DOCTYPE html><html lang="nl"><head><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=nl/index.html">'
        f"<title>{escape(title)}</title></head><body><main><h1>{escape(title)}</h1>"
        '<p><a href="nl/index.html">Nederlands</a> · <a lang="en" href="en/index.html">English</a></p></main></body></html>'
    )
    pages = [path for path in files.content if path.endswith(".html") and "/" in path]
    if place.site:
        urls = "".join(f"<url><loc>{xml(f'{place.site}/{path}')}</loc></url>" for path in pages)
        files.content["sitemap.xml"] = (
            '<?xml version="1.0" encoding="UTF-8"?>'
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
        )
        files.content["robots.txt"] = f"User-agent: *\nAllow: /\nSitemap: {place.site}/sitemap.xml\n"
    files.content[MARKER] = json.dumps({"release": release.id, "pages": len(pages)})
