"""What an installation consists of: which files of the data folder a backup holds, with their sizes and hashes.

Everything is kept that is not known to be made again, so that a new kind of state is never left out unseen.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from datawerkplaats.base.files import is_left_behind
from datawerkplaats.base.settings import PROJECT_ROOT

# What a build, a start or `dwp site build` makes again, by its name in the data folder.
REMADE = frozenset((
    "warehouse.duckdb", "warehouse.duckdb.wal", "dbt", "gx", "dagster", "catalogue", "demo", "care", "site", "sign_in", "stations",
    "operations",
))  # fmt: skip
# The store of what people write is kept in its own way, consistent while they write.
STORE = "workplace"
# Unfinished work, whoever left it, and locks, which live with their process.
_UNFINISHED = (".tmp_", ".building-", ".partial-", ".new_", ".backup_")
_STAGED = "panel"  # rows of persons that training stages from its delivery, below models/<mode>


@dataclass(frozen=True)
class Found:
    """What there is below a folder, by path from it: files, links with what they lead to, and folders with their rights."""

    files: list[str]
    links: dict[str, str]
    folders: dict[str, int]


@cache
def version() -> str:
    """The version of this software, as its project file says."""
    return str(tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"])


def take(folder: Path) -> Found:
    """Everything of a data folder that a backup holds, but for the store."""
    found = Found([], {}, {})
    for path in _walk(folder, folder):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found.links[name] = str(path.readlink())
        elif path.is_dir():
            found.folders[name] = path.stat().st_mode & 0o777
        elif path.is_file():
            found.files.append(name)
    return found


def is_living(folder: Path) -> bool:
    """Whether something stands in a data folder that a restore could spoil; locks and unfinished work are nothing."""
    return folder.exists() and any(not _is_passing(path) for path in folder.iterdir())


def _walk(folder: Path, top: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if _is_passing(path) or (folder == top and path.name in REMADE | {STORE}):
            continue
        if path.name == _STAGED and path.relative_to(top).parts[0] == "models":
            continue
        yield path
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path, top)


def _is_passing(path: Path) -> bool:
    return (
        path.name.startswith(_UNFINISHED)
        or path.name.endswith((".lock", ".lock.json"))
        or (path.name.startswith(".") and path.with_suffix(".lock").exists())
        or is_left_behind(path)
    )
