"""The first page of the site, and the files beside its pages: style, script, search, and what search engines read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from xml.sax.saxutils import escape as xml

from apps.dashboard.components import markup
from apps.dashboard.data.release import Row
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.texts import text
from apps.site import areas, shell, stories
from apps.site.edition import Edition, Site
from apps.site.shards import INDEX
from datawerkplaats.base.errors import Language

MARKER = "site.json"
File = tuple[str, str | bytes]
_ASSETS = Path(__file__).parent / "assets"
_ICON = Path(__file__).parent.parent / "dashboard" / "icon.svg"


def found(site: Site) -> Iterator[list[str]]:
    """What the search box finds: name, what stands behind it, and the page."""
    for row in site.gemeenten:
        yield [row["name"], str(row["province_name"] or ""), f"gebied/{row['code']}.html"]
    for row in site.wijken:
        yield [row["name"], str(row["gemeente_name"] or ""), f"gebied/{row['code']}.html"]


def front(one: Edition, shards: Mapping[str, str]) -> str:
    """The first page: stories, maps, all gemeenten by name, and every figure to take along.

    Args:
        one: The edition.
        shards: By path the name of the province of each file with all figures.
    """
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
        f'<h2 id="gemeenten">{escape(text("site.gemeenten", language))}</h2>{listed}{_taken(shards, language)}'
    )
    return shell.page(context, site.place, "index.html", _title(context), content, site.public_from)


def _taken(shards: Mapping[str, str], language: Language) -> str:
    """Folded: the files with every figure, and the list of them for a program."""
    items = "".join(
        f'<li><a href="../{escape(path)}">{escape(name or text("site.taken_here", language))}</a></li>'
        for path, name in shards.items()
    )
    index = f'<a href="../{INDEX}">{escape(text("site.taken_list", language))}</a>'
    return (
        f'<details class="dw-fold take" id="cijfers"><summary>{escape(text("site.taken", language))}</summary>'
        f"<p>{escape(text('site.taken_intro', language))} {index}</p>"
        f'<ul class="areas">{items}</ul></details>'
    )


def _title(context: Context) -> str:
    return text("site.title", context.language, theme=context.of_theme(context.theme.title))


def beside(site: Site, pages: list[str]) -> Iterator[File]:
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
