"""The population pyramid: whose people it shows, when there is none and why, and that page, table and files agree."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from apps.dashboard.data.residents import Residents
from apps.dashboard.profile import pyramid as panel
from apps.dashboard.profile.ages import Ages
from apps.dashboard.profile.pyramid import People
from apps.dashboard.report import residents_part
from apps.dashboard.report.model import Figure, Paragraph, Table
from datawerkplaats.base.errors import Language
from tests.apps.conftest import OpenPage, Pressed
from tests.apps.test_pages import words
from tests.apps.test_report import request
from tests.sealing import changed

STARTS = tuple(range(0, 100, 5))
BANDS = tuple(f"{start}-{start + 4}" if start < 95 else "95+" for start in STARTS)
EVEN = Residents(2025, STARTS, BANDS, (100,) * 20, (100,) * 20)
OLDER = Residents(2025, STARTS, BANDS, (*(50,) * 13, *(100,) * 7), (*(50,) * 13, *(150,) * 7))
BOTH = People(EVEN, OLDER, "Hier", "Daar", reference_summed=False)


def test_residents__shares_are_of_everyone_and_groups_sum() -> None:
    assert EVEN.total == 4_000
    assert sum(EVEN.share(count) for count in (*EVEN.men, *EVEN.women)) == pytest.approx(100)
    assert EVEN.between(0, 15) + EVEN.between(15, 65) + EVEN.between(65) == EVEN.total
    assert EVEN.between(65) == 7 * 200


def test_sentence__plain_without_a_verdict_and_with_one_of_the_same_year() -> None:
    told = panel.sentence(BOTH, None, "nl")
    assert "35,0%" in told and " meer " not in told and " minder " not in told
    verdict = Ages(2025, (15.0, 10.0, 40.0, 35.0), (10.0, 10.0, 25.0, 57.0), "lower")
    assert " minder " in panel.sentence(BOTH, verdict, "nl")
    assert " less " in panel.sentence(BOTH, verdict, "en")
    assert " minder " not in panel.sentence(BOTH, replace(verdict, year=2024), "nl")


def test_sentence__names_the_largest_groups() -> None:
    one = replace(EVEN, men=(*EVEN.men[:4], 200, *EVEN.men[5:]))
    told = panel.sentence(replace(BOTH, area=one), None, "nl")
    assert "De grootste leeftijdsgroep is 20 tot en met 24 jaar: 7,3%" in told
    two = replace(one, women=(*EVEN.women[:19], 200))
    told = panel.sentence(replace(BOTH, area=two, reference=None), None, "en")
    assert (
        "The largest age groups are 20 to 24 years and 95 years and older: 7.1% of the residents each."
        in told
    )


def test_chart__men_left_women_right_on_one_scale_with_the_comparison_as_outline() -> None:
    spec = panel.drawing(BOTH, "nl").spec
    bars, men, women, names = spec["layer"]
    values = bars["data"]["values"]
    assert {row["side"] for row in values if row["x"] < 0} == {"Mannen"}
    assert {row["side"] for row in values if row["x"] > 0} == {"Vrouwen"}
    assert sum(abs(row["x"]) for row in values) == pytest.approx(100)
    low, high = bars["encoding"]["x"]["scale"]["domain"]
    assert low == -high and high >= max(abs(row["x"]) for row in values)
    outline = [row["x"] for layer in (men, women) for row in layer["data"]["values"]]
    assert sum(map(abs, outline)) / 2 == pytest.approx(100) and max(map(abs, outline)) <= high
    assert [row["t"] for row in names["data"]["values"]] == ["Mannen", "Vrouwen"]
    assert spec["config"]["mark"] == {"aria": False}
    alone = panel.drawing(replace(BOTH, reference=None), "en")
    assert len(alone.spec["layer"]) == 2 and alone.legend == () and "black line" not in alone.description


def test_chart__of_a_tiny_area_has_a_scale() -> None:
    few = Residents(2025, (0, 5), ("0-4", "5-9"), (1, 0), (0, 0))
    spec = panel.drawing(People(few, None, "A", "B", reference_summed=False), "nl").spec
    assert spec["layer"][0]["encoding"]["x"]["scale"]["domain"] == [-101, 101]


def test_table__has_people_and_shares_of_both() -> None:
    shown = panel.as_table(BOTH, "nl")
    assert len(shown.columns) == 7 and len(shown.rows) == 20
    assert shown.rows[-1] == ("95 jaar en ouder", 100, 2.5, 100, 2.5, 3.3, 4.9)
    assert panel.table_words(shown, "nl")[0] == [
        "0 tot en met 4 jaar",
        "100",
        "2,5%",
        "100",
        "2,5%",
        "1,6%",
        "1,6%",
    ]
    assert len(panel.as_table(replace(BOTH, reference=None), "en").columns) == 5


@pytest.mark.parametrize(("language", "older"), [("nl", "35,0%"), ("en", "35.0%")])
@pytest.mark.parametrize("compare", ["country", "province", "ggd_region"])
def test_page__shows_the_pyramid_of_a_gemeente(
    published: Path, open_page: OpenPage, language: str, older: str, compare: str
) -> None:
    app = open_page("profiel", gemeente="GM9901", lang=language, compare=compare)
    shown = words(app)
    assert not app.exception
    assert older in shown and ("Bevolkingspiramide van Turfhaven" in shown) == (language == "nl")
    assert ("som van de gemeenten" in shown) == (language == "nl" and compare == "ggd_region")
    expected = "55 tot en met 59 jaar: 6,0%" if language == "nl" else "55 to 59 years: 6.0%"
    assert expected in shown
    assert "bron: CBS" in shown or "source: CBS" in shown


def test_page__without_the_table_or_the_area_has_no_pyramid_and_no_error(
    published: Path, open_page: OpenPage
) -> None:
    path = next(published.glob("publish/*.duckdb"))
    with changed(path) as con:
        con.execute("delete from core.fct_population where region_code in ('GM9901', 'PV99')")
    shown = words(open_page("profiel", gemeente="GM9901"))
    assert "Bevolkingspiramide" not in shown
    shown = words(open_page("profiel", gemeente="GM9902", compare="province"))
    assert "Bevolkingspiramide" in shown and "Daarom staat er geen zwarte lijn" in shown
    # One gemeente of the region is not known, so neither is the region.
    shown = words(open_page("profiel", gemeente="GM9902", compare="ggd_region"))
    assert "Daarom staat er geen zwarte lijn" in shown


def test_page__of_a_publication_of_before_the_table(published: Path, open_page: OpenPage) -> None:
    path = next(published.glob("publish/*.duckdb"))
    with changed(path) as con:
        con.execute("drop table core.fct_population")
    app = open_page("profiel", gemeente="GM9901")
    assert not app.exception and "Bevolkingspiramide" not in words(app)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_report__has_the_pyramid_with_table_and_source_of_a_gemeente_only(
    published: Path, language: Language
) -> None:
    found = residents_part.blocks(request("gemeente", "GM9901", language, comparator="ggd_region"))
    [figure] = [block for block in found if isinstance(block, Figure)]
    [table] = [block for block in found if isinstance(block, Table)]
    told = " ".join(block.words for block in found if isinstance(block, Paragraph))
    assert len(table.rows) == 20 and len(table.header) == len(table.widths) == 7
    assert "GGD Veenland" in figure.drawing.description and "CC BY 4.0" in told
    assert ("som van de gemeenten" if language == "nl" else "sum of the gemeenten") in told
    assert residents_part.blocks(request("wijk", "WK990203", language)) == []
    assert residents_part.blocks(request("gemeente", "GM9901", domains=("outcome",))) == []


def test_files__hold_the_table_of_the_page(
    published: Path, open_page: OpenPage, files: dict[str, Pressed]
) -> None:
    app = open_page("profiel", gemeente="GM9901")
    assert not app.exception
    [name] = [name for name in files if name.endswith(".csv") and "wie-wonen" in name]
    told = files[name]().decode("utf-8-sig")
    assert "55 tot en met 59 jaar" in told and "CBS, Bevolking naar leeftijd" in told
    [image] = [name for name in files if name.endswith(".svg") and "wie-wonen" in name]
    drawn = files[image]().decode()
    assert "Mannen" in drawn and "Vrouwen" in drawn and "Nederland (fictief)" in drawn
