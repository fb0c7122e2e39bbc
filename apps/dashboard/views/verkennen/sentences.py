"""Sentences about a view, generated from the same figures as map and table. They never claim more than the data allow."""

from __future__ import annotations

import re
from typing import Any

from apps.dashboard.views.verkennen.selection import Selection
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.figures import Figure, Format, ReferenceFigure, comparison
from apps.dashboard.wording.numbers import format_number, rounded
from apps.dashboard.wording.texts import has_text, listing, plural, text, word
from datawerkplaats.base.errors import Language

MOST_NAMES = 5
MOST_TIED = 2


def choices(selection: Selection, context: Context) -> tuple[tuple[str, str], ...]:
    """The selection in words, for the files that a page gives."""
    language = context.language
    where = context.place if selection.scope == "region" else text("verkennen.whole_country", language)
    found = {
        "level": text(f"verkennen.level_{selection.level}", language).split(" (")[0],
        "year": str(selection.year),
        "age": age_words(selection.age, language),
        "sex": sex_words(selection.sex, language),
        "scope": where,
    }
    return tuple((text(f"verkennen.param_{name}", language), value) for name, value in found.items())


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
    """The name of a reference, which says so when it is computed here."""
    if reference.computed_from:
        return plural(
            "verkennen.reference_weighted", reference.computed_from, language, region=reference.name
        )
    return reference.name


def summary(
    figures: list[Figure],
    references: list[ReferenceFigure],
    level: str,
    style: Format,
    *,
    is_ranked: bool = True,
) -> str:
    """What the view shows, in a few plain sentences.

    Highest and lowest (without names for what is not ranked), region and country, what is hidden, how sure it is.
    """
    language = style.language
    known = [figure for figure in figures if figure.value is not None]
    parts = [_spread(known, level, style) if is_ranked else _range(known, level, style)]
    if references:
        named = "; ".join(
            f"{reference_name(item, language)}: {style.value(item.value)}" for item in references
        )
        parts.append(text("verkennen.summary_references", language, references=_sentence_case(named)))
    for state, key in (("suppressed", "summary_hidden"), ("missing", "summary_missing")):
        count = sum(figure.state == state for figure in figures)
        if count and count < len(figures):
            parts.append(
                plural(f"verkennen.{key}", count, language, areas=areas_word(level, count, language))
            )
    if any(figure.is_modelled for figure in figures if figure.value is not None):
        parts.append(text("verkennen.summary_modelled", language))
    return " ".join(parts)


def _range(known: list[Figure], level: str, style: Format) -> str:
    language = style.language
    if len(known) < 2:
        return _spread(known, level, style)
    values = [figure.value or 0.0 for figure in known]
    count, areas = format_number(len(known), 0, language), areas_word(level, len(known), language)
    low, high = style.value(min(values)), style.value(max(values))
    return text("verkennen.summary_range", language, count=count, areas=areas, low=low, high=high)


def _spread(known: list[Figure], level: str, style: Format) -> str:
    language = style.language
    if not known:
        return text("verkennen.summary_empty", language)
    shown = [rounded(figure.value or 0.0, style.decimals) for figure in known]
    high, low = max(shown), min(shown)
    count = format_number(len(known), 0, language)
    values = {"high": style.value(float(high)), "low": style.value(float(low))}
    if len(known) == 1:
        return text("verkennen.summary_single", language, top=known[0].label, high=values["high"])
    areas = areas_word(level, len(known), language)
    if high == low:
        return text("verkennen.summary_equal", language, count=count, areas=areas, high=values["high"])
    top = [figure.label for figure, value in zip(known, shown, strict=True) if value == high]
    bottom = [figure.label for figure, value in zip(known, shown, strict=True) if value == low]
    key = "verkennen.summary_spread" if len(top) == 1 else "verkennen.summary_spread_tied_top"
    names = {"top": _tied(top, level, language), "bottom": _tied(bottom, level, language)}
    return text(key, language, count=count, areas=areas, **names, **values)


def _tied(labels: list[str], level: str, language: Language) -> str:
    """One or two names, or only how many areas share the place."""
    if len(labels) <= MOST_TIED:
        return listing(labels, language)
    return text(
        "verkennen.several_areas", language, count=len(labels), areas=areas_word(level, len(labels), language)
    )


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
    return _sentence_case(sentence)


def border_changes(
    figures: list[Figure],
    map_names: dict[str, str],
    matched: set[str],
    level: str,
    map_year: int,
    language: Language,
) -> list[str]:
    """Sentences about areas that are only in the figures or only on the map: nothing is dropped silently."""
    sentences = []
    year = max((figure.vintage for figure in figures), default=map_year)
    off_map = [figure.label for figure in figures if figure.code not in matched and figure.value is not None]
    off_list = [name for code, name in map_names.items() if code not in matched]
    for key, names in (("changed_without_polygon", off_map), ("changed_without_figure", off_list)):
        if names:
            words = {"areas": areas_word(level, len(names), language), "names": shortened(names, language)}
            sentences.append(
                plural(f"verkennen.{key}", len(names), language, year=year, map_year=map_year, **words)
            )
    return sentences


def _sentence_case(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
