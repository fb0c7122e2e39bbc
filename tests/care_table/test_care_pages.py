"""The care table as a browser meets it: closed without a decision, the own estimate first, kind sentences, nothing kept."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from PIL import Image
from starlette.testclient import TestClient

from apps.care_table import bodies, exercise, taxation, wording
from apps.care_table.app import COOKIE
from apps.care_table.sessions import IDLE_SECONDS, MOST, Sessions
from datawerkplaats.base.settings import Settings
from datawerkplaats.governance import reliance
from datawerkplaats.governance.predictions import HOUSE, house_store
from ml.care.suggest import Answer
from tests.care_table.photos import Camera, laid, photographed
from tests.care_table.visits import all_answered, asked, opened, own_estimate, shown

STEPS: list[int | None] = [0, 9, 7, *([None] * 9)]


def test_words__every_key_is_in_both_languages_and_every_key_that_is_used_is_there() -> None:
    folder = Path(wording.__file__).parent
    declared = yaml.safe_load((folder / "words.yml").read_text(encoding="utf-8"))
    assert all(set(one) == {"nl", "en"} and all(one.values()) for one in declared.values())
    used = set()
    for path in folder.glob("templates/*.html"):
        used |= set(re.findall(r'\bt\("(\w+)"', path.read_text(encoding="utf-8")))
    assert {key for key in used if not key.endswith("_")} <= set(declared)
    assert all(f"ask_{why}" in declared for why in WHYS)


WHYS = (
    "not_a_picture", "too_large", "no_board", "corner_missing", "two_boards", "board_bent", "step_unread", "between_places",
    "two_on_a_place", "gap", "nothing_laid",
)  # fmt: skip


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/risk",
        "/team",
        "/together",
        "/second",
        "/use",
        "/patterns",
        "/exercise",
        "/why/next_step",
        "/nowhere",
    ],
)
def test_every_page__says_oefenen_in_both_languages_and_is_kept_by_no_browser(
    browser: TestClient, path: str
) -> None:
    page = browser.get(path)
    assert "Oefenen: alleen met verzonnen voorbeelden" in page.text
    assert page.headers["cache-control"] == "no-store"
    cookie = page.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie
    assert "max-age" not in cookie and "expires" not in cookie
    browser.post("/language")
    assert "Practising: made-up cases only" in shown(browser, path)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page.text)


def test_risk__the_own_estimate_comes_first_and_stays(browser: TestClient) -> None:
    assert 'name="band"' in shown(browser, "/risk") and asked(shown(browser, "/risk")) is None
    browser.post("/risk", data={"final": "0"})
    assert 'name="band"' in shown(browser, "/risk")
    own_estimate(browser)
    browser.post("/risk", data={"band": "4", "reason": "other"})
    page = all_answered(browser, "/risk")
    assert "Jullie zeiden: Gemiddeld" in page and "Van 100 jongeren met deze antwoorden kwamen er" in page
    low, high = map(int, re.findall(r"kwamen er (\d+) tot (\d+)", page)[0])
    assert page.count('class="full"') == low and page.count('class="unsure"') == high - low
    page = browser.post("/risk", data={"final": "3"}).text
    assert "Klaar. Jullie schatting: Gemiddeld. Na het gesprek: Groot." in page


def test_risk__at_most_twelve_questions_and_silent_above_three_unknown(
    browser: TestClient, house: Settings
) -> None:
    form = opened(house, "escalation_24m").model[0]
    assert len(form.asked) <= 12
    own_estimate(browser)
    page = all_answered(browser, "/risk", "unknown")
    assert "Het hulpmiddel zegt hier niets over" in page and "kwamen er" not in page
    known = dict.fromkeys(form.asked[:-3], 1.0)
    assert form.assess(known).silent in (None, "wide")
    assert form.assess(dict.fromkeys(form.asked[:-4], 1.0)).silent == "unknown"


def test_risk__answers_that_are_none_are_told(browser: TestClient) -> None:
    own_estimate(browser)
    question = asked(shown(browser, "/risk"))
    for sent in (
        {"question": question, "answer": "9"},
        {"question": "anger2", "answer": "1"},
        {"x": "y" * 30_000},
        {},
    ):
        assert "Dat kon ik niet lezen" in browser.post("/risk", data=sent).text
    assert asked(shown(browser, "/risk")) == question


def test_team__own_next_block_before_the_three(browser: TestClient) -> None:
    photo = photographed(laid(STEPS, np.random.default_rng(1)), Camera(tilt=20), np.random.default_rng(1))
    page = browser.post("/team/photo", files={"photo": ("kind.jpg", photo, "image/jpeg")}).text
    assert "Klopt deze tijdlijn?" in page and page.count("<li data-step") == 3
    browser.post("/team", data={"action": "confirm"})
    page = all_answered(browser, "/team")
    assert "Wat is jullie eigen volgende stap?" in page and "vergelijkbare" not in page
    page = browser.post("/team", data={"own": "trauma_treatment"}).text
    assert "Jullie kozen: Traumabehandeling" in page and "niet hetzelfde als het beste" in page
    told = re.findall(r"(\d+|minder dan 10) van (\d+) vergelijkbare", page)
    assert len(told) == 3 and all(int(n) >= 20 for _, n in told)
    assert all(chosen.startswith("minder") or int(chosen) >= 10 for chosen, _ in told)


def test_team__silent_below_twenty_similar_cases(browser: TestClient, house: Settings) -> None:
    model = opened(house, "next_step").model
    rare = next((a, b) for a in model.kinds[:-1] for b in model.kinds[:-1] if f"{a}>{b}" not in model.support)
    assert model.answer(rare, {}) == Answer((), 0)
    browser.post("/team", data={"action": "by_hand"})
    for kind in rare:
        browser.post("/team", data={"action": "add", "kind": kind})
    browser.post("/team", data={"action": "confirm"})
    all_answered(browser, "/team")
    assert "Minder dan 20 vergelijkbare trajecten" in browser.post("/team", data={"own": "diagnostics"}).text


def test_team__steps_by_tap_are_added_and_taken_away(browser: TestClient) -> None:
    browser.post("/team", data={"action": "by_hand"})
    assert "Dat kon ik niet lezen" in browser.post("/team", data={"action": "confirm"}).text
    for kind in ("community_team", "no_care", "nonsense", *["diagnostics"] * 14):
        browser.post("/team", data={"action": "add", "kind": kind})
    page = shown(browser, "/team")
    assert page.count('class="timeline"') == 1 and "Het bord is vol" in page
    browser.post("/team", data={"action": "remove", "step": "0"})
    assert 'value="11"' not in shown(browser, "/team")
    assert "Dat kon ik niet lezen" in browser.post("/team", data={"action": "remove", "step": "99"}).text


def bomb() -> bytes:
    """A small file that unpacks to four hundred million pixels."""
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    return out.getvalue()


def large() -> bytes:
    """Twenty megapixels of something else."""
    out = io.BytesIO()
    Image.new("L", (5164, 3873), 200).save(out, "JPEG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"%PDF-1.7 no photo", "Dit is geen foto"), (b"", "Kies eerst een foto"), (b"\x00" * 32_000_000, "De foto is te groot"),
        (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 2_000, "Dit is geen foto"), (b"\xff" * 50_000_000, "De foto is te groot"),
        (bomb(), "Dit is geen foto"), (large(), "Ik zie geen bord"),
    ],
)  # fmt: skip
def test_photo__that_cannot_be_read_is_answered_kindly(
    browser: TestClient, content: bytes, sentence: str
) -> None:
    page = browser.post("/team/photo", files={"photo": ("x.jpg", content, "image/jpeg")}).text
    assert sentence in page and "Maak een foto van het bord" in page


def test_photo__with_a_corner_covered_asks_for_another(browser: TestClient) -> None:
    board = laid(STEPS, np.random.default_rng(1))
    board[:240, :240] = 90
    photo = photographed(board, Camera(), np.random.default_rng(1))
    page = browser.post("/team/photo", files={"photo": ("x.jpg", photo, "image/jpeg")}).text
    assert "niet alle vier de hoeken" in page


def test_forms__from_elsewhere_or_after_a_long_absence_begin_anew(browser: TestClient) -> None:
    own_estimate(browser)
    page = browser.post("/risk", data={"answer": "1"}, headers={"origin": "http://elsewhere.example"}).text
    assert "alles is gewist" in page
    browser.cookies.clear()
    browser.cookies.set(COOKIE, "guessed")
    assert "alles is gewist" in browser.post("/risk", data={"answer": "1"}).text


def test_sessions__are_gone_after_half_an_hour_and_never_too_many() -> None:
    now = [0.0]
    sessions = Sessions(lambda: now[0])
    first = sessions.begin()
    assert sessions.find(first.id) is first
    now[0] = IDLE_SECONDS + 1
    assert sessions.find(first.id) is None and len(sessions) == 0
    for _ in range(MOST + 5):
        sessions.begin()
    assert len(sessions) == MOST


def test_exercise__all_advice_is_wrong_and_a_team_shows_from_five(
    browser: TestClient, house: Settings
) -> None:
    def counted() -> reliance.Reliance | None:
        return reliance.measured(house_store(house), HOUSE)

    before = counted()
    assert len(exercise.cases()) == 10
    assert all(abs(case["right"] - case["advice"]) >= 2 for case in exercise.cases())
    assert "Kies een woord" in browser.post("/exercise", data={"team": "Jan de Vries"}).text
    for number in range(5):
        browser.post("/exercise/again")
        browser.post("/exercise", data={"team": "team1"})
        for case, said in enumerate(exercise.cases()):
            browser.post("/exercise", data={"case": str(case), "band": "2"})
            final = said["advice"] if number % 2 else 2
            page = browser.post("/exercise", data={"case": str(case), "band": str(final)}).text
        assert ("Jullie team" in page) == (number == 4)
        assert (counted() == before) == (number < 4)
    differing = sum(case["advice"] != 2 for case in exercise.cases())
    assert f"gemiddeld {2 * differing / 5:.1f}".replace(".", ",") in page
    found = counted()
    assert found is not None and (found.people, found.cases, found.moved) == (5, 50, 2 * differing)


def test_exercise__a_sixth_person_changes_nothing_that_is_told_of_a_team() -> None:
    teams = exercise.Teams()
    for moved in (1, 2, 3, 4, 5):
        teams.add("team1", moved)
    before = teams.result("team1")
    teams.add("team1", 10)
    assert teams.result("team1") == before == (5, 3.0)


def test_bands__are_the_five_words() -> None:
    assert [taxation.band_of(share) for share in (0, 0.049, 0.05, 0.1, 0.2, 0.39, 0.4, 1)] == [
        0,
        0,
        1,
        2,
        3,
        3,
        4,
        4,
    ]


def test_errors__are_told_by_kind_and_place_alone(
    browser: TestClient, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    async def broken(request: Any) -> dict[str, str]:
        raise RuntimeError("CANARY-IN-AN-ERROR")

    monkeypatch.setattr(bodies, "form", broken)
    answer = browser.post("/risk", data={"band": "2"})
    assert answer.status_code == 500 and "Er ging iets mis" in answer.text
    told = capfd.readouterr()
    assert (
        "RuntimeError in test_care_pages.py" in told.err and "CANARY" not in told.err + told.out + answer.text
    )


@pytest.mark.parametrize(
    "name", ["board.pdf", "board_a4.pdf", "blocks.pdf", "folding.pdf", "instructions.pdf"]
)
def test_prints__are_pdf_in_both_languages(browser: TestClient, name: str) -> None:
    assert browser.get(f"/print/{name}").content.startswith(b"%PDF")
    assert browser.get("/print/other.pdf").status_code == 404
