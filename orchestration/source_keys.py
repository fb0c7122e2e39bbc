"""What dbt reads from outside: a key per column of the declarations, and one per delivery."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from datawerkplaats.base.duckdb import connect_memory
from datawerkplaats.loading.snapshot import DATA, Provenance
from orchestration.node_keys import digest

_JSON = re.compile(r"^\s*read_json\('((?:[^']|'')+\.json)'")
_PARQUET = re.compile(r"^\s*read_parquet\('((?:[^']|'')+\.parquet)'\)\s*$")
_SLICED = "source_id"


class SourceKeys:
    """The sources of a dbt manifest as they lie there now."""

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        self._names: dict[str, str] = {
            key: told["relation_name"] for key, told in manifest["sources"].items()
        }
        self._rows: dict[str, list[dict[str, Any]]] = {}
        self._keys: dict[tuple[str, str, str], str] = {}

    def is_declared(self, unique_id: str) -> bool:
        """Whether it is a table of declarations or of a model's account, of which columns are told apart."""
        return bool(_JSON.match(self._names[unique_id]))

    def key(self, unique_id: str, column: str, of_source: str = "") -> str:
        """A key of the values in a column, in their order; of a delivery, of all of it.

        Args:
            unique_id: The dbt id of the source.
            column: A column, or `*` for all.
            of_source: If given, only of the rows about this source.
        """
        asked = (unique_id, column, of_source) if self.is_declared(unique_id) else (unique_id, "*", "")
        if asked not in self._keys:
            self._keys[asked] = self._key(*asked)
        return self._keys[asked]

    def _key(self, unique_id: str, column: str, of_source: str) -> str:
        if not self.is_declared(unique_id):
            path = _path(_PARQUET, self._names[unique_id])
            # What is read in a way that is not known here is never taken for the same.
            return _delivery_key(path) if path else uuid.uuid4().hex
        rows = self._read(unique_id)
        if of_source:
            rows = [row for row in rows if str(row.get(_SLICED)) == of_source]
        if column == "*":
            return digest(rows)
        return digest([row.get(column) for row in rows])

    def shape(self, unique_id: str) -> str:
        """A key of the columns and their kinds; of a delivery, of all of it."""
        if not self.is_declared(unique_id):
            return self.key(unique_id, "*")
        kinds: dict[str, set[str]] = {}
        for row in self._read(unique_id):
            for name, value in row.items():
                kinds.setdefault(name, set()).add(type(value).__name__)
        return digest({name: sorted(found) for name, found in kinds.items()})

    def columns(self, unique_id: str) -> tuple[tuple[str, str], ...]:
        """The columns with their types in SQL; none where there is nothing that can be read."""
        try:
            rows = self._con.execute(f"describe select * from {self._names[unique_id]}").fetchall()
        except duckdb.Error:
            return (("nothing", "integer"),)
        return tuple((str(row[0]), str(row[1])) for row in rows)

    @cached_property
    def _con(self) -> duckdb.DuckDBPyConnection:
        return connect_memory(1)

    def _read(self, unique_id: str) -> list[dict[str, Any]]:
        if unique_id not in self._rows:
            path = _path(_JSON, self._names[unique_id])
            self._rows[unique_id] = (
                json.loads(path.read_text(encoding="utf-8")) if path and path.exists() else []
            )
        return self._rows[unique_id]


def _path(pattern: re.Pattern[str], name: str) -> Path | None:
    found = pattern.match(name)
    return Path(found[1].replace("''", "'").replace("%%", "%")) if found else None


def _delivery_key(path: Path) -> str:
    made = Provenance.read(path.parent)
    if path.name == DATA and made and made.data_sha256:
        return digest(made.snapshot_id, made.mode, made.data_sha256)
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path.exists() else ""
