"""A delivery's rows as one Parquet file, written part by part, with a hash of the content alone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.loading.content.watch import Watch
from datawerkplaats.loading.readers.validation import TableRules
from datawerkplaats.loading.readers.values import Columns
from datawerkplaats.loading.web import Received

ROWS_PER_GROUP = 2_500  # small groups keep the writer's buffers small: 10,000 rows would take 11 MB more


@dataclass(frozen=True)
class Part:
    """One received page or file, for the provenance."""

    name: str
    url: str
    sha256: str
    bytes: int
    rows: int


class ContentHash:
    """A hash of values per column: it does not depend on host, time, paging, or the order of columns."""

    def __init__(self) -> None:
        self._columns: dict[str, Any] = {}
        self._labels: list[str] = []

    def update(self, name: str, values: Sequence[Any]) -> None:
        """Adds values to a column."""
        digest = self._columns.setdefault(name, hashlib.sha256())
        if values:
            digest.update(orjson.dumps(values)[1:-1] + b",")

    def add_labels(self, rows: list[dict[str, Any]]) -> None:
        """Adds a table of labels, in any order of rows."""
        # The sum of the rows' hashes: without order, and without all rows in memory at once.
        hashes = (hashlib.sha256(orjson.dumps(row, option=orjson.OPT_SORT_KEYS)).digest() for row in rows)
        self._labels.append(f"{len(rows)} {sum(int.from_bytes(digest) for digest in hashes) % 2**256:x}")

    def copy(self) -> ContentHash:
        """The same state, to go on from or to go back to."""
        twin = ContentHash()
        twin._columns = {name: digest.copy() for name, digest in self._columns.items()}
        twin._labels = list(self._labels)
        return twin

    def hexdigest(self) -> str:
        """The hash so far."""
        columns = [[name, digest.hexdigest()] for name, digest in sorted(self._columns.items())]
        return hashlib.sha256(orjson.dumps([columns, self._labels])).hexdigest()


class TableWriter:
    """Takes rows, has them checked, and writes them as row groups in the order of the parts.

    Args:
        path: The Parquet file to write.
        rules_for: Gives the rules once the delivered column names are known.
        content: The hash to go on from, which may hold labels already.
        watch: Looks for what points at a person; None where the reader has done so.
    """

    def __init__(
        self,
        path: Path,
        rules_for: Callable[[list[str]], TableRules],
        content: ContentHash,
        watch: Watch | None = None,
    ) -> None:
        self.path, self._rules_for, self._watch = path, rules_for, watch
        self.rules: TableRules | None = None
        self.parts: list[Part] = []
        self.delivered: list[str] = []
        self._batches: list[pa.RecordBatch] = []
        self._writer: pq.ParquetWriter | None = None
        self._hash = content
        self._labels_alone, self._part_rows, self._waiting = content.copy(), 0, 0
        self._next_file = False

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def add(self, rows: list[dict[str, Any]]) -> None:
        """Takes rows of the current part."""
        names = self.delivered or list(rows[0])
        try:
            columns = dict(zip(names, zip(*map(_values_of(names), rows), strict=True), strict=True))
        except KeyError as error:
            raise _uneven(self.rules, names, str(error)) from error
        if len(rows[0]) != len(names):
            raise _uneven(self.rules, names, f"{len(rows[0])} columns")
        self.add_columns(columns)

    def add_columns(self, columns: Columns) -> None:
        """Takes rows of the current part, given per column.

        Raises:
            DataProblem: What the watch finds, before anything else is said of these rows; or what the rules say.
        """
        if self._watch:
            self._watch.rows(columns)
        if self.rules is None:
            self.delivered = list(columns)
            self.rules = self._rules_for(self.delivered)
        elif self._next_file:
            self.rules.go_on_with(self._rules_for(list(columns)).names)
        self._next_file = False
        stored, batch = self.rules.take(columns)
        self._part_rows += batch.num_rows
        self._waiting += batch.num_rows
        self._batches.append(batch)
        for name, values in stored.items():
            self._hash.update(name, values)
        if self._waiting >= ROWS_PER_GROUP:
            self._write_group()

    def next_file(self, name: str = "") -> None:
        """The rows that follow come from another file, which may name its columns in its own way."""
        if self._watch:
            self._watch.go_on_with(name)
        self._next_file = True

    @property
    def is_waiting(self) -> bool:
        """Whether no row of the file has come in yet."""
        return self._next_file or self.rules is None

    def keep_part(self, received: Received) -> None:
        """Notes where the rows since the last part came from."""
        self.parts.append(
            Part(received.path.name, received.url, received.sha256, received.bytes, self._part_rows)
        )
        self._part_rows = 0

    def start_over(self) -> None:
        """Forgets all rows."""
        self.__exit__(None, None, None)
        self.rules, self.delivered, self.parts, self._batches = None, [], [], []
        self._hash, self._part_rows, self._waiting = self._labels_alone.copy(), 0, 0
        if self._watch:
            self._watch.start_over()

    def _write_group(self) -> None:
        if not self._batches or self.rules is None:
            return
        if self._writer is None:
            self._writer = pq.ParquetWriter(self.path, self.rules.schema, compression="zstd")
        self._writer.write_table(pa.Table.from_batches(self._batches))
        self._batches, self._waiting = [], 0

    def finish(self) -> str:
        """The content hash, after the file is complete and the rules for the whole table are met."""
        self._write_group()
        self.__exit__(None, None, None)
        assert self.rules is not None
        if self._watch:
            self._watch.finish()
        self.rules.finish(self.path)
        return self._hash.hexdigest()


def _values_of(names: list[str]) -> Callable[[dict[str, Any]], tuple[Any, ...]]:
    """A function that gives a row's values in the order of the names."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda row: tuple(row[name] for name in names)


def _uneven(rules: TableRules | None, names: list[str], found: str) -> DataProblem:
    return DataProblem(
        "missing_column",
        subject=rules.subject if rules else "the table",
        where=f"row {rules.rows + 1 if rules else 1} and following",
        expected=f"the {len(names)} columns of the first row",
        found=found,
        remedy="ask the publisher for a whole delivery",
    )
