"""One's own view: the link reproduces it, a frozen link keeps its publication, and a removed one is a sentence."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.apps.conftest import OpenPage
from tests.apps.fixture_publication import PUBLICATION_ID, build_publication
from tests.apps.test_pages import headline, words
from tests.sealing import seal_pointer

NEXT = "20230101T080000Z-next"
CHOICE = {
    "level": "wijk",
    "figures": "loneliness_pct",
    "areas": "WK990101,WK990100,WK990203",
    "year": "2020",
    "chart": "bars",
}


def publish_another(data_dir: Path) -> None:
    publish = data_dir / "publish"
    build_publication(publish, publication_id=NEXT)
    seal_pointer(publish, history=[PUBLICATION_ID, NEXT])


def test_page__shows_what_was_chosen_and_says_what_is_hidden(published: Path, open_page: OpenPage) -> None:
    app = open_page("sleutelen", **CHOICE)
    assert not app.exception
    assert "Getoonde cijfers: 2. Verborgen of niet gemeten: 1." in headline(app)
    table = app.dataframe[0].value
    assert list(table["Code"]) == ["WK990101", "WK990100", "WK990203"]
    assert table["Waarde"].iloc[0] == 42.0
    assert table["Soort"].iloc[1] == "geheim of onbetrouwbaar volgens de bron"


@pytest.mark.parametrize("chart", ["bars", "years", "table"])
def test_link__reproduces_the_view_in_a_fresh_session(
    published: Path, open_page: OpenPage, chart: str
) -> None:
    app = open_page("sleutelen", **{**CHOICE, "chart": chart})
    link = app.code[0].value
    again = open_page("sleutelen", **dict(parse_qsl(urlsplit(link).query)))
    assert not again.exception
    assert again.dataframe[0].value.equals(app.dataframe[0].value)
    assert headline(again) == headline(app)


def test_frozen_link__keeps_showing_its_publication(published: Path, open_page: OpenPage) -> None:
    frozen = dict(parse_qsl(urlsplit(open_page("sleutelen", **CHOICE).code[1].value).query))
    assert frozen["release"] == PUBLICATION_ID
    publish_another(published)
    app = open_page("sleutelen", **frozen)
    assert not app.exception
    assert f"vastgezette publicatie {PUBLICATION_ID}" in words(app)
    assert f"Publicatie {PUBLICATION_ID}" in words(app)
    living = open_page("sleutelen", **CHOICE)
    assert f"Publicatie {NEXT}" in words(living)


@pytest.mark.parametrize("release", ["19990101_000000_000", "../../etc/passwd", "<script>", "x" * 9000])
@pytest.mark.parametrize("page", ["sleutelen", "verkennen", "profiel"])
def test_removed_release__is_a_sentence_with_a_way_on(
    published: Path, open_page: OpenPage, release: str, page: str
) -> None:
    app = open_page(page, release=release)
    assert not app.exception
    assert "niet meer wordt bewaard" in app.warning[0].value
    button = next(item for item in app.button if item.label == "Toon de nieuwste")
    button.click().run()
    assert not app.warning


@pytest.mark.parametrize("language", ["nl", "en"])
def test_page__hostile_choices_are_a_sentence(published: Path, open_page: OpenPage, language: str) -> None:
    app = open_page("sleutelen", figures="a,b", areas="<script>,'--", year="-1", chart="3d", lang=language)
    assert not app.exception
    assert "De link vroeg" in words(app) or "The link asked" in words(app)
    assert "<script" not in words(app)
