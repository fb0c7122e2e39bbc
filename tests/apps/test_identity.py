"""The same figure everywhere: 200 random cells on the page, in CSV, Excel, Parquet, PDF and Word, and by SQL."""

from __future__ import annotations

import csv
import io
import random
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

from apps.dashboard.data import cube, queries
from apps.dashboard.data import release as published_release
from apps.dashboard.report.request import Request
from apps.dashboard.views.rapport.page import make
from apps.dashboard.wording.context import Context
from datawerkplaats import sandbox
from tests.apps.conftest import OpenPage, Pressed
from tests.apps.report_files import years_of_docx, years_of_pdf
from tests.apps.report_publication import Cell, extend
from tests.apps.test_pages import headline

CELLS, SEED = 200, 2026
LONG_UNITS = {"density_per_km2": " per km²"}


@dataclass
class Seen:
    """What each way of looking shows of each cell, in one notation."""

    ways: dict[str, dict[Cell, str]] = field(default_factory=lambda: defaultdict(dict))

    def differing(self, cells: list[Cell]) -> list[tuple[Cell, dict[str, str | None]]]:
        """The cells that are not the same in all ways, or absent in one."""
        told = [(cell, {way: found.get(cell) for way, found in self.ways.items()}) for cell in cells]
        return [(cell, ways) for cell, ways in told if len(set(ways.values())) > 1 or None in ways.values()]


def dutch(value: float | None, status: str, indicator: str) -> str:
    """The rule of notation, written down a second time: one decimal, halves up, Dutch marks; x hidden, - not measured."""
    if value is None:
        return "x" if status == "suppressed" else "-"
    shown = f"{Decimal(str(value)).quantize(Decimal('0.1'), ROUND_HALF_UP):,.1f}"
    swapped = shown.translate(str.maketrans(",.", ".,"))
    return swapped if indicator in LONG_UNITS else f"{swapped}%"


def by_sql(path: Path, cells: list[Cell]) -> dict[Cell, str]:
    answer = sandbox.run_query(
        path,
        "select indicator_id, region_level, region_code, year, value, value_status from core.fct_observation"
        " where age_band = '18+' and year <> 2020 and year <> 2016",
        sandbox.Limits(),
    )
    known = {Cell(*row[:4]): dutch(row[4], row[5], row[0]) for row in answer.rows}
    return {cell: known[cell] for cell in cells if cell in known}


def look(cells: list[Cell], open_page: OpenPage, files: dict[str, Pressed]) -> Seen:
    """All figures in all ways."""
    release = published_release.current_release()
    context = Context(release, "nl", {}, queries.region_name(release) or "")
    titles = {row["title_nl"]: row["indicator_id"] for row in queries.indicators(release)}
    seen = Seen()
    seen.ways["sql"] = by_sql(release.path, cells)
    for level in ("gemeente", "wijk"):
        on_page(seen, [cell for cell in cells if cell.level == level], titles, open_page, files)
    for level, area in sorted({(cell.level, cell.area) for cell in cells}):
        row = next(row for row in cube.regions(release, level) if row["code"] == area)
        request = Request(context, level, row, "country", with_charts=False)
        for way, read in (("pdf", years_of_pdf), ("docx", years_of_docx)):
            for (title, shown_year), words in read(make(request, way)).items():
                name = title.split(", ")[0]
                if name in titles:
                    told = words.replace("–", "-").removeprefix("≈").strip()
                    seen.ways[way][Cell(titles[name], level, area, shown_year)] = told
    return seen


def on_page(
    seen: Seen, cells: list[Cell], titles: dict[str, str], open_page: OpenPage, files: dict[str, Pressed]
) -> None:
    """The page as it is drawn, and the files that its buttons give."""
    files.clear()
    app = open_page(
        "sleutelen", level=cells[0].level, chart="years", scope="country",
        figures=",".join(dict.fromkeys(cell.indicator for cell in cells)),
        areas=",".join(dict.fromkeys(cell.area for cell in cells)),
    )  # fmt: skip
    assert not app.exception
    frame = app.dataframe[0]
    drawn = pa.ipc.open_stream(frame.proto.arrow_data.styler.display_values).read_pandas()
    drawn.columns = frame.value.columns
    reasons = list(frame.value["Soort"])
    places = [
        Cell(titles[name], cells[0].level, code, int(year))
        for name, code, year in zip(
            frame.value["Cijfer"], frame.value["Code"], frame.value["Jaar"], strict=True
        )
    ]
    for place, words, reason in zip(places, drawn["Waarde"], reasons, strict=True):
        told = words.removesuffix(LONG_UNITS.get(place.indicator, "")).strip()
        hidden = "x" if reason != "niet gemeten" else "-"
        seen.ways["page"][place] = hidden if told == "–" else told

    def number(cell: object) -> float | None:
        return None if cell in ("", None, "x") else float(str(cell).replace(",", "."))

    content = {name.rsplit(".", 1)[1]: made() for name, made in files.items()}
    rows = list(csv.DictReader(io.StringIO(content["csv"].decode("utf-8-sig")), delimiter=";"))
    sheet = load_workbook(io.BytesIO(content["xlsx"]))["data"]
    excel = [row[3] for row in sheet.iter_rows(min_row=2, values_only=True)]
    parquet = pq.read_table(io.BytesIO(content["parquet"])).column("Waarde").to_pylist()
    for place, row, sheet_cell, column_cell in zip(places, rows, excel, parquet, strict=True):
        for way, cell in (("csv", row["Waarde"]), ("xlsx", sheet_cell)):
            status = "suppressed" if cell == "x" else "missing"
            seen.ways[way][place] = dutch(number(cell), status, place.indicator)
        status = "missing" if row["Soort"] == "niet gemeten" else "suppressed"
        seen.ways["parquet"][place] = dutch(column_cell, status, place.indicator)


@pytest.fixture
def sample(published: Path) -> list[Cell]:
    """The cells to look at."""
    return random.Random(SEED).sample(extend(published), CELLS)


def test_200_cells__are_the_same_on_the_page_in_every_file_and_by_sql(
    sample: list[Cell], open_page: OpenPage, files: dict[str, Pressed]
) -> None:
    seen = look(sample, open_page, files)
    assert seen.differing(sample) == []
    assert set(seen.ways) == {"sql", "page", "csv", "xlsx", "parquet", "pdf", "docx"}
    told = [seen.ways["sql"][cell] for cell in sample]
    assert told.count("x") > 10 and told.count("-") > 3 and any("." in words for words in told)
    # And a single figure that is another one in one of the ways does not pass.
    cell = next(cell for cell in sample if seen.ways["sql"][cell] not in ("x", "-"))
    for way, found in seen.ways.items():
        kept, found[cell] = found[cell], f"{found[cell]}1"
        assert [place for place, _ in seen.differing(sample)] == [cell], way
        found[cell] = kept


def test_suppressed_selection__is_a_sentence_a_reason_and_no_number(
    published: Path, open_page: OpenPage, files: dict[str, Pressed]
) -> None:
    app = open_page("sleutelen", level="wijk", figures="loneliness_pct", areas="WK990100", year="2020")
    assert not app.exception
    assert "Alle cijfers in deze keuze zijn verborgen" in headline(app)
    content = next(make() for name, make in files.items() if name.endswith(".csv")).decode("utf-8-sig")
    row = next(csv.DictReader(io.StringIO(content), delimiter=";"))
    assert (row["Waarde"], row["Soort"]) == ("x", "geheim of onbetrouwbaar volgens de bron")
