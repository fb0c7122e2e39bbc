"""The glossary and the tour: every word explained in both languages, findable, and every step leads to a page."""

from __future__ import annotations

from pathlib import Path

import pytest

from apps.dashboard.registry import pages
from apps.dashboard.views.start.tour import STEPS
from apps.dashboard.wording.glossary import GROUPS, entries
from apps.dashboard.wording.texts import has_text
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.catalogue.themes import load_theme
from tests.apps.conftest import OpenPage
from tests.apps.test_pages import words

THEME = load_theme(PROJECT_ROOT / "catalogue")


def test_glossary__has_every_term_in_both_languages_once() -> None:
    for language in ("nl", "en"):
        terms = [entry.term[language] for entry in entries(THEME)]
        assert len(terms) == len(set(terms)) >= 30
        assert all(entry.text[language].endswith(".") for entry in entries(THEME))
    assert {entry.group for entry in entries(THEME)} == set(GROUPS)
    assert all(set(entry.term) == set(entry.text) == {"nl", "en"} for entry in entries(THEME))


def test_glossary__is_written_in_short_sentences() -> None:
    for entry in entries(THEME):
        for told in entry.text.values():
            longest = max(len(sentence.split()) for sentence in told.split(". "))
            assert longest <= 26, (entry.id, longest)


@pytest.mark.parametrize(
    ("language", "asked", "expected"), [("nl", "marge", "Marge"), ("en", "MARGIN limits", "Margin")]
)
def test_page__finds_a_word_and_says_so_where_there_is_none(
    published: Path, open_page: OpenPage, language: str, asked: str, expected: str
) -> None:
    app = open_page("woordenlijst", lang=language)
    assert not app.exception
    assert words(app).count("<dt>") == len(entries(THEME))
    app.text_input(key="glossary_search").set_value(asked).run()
    assert f"<dt>{expected}</dt>" in words(app)
    assert words(app).count("<dt>") < len(entries(THEME))
    app.text_input(key="glossary_search").set_value("<script>x</script>").run()
    assert not app.exception and "<dt>" not in words(app) and "<script" not in words(app)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_tour__leads_to_pages_that_exist(published: Path, open_page: OpenPage, language: str) -> None:
    assert {*STEPS, "woordenlijst"} <= {page.id for page in pages()}
    assert all(has_text(f"start.tour_{step}{more}") for step in STEPS for more in ("", "_text"))
    app = open_page("start", lang=language)
    assert not app.exception
    told = " ".join(block.value for block in app.markdown)
    assert all(f"**{number}. " in told for number in range(1, len(STEPS) + 1))
