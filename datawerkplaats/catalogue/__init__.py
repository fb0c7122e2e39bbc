"""The catalogue: what every source, indicator and correction is, declared in YAML and read as typed models."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from datawerkplaats.base.files import State, state_of
from datawerkplaats.catalogue.models import (
    MARTS,
    Catalogue,
    Correction,
    Dimensions,
    Entry,
    Indicator,
    Intervention,
    Reader,
    Source,
    Text,
)

__all__ = [
    "MARTS",
    "Catalogue",
    "Correction",
    "Dimensions",
    "Entry",
    "Indicator",
    "Intervention",
    "Reader",
    "Source",
    "Text",
    "load_catalogue",
    "load_sources",
]


def load_catalogue(catalogue_dir: Path) -> Catalogue:
    """The checked catalogue in a folder; read once for as long as no file in it is another.

    Raises:
        DataProblem: Naming the file and the field that is not right.
    """
    return _loaded(catalogue_dir, _stamp(catalogue_dir))


@lru_cache(maxsize=2)
def _loaded(catalogue_dir: Path, _: tuple[tuple[Path, State], ...]) -> Catalogue:
    from datawerkplaats.catalogue.load import load

    return load(catalogue_dir)


def _stamp(folder: Path) -> tuple[tuple[Path, State], ...]:
    """Of every file its state, of a link that of what it leads to: that takes milliseconds, reading them a third of a second.

    A link that leads nowhere, such as the lock of an editor, is no file.
    """
    return tuple((path, state_of(path.resolve())) for path in sorted(folder.rglob("*")) if path.exists())


def load_sources(catalogue_dir: Path) -> dict[str, Source]:
    """The sources alone, for who needs nothing else of the catalogue; not held against the rest of it.

    Raises:
        DataProblem: Naming the file and the field that is not right.
    """
    from datawerkplaats.catalogue.load import sources_in

    return sources_in(catalogue_dir)
