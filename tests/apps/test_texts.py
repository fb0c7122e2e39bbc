"""Every text exists in both languages, with the same places to fill in."""

from __future__ import annotations

import re
from string import Formatter

from apps.dashboard.registry import pages
from apps.dashboard.wording import texts
from datawerkplaats.base.errors import Language
from tests.for_each import for_each


def _places(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@for_each("key", sorted(texts.catalogue()))
def test_text__is_there_in_both_languages_with_the_same_places(key: str) -> None:
    entry = texts.catalogue()[key]
    assert set(entry) == {"nl", "en"}
    assert _places(entry["nl"]) == _places(entry["en"])
    assert bool(entry["nl"]) == bool(entry["en"])


BOUNDS = {"lower", "upper", "interval"}
LABELS = re.compile(r"\.(column|file)_|\.(low|high)$")
MARGIN = re.compile(r"\b(marge|ondergrens|bovengrens)\b", re.I)
# What the risk model says of areas has 90 %, everything else 95 %.
OF_RISK_AREAS = ("tooltip", "card_note", "card_expected", "column_interval", "column_expected_interval")


def _shows_a_bound(key: str, entry: dict[Language, str]) -> bool:
    """Whether numbers of a margin stand in the text, or below it where it heads a column."""
    places, is_margin = _places(entry["nl"]), bool(MARGIN.search(entry["nl"])) or "margin" in key
    in_words = bool(BOUNDS & places) or ({"low", "high"} <= places and is_margin)
    return in_words or bool(LABELS.search(key) and MARGIN.search(entry["nl"]))


def test_texts__that_show_a_bound_state_its_level_and_the_right_one() -> None:
    found = {key for key, entry in texts.catalogue().items() if _shows_a_bound(key, entry)}
    assert {f"risico.{name}" for name in OF_RISK_AREAS} <= found
    assert len(found) > 20
    for key in sorted(found):
        level = "90%" if key.removeprefix("risico.") in OF_RISK_AREAS else "95%"
        for told in texts.catalogue()[key].values():
            assert re.findall(r"\b9[059]%", told) == [level], (key, told)


def test_texts__are_all_used_and_all_used_ones_exist() -> None:
    sources = "\n".join(path.read_text() for path in texts.TEXTS_DIR.parent.parent.rglob("*.py"))
    used = set(re.findall(r"\"((?:common|start|verkennen)\.[a-z_]+)\"", sources))
    plurals = {key.rsplit(".", 1)[0] for key in texts.catalogue() if key.endswith((".one", ".many"))}
    assert used - set(texts.catalogue()) - plurals == set()


def test_listing__joins_names_as_in_a_sentence() -> None:
    assert texts.listing([], "nl") == ""
    assert texts.listing(["a"], "nl") == "a"
    assert texts.listing(["a", "b", "c"], "nl") == "a, b en c"
    assert texts.listing(["a", "b"], "en") == "a and b"


def test_word__shows_an_unknown_code_as_it_is() -> None:
    assert texts.word("unit", "inwoners per km2", "en") == "residents per km²"
    assert texts.word("unit", "stuks_per_jaar", "nl") == "stuks per jaar"


def test_registry__holds_the_pages_in_both_languages() -> None:
    assert [page.id for page in pages()][:2] == ["gebied", "verkennen"]
    assert all(set(page.title) == {"nl", "en"} and callable(page.render()) for page in pages())
