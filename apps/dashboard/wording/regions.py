"""What a region says of itself on every page: its brand, its partners, its own help and whom to ask."""

from __future__ import annotations

from html import escape
from typing import TypedDict

from apps.dashboard.wording.context import Context
from apps.dashboard.wording.texts import listing, text
from datawerkplaats.base.errors import Language
from datawerkplaats.base.settings import get_settings
from datawerkplaats.catalogue.looks import Look
from datawerkplaats.catalogue.regions import Region, logo_of


def brand(product: str, name: str, region: Region | None) -> str:
    """The name of the workplace as markup: the region's logo, the product and the region."""
    logo = logo_of(get_settings().catalogue_dir, region)
    image = f'<img src="{escape(logo)}" alt="">' if logo else ""
    beside = f" <span>· {escape(name)}</span>" if name else ""
    return f"{image}{escape(product)}{beside}"


def style(region: Region | None) -> str:
    """The region's colours as CSS custom properties for the whole page; empty where it has none of its own."""
    told = region.look.style() if region else ""
    return f":root{{{told}}}" if told else ""


def has_own_ground(region: Region | None) -> bool:
    """Whether the region's name stands on a ground of its own."""
    return region is not None and "utrecht.page-header.background-color" in region.look.tokens


def contact(region: Region | None) -> str:
    """Where readers report an error: the region's address, or else the installation's; empty without."""
    own = region.contact.mail if region else None
    return own or get_settings().contact or ""


def partners(region: Region | None, language: Language) -> str:
    """Who takes part, in a sentence; empty where nobody is named."""
    if region is None or not region.partners:
        return ""
    names = listing([partner.name for partner in region.partners], language)
    return text("common.partners", language, region=region.named(language), names=names)


def own_help(region: Region | None, language: Language) -> list[str]:
    """What the region tells of its own help."""
    if region is None:
        return []
    return [line.told.nl if language == "nl" else line.told.en for line in region.helplines.values()]


def owed(region: Region | None, language: Language) -> list[tuple[str, str]]:
    """Name and words of what the region says of itself to its readers, where it says it."""
    if region is None:
        return []
    told = region.contact
    partners = [f"{one.name} ({one.url})" if one.url else one.name for one in region.partners]
    found = [
        ("answers", told.name),
        ("privacy", told.privacy),
        ("accessibility", told.accessibility),
        ("partner", "\n".join(partners)),
    ]
    return [(text(f"common.region_{key}", language), words) for key, words in found if words]


def compared(region: Region | None, names: dict[str, str]) -> dict[str, str]:
    """What an area is laid beside, by name: what the region wants, in its order, and of a wijk its gemeente."""
    if region is None:
        return names
    found = {key: names[key] for key in (*region.comparators, "gemeente") if key in names}
    return found or names


def made_up(context: Context) -> str:
    """What every document and file of a made-up region says first; empty of a real one."""
    if not context.release.is_fictional:
        return ""
    told = text("common.fictional_text", context.language, region=context.region_name)
    return f"{text('common.fictional_title', context.language)}. {told}"


class Dressed(TypedDict):
    """What a document takes from the region: colour, logo, and the name that the logo stands for."""

    accent: str
    logo: str | None
    region: str


def dressed(region: Region | None) -> Dressed:
    """How a document of the region looks."""
    look = region.look if region else Look()
    logo = logo_of(get_settings().catalogue_dir, region)
    return Dressed(accent=look.colour("utrecht.link.color"), logo=logo, region=region.name if region else "")
