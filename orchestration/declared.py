"""The catalogue as it lies there now, read once for as long as it stays the same."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from datawerkplaats.catalogue import Catalogue, load_catalogue
from orchestration import fingerprint


def catalogue_now(folder: Path) -> Catalogue:
    """All declarations.

    Raises:
        DataProblem: Of the first mistake in them.
    """
    return _read(folder, fingerprint.catalogue_hash(folder))


@lru_cache(maxsize=1)
def _read(folder: Path, _: str) -> Catalogue:
    return load_catalogue(folder)
