"""The Dutch of the pages that open first is plain: short sentences, and no word that has an easier twin."""

from __future__ import annotations

import re

import pytest

from apps.dashboard.wording import texts
from datawerkplaats.base.settings import get_settings
from datawerkplaats.catalogue.stories import PLACE, load_stories
from tests.for_each import for_each

MOST_WORDS, USUAL_WORDS = 25, 15
# Hard words with what to write instead.
HARD = {
    "significant": "duidelijk", "correlatie": "verband", "prevalentie": "hoe vaak het voorkomt", "indicator": "cijfer",
    "determinant": "oorzaak of omstandigheid", "betrouwbaarheidsinterval": "marge", "percentiel": "deel", "kwintiel": "vijfde deel",
    "additioneel": "extra", "frequentie": "hoe vaak", "conform": "volgens", "inzake": "over", "betreffende": "over",
    "derhalve": "daarom", "teneinde": "om", r"middels\b": "met", "populatie": "mensen", "valideren": "nakijken",
    "buiten de marge": "groter dan de onzekerheid", "respondent": "wie meedeed", "discrepantie": "verschil", "reeds": "al",
}  # fmt: skip
FILES = sorted({key.split(".")[0] for key in texts.catalogue()})
KEYS = sorted(texts.catalogue())


def sentences(told: str) -> list[str]:
    """The sentences of a text; a place that a page fills counts as one word."""
    filled = re.sub(r"\{\w+\}", "Xx", told)
    return [part for part in re.split(r"(?<=[.?!:;])\s+", filled.strip()) if part]


def wrong(told: str) -> list[str]:
    """What is not plain in a text."""
    found = [part for part in sentences(told) if len(part.split()) > MOST_WORDS]
    return found + [word for word in HARD if re.search(rf"\b{word}", told, re.I)]


@for_each("key", KEYS)
def test_text__has_short_sentences_and_plain_words(key: str) -> None:
    assert wrong(texts.catalogue()[key]["nl"]) == []


@pytest.mark.parametrize("file", FILES)
def test_texts__have_on_average_at_most_fifteen_words_in_a_sentence(file: str) -> None:
    found = [
        len(part.split())
        for key in KEYS
        if key.startswith(f"{file}.")
        for part in sentences(texts.catalogue()[key]["nl"])
    ]
    assert found
    assert sum(found) / len(found) <= USUAL_WORDS


def test_stories__have_short_sentences_and_plain_words() -> None:
    for story in load_stories(get_settings().catalogue_dir).values():
        told = [story.title.nl, story.summary.nl, *filter(None, story.text.nl.splitlines())]
        assert [fault for line in told for fault in wrong(PLACE.sub("Xx", line))] == [], story.story_id


def test_checker__finds_a_long_sentence_and_a_hard_word() -> None:
    assert wrong("Dit verschil is significant.") == ["significant"]
    assert wrong(f"{'heel ' * 25}lang.")
    assert wrong("Kort. En plat. Twee zinnen.") == []
