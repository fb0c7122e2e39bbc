"""The house style of a region: colours under the names of NL Design System's tokens, held to WCAG's contrast, and a logo."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from xml.etree import ElementTree

from pydantic import Field, StringConstraints, model_validator

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue.dimensions import Entry

Token = Literal[
    "utrecht.link.color",
    "utrecht.focus.outline-color",
    "utrecht.page-header.background-color",
    "utrecht.page-header.color",
]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
# What pages have where a region says nothing.
HOUSE: Mapping[Token, str] = {
    "utrecht.link.color": "#154273",
    "utrecht.focus.outline-color": "#154273",
    "utrecht.page-header.background-color": "#ffffff",
    "utrecht.page-header.color": "#154273",
}
# WCAG 2.2: text 4.5 to 1 (1.4.3), what is no text 3 to 1 (1.4.11). The grounds are those of the pages.
_PAGE, _TINTED = "#ffffff", "#eef4fa"
_TEXT, _SIGN = 4.5, 3.0
MOST_BYTES = 200_000
_PNG = b"\x89PNG\r\n\x1a\n"
_REFERS = re.compile(r"url\(\s*['\"]?(?!#)|@import|javascript:", re.IGNORECASE)


class Look(Entry):
    """Colours and logo of a region; what it does not say is as in the house."""

    tokens: dict[Token, Colour] = Field(
        default_factory=dict, description="Colours by the name of their design token, such as #154273."
    )
    logo: str | None = Field(
        None, description="File in `regions/logos`: an SVG or PNG of at most 200 kB, shown beside the name."
    )

    @model_validator(mode="after")
    def _can_be_read(self) -> Look:
        colour = {**HOUSE, **self.tokens}
        read: tuple[tuple[Token, str, float], ...] = (
            ("utrecht.link.color", _PAGE, _TEXT),
            ("utrecht.link.color", _TINTED, _TEXT),
            ("utrecht.focus.outline-color", _PAGE, _SIGN),
            ("utrecht.page-header.color", colour["utrecht.page-header.background-color"], _TEXT),
        )
        for front, ground, least in read:
            found = contrast(colour[front], ground)
            if found < least:
                raise ValueError(
                    f"tokens.{front}: {colour[front]} on {ground} has contrast {found:.2f}, and {least} is needed to be read"
                )
        return self

    def colour(self, token: Token) -> str:
        """The colour of a token."""
        return self.tokens.get(token, HOUSE[token])

    def style(self) -> str:
        """The tokens as CSS custom properties; empty where the region says nothing."""
        return "".join(
            f"--{token.replace('.', '-')}:{colour};" for token, colour in sorted(self.tokens.items())
        )


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours such as #154273, from 1 to 21 (WCAG 2.2, relative luminance)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def logo_as_address(folder: Path, logo: str | None, name: str) -> str | None:
    """The logo as an address within a page, so that nothing is fetched; None without one.

    Raises:
        DataProblem: `catalogue_field` if it is no image, too large, elsewhere, or an SVG that runs or fetches something.
    """
    if logo is None:
        return None
    path = folder / "logos" / logo
    if Path(logo).name != logo or not path.is_file():
        raise _wrong(name, "the name of a file in catalogue/regions/logos", logo)
    content = path.read_bytes()
    if len(content) > MOST_BYTES:
        raise _wrong(name, f"at most {MOST_BYTES:,} bytes", f"{len(content):,} bytes in {logo}")
    if content.startswith(_PNG) and content[12:16] == b"IHDR":
        kind = "png"
    elif (reason := _why_no_drawing(content)) is None:
        kind = "svg+xml"
    else:
        raise _wrong(name, "an image (SVG or PNG)", f"{logo}: {reason}")
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


def picture_of(address: str) -> tuple[Literal["png", "svg"], bytes]:
    """The kind and the bytes of a logo, of its address within a page."""
    head, _, content = address.partition(",")
    return "png" if head.startswith("data:image/png") else "svg", base64.b64decode(content)


def _why_no_drawing(content: bytes) -> str | None:
    """Why a file is no SVG that may stand in a page; None if it may."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        return "a document type, which a drawing does not need"
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError:
        return "no image"
    if root.tag != "{http://www.w3.org/2000/svg}svg":
        return "no image"
    return next((reason for part in root.iter() if (reason := _why_not(part))), None)


def _why_not(part: ElementTree.Element) -> str | None:
    """Why a part of a drawing may not stand in a page."""
    tag = part.tag.rsplit("}", 1)[-1].lower() if isinstance(part.tag, str) else ""
    if tag in ("script", "foreignobject", "image", "use", "animate", "set"):
        return f"a drawing with <{tag}>, which may not stand in a page"
    if tag == "style" and _REFERS.search(part.text or ""):
        return "a drawing whose style leads elsewhere"
    for key, value in part.attrib.items():
        plain = key.rsplit("}", 1)[-1].lower()
        if plain.startswith("on") or plain == "href" or _REFERS.search(value):
            return f"a drawing whose {plain} leads elsewhere"
    return None


def _wrong(name: str, expected: str, found: str) -> DataProblem:
    return DataProblem(
        "catalogue_field",
        subject=name,
        where="look.logo",
        expected=expected,
        found=found,
        remedy="put an SVG or PNG in catalogue/regions/logos, or leave the field out",
    )
