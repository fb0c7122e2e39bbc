"""A document as tagged PDF (PDF/UA-1): selectable text, bookmarks, alternative texts, page numbers; no browser."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from apps.dashboard.components.chart_files import bare_svg, font_directory
from apps.dashboard.report.model import (
    Block,
    Contents,
    Document,
    Facts,
    Figure,
    Heading,
    Paragraph,
    Points,
    Table,
)
from datawerkplaats.catalogue.looks import picture_of

TEMPLATE = Path(__file__).parent / "template.typ"
CHART_WIDTH = 680  # pixels that the width of the text stands for


def as_pdf(document: Document) -> bytes:
    """The report as the bytes of a PDF file."""
    import typst

    files = {"main": TEMPLATE.read_bytes()}
    blocks = [_block(block, files) for block in document.blocks]
    content = {
        "title": document.title,
        "subtitle": document.subtitle,
        "language": document.language,
        "author": document.author,
        "keywords": list(document.keywords),
        "running": document.running,
        "page_words": document.page_words,
        "contents_title": document.contents_title,
        "blocks": blocks,
        "accent": document.accent,
        "logo": logo_file(document.logo, files),
        "region": document.region,
    }
    files["content.json"] = json.dumps(content, ensure_ascii=False).encode()
    found: bytes = typst.compile(files, font_paths=fonts(), pdf_standards="ua-1")
    return found


def logo_file(logo: str | None, files: dict[str, bytes]) -> str | None:
    """Put a region's logo among the files of a document; the name that it has there."""
    if not logo:
        return None
    kind, files_content = picture_of(logo)
    files[f"logo.{kind}"] = files_content
    return f"logo.{kind}"


@lru_cache
def fonts() -> Any:
    """The typefaces of documents, read once."""
    import typst

    # Fonts of the machine are left out, so that a report looks the same everywhere.
    return typst.Fonts(include_system_fonts=False, font_paths=[font_directory()])


def _block(block: Block, files: dict[str, bytes]) -> dict[str, Any]:
    match block:
        case Heading(level, words, starts_page):
            found = {"kind": "heading", "level": level, "words": words, "starts_page": starts_page}
        case Paragraph(words, kind):
            found = {"kind": "paragraph", "style": kind, "parts": _parts(words)}
        case Points(items):
            found = {"kind": "points", "items": [_parts(item) for item in items]}
        case Facts(items):
            found = {"kind": "facts", "items": [[name, _parts(value)] for name, value in items]}
        case Table(caption, header, rows, widths, numeric):
            found = {"kind": "table", "caption": caption, "header": header, "rows": rows}
            found |= {"widths": widths, "numeric": sorted(numeric)}
        case Figure(drawing, caption):
            name = f"figure-{len(files)}.svg"
            files[name] = bare_svg(drawing.spec, CHART_WIDTH).encode()
            found = {"kind": "figure", "file": name, "alt": drawing.description, "caption": caption}
        case Contents():
            found = {"kind": "contents"}
    return found


def _parts(words: str) -> list[dict[str, str]]:
    """The words with the web addresses in them apart, so that those can be followed."""
    found = []
    for part in re.split(r"(https?://[^\s<>\"]*[^\s<>\".,;:)])", words):
        if part:
            found.append({"words": part, **({"link": part} if part.startswith("http") else {})})
    return found
