"""Notices on Start: whole in both languages, no local path, and many absent sources as one line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from apps.dashboard.views.start import notices
from apps.dashboard.wording.texts import LANGUAGES
from datawerkplaats.base.errors import PROBLEMS, DataProblem, Language
from tests.apps.conftest import OpenPage
from tests.apps.test_pages import words
from tests.for_each import for_each

ENGLISH = re.compile(r"\b(the|file|folder|put|check|deliver|with|again|run)\b", re.I)
PROBLEM = DataProblem(
    "missing_delivery",
    subject="pdok_buurt_2022, /srv/data",
    expected="**/buurt_2022.geojson",
    found="no such file",
    remedy="put the file in the folder, or set FILES to the folder that holds it",
)


def notice(code: str, kind: str = "absent", source: str = "pdok_buurt_2022") -> dict[str, str]:
    sentences = {f"sentence_{language}": PROBLEM.sentence(language) for language in LANGUAGES}
    return {"source_id": source, "kind": kind, "at": "2022-12-01T08:00:00Z", "code": code, **sentences}


@for_each("kind", ["absent", "rejected", "incomplete", "earlier"])
@for_each("code", sorted(code for code in PROBLEMS if not code.startswith("query_")))
def test_sentence__is_whole_in_both_languages_for_every_kind_of_problem(code: str, kind: str) -> None:
    dutch, english = (
        notices.sentence(notice(code, kind), "Buurtgrenzen", language) for language in LANGUAGES
    )
    for told in (dutch, english):
        assert told.startswith("Buurtgrenzen: ") and told.endswith(".")
        assert "/srv" not in told and "geojson" not in told.replace("GeoJSON", "")
    assert PROBLEMS[code]["nl"] in dutch and PROBLEMS[code]["en"] in english
    assert not ENGLISH.search(dutch), dutch
    assert ("blijven staan" in dutch) == (kind == "rejected")


def test_sentence__of_an_older_notice_shows_no_path_either() -> None:
    old = notice("")
    del old["code"]
    told = notices.sentence(old, "Buurtgrenzen", "nl")
    assert "/srv" not in told and told.startswith("Buurtgrenzen. ")
    assert (
        notices.sentence({**old, "sentence_nl": "Er is geen kaart."}, "Buurtgrenzen", "nl")
        == "Er is geen kaart."
    )
    hostile = {**old, "sentence_nl": "zie https://example.org/x of C:\\data\\x"}
    assert "example.org" not in notices.sentence(hostile, "Buurtgrenzen", "nl")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_start__tells_many_absent_sources_as_one_and_shows_no_local_path(
    published: Path, open_page: OpenPage, language: Language
) -> None:
    many = [notice("missing_delivery", source=f"source_{i}") for i in range(5)]
    told = [*many, notice("missing_column", "rejected", "cbs_fixture")]
    (published / "publish" / "notices.json").write_text(json.dumps(told))
    app = open_page("start", lang=language)
    assert not app.exception
    shown = words(app)
    assert ("5 bronnen" if language == "nl" else "5 sources") in shown
    assert PROBLEMS["missing_column"][language] in shown
    everything = shown + " ".join(str(block.value) for block in app.code)
    assert str(published) not in everything and "/srv" not in everything
    assert len(re.findall(r"<li><b>", shown)) == 2
