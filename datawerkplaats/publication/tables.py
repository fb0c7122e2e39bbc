"""What is published: the dbt models with `access: public`, their descriptions, keys and columns."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datawerkplaats.base.duckdb import identifier, literal, relation
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue.egress import Egress

# Rows lie in this order, so that a page that asks for one indicator, level and year reads few blocks. More columns would
# cost a third more time in copying and help no page.
# Level first: a page asks one level at a time, and then a reader passes over the blocks of all other levels. All figures of
# one wijk come in a third of the time that they take with the indicator first, those of one indicator in the same time.
SORT_COLUMNS = ("region_level", "indicator_id", "year")


@dataclass(frozen=True)
class PublicTable:
    """One model to publish; each of `keys` is unique, `required` columns hold no nulls.

    `lists_gaps`: it is about indicators that have no figures, which `core.dim_indicator` therefore does not list.
    """

    schema: str
    name: str
    description: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    keys: tuple[tuple[str, ...], ...] = ()
    required: tuple[str, ...] = ()
    lists_gaps: bool = False

    @property
    def label(self) -> str:
        """The name in messages: schema.table."""
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True)
class Part:
    """One of the two files of a release: the figures that everybody reads, or what is predicted, which needs a decision.

    `places` tells where each table goes and `sources` which sources predict; of a table that goes by indicator each file has
    its own rows.
    """

    is_predicted: bool
    places: Mapping[str, str]
    sources: tuple[str, ...]
    indicators: Mapping[str, str]

    def tables(self, public: Sequence[PublicTable]) -> list[PublicTable]:
        """The tables that this file has."""
        own = (
            ("predicted", "both", "by_indicator")
            if self.is_predicted
            else ("figures", "both", "by_indicator")
        )
        return [table for table in public if self.places.get(table.label, "figures") in own]

    def rows(self, table: PublicTable, database: str) -> str:
        """The condition on rows of a table that go into this file."""
        if self.places.get(table.label) != "by_indicator":
            return "true"
        listed = ", ".join(literal(source) for source in self.sources) or "null"
        known = relation("core", "dim_indicator", database)
        column = identifier(self.indicators.get(table.label, "indicator_id"))
        within = (
            f"coalesce({column} in (select indicator_id from {known} where source_id in ({listed})), false)"
        )
        return within if self.is_predicted else f"not {within}"

    def elsewhere(self, column: str) -> str:
        """The condition that rows come from a source that does not predict."""
        listed = ", ".join(literal(source) for source in self.sources)
        return f"coalesce({column} not in ({listed}), true)" if listed else "true"


WHOLE = Part(False, {}, (), {})


def parts(declared: Egress) -> tuple[Part, Part]:
    """Figures and predictions, as declared."""
    places = {label: str(table.place) for label, table in declared.tables.items()}
    by = {label: table.indicator for label, table in declared.tables.items()}
    sources = tuple(sorted(declared.predicted))
    return Part(False, places, sources, by), Part(True, places, sources, by)


def _keys(node: dict[str, Any]) -> list[tuple[str, ...]]:
    """The unique keys that the model's constraints declare."""
    kinds = ("primary_key", "unique")
    found = [
        tuple(c["columns"]) for c in node.get("constraints") or [] if c["type"] in kinds and c.get("columns")
    ]
    for name, column in node["columns"].items():
        found += [(name,) for constraint in column.get("constraints") or [] if constraint["type"] in kinds]
    return found


def _tested_keys(nodes: dict[str, Any]) -> dict[str, list[tuple[str, ...]]]:
    """Per model the unique keys that dbt's generic tests declare."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for node in nodes.values():
        test = node.get("test_metadata")
        model = node.get("attached_node")
        if not test or not model or (node.get("config") or {}).get("where"):
            continue
        arguments = test.get("kwargs") or {}
        if test["name"] == "unique":
            found.setdefault(model, []).append((str(arguments["column_name"]),))
        for argument in ("columns", "combination_of_columns", "combination"):
            if test["name"].startswith("unique") and isinstance(arguments.get(argument), list):
                found.setdefault(model, []).append(tuple(str(c) for c in arguments[argument]))
    return found


def _required(node: dict[str, Any]) -> tuple[str, ...]:
    return tuple(
        name
        for name, column in node["columns"].items()
        if any(
            constraint["type"] in ("not_null", "primary_key")
            for constraint in column.get("constraints") or []
        )
    )


def public_tables(dbt_manifest: Path) -> list[PublicTable]:
    """The models with `access: public` in dbt's manifest, in order of name.

    Raises:
        DataProblem: `build_failed` if the manifest is missing or declares nothing public.
    """
    try:
        nodes: dict[str, Any] = json.loads(dbt_manifest.read_text(encoding="utf-8"))["nodes"]
    except (OSError, ValueError, KeyError) as error:
        raise DataProblem(
            "build_failed",
            subject=dbt_manifest.name,
            expected="the manifest that dbt writes",
            found=type(error).__name__,
            remedy="build again with `make materialise`",
        ) from error
    tested = _tested_keys(nodes)
    found = [
        PublicTable(
            schema=node["schema"],
            name=node.get("alias") or node["name"],
            description=node.get("description") or "",
            columns=tuple(
                (name, column.get("description") or "") for name, column in node["columns"].items()
            ),
            keys=tuple(dict.fromkeys(_keys(node) + tested.get(unique_id, []))),
            required=_required(node),
            lists_gaps=bool((node["config"].get("meta") or {}).get("lists_gaps")),
        )
        for unique_id, node in nodes.items()
        if node["resource_type"] == "model"
        and (node.get("access") or node["config"].get("access")) == "public"
    ]
    if not found:
        raise DataProblem(
            "build_failed",
            subject=dbt_manifest.name,
            expected="at least one model with access: public",
            found="none",
            remedy="give the models that people may see `access: public`",
        )
    return sorted(found, key=lambda table: table.label)


def sort_columns(columns: list[str]) -> list[str]:
    """The columns that the rows of a published table are sorted by."""
    first = [name for name in SORT_COLUMNS if name in columns]
    return first or columns[:1]
