"""Words and sentences that several pages share: of ages, states, instruments and comparisons; no more than the data allow."""

from __future__ import annotations

import re
from typing import Any

from apps.dashboard.wording import beside
from apps.dashboard.wording.figures import Figure, Format, ReferenceFigure, comparison
from apps.dashboard.wording.numbers import rounded
from apps.dashboard.wording.texts import has_text, listing, plural, text, word
from datawerkplaats.base.errors import Language

MOST_NAMES = 5


def margin_words(style: Format, lower: float | None, upper: float | None) -> str:
    """How far a figure may be off: a margin of chance, or between which numbers a count lies; nothing where that is not known."""
    if lower is None or upper is None:
        return ""
    if style.is_count:
        low, high = style.short(lower), style.short(upper)
        return text("verkennen.card_bounds", style.language, low=low, high=high)
    return text("verkennen.card_margin", style.language, interval=style.interval(lower, upper))


def with_margin(style: Format, value: float | None, lower: float | None, upper: float | None) -> str:
    """A figure, and behind it how far it may be off."""
    shown, margin = style.value(value), margin_words(style, lower, upper)
    return f"{shown} ({margin})" if margin else shown


def areas_word(level: str, count: int, language: Language) -> str:
    """'wijk' or 'wijken'."""
    return plural(f"verkennen.area_{level}", count, language)


def age_words(age: str, language: Language) -> str:
    """An age band in words; one the catalogue does not know is shown as it is."""
    key = f"verkennen.age_{age}"
    return text(key, language) if has_text(key) else age


def sex_words(sex: str, language: Language) -> str:
    """A sex in words."""
    key = f"verkennen.sex_{sex}"
    return text(key, language) if has_text(key) else sex


def state_words(
    value: float | None, status: str, is_modelled: bool, language: Language, *, has_interval: bool = True
) -> str:
    """Why there is no figure, or what kind of figure it is where that is not plain.

    An estimate without its interval says so: how sure it is nobody can tell.
    """
    if value is None:
        return text(f"verkennen.state_{'suppressed' if status == 'suppressed' else 'missing'}", language)
    if is_modelled:
        return text(f"verkennen.state_modelled{'' if has_interval else '_bare'}", language)
    return text(f"verkennen.state_{status}", language) if status in ("provisional", "imputed") else ""


def instrument(indicator: dict[str, Any], language: Language) -> str:
    """The questionnaire and the scores that count, in words."""
    name = indicator.get(f"instrument_{language}") or word(
        "instrument", indicator["instrument"] or "", language
    )
    if not name or not indicator["cut_off"]:
        return name
    cut_off = indicator.get(f"cut_off_{language}") or cut_off_words(indicator["cut_off"], language)
    return text("verkennen.about_cut_off", language, instrument=name, cut_off=cut_off)


def cut_off_words(cut_off: str, language: Language) -> str:
    """'>=3' as 'een score van 3 of meer'; what is no such rule is shown with spaces."""
    if match := re.fullmatch(r"(>=|<=|<|>)\s*(\d+)", cut_off):
        return text(f"verkennen.cut_off_{match[1]}", language, first=match[2])
    if match := re.fullmatch(r"(\d+)-(\d+)", cut_off):
        return text("verkennen.cut_off_range", language, first=match[1], last=match[2])
    return word("cut_off", cut_off, language)


def shortened(names: list[str], language: Language) -> str:
    """At most five names and how many more there are."""
    if len(names) <= MOST_NAMES:
        return listing(names, language)
    return f"{', '.join(names[:MOST_NAMES])} {text('verkennen.and_more', language, count=len(names) - MOST_NAMES)}"


def reference_name(reference: ReferenceFigure, language: Language) -> str:
    """The name of a reference, which says so when it is computed here, or the mean of estimates beside which a survey stands."""
    if reference.computed_from:
        kind = "estimates" if reference.is_estimated else "weighted"
        return plural(f"verkennen.reference_{kind}", reference.computed_from, language, region=reference.name)
    return beside.name(reference.name, reference.is_estimated, language)


def reference_words(reference: ReferenceFigure, style: Format) -> str:
    """A reference with its figure, and what a survey says where that is something else."""
    shown = beside.told(style.value(reference.value), False, reference.official, style)
    return f"{sentence_case(reference_name(reference, style.language))}: {shown}"


def compare(figure: Figure, reference: ReferenceFigure, style: Format) -> str:
    """One sentence about an area and a reference; 'hoger' and 'lager' only where a margin supports it."""
    outcome = comparison(figure, reference.value, style.decimals)
    sentence = text(
        f"verkennen.compare_{outcome}",
        style.language,
        reference=reference_name(reference, style.language),
        there=style.value(reference.value),
        # Of the figures as they are shown, so that everyone can check the sum.
        difference=style.difference(
            float(rounded(figure.value or 0.0, style.decimals) - rounded(reference.value, style.decimals))
        ),
    )
    return sentence_case(sentence)


def sentence_case(sentence: str) -> str:
    """With a capital where it begins."""
    return sentence[:1].upper() + sentence[1:]
