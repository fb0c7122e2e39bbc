"""A year of daily builds of the small region, each by a clock that is a day further: what stays, and how large it becomes.

Every day something is new, so that every day a release is made: another text, every third day a delivery with another figure, and
every tenth day one that is refused. Every run is the command that a timer starts, in a process of its own in which everything was
imported before (`tests.warm_builds`); it clears away what the rules let go, as always. People write every day too.

The days that are done are kept, so that the proof can be carried out in pieces: `YEAR_DAYS=40 make prove ONLY=operations.year`
does the next forty, as long as the code stays the same. Figures are those of all days so far.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from datawerkplaats import publication
from datawerkplaats.base import files
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, Settings, get_settings
from datawerkplaats.publication import retention
from datawerkplaats.publication.store import sha256_of
from datawerkplaats.workplace.store import open_store
from demo.wire import FILES
from tests.kept_builds import copy_of
from tests.lasting_keys import sign_with_lasting_keys
from tests.proofs.registry import Measured, Room, load
from tests.proofs.turned_clock import Clock
from tests.small_region import ACTIVE, small_region
from tests.warm_builds import WarmBuilds, warm_builds
from tests.workplace.test_log import written

DAYS = 365
FIRST = datetime(2027, 1, 1, 5, tzinfo=UTC)
_FIGURE = ACTIVE["loneliness_djg_pct"]
_FILE, _PARTNERS = "leefbaarometer_scores.csv", "partner_youth_care_synthetic.csv"
_DELIVERED, _REFUSED, _WRITTEN = 3, 10, 5


@dataclass(frozen=True)
class Day:
    """What a day left behind.

    Attributes:
        seconds: How long the build took.
        bytes: The data folder, every file once.
        dagster: Of it, what Dagster keeps.
        store: Of it, what people wrote.
        events: What Dagster tells of this run.
        runs: In Dagster's lists.
        releases: That can be opened.
        snapshots: Of all sources.
        gone: Whether the build said that something was cleared away.
    """

    number: int
    seconds: float
    bytes: int
    dagster: int
    store: int
    events: int
    runs: int
    releases: int
    snapshots: int
    gone: bool


def figures(_: Room) -> Iterator[Measured]:
    """The next days, and the figures of all that are done with this code."""
    home = PROJECT_ROOT / ".pytest_cache" / "year" / load()["operations.year"].code_hash()
    kept = home / "days.jsonl"
    sign_with_lasting_keys()
    if not kept.exists():
        _begun(home)
    done = [Day(**json.loads(line)) for line in kept.read_text().splitlines()]
    os.environ.update({"DWP_DATA_DIR": str(home / "data"), "DWP_KEYS_DIR": str(home / "keys")})
    get_settings.cache_clear()
    settings = get_settings()
    clock = Clock(home, FIRST)
    until = min(DAYS, len(done) + int(os.environ.get("YEAR_DAYS", DAYS)))
    told = {"DWP_CATALOGUE_DIR": str(home / "catalogue"), **clock.settings}
    with warm_builds(settings.data_dir, told) as warm:
        for number in range(len(done), until):
            clock.turn(FIRST + timedelta(days=number))
            done.append(a_day(settings, home / "catalogue", warm, number))
            with kept.open("a") as stream:
                stream.write(json.dumps(asdict(done[-1])) + "\n")
            if number == 0:
                _pinned(settings, home)
            print(done[-1], file=sys.stderr, flush=True)
    yield from _told(settings, home, done)


def a_day(settings: Settings, catalogue: Path, warm: WarmBuilds, number: int) -> Day:
    """Something new, a build, and what people write.

    Raises:
        DataProblem: `build_failed` if it does not end well, or nothing is published by it.
    """
    before = publication.current(settings.publish_dir).id
    spoilt = _deliver(settings, number)
    _say(catalogue, f"Eenzaam op dag {number}")
    started = time.monotonic()
    run = warm.materialise()
    seconds = time.monotonic() - started
    if run.returncode or publication.current(settings.publish_dir).id == before:
        raise DataProblem("build_failed", subject=f"day {number}", found=(run.stdout + run.stderr)[-600:])
    if spoilt is not None:
        files.write_text(*spoilt)
    written(open_store(settings), _WRITTEN)
    runs = sorted(
        (settings.dagster_home / "history" / "runs").glob("*-*.db"), key=lambda path: path.stat().st_mtime
    )
    return Day(
        number, round(seconds, 2), size(settings.data_dir), size(settings.dagster_home), size(settings.workplace_dir),
        _events(runs[-1]), len(runs), len(publication.history(settings.publish_dir)),
        sum(1 for path in settings.snapshots_dir.glob("*/*") if path.is_dir()), "[prune]" in run.stdout,
    )  # fmt: skip


def size(folder: Path) -> int:
    """The bytes of all files below a folder; those with two names once."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            stat = path.stat()
            found[stat.st_dev, stat.st_ino] = stat.st_size
    return sum(found.values())


