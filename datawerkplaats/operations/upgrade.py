"""Bringing an installation that an earlier version made up to this one, at rest and with a backup: nothing that it holds goes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from datawerkplaats.base.build_lock import SERVICE, is_held, only_build
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.operations import inventory
from datawerkplaats.operations.backup import Kept, back_up
from datawerkplaats.operations.consistent import require_consistent
from datawerkplaats.operations.units import parts
from datawerkplaats.publication import current, history
from datawerkplaats.publication.adopt import adopt_unsigned
from datawerkplaats.publication.store import POINTER, load, publisher_lock
from datawerkplaats.publication.verify import is_intact
from datawerkplaats.workplace import backup as store_backup
from datawerkplaats.workplace import migrate
from datawerkplaats.workplace.store import address_of, engine_of, open_store


@dataclass(frozen=True)
class Upgraded:
    """What was done.

    Attributes:
        kept: The backup that was made first; None where none was asked for.
        signed: Releases from before there were signatures, signed now.
        damaged: Releases that are not what was published; they were so before.
        revision: Of the store's tables, before and now; nothing for a store that was not there.
        events: In the log of what people write, which is whole.
        runs: In Dagster's lists.
        releases: That the pointer names now, oldest first.
        served: The one of them that is served; nothing where nothing was published.
    """

    kept: Kept | None
    signed: list[str]
    damaged: list[str]
    revision: tuple[str, str]
    events: int
    runs: int
    releases: list[str]
    served: str


def upgrade(settings: Settings, keep_in: Path | None, lists: Callable[[], int]) -> Upgraded:
    """Sign releases from before there were signatures, make a backup, and bring the store and Dagster's lists up to date.

    Each step can be done again: what was cut off goes on when it is asked for again.

    Args:
        settings: The installation.
        keep_in: A new folder for the backup; None for none.
        lists: Brings Dagster's lists up to date and tells how many runs are in them.

    Raises:
        DataProblem: `upgrade_refused` where there is no installation, something of it runs, or a newer version made it;
            `settings_contradict`; of the releases or the backup: nothing but signatures was written then.
    """
    require_consistent(settings)
    _require_installation(settings.data_dir)
    _require_at_rest(settings)
    with only_build(settings.data_dir):
        before = _revision(settings)
        if before and before not in migrate.known():
            raise _refused(
                settings.data_dir, f"a store of revision {before}", f"one up to {migrate.newest()}",
                "install the version of this software that made it, or a later one",
            )  # fmt: skip
        unsigned = _named(settings.publish_dir)
        with publisher_lock(settings.publish_dir):
            was_signed = bool(unsigned) and _is_signed(settings.publish_dir)
            adopt_unsigned(settings.publish_dir)
        releases = history(settings.publish_dir) if unsigned else []
        damaged = [one for one in unsigned if not _is_whole(settings.publish_dir, one)]
        kept = back_up(settings, keep_in) if keep_in is not None else None
        store = open_store(settings)
        events = store.verify_log()
        store.engine.dispose()
        runs = lists()
        served = current(settings.publish_dir).id if releases else ""
    signed = [] if was_signed else releases
    return Upgraded(kept, signed, damaged, (before, migrate.newest()), events, runs, releases, served)


def _require_installation(here: Path) -> None:
    if not inventory.is_living(here):
        raise _refused(
            here, "none", "a data folder in which an earlier version worked",
            "set DWP_DATA_DIR to it; a new installation begins with `make materialise`",
        )  # fmt: skip


def _require_at_rest(settings: Settings) -> None:
    """Nothing, if no part of the service runs: a program of before would go on writing as it did."""
    locks = {part.lock: name for name, part in parts(settings).items()} | {SERVICE: "dagster-daemon"}
    running = sorted(name for lock, name in locks.items() if is_held(settings.data_dir, lock))
    if running:
        raise _refused(
            settings.data_dir, f"at work: {', '.join(running)}", "an installation at rest",
            "stop it first (`systemctl stop datawerkplaats.target`, or end `make run`)",
        )  # fmt: skip


def _revision(settings: Settings) -> str:
    """The revision of the store's tables; nothing where there is no store."""
    if settings.workplace_url is None and not (settings.workplace_dir / store_backup.DATABASE).exists():
        return ""
    engine = engine_of(address_of(settings))
    try:
        with engine.connect() as connection:
            return migrate.current(connection)
    except (SQLAlchemyError, sa.exc.ArgumentError) as error:
        raise DataProblem(
            "store_unavailable", subject="workplace", expected="a database that answers",
            found=type(error).__name__, remedy="start it, then run this again; nothing was changed",
        ) from error  # fmt: skip
    finally:
        engine.dispose()


def _named(publish_dir: Path) -> list[str]:
    """The releases that a pointer names, whoever wrote it; none where nothing was published or it cannot be read."""
    try:
        return [str(one) for one in json.loads((publish_dir / POINTER).read_text("utf-8"))["history"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _is_signed(publish_dir: Path) -> bool:
    return "signature" in json.loads((publish_dir / POINTER).read_text("utf-8"))


def _is_whole(publish_dir: Path, publication_id: str) -> bool:
    try:
        return is_intact(load(publish_dir, publication_id))
    except (DataProblem, OSError):
        return False


def _refused(here: Path, found: str, expected: str, remedy: str) -> DataProblem:
    return DataProblem("upgrade_refused", subject=here.name, expected=expected, found=found, remedy=remedy)
