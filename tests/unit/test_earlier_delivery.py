"""A delivery that had been replaced and lies there again: its figures are in use again, and that is told for as long."""

from __future__ import annotations

import pytest

from datawerkplaats.base.settings import Settings
from datawerkplaats.loading import files as loading
from datawerkplaats.loading.ingest import ingest_source
from datawerkplaats.loading.notices import read_notices
from datawerkplaats.loading.result import IngestResult
from tests.statline_example import Service, rows_of, source_of


class Deliveries:
    """What is delivered day after day: rows in which one figure is this."""

    def __init__(self, settings: Settings, patch: pytest.MonkeyPatch) -> None:
        self.settings, self.patch = settings, patch

    def come(self, day: int, figure: float, *, clock: int = 0) -> IngestResult:
        """On this day of the month, by the clock of that day or of another one."""
        self.patch.setattr(loading, "now", lambda: f"2026-01-{clock or day:02d}T05:00:00Z")
        rows = rows_of(9)
        rows[3]["Eenzaam_28"] = f"    {figure}"
        # A later moment each time: the service has nothing against it.
        service = Service(rows, modified=f"2026-01-{day:02d}T02:00:00")
        return ingest_source(source_of(), self.settings, service.transport)

    @property
    def told(self) -> list[tuple[str, str]]:
        """Kind and reason of every notice."""
        return [(one["kind"], one["code"]) for one in read_notices(self.settings.publish_dir)]


@pytest.fixture
def deliveries(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Deliveries:
    return Deliveries(settings.model_copy(update={"source": "live", "http_retries": 2}), monkeypatch)


def test_earlier__rows_that_had_been_replaced_are_told_until_others_come(deliveries: Deliveries) -> None:
    first = deliveries.come(1, 10.0)
    deliveries.come(2, 20.0)
    assert deliveries.told == []
    back = deliveries.come(3, 10.0)
    assert first.provenance and back.provenance
    assert (back.status, back.provenance.snapshot_id) == ("new", first.provenance.snapshot_id)
    assert back.problem and "2026-01-01" in back.problem.sentence("en")
    assert "2026-01-02" in back.problem.sentence("nl")
    assert deliveries.told == [("earlier", "older_delivery")]
    assert deliveries.come(4, 10.0).status == "unchanged"
    assert deliveries.told == [("earlier", "older_delivery")]
    deliveries.come(5, 20.0)
    assert deliveries.told == []


def test_earlier__a_clock_that_was_ahead_makes_nothing_earlier(deliveries: Deliveries) -> None:
    deliveries.come(1, 10.0, clock=20)
    made = deliveries.come(2, 20.0)
    assert (made.status, made.problem, deliveries.told) == ("new", None, [])