def _begun(home: Path) -> None:
    """The built region in a folder that lasts."""
    region = small_region()
    shutil.rmtree(home, ignore_errors=True)
    (home / "data").mkdir(parents=True)
    copy_of(region.data, home / "data")
    shutil.copytree(region.catalogue, home / "catalogue")
    shutil.copytree(get_settings().keys_dir, home / "keys")
    (home / "days.jsonl").touch()


def _pinned(settings: Settings, home: Path) -> None:
    """Pin the release of the first day, and keep what its bytes were."""
    first = publication.current(settings.publish_dir)
    retention.pin(settings.publish_dir, first.id, "the first day", "steward")
    files.write_text(home / "pinned.json", json.dumps({"id": first.id, "sha256": sha256_of(first.path)}))


def _say(catalogue: Path, title: str) -> None:
    """Another title in the catalogue, so that there is something to publish."""
    path = catalogue / _FIGURE
    rows = path.read_text(encoding="utf-8").splitlines()
    rows[rows.index("title:") + 1] = f'  nl: "{title}"'
    files.write_text(path, "\n".join([*rows, ""]))


def _deliver(settings: Settings, number: int) -> tuple[Path, str] | None:
    """What services and partners have today; the file to put back afterwards where it was spoilt."""
    folder = settings.demo_dir / FILES
    if number % _DELIVERED == 0:
        lines = (folder / _FILE).read_text(encoding="utf-8").splitlines()
        cells = lines[1].split(",")
        cells[3] = f"{4 + number % 97 / 1000:.3f}"
        files.write_text(folder / _FILE, "\n".join([lines[0], ",".join(cells), *lines[2:], ""]))
    if number % _REFUSED == 4:
        path = folder / _PARTNERS
        whole = path.read_text(encoding="utf-8")
        files.write_text(path, whole.replace("year;", f"year_{number};", 1))
        return path, whole
    return None


def _events(path: Path) -> int:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as con:
        return int(con.execute("select count(*) from event_logs").fetchone()[0])


def _told(settings: Settings, home: Path, done: list[Day]) -> Iterator[Measured]:
    pinned, last = json.loads((home / "pinned.json").read_text()), done[-1]
    release = publication.named(settings.publish_dir, pinned["id"])
    with publication.Reader(settings.publish_dir).connect(release) as con:
        rows = con.execute("select count(*) from indicator.fct_indicator").fetchone()
    month = [day for day in done if day.number >= last.number - 29]
    growth = (last.bytes - month[0].bytes) / max(1, len(month) - 1)
    yield "year_days", len(done), None
    yield "year_largest", max(day.bytes for day in done) / 1e6, None
    yield "year_growth_last_month", growth / 1e6, None
    yield "year_dagster", last.dagster / 1e6, None
    yield "year_store", last.store / 1e6, None
    yield "year_events_a_run", max(day.events for day in done), None
    yield "year_runs_kept", max(day.runs for day in done), None
    yield "year_days_cleared", sum(day.gone for day in done), None
    yield "year_releases_kept", last.releases, None
    yield "year_snapshots_kept", last.snapshots, None
    yield "year_build", sum(day.seconds for day in done) / len(done), None
    yield "year_pinned_other", float(not rows or sha256_of(release.path) != pinned["sha256"]), None
