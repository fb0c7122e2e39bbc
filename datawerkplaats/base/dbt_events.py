"""Tells dbt's events to nobody where nobody reads them: of a build 6,600 are made, of which its log keeps 600.

dbt fills in a message for every event, and looks through the whole environment for secrets in each line, before the level of
the log decides that the line is not written. That was a quarter of what dbt itself costs.
"""

from __future__ import annotations

from typing import Any

from dbt_common.events import functions
from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager
from dbt_common.events.event_manager_client import ctx_set_event_manager

from datawerkplaats.base.errors import DataProblem

# Below what any log of a build writes.
_BELOW = (EventLevel.TEST, EventLevel.DEBUG)


class OnlyWhatIsWritten(EventManager):
    """dbt's own, without the events that no log is to have. Warnings and errors go their way in any case."""

    def fire_event(
        self,
        e: BaseEvent,
        level: EventLevel | None = None,
        node: Any = None,
        force_warn_or_error_handling: bool = False,
    ) -> None:
        """Pass an event on, if a log has its level."""
        is_below = (level or e.level_tag()) in _BELOW and not force_warn_or_error_handling
        if not is_below or any(log.level in _BELOW for log in self.loggers):
            super().fire_event(e, level, node, force_warn_or_error_handling)


def tell_only_what_is_written() -> None:
    """Put it in the place of dbt's own; once is enough for a process.

    Raises:
        DataProblem: `build_failed` if this dbt fires its events elsewhere.
    """
    ours = OnlyWhatIsWritten()
    ctx_set_event_manager(ours)
    # dbt asks the name in its own module when it fires one: that it is not meant for others is why it is looked at.
    if functions.get_event_manager() is not ours:  # type: ignore[attr-defined]
        raise DataProblem(
            "build_failed",
            subject="dbt",
            where="dbt_common.events",
            expected="a place of its own for what fires events",
            found="another one",
            remedy="install the versions of requirements.lock",
        )
