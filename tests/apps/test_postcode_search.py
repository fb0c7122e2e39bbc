"""A postcode in the search box: its wijk, a choice of wijken with most addresses first, or a sentence with a way on."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.apps.conftest import OpenPage
from tests.apps.test_pages import words
from tests.sealing import changed


def typed(app: AppTest, postcode: str) -> AppTest:
    """The page after somebody typed this in the search box."""
    box = app.selectbox(key="area_search")
    box.options.append(postcode)  # what is typed stands in no list
    return box.set_value(postcode).run()


def area(app: AppTest) -> str:
    """The area that the address names."""
    told = app.query_params.get("gebied", "")
    return str(told[0] if isinstance(told, list) else told)


def offers(app: AppTest) -> list[str]:
    """The words on the buttons of the wijken that a postcode may mean, in order."""
    return [button.label for button in app.button if str(button.key).startswith("postcode_")]


@pytest.mark.parametrize("postcode", ["0102", "0102AA", "0102 aa"])
def test_postcode__in_one_wijk_leads_there(published: Path, open_page: OpenPage, postcode: str) -> None:
    app = typed(open_page(), postcode)
    assert not app.exception
    assert area(app) == "WK990202"
    assert offers(app) == []


def test_postcode__in_more_wijken_leads_to_the_gemeente_and_offers_them(
    published: Path, open_page: OpenPage
) -> None:
    app = typed(open_page(), "0101")
    assert area(app) == "GM9901"
    assert offers(app) == ["Wijk 1 Turfhaven · 130 adressen", "Wijk 0 Turfhaven · 41 adressen"]
    assert "Postcode 0101 ligt in 2 wijken van Turfhaven." in words(app)
    next(button for button in app.button if button.key == "postcode_WK990100").click().run()
    assert area(app) == "WK990100" and not offers(app)


def test_postcode__with_its_letters_says_more_than_its_digits(published: Path, open_page: OpenPage) -> None:
    assert area(typed(open_page(), "0101 AB")) == "WK990100"
    assert offers(typed(open_page(), "0101AC")) == [
        "Wijk 1 Turfhaven · 130 adressen",
        "Wijk 0 Turfhaven · 1 adres",
    ]


def test_postcode__in_two_gemeenten_leaves_the_choice(published: Path, open_page: OpenPage) -> None:
    app = typed(open_page(gebied="GM9901"), "0103")
    assert area(app) == "GM9901"
    assert offers(app) == ["Wijk 0 Zandwold · 30 adressen", "Wijk 3 Heideloo · 9 adressen"]
    assert "van Heideloo en Zandwold" in words(app) or "van Zandwold en Heideloo" in words(app)


def test_postcode__of_a_wijk_without_figures_leads_to_its_gemeente(
    published: Path, open_page: OpenPage
) -> None:
    assert area(typed(open_page(), "0104")) == "GM9902"


def test_postcode__outside_the_region_says_so_and_may_be_gone_to(
    published: Path, open_page: OpenPage
) -> None:
    app = typed(open_page(gebied="GM9901"), "0105")
    assert "Postcode 0105 ligt in Overwater, buiten" in words(app)
    assert area(app) == "GM9901"
    assert offers(app) == ["Toch naar Overwater"]
    next(button for button in app.button if button.key == "postcode_GM9904").click().run()
    assert area(app) == "GM9904" and not app.exception


@pytest.mark.parametrize("postcode", ["9999", "0101ZZ", "0811"])
def test_postcode__that_does_not_exist_says_so_and_a_way_on(
    published: Path, open_page: OpenPage, postcode: str
) -> None:
    app = typed(open_page(gebied="GM9901"), postcode)
    assert f"Postcode {postcode} staat niet in de lijst van adressen." in words(app)
    assert "typ de naam van uw wijk of gemeente" in words(app)
    assert area(app) == "GM9901"


def test_postcode__where_no_list_came_says_so(published: Path, open_page: OpenPage) -> None:
    with changed(next((published / "publish").glob("warehouse_*.duckdb"))) as connection:
        connection.execute("delete from core.bridge_postcode_region")
    assert "deze publicatie heeft geen lijst van postcodes" in words(typed(open_page(), "0101"))


def test_postcode__of_which_nothing_is_known_names_its_gemeente_by_code(
    published: Path, open_page: OpenPage
) -> None:
    app = typed(open_page(gebied="GM9901"), "0106")
    assert "Postcode 0106 ligt in GM8800, buiten" in words(app)
    assert offers(app) == [] and not app.exception
