"""What the search box does with a postcode: it leads to the wijk, offers the wijken it lies in, or says in a sentence why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from apps.dashboard.components import markup
from apps.dashboard.components.address import choose_area
from apps.dashboard.data import cube, postcodes, queries
from apps.dashboard.data.release import Row
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.numbers import format_number
from apps.dashboard.wording.texts import listing, plural, text

MOST_OFFERED = 6  # wijken beside each other; the others have the fewest addresses
Known = Callable[[Context, str], tuple[Row, str] | None]


@dataclass(frozen=True)
class Offer:
    """One area that somebody may have meant: its code and the words on its button."""

    code: str
    words: str


@dataclass(frozen=True)
class Answer:
    """What came of a postcode: where to go at once (or empty), the sentence to say (or empty), and what to choose from."""

    area: str = ""
    told: str = ""
    offers: tuple[Offer, ...] = ()


def answer(context: Context, typed: str, known: Known) -> Answer:
    """What the pages do with a postcode that somebody typed.

    Args:
        context: The page.
        typed: A postcode of four digits or with its letters.
        known: Gives the area of a code with its level, or None for one that the pages do not have.
    """
    language = context.language
    words = typed.upper()
    found = postcodes.places(context.release, typed)
    if found is None:
        return Answer(told=text("zoek.postcode", language, words=words))
    if not found:
        return Answer(told=text("zoek.postcode_unknown", language, words=words))
    areas = _areas(context, found, known)
    region = queries.focus_region(context.release) is not None
    inside = [(row, addresses) for row, addresses in areas if row["is_focus"] or not region]
    if not inside:
        code = found[0].gemeente
        row = known(context, code)
        name = str((cube.known_region(context.release, code) or {}).get("name", code))
        told = text("zoek.postcode_elsewhere", language, words=words, name=name, region=context.in_region)
        offer = Offer(code, text("zoek.postcode_go_anyway", language, name=name))
        return Answer(told=told, offers=(offer,) if row else ())
    if len(inside) == 1:
        return Answer(area=str(inside[0][0]["code"]))
    gemeenten = list(dict.fromkeys(str(row["gemeente_code"]) for row, _ in inside))
    told = text(
        "zoek.postcode_several",
        language,
        words=words,
        count=len(inside),
        names=listing(list(dict.fromkeys(str(row["gemeente_name"]) for row, _ in inside)), language),
    )
    offers = tuple(
        Offer(
            str(row["code"]),
            plural(
                "zoek.postcode_offer",
                addresses,
                language,
                name=str(row["name"]),
                shown=format_number(addresses, 0, language),
            ),
        )
        for row, addresses in inside[:MOST_OFFERED]
    )
    return Answer(area=gemeenten[0] if len(gemeenten) == 1 else "", told=told, offers=offers)


def _areas(context: Context, found: list[postcodes.Place], known: Known) -> list[tuple[Row, int]]:
    """The areas of the pages with their addresses, the most first; a wijk that they do not have is its gemeente."""
    rows: dict[str, Row] = {}
    addresses: dict[str, int] = {}
    for place in found:
        area = known(context, place.code) or known(context, place.gemeente)
        if area:
            row, _ = area
            code = str(row["code"])
            rows[code] = row
            addresses[code] = addresses.get(code, 0) + place.addresses
    return sorted(
        ((rows[code], count) for code, count in addresses.items()),
        key=lambda item: (-item[1], str(item[0]["code"])),
    )


def show(told: Answer) -> None:
    """Draw the sentence with a button for each area that may be meant."""
    if told.told:
        st.html(markup.note(told.told, "plain" if told.offers else "warn"))
    if told.offers:
        with st.container(horizontal=True, key="postcode_offers"):
            for offer in told.offers:
                st.button(offer.words, key=f"postcode_{offer.code}", on_click=choose_area, args=(offer.code,))
