# Long because pointer, history and clearing away hold one lock and are right together only.
"""The folder with publications: names of files, the pointer, manifests, the lock and what is cleared away."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.files import State, is_left_behind, locked, state_of, write_text
from datawerkplaats.base.settings import get_settings
from datawerkplaats.base.signing import signer_of
from datawerkplaats.publication import seal
from datawerkplaats.publication.manifest import read_manifest, second_manifest
from datawerkplaats.publication.seal import Kind
from datawerkplaats.publication.tombstones import require_not_withdrawn

POINTER = "current.json"

# Where a publication is put together.
TEMPORARY = ".tmp_"

# An id, a schema, a table: nothing with which a path could lead out of the folder.
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def is_plain(publication_id: str) -> bool:
    """Whether this can be an id, and no way out of the folder."""
    return bool(_PLAIN.fullmatch(publication_id))


@dataclass(frozen=True)
class Publication:
    """One published state: an immutable DuckDB file, its Parquet folder and its manifest."""

    id: str
    path: Path
    parquet_dir: Path
    manifest_path: Path
    manifest: dict[str, Any] = field(repr=False, compare=False)
    manifest_sha256: str = field(default="", repr=False, compare=False)

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
    """What `current.json` says: which publication is served, which ones exist, oldest first, and how often it was moved."""

    publication_id: str
    history: list[str]
    counter: int = 0
    manifest_sha256: str = ""


def file_name(publication_id: str) -> str:
    """The name of the DuckDB file of a publication."""
    return f"warehouse_{publication_id}.duckdb"


def manifest_name(publication_id: str) -> str:
    """The name of the manifest of a publication."""
    return f"manifest_{publication_id}.json"


def parquet_name(publication_id: str) -> str:
    """The name of the Parquet folder of a publication."""
    return f"parquet_{publication_id}"


def predicted_name(publication_id: str) -> str:
    """The name of the DuckDB file with what a publication predicts."""
    return f"predicted_{publication_id}.duckdb"


def raw_name(publication_id: str) -> str:
    """The name of the DuckDB file with what open sources delivered."""
    return f"raw_{publication_id}.duckdb"


def sha256_of(path: Path) -> str:
    """The sha256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_json(path: Path, content: object) -> None:
    """Replace a JSON file in one step: readers see the old or the new text, never half of one."""
    write_text(path, json.dumps(content, ensure_ascii=False, indent=2, default=str))


def read_pointer(publish_dir: Path) -> Pointer | None:
    """The pointer, or None where nothing has been published.

    One that cannot be read at all is the newest that was seen, which is kept with the keys: nobody can choose it. Where none
    was seen either it names the newest release with our signature.

    Raises:
        DataProblem: `publication_damaged` if it cannot be read and none was seen before, `publication_forged` if it is not
            signed by this installation, `publication_replayed` if it is older than one that was seen here before.
    """
    # Before the pointer: a newer one may be published and seen by another process while this one is read.
    highest = seal.highest(publish_dir)
    try:
        content = json.loads((publish_dir / POINTER).read_text(encoding="utf-8"))
        pointer = _pointer_of(content)
    except FileNotFoundError:
        return None
    except _UNREADABLE as error:
        seen = seal.last_seen(publish_dir)
        if seen:
            return _pointer_of(seen)
        if whole := whole_publications(publish_dir):
            return Pointer(whole[-1], whole)
        raise DataProblem(
            "publication_damaged",
            subject=POINTER,
            expected="a JSON object with publication_id and history",
            found=type(error).__name__,
            remedy="go back with `dwp rollback` or build again with `make materialise`",
        ) from error
    seal.require_sealed(Kind.POINTER, content, POINTER)
    if pointer.counter < highest:
        raise DataProblem(
            "publication_replayed",
            subject=POINTER,
            expected=f"counter {highest} or higher",
            found=f"counter {pointer.counter}",
            remedy="go back with `dwp rollback`, which signs a pointer of its own, or build again with `make materialise`",
        )
    seal.remember(publish_dir, content)
    return pointer


_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError)


def _pointer_of(content: Any) -> Pointer:
    pointer = Pointer(
        str(content["publication_id"]),
        [str(item) for item in content["history"]],
        int(content.get("counter", 0)),
        str(content.get("manifest_sha256", "")),
    )
    pointer.history.index(pointer.publication_id)
    return pointer


def recovered_pointer(publish_dir: Path) -> Pointer | None:
    """The pointer; where it cannot be believed, the newest that was seen, else the newest release with our signature.

    For who writes the next pointer: readers never get anything by way of it.

    Raises:
        DataProblem: Of the pointer, if no release here is signed: then nothing may be cleared away unasked.
    """
    whole = [] if is_pointer_whole(publish_dir) else whole_publications(publish_dir)
    if not whole:
        return read_pointer(publish_dir)
    seen = seal.last_seen(publish_dir)
    pointer = _pointer_of(seen) if seen else None
    return pointer if pointer and pointer.publication_id in whole else Pointer(whole[-1], whole)


def whole_publications(publish_dir: Path) -> list[str]:
    """The ids of the publications whose manifest is ours and whose file is there, oldest first."""
    whole = []
    prefix, suffix = manifest_name("\0").split("\0")
    for path in sorted(publish_dir.glob(manifest_name("*"))):
        try:
            whole.append(load(publish_dir, path.name.removeprefix(prefix).removesuffix(suffix)).id)
        except (DataProblem, OSError):
            continue
    return whole


