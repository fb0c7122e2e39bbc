"""Sentences about a whole view, generated from the same figures as map and table. They never claim more than the data allow."""

from __future__ import annotations

from apps.dashboard.data import periods
from apps.dashboard.views.verkennen.selection import Selection
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.figures import Figure, Format, ReferenceFigure, in_order
from apps.dashboard.wording.numbers import format_number, rounded
from apps.dashboard.wording.sentences import (
    age_words,
    areas_word,
    reference_words,
    sentence_case,
    sex_words,
    shortened,
)
from apps.dashboard.wording.texts import listing, plural, text
from datawerkplaats.base.errors import Language

MOST_TIED = 2


def choices_in_words(selection: Selection, context: Context, where: str) -> tuple[tuple[str, str], ...]:
    """The selection in words, for the files that a page gives; `where` is what the map is of."""
    language = context.language
    found = {
        "level": text(f"verkennen.level_{selection.level}", language).split(" (")[0],
        "year": periods.when(context.release, selection.indicator, selection.year),
        "age": age_words(selection.age, language),
        "sex": sex_words(selection.sex, language),
        "scope": where,
    }
    return tuple((text(f"verkennen.param_{name}", language), value) for name, value in found.items())


def summary(
    figures: list[Figure],
    references: list[ReferenceFigure],
    level: str,
    style: Format,
    *,
    is_ranked: bool = True,
    least: float = 0,
) -> str:
    """What the view shows, in a few plain sentences.

    Highest and lowest (without names for what is not ranked) among areas of at least so many residents (`least`), region and
    country, what is hidden, how sure it is.
    """
    language = style.language
    known = [figure for figure in figures if figure.value is not None]
    large, apart = in_order(known, least)
    small = len(apart) if is_ranked and large else 0
    parts = [_spread(large, level, style) if is_ranked and large else _range(known, level, style)]
    if small:
        words = {"areas": areas_word(level, small, language), "least": format_number(least, 0, language)}
        parts.append(plural("verkennen.summary_small", small, language, **words))
    if references:
        named = "; ".join(reference_words(item, style) for item in references)
        parts.append(text("verkennen.summary_references", language, references=sentence_case(named)))
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
