"""What a station keeps of what happened: chained events in a file that only grows; its own, and one that is the same everywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from datawerkplaats.base import files
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.workplace import events

Row = tuple[str, str, str, Mapping[str, Any]]  # actor, role, verb, body


@dataclass(frozen=True)
class Ledger:
    """One chained log."""

    path: Path
    about: str

    def read(self) -> list[events.Event]:
        """All events.

        Raises:
            DataProblem: `log_broken`, with the first event that is not right.
        """
        lines = self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else []
        try:
            found = [events.Event(**json.loads(line)) for line in lines]
        except (ValueError, TypeError) as error:
            raise self._broken("a line is no event") from error
        fault = events.first_fault(found, len(found), found[-1].hash if found else events.FIRST)
        if fault:
            raise self._broken(fault)
        return found

    def head(self) -> tuple[int, str]:
        """How many events there are, and the hash of the newest."""
        found = self.read()
        return len(found), found[-1].hash if found else events.FIRST

    def add(self, rows: Sequence[Row], at: str = "") -> list[events.Event]:
        """Add events in one write: all of them or none."""
        with files.locked(self.path.with_suffix(".lock")):
            known = self.read()
            made: list[events.Event] = []
            for actor, role, verb, body in rows:
                last = made[-1] if made else known[-1] if known else None
                made.append(
                    events.made(
                        (last.number if last else 0) + 1, at or now(), actor, role, "joint", self.about, verb,
                        dict(body), last.hash if last else events.FIRST,
                    )
                )  # fmt: skip
            self._write([*known, *made])
        return made

    def take_over(self, missing: Sequence[Mapping[str, Any]]) -> None:
        """Add events that others have and this station missed, if they follow on its own.

        Raises:
            DataProblem: `log_broken` if they do not.
        """
        with files.locked(self.path.with_suffix(".lock")):
            known = self.read()
            try:
                found = [*known, *(events.Event(**one) for one in missing)]
            except TypeError as error:
                raise self._broken("what another party sends is no event") from error
            fault = events.first_fault(found, len(found), found[-1].hash if found else events.FIRST)
            if fault:
                raise self._broken(fault)
            self._write(found)

    def since(self, number: int) -> list[dict[str, Any]]:
        """The events after a number, as they are sent to a party that missed them."""
        return [asdict(one) for one in self.read()[number:]]

    def bodies(self, verb: str) -> Iterator[dict[str, Any]]:
        """What was said in every event of one kind."""
        return (json.loads(one.body) for one in self.read() if one.verb == verb)

    def _write(self, all_events: Sequence[events.Event]) -> None:
        lines = "".join(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in all_events)
        files.write_text(self.path, lines)

    def _broken(self, fault: str) -> DataProblem:
        return DataProblem(
            "log_broken",
            subject=self.path.name,
            where=fault,
            remedy="stop, put the log back from a backup and compare it with another party's (dwp station log)",
        )


def now() -> str:
    """The moment, in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
