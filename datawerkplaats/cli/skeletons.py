"""The first version of the file of a new indicator: it validates as it is, and says what to fill in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from string import Template

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.files import write_text
from datawerkplaats.catalogue import MARTS, load_catalogue

# One file, with `$name` where a value goes.
INDICATOR = """\
# Fill in titles and descriptions, check the rest, name it in a theme (roles or framework), then run `make check`.
title:
  nl: $title
  en: $title
description:
  nl: Deel van de inwoners, in gewone woorden.
  en: Share of inhabitants, in plain words.
$of_mart
population: adults_18_plus  # see dimensions/populations.yml
definition:
  source: $source
  measure: $measure
polarity: neutral  # higher_is_better, higher_is_worse or neutral
unit: "%"
status: active
"""
_OF_MART = {
    "indicator": "continuum: complaints  # wellbeing, complaints, disorder or resource",
    "determinant": "determinant_level: individual  # see dimensions/determinant_levels.yml",
    "outcome": "continuum: disorder  # wellbeing, complaints, disorder or resource",
}


def _not_there(path: Path, root: Path) -> Path:
    if path.exists():
        raise DataProblem(
            "catalogue_field",
            subject=path.relative_to(root).as_posix(),
            expected="an id that is not in use",
            found="a file of that name",
            remedy="choose another id, or edit that file",
        )
    return path


def _write(path: Path, text: str) -> Path:
    write_text(path, text)
    return path


def _checked(made: list[Path], catalogue_dir: Path, undo: Callable[[], None]) -> list[Path]:
    """The files, if the catalogue is right with them; otherwise they are taken back."""
    try:
        load_catalogue(catalogue_dir)
    except DataProblem:
        undo()
        raise
    return made


def new_indicator(
    catalogue_dir: Path, indicator_id: str, mart: str, source_id: str, measure: str
) -> list[Path]:
    """Write the YAML of an indicator that shows a measure as it is; returns the file.

    Raises:
        DataProblem: `catalogue_field` if the id is taken, or the mart or source does not exist.
    """
    if mart not in MARTS:
        raise DataProblem(
            "catalogue_field",
            subject="--mart",
            expected=", ".join(MARTS),
            found=mart,
            remedy="choose one of these",
        )
    for other in MARTS:
        _not_there(catalogue_dir / "indicators" / other / f"{indicator_id}.yml", catalogue_dir)
    title = indicator_id.removesuffix("_pct").replace("_", " ").capitalize()
    text = Template(INDICATOR).substitute(
        title=title, of_mart=_OF_MART[mart], source=source_id, measure=measure
    )
    path = _write(catalogue_dir / "indicators" / mart / f"{indicator_id}.yml", text)
    return _checked([path], catalogue_dir, path.unlink)
