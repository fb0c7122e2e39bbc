"""What can be said of an installation by looking at its files: about releases, runs, sources, room and people's open questions.

Nothing here is a figure of an area or of a person: ids of releases and sources, moments, sizes and counts of things.
"""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from datawerkplaats.base import build_lock
from datawerkplaats.base.duckdb import connect_read_only, tables
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue.cadence import YEARS_BETWEEN
from datawerkplaats.operations.backup import LIST, backups
from datawerkplaats.publication import current, history, retention, tombstones
from datawerkplaats.publication.approvals import pending
from datawerkplaats.publication.store import Publication
from datawerkplaats.publication.verify import verify_bytes

# Adding up files, and reading the log, is done so often at most.
_SIZES_S, _LOG_S = 300.0, 900.0
# So long a part may be silent, as while it starts.
PATIENCE_S = 60.0


@dataclass(frozen=True)
class SourceFact:
    """One source of the served release: its state, when it was last new, and when its next edition is due."""

    status: str
    retrieved_at: datetime | None
    next_due: date | None


@dataclass(frozen=True)
class Facts:
    """One look at an installation; a problem is the code of what cannot be read."""

    at: datetime
    release: Publication | None = None
    release_problem: str = ""
    releases: int = 0
    pinned: int = 0
    withdrawn: int = 0
    sources: dict[str, SourceFact] = field(default_factory=dict)
    run_status: str = ""
    run_at: datetime | None = None
    # Per source the kind of notice that is open: rejected, absent, incomplete.
    deliveries: dict[str, str] = field(default_factory=dict)
    is_held_back: bool = False
    is_building: bool = False
    sizes: dict[str, int] = field(default_factory=dict)
    disk_free: int = 0
    backup_at: datetime | None = None
    certificate_until: datetime | None = None
    incidents: int = 0
    store_problem: str = ""
    # Per address that has to answer whether it does, and those that have been silent too long.
    answers: dict[str, bool] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()


class Looker:
    """Looks at an installation again and again, and keeps what cannot have changed since.

    Args:
        settings: The installation.
        patience_s: How long a part may be silent before that is a trouble.
    """

    def __init__(self, settings: Settings, patience_s: float = PATIENCE_S) -> None:
        self.settings, self.patience_s = settings, patience_s
        self._silent_since: dict[str, float] = {}
        self._sources: tuple[str, dict[str, SourceFact]] = ("", {})
        self._sizes: tuple[float, dict[str, int]] = (float("-inf"), {})
        self._log: tuple[float, str] = (float("-inf"), "")

    def look(self, now: datetime | None = None) -> Facts:
        """Everything as it is now; what cannot be read is said by its code, and the rest is told all the same."""
        settings, at = self.settings, now or datetime.now(UTC)
        run = _json(settings.publish_dir / "last_run.json", {})
        incidents, store_problem = self._store()
        return Facts(
            at=at,
            **self._publication(),
            run_status=str(run.get("status", "")),
            run_at=_moment(run.get("at")),
            deliveries={
                str(one["source_id"]): str(one["kind"])
                for one in _json(settings.publish_dir / "notices.json", [])
                if {"source_id", "kind"} <= set(one)
            },
            is_held_back=_is_held_back(settings),
            is_building=settings.data_dir.is_dir() and build_lock.is_held(settings.data_dir),
            sizes=self._parts(),
            disk_free=shutil.disk_usage(_existing(settings.data_dir)).free,
            backup_at=_newest_backup(settings),
            certificate_until=_certificate_until(settings.certificate),
            incidents=incidents,
            store_problem=store_problem,
            **self._parts_that_answer(),
        )

    def _parts_that_answer(self) -> dict[str, Any]:
        answers, clock = {address: _answers(address) for address in self.settings.watched}, time.monotonic()
        self._silent_since = {
            one: self._silent_since.get(one, clock) for one, does in answers.items() if not does
        }
        silent = {one for one, since in self._silent_since.items() if clock - since >= self.patience_s}
        return {"answers": answers, "silent": frozenset(silent)}

    def _publication(self) -> dict[str, Any]:
        folder, told = self.settings.publish_dir, dict[str, Any]()
        try:
            told |= {"releases": len(history(folder)), "withdrawn": len(tombstones(folder))}
            told["pinned"] = len(retention.pins(folder))
            release = current(folder)
            verify_bytes(release)
        except FileNotFoundError:
            return {**told, "release_problem": "publication_damaged"}
        except DataProblem as problem:
            return {**told, "release_problem": problem.code}
        if self._sources[0] != release.id:
            self._sources = (release.id, _sources_of(release))
        return {**told, "release": release, "sources": self._sources[1]}

    def _parts(self) -> dict[str, int]:
        """Bytes per part of the data folder."""
        if time.monotonic() - self._sizes[0] >= _SIZES_S:
            folder = self.settings.data_dir
            found = {path.name: _size(path) for path in folder.iterdir()} if folder.is_dir() else {}
            self._sizes = (time.monotonic(), {name: size for name, size in found.items() if name[0] != "."})
        return self._sizes[1]

    def _store(self) -> tuple[int, str]:
        """The number of serious incidents that are open, and the code of what is wrong with the store."""
        from datawerkplaats.governance import accounts
        from datawerkplaats.governance.predictions import HOUSE, house_store, is_begun

        if not is_begun(self.settings):
            return 0, ""
        try:
            store = house_store(self.settings)
            systems = accounts.systems(store, HOUSE)
            found = [accounts.account(store, HOUSE, one.id).open_incidents for one in systems]
            if time.monotonic() - self._log[0] >= _LOG_S:
                self._log = (time.monotonic(), "")
                store.verify_log()
        except DataProblem as problem:
            if problem.code == "log_broken":
                self._log = (time.monotonic(), problem.code)
            else:
                return 0, problem.code
        else:
            return sum(one.count("serious") for one in found), self._log[1]
        return 0, self._log[1]


