"""After a taxation: a second opinion by a code that expires, paper with only what was chosen, and counts from ten upwards."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader
from starlette.testclient import TestClient

from apps.care_table import questions, taxation
from apps.care_table.app import make_app
from apps.care_table.opinions import LEFT_SECONDS, MOST, OPEN_SECONDS, Opinions
from apps.care_table.usage import Usage, minutes_group
from apps.care_table.wording import fields
from datawerkplaats.base.settings import Settings
from tests.care_table.visits import all_answered, asked, own_estimate, shown

PARTS = taxation.PARTS


@pytest.fixture
def two(house: Settings) -> Iterator[tuple[TestClient, TestClient]]:
    """Two devices at one table."""
    app = make_app(house)
    with (
        TestClient(app, base_url="http://testserver") as one,
        TestClient(app, base_url="http://testserver") as other,
    ):
        one.get("/")
        other.get("/")
        yield one, other


def code_of(page: str) -> str:
    return str(re.findall(r'class="code">([A-Z0-9]{4}-[A-Z0-9]{4})<', page)[0])


def asked_for(browser: TestClient) -> str:
    """A code, after the questions were answered."""
    own_estimate(browser)
    all_answered(browser, "/risk")
    return code_of(browser.post("/risk/code").text)


def test_second__a_colleague_fills_in_blind_and_the_other_sees_what_came_of_it(
    two: tuple[TestClient, TestClient],
) -> None:
    one, other = two
    code = asked_for(one)
    page = other.post("/second", data={"code": code.lower()}).text
    assert "Eerst jullie eigen schatting" in page and "kwamen er" not in page
    page = other.post("/second", data={"band": "4", "reason": "health"}).text
    seen = page
    while question := asked(page):
        answer = "12" if question == "age" else "0" if question == "anger" else "1"
        page = other.post("/second", data={"question": question, "answer": answer}).text
        seen += page
    assert (
        "Jullie zeiden: Heel groot" in page and "Gemiddeld (10" not in seen
    )  # never what the other estimated
    assert "Je collega is aan het invullen" in shown(one, "/risk")
    assert "Je collega ziet nu je schattingen" in other.post("/second", data={"final": "3"}).text
    page = shown(one, "/risk")
    assert "Je collega schatte eerst zelf: Heel groot. Weegt het meest: psychische klachten." in page
    assert "Na de uitkomst: Groot." in page
    assert f"Verschillend beantwoord: {fields()['anger'].nl}." in page


def test_second__a_code_is_asked_for_after_the_own_answers_only(browser: TestClient) -> None:
    assert "Dat kon ik niet lezen" in browser.post("/risk/code").text
    own_estimate(browser)
    page = browser.post("/risk/code").text
    assert "Dat kon ik niet lezen" in page and 'class="code"' not in page


def test_second__codes_that_do_not_open_are_answered_with_a_way_on(
    two: tuple[TestClient, TestClient],
) -> None:
    one, other = two
    code = asked_for(one)
    told = one.post("/second", data={"code": code}).text
    assert "Dit is je eigen code" in told
    told = other.post("/second", data={"code": "XXXX-XXXX"}).text
    assert (
        "Deze code ken ik niet" in told and "Vraag je collega om een nieuwe" in told and 'name="code"' in told
    )
    other.post("/second", data={"code": code})
    assert "Eerst jullie eigen schatting" in shown(other, "/second")
    other.post("/second", data={"band": "1", "reason": "other"})
    with TestClient(one.app, base_url="http://testserver") as third:
        third.get("/")
        told = third.post("/second", data={"code": code}).text
        assert "al geopend op een ander toestel" in told and 'name="code"' in told
        fresh = code_of(one.post("/risk/code").text)
        assert "Eerst jullie eigen schatting" in third.post("/second", data={"code": fresh}).text
    assert asked(
        other.post("/second", data={"code": code}).text
    )  # the same colleague goes on where they were


def test_opinions__expire_and_are_opened_once() -> None:
    now = [0.0]
    opinions = Opinions(lambda: now[0])
    first = opinions.ask("a")
    assert opinions.minutes(first) == 15
    now[0] = OPEN_SECONDS + 1
    assert opinions.minutes(first) == 0 and opinions.open(first.code, "b") == (None, "code_expired")
    second = opinions.ask("a")
    assert opinions.open(first.code, "b") == (None, "code_unknown")  # withdrawn by the new one
    assert opinions.open(f" {second.spoken.lower()} ", "b") == (second, "")
    now[0] += OPEN_SECONDS + 1
    assert opinions.open(second.code, "b") == (second, "")  # opened in time: they may finish
    assert opinions.open(second.code, "c") == (None, "code_used")
    assert not opinions.deliver(second.code, "c", {}) and opinions.deliver(second.code, "b", {"own": 1})
    now[0] += LEFT_SECONDS
    assert opinions.of(second.code) is None and not opinions.deliver(second.code, "b", {})
    for number in range(MOST + 5):
        opinions.ask(f"s{number}")
    assert sum(opinions.of(one) is not None for one in list(opinions._known)) == MOST


def test_second__an_expired_code_is_told_on_both_sides(house: Settings) -> None:
    now = [0.0]
    app = make_app(house, clock=lambda: now[0])
    with (
        TestClient(app, base_url="http://testserver") as one,
        TestClient(app, base_url="http://testserver") as other,
    ):
        one.get("/")
        other.get("/")
        code = asked_for(one)
        now[0] = OPEN_SECONDS + 1
        told = other.post("/second", data={"code": code}).text
        assert "Deze code is verlopen. Vraag je collega om een nieuwe." in told and 'name="code"' in told
        page = shown(one, "/risk")
        assert "De vorige code is verlopen" in page and "Maak een code voor een collega" in page
        fresh = code_of(one.post("/risk/code").text)
        assert "Eerst jullie eigen schatting" in other.post("/second", data={"code": fresh}).text


def test_second__the_one_who_asked_is_gone(two: tuple[TestClient, TestClient]) -> None:
    one, other = two
    code = asked_for(one)
    other.post("/second", data={"code": code})
    other.post("/second", data={"band": "1", "reason": "other"})
    all_answered(other, "/second")
    one.post("/risk/again")
    assert "Je collega wacht niet meer" in other.post("/second", data={"final": "1"}).text


def words_of(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def test_dossier__holds_what_was_chosen_and_nothing_else(browser: TestClient) -> None:
    own_estimate(browser)
    all_answered(browser, "/risk")
    assert (
        "Dat kon ik niet lezen" in browser.post("/risk/dossier", data={"part_own": "1"}).text
    )  # not at its end yet
    page = browser.post("/risk", data={"final": "3"}).text
    assert 'name="part_answers"' in page and "checked" not in page
    assert "Kies eerst wat er in de PDF komt" in browser.post("/risk/dossier", data={}).text
    made = browser.post("/risk/dossier", data={"part_final": "1"})
    assert made.headers["content-type"] == "application/pdf" and made.headers["cache-control"] == "no-store"
    assert made.headers["content-disposition"] == 'attachment; filename="oefenen.pdf"'
    told = words_of(made.content)
    assert "Schatting na het gesprek Groot" in "".join(told) or "Groot" in "".join(told)
    assert (
        "Gemiddeld" not in "".join(told)
        and "kwamen er" not in "".join(told)
        and "Is vaak boos" not in "".join(told)
    )
    whole = words_of(browser.post("/risk/dossier", data={f"part_{name}": "1" for name in PARTS}).content)
    assert (
        "kwamen er" in "".join(whole) and "Is vaak boos" in "".join(whole) and "Gemiddeld" in "".join(whole)
    )
    for page in [*told, *whole]:
        assert "Oefenen: alleen met verzonnen voorbeelden" in page


def test_dossier__of_a_taxation_on_which_the_tool_was_silent(browser: TestClient) -> None:
    own_estimate(browser)
    all_answered(browser, "/risk", "unknown")
    browser.post("/language")
    browser.post("/risk", data={"final": "2"})
    told = "".join(
        words_of(browser.post("/risk/dossier", data={f"part_{name}": "1" for name in PARTS}).content)
    )
    assert (
        "Practising: made-up cases only" in told
        and "The tool says nothing here" in told
        and "Of 100 young people" not in told
    )


def test_contradictions__are_asked_about_once_and_can_be_put_right(browser: TestClient) -> None:
    own_estimate(browser)
    page = shown(browser, "/risk")
    while question := asked(page):
        page = browser.post(
            "/risk", data={"question": question, "answer": "3" if question == "age" else "1"}
        ).text
    assert "Passen deze antwoorden bij elkaar?" in page and "kwamen er" not in page
    assert "Dat kon ik niet lezen" in browser.post("/risk", data={"final": "2"}).text
    for _ in range(2):  # two pairs hold for a child of three in a gang that changed school
        pair = re.findall(r'name="agree" value="([\w-]+)"', page)[0]
        page = (
            browser.post("/risk", data={"change": "age"}).text
            if pair.endswith("school_change")
            else browser.post("/risk", data={"agree": pair}).text
        )
    assert asked(page) == "age"
    page = browser.post("/risk", data={"question": "age", "answer": "12"}).text
    assert "Houden jullie je schatting" in page


def test_contradictions__name_fields_that_exist_and_answers_that_can_be_given() -> None:
    for pair in questions.contradictions():
        for side in pair:
            assert side.field == "age" or (side.field in fields() and side.least <= fields()[side.field].most)


def test_forms__one_field_with_two_values_is_not_guessed_at(browser: TestClient) -> None:
    page = browser.post(
        "/risk",
        content="band=1&band=3&reason=safety",
        headers={"content-type": "application/x-www-form-urlencoded"},
    ).text
    assert "Dat kon ik niet lezen" in page and 'name="band"' in page


DAY = date(2030, 5, 1)


def test_usage__is_told_from_ten_upwards_in_tens_and_kept_so(tmp_path: Path) -> None:
    path = tmp_path / "use.json"
    usage = Usage(path, lambda: DAY)
    for _ in range(9):
        usage.add("f" * 64, 2, 3, 2, 4.0)
    assert usage.told() == {} and not path.exists()
    usage.add("f" * 64, 1, None, 2, 20.0)
    cell = (DAY.isoformat(), "f" * 64, "all", "")
    assert usage.told() == {cell: 10}  # nine of a kind are not told beside the ten of all
    for _ in range(9):
        usage.add("f" * 64, 2, 3, 2, 4.0)
    told = usage.told()
    assert {(what, value): n for (_, _, what, value), n in told.items()} == {
        ("all", ""): 10, ("own", "2"): 10, ("model", "3"): 10, ("changed", "no"): 10, ("minutes", "below_6"): 10,
    }  # fmt: skip
    assert Usage(path, lambda: DAY).told() == told
    assert "19" not in path.read_text() and "18" not in path.read_text()
    path.write_text("no table")
    assert Usage(path, lambda: DAY).told() == {}
    assert [minutes_group(minutes) for minutes in (0, 3, 6, 10)] == [
        "below_3",
        "below_6",
        "below_10",
        "from_10",
    ]


def test_usage__of_a_house_is_shown_on_a_page(house: Settings) -> None:
    path = house.data_dir / "care" / house.source / "use.json"
    with TestClient(make_app(house), base_url="http://testserver") as browser:
        assert "Nog geen tien keer" in shown(browser, "/use")
        for _ in range(10):
            own_estimate(browser)
            all_answered(browser, "/risk", "unknown")
            browser.post("/risk", data={"final": "2"})
            browser.post("/risk", data={"final": "3"})  # a second time changes and counts nothing
            browser.post("/risk/again")
        page = shown(browser, "/use")
        assert "Risicotaxaties" in page and "10 of meer" in page and "Hulpmiddel: zei niets" in page
        assert "Schatting veranderd: nee" in page and "20 of meer" not in page
    assert path.exists()
    path.unlink()
