"""A data folder for one look ahead: the deliveries, partners' rows and warehouse of now, in a place that is removed afterwards.

What nobody writes into is linked to; what a look ahead writes is copied. It lies in the private folder, readable for the owner of
the process alone, and no backup takes it along.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from datawerkplaats.base import files
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue import Catalogue
from datawerkplaats.partners.release import partner_sources
from datawerkplaats.partners.vault import private_files

NAME = ".tmp_ahead"


def place_of(settings: Settings) -> Path:
    """Where a look ahead happens."""
    return settings.private_dir.parent / NAME


@contextmanager
def scratch(settings: Settings) -> Iterator[Settings]:
    """Settings with an empty data folder of their own, which is gone afterwards; a second one waits for the first."""
    place = place_of(settings)
    with files.locked(place.with_name(f"{NAME}.lock")), private_files():
        shutil.rmtree(place, ignore_errors=True)  # of a process that was killed
        place.mkdir(parents=True)
        try:
            yield settings.model_copy(update={"data_dir": place})
        finally:
            shutil.rmtree(place, ignore_errors=True)


def clear(settings: Settings) -> bool:
    """Remove what a killed look ahead left, unless one is at work; whether there was anything."""
    place = place_of(settings)
    if not place.exists():
        return False
    try:
        with files.locked(place.with_name(f"{NAME}.lock"), wait=False):
            shutil.rmtree(place, ignore_errors=True)
            return True
    except BlockingIOError:
        return False


def link_inputs(settings: Settings, ahead: Settings) -> None:
    """The deliveries that are read now."""
    ahead.inputs_dir.mkdir(parents=True, exist_ok=True)
    for pointer in settings.inputs_dir.iterdir():
        if pointer.is_symlink():
            files.point(ahead.inputs_dir / pointer.name, str(pointer.resolve()))


def copy_state(settings: Settings, ahead: Settings, catalogue: Catalogue) -> None:
    """Partners' rows, what was published of them, and the warehouse. Who calls this holds the build lock."""
    ahead.private_dir.mkdir(parents=True, exist_ok=True)
    for path in settings.private_dir.glob("*.json"):
        files.copy(path, ahead.private_dir / path.name)
    for source in partner_sources(catalogue):
        mine = settings.private_dir / source.source_id
        if mine.exists():
            _copy_tree(mine, ahead.private_dir / source.source_id)
    files.copy(settings.warehouse_path, ahead.warehouse_path)


def _copy_tree(mine: Path, there: Path) -> None:
    """A snapshot is never changed: its rows get a second name, which is taken away again; the rest is copied."""
    for path in sorted(mine.rglob("*")):
        target = there / path.relative_to(mine)
        if path.is_symlink():
            files.point(target, str(path.readlink()))
        elif path.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        elif path.suffix == ".parquet":
            files.share(path, target)
        else:
            files.copy(path, target)
