"""What an indicator's `shown` says is kept by every page, file and report: no ranking, and help beside the figure.

The order of areas on a page is compared before and after all values of the figure are turned around: only a list that is put
in order by those values changes.
"""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import docx
import duckdb
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Dataframe

from apps.dashboard.components.downloads import about, image_notes
from apps.dashboard.registry import pages
from apps.dashboard.report.charts import difference_chart
from apps.dashboard.views.rapport.page import make
from datawerkplaats.base.errors import Language
from datawerkplaats.base.settings import get_settings
from tests.apps.conftest import OpenPage, Pressed
from tests.apps.rich_publication import enrich
from tests.apps.test_pages import words
from tests.apps.test_report import request, text_of
from tests.apps.test_risico import with_models
from tests.sealing import changed

HELP = {"nl": "Bel 0800-9999 of kijk op hulp.example.", "en": "Call 0800-9999 or see hulp.example."}
GUARDED = "care_use_pct"
# Per page choices that show the guarded figure; the other pages show no figure of an area.
VISITS = {
    "verkennen": [{"indicator": GUARDED, "level": level, "area": "GM9901"} for level in ("wijk", "gemeente")],
    "gebied": [{"gebied": "GM9901"}, {"gebied": "WK980102"}],
    "profiel": [{"gemeente": "GM9901"}, {"gemeente": "GM9801", "wijk": "WK980102"}],
    "verbanden": [{"level": "wijk", "y": GUARDED, "x": "low_income_households_pct"}],
    "buren": [{"level": "wijk", "area": "WK980002", "compared": GUARDED, "funnel": GUARDED}],
    "ongelijkheid": [{"level": "wijk", "indicator": GUARDED}, {"level": "wijk", "ladder": GUARDED}],
    "verklaren": [{"level": "wijk", "outcome": GUARDED}],
    "risico": [{"area": "WK990101"}],
    "sleutelen": [
        {"level": "gemeente", "figures": GUARDED, "chart": chart, "areas": "GM9901,GM9902,GM9903"}
        for chart in ("bars", "table")
    ],
    "kwaliteit": [{"indicator": GUARDED}],
    "rapport": [{"level": "gemeente", "area": "GM9901"}],
}
WITHOUT_FIGURES = {
    "start",
    "stijl",  # made-up figures of no area
    "verantwoording",
    "sql",
    "woordenlijst",
    "gesprekken",
    "notities",
    "afspraken",
    "meedoen",
    "vragen",
    "volgen",
    "lessen",  # a few figures named by the lesson, never in order; their helpline in test_lessen
    "leveren",
    "loket",
    "doen",  # puts areas in order by what may be ranked only: test_doen
    "aanmeldingen",  # shows figures of one partner only; unranked in test_aanmeldingen
}
CASES = [
    pytest.param(page, choice, id=f"{page}-{i}")
    for page, kinds in VISITS.items()
    for i, choice in enumerate(kinds)
]
AREA = re.compile(r"\b(?:Turfhaven|Heideloo|Zandwold|Wijk \d+|[GW][MK]\d{4,6})\b")


