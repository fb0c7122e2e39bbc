"""Mijn gebied on one A4, as tagged PDF or as an image: the sentence, the main figures, the wijken, and the way back."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path
from typing import Any, Literal

from apps.dashboard.components import approach, figure, notes, small_map, year_line
from apps.dashboard.profile import area_beside, area_html
from apps.dashboard.profile.area_page import AreaPage
from apps.dashboard.profile.content import key_of
from apps.dashboard.profile.helping import helping
from apps.dashboard.profile.standout_words import first, more
from apps.dashboard.report.pdf import fonts, logo_file
from apps.dashboard.wording import regions
from apps.dashboard.wording.helplines import helplines
from apps.dashboard.wording.numbers import format_date
from apps.dashboard.wording.texts import text
from datawerkplaats.base.errors import DataProblem

Kind = Literal["pdf", "png"]
TEMPLATE = Path(__file__).parent / "one_pager.typ"
DOTS_PER_INCH = 150
_MOST_APPROACHES = 3
_MOST_NOTES = 4


def as_one_page(page: AreaPage, kind: Kind, address: str) -> bytes:
    """The A4 of an area.

    Args:
        page: The area with all that its page shows; the same sentence and figures stand here.
        kind: `pdf` (PDF/UA-1) or `png`.
        address: The link that opens the page again, told in words and as a QR code; empty where nobody knows it.
    """
    import typst

    files = {"main": TEMPLATE.read_bytes()}
    content = _content(page, files)
    content["address"] = address
    content["qr"] = _drawing(files, "qr", _qr(address)) if address else None
    files["content.json"] = json.dumps(content, ensure_ascii=False).encode()
    if kind == "png":
        made = typst.compile(files, font_paths=fonts(), format="png", ppi=DOTS_PER_INCH)
    else:
        made = typst.compile(files, font_paths=fonts(), pdf_standards="ua-1")
    found: bytes = made
    return found


def _content(page: AreaPage, files: dict[str, bytes]) -> dict[str, Any]:
    context, language = page.context, page.context.language
    release, found, dressed = context.release, page.findings[0], regions.dressed(context.region)
    published = format_date(release.published_at, language)
    rows = page.indicator_texts.rows
    told_of = [rows[item.line.indicator] for item in page.tiles()]
    return {
        "language": language,
        "author": context.product,
        "accent": dressed["accent"],
        "logo": logo_file(dressed["logo"], files),
        "region": dressed["region"] or context.region_name,
        "title": str(page.area["name"]),
        "facts": area_html.facts(page),
        "fictional": regions.made_up(context),
        "lead": first(found, page.theme, page.names, language),
        "more": more(found, page.names, language),
        "cards": [_card(page, number, files) for number in range(len(page.tiles()))],
        "map": _map(page, files),
        "years": _years(page, files),
        "helping": _helping(page),
        "help": list(helplines(context, told_of)),
        "notes": notes_of(page),
        "go_on": text("een_a4.go_on", language),
        "qr_alt": text("common.share_qr", language),
        "estimate": text("een_a4.estimate", language)
        if any(i.line.is_modelled for i in page.tiles())
        else "",
        "running": text(
            "een_a4.running", language, area=page.area["name"], date=published, release=release.id
        ),
    }


def _card(page: AreaPage, number: int, files: dict[str, bytes]) -> dict[str, Any]:
    card = page.card(page.tiles()[number])
    strip: dict[str, str] | None = None
    if card.strip:
        name = _drawing(files, f"strip-{number}", figure.strip_svg(card.strip))
        strip = {"file": name, "alt": card.strip.alt, "left": card.strip.left, "right": card.strip.right}
    return {
        "group": card.group,
        "title": card.title,
        "subtitle": card.subtitle,
        "value": f"≈ {card.value}" if card.is_estimate else card.value,
        "reference": card.reference,
        "strip": strip,
        "place": card.place,
        "source": card.source,
    }


def _map(page: AreaPage, files: dict[str, bytes]) -> dict[str, Any] | None:
    found = area_beside.wijken(page)
    if found is None:
        return None
    return {
        "title": found.title,
        "file": _drawing(files, "map", small_map.map_svg(found.shapes, found.sides)),
        "alt": found.alt,
        "classes": [{"kind": kind, "words": unescape(words)} for kind, words in found.words.items()],
        "worst": found.worst,
        "worst_title": text("een_a4.worst_title", page.context.language),
    }


def _years(page: AreaPage, files: dict[str, bytes]) -> dict[str, Any] | None:
    found = area_beside.through_years(page)
    if found is None:
        return None
    drawing = _drawing(files, "years", year_line.line_svg(found.line, found.write))
    return {
        "title": found.title,
        "file": drawing,
        "alt": found.alt,
        "own": str(page.area["name"]),
        "other": found.reference,
    }


def _helping(page: AreaPage) -> dict[str, Any] | None:
    """The first approaches for what stands out unfavourably; None where nothing does."""
    found, language = helping(page), page.context.language
    if found is None or not found.known:
        return None
    items = [
        {"name": one.name, "about": f"{approach.audience(one, language)} · {approach.figures(on, language)}"}
        for one, on in found.known[:_MOST_APPROACHES]
    ]
    return {
        "title": text("helpt.title_area", language),
        "items": items,
        "note": text("een_a4.helps", language),
    }


def notes_of(page: AreaPage) -> dict[str, Any] | None:
    """What people made of exactly the figures on the A4; None where nobody did, or where the store is away."""
    keys = [key_of(item.line, str(page.area["code"])) for item in page.tiles()]
    try:
        found = notes.of(page.context.subject, keys, page.context.release)
    except DataProblem:
        return None
    told = [notes.words(page.context, note, with_figure=True) for key in keys for note in found.get(key, [])]
    items = list(dict.fromkeys(told))[:_MOST_NOTES]
    return {"title": text("notities.report_title", page.context.language), "items": items} if items else None


def _drawing(files: dict[str, bytes], name: str, svg: str) -> str:
    files[f"{name}.svg"] = svg.encode()
    return f"{name}.svg"


def _qr(address: str) -> str:
    import segno

    found: str = segno.make(address, error="m").svg_inline(scale=4, border=0)
    return found.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
