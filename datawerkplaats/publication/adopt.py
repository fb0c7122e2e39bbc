"""Putting the pointer right, and signing what was published before there were signatures or under an earlier key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.publication import seal
from datawerkplaats.publication.retention import PINS
from datawerkplaats.publication.seal import Kind
from datawerkplaats.publication.store import (
    POINTER,
    Publication,
    file_name,
    is_pointer_whole,
    load,
    manifest_name,
    parquet_name,
    predicted_name,
    publisher_lock,
    read_pointer,
    recovered_pointer,
    sha256_of,
    whole_publications,
    write_json,
    write_pointer,
)
from datawerkplaats.publication.tombstones import tombstone_name
from datawerkplaats.publication.verify import is_intact


def adopt(publish_dir: Path) -> list[str]:
    """Sign every release of the pointer whose files are as its manifest says, and the pointer; returns their ids.

    Who calls this vouches for what is there: it is asked for by name (`dwp sign`), never done for a reader.

    Raises:
        DataProblem: `no_publication` if nothing is published, `publication_damaged` if the served one is not as its
            manifest says; nothing is signed then.
    """
    with publisher_lock(publish_dir):
        found = _adopt(publish_dir)
        _sign_beside(publish_dir)
        return found


def adopt_unsigned(publish_dir: Path) -> None:
    """Sign what stands in a folder in which nothing was ever signed; needs the lock. Elsewhere unsigned is forged."""
    try:
        pointer = json.loads((publish_dir / POINTER).read_text(encoding="utf-8"))
        was_signed = seal.SIGNATURE in pointer
    except (OSError, ValueError, TypeError):
        return
    if not was_signed and seal.highest(publish_dir) == 0:
        _adopt(publish_dir)


def repair_pointer(publish_dir: Path) -> str:
    """Write a pointer that cannot be believed again, after `recovered_pointer`; the id that it names, empty if all was well.

    Raises:
        DataProblem: Of the pointer, if there are releases here and none is signed by us.
    """
    if is_pointer_whole(publish_dir):
        return ""
    with publisher_lock(publish_dir):
        adopt_unsigned(publish_dir)
        if is_pointer_whole(publish_dir):
            return ""
        if not any(publish_dir.glob(manifest_name("*"))):
            (publish_dir / POINTER).unlink()
            return ""
        pointer = recovered_pointer(publish_dir)
        assert pointer is not None, "there is one, or it would be whole"
        write_pointer(publish_dir, load(publish_dir, pointer.publication_id), pointer.history)
        return pointer.publication_id


def repair(publish_dir: Path) -> str:
    """Put pointer, manifest and served file right as far as what stands beside them allows.

    Where the served publication cannot be mended, the newest whole one before it is served again.

    Returns:
        The id of what is served now; empty if all was well, or if nothing can be mended: then the next build publishes anew.

    Raises:
        DataProblem: Of the pointer, if there are releases here and none is signed by us.
    """
    mended = repair_pointer(publish_dir)
    pointer = read_pointer(publish_dir)
    if pointer is None or _is_well(publish_dir, pointer.publication_id):
        return mended
    with publisher_lock(publish_dir):
        for name in whole_publications(publish_dir):
            _mend_manifest(load(publish_dir, name))
        well = [name for name in whole_publications(publish_dir) if _is_well(publish_dir, name)]
        if not well:
            return mended
        if pointer.publication_id in well:
            return pointer.publication_id
        # In the order in which they were served: an id tells a moment, and the clock may have been set back since.
        history = [name for name in pointer.history if name in well] or well
        write_pointer(publish_dir, load(publish_dir, history[-1]), history)
        return history[-1]


def _is_well(publish_dir: Path, publication_id: str) -> bool:
    try:
        json.loads((publish_dir / manifest_name(publication_id)).read_bytes())
        return is_intact(load(publish_dir, publication_id))
    except (OSError, ValueError, DataProblem):
        return False


def _mend_manifest(publication: Publication) -> None:
    """Write a manifest that cannot be read again; its signature came with it."""
    try:
        json.loads(publication.manifest_path.read_bytes())
    except ValueError:
        write_json(publication.manifest_path, publication.manifest)


def _sign_beside(publish_dir: Path) -> None:
    """Sign what was pinned and what was withdrawn: the bytes of the latter are gone, and why has to stay readable."""
    kinds = [(path, Kind.TOMBSTONE) for path in sorted(publish_dir.glob(tombstone_name("*")))]
    for path, kind in [*kinds, (publish_dir / PINS, Kind.PINS)]:
        try:
            content = dict(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            continue
        write_json(path, seal.sealed(kind, content))


def _adopt(publish_dir: Path) -> list[str]:
    try:
        pointer: dict[str, Any] = json.loads((publish_dir / POINTER).read_text(encoding="utf-8"))
        served, history = str(pointer["publication_id"]), [str(one) for one in pointer["history"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataProblem(
            "no_publication",
            subject=POINTER,
            expected="a pointer to what was published",
            found=type(error).__name__,
            remedy="build with `make materialise`",
        ) from error
    found = {one: manifest for one in history if (manifest := _as_told(publish_dir, one))}
    if served not in found:
        raise DataProblem(
            "publication_damaged",
            subject=served,
            expected="files with the sizes and hashes of their manifest",
            remedy="build again with `make materialise`",
        )
    for publication_id, manifest in found.items():
        write_json(publish_dir / manifest_name(publication_id), seal.sealed(Kind.MANIFEST, manifest))
    write_pointer(publish_dir, load(publish_dir, served), list(found))
    return list(found)


def _as_told(publish_dir: Path, publication_id: str) -> dict[str, Any] | None:
    """The manifest of a release, if the release's own files are exactly what it says."""
    try:
        manifest: dict[str, Any] = json.loads(
            (publish_dir / manifest_name(publication_id)).read_text("utf-8")
        )
        folder = publish_dir / parquet_name(publication_id)
        told = [(publish_dir / file_name(publication_id), manifest["file"])]
        told += [(folder / table["parquet"]["path"], table["parquet"]) for table in manifest["tables"]]
        if "predicted" in manifest:
            told.append((publish_dir / predicted_name(publication_id), manifest["predicted"]["file"]))
        right = all(
            (path.stat().st_size, sha256_of(path)) == (entry["bytes"], entry["sha256"])
            for path, entry in told
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return manifest if right and manifest["publication_id"] == publication_id else None
