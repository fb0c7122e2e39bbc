"""What goes after a while: five made-up years of daily builds stay small, and what is needed or pinned never goes."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Self
from unittest.mock import Mock

import dagster as dg
import pytest
from hypothesis import example, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from typer.testing import CliRunner

from datawerkplaats import publication
from datawerkplaats.base import files
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.cli.main import app
from datawerkplaats.operations import pruning
from datawerkplaats.operations.pruning import RAW as RAW_KEPT
from datawerkplaats.operations.pruning import prune, raw_that_goes, refusals_that_go, snapshots_that_go
from datawerkplaats.publication import Retention, retention
from datawerkplaats.publication.raw import raw_path
from datawerkplaats.publication.retention import lasting
from orchestration.prune import prune_all, prune_runs
from tests.publication_example import CHECKS, PUBLIC, release, warehouse

DAYS, MOST_MB = 1_826, 5_000
KEEP = timedelta(days=30)
# In MB, of the whole country (all its snapshots together are 20): a release, what sources delivered beside it, the warehouse;
# and a whole build in Dagster's lists.
RELEASE, RAW, WAREHOUSE, RUN = 64.0, 55.0, 385.0, 13.5
FIRST = datetime(2026, 1, 1, 5, tzinfo=UTC)


@examples(max_examples=3)
@given(
    publishes=st.sampled_from([1, 2, 7]),  # a release every so many days
    changes=st.integers(3, 40),  # something new from a source every so many days
    snapshot_mb=st.floats(0.1, 2),
    pinned_day=st.integers(0, DAYS // 2),
)
@example(publishes=1, changes=3, snapshot_mb=2.0, pinned_day=900)  # the most that can be
def test_five_years_of_daily_builds__stay_below_five_gigabytes_and_what_is_pinned_stays(
    publishes: int, changes: int, snapshot_mb: float, pinned_day: int
) -> None:
    history: list[str] = []
    raw: dict[str, int] = {}
    snapshots: dict[str, datetime] = {}
    behind: dict[str, str] = {}
    pinned: set[str] = set()
    runs: list[datetime] = []
    worst = 0.0
    for day in range(DAYS):
        now = FIRST + timedelta(days=day)
        snapshots.setdefault(str(day // changes), now)
        runs = [one for one in [*runs, now] if now - one < KEEP]
        if day % publishes == 0 or day == pinned_day:
            made = f"{now:%Y%m%d_%H%M%S}_000"
            history.append(made)
            raw[made], behind[made] = day // changes, str(day // changes)
            pinned |= {made} if day in (0, pinned_day) else set()
            history = lasting(history, pinned, Retention(), now)
            raw = {one: content for one, content in raw.items() if one in history}
        for one in raw_that_goes(list(raw), pinned, history[-1], RAW_KEPT, now):
            del raw[one]
        needed = {behind[one] for one in history}
        for one in snapshots_that_go(snapshots, needed, KEEP, now):
            del snapshots[one]
        assert needed <= snapshots.keys() and pinned <= set(history) and pinned <= raw.keys()
        used = RELEASE * len(history) + RAW * len(set(raw.values())) + snapshot_mb * len(snapshots)
        worst = max(worst, used + WAREHOUSE + RUN * len(runs))
    assert worst < MOST_MB
    assert history[0] == f"{FIRST:%Y%m%d_%H%M%S}_000"
    # One of every quarter of the first four years is there.
    quarters = {(one[:4], (int(one[4:6]) - 1) // 3) for one in history}
    assert {(str(year), quarter) for year in range(2026, 2030) for quarter in range(4)} <= quarters


def test_refusals__the_newest_stays_whatever_its_age() -> None:
    old, older = FIRST - timedelta(days=31), FIRST - timedelta(days=60)
    assert refusals_that_go([old, older], KEEP, FIRST) == [older]
    assert refusals_that_go([FIRST, old, older], KEEP, FIRST) == [older, old]


def snapshot(settings: Settings, name: str, days: float) -> Path:
    folder = settings.snapshots_dir / "source_a" / name
    at = datetime.now(UTC) - timedelta(days=days)
    files.write_text(folder / "provenance.json", json.dumps({"retrieved_at": f"{at:%Y-%m-%dT%H:%M:%SZ}"}))
    return folder


@pytest.fixture
def lived(settings: Settings) -> Settings:
    """A release made of snapshot s1, a newer snapshot in use, one that was in use before, two that nobody needs, refusals."""
    source = warehouse(settings.warehouse_path, "s1")
    publication.publish(settings.publish_dir, source, PUBLIC, release("s1"), CHECKS)
    for name, days in (("s1", 90), ("s2", 80), ("before", 70), ("now", 60), ("young", 5)):
        snapshot(settings, name, days)
    files.point(settings.inputs_dir / "source_a", "../../snapshots/demo/source_a/now")
    files.write_text(settings.inputs_dir / ".source_a.replaced", "before")
    for days in (40, 35, 1):
        at = datetime.now(UTC) - timedelta(days=days)
        files.write_text(settings.rejected_dir / "source_a" / f"{at:%Y%m%dT%H%M%S.%fZ}" / "reason.json", "{}")
    return settings


def test_prune__leaves_what_is_in_use_was_in_use_or_stands_behind_a_release(lived: Settings) -> None:
    told = CliRunner().invoke(app, ["prune", "--dry-run"]).output
    assert "3 would go" in told and "snapshots/demo/source_a/s2" in told
    assert (lived.snapshots_dir / "source_a" / "s2").exists()
    assert len(prune(lived).paths) == 3
    left = sorted(path.name for path in (lived.snapshots_dir / "source_a").iterdir())
    assert left == ["before", "now", "s1", "young"]
    assert len(list((lived.rejected_dir / "source_a").iterdir())) == 1
    assert prune(lived).paths == []


def test_prune__where_the_pins_are_not_ours_nothing_goes_that_a_release_could_need(lived: Settings) -> None:
    (lived.publish_dir / "pins.json").write_text(json.dumps({"pins": {}}))
    assert all(path.startswith("rejected/") for path in prune(lived).paths)
    assert (lived.snapshots_dir / "source_a" / "s2").exists()


def test_raw__of_an_old_release_goes_and_its_figures_stay(lived: Settings) -> None:
    first = publication.current(lived.publish_dir)
    source = warehouse(lived.warehouse_path, "s2")
    second = publication.publish(lived.publish_dir, source, PUBLIC, release("s2"), CHECKS)
    for one in (first, second):
        files.write_text(lived.publish_dir / f"raw_{one.id}.duckdb", "delivered")
    later = datetime.now(UTC) + timedelta(days=40)
    retention.pin(lived.publish_dir, first.id, "council", "steward")
    assert not [path for path in prune(lived, dry=True, now=later).paths if "raw_" in path]
    retention.unpin(lived.publish_dir, first.id)
    gone = prune(lived, now=later).paths
    assert [path for path in gone if "raw_" in path] == [f"publish/raw_{first.id}.duckdb"]
    with publication.Reader(lived.publish_dir).connect(first) as con:
        assert con.execute("select count(*) from indicator.fct_indicator").fetchone()
    with pytest.raises(DataProblem, match="newer release"):
        raw_path(first)


class AYearAhead(datetime):
    """A clock that is wrong."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        """Of a year later."""
        told = datetime.now(tz) + timedelta(days=366)
        return cls.fromtimestamp(told.timestamp(), tz)


def test_prune__a_clock_that_is_a_year_ahead_removes_nothing_that_stays_by_the_right_one(
    lived: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = warehouse(lived.warehouse_path, "s2")
    publication.publish(lived.publish_dir, source, PUBLIC, release("s2"), CHECKS)
    right = prune(lived, dry=True)
    monkeypatch.setattr(pruning, "datetime", AYearAhead)
    assert prune(lived, dry=True) == right


def test_withdraw__takes_no_bytes_of_another_release_that_delivered_the_same(lived: Settings) -> None:
    first = publication.current(lived.publish_dir)
    second = publication.publish(
        lived.publish_dir, warehouse(lived.warehouse_path, "s2"), PUBLIC, release("s2"), CHECKS
    )
    paths = [lived.publish_dir / f"raw_{one.id}.duckdb" for one in (first, second)]
    files.write_text(paths[0], "delivered")
    files.share(paths[0], paths[1])
    publication.withdraw(lived.publish_dir, second.id, "it leaks", "steward")
    assert not paths[1].exists() and paths[0].read_text() == "delivered"
    with paths[0].open() as still_open:
        publication.withdraw(lived.publish_dir, first.id, "it leaks", "steward")
        assert os.fstat(still_open.fileno()).st_size == 0


def test_runs__that_are_old_go_with_their_file_but_for_what_last_made_an_asset(
    lived: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(lived.dagster_home))
    files.write_text(
        lived.dagster_home / "dagster.yaml",
        "run_storage: {module: orchestration.dagster_storage, class: Runs}\n"
        "event_log_storage: {module: orchestration.dagster_storage, class: EventLog}\n"
        "telemetry: {enabled: false}\n",
    )

    @dg.asset
    def once() -> None:
        pass

    @dg.asset
    def daily() -> None:
        pass

    with dg.DagsterInstance.get() as instance:
        ids = [dg.materialize(assets, instance=instance).run_id for assets in ([once], [daily], [daily])]
        later = datetime.now(UTC) + timedelta(days=31)
        assert prune_runs(instance, lived) == []
        assert prune_runs(instance, lived, later) == [ids[1]]
        assert [run.run_id for run in instance.get_runs()] == [ids[2], ids[0]]
        runs = lived.dagster_home / "history" / "runs"
        assert not list(runs.glob(f"{ids[1]}*")) and list(runs.glob(f"{ids[0]}*"))
        assert all(record.asset_entry.last_materialization for record in instance.get_asset_records())
        prune_all(instance, lived)
        assert "0 old runs and 3 other things" in capsys.readouterr().out
        monkeypatch.setattr("orchestration.prune.prune", lambda _: 1 / 0)
        prune_all(instance, lived)
        assert "ZeroDivisionError" in capsys.readouterr().out
        # The build has succeeded by then: to be stopped is no reason to call it stopped.
        for asked in (KeyboardInterrupt, dg.DagsterExecutionInterruptedError):
            monkeypatch.setattr("orchestration.prune.prune", Mock(side_effect=asked))
            prune_all(instance, lived)
            assert "the next build clears away the rest" in capsys.readouterr().out
