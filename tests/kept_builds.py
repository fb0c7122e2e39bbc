"""Builds that tests look at, made once for all tests, workers and runs, until what they are made of changes."""

from __future__ import annotations

import hashlib
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from filelock import FileLock, Timeout

from apps.dashboard.components.geometry import GEO_DIR
from datawerkplaats.base import files
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.publication import seal
from orchestration import fingerprint
from tests.in_memory import place_in_memory

HOME = PROJECT_ROOT / ".pytest_cache" / "builds"
# Of every name the newest few stay: two branches in turn do not build anew.
KEPT = 2
_DONE = "done"


def build_key(settings: Settings, *more: str) -> str:
    """What decides a build: code, catalogue, mode, region, the fictional province and what the caller adds."""
    parts = (fingerprint.take(settings, {}).value, generator_key(), *more)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def generator_key() -> str:
    """What decides the fictional province."""
    return code_key(PROJECT_ROOT / "demo")


def code_key(folder: Path) -> str:
    """A hash of the names and contents of all files in a folder of code; what the pages draw there for browsers is none of it."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.*")):
        if path.suffix != ".pyc" and path.parent != GEO_DIR and path.is_file():
            digest.update(f"{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def files_key(folder: Path) -> str:
    """A hash of the names, sizes and times of all files in a folder that is too large to be read."""
    found = ((path, path.stat()) for path in sorted(folder.rglob("*")) if path.is_file())
    told = "".join(f"{path}|{stat.st_size}|{stat.st_mtime_ns}\n" for path, stat in found)
    return hashlib.sha256(told.encode()).hexdigest()


def kept_build(name: str, key: str, build: Callable[[Path], None], home: Path = HOME) -> Path:
    """The folder that `build` filled for this key; of several processes one fills it and the others wait.

    A build that fails or is killed leaves nothing that counts: the next one begins in an empty folder.
    """
    home.mkdir(parents=True, exist_ok=True)
    folder = home / f"{name}_{key}"
    with FileLock(home / f"{name}.lock"):
        if not (folder / _DONE).exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            build(folder)
        (folder / _DONE).touch()  # also the time of its last use
        _clear(home.glob(f"{name}_*"))
    return folder


def _clear(folders: Iterable[Path]) -> None:
    def used(folder: Path) -> float:
        done = folder / _DONE
        return done.stat().st_mtime if done.exists() else 0.0

    for folder in sorted(folders, key=used, reverse=True)[KEPT:]:
        shutil.rmtree(folder, ignore_errors=True)


def copy_of(folder: Path, to: Path) -> Path:
    """A copy that a test may spoil: blocks are shared where the file system can do that, so that it costs next to nothing."""
    if os.uname().sysname == "Linux":
        subprocess.run(["cp", "-a", "--reflink=auto", f"{folder}/.", str(to)], check=True)
        return to
    return Path(shutil.copytree(folder, to, symlinks=True))


def _out_of_the_way(folder: Path) -> None:
    """Nothing stands there any more, also where a process that an earlier test killed is still writing its last file."""
    if folder.exists():
        aside = Path(tempfile.mkdtemp(prefix="left_", dir=folder.parent))
        folder.rename(aside / folder.name)
        shutil.rmtree(aside, ignore_errors=True)


def _home_of_places() -> Path:
    checkout = hashlib.sha256(str(PROJECT_ROOT).encode()).hexdigest()[:8]
    memory = place_in_memory()
    return memory / f"checkout_{checkout}" if memory else HOME


@cache
def own_place(home: Path | None = None) -> Path:
    """A data folder that no other process has until this one ends: the first that is free, so mostly the same one in every run.

    dbt, and what a warehouse was made of, name the folder: a copy at another place is read and made again as a whole.
    """
    places = (home or _home_of_places()) / "places"
    places.mkdir(parents=True, exist_ok=True)
    for number in itertools.count(1):
        lock = FileLock(places / f"{number}.lock")
        try:
            lock.acquire(blocking=False)
        except Timeout:
            continue
        _held.append(lock)
        return places / str(number) / "data"
    raise AssertionError


_held: list[FileLock] = []  # a lock that nobody knows any more is given up


def parsed_by_dbt(*targets: str) -> tuple[str, ...]:
    """The files in dbt's target folders with what it read of its projects; they hold for one place, since they name it."""
    names = ("manifest.json", "manifest.key", "partial_parse.msgpack")
    return tuple(f"{target}/{name}" for target in targets for name in names)


# What dbt has read of the warehouse's project, and of the panel's in either mode.
PARSED = parsed_by_dbt("dbt/target", *(f"models/{mode}/panel/dbt/target" for mode in ("demo", "files")))


def _read(folder: Path, kept: Iterable[str]) -> dict[str, bytes]:
    """What stands in these files of dbt's; of a target folder in which it was killed while it wrote them, or never was, nothing."""
    found: dict[str, bytes] = {}
    for target, names in itertools.groupby(sorted(kept), key=lambda name: Path(name).parent):
        if (folder / target).is_dir():
            with files.locked(folder / target / "manifest.lock"):  # builds that are warming up may be at it
                if (folder / target / "manifest.key").exists():
                    found |= {one: (folder / one).read_bytes() for one in names if (folder / one).exists()}
    return found


def emptied(folder: Path, kept: Iterable[str], filled_from: Path | None = None) -> Path:
    """The folder without what an earlier test left in it but for these files, after the copy of another folder if one is given."""
    contents = _read(folder, kept)
    folder.parent.mkdir(parents=True, exist_ok=True)
    _out_of_the_way(folder)
    # Another folder at the same place: what an earlier test published there would make this one look like a replay.
    seal.seen_at(folder / "publish").unlink(missing_ok=True)
    if filled_from:
        folder.mkdir(exist_ok=True)  # builds that are warming up put their own things there
        copy_of(filled_from, folder)
    for name, content in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder
