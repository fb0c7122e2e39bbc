"""Which of dbt's events are told: those that a log writes, and every warning."""

from __future__ import annotations

from typing import Any

import pytest
from dbt.adapters.events.types import AdapterEventDebug
from dbt_common.events import event_manager_client, functions
from dbt_common.events.base_types import EventLevel
from dbt_common.events.event_manager import EventManager
from dbt_common.events.types import Formatting, Note

from datawerkplaats.base.dbt_events import OnlyWhatIsWritten, tell_only_what_is_written
from datawerkplaats.base.errors import DataProblem


class Kept:
    """A log that keeps what it is given."""

    def __init__(self, level: EventLevel) -> None:
        self.level, self.lines = level, list[str]()

    def filter(self, _: Any) -> bool:
        return True

    def write_line(self, msg: Any) -> None:
        self.lines.append(msg.info.msg)


def keeping(texts: list[str]) -> Any:
    """A callback that keeps what events say."""

    def keep(msg: Any) -> None:
        texts.append(msg.info.msg)

    return keep


def fired(log: EventLevel, event: EventLevel, *, force: bool = False) -> tuple[list[str], list[str]]:
    """What a log of this level and a callback are told of an event."""
    manager, kept, called = OnlyWhatIsWritten(), Kept(log), list[str]()
    manager.loggers.append(kept)  # type: ignore[arg-type]
    manager.callbacks.append(keeping(called))
    manager.fire_event(Note(msg="said"), event, force_warn_or_error_handling=force)
    return kept.lines, called


@pytest.mark.parametrize("event", [EventLevel.DEBUG, EventLevel.TEST])
def test_what_no_log_writes_is_told_to_nobody(event: EventLevel) -> None:
    assert fired(EventLevel.INFO, event) == ([], [])


@pytest.mark.parametrize("event", [EventLevel.INFO, EventLevel.WARN, EventLevel.ERROR])
def test_what_a_log_writes_is_told(event: EventLevel) -> None:
    assert fired(EventLevel.INFO, event) == (["said"], ["said"])


def test_an_event_without_a_level_has_that_of_its_kind() -> None:
    manager, called = OnlyWhatIsWritten(), list[str]()
    manager.callbacks.append(keeping(called))
    for event in (Formatting(msg="told"), AdapterEventDebug(name="it", base_msg="passed over", args=[])):
        manager.fire_event(event)
    assert called == ["told"]


def test_a_log_that_writes_everything_is_told_everything() -> None:
    assert fired(EventLevel.DEBUG, EventLevel.DEBUG) == (["said"], ["said"])


def test_what_is_to_be_handled_as_a_warning_is_never_passed_over() -> None:
    assert fired(EventLevel.INFO, EventLevel.DEBUG, force=True) == (["said"], ["said"])


def test_stands_in_the_place_of_dbts_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_manager_client, "_EVENT_MANAGER", EventManager())
    tell_only_what_is_written()
    assert isinstance(event_manager_client.get_event_manager(), OnlyWhatIsWritten)


def test_a_dbt_that_fires_elsewhere_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(functions, "get_event_manager", EventManager)
    with pytest.raises(DataProblem, match=r"requirements\.lock"):
        tell_only_what_is_written()


def test_a_run_of_dbt_begins_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from datawerkplaats.base import dbt, dbt_events

    called = list[bool]()
    monkeypatch.setattr(dbt_events, "tell_only_what_is_written", lambda: called.append(True))
    dbt._runner.__wrapped__()
    assert called
