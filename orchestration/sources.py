"""Loading of sources in a run, and telling what came of it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue import Catalogue, Source
from datawerkplaats.loading.result import IngestResult
from datawerkplaats.loading.snapshot import ABSENT
from datawerkplaats.partners.outcome import STOPS_THE_BUILD
from datawerkplaats.publication.egress import in_tens
from orchestration import own_sources, plan

# Services are waited for side by side; files and the demo region cost processor time, which threads do not share.
_PARALLEL_SOURCES = 4


@dataclass(frozen=True)
class Loaded:
    """What came of loading one source, and how long it took."""

    result: IngestResult
    seconds: float
    is_of_persons: bool = False

    @property
    def snapshot_id(self) -> str:
        """The id of the snapshot in use, `absent` where there is none."""
        return self.result.provenance.snapshot_id if self.result.provenance else ABSENT

    @property
    def stops(self) -> bool:
        """Whether nothing may be built as long as this delivery lies there."""
        return self.result.problem is not None and self.result.problem.code in STOPS_THE_BUILD

    @property
    def rows(self) -> int:
        """How many rows were loaded; of rows of persons to the nearest ten, as a log is read by many."""
        number = self.result.provenance.rows if self.result.provenance else 0
        return (in_tens(number) or 0) if self.is_of_persons else number

    @property
    def line(self) -> str:
        """The outcome for people: status, rows, snapshot."""
        made = self.result.provenance
        rows = f", {self.rows:,} rows, snapshot {made.snapshot_id}" if made else ""
        why = f" · {self.result.problem.sentence('en')}" if self.result.problem else ""
        return f"{self.result.status}{rows}{why}"


@dataclass
class Loader:
    """Loads sources with the current settings; live services are asked ahead of the steps that wait for them."""

    settings: Settings
    catalogue: Catalogue
    ahead: dict[str, Future[Loaded]] = field(default_factory=dict)
    has_asked: bool = False

    def ask(self, sources: Iterable[Source]) -> None:
        """Begin with the sources of this run that a service delivers, some at a time; once, whichever step comes first."""
        if self.settings.source != "live" or self.has_asked:
            return
        self.has_asked = True
        pool = ThreadPoolExecutor(_PARALLEL_SOURCES, thread_name_prefix="load")
        self.ahead = {
            source.source_id: pool.submit(self._load, source)
            for source in sources
            if not source.made_of and source.micro is None
        }
        pool.shutdown(wait=False)

    def load(self, source: Source) -> Loaded:
        """The outcome for one source; asked a second time it is loaded a second time.

        Raises:
            DataProblem: `missing_delivery` if a required one is not there, or `link_is_folder`: then none is loaded.
        """
        for problem in self.missing:
            raise problem
        asked = self.ahead.pop(source.source_id, None)
        return asked.result() if asked else self._load(source)

    @cached_property
    def missing(self) -> list[DataProblem]:
        """The required deliveries that are not there.

        Raises:
            DataProblem: `link_is_folder` if the data folder was copied by something that follows links.
        """
        plan.check_links(self.settings)
        return plan.missing(self.settings, self.catalogue)

    def stop(self) -> None:
        """Ask nothing more."""
        for asked in self.ahead.values():
            asked.cancel()

    def _load(self, source: Source) -> Loaded:
        start = time.perf_counter()
        result = own_sources.ingest(source, self.settings)
        is_of_persons = source.disclosure in ("person_level", "survey")
        return Loaded(result, time.perf_counter() - start, is_of_persons)
