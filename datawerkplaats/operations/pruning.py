"""What goes after a while, so that five years of daily builds stay small: earlier snapshots, refusals, and what sources delivered
beside old releases. Releases themselves go by `publication.retention`, when the next one is published.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue.partners import Micro
from datawerkplaats.loading.ingest import load_source
from datawerkplaats.partners.leaving import Leaving, leaving
from datawerkplaats.partners.quarantine import ACCEPTED, file_in
from datawerkplaats.partners.rewriting import without
from datawerkplaats.partners.vault import private_files
from datawerkplaats.publication import history, retention
from datawerkplaats.publication.retention import moment_of
from datawerkplaats.publication.store import load, parquet_name, publisher_lock, raw_name

# What sources delivered stands beside the releases of the last week; analysts compare with the one before.
RAW = timedelta(days=7)


@dataclass(frozen=True)
class Pruned:
    """What was removed, or would be: paths from the data folder, and bytes."""

    paths: list[str]
    bytes: int


def snapshots_that_go(
    made: Mapping[str, datetime], needed: Collection[str], keep: timedelta, now: datetime
) -> list[str]:
    """Of one source the snapshots that go: neither needed nor young.

    Args:
        made: Per snapshot when it was made.
        needed: Those in use, in use before, and behind a release that is kept.
        keep: How long others stay.
        now: The moment, with time zone.
    """
    return [one for one, moment in made.items() if one not in needed and now - moment >= keep]


def raw_that_goes(
    releases: Iterable[str], pinned: Collection[str], served: str, keep: timedelta, now: datetime
) -> list[str]:
    """The releases whose file of what sources delivered goes: old, not pinned and not served. Their figures stay."""
    return [
        one
        for one in releases
        if one not in pinned
        and one != served
        and (moment := moment_of(one)) is not None
        and now - moment >= keep
    ]


def refusals_that_go(refused: Iterable[datetime], keep: timedelta, now: datetime) -> list[datetime]:
    """Of one source the refusals that go: the newest stays, whatever its age."""
    ordered = sorted(refused)
    return [one for one in ordered[:-1] if now - one >= keep]


def prune(settings: Settings, *, dry: bool = False, now: datetime | None = None) -> Pruned:
    """Remove what the rules let go, in every mode; with `dry` it is only told. Who calls this holds the build lock.

    Where pointer, pins or manifests cannot be read nothing goes that a release could need.
    """
    at, keep = now or _now(settings), timedelta(days=settings.keep_run_days)
    # What was promised of rows of persons holds by the clock alone: where nothing is published for months nothing else tells the
    # time, and what a wrong clock takes too soon can be delivered again.
    past = _past_their_time(settings, now or datetime.now(UTC), dry=dry)
    found = [*_refusals(settings, keep, at)]
    with publisher_lock(settings.publish_dir):
        try:
            releases = history(settings.publish_dir)
            pinned = set(retention.pins(settings.publish_dir))
            needed = _snapshots_of(settings, releases)
        except (DataProblem, OSError):
            releases = None
        if releases is not None:
            found += _snapshots(settings, needed, keep, at)
            found += _raw(settings, releases, pinned, RAW, at)
        size = sum(_bytes(path) for path in found)
        for path in () if dry else found:
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    return Pruned([*past, *(path.relative_to(settings.data_dir).as_posix() for path in found)], size)


def _now(settings: Settings) -> datetime:
    """The moment that clock and releases agree on."""
    now = datetime.now(UTC)
    try:
        return retention.agreed_now(history(settings.publish_dir), now)
    except DataProblem:
        return now


def _past_their_time(settings: Settings, now: datetime, *, dry: bool) -> list[str]:
    """Rows of persons that are kept for longer than their source says: the delivery that was accepted is written anew.

    The rows that counting reads are made of it by the next build, which leaves them out as well.
    """
    told = []
    for folder in sorted(settings.private_dir.parent.glob(f"*/{ACCEPTED}/*")):
        mode = settings.model_copy(update={"source": folder.parts[-3]})
        source = load_source(settings.catalogue_dir, folder.name)
        path = file_in(source, folder)
        if source.micro is None or path is None:
            continue
        left_out, micro = leaving(source, mode, now.date()), source.micro

        def goes(header: list[str], row: list[str], left: Leaving = left_out, of: Micro = micro) -> bool:
            told = dict(zip(header, row, strict=False))
            return left.leaves(told.get(of.person, ""), told.get(of.period, ""))

        with private_files():
            gone = without(
                path, goes, delimiter=source.reader.delimiter, encoding=source.reader.encoding, is_dry=dry
            )
        if gone:
            name = path.relative_to(settings.data_dir).as_posix()
            told.append(f"{name}: rows of before {left_out.first_year}, or of persons who were erased")
    return told


def _snapshots_of(settings: Settings, releases: Iterable[str]) -> set[tuple[str, str]]:
    """Source and id of every snapshot behind a release that is kept."""
    return {
        (source_id, str(snapshot_id))
        for one in releases
        for source_id, snapshot_id in load(settings.publish_dir, one).manifest["snapshot_hashes"].items()
    }


def _snapshots(
    settings: Settings, needed: set[tuple[str, str]], keep: timedelta, now: datetime
) -> Iterable[Path]:
    for folder in sorted(settings.snapshots_dir.parent.glob("*/*")):
        inputs = settings.data_dir / "inputs" / folder.parent.name
        pointer, replaced = inputs / folder.name, inputs / f".{folder.name}.replaced"
        used = {pointer.resolve().name, *({replaced.read_text().strip()} if replaced.exists() else ())}
        used |= {snapshot_id for source_id, snapshot_id in needed if source_id == folder.name}
        made = {
            path.name: moment
            for path in folder.iterdir()
            if path.is_dir() and path.name[0] != "." and (moment := _retrieved(path))
        }
        yield from (folder / one for one in snapshots_that_go(made, used, keep, now))


def _retrieved(folder: Path) -> datetime | None:
    """When a snapshot was made; nothing where that cannot be read, so that it stays."""
    try:
        told = str(json.loads((folder / "provenance.json").read_text(encoding="utf-8"))["retrieved_at"])
        return datetime.fromisoformat(told.replace("Z", "+00:00"))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _refusals(settings: Settings, keep: timedelta, now: datetime) -> Iterable[Path]:
    for folder in sorted(settings.rejected_dir.parent.glob("*/*")):
        at: dict[datetime, Path] = {}
        for path in folder.iterdir():
            try:
                at[datetime.strptime(path.name, "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=UTC)] = path
            except ValueError:
                continue
        yield from (at[one] for one in refusals_that_go(at, keep, now))


def _raw(
    settings: Settings, releases: list[str], pinned: set[str], keep: timedelta, now: datetime
) -> Iterable[Path]:
    for one in raw_that_goes(releases, pinned, releases[-1] if releases else "", keep, now):
        for path in (settings.publish_dir / raw_name(one), settings.publish_dir / parquet_name(one) / "raw"):
            if path.exists():
                yield path


def _bytes(path: Path) -> int:
    """What removing gives back: bytes with another name stay."""
    every = path.rglob("*") if path.is_dir() else (path,)
    return sum(stat.st_size for one in every if not one.is_dir() and (stat := one.lstat()).st_nlink == 1)
