"""Published files that a test changes by hand and signs again, as nobody without the key could."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from datawerkplaats.publication import seal
from datawerkplaats.publication.seal import Kind


def _written(path: Path, kind: Kind, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(seal.sealed(kind, content)), encoding="utf-8")


def seal_all(publish_dir: Path) -> None:
    """Sizes and hashes of the files as they are now in every manifest, and our signature under each and the pointer."""
    for path in publish_dir.glob("manifest_*.json"):
        manifest = json.loads(path.read_text(encoding="utf-8"))
        file = publish_dir / manifest["file"]["name"]
        if file.exists():
            content = file.read_bytes()
            manifest["file"] |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        manifest.setdefault("tables", [])
        _written(path, Kind.MANIFEST, manifest)
    seal_pointer(publish_dir)


def seal_pointer(publish_dir: Path, **changes: Any) -> None:
    """The pointer with some changes, signed as the newest one."""
    pointer = json.loads((publish_dir / "current.json").read_text(encoding="utf-8"))
    manifest = publish_dir / f"manifest_{changes.get('publication_id', pointer['publication_id'])}.json"
    told = hashlib.sha256(manifest.read_bytes()).hexdigest()
    counter = max(seal.highest(publish_dir), int(pointer.get("counter", 0))) + 1
    content = {**pointer, "manifest_sha256": told, "counter": counter, **changes}
    _written(publish_dir / "current.json", Kind.POINTER, content)


@contextmanager
def changed(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that writes in a published file; afterwards the file is signed as it is then."""
    with duckdb.connect(str(file)) as con:
        yield con
    seal_all(file.parent)
