"""Which release is asked, and a connection to it that can reach nothing else."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Thread

import duckdb

from datawerkplaats import publication
from datawerkplaats.base.duckdb import connect_confined, literal
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import get_settings
from datawerkplaats.catalogue.egress import load_egress
from datawerkplaats.governance import openbaar, predictions
from datawerkplaats.governance.openbaar import Outside
from datawerkplaats.publication import Publication, Tombstone

_KEPT_OPEN = 4
_LOOK_SECONDS = 15.0
# What is asked instead of core.dim_indicator and mart.obs: the same without what not everybody may see.
_SHOWN = """create or replace temp view shown_indicator as select * from core.dim_indicator where {indicators};
create or replace temp view shown_obs as select * from mart.obs where {figures}"""
_HAS_OBS = "select 1 from duckdb_columns() where schema_name = 'mart' and table_name = 'obs'"
_HELD = """select indicator_id, source_id, indicator_id in (select distinct indicator_id from {figures})
from core.dim_indicator"""


@dataclass
class Releases:
    """The releases in a folder; the last few that were asked stay open."""

    publish_dir: Path
    _open: OrderedDict[str, duckdb.DuckDBPyConnection] = field(default_factory=OrderedDict)
    # Per release of every indicator its source, and whether there are figures of it.
    _held: dict[str, list[tuple[str, str, bool]]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def ids(self) -> list[str]:
        """The ids that can be asked, newest first."""
        return list(reversed(publication.history(self.publish_dir)))

    def withdrawn(self) -> list[Tombstone]:
        """The releases that were taken back, oldest first."""
        return publication.tombstones(self.publish_dir)

    def forget_withdrawn(self) -> None:
        """Close what was taken back, with all that is kept of it in memory."""
        gone = {one.publication_id for one in self.withdrawn()}
        with self._lock:
            for release_id in gone & self._open.keys():
                self._open.pop(release_id).close()

    def watch(self) -> None:
        """Forget what is withdrawn within a quarter of a minute, also while nobody asks anything."""
        Thread(target=self._watch, daemon=True, name="withdrawals").start()

    def _watch(self) -> None:
        while True:
            time.sleep(_LOOK_SECONDS)
            with suppress(OSError, DataProblem):
                self.forget_withdrawn()

    def find(self, release_id: str | None = None) -> Publication:
        """The release of that id, by default the one that is served.

        Raises:
            DataProblem: `no_publication` if it is not kept here or nothing has been published.
        """
        if release_id is None:
            return publication.current(self.publish_dir)
        return publication.named(self.publish_dir, release_id)

    def outside(self, release: Publication) -> Outside:
        """What everybody may see of a release now; while the register is away, what is public by itself."""
        try:
            return openbaar.outside(release, get_settings())
        except DataProblem:
            return openbaar.public_alone(get_settings())

    def closed(self, release: Publication, seen: Outside) -> frozenset[str]:
        """The indicators with figures in a release that not everybody may see.

        Raises:
            DataProblem: As `cursor`.
        """
        return frozenset(
            name for name, of, has_figures in self._of(release) if has_figures and not seen.shows(of)
        )

    def _of(self, release: Publication) -> list[tuple[str, str, bool]]:
        if release.id not in self._held:
            with closing(self._opened(release)) as con:
                # A release of before there was mart.obs is handed out as a file all the same.
                figures = "mart.obs" if con.execute(_HAS_OBS).fetchone() else "core.fct_observation"
                self._held[release.id] = con.execute(_HELD.format(figures=figures)).fetchall()
        return self._held[release.id]

    def decided(self, release: Publication, seen: Outside) -> str:
        """Which decisions the answers of a release follow; empty for one whose every figure is public by itself."""
        if not self.closed(release, openbaar.public_alone(get_settings())):
            return ""
        return f"opened: {', '.join(sorted(seen.opened))}"

    def require_openbaar(self, release: Publication, labels: Iterable[str]) -> None:
        """Nothing, if these tables of a release (schema.table) have no rows that not everybody may see.

        Raises:
            DataProblem: `not_openbaar`, or as `cursor`.
        """
        tables = load_egress(get_settings().catalogue_dir).tables
        has_persons = any(label not in tables or tables[label].persons for label in labels)
        if has_persons and self.closed(release, self.outside(release)):
            raise DataProblem(
                "not_openbaar", subject=release.id, expected="a file without tables of partners",
                remedy="ask /v1/observations for what is public; a decision on the page Vragen opens the rest",
            )  # fmt: skip

    def predicted(self, release: Publication) -> duckdb.DuckDBPyConnection:
        """A connection to what a release predicts, made anew for every question; close it after use.

        Raises:
            DataProblem: `predictions_closed` while there is no valid decision, `not_openbaar` while it is not for everybody,
                `predictions_absent`, `publication_damaged`.
        """
        path = predictions.opened(release, get_settings())
        if not self.outside(release).predictions:
            raise DataProblem(
                "not_openbaar", subject=release.id, expected="a decision to use it that says openbaar",
                remedy="decide on the page Vragen; who signs in sees it on the page Risico",
            )  # fmt: skip
        return connect_confined(path)

    def raw(self, release: Publication) -> duckdb.DuckDBPyConnection:
        """A cursor on what open sources delivered to a release; close it after use.

        Raises:
            DataProblem: `raw_absent`, `publication_damaged`.
        """
        path, key = publication.raw_path(release), f"raw {release.id}"
        with self._lock:
            if key not in self._open:
                self._open[key] = connect_confined(path)
            self._open.move_to_end(key)
            while len(self._open) > _KEPT_OPEN:
                self._open.popitem(last=False)
            return self._open[key].cursor()

    def cursor(self, release: Publication, seen: Outside | None = None) -> duckdb.DuckDBPyConnection:
        """A cursor on a release, with `shown_obs` and `shown_indicator` for what everybody may see; close it after use.

        Raises:
            DataProblem: `publication_damaged` if its bytes are not those that were published, `no_publication` for a release
                from before there was a table for analysts.
        """
        seen = seen or self.outside(release)
        shut = sorted(name for name, of, _ in self._of(release) if not seen.shows(of))
        kept = f"indicator_id not in ({', '.join(map(literal, shut))})" if shut else "true"
        con = self._opened(release)
        try:
            con.execute(_SHOWN.format(indicators=kept, figures=kept))
        except duckdb.CatalogException as error:
            con.close()
            raise DataProblem(
                "no_publication",
                subject=release.id,
                expected="a release with the table mart.obs",
                remedy="ask a newer release, or build again with `make materialise`",
            ) from error
        return con

    def _opened(self, release: Publication) -> duckdb.DuckDBPyConnection:
        """A cursor on a release whose bytes were looked at when it was opened."""
        with self._lock:
            if release.id not in self._open:
                publication.Reader(self.publish_dir).open(release).connection.close()
                self._open[release.id] = connect_confined(release.path)
            self._open.move_to_end(release.id)
            while len(self._open) > _KEPT_OPEN:
                self._open.popitem(last=False)  # closes when the last cursor on it is gone
            return self._open[release.id].cursor()
