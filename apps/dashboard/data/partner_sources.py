"""The sources that partners deliver rows of persons for, as the catalogue declares them; read again when a file changes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from datawerkplaats.base.settings import get_settings
from datawerkplaats.catalogue import Source, load_sources


def partner_sources() -> dict[str, Source]:
    """By id."""
    folder = get_settings().catalogue_dir
    paths = sorted((folder / "sources").glob("*.yml"))
    return _read(folder, tuple((path.name, path.stat().st_mtime_ns) for path in paths))


@lru_cache(maxsize=2)
def _read(folder: Path, _: tuple[tuple[str, int], ...]) -> dict[str, Source]:
    return {key: source for key, source in load_sources(folder).items() if source.micro}
