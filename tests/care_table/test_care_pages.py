"""The care table as a browser meets it: closed without a decision, the own estimate first, kind sentences, nothing kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from starlette.testclient import TestClient

from apps.care_table import bodies, exercise, taxation, wording
from apps.care_table.app import COOKIE, make_app
from apps.care_table.sessions import IDLE_SECONDS, MOST, Sessions
from apps.care_table.tools import Closed, Open, Tools
from datawerkplaats.base.settings import Settings
from datawerkplaats.governance import accounts, decisions, declarations, desk, tools
from datawerkplaats.governance.predictions import HOUSE
from datawerkplaats.workplace.store import open_store
from demo import register as example
from ml.care import registry
from ml.care.suggest import Answer
from tests.care_table.photos import Camera, laid, photographed

STEPS: list[int | None] = [0, 9, 7, *([None] * 9)]


@pytest.fixture
def browser(house: Settings) -> Iterator[TestClient]:
    with TestClient(make_app(house), base_url="http://testserver") as client:
        client.get("/")
        yield client


def shown(browser: TestClient, path: str) -> str:
    return browser.get(path).text


def own_estimate(browser: TestClient) -> None:
    browser.post("/risk", data={"band": "2", "reason": "safety"})


def asked(page: str) -> str | None:
    found = re.search(r'name="question" value="(\w+)"', page)
    return found[1] if found else None


def all_answered(browser: TestClient, path: str, answer: str = "1") -> str:
    page = shown(browser, path)
    for _ in range(20):
        if not (question := asked(page)):
            return page
        page = browser.post(
            path, data={"question": question, "answer": "12" if question == "age" else answer}
        ).text
    raise AssertionError(f"an answer to {question} was not taken")


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
    "path", ["/", "/risk", "/team", "/patterns", "/exercise", "/why/next_step", "/nowhere"]
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
    assert "Klopt deze tijdlijn?" in page and page.count("<li>") == 3
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


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"%PDF-1.7 no photo", "Dit is geen foto"), (b"", "Kies eerst een foto"), (b"\x00" * 32_000_000, "De foto is te groot"),
        (b"ftypheic", "Dit is geen foto"),
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


def test_exercise__all_advice_is_wrong_and_a_team_shows_from_five(browser: TestClient) -> None:
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
    differing = sum(case["advice"] != 2 for case in exercise.cases())
    assert f"gemiddeld {2 * differing / 5:.1f}".replace(".", ",") in page


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


def opened(house: Settings, tool: registry.Tool) -> Open:
    found = Tools(house).opened(tool)
    assert isinstance(found, Open)
    return found


def emptied(house: Settings, tmp_path: Path) -> Settings:
    """The same tools in a house with an empty register."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "care").symlink_to(house.data_dir / "care")
    return house.model_copy(update={"data_dir": tmp_path / "data", "keys_dir": tmp_path / "keys"})


def test_gate__refuses_without_a_decision_and_on_every_page(house: Settings, tmp_path: Path) -> None:
    with TestClient(make_app(emptied(house, tmp_path))) as client:
        for path in ("/risk", "/team", "/patterns", "/exercise", "/why/next_step"):
            answer = client.get(path)
            assert answer.status_code == 403 and "Dit hulpmiddel is dicht" in answer.text, path
        client.post("/risk", data={"band": "2", "reason": "safety"})
        assert "kwamen er" not in shown(client, "/risk")


def test_gate__refuses_with_a_decision_on_another_hash(house: Settings) -> None:
    standing = tools.standing(house, registry.system_name("next_step"), "0" * 64)
    assert not standing.is_open and any(one.kind == "artefact" for one in standing.blockers)


def test_gate__more_than_practice_is_refused_for_what_learned_from_made_up_people(house: Settings) -> None:
    store, asked_of = open_store(house), declarations.load(house.catalogue_dir)
    system = next(
        one for one in accounts.systems(store, HOUSE) if one.name == registry.system_name("next_step")
    )
    artefact = opened(house, "next_step").registered.artefact
    with pytest.raises(Exception, match="practise"):
        decisions.decide(
            store,
            example.CHAIR,
            asked_of,
            system.id,
            "use",
            "go",
            artefact=artefact,
            bounds=accounts.Bounds(),
        )
    store.engine.dispose()


def test_gate__an_incident_closes_the_tool_in_the_middle_of_a_form(
    house: Settings, browser: TestClient
) -> None:
    own_estimate(browser)
    assert asked(shown(browser, "/risk"))
    store = open_store(house)
    system = next(
        one for one in accounts.systems(store, HOUSE) if one.name == registry.system_name("escalation_24m")
    )
    incident = desk.report_incident(store, example.AUTHOR, system.id, "serious", "verzonnen voor de toets")
    assert "Er is een ernstig incident open" in browser.post("/risk", data={"answer": "1"}).text
    assert isinstance(Tools(house).opened("next_step"), Open)
    desk.close_incident(store, example.AUTHOR, incident, "voorbij")
    assert 'name="band"' in shown(browser, "/risk")  # open again, and what was filled in is gone
    store.engine.dispose()


def test_gate__a_model_that_was_changed_is_not_used(house: Settings, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(house.data_dir, tmp_path / "data")
    copied = house.model_copy(update={"data_dir": tmp_path / "data"})
    assert isinstance(Tools(copied).opened("next_step"), Open)
    path = next((tmp_path / "data").glob("care/*/models/next_step/*/model.json"))
    path.write_bytes(path.read_bytes().replace(b"0.1", b"0.2", 1))
    found = Tools(copied).opened("next_step")
    assert isinstance(found, Closed) and found.key == "damaged"


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


@pytest.mark.parametrize("name", ["board.pdf", "board_a4.pdf", "blocks.pdf"])
def test_prints__are_pdf_in_both_languages(browser: TestClient, name: str) -> None:
    assert browser.get(f"/print/{name}").content.startswith(b"%PDF")
    assert browser.get("/print/other.pdf").status_code == 404
