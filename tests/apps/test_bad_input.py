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
KINDS = list(HOSTILE)
ALL = [entry.id if place else "" for place, entry in enumerate(pages())]
UNFORESEEN = ("Er ging iets mis", "Something went wrong", "Traceback")


@pytest.mark.parametrize(("turn", "page"), enumerate(ALL))
def test_page__takes_nothing_of_a_hostile_address(
    published: Path, open_page: OpenPage, turn: int, page: str
) -> None:
    # Two visits: each name gets two of the six kinds, other ones than its neighbours and than on the next page.
    for shift in (turn, turn + len(KINDS) // 2):
        kinds = {name: KINDS[(place + shift) % len(KINDS)] for place, name in enumerate((*NAMES, "lang"))}
        app = open_page(page, **{name: HOSTILE[kind] for name, kind in kinds.items()})
        shown = words(app)
        assert not app.exception, kinds
        assert not any(sign in shown for sign in UNFORESEEN), kinds
        assert "<script" not in shown and "onerror=" not in shown and "root:" not in shown, kinds
        assert "x" * 500 not in shown, kinds
        assert app.title, kinds


@pytest.mark.parametrize(("turn", "page"), enumerate(ALL))
def test_page__of_a_release_that_was_removed_leads_to_the_newest(
    published: Path, open_page: OpenPage, turn: int, page: str
) -> None:
    app = open_page(page, release="19990101_000000_000", lang=("nl", "en")[turn % 2])
    assert not app.exception
    assert app.warning and not any(sign in words(app) for sign in UNFORESEEN)
    next(button for button in app.button if button.key is None).click().run()
    assert not app.exception and app.title


@pytest.fixture(scope="module")
def rich(publication_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A publication with every kind of area, made once."""
    folder = Path(shutil.copytree(publication_template, tmp_path_factory.mktemp("rich") / "data"))
    enrich(folder)
    return folder


@pytest.mark.parametrize("page", ALL)
def test_page__on_which_the_database_disappears_says_so_and_comes_back(
    data_dir: Path, rich: Path, open_page: OpenPage, page: str
) -> None:
    published = Path(shutil.copytree(rich, data_dir))
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
