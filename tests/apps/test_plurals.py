"""Singular and plural in every text that bears a count, in both languages, judged by a list of nouns and verbs of its own."""

from __future__ import annotations

import functools
import re
from string import Formatter

import pytest

from apps.dashboard.wording import texts
from datawerkplaats.base.errors import Language
from tests.for_each import for_each

# Places that a page fills with a whole number of something; every place in the catalogue is in one of the two lists.
COUNTS = {
    "all", "cell", "cells", "chance", "clear", "count", "events", "expected", "failed", "figures", "found", "groups", "hidden",
    "known", "left", "looked", "gained", "strangers",
    "minutes", "missed", "near", "counted", "done", "gap", "planned",
    "registered", "needed", "page", "pages", "participants", "passed", "people", "probast", "refused", "right",
    "rows", "silent", "stands", "sure", "total", "tripod", "wrong",
}  # fmt: skip
WORDS = {
    "columns", "delimiter", "begin", "now", "target_year",
    "version", "lesson", "aim", "option", "predicted", "off", "middle", "row",
    "theme", "came", "care", "effect", "hash", "newest", "oldest", "organisation", "outcome", "register", "remained", "size",
    "smallest", "why", "youngest", "end", "look", "looks", "since", "spent", "told",
    "about", "after", "age", "among", "period", "what",
    "area", "auc", "band", "bands", "before", "both", "bottom", "citation", "code", "cut_off", "data", "date",
    "choices", "description", "design",
    "differ", "difference", "domain", "domains", "edge", "engine", "firmness", "first", "gemeente", "group", "here", "high", "id",
    "instrument", "interval", "kind", "ladder",
    "last", "least", "level", "licence", "limit", "low", "lower", "map_year", "mode", "most", "name", "named", "names", "number",
    "of", "official",
    "overall", "parts", "place",
    "predictors", "r", "range", "reason", "reasons", "reference", "references", "region", "release", "residents", "run",
    "seconds", "seed",
    "share", "shown", "roles", "shuffled",
    "snapshot", "state", "subject", "summary", "target", "there", "threshold", "title", "top", "unit", "upper",
    "value", "vintage", "warned", "where", "who", "word", "words", "x", "y", "year",
}  # fmt: skip
# A number in some texts, words in others: how many areas, or what they are called.
EITHER = {
    "areas": {"verbanden.r", "verklaren.r2"},
    "years": {"risico.headline", "risico.headline_all"},
    "shown": {"buren.funnel_above", "buren.funnel_below", "verkennen.bars_cut"},
}
# Texts that are only used from so many on, because a rule elsewhere says so.
AT_LEAST = {
    ("buren.funnel_above", "all"): 5,  # fewer: no funnel
    ("buren.funnel_below", "all"): 5,
    ("doen.people", "count"): 5,  # residents of whole wijken
    ("doen.reached", "count"): 10,  # fewer is refused
    **{
        (f"gebied.{kind}_{side}_{many}", place): least  # fewer are no pattern: the rules of the theme
        for kind in ("edge", "third")
        for side in ("worst", "best")
        for many in ("all", "some")
        for place, least in (("figures", 5), ("count", 3))
    },
    ("gebied.map_title_some", "total"): 2,  # one wijk is no map
    ("zoek.postcode_several", "count"): 2,  # one is gone to at once
    ("kwaliteit.wrong_rule", "count"): 2,  # one has a text of its own
    ("lessen.aim", "minutes"): 20,
    ("lessen.group_few", "least"): 5,  # the least that is shown
    ("lessen.group_number", "count"): 5,
    ("lessen.village_auditor", "people"): 40,  # the whole village
    ("lessen.village_caption", "people"): 40,
    ("leveren.changed", "all"): 2,  # a partner's table has more than one
    ("leveren.not_told", "count"): 2,
    ("programma.by_rare", "gap"): 2,  # a figure of every year has another text
    ("programma.reach", "done"): 10,  # fewer is refused
    ("programma.reach", "planned"): 10,
    ("programma.reach_none", "planned"): 10,
    ("risico.visits", "count"): 2,  # a tenth of twenty or more
    ("risico.visits_sure", "count"): 2,
    ("risico.card_expected", "people"): 100,  # fewer: the model is silent
    ("risico.card_participants", "count"): 10,  # fewer has a text of its own, and these are in tens
    ("risico.headline", "total"): 2,  # one that is silent or not has another text
    ("risico.headline", "years"): 4,  # one wave is four years
    ("risico.headline_all", "years"): 4,
    ("risico.privacy_words", "cell"): 10,  # the gate of a release
    ("risico.sample_words", "rows"): 100,  # fewer events: no model
    ("risico.sample_words", "events"): 100,
    ("start.notice_list", "count"): 4,  # up to three are named
    ("start.notice_many", "count"): 4,
    ("verbanden.r", "areas"): 5,  # fewer: no correlation
    ("verkennen.bars_cut", "count"): 40,  # fewer are all shown
    ("verkennen.bars_cut", "shown"): 40,
    ("verkennen.bars_cut_by_name", "count"): 40,
    ("verkennen.card_residents", "count"): 5,  # published in fives
    ("verkennen.several_areas", "count"): 2,  # one is named
    ("verkennen.summary_equal", "count"): 2,
    ("verkennen.summary_range", "count"): 2,
    ("verkennen.summary_spread", "count"): 2,
    ("verkennen.summary_spread_tied_top", "count"): 2,
    ("verklaren.between", "groups"): 6,  # fewer: no multilevel model
    ("verklaren.r2", "areas"): 25,  # fewer: no explanation
}
NOUNS = {
    "nl": {
        "aanpak": "aanpakken", "andere aanpak": "andere aanpakken",
        "antwoord": "antwoorden", "bron": "bronnen", "cijfer": "cijfers", "controle": "controles", "doel": "doelen",
        "gebied": "gebieden",
        "gemeente": "gemeenten", "inwoner": "inwoners", "mens": "mensen", "modelschatting": "modelschattingen",
        "onderwerp": "onderwerpen", "paar": "paren", "plan": "plannen",
        "plaats": "plaatsen", "schatting": "schattingen", "rij": "rijen",
        "stip": "stippen", "wijk": "wijken",
        "woord": "woorden", "minuut": "minuten", "getal": "getallen",
    },
    "en": {
        "answer": "answers", "approach": "approaches", "other approach": "other approaches",
        "source": "sources", "figure": "figures", "check": "checks", "goal": "goals", "area": "areas", "wijk": "wijken",
        "estimate": "estimates",
        "gemeente": "gemeenten", "resident": "residents", "person": "people", "model estimate": "model estimates",
        "more figure": "more figures", "subject": "subjects", "pair": "pairs", "plan": "plans",
        "place": "places", "row": "rows", "term": "terms",
        "year": "years", "minute": "minutes", "number": "numbers",
    },
}  # fmt: skip
VERBS = {
    "nl": {"is": "zijn", "heeft": "hebben", "staat": "staan", "bestaat": "bestaan", "ligt": "liggen", "deed": "deden"},
    "en": {"is": "are", "has": "have", "was": "were", "exists": "exist", "lies": "lie"},
}  # fmt: skip
# Words that follow a number without being counted by it.
NO_NOUNS = {
    "nl": {
        "hoger",
        "lager",
        "van",
        "op",
        "goed",
        "boven",
        "onder",
        "mist",
        "ontstaat",
        "klachten",
        "nodig",
        "ligt",
        "jaar",
        "aangemeld",
        "gevonden",
        "verwacht",
        "min",
    },
    "en": {
        "higher",
        "lower",
        "of",
        "in",
        "passed",
        "found",
        "above",
        "it",
        "got",
        "lie",
        "lies",
        "the",
        "more",
        "registered",
        "expected",
        "min",
        "away",
    },
}
# Words that code puts in, in the number that the sentence needs: judged on whole sentences in test_sentences_all.
FILLED_IN = {"{areas}", "{level}"}


