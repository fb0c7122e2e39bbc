"""A backup of the whole installation: a folder with the files as they are, and a signed list of their sizes and hashes.

A folder and no archive, so that `dwp withdraw` finds the copies of a release in it by name. Files that are as in the backup before
share its bytes. The keys are not in it: who has both could sign figures of their own.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from datawerkplaats.base import files
from datawerkplaats.base.build_lock import only_build
from datawerkplaats.base.errors import DataProblem, disk_is_full
from datawerkplaats.base.settings import Settings
from datawerkplaats.base.signing import signer_of
from datawerkplaats.operations import inventory
from datawerkplaats.publication.store import POINTER, file_name, load, parquet_name, publisher_lock, sha256_of
from datawerkplaats.workplace import backup as store_backup
from datawerkplaats.workplace import migrate

FORMAT = 1
LIST, DATA, STORE = "backup.json", "data", "store"
_NAME = "backup_%Y%m%d_%H%M%S"
_LENGTH = len("backup_20260101_000000")


@dataclass(frozen=True)
class Listed:
    """A backup as its signed list tells it."""

    format: int
    version: str
    store_revision: str
    made_at: str
    served: str
    releases: list[str]
    # Per path in the backup: bytes and sha256.
    files: dict[str, tuple[int, str]]
    links: dict[str, str]
    folders: dict[str, int]

    @property
    def bytes(self) -> int:
        """The size of all files together."""
        return sum(size for size, _ in self.files.values())


@dataclass(frozen=True)
class Kept:
    """A backup that was made: where, its list, which releases were damaged before, and how many bytes it shares with another."""

    folder: Path
    listed: Listed
    damaged: list[str]
    shared: int


def signed_text(content: Mapping[str, Any]) -> bytes:
    """What the signature of a list is under."""
    return b"datawerkplaats backup\n" + json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def back_up(settings: Settings, target: Path) -> Kept:
    """Write the installation as it is now into a new folder.

    No build runs meanwhile and no release is cleared away; people go on writing.

    Raises:
        DataProblem: `backup_place` if the folder is there already or lies in the data folder, `build_failed` while a build is
            running, `publication_damaged` if what is served is damaged, `not_enough_space`; nothing is left then.
    """
    target = target.expanduser().resolve()
    _require_place(settings, target)
    with _made_whole(target) as made, only_build(settings.data_dir), publisher_lock(settings.publish_dir):
        earlier = _newest(target.parent)
        found = inventory.take(settings.data_dir)
        for name, rights in found.folders.items():
            (made / DATA / name).mkdir(parents=True, exist_ok=True)
            (made / DATA / name).chmod(rights)
        told: dict[str, tuple[int, str]] = {}
        shared = 0
        for name in found.files:
            path = f"{DATA}/{name}"
            told[path], is_shared = _keep(settings.data_dir / name, made / path, earlier, path)
            shared += told[path][0] if is_shared else 0
        for name, leads_to in found.links.items():
            files.point(made / DATA / name, leads_to)
        if settings.workplace_url or (settings.workplace_dir / store_backup.DATABASE).exists():
            store_backup.back_up(settings, made / STORE)
            for one in sorted(path for path in (made / STORE).rglob("*") if path.is_file()):
                told[one.relative_to(made).as_posix()] = (one.stat().st_size, sha256_of(one))
        served, releases, damaged = _releases(settings.publish_dir, told)
        listed = Listed(
            FORMAT, inventory.version(), migrate.newest(), datetime.now(UTC).isoformat(timespec="seconds"),
            served, releases, told, found.links, found.folders,
        )  # fmt: skip
        content = json.loads(json.dumps(asdict(listed)))
        signature = signer_of(settings).sign(signed_text(content))
        files.write_text(made / LIST, json.dumps({**content, "signature": signature}, indent=1))
    return Kept(target, listed, damaged, shared)


def back_up_into(
    settings: Settings, parent: Path, keep: int, now: datetime | None = None
) -> tuple[Kept, list[Path]]:
    """A backup under a name that tells its moment, and the oldest ones beyond `keep` removed; what was made and removed."""
    parent = parent.expanduser().resolve()
    kept = back_up(settings, parent / (now or datetime.now(UTC)).strftime(_NAME))
    gone = backups(parent)[:-keep]
    for folder in gone:
        # First a name that is no backup any more: one that is half removed is never taken for one.
        aside = folder.with_name(f".new_{os.getpid()}_{folder.name}")
        files.move(folder, aside)
        clear_away(aside)
    return kept, gone


def backups(parent: Path) -> list[Path]:
    """The backups that `back_up_into` made in a folder, oldest first."""
    found = [
        path for path in parent.glob("backup_*") if (path / LIST).is_file() and len(path.name) == _LENGTH
    ]
    return sorted(found)


def keep_keys(settings: Settings, target: Path) -> Path:
    """Copy the keys, and what was seen of the pointer, into a new folder that only its owner can read.

    Raises:
        DataProblem: `backup_place` if the folder is there already, or a backup lies in or around it.
    """
    target = target.expanduser().resolve()
    if target.exists() or any((folder / LIST).exists() for folder in (target, *target.parents)):
        raise _place(
            target, "a new folder, not in a backup", "whoever finds keys and backup together can sign figures"
        )
    with _made_whole(target) as made:
        for path in sorted(settings.keys_dir.rglob("*")):
            if path.is_file() and path.suffix != ".lock":
                files.copy(path, made / path.relative_to(settings.keys_dir))
    return target


@contextmanager
def _made_whole(target: Path) -> Iterator[Path]:
    """A folder beside the target, for the owner alone, that takes its place when all went well; else nothing is left of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for left in target.parent.glob(".new_*"):
        if files.is_left_behind(left):
            clear_away(left)
    made = target.with_name(f".new_{os.getpid()}_{target.name}")
    made.mkdir(mode=0o700)
    try:
        yield made
        files.move(made, target)
    except OSError as error:
        raise not_written(target, error) from error
    finally:
        clear_away(made)


