"""What goes into a worker and what comes out: limits, job, result."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Limits:
    """How much one query may take.

    Args:
        rows: More rows than this are cut off (`truncated`).
        bytes: An answer larger than this, as JSON, is cut off.
        seconds: Wall time after which the query is stopped.
        cpu_seconds: Processor time after which the query is stopped.
        memory: Address space on top of what the process takes before it begins.
    """

    rows: int = 10_000
    bytes: int = 16_000_000
    seconds: float = 6.0
    cpu_seconds: int = 8
    memory: int = 1_500_000_000


class Job(TypedDict):
    """One line to a worker."""

    path: str
    raw: str
    sql: str
    gated: bool
    rows: int
    bytes: int
    seconds: float
    cpu_seconds: int
    memory: int


@dataclass(frozen=True)
class Column:
    """A column of a result: its name and the engine's type, such as `VARCHAR` or `DECIMAL(18,3)`."""

    name: str
    type: str


@dataclass(frozen=True)
class QueryResult:
    """The answer to a query; `truncated` says that there was more than the limits allow."""

    columns: tuple[Column, ...]
    rows: list[tuple[Any, ...]] = field(repr=False)
    truncated: bool
    seconds: float

    def arrow(self) -> pa.Table:
        """The same as an Arrow table, for downloads; a column name that occurs twice gets a number."""
        import pyarrow as pa

        names: list[str] = []
        for column in self.columns:
            twin = sum(name.rpartition("_")[0] == column.name for name in names)
            names.append(f"{column.name}_{twin + 2}" if column.name in names else column.name)
        values = list(zip(*self.rows, strict=True)) or [() for _ in self.columns]
        arrays = [
            _array(list(cells), column.type) for cells, column in zip(values, self.columns, strict=True)
        ]
        return pa.Table.from_arrays(arrays, names=names)


def _arrow_type(kind: str) -> pa.DataType | None:
    import pyarrow as pa

    if decimal := re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", kind):
        return pa.decimal128(int(decimal[1]), int(decimal[2]))
    return {
        "BOOLEAN": pa.bool_(),
        "TINYINT": pa.int8(),
        "SMALLINT": pa.int16(),
        "INTEGER": pa.int32(),
        "BIGINT": pa.int64(),
        "UTINYINT": pa.uint8(),
        "USMALLINT": pa.uint16(),
        "UINTEGER": pa.uint32(),
        "UBIGINT": pa.uint64(),
        "FLOAT": pa.float32(),
        "DOUBLE": pa.float64(),
        "VARCHAR": pa.string(),
        "DATE": pa.date32(),
        "TIMESTAMP": pa.timestamp("us"),
        "TIMESTAMP WITH TIME ZONE": pa.timestamp("us", tz="UTC"),
    }.get(kind)


def _array(cells: list[Any], kind: str) -> pa.Array:
    import pyarrow as pa

    known = _arrow_type(kind)
    try:
        return pa.array(cells, type=known)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        # Dates outside Python's range and values of mixed kinds are kept as text rather than lost.
        return pa.array([None if cell is None else str(cell) for cell in cells], type=pa.string())


_READERS: dict[str, Callable[[str], Any]] = {
    "DATE": datetime.date.fromisoformat,
    "TIME": datetime.time.fromisoformat,
    "DECIMAL": Decimal,
    "TIMESTAMP": datetime.datetime.fromisoformat,
}


def _reader(kind: str) -> Callable[[str], Any] | None:
    return None if "[" in kind else _READERS.get(re.split(r"[ (_]", kind)[0])


def _read(reader: Callable[[str], Any] | None, cell: Any) -> Any:
    if reader is None or not isinstance(cell, str):
        return cell
    try:
        return reader(cell)
    except (ValueError, ArithmeticError):
        return cell  # 'infinity', a date before Christ: the engine's own text


def read_answer(reply: dict[str, Any]) -> QueryResult:
    """A worker's answer with its dates and decimals as Python values again."""
    columns = tuple(Column(str(name), str(kind)) for name, kind in reply["columns"])
    readers = [_reader(column.type) for column in columns]
    rows = [
        tuple(_read(reader, cell) for reader, cell in zip(readers, row, strict=True)) for row in reply["rows"]
    ]
    return QueryResult(columns, rows, bool(reply["truncated"]), float(reply["seconds"]))
