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
]


def load_catalogue(catalogue_dir: Path) -> Catalogue:
    """The checked catalogue in a folder.

    Raises:
        DataProblem: Naming the file and the field that is not right.
    """
    from datawerkplaats.catalogue.load import load

    return load(catalogue_dir)