def not_written(target: Path, error: OSError) -> DataProblem:
    """That the system refused to write in a place: the disk is full, or something else that it told."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_is_full(target.parent)
    found = (error.strerror or type(error).__name__).lower()
    return DataProblem(
        "backup_place", subject=target.name, expected="a place that can be written", found=found,
        remedy="look at the rights and the disk of that place, and run it again",
    )  # fmt: skip


def clear_away(folder: Path) -> None:
    """Remove a folder, also where its folders may not be written."""
    for path in [folder, *folder.rglob("*")] if folder.exists() else ():
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)


def _keep(source: Path, target: Path, earlier: Path | None, path: str) -> tuple[tuple[int, str], bool]:
    """Copy a file, or share the bytes of the backup before where it has the same; size and hash, and whether it is shared."""
    known = earlier / path if earlier else None
    if known and known.is_file() and known.stat().st_size == source.stat().st_size:
        digest = sha256_of(source)
        if sha256_of(known) == digest and known.stat().st_mode == source.stat().st_mode:
            files.share(known, target)
            return (target.stat().st_size, digest), True
    files.copy(source, target)
    return (target.stat().st_size, sha256_of(target)), False


def _newest(parent: Path) -> Path | None:
    found = backups(parent)
    return found[-1] if found else None


def _releases(publish_dir: Path, told: Mapping[str, tuple[int, str]]) -> tuple[str, list[str], list[str]]:
    """What is served, all releases, and those that are not what was published; empty where nothing is."""
    try:
        pointer = json.loads((publish_dir / POINTER).read_text(encoding="utf-8"))
        served, listed = str(pointer["publication_id"]), [str(one) for one in pointer["history"]]
    except FileNotFoundError:
        return "", [], []
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged_here(POINTER) from error
    damaged = [one for one in listed if not is_as_published(publish_dir, one, told)]
    if served in damaged:
        raise _damaged_here(file_name(served))
    return served, listed, damaged


def is_as_published(publish_dir: Path, publication_id: str, told: Mapping[str, tuple[int, str]]) -> bool:
    """Whether the hashes of a list are those of a release's own signed manifest."""
    try:
        manifest = load(publish_dir, publication_id).manifest
    except (DataProblem, OSError):
        return False
    place = f"{DATA}/{publish_dir.name}"
    entries = {f"{place}/{file_name(publication_id)}": manifest["file"]}
    for table in manifest["tables"]:
        entries[f"{place}/{parquet_name(publication_id)}/{table['parquet']['path']}"] = table["parquet"]
    for part in ("predicted", "raw"):
        if file := (manifest.get(part) or {}).get("file"):
            entries[f"{place}/{file['name']}"] = file
    return all(told.get(path) == (entry["bytes"], entry["sha256"]) for path, entry in entries.items())


def _damaged_here(name: str) -> DataProblem:
    return DataProblem(
        "publication_damaged",
        subject=name,
        expected="the bytes as they were published",
        remedy="go back with `dwp rollback` or build again with `make materialise`, then make the backup",
    )


def _require_place(settings: Settings, target: Path) -> None:
    if target.exists():
        raise _place(target, "a folder that does not exist yet", "name a new folder, or use --into")
    if target.is_relative_to(settings.data_dir):
        raise _place(target, "a folder outside the data folder", "name a folder on another disk")
    if not settings.data_dir.is_dir():
        raise _place(settings.data_dir, "an installation with data", "set DWP_DATA_DIR to its data folder")


def _place(path: Path, expected: str, remedy: str) -> DataProblem:
    return DataProblem("backup_place", subject=path.name, expected=expected, remedy=remedy)
