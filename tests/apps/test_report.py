"""The area report: what it holds, how it is built for people who cannot see it, and what it says when there is nothing."""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import docx
import pytest
from docx.text.paragraph import Paragraph as WordParagraph
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from apps.dashboard.data import cube, queries
from apps.dashboard.data import release as published_release
from apps.dashboard.report import about
from apps.dashboard.report.content import build, difference_words
from apps.dashboard.report.model import Facts, Heading, Paragraph, Table
from apps.dashboard.report.request import Request
from apps.dashboard.views.rapport.page import make
from apps.dashboard.wording.context import Context
from datawerkplaats.base.errors import DataProblem, Language
from tests.apps.conftest import OpenPage, Pressed
from tests.apps.fixture_publication import PUBLICATION_ID
from tests.apps.test_pages import headline, words
from tests.present import present


def request(
    level: str, code: str, language: Language = "nl", comparator: str = "country", **more: Any
) -> Request:
    release = published_release.current_release()
    context = Context(release, language, {}, "Veenland")
    area = next(row for row in cube.regions(release, level) if row["code"] == code)
    address = f"https://example.org/rapport?release={release.id}"
    return Request(context, level, area, comparator, address=address, **more)


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def style_of(paragraph: WordParagraph) -> str:
    return str(present(paragraph.style).name)


