"""The folder with publications: names of files, the pointer, manifests, the lock and what is cleared away."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.files import is_left_behind, locked, write_text

POINTER = "current.json"

# Where a publication is put together.
TEMPORARY = ".tmp_"


@dataclass(frozen=True)
class Publication:
    """One published state: an immutable DuckDB file, its Parquet folder and its manifest."""

    id: str
    path: Path
    parquet_dir: Path
    manifest_path: Path
    manifest: dict[str, Any] = field(repr=False, compare=False)

    @property
    def mode(self) -> str:
        """How the data came in: demo, files or live."""
        return str(self.manifest["mode"])

    @property
    def region(self) -> str:
        """The region that the pages open with."""
        return str(self.manifest["region"])

    @property
    def title(self) -> str:
        """The name that pages show."""
        return str(self.manifest["title"])

    @property
    def published_at(self) -> datetime:
        """The moment of publishing, with time zone."""
        return datetime.fromisoformat(self.manifest["published_at"])

    @property
    def fingerprint(self) -> str:
        """The hash of everything the publication was made from."""
        return str(self.manifest.get("fingerprint", ""))


@dataclass(frozen=True)
class Pointer:
    """What `current.json` says: which publication is served and which ones exist, oldest first."""

    publication_id: str
    history: list[str]


def file_name(publication_id: str) -> str:
    """The name of the DuckDB file of a publication."""
    return f"warehouse_{publication_id}.duckdb"


def manifest_name(publication_id: str) -> str:
    """The name of the manifest of a publication."""
    return f"manifest_{publication_id}.json"


def parquet_name(publication_id: str) -> str:
    """The name of the Parquet folder of a publication."""
    return f"parquet_{publication_id}"


def sha256_of(path: Path) -> str:
    """The sha256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_json(path: Path, content: object) -> None:
    """Replace a JSON file in one step: readers see the old or the new text, never half of one."""
    write_text(path, json.dumps(content, ensure_ascii=False, indent=2, default=str))


def read_pointer(publish_dir: Path) -> Pointer | None:
    """The pointer, or None where nothing has been published.

    One that is not what publishing writes is worked out from the manifests beside it: only what has passed every gate has one.
    """
    try:
        return _read_pointer(publish_dir)
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        found = whole_publications(publish_dir)
        return Pointer(found[-1], found) if found else None


def _read_pointer(publish_dir: Path) -> Pointer:
    content = json.loads((publish_dir / POINTER).read_text(encoding="utf-8"))
    pointer = Pointer(str(content["publication_id"]), [str(item) for item in content["history"]])
    pointer.history.index(pointer.publication_id)
    return pointer


def whole_publications(publish_dir: Path) -> list[str]:
    """The ids of the publications whose manifest can be read and whose file is there, oldest first."""
    whole = []
    prefix, suffix = manifest_name("\0").split("\0")
    for path in sorted(publish_dir.glob(manifest_name("*"))):
        try:
            whole.append(load(publish_dir, path.name.removeprefix(prefix).removesuffix(suffix)).id)
        except (DataProblem, OSError):
            continue
    return whole


def repair_pointer(publish_dir: Path) -> str:
    """Write a pointer that cannot be read again; the id that it names then, empty if nothing was wrong."""
    try:
        _read_pointer(publish_dir)
    except FileNotFoundError:
        pass
    except (ValueError, KeyError, TypeError):
        with publisher_lock(publish_dir):
            pointer = read_pointer(publish_dir)
            if pointer:
                write_pointer(publish_dir, load(publish_dir, pointer.publication_id), pointer.history)
                return pointer.publication_id
            (publish_dir / POINTER).unlink()
    return ""


def write_pointer(publish_dir: Path, publication: Publication, history: list[str]) -> None:
    """Flip the pointer to a publication: the one moment at which something new is served."""
    write_json(
        publish_dir / POINTER,
        {
            "publication_id": publication.id,
            "file": publication.path.name,
            "manifest": publication.manifest_path.name,
            "published_at": publication.published_at.isoformat(),
            "mode": publication.mode,
            "region": publication.region,
            "title": publication.title,
            "history": history,
        },
    )


def load(publish_dir: Path, publication_id: str) -> Publication:
    """One publication by its id.

    Raises:
        FileNotFoundError: If it has been cleared away.
        DataProblem: `publication_damaged` if its manifest cannot be read.
    """
    manifest_path = publish_dir / manifest_name(publication_id)
    try:
        manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
        publication = Publication(
            id=str(manifest["publication_id"]),
            path=publish_dir / str(manifest["file"]["name"]),
            parquet_dir=publish_dir / parquet_name(publication_id),
            manifest_path=manifest_path,
            manifest=manifest,
        )
    except (ValueError, KeyError, TypeError) as error:
        raise DataProblem(
            "publication_damaged",
            subject=manifest_path.name,
            expected="the manifest as it was published",
            found=type(error).__name__,
            remedy="go back with `dwp rollback` or build again with `make materialise`",
        ) from error
    if not publication.path.exists():
        raise FileNotFoundError(publication.path)
    return publication


@contextmanager
def publisher_lock(publish_dir: Path) -> Iterator[None]:
    """Hold the place of whoever changes the folder; the lock ends with the process, also when killed."""
    with locked(publish_dir / ".lock"):
        yield


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def clear(publish_dir: Path, keep: list[str]) -> None:
    """Remove publications not in `keep` and what a crash left behind. Needs the lock."""
    wanted = {name for item in keep for name in (file_name(item), manifest_name(item), parquet_name(item))}
    for path in publish_dir.iterdir():
        stale = path.name.startswith(("warehouse_", "manifest_", "parquet_")) and path.name not in wanted
        if stale or path.name.startswith(TEMPORARY) or is_left_behind(path):
            _remove(path)
