"""The care table is open only with a valid decision on exactly what is loaded, and closes at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from apps.care_table.app import make_app
from apps.care_table.tools import Closed, Open, Tools
from datawerkplaats.base.settings import Settings
from datawerkplaats.governance import accounts, decisions, declarations, desk, tools
from datawerkplaats.governance.predictions import HOUSE
from datawerkplaats.workplace.store import open_store
from demo import register as example
from ml.care import registry
from tests.care_table.visits import asked, opened, own_estimate, shown


def emptied(house: Settings, tmp_path: Path) -> Settings:
    """The same tools in a house with an empty register."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "care").symlink_to(house.data_dir / "care")
    return house.model_copy(update={"data_dir": tmp_path / "data", "keys_dir": tmp_path / "keys"})


def test_gate__refuses_without_a_decision_and_on_every_page(house: Settings, tmp_path: Path) -> None:
    with TestClient(make_app(emptied(house, tmp_path))) as client:
        for path in ("/risk", "/team", "/second", "/together", "/patterns", "/exercise", "/why/next_step"):
            answer = client.get(path)
            assert answer.status_code == 403 and "Dit hulpmiddel is dicht" in answer.text, path
        client.post("/risk", data={"band": "2", "reason": "safety"})
        assert "kwamen er" not in shown(client, "/risk")
        for path in ("/risk/code", "/risk/dossier", "/together/plan", "/together/photo"):
            assert "Dit hulpmiddel is dicht" in client.post(path).text, path


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


def test_gate__why_it_may_be_used_shows_the_answers_and_the_decision(
    house: Settings, browser: TestClient
) -> None:
    page = shown(browser, "/why/next_step")
    assert "Besluit van" in page and "Is dit volgens de wet een medisch hulpmiddel (MDR)?" in page
    assert "Voorbeeld (verzonnen)" in page and "example-author" not in page


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
