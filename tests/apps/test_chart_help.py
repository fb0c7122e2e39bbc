"""Every chart on every page has help of its own in both languages: what it shows, how to read it, what not to conclude."""

from __future__ import annotations

import ast
import re
from collections import Counter
from html import unescape
from pathlib import Path

import pytest

from apps.dashboard.components import plot
from apps.dashboard.wording import texts
from datawerkplaats.base.errors import Language
from tests.apps.conftest import OpenPage
from tests.apps.rich_publication import enrich
from tests.apps.test_aanmeldingen import with_registrations
from tests.apps.test_risico import with_models

APP = Path(plot.__file__).parent.parent
PARTS = ("ask", "what", "read", "not")
# A page with an address at which it draws its charts, and the charts that are there.
DRAWN = {
    "verkennen": ({"level": "wijk"}, {"verkennen_map", "verkennen_bars"}),
    "profiel": ({"gemeente": "GM9901"}, {"profiel_spine"}),
    "verbanden": ({"level": "wijk", "y": "care_use_pct", "x": "low_income_households_pct"}, {"verbanden_scatter"}),
    "buren": ({"level": "wijk", "area": "WK980002"}, {"buren_parts", "buren_funnel"}),
    "ongelijkheid": ({"level": "wijk", "indicator": "care_use_pct"}, {"ongelijkheid_groups"}),
    "verklaren": ({"level": "wijk", "outcome": "care_use_pct"}, {"verklaren_arrows"}),
    "risico": ({}, {"risico_topics"}),
    "aanmeldingen": ({}, {"aanmeldingen_differences"}),
    "sleutelen": ({"level": "wijk", "areas": "WK980000,WK980001"}, {"sleutelen_bars"}),
}  # fmt: skip


def _calls() -> list[tuple[str, str]]:
    """Where help is asked for: file and the ids in that place; not on the style page, which shows the help of another."""
    found = []
    for path in sorted(path for path in APP.rglob("*.py") if path.parent.name != "stijl"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "plot.Help":
                found += [
                    (path.name, str(part.value))
                    for part in ast.walk(node.args[0])
                    if isinstance(part, ast.Constant) and re.fullmatch(r"[a-z]+_[a-z]+", str(part.value))
                ]
    return found


def test_charts__are_drawn_in_one_place_that_asks_for_help() -> None:
    drawing = [path.name for path in APP.rglob("*.py") if "vega_lite_chart(" in path.read_text()]
    assert drawing == ["plot.py"]
    with pytest.raises(TypeError, match="how_to_read"):
        plot.draw({}, key="k", alt="a")  # type: ignore[call-arg]


def test_help__belongs_to_one_chart_and_every_chart_has_one() -> None:
    asked = Counter(chart for _, chart in _calls())
    assert set(asked.values()) == {1}
    written = {key.split(".")[1] for key in texts.catalogue() if key.startswith("uitleg.")}
    assert set(asked) == written
    assert len(written) >= 17


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_help__says_all_three_things_in_words_of_its_own(language: Language) -> None:
    told: Counter[str] = Counter()
    for _, chart in _calls():
        for part in PARTS:
            words = texts.text(f"uitleg.{chart}.{part}", language)
            assert ("{subject}" in words) == (part == "what"), (chart, part)
            assert words.endswith("?") if part == "ask" else words.endswith("."), (chart, part)
            assert len(words) > (15 if part == "ask" else 30), (chart, part)
            told[words] += 1
            for sentence in re.split(r"(?<=[.:?]) ", words):
                assert len(sentence.split()) <= 32, (chart, sentence)
    assert [words for words, count in told.items() if count > 1] == []


def test_help__writes_what_a_page_says_as_text_only() -> None:
    shown = plot.Help("verkennen_map", "<img src=x onerror=alert(1)>", "nl").html()
    assert "<img" not in shown
    assert "&lt;img" in shown


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("page", sorted(DRAWN))
def test_page__draws_no_chart_without_its_help(
    published: Path, open_page: OpenPage, page: str, language: Language
) -> None:
    enrich(published)
    if page == "risico":
        with_models(published)
    if page == "aanmeldingen":
        with_registrations(published)
    asked, expected = DRAWN[page]
    app = open_page(page, lang=language, **asked)
    assert not app.exception
    charts = len(app.get("vega_lite_chart")) + len(app.get("arrow_vega_lite_chart"))
    shown = "\n".join(str(found.proto.body) for found in app.get("html"))
    helped = re.findall(r'<details class="dw-help" data-chart="(\w+)"><summary>([^<]+)</summary>', shown)
    assert len(helped) == charts > 0
    assert expected <= {chart for chart, _ in helped}
    for chart, question in helped:
        assert unescape(question) == texts.text(f"uitleg.{chart}.ask", language)
