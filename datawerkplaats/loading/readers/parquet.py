"""Tables in Parquet files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.loading.content.watch import Watch
from datawerkplaats.loading.readers import MOST_COLUMNS, PIECE, too_large
from datawerkplaats.loading.readers.values import Columns

# A file may always say so many cells, and beyond that so many per byte: the densest real table has four.
CELLS, CELLS_PER_BYTE = 2_000_000, 200
_PANDAS = b"ARROW:schema"


def open_parquet(path: Path) -> pq.ParquetFile:
    """The opened file, if what it says of itself can be.

    Raises:
        DataProblem: `unreadable_file` if it is damaged or cut off; `unfolds_too_far` or `too_large`; `direct_identifier`.
    """
    try:
        # Without threads: a file is read in the order of its rows, and each thread would hold a piece of it.
        file = pq.ParquetFile(
            path, pre_buffer=False, thrift_string_size_limit=10_000_000, thrift_container_size_limit=1_000_000
        )
        told = file.metadata
        cells, size, columns = told.num_rows * told.num_columns, path.stat().st_size, told.num_columns
        names, notes = file.schema_arrow.names, told.metadata or {}
    except (pa.ArrowException, OSError) as error:
        raise _damaged(path, error) from error
    if columns > MOST_COLUMNS:
        raise too_large(path.name, f"at most {MOST_COLUMNS:,} columns", f"{columns:,}")
    if cells > CELLS + CELLS_PER_BYTE * size:
        raise DataProblem(
            "unfolds_too_far",
            subject=path.name,
            expected=f"at most {CELLS_PER_BYTE} cells per byte",
            found=f"{told.num_rows:,} rows in {size:,} bytes",
            remedy="look at the file: a table of figures about areas has a cell for every few bytes",
        )
    watch = Watch(path.name)
    watch.heads(names)
    for key, value in notes.items():
        if key != _PANDAS:
            watch.text("the notes in the file", f"{key.decode('latin-1')} {value.decode('utf-8', 'replace')}")
    return file


def read_parquet(path: Path, source: Source) -> Iterator[Columns]:
    """The rows in pieces; a damaged file is found at the latest where the damage is."""
    del source  # a Parquet file tells its own form
    file = open_parquet(path)
    row = 0
    try:
        for batch in file.iter_batches(batch_size=PIECE, use_threads=False):
            row += batch.num_rows
            yield batch.to_pydict()
    except MemoryError:
        raise
    except (pa.ArrowException, OSError, UnicodeDecodeError, OverflowError, ValueError) as error:
        raise _damaged(path, error, f"after row {row}") from error
    if row != file.metadata.num_rows:
        raise _damaged(path, EOFError(), f"after row {row}")


def _damaged(path: Path, error: Exception, where: str = "") -> DataProblem:
    return DataProblem(
        "unreadable_file",
        subject=path.name,
        where=where,
        expected="a whole Parquet file",
        found=type(error).__name__,
        remedy="deliver the file again; it was probably cut off while it was copied",
    )
