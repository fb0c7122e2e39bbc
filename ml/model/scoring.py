"""Scores for very many people, batch by batch from Arrow, in the memory of one batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ml.base.problems import DataProblem
from ml.estimators.base import Fitted

Singles = NDArray[np.float32]
STRETCH = 4096


def matrix_of(batch: pa.RecordBatch, names: list[str], into: Singles | None = None) -> Singles:
    """The features of a batch in the model's order, nan where null.

    Raises:
        DataProblem: If a feature is absent.
    """
    absent = [name for name in names if name not in batch.schema.names]
    if absent:
        raise DataProblem(
            "schema_mismatch", subject="scoring batch", where=absent[0], expected=f"{len(names)} features of the model",
            remedy="score with the columns that the model was registered with",
        )  # fmt: skip
    n = batch.num_rows
    out = np.empty((n, len(names)), dtype=np.float32) if into is None or len(into) < n else into[:n]
    columns = []
    for name in names:
        column = batch.column(name)
        if column.null_count:
            column = column.cast(pa.float32()).fill_null(np.nan)
        columns.append(column.to_numpy(zero_copy_only=False))
    # Row by row is how models read, column by column how Arrow keeps: turn a stretch at a time, while it is in the cache.
    for start in range(0, n, STRETCH):
        for position, values in enumerate(columns):
            out[start : start + STRETCH, position] = values[start : start + STRETCH]
    return out


def score_batches(
    model: Fitted, manifest: dict[str, Any], batches: Iterable[pa.RecordBatch], keep: tuple[str, ...] = ()
) -> Iterator[pa.RecordBatch]:
    """For each batch its kept columns and `risk`.

    Args:
        model: A registered model.
        manifest: Its manifest, which names the features.
        batches: For example a DuckDB result's `fetch_record_batch()`.
        keep: Columns handed through, such as a key or an area code.
    """
    names = [column["name"] for column in manifest["columns"]]
    buffer: Singles | None = None
    for batch in batches:
        if buffer is None or len(buffer) < batch.num_rows:
            buffer = np.empty((batch.num_rows, len(names)), dtype=np.float32)
        risk = model.predict(matrix_of(batch, names, buffer))
        arrays = [*(batch.column(name) for name in keep), pa.array(risk.astype(np.float32))]
        yield pa.record_batch(arrays, names=[*keep, "risk"])
