"""Loading all sources, each once per build, and telling what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue import Catalogue, Source
from datawerkplaats.loading.result import IngestResult
from datawerkplaats.partners.outcome import STOPS_THE_BUILD
from orchestration import own_sources

ABSENT = "absent"
# Services are waited for side by side; files and the demo region cost processor time, which threads do not share.
_PARALLEL_SOURCES = 4


@dataclass(frozen=True)
class Loaded:
    """What came of loading one source, and how long it took."""

    result: IngestResult
    seconds: float

    @property
    def snapshot_id(self) -> str:
        """The id of the snapshot in use, `absent` where there is none."""
        return self.result.provenance.snapshot_id if self.result.provenance else ABSENT

    @property
    def stops(self) -> bool:
        """Whether nothing may be built as long as this delivery lies there."""
        return self.result.problem is not None and self.result.problem.code in STOPS_THE_BUILD

    @property
    def line(self) -> str:
        """The outcome for people: status, rows, snapshot."""
        made = self.result.provenance
        rows = f", {made.rows:,} rows, snapshot {made.snapshot_id}" if made else ""
        why = f" · {self.result.problem.sentence('en')}" if self.result.problem else ""
        return f"{self.result.status}{rows}{why}"


@dataclass
class Loader:
    """Loads sources with the current settings and keeps each outcome for the length of one build."""

    settings: Settings
    kept: dict[str, Loaded] = field(default_factory=dict)

    def load(self, source: Source) -> Loaded:
        """The outcome for one source; loaded at the first call."""
        if source.source_id not in self.kept:
            start = time.perf_counter()
            result = own_sources.ingest(source, self.settings)
            self.kept[source.source_id] = Loaded(result, time.perf_counter() - start)
        return self.kept[source.source_id]

    def load_all(self, catalogue: Catalogue, tell: Callable[[str, Loaded], None]) -> dict[str, Loaded]:
        """The outcomes for all sources, each told when it is there; what the house makes itself is left out where a
        delivery stops the build.
        """

        def one(source: Source) -> tuple[str, Loaded]:
            loaded = self.load(source)
            tell(source.source_id, loaded)
            return source.source_id, loaded

        workers = _PARALLEL_SOURCES if self.settings.source == "live" else 1
        made_here = [catalogue.sources[name] for name in own_sources.MADE_HERE if name in catalogue.sources]
        public = [s for s in catalogue.sources.values() if s.micro is None and s not in made_here]
        with ThreadPoolExecutor(workers) as pool:
            loaded = dict(pool.map(one, public))
        # Partners' region codes are held against the public sources, so these come first; and what the house makes of
        # other sources comes last, in its own order.
        loaded |= dict(one(source) for source in catalogue.sources.values() if source.micro)
        if any(outcome.stops for outcome in loaded.values()):
            return loaded
        return loaded | dict(one(source) for source in made_here)


def snapshots_of(loaded: dict[str, Loaded]) -> dict[str, str]:
    """Per source the id of the snapshot in use."""
    return {source_id: outcome.snapshot_id for source_id, outcome in loaded.items()}
