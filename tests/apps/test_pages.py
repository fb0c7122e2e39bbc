"""The pages on a published file: every state, both languages, hostile addresses, and publications that are not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from apps.dashboard.data import queries
from apps.dashboard.data import release as published_release
from datawerkplaats.base.duckdb import connect_read_only
from tests.apps.conftest import OpenPage
from tests.apps.fixture_publication import build_publication

OWN_SCRIPTS = re.compile(r"<script>.*?</script>", re.DOTALL)
ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")  # as in a headline, where nothing is markup


def words(app: AppTest) -> str:
    """All text that a page drew, without the scripts that every page has itself."""
    kinds = ("title", "subheader", "markdown", "html", "warning", "info", "caption", "code")
    found = (
        str(getattr(element, "value", None) or element.proto.body)
        for kind in kinds
        for element in app.get(kind)
    )
    return ESCAPED.sub(r"\1", OWN_SCRIPTS.sub("", "\n".join(found)))


def headline(app: AppTest) -> str:
    box = next(
        block
        for block in app.get("flex_container")
        if "dw-headline" in block.proto.id and "opening" not in block.proto.id
    )
    return ESCAPED.sub(r"\1", box.markdown[0].value)


def test_start__says_what_it_is_and_that_it_is_fictional(published: Path, open_page: OpenPage) -> None:
    app = open_page("start")
    shown = words(app)
    assert not app.exception
    assert app.title[0].value == "Hoe gaat het met de mentale gezondheid in Veenland?"
    assert "FICTIEF" in shown
    assert "Veenland bestaat niet" in shown
    assert "41 van 42 goed" in shown
    assert "2 values above the range" in shown
    assert "Bron ontbreekt" in shown
    assert "Buurtgrenzen 2022 ontbreken" in shown
    assert "31 december 2025" in shown
    assert "indicator.fct_indicator" in shown


def test_start__speaks_english_and_has_no_banner_on_real_data(data_dir: Path, open_page: OpenPage) -> None:
    build_publication(data_dir / "publish", mode="files")
    shown = words(open_page("start", lang="en"))
    assert "How is mental health in Veenland?" in shown
    assert "FICTI" not in shown
    assert "Delivered files" in shown
    assert "Hoe" not in shown


def test_start__example_query_runs_on_the_published_file(published: Path, open_page: OpenPage) -> None:
    app = open_page("start")
    path, sql = (block.value for block in app.code)
    with connect_read_only(published / path) as connection:
        assert connection.execute(sql).fetchall()


def test_language_switch__stays_in_the_address(published: Path, open_page: OpenPage) -> None:
    app = open_page("verkennen")
    app.button_group(key="language_switch").set_value("en").run()
    assert app.query_params["lang"] in ("en", ["en"])
    assert "Of the 3 gemeenten" in headline(app)


def test_verkennen__shows_one_sentence_table_map_and_source(published: Path, open_page: OpenPage) -> None:
    app = open_page("verkennen")
    shown = words(app)
    assert not app.exception
    assert app.title[0].value == "Eenzaamheid"
    assert headline(app).endswith(
        "Van de 3 gemeenten met een cijfer heeft Zandwold het hoogste (48,0%) en Turfhaven het laagste (43,0%). "
        "Veenland (gemiddelde van 3 gemeenten, gewogen naar inwoners): 46,1%; Nederland (fictief): 47,2%."
    )
    assert len(app.get("vega_lite_chart")) + len(app.get("arrow_vega_lite_chart")) == 2
    assert "Bron: RIVM, Gezondheid per wijk. 2020, 18 jaar en ouder." in shown
    assert "De Jong Gierveld (11 vragen); iemand telt mee bij score van 3 of hoger" in shown
    assert "indeling van 2020; kaart met grenzen van 2022" in shown
    assert list(app.dataframe[0].value["Gebied"]) == ["Zandwold", "Heideloo", "Turfhaven"]


def test_verkennen__modelled_wijken_have_a_badge_whole_per_cents_and_all_reasons_for_gaps(
    published: Path, open_page: OpenPage
) -> None:
    app = open_page("verkennen", level="wijk", scope="region")
    shown = words(app)
    assert "Modelschatting" in shown
    assert "Dit cijfer is niet geteld, maar geschat" in shown
    assert "heeft Wijk 3 Zandwold het hoogste (51%)" in shown
    assert "geheim of onbetrouwbaar" in shown
    assert "niet gemeten" in shown
    assert "gewijzigde grens" in shown
    assert "1 wijk met een cijfer staat niet op de kaart" in shown
    table = app.dataframe[0].value.set_index("Code")
    assert len(table) == 12
    assert table.loc["WK990100", "Toelichting"] == "geheim of onbetrouwbaar"
    assert table.loc["WK990201", "Toelichting"] == "niet gemeten"


def test_verkennen__whole_country_shows_areas_outside_the_region_too(
    published: Path, open_page: OpenPage
) -> None:
    assert len(open_page("verkennen", level="wijk", scope="country").dataframe[0].value) == 16


def test_verkennen__a_link_opens_the_card_of_an_area(published: Path, open_page: OpenPage) -> None:
    app = open_page("verkennen", level="wijk", area="WK990103", year="2016")
    shown = words(app)
    assert "<h3>Wijk 3 Turfhaven</h3>" in shown
    assert "in gemeente Turfhaven · 2.500 inwoners · WK990103" in shown
    assert "de bron geeft geen marge" in shown
    assert "Dit is geen trend" in shown
    assert app.selectbox(key="verkennen_area").value == "WK990103"


@pytest.mark.parametrize(
    ("area", "sentence"),
    [
        ("WK990100", "Het cijfer van Wijk 0 Turfhaven is geheim of te onbetrouwbaar om te tonen."),
        ("WK990201", "Voor Wijk 1 Heideloo is dit niet gemeten."),
    ],
)
def test_verkennen__the_card_of_an_area_without_a_figure_says_why(
    published: Path, open_page: OpenPage, area: str, sentence: str
) -> None:
    assert sentence in words(open_page("verkennen", level="wijk", area=area))


def test_verkennen__claims_a_difference_only_with_a_margin(published: Path, open_page: OpenPage) -> None:
    higher = words(open_page("verkennen", indicator="care_use_pct", area="GM9901"))
    assert (
        "Hoger dan Nederland (fictief) (10,0%): het verschil is 4,0 procentpunt en groter dan de onzekerheid."
        in higher
    )
    unclear = words(open_page("verkennen", indicator="care_use_pct", area="GM9902"))
    assert "Niet duidelijk anders dan" in unclear
    assert "Hoger dan" not in unclear


def test_verkennen__fully_suppressed_choice_is_a_sentence_and_a_table(
    published: Path, open_page: OpenPage
) -> None:
    app = open_page("verkennen", indicator="hidden_pct")
    assert not app.exception
    assert "is van geen enkel gebied een cijfer bekend" in headline(app)
    assert set(app.dataframe[0].value["Toelichting"]) == {"geheim of onbetrouwbaar"}


def test_verkennen__hostile_address_gives_a_sentence_and_the_first_choice(
    published: Path, open_page: OpenPage
) -> None:
    hostile = "'; drop table x; -- <script>alert(1)</script>"
    app = open_page("verkennen", indicator=hostile, year=hostile, area=hostile, lang=hostile)
    assert not app.exception
    assert "De link vroeg om iets dat er niet is (cijfer, jaar, gebied)" in words(app)
    assert "<script" not in words(app)
    assert app.title[0].value == "Eenzaamheid"


def test_verkennen__abolished_area_is_a_sentence(published: Path, open_page: OpenPage) -> None:
    app = open_page("verkennen", level="wijk", area="WK012345")
    assert "Het gebied uit de link komt in deze keuze niet voor." in words(app)


def test_verkennen__changing_the_indicator_by_hand_keeps_what_fits_and_makes_no_remark(
    published: Path, open_page: OpenPage
) -> None:
    app = open_page("verkennen", level="wijk", year="2016", age="65+")
    app.button_group(key="verkennen_class").set_value("determinant").run()
    assert app.title[0].value == "Bevolkingsdichtheid"
    assert "De link vroeg" not in words(app)
    assert app.selectbox(key="verkennen_year").value == 2020


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("page", ["", "verkennen"])
def test_pages__without_a_publication_say_what_to_do(
    data_dir: Path, open_page: OpenPage, page: str, language: str
) -> None:
    app = open_page(page, lang=language)
    assert not app.exception
    assert "make materialise" in app.warning[0].value


def test_pages__with_a_damaged_pointer_show_the_newest_whole_publication(
    published: Path, open_page: OpenPage
) -> None:
    (published / "publish" / "current.json").write_text("{")
    app = open_page("verkennen")
    assert not app.exception
    assert not [warning for warning in app.warning if "dwp" in warning.value]


@pytest.mark.parametrize("damage", ["file", "garbage"])
def test_pages__with_a_damaged_publication_stay_friendly(
    published: Path, open_page: OpenPage, damage: str
) -> None:
    publish = published / "publish"
    database = next(publish.glob("*.duckdb"))
    if damage == "file":
        database.unlink()
    else:
        database.write_bytes(b"no database" * 100)
    app = open_page("verkennen")
    assert not app.exception
    assert "dwp rollback" in app.warning[0].value


def test_pages__an_unforeseen_error_is_a_sentence_too(
    published: Path, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "availability", lambda release: 1 / 0)
    app = open_page("verkennen")
    assert not app.exception
    assert "Er ging iets mis" in app.warning[0].value


def test_pages__follow_a_new_publication_without_a_restart(published: Path, open_page: OpenPage) -> None:
    assert "-fixture" in words(open_page())
    build_publication(published / "publish", publication_id="20230101T080000Z-next")
    assert "20230101T080000Z-next" in words(open_page())


def test_query__passes_values_as_parameters(published: Path) -> None:
    release = published_release.current_release()
    assert queries.areas(release, "indicator", "' or 1=1 --", "gemeente", 2020, "18+", "total") == []
    with pytest.raises(ValueError, match="unknown mart"):
        queries.areas(release, "indicator; drop", "loneliness_pct", "gemeente", 2020, "18+", "total")
