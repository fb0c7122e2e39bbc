"""What decides a model, seed or test besides data: its text, its settings, and the macros that it calls."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from graphlib import TopologicalSorter
from typing import Any

import duckdb

from datawerkplaats.base.settings import PROJECT_ROOT

# What each of them is made with and no node tells of: another one of these, and everything is made again.
_FOR_ALL = ("requirements.lock", "dbt_project/dbt_project.yml", "dbt_project/profiles.yml")
# How a model becomes a table or a view, and in which parts: no model names it.
_MATERIALIZATIONS = ("macros/engines/materializations.sql", "macros/engines/parts.sql")
_OF_A_NODE = (
    *("name", "resource_type", "alias", "schema", "relation_name", "config", "checksum", "raw_code", "description"),
    *("columns", "constraints", "contract", "access", "column_name", "attached_node", "test_metadata"),
)  # fmt: skip
KINDS = ("seed", "model", "test")


def digest(*parts: object) -> str:
    """Sixteen digits of whatever can be written as JSON."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def for_all(manifest: Mapping[str, Any], settings: Mapping[str, str]) -> str:
    """A key of what every node is made with: packages, settings of the project and of the build, and how schemas are named
    and tables made.
    """
    files = [(PROJECT_ROOT / name).read_bytes().hex() for name in _FOR_ALL]
    macros = {
        name: macro["macro_sql"]
        for name, macro in manifest["macros"].items()
        if macro["name"].startswith(("generate_", "on_")) or macro["original_file_path"] in _MATERIALIZATIONS
    }
    return digest(files, macros, dict(settings), manifest["metadata"]["dbt_version"], duckdb.__version__)


def nodes_in_order(manifest: Mapping[str, Any]) -> list[str]:
    """The ids of all seeds, models and tests, each after what it is made of."""
    known = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] in KINDS}
    graph = {key: [one for one in parents(node) if one in known] for key, node in sorted(known.items())}
    return list(TopologicalSorter(graph).static_order())


def parents(node: Mapping[str, Any]) -> list[str]:
    """The ids of the nodes and sources that a node reads."""
    return list((node.get("depends_on") or {}).get("nodes") or [])


def text_keys(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Per node a key of its text, settings, descriptions and macros; where its sources lie is part of it."""
    macros = manifest["macros"]
    made: dict[str, str] = {}
    for unique_id in nodes_in_order(manifest):
        node = manifest["nodes"][unique_id]
        called = {name: macros[name]["macro_sql"] for name in _called(node, macros)}
        places = {
            name: manifest["sources"][name]["relation_name"]
            for name in parents(node)
            if name.startswith("source.")
        }
        told = {name: node.get(name) for name in _OF_A_NODE}
        made[unique_id] = digest(told, sorted(parents(node)), places, called)
    return made


def _called(node: Mapping[str, Any], macros: Mapping[str, Any]) -> Iterable[str]:
    """The macros behind a node, however far away; those of dbt itself come with its version."""
    waiting, found = list(node["depends_on"].get("macros") or []), set()
    while waiting:
        name = waiting.pop()
        if name in found or name not in macros or macros[name]["package_name"].startswith("dbt"):
            continue
        found.add(name)
        waiting += macros[name]["depends_on"]["macros"]
    return sorted(found)
