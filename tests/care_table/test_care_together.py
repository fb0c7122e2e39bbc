"""Samen beslissen: the own choice and why first, then what others got without a number, then a plan on paper; and the timeline."""

from __future__ import annotations

import io
import re

from pypdf import PdfReader
from starlette.testclient import TestClient

from apps.care_table import together
from apps.care_table.board.kinds import kinds
from datawerkplaats.base.settings import Settings
from tests.care_table.visits import all_answered, opened, shown

CONFIRM = {"action": "confirm"}


def laid_by_hand(browser: TestClient, path: str, *steps: str) -> None:
    browser.post(path, data={"action": "by_hand"})
    for kind in steps:
        browser.post(path, data={"action": "add", "kind": kind})
    browser.post(path, data=CONFIRM)


def offers(page: str) -> list[str]:
    return re.findall(r'name="choice" value="(\w+)"', page)


def test_together__the_own_choice_and_why_come_first_and_no_number_is_shown(browser: TestClient) -> None:
    laid_by_hand(browser, "/together", "community_team", "diagnostics", "basic_mental")
    page = shown(browser, "/together")
    assert "Wat zouden jullie zelf kiezen?" in page and not offers(page)
    assert "Dat kon ik niet lezen" in browser.post("/together", data={"choice": "diagnostics"}).text
    page = browser.post("/together", data={"own": "respite_care"}).text
    assert "Waarom kiezen jullie dit?" in page and not offers(page)
    page = browser.post("/together", data={"why": "near"}).text
    assert offers(page)[0] == "respite_care" and offers(page)[-1] == "later" and len(offers(page)) == 5
    others = [next(one.nl for one in kinds() if one.id == name) for name in offers(page)[1:-1]]
    assert others == sorted(others)
    main = page[page.index("<main>") : page.index("</main>")]
    assert not re.findall(r"\d+ (?:van|of)|%|procent", main) and main.count("<dt>Fijn</dt>") == 4
    assert "Dat kon ik niet lezen" in browser.post("/together", data={"choice": "secure_care"}).text


def test_together__the_plan_is_theirs_on_paper_and_says_that_it_is_practice(browser: TestClient) -> None:
    laid_by_hand(browser, "/together", "community_team", "diagnostics", "basic_mental")
    assert "Dat kon ik niet lezen" in browser.post("/together/plan").text
    for sent in ({"own": "respite_care"}, {"why": "near"}, {"choice": "later"}):
        page = browser.post("/together", data=sent).text
    assert "Ons plan" in page and "We weten het nog niet" in page
    made = browser.post("/together/plan")
    assert made.headers["content-type"] == "application/pdf"
    pages = [" ".join(one.extract_text().split()) for one in PdfReader(io.BytesIO(made.content)).pages]
    text = " ".join(pages)
    assert all("Oefenen: alleen met verzonnen voorbeelden" in one for one in pages)
    assert all(words in text for words in ("Logeren", "Het is dichtbij", "Wijkteam", "Wie doet wat?"))
    assert "van de 100" not in text and "%" not in text


def test_together__goes_on_from_a_team_that_is_ready_and_from_no_other(browser: TestClient) -> None:
    assert "Dat kon ik niet lezen" in browser.post("/together", data={"action": "from_team"}).text
    laid_by_hand(browser, "/team", "community_team", "diagnostics")
    all_answered(browser, "/team")
    page = browser.post("/together", data={"action": "from_team"}).text
    assert "Wat zouden jullie zelf kiezen?" in page
    browser.post("/team/again")
    assert "Wat zouden jullie zelf kiezen?" in shown(browser, "/together")  # a copy, not the team's own


def test_together__with_too_few_others_only_the_own_choice_is_there(
    browser: TestClient, house: Settings
) -> None:
    model = opened(house, "next_step").model
    rare = next((a, b) for a in model.kinds[:-1] for b in model.kinds[:-1] if f"{a}>{b}" not in model.support)
    laid_by_hand(browser, "/together", *rare)
    browser.post("/together", data={"own": "respite_care"})
    page = browser.post("/together", data={"why": "near"}).text
    assert offers(page) == ["respite_care", "later"] and "te weinig anderen" in page


def test_together__every_kind_of_care_has_what_is_good_and_what_is_hard_in_both_languages() -> None:
    assert set(together.weighed()) == {one.id for one in kinds()}
    for one in together.weighed().values():
        assert set(one) == {"good", "hard"} and all(set(said) == {"nl", "en"} for said in one.values())
        for said in one.values():
            assert all(text.endswith(".") and not re.search(r"\d|%", text) for text in said.values())
            assert all(len(part.split()) <= 15 for text in said.values() for part in text.split(". "))


def test_timeline__is_moved_and_a_place_that_is_none_is_told(browser: TestClient) -> None:
    browser.post("/team", data={"action": "by_hand"})
    for kind in ("community_team", "diagnostics", "respite_care"):
        browser.post("/team", data={"action": "add", "kind": kind})
    page = browser.post("/team", data={"action": "move", "step": "2", "to": "0"}).text
    line = page[page.index('class="timeline"') : page.index("</ol>")]
    assert line.index("Logeren") < line.index("Wijkteam") < line.index("Diagnostiek")
    for to in ("3", "-1", "x", ""):
        assert (
            "Dat kon ik niet lezen"
            in browser.post("/team", data={"action": "move", "step": "0", "to": to}).text
        )


def test_team__all_unknown_is_answered_all_the_same(browser: TestClient) -> None:
    laid_by_hand(browser, "/team", "community_team", "diagnostics")
    page = shown(browser, "/team")
    while found := re.search(r'name="question" value="(\w+)"', page):
        page = browser.post("/team", data={"question": found[1], "answer": "unknown"}).text
    assert "vergelijkbare trajecten" in browser.post("/team", data={"own": "diagnostics"}).text
