"""Putting a backup of an installation back on an empty machine: everything is verified before anything has its place."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

from datawerkplaats.base import files
from datawerkplaats.base.build_lock import BUILD, SERVICE, is_held
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.base.signing import signer_of
from datawerkplaats.operations import inventory
from datawerkplaats.operations.backup import (
    DATA,
    FORMAT,
    LIST,
    STORE,
    Listed,
    clear_away,
    is_as_published,
    not_written,
    signed_text,
)
from datawerkplaats.publication import seal
from datawerkplaats.publication.store import POINTER, load, names_of, publisher_lock, sha256_of, write_pointer
from datawerkplaats.publication.tombstones import tombstone_name, tombstone_of
from datawerkplaats.workplace import backup as store_backup
from datawerkplaats.workplace import migrate


@dataclass(frozen=True)
class Restored:
    """What was put back: files and bytes, releases, events of the log, seconds, and releases that were withdrawn meanwhile."""

    files: int
    bytes: int
    releases: list[str]
    served: str
    events: int
    seconds: float
    withdrawn: list[str]


def read_list(settings: Settings, folder: Path) -> Listed:
    """The list of a backup.

    Raises:
        DataProblem: `backup_damaged` if there is none, it cannot be read or is not signed by this installation,
            `backup_newer` if a newer version wrote it.
    """
    try:
        content = dict(json.loads((folder / LIST).read_text(encoding="utf-8")))
        signature = str(content.pop("signature"))
        version, format_of = str(content["version"]), int(content["format"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise damaged(LIST, "the list that `dwp backup` wrote", type(error).__name__) from error
    # Before the signature: a list of a later version may well be signed in another way.
    if format_of > FORMAT or _parts(version) > _parts(inventory.version()):
        raise newer(f"version {version}", f"a backup of version {inventory.version()} or earlier")
    if not signer_of(settings).is_signed(signed_text(content), signature):
        raise damaged(
            LIST, "a list signed with the key in the folder of DWP_KEYS_DIR", "another signature or list"
        )
    revision = str(content["store_revision"])
    if revision not in migrate.known():
        raise newer(f"a store of revision {revision}", f"one up to {migrate.newest()}")
    content["files"] = {path: (int(size), str(digest)) for path, (size, digest) in content["files"].items()}
    return Listed(**content)


def is_of_store_only(folder: Path) -> bool:
    """Whether a folder is what an earlier `dwp backup` made: what people wrote, and nothing else."""
    return not (folder / LIST).exists() and any(
        (folder / name).is_file() for name in (store_backup.DATABASE, store_backup.DUMP)
    )


def restore(settings: Settings, folder: Path) -> Restored:
    """Put a backup in the place of a data folder that does not exist or is empty.

    The keys have to be there first. Where a newer pointer was seen on this machine than the backup has, a pointer of its own is
    signed. A release whose signed tombstone was laid in the backup is left out.

    Raises:
        DataProblem: `backup_place` over a living installation, `backup_damaged`, `backup_newer`, or of the store; nothing is
            changed then.
    """
    started = time.monotonic()
    folder = folder.expanduser().resolve()
    _require_empty(settings)
    listed = read_list(settings, folder)
    _require_whole(folder, listed)
    here = settings.data_dir
    here.parent.mkdir(parents=True, exist_ok=True)
    for left in here.parent.glob(f".new_*_{here.name}"):
        if files.is_left_behind(left):
            clear_away(left)
    made = here.with_name(f".new_{os.getpid()}_{here.name}")
    made.mkdir(mode=0o700)
    try:
        gone = _withdrawn(settings, folder, listed)
        _copy(folder, made, listed, gone)
        publish = made / settings.publish_dir.relative_to(here)
        kept = [one for one in listed.releases if one not in gone]
        if listed.served in kept and not is_as_published(publish, listed.served, listed.files):
            raise damaged(listed.served, "the release as its signed manifest tells it", "another")
        events = _put_store(settings, folder, made, listed)
        _require_empty(settings)
        _clear_locks(here)
        files.move(made, here)
    except OSError as error:
        raise not_written(here, error) from error
    finally:
        clear_away(made)
    served = _served(settings, listed, kept)
    return Restored(len(listed.files), listed.bytes, kept, served, events, time.monotonic() - started, gone)


def _require_empty(settings: Settings) -> None:
    here = settings.data_dir
    told = "a data folder that does not exist yet, or is empty"
    if inventory.is_living(here):
        names = sorted(path.name for path in here.iterdir() if not path.name.startswith("."))
        raise DataProblem(
            "backup_place",
            subject=here.name,
            expected=told,
            found=f"an installation with {', '.join(names[:4])}",
            remedy="move that installation away first: a restore never writes over one",
        )
    if here.exists() and (is_held(here, BUILD) or is_held(here, SERVICE)):
        raise DataProblem(
            "backup_place", subject=here.name, expected=told, remedy="stop the service and the build first"
        )
    if here.is_mount():
        raise DataProblem(
            "backup_place",
            subject=here.name,
            expected="a folder that can be given its place as a whole",
            found="the root of a disk",
            remedy="set DWP_DATA_DIR to a folder on that disk",
        )


def _require_whole(folder: Path, listed: Listed) -> None:
    """Nothing, if all files are there with their sizes; their hashes are compared when they are copied."""
    excused = {name for one in listed.releases for name in names_of(one)}
    for path, (size, _) in listed.files.items():
        file = folder / path
        if not file.is_file() or file.is_symlink():
            if set(Path(path).parts) & excused:
                continue  # its release may have been withdrawn: `_copy` asks for the tombstone
            raise damaged(path, f"a file of {size} bytes", "none")
        if file.stat().st_size != size:
            raise damaged(path, f"{size} bytes", f"{file.stat().st_size} bytes")


def _withdrawn(settings: Settings, folder: Path, listed: Listed) -> list[str]:
    """The releases of a backup of which a signed tombstone lies in it."""
    place = folder / DATA / settings.publish_dir.relative_to(settings.data_dir)
    return [one for one in listed.releases if tombstone_of(place, one)]


def _copy(folder: Path, made: Path, listed: Listed, gone: list[str]) -> None:
    """Copy everything but what was withdrawn, each file compared with the list as it then lies there."""
    left_out = {name for one in gone for name in names_of(one)}

    def stays(name: str) -> bool:
        return not set(Path(name).parts) & left_out

    for name in filter(stays, listed.folders):
        (made / name).mkdir(parents=True, exist_ok=True)
    for path in filter(stays, listed.files):
        if path.startswith(f"{DATA}/"):
            _copy_file(folder / path, made / path.removeprefix(f"{DATA}/"), path, listed.files[path])
    for one in gone:
        name = f"publish/{tombstone_name(one)}"
        files.copy(folder / DATA / name, made / name)
    for name, leads_to in listed.links.items():
        files.point(made / name, leads_to)
    for name, rights in listed.folders.items():
        if stays(name):
            (made / name).chmod(rights)


def _copy_file(source: Path, target: Path, path: str, told: tuple[int, str]) -> None:
    if not source.is_file():
        raise damaged(path, f"a file of {told[0]} bytes, or the tombstone of its release beside it", "none")
    files.copy(source, target)
    if (target.stat().st_size, sha256_of(target)) != told:
        raise damaged(path, "the bytes as they were kept", "others")


def _put_store(settings: Settings, folder: Path, made: Path, listed: Listed) -> int:
    """Put the store back; the number of events of its log."""
    stored = {path: told for path, told in listed.files.items() if path.startswith(f"{STORE}/")}
    for path, told in stored.items():
        if (told[0], sha256_of(folder / path)) != told:
            raise damaged(path, "the bytes as they were kept", "others")
    return (
        store_backup.restore(settings.model_copy(update={"data_dir": made}), folder / STORE) if stored else 0
    )


def _clear_locks(here: Path) -> None:
    for path in here.iterdir() if here.exists() else ():
        clear_away(path) if path.is_dir() else path.unlink()


def _served(settings: Settings, listed: Listed, kept: list[str]) -> str:
    """What is served afterwards; a pointer of its own is signed where the one of the backup would not be believed here."""
    publish = settings.publish_dir
    if not kept:
        (publish / POINTER).unlink(missing_ok=True)
        return ""
    with publisher_lock(publish):
        counter = int(json.loads((publish / POINTER).read_text(encoding="utf-8"))["counter"])
        served = listed.served if listed.served in kept else kept[-1]
        if kept != listed.releases or counter < seal.highest(publish):
            write_pointer(publish, load(publish, served), kept)
    return served


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdecimal() else 0 for part in version.split("."))


def damaged(subject: str, expected: str, found: str) -> DataProblem:
    """That a backup is not what was kept."""
    return DataProblem(
        "backup_damaged",
        subject=subject,
        expected=expected,
        found=found,
        remedy="take another backup, or copy this one again from where it was kept",
    )


def newer(found: str, expected: str) -> DataProblem:
    """That a backup is of a newer version."""
    return DataProblem(
        "backup_newer",
        subject=LIST,
        expected=expected,
        found=found,
        remedy="install that version of this software first",
    )
