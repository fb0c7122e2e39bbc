"""What the warehouse was made of, column by column, and so what has to be made again after a change.

Every column of every table has a key: of its statement, and of the keys of all columns that DuckDB reads for it (`reads`), down
to the deliveries and the declarations. A table is made again if one of its columns has another key, a test is run again if
something it reads has, and a published table is written again if one of its columns has. So a new title of an indicator reaches
the tables that hold titles and no others, with nobody to say which those are. Whatever is not known for certain is made again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from datawerkplaats.base.files import write_text
from orchestration import node_keys
from orchestration.node_keys import digest, nodes_in_order, parents
from orchestration.planner import Planner
from orchestration.reads import EVERY, Read
from orchestration.source_keys import SourceKeys

Manifest = Mapping[str, Any]
Reads = dict[str, frozenset[Read]]


@dataclass(frozen=True)
class Node:
    """What a model, seed or test was made of.

    Args:
        text: Key of its text, settings and macros.
        shape: Key of what decides which columns it has.
        sql: Key of its statement as the engine got it.
        columns: Per column the key of all that decides it; a test has one, `*`.
        reads: Per column what is read for it.
    """

    text: str
    shape: str
    sql: str
    columns: dict[str, str]
    reads: Reads


@dataclass(frozen=True)
class Made:
    """What a whole warehouse was made of."""

    for_all: str
    nodes: dict[str, Node]

    @classmethod
    def read(cls, path: Path) -> Made | None:
        """What was kept; None where there is nothing that can be read."""
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            return cls(told["for_all"], {key: _node(one) for key, one in told["nodes"].items()})
        except (OSError, ValueError, KeyError, TypeError, IndexError):
            return None

    def write(self, path: Path) -> None:
        """Keep it."""
        nodes = {key: _told(node) for key, node in self.nodes.items()}
        write_text(path, json.dumps({"for_all": self.for_all, "nodes": nodes}))

    def column_key(self, read: Read) -> str:
        """The key of a column of a table; one that is not there has none."""
        return self.nodes[read.unique_id].columns.get(read.column, "") if read.unique_id in self.nodes else ""

    def key_of(self, unique_id: str, more: Iterable[tuple[str, str]] = ()) -> str:
        """One key of everything in a table, and of some columns of others."""
        beside = [self.nodes[other].columns.get(column, "") for other, column in more if other in self.nodes]
        node = self.nodes[unique_id]
        return digest(node.text, node.columns, beside)


@dataclass(frozen=True)
class Need:
    """What has to be built: everything, because of `whole`, or the nodes in `nodes`."""

    whole: str = ""
    # Whether it begins with an empty file: tables stand there that nothing makes any more, or it was stored in another way.
    anew: bool = False
    nodes: tuple[str, ...] = ()
    # Nodes of which it is only known after the build what they read.
    unknown: frozenset[str] = frozenset()


@dataclass
class Now:
    """The project, the deliveries and the declarations as they are now."""

    manifest: Manifest
    for_all: str
    sources: SourceKeys
    texts: dict[str, str] = field(init=False)
    order: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.texts = node_keys.text_keys(self.manifest)
        self.order = nodes_in_order(self.manifest)

    def need(self, kept: Made | None) -> Need:
        """What has to be built, given what the warehouse was made of."""
        if kept is None:
            return Need("it is not known what the warehouse was made of")
        if kept.for_all != self.for_all:
            return Need("a package, a setting or a place has changed", anew=True)
        gone = kept.nodes.keys() - set(self.order)
        if any(not key.startswith("test.") for key in gone):
            return Need("a model has gone", anew=True)
        keys = _Keys(self, kept.nodes)
        found, unknown = [], set[str]()
        for key in self.order:
            node = kept.nodes.get(key)
            if node is None or node.text != self.texts[key] or unknown & set(parents(self._node(key))):
                unknown.add(key)
                found.append(key)
                continue
            keys.add(key, node.reads)
            if keys.shapes[key] != node.shape if self._is_view(key) else keys.columns[key] != node.columns:
                found.append(key)
        return Need(nodes=tuple(found), unknown=frozenset(unknown))

    def made(self, kept: Made | None, sql: Mapping[str, str], warehouse: Path) -> Made:
        """What the warehouse is made of after a build.

        Args:
            kept: What it was made of before.
            sql: Per node that was built its statement as the engine got it.
            warehouse: The file.
        """
        earlier = kept.nodes if kept and kept.for_all == self.for_all else {}
        keys, nodes = _Keys(self, earlier), dict[str, Node]()
        with Planner(self, sql, warehouse) as planner:
            for key in self.order:
                before = earlier.get(key)
                statement = (
                    digest(sql[key], planner.shape_of(key)) if key in sql else before.sql if before else ""
                )
                if before and before.text == self.texts[key] and before.sql == statement:
                    reads = before.reads
                else:
                    reads = planner.reads(key)
                keys.add(key, reads)
                nodes[key] = Node(self.texts[key], keys.shapes[key], statement, keys.columns[key], reads)
        return Made(self.for_all, nodes)

    def _node(self, key: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.manifest["nodes"][key]
        return found

    def _is_view(self, key: str) -> bool:
        return bool(self._node(key)["config"].get("materialized") == "view")

    def is_looked_through(self, key: str) -> bool:
        """Whether a model only gives the declarations their types, so that others read the declarations themselves."""
        return key.startswith("model.") and "catalogue" in self._node(key)["fqn"] and self._is_view(key)

    def reads_deliveries(self, key: str) -> bool:
        """Whether a model reads deliveries, which change as a whole."""
        return any(
            name.startswith("source.") and not self.sources.is_declared(name)
            for name in parents(self._node(key))
        )

    def relations(self) -> Iterable[tuple[str, tuple[str, str]]]:
        """Per model and seed its schema and name."""
        for key in self.order:
            if not key.startswith("test."):
                node = self._node(key)
                yield key, (node["schema"], node.get("alias") or node["name"])


class _Keys:
    """The keys of all columns, worked out in order."""

    def __init__(self, now: Now, earlier: Mapping[str, Node]) -> None:
        self.now, self.earlier = now, earlier
        self.columns: dict[str, dict[str, str]] = {}
        self.shapes: dict[str, str] = {}

    def add(self, key: str, reads: Reads) -> None:
        """Work out the keys of a node from what is read for it."""
        above = parents(self.now.manifest["nodes"][key])
        texts = [
            self.now.texts[key],
            *(
                self.now.texts[one]
                for one in above
                if one in self.now.texts and self.now.is_looked_through(one)
            ),
        ]
        self.columns[key] = {
            column: digest(texts, sorted((*read, self._key(read)) for read in found))
            for column, found in reads.items()
        }
        self.shapes[key] = digest(texts, [self._shape(one) for one in sorted(above)])

    def _key(self, read: Read) -> str:
        if read.unique_id.startswith("source."):
            return self.now.sources.key(read.unique_id, read.column, read.slice)
        known = self.columns[read.unique_id]
        return digest(known) if read.column == EVERY else known[read.column]

    def _shape(self, unique_id: str) -> str:
        if unique_id.startswith("source."):
            return self.now.sources.shape(unique_id)
        return self.shapes[unique_id]


def _told(node: Node) -> dict[str, Any]:
    """A node as JSON: many columns are decided by the same, which is told once."""
    sets = list(dict.fromkeys(node.reads.values()))
    place = {reads: number for number, reads in enumerate(sets)}
    return {
        **{name: getattr(node, name) for name in ("text", "shape", "sql", "columns")},
        "sets": [sorted(reads) for reads in sets],
        "reads": {column: place[reads] for column, reads in node.reads.items()},
    }


def _node(told: Mapping[str, Any]) -> Node:
    sets = [frozenset(Read(*read) for read in reads) for reads in told["sets"]]
    reads = {column: sets[number] for column, number in told["reads"].items()}
    return Node(told["text"], told["shape"], told["sql"], told["columns"], reads)