def is_pointer_whole(publish_dir: Path) -> bool:
    """Whether the pointer itself can be read and believed; also where nothing was published."""
    try:
        content = json.loads((publish_dir / POINTER).read_text(encoding="utf-8"))
        _pointer_of(content)
        read_pointer(publish_dir)
    except FileNotFoundError:
        return True
    except (DataProblem, *_UNREADABLE):
        return False
    return True


def write_pointer(publish_dir: Path, publication: Publication, history: list[str]) -> None:
    """Flip the pointer to a publication: the one moment at which something new is served."""
    try:
        pointer = read_pointer(publish_dir)
    except DataProblem:
        pointer = None
    counter = max(seal.highest(publish_dir), pointer.counter if pointer else 0) + 1
    content = {
        "publication_id": publication.id,
        "file": publication.path.name,
        "manifest": publication.manifest_path.name,
        "manifest_sha256": publication.manifest_sha256,
        "published_at": publication.published_at.isoformat(),
        "mode": publication.mode,
        "region": publication.region,
        "title": publication.title,
        "history": history,
        "counter": counter,
    }
    signed = seal.sealed(Kind.POINTER, content)
    write_json(publish_dir / POINTER, signed)
    seal.remember(publish_dir, signed)


# Manifests that were read and found signed by us, with the state of what that rested on: every click asks for one.
_loaded: dict[Path, tuple[tuple[State, ...], Publication]] = {}


def load(publish_dir: Path, publication_id: str, manifest_sha256: str = "") -> Publication:
    """One publication by its id, its manifest signed by us and about this release only.

    Args:
        publish_dir: The folder with publications.
        publication_id: Which one.
        manifest_sha256: The hash of its manifest, where the pointer tells it.

    Raises:
        FileNotFoundError: If it has been cleared away.
        DataProblem: `publication_damaged` if its manifest cannot be read or names files elsewhere, `publication_forged`
            if it is not signed by this installation, `publication_withdrawn` with the reason.
    """
    manifest_path = publish_dir / manifest_name(publication_id)
    if not is_plain(publication_id):
        raise _damaged_manifest(manifest_path, "ValueError")
    require_not_withdrawn(publish_dir, publication_id)
    publication = _signed(manifest_path, publish_dir / parquet_name(publication_id))
    if publication.id != publication_id or manifest_sha256 not in ("", publication.manifest_sha256):
        raise _damaged_manifest(manifest_path, "the manifest of another release")
    _require_inside(publication)
    if not publication.path.exists():
        raise FileNotFoundError(publication.path)
    return publication


def _signed(manifest_path: Path, parquet: Path) -> Publication:
    """What a manifest tells, signed by us; read again only when somebody has touched it or the key."""
    rests_on = manifest_path, second_manifest(parquet), signer_of(get_settings()).public_key
    state = tuple(state_of(path) if path.exists() else () for path in rests_on)
    known = _loaded.get(manifest_path)
    if known and known[0] == state:
        return known[1]
    try:
        raw, manifest = read_manifest(manifest_path, parquet)
        publication = Publication(
            id=str(manifest["publication_id"]),
            path=manifest_path.parent / str(manifest["file"]["name"]),
            parquet_dir=parquet,
            manifest_path=manifest_path,
            manifest=manifest,
            manifest_sha256=hashlib.sha256(raw).hexdigest(),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged_manifest(manifest_path, type(error).__name__) from error
    seal.require_sealed(Kind.MANIFEST, manifest, manifest_path.name)
    # With the state from before it was read: a change in between is seen the next time.
    _loaded[manifest_path] = state, publication
    return publication


def _require_inside(publication: Publication) -> None:
    """Nothing, if all files that the manifest names lie in the release's own places and are no links."""
    named = str(publication.manifest["file"]["name"])
    parts = [str(table["parquet"]["path"]) for table in publication.manifest["tables"]]
    strange = [
        part for part in parts if not re.fullmatch(rf"{_PLAIN.pattern}/{_PLAIN.pattern}\.parquet", part)
    ]
    predicted = publication.manifest.get("predicted")
    closed = str(predicted["file"]["name"]) if predicted else predicted_name(publication.id)
    if (named, closed) != (file_name(publication.id), predicted_name(publication.id)) or strange:
        raise _damaged_manifest(publication.manifest_path, "a file outside the release")
    apart = publication.path.with_name(predicted_name(publication.id))
    places = (
        publication.path,
        apart,
        publication.parquet_dir,
        *(publication.parquet_dir / part for part in parts),
    )
    if any(place.is_symlink() for place in places):
        raise _damaged_manifest(publication.manifest_path, "a link in the place of a file")


def _damaged_manifest(path: Path, found: str) -> DataProblem:
    return DataProblem(
        "publication_damaged",
        subject=path.name,
        expected="the manifest as it was published",
        found=found,
        remedy="go back with `dwp rollback` or build again with `make materialise`",
    )


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


def names_of(publication_id: str) -> tuple[str, ...]:
    """The names of everything that a publication consists of."""
    named = (file_name, predicted_name, raw_name, manifest_name, parquet_name)
    return tuple(name(publication_id) for name in named)


def clear(publish_dir: Path, keep: list[str]) -> None:
    """Remove publications not in `keep` and what a crash left behind. Needs the lock."""
    wanted = {name for item in keep for name in names_of(item)}
    for path in publish_dir.iterdir():
        stale = (
            path.name.startswith(("warehouse_", "predicted_", "raw_", "manifest_", "parquet_"))
            and path.name not in wanted
        )
        if stale or path.name.startswith(TEMPORARY) or is_left_behind(path):
            _remove(path)
