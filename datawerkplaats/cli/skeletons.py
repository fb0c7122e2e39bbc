"""First versions of the files of a new indicator or source: they validate as they are, and say what to fill in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from string import Template

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.files import write_text
from datawerkplaats.catalogue import MARTS, load_catalogue
from datawerkplaats.cli.skeleton_templates import (
    INDICATOR,
    OBSERVATIONS,
    SOURCE,
    STAGING_COLUMNS,
    STAGING_YAML,
)

_OF_MART = {
    "indicator": "trimbos_component: perceptive  # personal, social, functional or perceptive\n"
    "trimbos_building_block: absence_of_complaints  # see dimensions/trimbos.yml",
    "determinant": "determinant_level: individual  # see dimensions/determinant_levels.yml",
    "outcome": "continuum: disorder  # wellbeing, complaints, disorder or resource",
}
_READERS = {
    "csv": '  kind: csv\n  files: ["**/$source_id*.csv"]\n  columns:\n    region_code: [region_code, gemeentecode]\n'
    '    year: [year, jaar]\n    example_pct: [example_pct]\n  delimiter: ";"',
    "statline_v3": "  kind: statline_v3\n  service: rivm  # or cbs\n  table: $table\n  entity: TypedDataSet\n"
    '  geo_dimension: RegioS\n  files: ["**/$table*.parquet", "**/$table*.csv"]',
}


@dataclass(frozen=True)
class Shape:
    """How a kind of delivery names its dimensions, and how the year follows from them."""

    region: str
    period: str
    year: str
    measure: str


_SHAPES = {
    "csv": Shape("region_code", "year", "cast({} as integer)", "example_pct"),
    "statline_v3": Shape("RegioS", "Perioden", "cast(left(trim({}), 4) as integer)", "Example_1"),
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


def new_source(
    root: Path, catalogue_dir: Path, source_id: str, kind: str, table: str = "00000NED"
) -> list[Path]:
    """Write everything a source needs and join it to the union; returns the files that were made or changed.

    Args:
        root: The project's folder.
        catalogue_dir: The catalogue's folder.
        source_id: <publisher>_<dataset>.
        kind: csv or statline_v3.
        table: StatLine table id.

    Raises:
        DataProblem: `catalogue_field` if the id is taken or the kind has no skeleton.
    """
    if kind not in _SHAPES:
        raise DataProblem(
            "catalogue_field",
            subject="--kind",
            expected=", ".join(_SHAPES),
            found=kind,
            remedy="choose one of these",
        )
    shape, models = _SHAPES[kind], root / "dbt_project" / "models"
    declaration = _not_there(catalogue_dir / "sources" / f"{source_id}.yml", catalogue_dir)
    staging = _not_there(models / "staging" / source_id, root)
    values = {
        "source_id": source_id,
        "title": source_id.replace("_", " ").capitalize(),
        "region": shape.region,
        "period": shape.period,
        "measure": shape.measure,
        "year": shape.year.format(shape.period.lower()),
        "reader": Template(_READERS[kind]).substitute(source_id=source_id, table=table),
        "columns": STAGING_COLUMNS,
    }
    written = [
        _write(declaration, Template(SOURCE).substitute(values)),
        _write(staging / f"_{source_id}.yml", Template(STAGING_YAML).substitute(values)),
        _write(staging / f"stg_{source_id}__observations.sql", Template(OBSERVATIONS).substitute(values)),
        _write(
            root / "tests" / "fixtures" / f"{source_id}.csv",
            f"{shape.region};{shape.period};{shape.measure}\nGM0106;{'2024' if kind == 'csv' else '2024JJ00'};12.5\n",
        ),
    ]

    def undo() -> None:
        for path in written:
            path.unlink()
        staging.rmdir()

    _checked(written, catalogue_dir, undo)
    dbt_sources, union = (
        models / "staging" / "_sources.yml",
        models / "intermediate" / "int_observations__unioned.sql",
    )
    _declare(dbt_sources, source_id)
    _join(union, source_id)
    return [*written, dbt_sources, union]


def _declare(path: Path, source_id: str) -> None:
    """Add the delivery to the dbt sources: at the end of the list `deliveries`."""
    before, mark, after = path.read_text(encoding="utf-8").partition("  - name: deliveries\n")
    own, separator, others = after.partition("\n  - name: ")
    entry = f'\n      - name: {source_id}\n        description: "As delivered. Grain: region x period."'
    tail = "" if separator else "\n"
    write_text(path, before + mark + own.rstrip("\n") + entry + tail + separator + others)


def _join(path: Path, source_id: str) -> None:
    """Add the staging model to the union of all observations."""
    text = path.read_text(encoding="utf-8")
    imported = (
        f"{source_id} as (\n\n    select * from {{{{ ref('stg_{source_id}__observations') }}}}\n\n),\n\n"
    )
    text = text.replace("indicators as (\n", imported + "indicators as (\n", 1)
    before, mark, after = text.partition("unioned as (\n\n")
    own, end, rest = after.partition("\n\n),")
    write_text(path, before + mark + own + f"\n    union all\n    select * from {source_id}" + end + rest)
