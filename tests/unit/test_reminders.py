"""Reminders: told once, counts only, by the ways that are configured, and nothing where nobody wrote."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from datawerkplaats.base.settings import Settings, get_settings
from datawerkplaats.operations import reminders
from datawerkplaats.operations.notices import Notice, Way
from datawerkplaats.workplace import agreements
from datawerkplaats.workplace.people import LOCAL
from datawerkplaats.workplace.store import Store, open_store
from orchestration.defs.reminders import reminders as sensor

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", keys_dir=tmp_path / "keys", workplace_url=None)


def late(settings: Settings) -> Store:
    """A store with one agreement of which the day has passed."""
    store = open_store(settings, lambda: NOW)
    agreements.agree(
        store, LOCAL, text="De GGD belt Turfhaven.", organisation="GGD", role="adviseur",
        due_on=NOW.date() + timedelta(days=2),
    )  # fmt: skip
    store.clock = lambda: NOW + timedelta(days=5)
    return store


def test_reminders__without_a_store_there_are_none(settings: Settings) -> None:
    assert reminders.due(settings).keys == frozenset() and not settings.workplace_dir.exists()


def test_reminders__are_sent_once_without_what_people_wrote(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Notice] = []
    monkeypatch.setattr(reminders, "ways", lambda _settings: [Way("webhook", sent.append)])
    store = late(settings)
    told = reminders.remind(settings, (), NOW, store)
    assert len(told) == 1 and len(sent) == 1
    again = reminders.remind(settings, told, NOW, store)
    assert again == told and len(sent) == 1
    assert "voorbij is: 1." in sent[0].now[0]["sentence_nl"]
    assert "Turfhaven" not in repr(sent) and "GGD" not in repr(sent)


def test_reminders__wait_while_the_way_is_closed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    store, sent = late(settings), list[Notice]()

    def closed(_notice: Notice) -> None:
        raise OSError

    monkeypatch.setattr(reminders, "ways", lambda _settings: [Way("mail", closed)])
    told = reminders.remind(settings, (), NOW, store)
    monkeypatch.setattr(reminders, "ways", lambda _settings: [Way("mail", sent.append)])
    reminders.remind(settings, told, NOW, store)
    assert len(sent) == 1


def test_sensor__starts_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DWP_DATA_DIR", str(tmp_path / "data"))
    get_settings.cache_clear()
    try:
        context = dg.build_sensor_context()
        found = sensor(context)
        assert isinstance(found, dg.SkipReason) and "0 things" in str(found.skip_message)
        assert context.cursor == "[]"
    finally:
        get_settings.cache_clear()
