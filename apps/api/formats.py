"""An answer as JSON, CSV or Parquet. Hidden figures are empty in each, with their reason and holder beside them."""

from __future__ import annotations

import io
from typing import Literal

import orjson
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from apps.api.questions import Page
from datawerkplaats.base.visible import visible

Format = Literal["json", "csv", "parquet"]
MEDIA: dict[str, str] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}


def written(page: Page, release_id: str, kind: Format) -> bytes:
    """The bytes of a page of rows; the release stands in the answer itself, for whoever keeps it."""
    if kind == "csv":
        return _csv(page.rows)
    if kind == "parquet":
        stream = io.BytesIO()
        told = {**(page.rows.schema.metadata or {}), b"release": release_id.encode()}
        pyarrow.parquet.write_table(page.rows.replace_schema_metadata(told), stream, compression="zstd")
        return stream.getvalue()
    return orjson.dumps(
        {
            "release": release_id,
            "total": page.total,
            "page": page.number,
            "page_size": page.size,
            "last_page": page.last,
            "items": page.rows.to_pylist(),
        },
        default=str,
    )


def _csv(rows: pa.Table) -> bytes:
    """CSV with a byte order mark, by which a spreadsheet knows the letters; no text can pass for a formula."""
    stream = io.BytesIO()
    stream.write(b"\xef\xbb\xbf")
    plain = [
        pa.array([_harmless(one) for one in rows.column(name).to_pylist()], pa.string())
        if pa.types.is_string(rows.schema.field(name).type)
        else rows.column(name)
        for name in rows.column_names
    ]
    pyarrow.csv.write_csv(pa.table(plain, names=[str(_harmless(name)) for name in rows.column_names]), stream)
    return stream.getvalue()


def _harmless(text: str | None) -> str | None:
    if not text:
        return text
    shown = visible(text, lines=True)
    return f"'{shown}" if text[0] in "=+@\t\r" else shown