def tags(reader: PdfReader) -> Iterator[DictionaryObject]:
    """All elements of the structure that a screen reader follows."""
    waiting = [reader.root_object["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop().get_object()
        if isinstance(element, list):
            waiting += element
        elif isinstance(element, DictionaryObject):
            if "/S" in element:
                yield element
            if "/K" in element and not isinstance(element["/K"], int):
                waiting.append(element["/K"])


@pytest.mark.parametrize("language", ["nl", "en"])
def test_pdf__is_tagged_with_headings_tables_and_words_for_each_chart(
    published: Path, language: Language
) -> None:
    reader = PdfReader(io.BytesIO(make(request("gemeente", "GM9901", language), "pdf")))
    kinds = [str(tag["/S"]) for tag in tags(reader)]
    assert {"/H1", "/Table", "/TH", "/Figure", "/TOC"} <= set(kinds)
    figures = [tag for tag in tags(reader) if str(tag["/S"]) == "/Figure"]
    assert figures and all(len(str(tag.get("/Alt", ""))) > 20 for tag in figures)
    assert str(reader.root_object["/Lang"]) == language
    assert cast(DictionaryObject, reader.root_object["/MarkInfo"])["/Marked"]
    assert present(reader.metadata).title == (
        "Gebiedsrapport Turfhaven" if language == "nl" else "Area report Turfhaven"
    )
    assert len(reader.outline) >= 6


def test_pdf__says_choices_dates_licence_release_definitions_and_what_is_hidden(published: Path) -> None:
    told = text_of(make(request("gemeente", "GM9904"), "pdf"))
    for part in (
        "FICTIEF", "Vergeleken met", "Nederland (fictief)", "Gegevens opgehaald op", "1 december 2022", PUBLICATION_ID,
        "CC BY 4.0", "Zelf gemeld.", "uitleg in gewone woorden", "te weinig deelnemers", "Wat is verborgen?",
        "41 van 42 goed", "Pagina 1 van",
    ):  # fmt: skip
        assert part in told, part
    assert "16 tot en met 25 jaar) x 10,0% – niet te vergelijken" in told


def test_report__numbers_are_dutch_and_differences_only_beyond_the_margin(published: Path) -> None:
    lines = {line.indicator: line for line in request("gemeente", "GM9901").lines}
    assert difference_words(lines["care_use_pct"]) == "▲ hoger: 4,0 procentpunt"
    assert difference_words(lines["loneliness_pct"]).startswith("?")
    english = {line.indicator: line for line in request("gemeente", "GM9901", "en").lines}
    assert difference_words(english["care_use_pct"]) == "▲ higher: 4.0 percentage points"
    told = text_of(make(request("gemeente", "GM9901"), "pdf"))
    assert "1.234,5" in told and "43,0%" in told and "43.0%" not in told


def test_report__both_formats_hold_the_same_words(published: Path) -> None:
    asked = request("gemeente", "GM9901", with_charts=False)
    document = build(asked)
    word = docx.Document(io.BytesIO(make(asked, "docx")))
    headings = [block.words for block in document.blocks if isinstance(block, Heading)]
    assert [p.text for p in word.paragraphs if style_of(p).startswith("Heading")] == headings
    tables = [
        [list(block.header), *map(list, block.rows)] for block in document.blocks if isinstance(block, Table)
    ]
    assert [[[cell.text for cell in row.cells] for row in table.rows] for table in word.tables] == tables
    told = "".join(text_of(make(asked, "pdf")).split())
    for block in document.blocks:
        if isinstance(block, Paragraph):
            assert "".join(block.words.split()) in told
        if isinstance(block, Facts):
            assert all("".join(name.split()) in told for name, _ in block.items)


def test_word__charts_are_vectors_with_words_and_headers_repeat(published: Path) -> None:
    content = make(request("gemeente", "GM9901"), "docx")
    word = docx.Document(io.BytesIO(content))
    told = [picture._inline.docPr.get("descr") for picture in word.inline_shapes]
    assert told and all(len(words) > 20 for words in told)
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert sum(name.endswith(".svg") for name in names) == len(told)
    assert all("w:tblHeader" in table.rows[0]._tr.xml for table in word.tables)
    assert word.core_properties.language == "nl-NL"
    assert "PAGE" in word.sections[0].footer._element.xml


def test_word__lists_its_chapters_as_links_and_skips_no_level(published: Path) -> None:
    from docx.oxml.ns import qn

    word = docx.Document(io.BytesIO(make(request("gemeente", "GM9901"), "docx")))
    body = word.element.body
    links = {
        link.get(qn("w:anchor")): "".join(str(part.text) for part in link.iter(qn("w:t")))
        for link in body.iter(qn("w:hyperlink"))
    }
    places = {mark.get(qn("w:name")): mark.getparent() for mark in body.iter(qn("w:bookmarkStart"))}
    levels = [int(style_of(p)[8:]) for p in word.paragraphs if style_of(p)[:8] == "Heading "]
    chapters = [p.text for p in word.paragraphs if style_of(p) == "Heading 1"]
    assert list(links.values()) == chapters
    assert len(chapters) > 5
    assert [WordParagraph(places[name], word._body).text for name in links] == chapters
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    codes = [code.text for code in body.iter(qn("w:instrText"))]
    kinds = [part.get(qn("w:fldCharType")) for part in body.iter(qn("w:fldChar"))]
    assert [code.split()[0] for code in codes] == ["TOC"]
    assert kinds == ["begin", "separate", "end"]
    # Read from top to bottom: title, contents before the first chapter with figures, and nothing asked when it is opened.
    order = [p.text for p in word.paragraphs]
    assert order.index("Inhoud") < order.index(chapters[1], order.index("Inhoud") + len(chapters))
    assert b"updateFields" not in word.settings.element.xml.encode()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_report__of_a_smaller_area_names_the_figures_that_nobody_delivers_of_it(
    published: Path, language: Language
) -> None:
    asked = request("wijk", "WK990103", language)
    assert asked.absent
    told = about.absent_words(asked, language)
    assert told.startswith(f"{len(asked.absent)} ")
    assert (
        "Maak een rapport over de gemeente" if language == "nl" else "Make a report on the gemeente"
    ) in told
    blocks = build(asked).blocks
    place = next(i for i, block in enumerate(blocks) if block == Paragraph(told))
    facts = blocks[place + 1]
    assert isinstance(facts, Facts)
    named = " ".join(words for _, words in facts.items)
    assert all(asked.indicator_texts.title(item) in named for item in asked.absent)
    assert not {line.indicator for line in asked.lines} & set(asked.absent)
    assert told in text_of(make(asked, "pdf"))
    assert about.absent_words(request("gemeente", "GM9901", language), language) == ""


def test_report__of_chosen_domains_holds_only_those(published: Path) -> None:
    asked = request("gemeente", "GM9901", domains=("outcome",))
    told = text_of(make(asked, "pdf"))
    assert "Zorggebruik" in told
    assert "Bevolkingsdichtheid" not in told
    assert "Onderwerpen Gevolgen: zorg en ondersteuning" in told


def test_report__wholly_suppressed_area_gives_reasons_and_no_number(published: Path) -> None:
    told = text_of(make(request("wijk", "WK990100"), "pdf"))
    assert "geen enkel cijfer bekend" in told
    assert "geheim of onbetrouwbaar volgens de bron" in told


def test_page__offers_both_formats_for_what_a_link_asks(
    published: Path, open_page: OpenPage, files: dict[str, Pressed]
) -> None:
    app = open_page("rapport", level="wijk", area="WK990203", charts="no", **{"in": "en"})
    assert not app.exception
    assert headline(app)
    link = app.code[0].value
    assert "area=WK990203" in link and f"release={PUBLICATION_ID}" in link
    assert {name.rsplit(".", 1)[1] for name in files} == {"pdf", "docx"}
    pdf = next(make_it() for name, make_it in files.items() if name.endswith("pdf"))
    assert "Area report Wijk 3 Heideloo (Heideloo)" in text_of(pdf)


def test_page__abolished_area_is_a_sentence_with_a_way_on(published: Path, open_page: OpenPage) -> None:
    app = open_page("rapport", level="wijk", area="WK990309")
    assert not app.exception
    assert "er zijn geen cijfers van in deze publicatie" in app.warning[0].value
    assert "De link vroeg om iets dat er niet is" in words(app)


@pytest.mark.parametrize(
    "parameters",
    [
        {"level": "planet", "area": "'; drop table x"},
        {
            "area": "<script>alert(1)</script>",
            "compare": "x" * 5000,
            "domains": "a,b",
            "in": "fy",
            "charts": "3d",
        },
        {"level": "wijk", "area": "GM9901"},
    ],
)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_page__hostile_address_is_a_sentence(
    published: Path, open_page: OpenPage, parameters: dict[str, str], language: str
) -> None:
    app = open_page("rapport", lang=language, **parameters)
    assert not app.exception
    assert ("De link vroeg" if language == "nl" else "The link asked") in words(app)
    assert "<script" not in words(app)


def test_page__wholly_suppressed_area_says_that_there_is_no_number(
    published: Path, open_page: OpenPage
) -> None:
    app = open_page("rapport", level="wijk", area="WK990100")
    assert not app.exception
    assert "In het rapport staat per cijfer de reden, geen getal" in words(app)
    assert len(app.get("download_button")) == 2


@pytest.mark.parametrize("release", ["19990101_000000_000", "../../etc/passwd"])
def test_page__removed_release_is_a_sentence(published: Path, open_page: OpenPage, release: str) -> None:
    app = open_page("rapport", release=release)
    assert not app.exception
    assert "niet meer wordt bewaard" in app.warning[0].value


def test_names_in_the_data__can_never_become_markup(published: Path) -> None:
    asked = request("gemeente", "GM9901", with_charts=False)
    asked.area["name"] = '#panic("x") <b> *vet* $1$ [[x]]'
    assert '#panic("x") <b> *vet* $1$ [[x]]' in text_of(make(asked, "pdf"))
    word = docx.Document(io.BytesIO(make(asked, "docx")))
    assert '#panic("x") <b> *vet* $1$ [[x]]' in word.paragraphs[0].text


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_report__of_figures_that_are_gone_is_a_sentence_in_the_format_asked_for(
    published: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    asked = request("gemeente", "GM9901")

    def gone(*_: object, **__: object) -> None:
        raise DataProblem("publication_damaged", subject="x", found="OSError", remedy="make materialise")

    monkeypatch.setattr(queries, "indicators", gone)
    content = make(asked, kind)
    paragraphs = docx.Document(io.BytesIO(content)).paragraphs if kind == "docx" else []
    told = " ".join(p.text for p in paragraphs) or text_of(content)
    assert "Dit rapport kon niet worden gemaakt" in told and "Laad de pagina Rapport" in told
    assert "Traceback" not in told
