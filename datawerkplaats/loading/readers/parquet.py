"""Tables in Parquet files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.loading.readers import PIECE
from datawerkplaats.loading.readers.values import Columns


def open_parquet(path: Path) -> pq.ParquetFile:
    """The opened file.

    Raises:
        DataProblem: `unreadable_file` if it is damaged or cut off.
    """
    try:
        return pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise _damaged(path, error) from error


def read_parquet(path: Path, source: Source) -> Iterator[Columns]:
    """The rows in pieces; a damaged file is found at the latest where the damage is."""
    del source  # a Parquet file tells its own form
    file = open_parquet(path)
    row = 0
    try:
        for batch in file.iter_batches(batch_size=PIECE):
            row += batch.num_rows
            yield batch.to_pydict()
    except (pa.ArrowInvalid, OSError) as error:
        raise _damaged(path, error, f"after row {row}") from error


def _damaged(path: Path, error: Exception, where: str = "") -> DataProblem:
    return DataProblem(
        "unreadable_file",
        subject=path.name,
        where=where,
        expected="a whole Parquet file",
        found=str(error).split("\n", 1)[0],
        remedy="deliver the file again; it was probably cut off while it was copied",
    )
