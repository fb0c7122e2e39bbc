"""How often the risk taxation was used, per day and artefact and told in tens: own word, word of the model, changed, minutes.

A count below ten is told nowhere and written nowhere; above it the number is rounded down to ten, so that two looks a minute
apart do not give away what one team did in between. What is told is also what is kept after the process ends.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

from datawerkplaats.base import files

FROM = 10
DAYS = 366  # that are kept
MINUTES = (3, 6, 10)  # bounds between the groups of minutes
Cell = tuple[str, str, str, str]  # day, artefact, what is counted, its value


def minutes_group(minutes: float) -> str:
    """The group of a number of minutes."""
    return next((f"below_{bound}" for bound in MINUTES if minutes < bound), f"from_{MINUTES[-1]}")


def _today() -> date:
    return datetime.now(UTC).date()


class Usage:
    """The counts of this house."""

    def __init__(self, path: Path, today: Callable[[], date] = _today) -> None:
        self._path, self._today = path, today
        self._lock = threading.Lock()
        self._counts: Counter[Cell] = Counter(self._kept())

    def add(self, artefact: str, own: int, model: int | None, final: int, minutes: float) -> None:
        """Count one taxation that came to its end; `model` is None where the model was silent."""
        values = {
            "all": "", "own": str(own), "model": "silent" if model is None else str(model),
            "changed": "yes" if final != own else "no", "minutes": minutes_group(minutes),
        }  # fmt: skip
        day = self._today()
        with self._lock:
            before = self._told()
            for what, value in values.items():
                self._counts[day.isoformat(), artefact, what, value] += 1
            first = date.fromordinal(day.toordinal() - DAYS).isoformat()
            self._counts = Counter({cell: n for cell, n in self._counts.items() if cell[0] >= first})
            if (told := self._told()) != before:
                with suppress(OSError):  # a full disk stops nobody at the table
                    files.write_text(
                        self._path, json.dumps([[*cell, n] for cell, n in told.items()], indent=0) + "\n"
                    )

    def told(self) -> dict[Cell, int]:
        """What may be told: counts from ten upwards, in tens."""
        with self._lock:
            return self._told()

    def _told(self) -> dict[Cell, int]:
        return {cell: n // FROM * FROM for cell, n in sorted(self._counts.items()) if n >= FROM}

    def _kept(self) -> dict[Cell, int]:
        """What an earlier process told; a file that cannot be read counts as none."""
        try:
            rows = json.loads(self._path.read_text(encoding="utf-8"))
            return {(str(day), str(of), str(what), str(value)): int(n) for day, of, what, value, n in rows}
        except (OSError, ValueError, TypeError):
            return {}
