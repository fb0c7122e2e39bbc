"""Five years of made-up history through the rules that clear away, as a build calls them, on real files, pins and lists.

Every day a small release is published and signed, a run stands in Dagster's lists, sources deliver something new every third day
and something that is refused every tenth; then everything goes that a build clears away. What is left is counted, and told in
megabytes of the whole country. The process runs by a clock that it turns itself: nothing in it knows that a day takes no day.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from datawerkplaats import publication
from datawerkplaats.base import files
from datawerkplaats.base.settings import PROJECT_ROOT, Settings, get_settings
from datawerkplaats.publication import retention
from datawerkplaats.publication.retention import retention_of
from datawerkplaats.publication.store import raw_name, sha256_of
from tests.in_memory import place_in_memory
from tests.proofs.registry import Measured, Room
from tests.proofs.turned_clock import Clock
from tests.publication_example import CHECKS, PUBLIC, release, warehouse
from tests.unit.test_pruning import DAYS, FIRST, RAW, RELEASE, RUN, WAREHOUSE

_DELIVERED, _REFUSED, _SNAPSHOT = 3, 10, 2.0


def figures(room: Room) -> Iterator[Measured]:
    """All days, in a process of their own; in memory where there is room, as most of a day is waiting for flushes on a disk."""
    with tempfile.TemporaryDirectory(dir=place_in_memory() or room.work) as folder:
        told = lived(Path(folder) / "history", DAYS, 1)
    yield "history_days", told["days"], None
    yield "history_worst", told["worst"] / 1000, None
    for name in ("releases", "raw", "snapshots", "refusals", "runs"):
        yield f"history_worst_{name}", told[name], None
    yield "history_quarters_without", told["quarters_without"], None
    yield "history_pinned_other", told["pinned_other"], None


def lived(home: Path, days: int, step: int) -> dict[str, float]:
    """What a history of so many days leaves behind, one look every `step` days, on a clock of its own."""
    home.mkdir(parents=True)
    clock = Clock(home, FIRST)
    done = subprocess.run(
        [sys.executable, "-m", "tests.proofs.operations_history", str(home), str(days), str(step)],
        cwd=PROJECT_ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, **clock.settings, "DWP_DATA_DIR": str(home / "data"), "DAGSTER_HOME": str(home / "data" / "dagster")},
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _live(home: Path, days: int, step: int) -> None:
    from orchestration.materialise import prepare_dagster

    settings = get_settings()
    prepare_dagster(settings)
    import dagster as dg

    from orchestration.prune import prune_all

    clock, most, worst = (
        Clock(home, FIRST),
        dict.fromkeys(("releases", "raw", "snapshots", "refusals", "runs"), 0),
        0.0,
    )
    first, digest = "", ""
    with dg.DagsterInstance.get() as instance:
        for day in range(0, days, step):
            now = FIRST + timedelta(days=day)
            clock.turn(now)
            made = _publish(settings, day // _DELIVERED)
            if not first:
                retention.pin(settings.publish_dir, made.id, "the first day", "steward")
                first, digest = made.id, sha256_of(made.path)
            if day // step % _REFUSED == 4:
                files.write_text(
                    settings.rejected_dir / "source_a" / f"{now:%Y%m%dT%H%M%S.%fZ}" / "reason.json", "{}"
                )
            run = dg.DagsterRun(
                f"daily_{day}", run_id=dg._core.utils.make_new_run_id(), status=dg.DagsterRunStatus.STARTED
            )
            instance.add_run(run)
            instance.report_run_failed(run) if day % 7 == 6 else instance.report_run_canceled(run)
            prune_all(instance, settings)
            left = _left(settings, instance.get_runs_count())
            most = {name: max(count, left[name]) for name, count in most.items()}
            worst = max(worst, _megabytes(left))
    pinned = publication.named(settings.publish_dir, first)
    quarters = {(one[:4], (int(one[4:6]) - 1) // 3) for one in publication.history(settings.publish_dir)}
    wanted = {
        (f"{at:%Y}", (at.month - 1) // 3)
        for at in (FIRST + timedelta(days=day) for day in range(0, days, step))
    }
    with publication.Reader(settings.publish_dir).connect(pinned) as con:
        opened = con.execute("select count(*) from indicator.fct_indicator").fetchone()
    is_same = (
        bool(opened)
        and sha256_of(pinned.path) == digest
        and (settings.publish_dir / raw_name(first)).exists()
    )
    print(json.dumps({
        "days": len(range(0, days, step)), "worst": worst, **most, "quarters_without": len(wanted - quarters),
        "pinned_other": int(not is_same),
    }))  # fmt: skip


def _publish(settings: Settings, delivered: int) -> publication.Publication:
    """A release of what was delivered last, signed, with what sources delivered beside it."""
    stamp = f"s{delivered}"
    folder = settings.snapshots_dir / "source_a" / stamp
    at = datetime.now(UTC)
    if not folder.exists():
        files.write_text(folder / "provenance.json", json.dumps({"retrieved_at": f"{at:%Y-%m-%dT%H:%M:%SZ}"}))
        files.point(settings.inputs_dir / "source_a", f"../../snapshots/demo/source_a/{stamp}")
    found = release(stamp)
    made = publication.publish(
        settings.publish_dir, warehouse(settings.warehouse_path, stamp), PUBLIC,
        found.__class__(**{**vars(found), "fingerprint": f"{stamp} {at:%Y%m%d}"}), CHECKS, keep=retention_of(settings),
    )  # fmt: skip
    before = sorted(settings.publish_dir.glob(raw_name("*")))
    beside = settings.publish_dir / raw_name(made.id)
    if before and before[-1].read_text(encoding="utf-8") == stamp:
        files.share(before[-1], beside)
    else:
        files.write_text(beside, stamp)
    return made


def _left(settings: Settings, runs: int) -> dict[str, int]:
    delivered = {path.stat().st_ino for path in settings.publish_dir.glob(raw_name("*"))}
    return {
        "releases": len(list(settings.publish_dir.glob("warehouse_*.duckdb"))),
        "raw": len(delivered),
        "snapshots": len(list(settings.snapshots_dir.glob("*/*"))),
        "refusals": len(list(settings.rejected_dir.glob("*/*"))),
        "runs": max(runs, len(list((settings.dagster_home / "history" / "runs").glob("*-*.db")))),
    }


def _megabytes(left: dict[str, int]) -> float:
    """What that would be of the whole country."""
    return (
        RELEASE * left["releases"]
        + RAW * left["raw"]
        + _SNAPSHOT * left["snapshots"]
        + RUN * left["runs"]
        + WAREHOUSE
    )


if __name__ == "__main__":
    _live(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
