"""The catalogue: what every source, indicator and correction is, declared in YAML and read as typed models."""

from __future__ import annotations

from pathlib import Path

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
    """The checked catalogue in a folder.

    Raises:
        DataProblem: Naming the file and the field that is not right.
    """
    from datawerkplaats.catalogue.load import load

    return load(catalogue_dir)


def load_sources(catalogue_dir: Path) -> dict[str, Source]:
    """The sources alone, for who needs nothing else of the catalogue; not held against the rest of it.

    Raises:
        DataProblem: Naming the file and the field that is not right.
    """
    from datawerkplaats.catalogue.load import sources_in

    return sources_in(catalogue_dir)
