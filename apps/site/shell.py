"""What surrounds every page of the site: its head, header and footer, and drawings that become files of their own."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from apps.dashboard.components import markup
from apps.dashboard.components.figure import STRIP_HEIGHT, STRIP_WIDTH
from apps.dashboard.wording import regions
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.numbers import format_date
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import Language

# Nothing from elsewhere, no script in a page. Drawings are images in the page; a table tells its number of columns in an attribute.
POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self'; connect-src 'self';"
    " base-uri 'none'; form-action 'none'"
)
# A drawing of this size or more is a file, which pages that have the same one share.
LEAST_FILE = 3_000
_STRIP = re.compile(
    r'<img class="dw-strip" alt="([^"]*)" src="data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)">'
)
_OWN = re.compile(r'(?:<line [^>]*class="reference"/>)?<circle [^>]*class="own"/>(?=</svg>$)')
# End tags that HTML lets out (13.1.2.4): a tenth of a page with sixty figures.
_LEFT_OUT = re.compile(r"</td>(?=<td|</tr>)|</th>(?=<t[dh]|</tr>)|</tr>(?=<tr|</tbody>|</thead>)")
_UPRIGHT, _DOT = re.compile(r'<line x1="([\d.]+)"'), re.compile(r'<circle cx="([\d.]+)"')
_PLAIN = ' /:=;,."()!*@$?[]{}|-_~'  # what need not be written otherwise in the address of an image between single quotes
_DRAWING = re.compile(r'src="data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)"')


@dataclass(frozen=True)
class Place:
    """Where links lead: the interactive place, empty where there is none, and the address of the site itself.

    `shows_more`: something of partners or predicted is on the site, after a decision.
    """

    app: str = ""
    site: str = ""
    shows_more: bool = False


def apart(path: str, page: str) -> tuple[str, dict[str, str]]:
    """A page with its larger drawings taken out, and these by the path of the file that each becomes.

    Args:
        path: Of the page, from the site's root on.
        page: Its HTML.
    """
    depth = "../" * path.count("/")
    drawn: dict[str, str] = {}

    def kept(drawing: str) -> str:
        name = f"tekening/{hashlib.sha256(drawing.encode()).hexdigest()[:20]}.svg"
        drawn[name] = drawing
        return f'{depth}{name}"'

    def strip(found: re.Match[str]) -> str:
        """The line of dots is a file for all areas of a region; the own dot and the comparison lie over it."""
        drawing = base64.b64decode(found[2]).decode()
        own = _OWN.search(drawing)
        if own is None or "<path" not in drawing:
            return found[0]
        line = drawing[: own.start()] + drawing[own.end() :]
        marks = "".join(f'<path d="M{at} 2v{STRIP_HEIGHT - 4}"/>' for at in _UPRIGHT.findall(own[0]))
        marks += "".join(
            f'<circle cx="{at}" cy="{STRIP_HEIGHT // 2}" r="6.5"/>' for at in _DOT.findall(own[0])
        )
        over = f'<svg viewBox="0 0 {STRIP_WIDTH} {STRIP_HEIGHT}" aria-hidden="true">{marks}</svg>'
        return f'<span class="strip"><img class="dw-strip" alt="{found[1]}" loading="lazy" src="{kept(line)}>{over}</span>'

    def large(found: re.Match[str]) -> str:
        drawing = base64.b64decode(found[1]).decode()
        if len(found[1]) < LEAST_FILE:
            # As text a drawing takes a quarter less than in base 64.
            return f"src='data:image/svg+xml,{quote(drawing, safe=_PLAIN)}'"
        return f'src="{kept(drawing)}'

    plain = page.replace(' target="_self"', "")  # every link of the site opens where it stands
    return _LEFT_OUT.sub("", _DRAWING.sub(large, _STRIP.sub(strip, plain))), drawn


def page(context: Context, place: Place, path: str, title: str, content: str, public_from: str = "") -> str:
    """A whole page in the language of the context.

    Args:
        context: Release, language and region.
        place: Where links lead.
        path: Of this page below the folder of its language, to find the same page in the other one.
        title: Of the page.
        content: Its main part.
        public_from: The day from which it is public, in a preview alone.
    """
    language = context.language
    other: Language = "en" if language == "nl" else "nl"
    up = "../" * (path.count("/") + 1)
    product = context.product
    banner = ""
    if context.release.is_fictional:
        told = text("common.fictional_text", language, region=context.region_name)
        name = text("common.fictional_title", language)
        banner = f'<aside aria-label="{escape(name)}">{markup.fictional_banner(name, told)}</aside>'
    if public_from:
        banner += markup.note(text("site.preview_banner", language, date=public_from), "warn")
    home = f"{up}{language}/index.html"
    brand = regions.brand(product, context.region_name, context.region)
    ground = " dw-styled" if regions.has_own_ground(context.region) else ""
    style = f"<style>{told}</style>" if (told := regions.style(context.region)) else ""
    there = (
        f'<a href="{escape(place.app)}">{escape(text("site.interactive", language))}</a>' if place.app else ""
    )
    canonical = f'<link rel="canonical" href="{escape(place.site)}/{language}/{path}">' if place.site else ""
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">'
        f"<title>{escape(title)} · {escape(product)}</title>{canonical}"
        f'<link rel="alternate" hreflang="{other}" href="{up}{other}/{path}">'
        f'<link rel="icon" href="{up}icon.svg">'
        f'<link rel="stylesheet" href="{up}dashboard.css"><link rel="stylesheet" href="{up}site.css">{style}'
        f'<script src="{up}search.js" defer></script></head><body>'
        f'<a class="skip" href="#content">{escape(text("site.skip", language))}</a>{banner}'
        f'<header class="top"><a class="brand{ground}" href="{home}">{brand}</a>'
        f"{search(language, up)}"
        f'<nav aria-label="{escape(text("common.menu", language))}"><a href="{home}">{escape(text("site.home", language))}</a>'
        f'<a href="{up}{language}/index.html#kaarten">{escape(text("site.maps", language))}</a>{there}'
        f'<a lang="{other}" href="{up}{other}/{path}">{escape(text("site.other_language", language))}</a></nav></header>'
        f'<main id="content">{content}</main>{_footer(context, place)}</body></html>'
    )


def block(context: Context, place: Place, title: str, content: str) -> str:
    """A page without header and menu, for a frame in another page; its links open outside the frame."""
    language = context.language
    style = f"<style>{told}</style>" if (told := regions.style(context.region)) else ""
    banner = ""
    if context.release.is_fictional:
        words = text("common.fictional_text", language, region=context.region_name)
        banner = markup.fictional_banner(text("common.fictional_title", language), words)
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{escape(title)} · {escape(context.product)}</title>"
        f'<link rel="stylesheet" href="../../dashboard.css"><link rel="stylesheet" href="../../site.css">'
        f'{style}</head><body class="block"><main>{banner}{content}</main>{_footer(context, place)}</body></html>'
    )


def search(language: Language, up: str) -> str:
    """The search box; what is typed stays in the browser. Without a script the lists of the first page serve."""
    label = escape(text("site.search", language))
    return (
        f'<div class="search" data-of="{up}{language}/" hidden><label for="zoek">{label}</label>'
        f'<input id="zoek" type="search" autocomplete="off" placeholder="{label}">'
        '<p role="status"></p><ul></ul></div>'
    )


def _footer(context: Context, place: Place) -> str:
    release, language = context.release, context.language
    mode = text(f"common.mode_{release.mode}", language)
    told = text(
        "common.footer", language, id=release.id, date=format_date(release.published_at, language), mode=mode
    )
    without = "site.not_here_others" if place.shows_more else "site.not_here"
    beside = [*regions.own_help(context.region, language), regions.partners(context.region, language)]
    more = "".join(f"<br>{escape(words)}" for words in beside if words)
    return f'<footer><p class="dw-footer">{escape(told)} {escape(text(without, language))}{more}</p></footer>'


def search_list(language: Language, areas: list[list[str]]) -> dict[str, object]:
    """What the search box finds, and what it says: read once, when somebody searches."""
    return {
        "none": text("site.search_none", language),
        "postcode": text("site.search_postcode", language),
        "count": text("site.search_count", language, count="{count}"),
        "areas": areas,
    }
