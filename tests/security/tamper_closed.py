"""Changes of the file with predictions by somebody who may write the data folder: the one function that opens it refuses them."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

from datawerkplaats import publication
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import get_settings
from datawerkplaats.governance import predictions
from datawerkplaats.publication import seal
from datawerkplaats.publication.seal import Kind
from tests import egress_example as example
from tests.proofs.registry import Measured, Room
from tests.security.tamperings import _edit, _flip, _pointer, _served, _writable


def closed_figures(room: Room) -> Iterator[Measured]:
    """Yields how many changes of the file with predictions were refused by the one function that opens it."""
    refused = changes = 0
    for number, change in enumerate(CLOSED):
        folder = room.work / f"closed_{number}"
        for stamp in ("first", "second"):
            made = example.published(folder, f"update core.dim_model set model_id = '{stamp}'")
        path = made.path.with_name(f"predicted_{made.id}.duckdb")
        os.environ["DWP_DATA_DIR"] = str(folder)
        get_settings.cache_clear()
        try:
            assert not _is_refused(), "nobody changed it"
            change(folder / "publish", path, random.Random(number))
            predictions.forget()
            refused += _is_refused()
        finally:
            del os.environ["DWP_DATA_DIR"]
            get_settings.cache_clear()
        changes += 1
    yield "closed_changes", changes, None
    yield "closed_refused", refused, changes


def _is_refused() -> bool:
    """Whether the file is refused; a release of this example predicts nothing, which is no refusal."""
    settings = get_settings()
    try:
        predictions.opened(publication.current(settings.publish_dir), settings)
    except DataProblem as problem:
        return problem.code in ("publication_damaged", "publication_forged", "publication_replayed")
    return False


def _closed_bit(_: Path, path: Path, chance: random.Random) -> None:
    _flip(path, chance)


def _closed_older(folder: Path, path: Path, _: random.Random) -> None:
    older = folder / f"predicted_{_pointer(folder)['history'][0]}.duckdb"
    path.unlink()
    shutil.copyfile(older, path)


def _closed_link(folder: Path, path: Path, _: random.Random) -> None:
    path.unlink()
    path.symlink_to(folder.parent / "warehouse.duckdb")


def _closed_cut(_: Path, path: Path, __: random.Random) -> None:
    content = path.read_bytes()
    _writable(path).write_bytes(content[: len(content) // 2])


def _closed_named_elsewhere(folder: Path, _: Path, __: random.Random) -> None:
    """A manifest with our signature that names another file."""
    path = _served(folder, "manifest", ".json")
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["predicted"]["file"]["name"] = "../warehouse.duckdb"
    path.write_text(json.dumps(seal.sealed(Kind.MANIFEST, manifest)), encoding="utf-8")


def _closed_hash_in_manifest(folder: Path, path: Path, chance: random.Random) -> None:
    _flip(path, chance)
    told = hashlib.sha256(path.read_bytes()).hexdigest()
    _edit(
        _served(folder, "manifest", ".json"),
        lambda manifest: manifest["predicted"]["file"].update(sha256=told),
    )


CLOSED = (
    *(_closed_bit,) * 4, _closed_older, _closed_link, _closed_cut, _closed_named_elsewhere, *(_closed_hash_in_manifest,) * 2,
)  # fmt: skip