def _places(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def _counts(key: str) -> set[str]:
    base = key.removesuffix(".one").removesuffix(".many")
    found = _places(texts.catalogue()[key]["nl"])
    return {name for name in found if name in COUNTS or base in EITHER.get(name, ())}


# A question or a clause in which the noun belongs to what precedes: 'Van 2 gebieden is …', 'For 2 areas …'.
BELONGS = re.compile(r"\b(van|bij|op|over|uit|of|on|for|from|in|below|onder)( de| the| alle| all)? $", re.I)


@functools.cache
def _patterns(language: Language) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What finds a noun in the wrong number, and a verb in another number than its noun."""
    which = r"(?: met een cijfer| op de kaart| with a figure| on the map)?"
    nouns, verbs = [], []
    for one, many in NOUNS[language].items():
        nouns += [rf"(?<![\d.,])1 {many}\b", rf"(?<![\d.,])(?:0|[2-9]|\d\d+) {one}\b"]
        for single, plural in VERBS[language].items():
            verbs += [
                rf"(?<![\d.,])1 {one}{which} {plural}\b",
                rf"(?<![\d.,])(?:0|[2-9]|\d\d+) {many}{which} {single}\b",
                rf"\b{plural} (?:er )?1 {one}\b",
                rf"\b{single} (?:er )?(?:[2-9]|\d\d+) {many}\b",
            ]
    return re.compile("|".join(nouns)), re.compile("|".join(verbs))


def _wrong(told: str, language: Language) -> list[str]:
    """What is wrong with the number of a noun or its verb."""
    nouns, verbs = _patterns(language)
    found = [match.group() for match in nouns.finditer(told)]
    return found + [m.group() for m in verbs.finditer(told) if not BELONGS.search(told[: m.start()])]


BEARING = sorted(key for key in texts.catalogue() if _counts(key))


def test_places__are_known_as_a_count_or_as_words() -> None:
    used = {name for entry in texts.catalogue().values() for name in _places(entry["nl"])}
    assert used - COUNTS - WORDS - set(EITHER) == set()
    assert len(BEARING) > 60


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_nouns__after_a_count_are_all_known(language: Language) -> None:
    known = {word for pair in NOUNS[language].items() for word in pair} | NO_NOUNS[language]
    for key in BEARING:
        template = texts.catalogue()[key][language]
        for name in _counts(key):
            for after in re.findall(rf"\{{{name}\}} ([\w{{}}]+(?: \w+)?)", template):
                first = after.split()[0]
                assert first in known or after in known or first in FILLED_IN or first[0] == "{", (key, after)


@for_each("language", texts.LANGUAGES)
@for_each("key", BEARING)
def test_text__has_the_right_number_for_one_and_for_several(key: str, language: Language) -> None:
    base = key.removesuffix(".one").removesuffix(".many")
    numbers = {
        name: [n for n in (1, 2, 12, 100) if n >= AT_LEAST.get((base, name), 1)] for name in _counts(key)
    }
    # What decides between the two is the count, or in a funnel what is shown of all.
    deciding = "shown" if base in EITHER["shown"] else "count"
    if key.endswith((".one", ".many")):
        numbers[deciding] = [1] if key.endswith(".one") else [0, 2, 12]
    template = texts.catalogue()[key][language]
    words = {name: "Xx" for name in _places(template) if name not in numbers}
    # A mistake is about one number, so every number takes every value and not all of them together.
    for turn in range(max(map(len, numbers.values()))):
        told = template.format(**words, **{name: found[turn % len(found)] for name, found in numbers.items()})
        assert _wrong(told, language) == [], told


@pytest.mark.parametrize(
    ("told", "language", "is_wrong"),
    [
        ("Over alle 1 gemeenten zegt het iets.", "nl", True),
        ("2 gebied met een cijfer staan niet op de kaart.", "nl", True),
        ("1 gebied met een cijfer staan niet op de kaart.", "nl", True),
        ("Van 2 gebieden is het cijfer geheim.", "nl", False),
        ("Daarom zijn er 1 cijfer.", "nl", True),
        ("11 gemeenten, 21 cijfers en 1 wijk.", "nl", False),
        ("1 areas", "en", True),
        ("12 areas was not measured", "en", True),
        ("1 area was not measured", "en", False),
    ],
)
def test_oracle__tells_right_from_wrong(told: str, language: Language, is_wrong: bool) -> None:
    assert bool(_wrong(told, language)) == is_wrong
