"""Which release is asked, and a connection to it that can reach nothing else."""

from __future__ import annotations

import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Thread

import duckdb

from datawerkplaats import publication
from datawerkplaats.base.duckdb import connect_confined
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import get_settings
from datawerkplaats.governance import predictions
from datawerkplaats.publication import Publication, Tombstone

_KEPT_OPEN = 4
_LOOK_SECONDS = 15.0


@dataclass
class Releases:
    """The releases in a folder; the last few that were asked stay open."""

    publish_dir: Path
    _open: OrderedDict[str, duckdb.DuckDBPyConnection] = field(default_factory=OrderedDict)
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

    def predicted(self, release: Publication) -> duckdb.DuckDBPyConnection:
        """A connection to what a release predicts, made anew for every question; close it after use.

        Raises:
            DataProblem: `predictions_closed` while there is no valid decision, `predictions_absent`, `publication_damaged`.
        """
        return connect_confined(predictions.opened(release, get_settings()))

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

    def cursor(self, release: Publication) -> duckdb.DuckDBPyConnection:
        """A cursor on a release; close it after use.

        Raises:
            DataProblem: `publication_damaged` if its bytes are not those that were published, `no_publication` for a release
                from before there was a table for analysts.
        """
        with self._lock:
            if release.id not in self._open:
                publication.Reader(self.publish_dir).open(
                    release
                ).connection.close()  # its bytes are looked at
                found = connect_confined(release.path)
                if not found.execute(
                    "select 1 from duckdb_columns() where schema_name = 'mart' and table_name = 'obs'"
                ).fetchone():
                    found.close()
                    raise DataProblem(
                        "no_publication",
                        subject=release.id,
                        expected="a release with the table mart.obs",
                        remedy="ask a newer release, or build again with `make materialise`",
                    )
                self._open[release.id] = found
            self._open.move_to_end(release.id)
            while len(self._open) > _KEPT_OPEN:
                self._open.popitem(last=False)  # closes when the last cursor on it is gone
            return self._open[release.id].cursor()
