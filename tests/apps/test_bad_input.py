"""Every page with an address that nobody meant, and with data that is taken away while it is open: a sentence and a way on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from apps.dashboard.data import release as published_release
from apps.dashboard.registry import pages
from tests.apps.conftest import OpenPage
from tests.apps.rich_publication import enrich
from tests.apps.test_pages import words

# Every name that any page reads from its address.
NAMES = (
    "class", "indicator", "level", "year", "age", "sex", "scope", "area", "areas", "gemeente", "wijk", "compare", "x", "y",
    "controls", "k", "heavy", "without", "compared", "groups", "funnel", "ladder", "outcome", "determinants", "target",
    "figures", "chart", "domains", "in", "charts", "query",
)  # fmt: skip
HOSTILE = {
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "sql": "'; drop table core.fct_observation; --",
    "long": "x" * 20_000,
    "path": "../../etc/passwd",
    "signs": "\x00\ud7ff\u202e%00${7*7}{{7*7}}",
    "number": "-1e309",
}
ALL = [entry.id if place else "" for place, entry in enumerate(pages())]
UNFORESEEN = ("Er ging iets mis", "Something went wrong", "Traceback")


@pytest.mark.parametrize("page", ALL)
def test_page__takes_nothing_of_a_hostile_address(published: Path, open_page: OpenPage, page: str) -> None:
    for kind, value in HOSTILE.items():
        app = open_page(page, **dict.fromkeys((*NAMES, "lang"), value))
        shown = words(app)
        assert not app.exception, kind
        assert not any(sign in shown for sign in UNFORESEEN), kind
        assert "<script" not in shown and "onerror=" not in shown and "root:" not in shown, kind
        assert "x" * 500 not in shown, kind
        assert app.title, kind


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("page", ALL)
def test_page__of_a_release_that_was_removed_leads_to_the_newest(
    published: Path, open_page: OpenPage, page: str, language: str
) -> None:
    app = open_page(page, release="19990101_000000_000", lang=language)
    assert not app.exception
    assert app.warning and not any(sign in words(app) for sign in UNFORESEEN)
    next(button for button in app.button if button.key is None).click().run()
    assert not app.exception and app.title


@pytest.mark.parametrize("page", ALL)
def test_page__on_which_the_database_disappears_says_so_and_comes_back(
    published: Path, open_page: OpenPage, page: str
) -> None:
    enrich(published)
    app = open_page(page)
    assert app.title
    database = next((published / "publish").glob("*.duckdb"))
    elsewhere = shutil.move(database, published / "elsewhere")
    for cache in (published_release.query, published_release._connection):
        cache.clear()
    app.run()
    assert not app.exception
    assert app.warning and not any(
        sign in words(app) for sign in ("Traceback", "IOException", str(published))
    )
    shutil.move(elsewhere, database)
    app.run()
    assert not app.exception and app.title
