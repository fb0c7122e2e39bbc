"""How recent each source is: what it is about, when the next edition is expected, and whether that date has passed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from datawerkplaats.catalogue.cadence import YEARS_BETWEEN


@dataclass(frozen=True)
class Freshness:
    """When the next edition is due, and the state.

    on_time, late, once, absent, supporting (a source without figures of its own) or unknown.
    """

    state: str
    next_expected: date | None


def freshness(source: dict[str, Any], today: date) -> Freshness:
    """The state of a source; the next edition is due one cadence after the last period, plus the usual delay of the publisher."""
    if source["status"] != "loaded":
        return Freshness("absent", None)
    if source["cadence"] == "once":
        return Freshness("once", None)
    years = YEARS_BETWEEN.get(source["cadence"])
    last = source["last_period_end"]
    if last is None:
        return Freshness("supporting", None)
    if years is None:
        return Freshness("unknown", None)
    due = date(last.year + years, last.month, 28) + timedelta(days=3 + (source["expected_lag_days"] or 0))
    return Freshness("late" if due < today else "on_time", due)
