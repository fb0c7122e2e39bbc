"""One approach that is known to help, as a card: for whom, what happens, how well it was judged, and where to read on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from html import escape

from apps.dashboard.data.helping import Approach
from apps.dashboard.wording.numbers import format_date
from apps.dashboard.wording.texts import listing, plural, text
from datawerkplaats.base.errors import Language

_STALE_DAYS = 365
_NO_END = 120
_MOST_TITLES = 3


def evidence(one: Approach, language: Language) -> str:
    """The level of recognition as a word, with the year it was given."""
    told = text(f"helpt.level_{one.level}", language)
    if one.recognised_on is None:
        return told
    return f"{told} ({text('helpt.recognised', language, year=one.recognised_on.year)})"


def audience(one: Approach, language: Language) -> str:
    """For whom it is, with the ages."""
    key = "helpt.ages_from" if one.oldest >= _NO_END else "helpt.ages"
    return f"{one.audience} ({text(key, language, youngest=one.youngest, oldest=one.oldest)})"


def checked(one: Approach, language: Language, today: date | None = None) -> str:
    """When a person last laid it beside the register."""
    if one.checked_on is None:
        return text("helpt.checked_never", language)
    today = today or datetime.now(UTC).date()
    key = "helpt.checked_stale" if (today - one.checked_on).days > _STALE_DAYS else "helpt.checked"
    return text(key, language, date=format_date(one.checked_on, language))


def figures(titles: Sequence[str], language: Language) -> str:
    """The first few titles, and how many more there are."""
    if len(titles) <= _MOST_TITLES + 1:
        return listing(list(titles), language)
    more = plural("helpt.more_figures", len(titles) - _MOST_TITLES, language)
    return listing([*titles[:_MOST_TITLES], more], language)


def card(one: Approach, works_on: Sequence[str], language: Language) -> str:
    """The approach as a card; the titles of the figures stand at the end."""
    items = (
        (text("helpt.audience", language), audience(one, language)),
        (text("helpt.evidence", language), evidence(one, language)),
    )
    facts = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(told)}</dd></div>" for name, told in items)
    on = text("helpt.works_on", language, figures=figures(works_on, language)) if works_on else ""
    if one.url:
        told = escape(text("helpt.register", language, register=one.register))
        source = f'<a href="{escape(one.url)}" target="_blank" rel="noopener">{told}</a>'
    else:  # its link is dead, which the name tells, with the day
        source = f"<span>{escape(one.register)}.</span>"
    return (
        f'<article class="dw-approach"><h4>{escape(one.name)}</h4><p>{escape(one.description)}</p><dl>{facts}</dl>'
        + (f"<p>{escape(on)}</p>" if on else "")
        + f'<p class="dw-approach-source">{source} '
        f"<span>{escape(checked(one, language))}</span></p></article>"
    )


def cards(found: Sequence[tuple[Approach, Sequence[str]]], language: Language, shown: int) -> str:
    """The first cards open, the others folded."""
    drawn = [card(one, on, language) for one, on in found]
    told = f'<div class="dw-approaches">{"".join(drawn[:shown])}</div>' if shown else ""
    rest = drawn[shown:]
    if not rest:
        return told
    title = escape(plural("helpt.more" if shown else "helpt.all", len(rest), language))
    return f'{told}<details class="dw-fold"><summary>{title}</summary><div class="dw-approaches">{"".join(rest)}</div></details>'
