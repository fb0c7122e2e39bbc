"""Notes by the interface: for exactly their figure, never a name, and none where people sign in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from datawerkplaats.base.settings import get_settings
from datawerkplaats.publication import Publication
from datawerkplaats.workplace import notes
from datawerkplaats.workplace.figures import Figure, Selection
from datawerkplaats.workplace.people import LOCAL, Role, Subject
from datawerkplaats.workplace.store import Store, open_store

TEXT = "De bus rijdt hier niet meer."
AUTHOR = Subject("somebody-in-particular", frozenset({Role.PARTNER}), "GGD")


@pytest.fixture
def store(
    published: tuple[Path, list[Publication]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Store]:
    """A store of its own beside the releases."""
    monkeypatch.setenv("DWP_WORKPLACE_URL", f"sqlite:///{tmp_path / 'workplace.db'}")
    get_settings.cache_clear()
    opened = open_store(get_settings())
    yield opened
    opened.engine.dispose()
    monkeypatch.undo()
    get_settings.cache_clear()


def written(store: Store, region: str, year: int = 2022, value: float = 5.0) -> str:
    at = Selection("lonely_pct", region, year)
    return notes.write_note(
        store,
        AUTHOR,
        Figure("an-old-release", at, value, value - 1, value + 1),
        kind="explanation",
        text=TEXT,
    )


def test_notes__only_once_shared_for_exactly_the_figure_and_without_its_author(
    client: TestClient, store: Store
) -> None:
    ids = [written(store, "GM0002", value=1000.0), written(store, "GM0003")]
    assert client.get("/v1/notes").json()["items"] == []
    for one in ids:
        notes.move_note(store, LOCAL, one, 1, "shared")
    answer = client.get("/v1/notes?region=GM0002&indicator=lonely_pct&year=2022")
    (item,) = answer.json()["items"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert (item["text"], item["region_code"], item["organisation"], item["role"]) == (
        TEXT,
        "GM0002",
        "GGD",
        "partner",
    )
    assert item["value_then"] == 1000.0 and item["value_now"] == 99.5 and item["has_changed"] is True
    for other in ("region=GM0004", "year=2020", "indicator=benefit_pct"):
        assert client.get(f"/v1/notes?{other}").json()["items"] == [], other
    told = client.get("/v1/notes?format=csv").text
    assert told.count(TEXT) == 2 and AUTHOR.id not in told
    notes.move_note(store, LOCAL, ids[0], 2, "withdrawn")
    (gone,) = client.get("/v1/notes?region=GM0002").json()["items"]
    assert gone["status"] == "withdrawn" and gone["text"] == ""


def test_notes__where_people_sign_in_there_are_none_here(
    client: TestClient, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes.move_note(store, LOCAL, written(store, "GM0002"), 1, "shared")
    monkeypatch.setenv("DWP_SIGN_IN_FILE", str(tmp_path / "sign_in.toml"))
    get_settings.cache_clear()
    answer = client.get("/v1/notes")
    assert answer.status_code == 403 and TEXT not in answer.text


def test_notes__bad_questions_are_sentences(client: TestClient, store: Store) -> None:
    assert client.get("/v1/notes?page=2").status_code == 404
    assert client.get("/v1/notes?year=12").status_code == 400
