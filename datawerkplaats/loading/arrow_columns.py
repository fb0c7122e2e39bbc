"""Arrow columns from Python lists, without pandas.

`pyarrow.array` imports pandas on its first call with a list, to see whether the list might be a pandas
object: 50 MB and a quarter of a second, more than all the rest of a load. Columns are therefore made from
their buffers.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import accumulate

import pyarrow as pa


def text_column(values: Sequence[str | None]) -> pa.Array:
    """A string column.

    Raises:
        TypeError: If a value is neither text nor None.
    """
    validity = None
    try:
        joined = "".join(values)  # type: ignore[arg-type]
    except TypeError:
        if None not in values:
            raise
        validity = _validity(values)
        values = ["" if value is None else value for value in values]
        joined = "".join(values)  # type: ignore[arg-type]
    data = joined.encode()
    is_ascii = len(data) == len(joined)
    lengths = map(len, values) if is_ascii else (len(value.encode()) for value in values)  # type: ignore[arg-type, union-attr]
    offsets = array("i", accumulate(lengths, initial=0))
    buffers = [validity, pa.py_buffer(offsets), pa.py_buffer(data)]
    return pa.Array.from_buffers(pa.string(), len(values), buffers)


def number_column(values: Sequence[float | None]) -> pa.Array:
    """A float64 column.

    Raises:
        TypeError: If a value is neither a number nor None.
    """
    filled = array("d", [0.0 if value is None else value for value in values])
    return pa.Array.from_buffers(pa.float64(), len(values), [_validity(values), pa.py_buffer(filled)])


def integer_column(values: Sequence[int | None]) -> pa.Array:
    """An int64 column.

    Raises:
        TypeError: If a value is neither a whole number nor None.
    """
    filled = array("q", [0 if value is None else value for value in values])
    return pa.Array.from_buffers(pa.int64(), len(values), [_validity(values), pa.py_buffer(filled)])


def _validity(values: Sequence[object]) -> pa.Buffer | None:
    """One bit per value, lowest first; None if every value is there."""
    if None not in values:
        return None
    bits = "".join("0" if value is None else "1" for value in reversed(values))
    return pa.py_buffer(int(bits, 2).to_bytes((len(values) + 7) // 8, "little"))
