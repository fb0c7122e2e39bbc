"""The dbt model and dbt sources that follow from the declared sources: a plain source needs no SQL of its own.

Both are written into the dbt project, where git ignores them: `dbt parse`, `docs generate` and `build` by hand then see what a
build sees. They are written before dbt reads the project, and only when a declaration changed: dbt parses no more than it must.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from datawerkplaats.base.files import write_text
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.catalogue.models import Catalogue, Source

PROJECT = PROJECT_ROOT / "dbt_project"
MODEL = "stg_declared__observations"
FOLDER = Path("models") / "staging" / "declared"
# What is written here, relative to the project.
WRITTEN = (FOLDER / f"{MODEL}.sql", FOLDER / "_deliveries.yml")
_HEAD = "{#- Written from catalogue/sources by datawerkplaats.warehouse_inputs.staging: change a declaration, not this file. -#}\n"
_LOCATION = "read_parquet('{{ env_var('DWP_INPUTS_DIR', '../data/inputs/demo') }}/{name}/data.parquet')"


def is_declared(source: Source) -> bool:
    """Whether the source's observations follow from its declaration; others have staging models of their own, or none."""
    return source.observations is not None or source.micro is not None or bool(source.computed_jointly)


def staging_model(source: Source) -> str:
    """The name of the staging model that holds a source's observations."""
    return MODEL if is_declared(source) else f"stg_{source.source_id}__observations"


def write_staging(catalogue: Catalogue, project: Path = PROJECT) -> list[Path]:
    """Write the model and the dbt sources of a catalogue; returns the files that changed.

    Args:
        catalogue: The declarations.
        project: The folder of the dbt project.
    """
    texts = (_model(catalogue.sources.values()), _deliveries(catalogue.sources.values()))
    changed = []
    for name, text in zip(WRITTEN, texts, strict=True):
        path = project / name
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text)
        changed.append(path)
    return changed


def _model(sources: Iterable[Source]) -> str:
    selects = [f"select * from (\n\n{_call(source)}\n\n)\n" for source in sources if is_declared(source)]
    return _HEAD + "\nunion all\n".join(selects)


def _call(source: Source) -> str:
    if source.observations is None:
        pooled = source.micro.pooled if source.micro is not None else {}
        together = {last: min(years) for last, years in pooled.items()}
        arguments = f", together={together}" if together else ""
        return f"{{{{ protected_observations('{source.source_id}'{arguments}) }}}}"
    told: dict[str, Any] = source.observations.model_dump(exclude_defaults=True)
    if source.split:
        told["split"] = source.split.column
    if source.reader.entity == "UntypedDataSet":
        told["untyped"] = True
    arguments = "".join(f", {name}={_jinja(value)}" for name, value in told.items())
    return f"{{{{ declared_observations('{source.source_id}'{arguments}) }}}}"


def _jinja(value: object) -> str:
    return "none" if value is None else str(value).lower() if isinstance(value, bool) else repr(value)


def _deliveries(sources: Iterable[Source]) -> str:
    tables = [
        {
            "name": source.source_id,
            "description": f"{source.title.en}. Grain: {' x '.join(source.keys) or 'row as delivered'}.",
        }
        for source in sources
    ]
    deliveries = {
        "name": "deliveries",
        "description": "The current snapshot of every source, columns and values as delivered.",
        "config": {"meta": {"external_location": _LOCATION}},
        "tables": tables,
    }
    return _HEAD.replace("{#-", "#").replace(" -#}", "") + yaml.safe_dump(
        {"sources": [deliveries]}, sort_keys=False, allow_unicode=True, width=1000
    )
