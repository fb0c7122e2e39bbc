"""The staging model of a plain source: one call of a macro, in three files beside it that list all models."""

from __future__ import annotations

from pathlib import Path

from datawerkplaats.base.files import write_text
from datawerkplaats.catalogue.sources import Source

_ROLES = {"age": "age_code", "person": "sex_code", "margins": "margin_code"}


def join_staging(root: Path, source: Source) -> list[Path]:
    """Writes the model and adds it to the lists and the union of observations; returns the files."""
    models = root / "dbt_project" / "models"
    staging, key = models / "staging", source.source_id
    model = staging / "declared" / f"stg_{key}__observations.sql"
    write_text(model, _call(source))
    lists = [staging / "declared" / "_declared.yml", staging / "_sources.yml"]
    union = models / "intermediate" / "int_observations__unioned.sql"
    grain = "Grain: measure x region x period x sex x age band."
    _append(
        lists[0],
        f"  - name: stg_{key}__observations\n"
        f'    description: "{_plain(source.title.en)} in the observation contract. {grain}"\n'
        "    config: *contract\n    columns: *observations\n",
    )
    _declare(lists[1], key, _plain(source.title.en))
    _join(union, key)
    return [model, *lists, union]


def _call(source: Source) -> str:
    own = source.dimension_columns
    arguments = [f"'{source.source_id}'"]
    if "region_code" not in own:
        arguments.append("region=none")
    if source.period_column:
        arguments.append(f"period='{source.period_column}'")
    arguments += [f"{argument}='{name}'" for argument, name in _ROLES.items() if name in own]
    if source.split:
        arguments.append(f"split='{source.split.column}'")
    if source.reader.entity == "UntypedDataSet":
        arguments.append("untyped=true")
    return "{{ declared_observations(\n    " + ",\n    ".join(arguments) + "\n) }}\n"


def _plain(title: str) -> str:
    return title.replace('"', "'")


def _append(path: Path, text: str) -> None:
    write_text(path, path.read_text(encoding="utf-8").rstrip("\n") + "\n" + text)


def _declare(path: Path, source_id: str, title: str) -> None:
    """Adds the delivery to the dbt sources: at the end of the list `deliveries`."""
    before, mark, after = path.read_text(encoding="utf-8").partition("  - name: deliveries\n")
    own, separator, others = after.partition("\n  - name: ")
    entry = (
        f'\n      - name: {source_id}\n        description: "{title}, as delivered. Grain: one row per key."'
    )
    tail = "" if separator else "\n"
    write_text(path, before + mark + own.rstrip("\n") + entry + tail + separator + others)


def _join(path: Path, source_id: str) -> None:
    """Adds the staging model to the union of all observations."""
    before, mark, after = path.read_text(encoding="utf-8").partition("unioned as (\n\n")
    own, end, rest = after.partition("\n\n),")
    added = f"\n    union all\n    select * from {{{{ ref('stg_{source_id}__observations') }}}}"
    write_text(path, before + mark + own + added + end + rest)
