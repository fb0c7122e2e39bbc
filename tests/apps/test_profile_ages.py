"""The age structure: shares that make a whole, nothing made up, and 'more' only beyond the margin."""

from __future__ import annotations

from dataclasses import replace

import pytest

from apps.dashboard.profile import ages
from apps.dashboard.profile.content import counts_of, quality_flag
from apps.dashboard.profile.lines import Line
from apps.dashboard.wording.figures import Format
from datawerkplaats.base.errors import Language
from tests.present import present

LINE = Line(
    indicator="", domain="", title="", year=2024, age="all", style=Format("%", 1, "nl"), value=None, lower=None, upper=None,
    margin_computed=False, low=None, p25=None, p75=None, high=None, peers=0, reference=None, official=None,
    reference_estimated=False, reference_computed=False,
    verdict="none", trend="", status="observed", reason=None, is_modelled=False, when="2024",
)  # fmt: skip


def lines(
    area: tuple[float | None, ...], reference: tuple[float | None, ...], verdict: str = "none"
) -> list[Line]:
    names = ("age_0_14_pct", "age_15_24_pct", "age_65_plus_pct")
    return [
        replace(LINE, indicator=name, value=value, reference=there, verdict=verdict)
        for name, value, there in zip(names, area, reference, strict=True)
    ]


def test_ages__make_a_whole_with_the_group_in_between() -> None:
    found = ages.ages(lines((15.26, 10.0, 25.04), (16.0, 12.0, 20.0)))
    assert found is not None and found.area is not None and found.reference is not None
    assert found.area == (15.3, 10.0, 49.7, 25.0)
    assert sum(found.area) == pytest.approx(100) and sum(found.reference) == pytest.approx(100)


def test_ages__are_not_made_up_where_one_is_hidden_impossible_or_of_another_year() -> None:
    hidden = ages.ages(lines((15.0, None, 25.0), (16.0, 12.0, 20.0)))
    assert hidden is not None and hidden.area is None
    assert "verborgen" in ages.sentence(hidden, "A", "B", "nl")
    assert "hidden" in ages.sentence(hidden, "A", "B", "en")
    impossible = ages.ages(lines((60.0, 30.0, 25.0), (16.0, 12.0, 20.0)))
    assert impossible is not None and impossible.area is None
    found = lines((15.0, 10.0, 25.0), (16.0, 12.0, 20.0))
    assert ages.ages([replace(found[0], year=2020), *found[1:]]) is None
    assert ages.ages(found[:2]) is None


@pytest.mark.parametrize("verdict", ["higher", "lower", "same", "unclear", "no_interval", "none"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_sentence__says_more_or_less_only_beyond_the_margin(verdict: str, language: Language) -> None:
    more, less = ((" meer ", " minder "), (" more ", " less "))[language == "en"]
    told = ages.sentence(
        present(ages.ages(lines((15.0, 10.0, 25.0), (16.0, 12.0, 20.0), verdict))), "A", "B", language
    )
    assert (more in told) == (verdict == "higher")
    assert (less in told) == (verdict == "lower")
    assert ("25,0%" if language == "nl" else "25.0%") in told


def test_quality__has_a_symbol_a_word_and_counts_that_add_up() -> None:
    kinds = [
        replace(LINE, value=1.0),
        replace(LINE, value=1.0, is_modelled=True),
        replace(LINE, value=1.0, status="provisional"),
        replace(LINE, status="suppressed", reason="too_few_cases"),
        replace(LINE, status="missing"),
    ]
    flags = [quality_flag(line, "nl") for line in kinds]
    assert [flag[0] for flag in flags] == ["●", "≈", "◌", "▨", "▨"]
    assert all(len(flag) > 5 for flag in flags) and "te weinig gevallen" in flags[3]
    counts = counts_of(kinds)
    assert (counts.counted, counts.modelled, counts.hidden, counts.years) == (2, 1, 2, (2024,))
