"""The first words of a page: what it is for or what it found, in the box that the browser draws before all that it must fetch."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

from apps.dashboard.registry import pages
from tests.apps.conftest import OpenPage

# Their sentence is about a choice or an outcome, which is refused in a sentence of its own where there is none.
OF_AN_OUTCOME = {"risico", "verklaren", "ongelijkheid"}


def headlines(app: AppTest) -> list[str]:
    boxes = [block for block in app.get("flex_container") if "dw-headline" in block.proto.id]
    return [str(box.markdown[0].value) for box in boxes]


def test_pages__say_first_what_they_are_for_or_what_they_found(published: Path, open_page: OpenPage) -> None:
    drawn = {entry.id: open_page(entry.id) for entry in pages()}
    without = {page for page, app in drawn.items() if not headlines(app)}
    assert without <= OF_AN_OUTCOME
    assert all(drawn[page].info or drawn[page].warning for page in without), (
        "nothing says why there is no outcome"
    )


def test_opening__has_one_sentence_in_the_box_and_the_rest_below(
    published: Path, open_page: OpenPage
) -> None:
    app = open_page("leveren")
    (first,) = headlines(app)
    assert first == "Hier levert een partner een bestand in met één rij per persoon."
    assert any(str(below.value).startswith("Het bestand wordt meteen nagekeken") for below in app.markdown)