@pytest.fixture(scope="module")
def template(publication_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders with a publication in which one figure is guarded, in which it is also turned around, and both unguarded."""
    folder = tmp_path_factory.mktemp("shown")
    shutil.copytree(publication_template, folder / "guarded")
    enrich(folder / "guarded")
    with_models(folder / "guarded")
    shutil.copytree(folder / "guarded", folder / "ranked")
    with _writing(folder / "guarded") as con:
        con.execute(
            "update core.dim_indicator set is_ranked = false, helpline_nl = ?, helpline_en = ?"
            " where indicator_id in (?, 'risk_anxiety_onset_18_29_pct')",
            [HELP["nl"], HELP["en"], GUARDED],
        )
    for name in ("guarded", "ranked"):
        shutil.copytree(folder / name, folder / f"{name}_turned")
        _turn_around(folder / f"{name}_turned")
    return folder


Use = Callable[[str], None]


@pytest.fixture
def use(template: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Use]:
    """A function that makes the pages read one of the publications."""

    def chosen(name: str) -> None:
        monkeypatch.setenv("DWP_DATA_DIR", str(template / name))
        get_settings.cache_clear()

    yield chosen
    get_settings.cache_clear()


def _writing(folder: Path) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
    (path,) = (folder / "publish").glob("warehouse_*.duckdb")
    path.chmod(0o644)
    return changed(path)


def _turn_around(folder: Path) -> None:
    """Give every area the value that lies as far on the other side."""
    with _writing(folder) as con:
        for table in ("core.fct_observation", "outcome.fct_outcome"):
            con.execute(
                f"update {table} set value = 40 - value, lower = 40 - upper, upper = 40 - lower where indicator_id = ?",
                [GUARDED],
            )


def _areas(app: AppTest, files: dict[str, Pressed]) -> dict[str, list[str]]:
    """The areas in the order in which each text, table, chart and file of the page names them."""
    found = {"words": AREA.findall(words(app))}
    for place, table in enumerate(app.get("arrow_data_frame")):
        assert isinstance(table, Dataframe)
        found[f"table {place}"] = AREA.findall(table.value.to_csv())
    for place, chart in enumerate(app.get("arrow_vega_lite_chart")):
        found[f"chart {place}"] = AREA.findall(chart.proto.spec)
        for part in chart.proto.datasets:
            held = pa.ipc.open_stream(part.data.data).read_pandas()
            found[f"chart {place} {part.name}"] = AREA.findall(held.to_csv())
    found |= {
        name: AREA.findall(data().decode("utf-8-sig"))
        for name, data in files.items()
        if name.endswith(".csv")
    }
    return found


def test_visits__know_every_page() -> None:
    assert set(VISITS) | WITHOUT_FIGURES == {entry.id for entry in pages()}


@pytest.mark.parametrize(("page", "choice"), CASES)
def test_page__shows_where_help_is_and_no_order(
    use: Use, open_page: OpenPage, files: dict[str, Pressed], page: str, choice: dict[str, str]
) -> None:
    use("guarded")
    app = open_page(page, **choice)
    assert not app.exception
    assert HELP["nl"] in words(app) or "ladder" in choice
    before = _areas(app, files)
    for name, data in files.items():
        told = data().decode("utf-8-sig") if name.endswith(".csv") else ""
        is_of_it = "Zorggebruik" in told.replace("Zorggebruik · zorg en hulp", "") or "zorggebruik" in name
        assert not (told and is_of_it) or HELP["nl"] in told, name
    files.clear()
    use("guarded_turned")
    assert _areas(open_page(page, **choice), files) == before


@pytest.mark.parametrize("page", ["verkennen", "buren"])
def test_page__puts_what_may_be_ranked_in_order(
    use: Use, open_page: OpenPage, files: dict[str, Pressed], page: str
) -> None:
    """The comparison above sees a ranking where there is one."""
    use("ranked")
    app = open_page(page, **VISITS[page][0])
    assert HELP["nl"] not in words(app)
    before = _areas(app, files)
    files.clear()
    use("ranked_turned")
    assert _areas(open_page(page, **VISITS[page][0]), files) != before


@pytest.mark.parametrize("language", ["nl", "en"])
def test_report__tells_where_help_is_and_gives_no_place_among_others(use: Use, language: Language) -> None:
    use("guarded")
    asked = request("gemeente", "GM9901", language)
    (line,) = (line for line in asked.lines if line.indicator == GUARDED)
    assert (line.low, line.p25, line.p75, line.high) == (None,) * 4
    assert HELP[language] in text_of(make(asked, "pdf"))
    word = docx.Document(io.BytesIO(make(asked, "docx")))
    assert HELP[language] in [paragraph.text for paragraph in word.paragraphs]
    drawing = difference_chart(asked)
    assert drawing is None or line.title not in json.dumps(drawing.spec)


def test_images__carry_where_help_is(use: Use) -> None:
    use("guarded")
    asked = request("gemeente", "GM9901")
    told = about(asked.context, [asked.indicator_texts.rows[GUARDED]], "t")
    assert any(HELP["nl"] in line for line in image_notes(asked.context, told))