def _sources_of(release: Publication) -> dict[str, SourceFact]:
    """Per source its state and when the next edition is due: the end of its newest period, its rhythm and its usual delay."""
    with connect_read_only(release.path) as con:
        present = tables(con, release.path.stem)
        if not {("core", "dim_source"), ("core", "fct_observation")} <= set(present):
            return {}
        rows = con.execute(
            "select source_id, status, retrieved_at, cadence, expected_lag_days, last_end from core.dim_source left join"
            " (select source_id, max(period_end) as last_end from core.fct_observation group by source_id) using (source_id)"
        ).fetchall()
    found = {}
    for source_id, status, retrieved_at, cadence, lag, last_end in rows:
        due = None
        if status == "loaded" and last_end is not None and cadence in YEARS_BETWEEN:
            # As DuckDB adds years: a leap day becomes the 28th.
            year, day = (
                last_end.year + YEARS_BETWEEN[cadence],
                min(last_end.day, 28) if last_end.month == 2 else last_end.day,
            )
            due = date(year, last_end.month, day) + timedelta(days=int(lag))
        moment = retrieved_at.replace(tzinfo=retrieved_at.tzinfo or UTC) if retrieved_at else None
        found[str(source_id)] = SourceFact(str(status), moment, due)
    return found


def _is_held_back(settings: Settings) -> bool:
    try:
        return pending(settings.load_gate_dir) is not None
    except (DataProblem, OSError, ValueError, KeyError, TypeError):
        return False


def _newest_backup(settings: Settings) -> datetime | None:
    """When the newest backup in the folders of backups was made."""
    made = [
        _moment(_json(one / LIST, {}).get("made_at"))
        for folder in settings.backup_folders
        if folder.is_dir()
        for one in backups(folder)[-1:]
    ]
    return max((one for one in made if one), default=None)


def _certificate_until(path: Path | None) -> datetime | None:
    """When a certificate ends; one that cannot be read has ended."""
    if path is None:
        return None
    from cryptography import x509

    try:
        return min(one.not_valid_after_utc for one in x509.load_pem_x509_certificates(path.read_bytes()))
    except (OSError, ValueError):
        return datetime.fromtimestamp(0, UTC)


def _answers(address: str) -> bool:
    import httpx

    try:
        return httpx.get(address, timeout=5, trust_env=False).status_code < 400
    except httpx.HTTPError:
        return False


def _size(path: Path) -> int:
    """The bytes of a file or of everything below a folder; what goes away meanwhile is nothing."""
    total = 0
    for one in (path, *path.rglob("*")) if path.is_dir() and not path.is_symlink() else (path,):
        try:
            total += one.lstat().st_size if not one.is_dir() or one.is_symlink() else 0
        except OSError:
            continue
    return total


def _existing(path: Path) -> Path:
    return next(one for one in (path, *path.parents) if one.exists())


def _moment(told: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(told))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _json(path: Path, otherwise: Any) -> Any:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return otherwise
    return found if isinstance(found, type(otherwise)) else otherwise
