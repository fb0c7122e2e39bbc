# Long because the judge of a sentence and the sentences it judges are read side by side.
"""Every combination a sentence can meet, judged by rules of its own: 'hoger' only where the margin shows it, never a verdict.

The rules below share no code with the pages: they round with fractions and look for words with regular expressions.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from fractions import Fraction
from math import floor
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.dashboard.profile.content import summary as profile_summary
from apps.dashboard.profile.content import trend_words
from apps.dashboard.profile.lines import NOT_PUBLISHED, Line, verdict
from apps.dashboard.report.content import trend_tag
from apps.dashboard.views.buren.funnel_panel import outliers_sentence
from apps.dashboard.views.ongelijkheid.figures import Gradient, Group
from apps.dashboard.views.ongelijkheid.page import sentence as unequal
from apps.dashboard.views.verbanden.page import sentence as associated
from apps.dashboard.views.verkennen.summary import summary
from apps.dashboard.views.verklaren.figures import Explanation, Term
from apps.dashboard.views.verklaren.page import sentence as explained
from apps.dashboard.wording import sentences
from apps.dashboard.wording.figures import Figure, Format, ReferenceFigure
from apps.dashboard.wording.indicators import IndicatorTexts
from apps.dashboard.wording.texts import LANGUAGES, text
from datawerkplaats.base.errors import Language
from datawerkplaats.statistics import REASONS, Correlation, Inequality, Polarity

POLARITIES: tuple[Polarity, ...] = ("higher_is_better", "higher_is_worse", "neutral")
HIGHER = {"nl": re.compile(r"\bhoger\b", re.I), "en": re.compile(r"\bhigher\b", re.I)}
LOWER = {"nl": re.compile(r"\blager\b", re.I), "en": re.compile(r"\blower\b", re.I)}
VERDICT = re.compile(
    r"\b(beter|slechter|gunstig\w*|ongunstig\w*|better|worse|favourabl\w*|unfavourabl\w*)\b", re.I
)
CAUSE = re.compile(
    r"veroorza|leidt tot|doordat|dankzij|effect van|\bcause|\bleads to\b|because of|due to", re.I
)
PLACES = re.compile(r"[{}]|\bNone\b(?! of)|\bnan\b|\d{5,}")


def shown(value: float, decimals: int, language: str) -> str:
    """A number as school teaches: halves up, a comma in Dutch and a point in English."""
    step = 10**decimals
    whole = floor(Fraction(str(abs(value))) * step + Fraction(1, 2))
    digits = f"{whole // step:,}".replace(",", "." if language == "nl" else ",")
    rest = f"{whole % step:0{decimals}d}" if decimals else ""
    mark = "," if language == "nl" else "."
    return ("−" if value < 0 and whole else "") + digits + (mark + rest if decimals else "")


def as_written(value: float, decimals: int) -> Fraction:
    step = 10**decimals
    whole = floor(Fraction(str(abs(value))) * step + Fraction(1, 2))
    return Fraction(whole if value >= 0 else -whole, step)


def beyond(value: float, margin: tuple[float, float] | None, reference: float, decimals: int) -> int:
    """1 or -1 where the whole margin, exactly and as written, lies above or below the other figure; else 0."""
    if margin is None or as_written(value, decimals) == as_written(reference, decimals):
        return 0
    there = as_written(reference, decimals)
    if Fraction(str(margin[0])) > Fraction(str(reference)) and as_written(margin[0], decimals) > there:
        return 1
    return (
        -1
        if Fraction(str(margin[1])) < Fraction(str(reference)) and as_written(margin[1], decimals) < there
        else 0
    )


def figure(value: float | None, margin: tuple[float, float] | None, status: str, modelled: bool) -> Figure:
    lower, upper = margin or (None, None)
    return Figure("WK1", "Noord", "Noord", "GM1", "Dorp", 1000.0, value, lower, upper, status, modelled, 2020)


CASES = list(
    itertools.product(
        (5.0, 9.96, 10.0, 10.04, 10.5, 1234.5),  # value
        (None, 0.02, 0.3, 4.0),  # half the margin
        (10.0, 10.04, 1234.5),  # reference
        (0, 3),  # gemeenten the reference is computed from
        ("%", "", "per km²", "€"),
        (0, 1),
        LANGUAGES,
    )
)


def test_compare__all_combinations_claim_a_difference_only_beyond_the_margin() -> None:
    claimed = 0
    for value, half, there, computed, unit, decimals, language in CASES:
        margin = None if half is None else (round(value - half, 6), round(value + half, 6))
        told = sentences.compare(
            figure(value, margin, "observed", False),
            ReferenceFigure("country", "Nederland", there, computed),
            Format(unit, decimals, language),
        )
        expected = beyond(value, margin, there, decimals)
        case = (value, margin, there, unit, decimals, language, told)
        assert bool(HIGHER[language].search(told)) == (expected == 1), case
        assert bool(LOWER[language].search(told)) == (expected == -1), case
        assert not VERDICT.search(told) and not CAUSE.search(told), case
        assert not PLACES.search(told), case
        assert shown(there, decimals, language) in told and "Nederland" in told, case
        assert told[0].isupper() and told.endswith("."), case
        claimed += expected != 0
    assert claimed > len(CASES) / 5  # the oracle claims something, so the test can fail


def spreads() -> Iterator[tuple[list[Figure], int, int, int, bool]]:
    """Lists with any number of known, hidden and missing areas, counted or modelled."""
    for known, hidden, missing, modelled in itertools.product(
        (0, 1, 2, 7), (0, 1, 3), (0, 1, 2), (False, True)
    ):
        figures = [
            figure(10.0 + i, None, "modelled" if modelled else "observed", modelled) for i in range(known)
        ]
        figures += [figure(None, None, "suppressed", modelled)] * hidden
        figures += [figure(None, None, "missing", modelled)] * missing
        yield figures, known, hidden, missing, modelled


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("level", ["gemeente", "wijk", "buurt"])
def test_summary__all_combinations_of_plural_hidden_and_modelled(language: Language, level: str) -> None:
    one, many = {
        "gemeente": ("gemeente", "gemeenten"),
        "wijk": ("wijk", "wijken"),
        "buurt": ("buurt", "buurten"),
    }[level]
    secret = re.compile(r"geheim|hidden|secret|suppressed", re.I)
    estimate = re.compile(r"modelschatting|model estimate|geschat|estimate", re.I)
    for figures, known, hidden, missing, modelled in spreads():
        for ranked in (True, False):
            told = summary(figures, [], level, Format("%", 0, language), is_ranked=ranked)
            case = (known, hidden, missing, modelled, ranked, told)
            assert not HIGHER[language].search(told) and not LOWER[language].search(told), case
            assert not VERDICT.search(told) and not PLACES.search(told), case
            everything = known + hidden + missing
            assert bool(secret.search(told)) == (0 < hidden < everything), case
            assert bool(estimate.search(told)) == (modelled and known > 0), case
            for count in (n for n in (hidden, missing) if 0 < n < everything):
                assert re.search(rf"\b{count} {one if count == 1 else many}\b", told), case
            assert not re.search(rf"\b1 {many}\b", told) and not re.search(rf"\b[2-9] {one}\b", told), case
            if known > 1:
                assert re.search(rf"\b{known} {many}\b", told), case
                if not ranked:
                    assert "Noord" not in told, case


def line(title: str, found: str, **more: Any) -> Line:
    about: dict[str, Any] = {
        "indicator": title, "domain": "outcome", "title": title, "year": 2020, "age": "18+", "style": Format("%", 1, "nl"),
        "value": 10.0, "lower": None, "upper": None, "margin_computed": False, "low": None, "p25": None, "p75": None,
        "high": None, "peers": 4, "reference": 9.0, "official": None, "reference_estimated": False,
        "reference_computed": False, "verdict": found, "trend": "",
        "status": "observed", "reason": None, "is_modelled": False, "when": "2020",
    }  # fmt: skip
    return Line(**{**about, **more})


@pytest.mark.parametrize("language", LANGUAGES)
def test_profile__names_stand_behind_the_right_word_for_all_combinations(language: Language) -> None:
    verdicts = ("higher", "lower", "unclear", "same", "no_interval", "none")
    for counts in itertools.product((0, 1, 6), (0, 1, 6), (0, 1), (0, 2), (0, 1, 2), (0, 1, 3)):
        lines = [
            line(f"{name[:2].upper()}{i}", name, **({"value": None} if name == "none" else {}))
            for name, count in zip(verdicts, counts, strict=True)
            for i in range(count)
        ]
        told = profile_summary("Noord", lines, "Nederland", language)
        case = (counts, told)
        known = sum(counts[:5])
        assert bool(HIGHER[language].search(told)) == (counts[0] > 0 and known > 0), case
        assert bool(LOWER[language].search(told)) == (counts[1] > 0 and known > 0), case
        assert not VERDICT.search(told) and not PLACES.search(told), case
        for part in re.split(r"(?<=\.) ", told):
            names = re.findall(r"\b(HI|LO|UN|SA|NO)\d", part)
            if names:
                assert set(names) == ({"HI"} if HIGHER[language].search(part) else {"LO"}), case
        if known:
            assert re.search(rf"\b{known} ({'cijfers?' if language == 'nl' else 'figures?'})\b", told), case
        assert not re.search(r"\b1 (cijfers zijn|figures are)\b", told), case


@given(
    value=st.floats(0, 100).map(lambda v: round(v, 3)),
    half=st.one_of(st.none(), st.floats(0, 30).map(lambda v: round(v, 3))),
    there=st.floats(0, 100).map(lambda v: round(v, 3)),
    decimals=st.sampled_from([0, 1]),
)
def test_verdict__of_profile_and_map_is_that_of_the_oracle(
    value: float, half: float | None, there: float, decimals: int
) -> None:
    margin = None if half is None else (round(value - half, 6), round(value + half, 6))
    lower, upper = margin or (None, None)
    expected = beyond(value, margin, there, decimals)
    found = verdict(value, lower, upper, there, decimals)
    assert (found == "higher", found == "lower") == (expected == 1, expected == -1)
    told = sentences.compare(
        figure(value, margin, "observed", False),
        ReferenceFigure("country", "NL", there),
        Format("%", decimals, "nl"),
    )
    assert bool(HIGHER["nl"].search(told)) == (expected == 1)
    assert bool(LOWER["nl"].search(told)) == (expected == -1)


def correlation(low: float, high: float, reason: str = "", line_drawn: bool = True) -> Correlation:
    middle = (low + high) / 2
    return Correlation(middle, low, high, 0.01, middle**2, 1.0, 0.0, 100, 80.0, line_drawn, reason)


RANGES = ((0.2, 0.6), (-0.6, -0.2), (-0.2, 0.3), (0.0, 0.4), (-0.4, 0.0))


@pytest.mark.parametrize("language", LANGUAGES)
def test_association__goes_up_or_down_only_where_the_interval_leaves_out_zero(language: Language) -> None:
    up = re.compile(r"vaak ook hoog|samen omhoog|often high too|go up together", re.I)
    down = re.compile(r"vaak juist laag|omlaag|often low|goes down", re.I)
    for first, other, drawn in itertools.product(RANGES, (None, *RANGES), (True, False)):
        adjusted = None if other is None else correlation(*other)
        told = associated(correlation(*first, line_drawn=drawn), adjusted, "X", "Y", ["inkomen"], language)
        pairs = [pair for pair in (first, other) if pair is not None]
        assert bool(up.search(told)) == any(low > 0 for low, _ in pairs), told
        assert bool(down.search(told)) == any(high < 0 for _, high in pairs), told
        assert not HIGHER[language].search(told) and not VERDICT.search(told) and not CAUSE.search(told), told
    for reason in ("circular_pair", "shared_predictors", "fewer_than_5_areas", "no_variation"):
        told = associated(correlation(np.nan, np.nan, reason), None, "X", "Y", [], language)
        assert REASONS[reason][language] in told and not up.search(told) and not down.search(told)


@pytest.mark.parametrize("language", LANGUAGES)
def test_inequality__higher_only_where_the_slope_leaves_out_zero(language: Language) -> None:
    groups = tuple(Group(i, 4, 100.0, 1.0, 2.0, 20.0 - i, 18.0, 22.0) for i in range(1, 6))
    for low, high in RANGES:
        limits = ((low, high),)
        measures = Inequality((low + high) / 2, 1.2, 5.0, 10.0, limits, limits, limits, "")
        told = unequal(Gradient(groups, measures, ""), "Zorg", "Armoede", "19%", "15%", language)
        assert bool(HIGHER[language].search(told)) == (low > 0), told
        assert bool(LOWER[language].search(told)) == (high < 0), told
        assert not VERDICT.search(told) and not CAUSE.search(told)
    for reason in ("modelled_series", "circular_pair", "interval_required", "quantile_missing"):
        told = unequal(Gradient(groups, None, reason), "Zorg", "Armoede", "19%", "15%", language)
        assert not HIGHER[language].search(told) and not LOWER[language].search(told), told


class Titles(IndicatorTexts):
    """Indicator texts that only know titles."""

    def __init__(self) -> None:
        pass

    def title(self, indicator: str) -> str:
        return indicator


def term(name: str, low: float, high: float, same: float) -> Term:
    return Term(name, 0.3, 0.1, 0.5, (low + high) / 2, low, high, same, 2.0, 1.5)


@pytest.mark.parametrize("language", LANGUAGES)
def test_explanation__names_only_what_stands_and_in_the_right_direction(language: Language) -> None:
    up = re.compile(r"samen omhoog met ([^.]*)\.|goes up together with ([^.]*)\.")
    down = re.compile(r"omhoog gaat: ([^.]*)\.|goes up: ([^.]*)\.")
    for first, second, same in itertools.product(RANGES, RANGES, (1.0, 0.9)):
        found = Explanation((term("aaa", *first, same), term("bbb", *second, same)), 0.4, 120, 0.1, "")
        told = explained(found, Titles(), "Zorg", language)
        for name, (low, high) in (("aaa", first), ("bbb", second)):
            rises = any(name in "".join(filter(None, match)) for match in up.findall(told))
            falls = any(name in "".join(filter(None, match)) for match in down.findall(told))
            assert rises == (low > 0 and same == 1.0), told
            assert falls == (high < 0 and same == 1.0), told
        assert not HIGHER[language].search(told) and not VERDICT.search(told) and not CAUSE.search(told), told
        assert "Zorg" in told and not PLACES.search(told), told


@pytest.mark.parametrize("language", LANGUAGES)
def test_outliers__are_counted_with_the_right_plural_and_no_verdict(language: Language) -> None:
    for count, above, below in itertools.product((5, 20), (0, 1, 3), (0, 1, 3)):
        told = outliers_sentence("Zorg", "10%", count, above, below, language)
        assert not VERDICT.search(told) and not HIGHER[language].search(told) and not PLACES.search(told)
        wrong = r"\b(liggen er 1 |ligt er [023]|lie 1 )" if language == "nl" else r"\b(1 lie |[023] lies )"
        assert not re.search(wrong, told), told


@pytest.mark.parametrize(
    ("tag", "language"),
    itertools.product(
        (
            "increasing", "decreasing", "no_significant_change", "modelled_series", "fewer_than_5_points", "broken_series",
            "interval_required", "invalid_input", NOT_PUBLISHED,
        ),
        LANGUAGES,
    ),
)  # fmt: skip
def test_trend__rises_only_where_it_does_and_says_no_better_or_worse(tag: str, language: Language) -> None:
    modelled = tag == "modelled_series"
    for told in (
        write(line("A", "none", trend=tag, is_modelled=modelled), language)
        for write in (trend_words, trend_tag)
    ):
        assert told and ("▲" in told) == (tag == "increasing"), told
        assert ("▼" in told) == (tag == "decreasing"), told
        assert not VERDICT.search(told), told
        if modelled:
            assert re.search("model|schatting|estimate", told), told


@pytest.mark.parametrize("language", LANGUAGES)
def test_legend__calls_neither_end_better_where_the_polarity_is_neutral(language: Language) -> None:
    told = {polarity: text(f"verkennen.polarity_{polarity}", language) for polarity in POLARITIES}
    assert len(set(told.values())) == 3
    assert re.search(r"niet beter of slechter|neither better nor worse", told["neutral"])
    assert not re.search(r"gunstig|favourable", told["neutral"])
