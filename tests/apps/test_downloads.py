"""Downloads: exactly what is shown, with origin, choices and definitions; a suppressed figure is marked, never a number."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from apps.dashboard.components import chart_files, downloads
from apps.dashboard.components.charts.plain import bars
from apps.dashboard.components.charts.scatter import Point, scatter
from tests.apps.conftest import OpenPage, Pressed

SHOWN = downloads.Shown(
    ("naam", "cijfer"), (("=1+1", 12.5), ("Assen", None), ("Emmen", None)), frozenset({(2, 1)})
)
TRAILING = (("publicatie", "p1"), ("licentie", "CC BY"))
TOLD = downloads.About((("publicatie", "p1"),), (("Eenzaam", "Uitleg"),), TRAILING)
DRAWING = chart_files.Drawing(
    bars([{"n": "Één & <b>", "x": 3, "t": "3,0%"}], {"area": "Gebied", "value": "Cijfer"}), "Eén balk."
)


def rows_of(content: bytes, delimiter: str = ";") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter))


def test_csv__opens_in_dutch_excel_and_each_row_tells_its_origin() -> None:
    rows = rows_of(downloads.as_csv(SHOWN, TOLD))
    assert rows[0] == {
        "naam": "'=1+1",
        "cijfer": "12,5",
        "publicatie": "p1",
        "licentie": "CC BY",
        "definitie": "Eenzaam: Uitleg",
    }
    assert [row["cijfer"] for row in rows] == ["12,5", "", "x"]
    assert downloads.as_csv(SHOWN, TOLD).startswith(b"\xef\xbb\xbf")


def test_csv__of_an_english_page_has_commas_and_points() -> None:
    told = downloads.About((), (), TRAILING, "en", "definition")
    assert rows_of(downloads.as_csv(SHOWN, told), ",")[0]["cijfer"] == "12.5"


def test_excel_and_parquet__hold_the_same_with_their_origin() -> None:
    import pyarrow.parquet as pq
    from openpyxl import load_workbook

    indicator_texts = load_workbook(io.BytesIO(downloads.as_xlsx(SHOWN, TOLD)))
    data = [[cell.value for cell in row] for row in indicator_texts["data"]]
    assert data[1:] == [["'=1+1", 12.5], ["Assen", None], ["Emmen", "x"]]
    assert [(a.value, b.value) for a, b in indicator_texts["info"]] == [("publicatie", "p1")]
    assert [(a.value, b.value) for a, b in indicator_texts["definitie"]] == [("Eenzaam", "Uitleg")]
    table = pq.read_table(io.BytesIO(downloads.as_parquet(SHOWN, TOLD)))
    assert table.column("cijfer").to_pylist() == [12.5, None, None]
    assert table.schema.metadata[b"publicatie"] == b"p1"
    assert b"Uitleg" in table.schema.metadata[b"datawerkplaats"]


def test_image__holds_title_source_and_words_and_no_markup_of_the_data() -> None:
    svg = chart_files.as_svg(DRAWING, "Titel <script>", ("Bron: CBS & RIVM",)).decode()
    assert "<title>Titel &lt;script&gt;</title>" in svg
    assert "<desc>Eén balk.</desc>" in svg
    assert "Bron: CBS &amp; RIVM" in svg
    assert "3,0%" in svg and "<b>" not in svg and "<script" not in svg
    assert chart_files.as_png(DRAWING, "Titel", ("Bron",)).startswith(b"\x89PNG")


@pytest.mark.parametrize(("mark", "expected"), [(",", {"1.500", "0,5"}), (".", {"1,500", "0.5"})])
def test_axis__numbers_are_in_the_notation_of_the_language(mark: str, expected: set[str]) -> None:
    points = [Point("a", 1_000.0, 0.0, "", "", 5.0), Point("b", 2_000.0, 1.0, "", "", 5.0)]
    svg = chart_files.bare_svg(
        scatter(points, ("x", "y"), None, greyed=False, area="Gebied", decimal_mark=mark)
    )
    assert expected <= set(re.findall(r">([\d.,]+)</text>", svg))


@pytest.mark.parametrize(
    ("page", "parameters", "title"),
    [
        ("verkennen", {}, "Eenzaamheid"),
        ("profiel", {"gemeente": "GM9901"}, "Turfhaven"),
        (
            "sleutelen",
            {"level": "wijk", "figures": "loneliness_pct", "areas": "WK990101", "chart": "bars"},
            "Eenzaamheid",
        ),
    ],
)
def test_pages__give_images_that_name_source_choice_and_publication(
    published: Path,
    open_page: OpenPage,
    files: dict[str, Pressed],
    page: str,
    parameters: dict[str, str],
    title: str,
) -> None:
    open_page(page, **parameters)
    svg = next(make() for name, make in files.items() if name.endswith(".svg")).decode()
    words = " ".join(re.findall(r">([^<]+)<", svg))
    assert title in words
    assert "FICTIEF" in words
    assert "Bron: RIVM" in words or "Bron: " in words
    assert "Keuze: " in words
    assert "20221201T080000Z-fixture" in words


def test_map_image__holds_the_polygons(
    published: Path, open_page: OpenPage, files: dict[str, Pressed]
) -> None:
    open_page("verkennen")
    svg = next(
        make() for name, make in files.items() if "_map_" in name.replace("-", "_") and name.endswith("svg")
    )
    drawn = svg.decode()
    assert all(name in drawn for name in ("Turfhaven", "Heideloo", "Zandwold"))
    assert drawn.count("<path") >= 5  # three gemeenten, background and foreground


def test_charts__on_every_page_can_be_taken_along() -> None:
    views = Path(downloads.__file__).parent.parent / "views"
    # The style page shows a made-up chart to who makes the pages: there is nothing in it to take along.
    drawing = [
        path
        for path in views.rglob("*.py")
        if "plot.draw(" in path.read_text() and path.parent.name != "stijl"
    ]
    without = [path.name for path in drawing if not re.search(r"[Dd]rawing\(", path.read_text())]
    assert drawing and without == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_suppressed_selection__is_a_sentence_and_a_file_with_the_reason(
    published: Path, open_page: OpenPage, files: dict[str, Pressed], language: str
) -> None:
    app = open_page("verkennen", indicator="hidden_pct", level="gemeente", lang=language)
    assert not app.exception
    told = " ".join(caption.value for caption in app.caption)
    assert ("verborgen" if language == "nl" else "hidden") in told
    content = next(make() for name, make in files.items() if name.endswith(".csv"))
    rows = rows_of(content, ";" if language == "nl" else ",")
    value, state = ("Cijfer", "Toelichting") if language == "nl" else ("Figure", "Explanation")
    assert {row[value] for row in rows} == {"x"}
    assert {row[state] for row in rows} == {
        "geheim of onbetrouwbaar" if language == "nl" else "secret or unreliable"
    }
