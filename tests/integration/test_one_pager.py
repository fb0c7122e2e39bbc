"""One A4 of an area: the page's own sentence and figures on exactly one page, with a code that leads back to it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from pypdf import PdfReader

from apps.dashboard.components.area_choice import larger_areas
from apps.dashboard.data import cube, queries
from apps.dashboard.data import release as published_release
from apps.dashboard.profile.area_page import AreaPage
from apps.dashboard.profile.standout_words import first
from apps.dashboard.report.one_pager import as_one_page
from apps.dashboard.wording.context import Context
from datawerkplaats.base.errors import Language
from tests.pages_on import pages_on

ADDRESS = "https://cijfers.example.org/?lang=nl&gebied=GM9901"
A4 = (595.28, 841.89)
pytestmark = [pytest.mark.slow]


@pytest.fixture(scope="module", autouse=True)
def _shown(demo: Path) -> Iterator[None]:
    with pages_on(demo):
        yield


def page_of(code: str = "GM9901", language: Language = "nl") -> AreaPage:
    release = published_release.current_release()
    context = Context(release, language, {}, str(queries.region_name(release)))
    area = next(row for row in cube.regions(release, "gemeente") if row["code"] == code)
    key, name = next(iter(larger_areas(context, area, "gemeente").items()))
    return AreaPage(context, context.theme, "gemeente", area, key, name)


def words_of(pdf: bytes) -> str:
    (only,) = PdfReader(io.BytesIO(pdf)).pages
    assert (float(only.mediabox.width), float(only.mediabox.height)) == pytest.approx(A4, abs=0.1)
    return " ".join(only.extract_text().split())


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a4__has_the_sentence_and_every_figure_of_the_first_screen(
    language: Language,
) -> None:
    page = page_of(language=language)
    told = words_of(as_one_page(page, "pdf", ADDRESS))
    assert str(page.area["name"]) in told
    assert first(page.findings[0], page.theme, page.names, language) in told
    cards = [page.card(item) for item in page.tiles()]
    assert cards and all(card.title in told and card.value in told for card in cards)
    assert page.context.release.id in told
    assert ("FICTIEF" if language == "nl" else "FICTIONAL") in told


def test_a4__stays_one_page_whatever_is_called_what() -> None:
    page = page_of()
    told = words_of(
        as_one_page(replace(page, reference="een heel lange naam van een gebied " * 12), "pdf", ADDRESS)
    )
    assert "een heel lange naam" in told


def test_a4__as_an_image_has_a_code_that_a_phone_reads() -> None:
    drawn = cv2.imdecode(np.frombuffer(as_one_page(page_of(), "png", ADDRESS), np.uint8), cv2.IMREAD_COLOR)
    assert drawn is not None and drawn.shape[0] / drawn.shape[1] == pytest.approx(A4[1] / A4[0], abs=0.01)
    read, _, _ = cv2.QRCodeDetector().detectAndDecode(drawn)
    assert read == ADDRESS
