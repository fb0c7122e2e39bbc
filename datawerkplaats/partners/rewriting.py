"""A file written anew without some of its rows, in the form that it has; and whether a file holds a text in any form."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from datawerkplaats.base import files
from datawerkplaats.base.duckdb import connect_read_only, identifier, relation
from datawerkplaats.base.parquet import read_table

# Whether a row goes, by its values and the names of its columns.
Goes = Callable[[list[str], list[str]], bool]
_PIECE = 1 << 22


def without(
    path: Path, goes: Goes, *, delimiter: str = ";", encoding: str = "utf-8", is_dry: bool = False
) -> int | None:
    """How many rows were left out of a file that is now written anew; None for a form that rows cannot be taken from.

    Args:
        path: A csv, csv.gz or Parquet file. Where nothing goes it stays as it is.
        goes: Whether a row goes.
        delimiter: Of a csv file.
        encoding: Of a csv file.
        is_dry: Only count them.
    """
    form = "".join(path.suffixes[-2:]).lower() if path.suffix == ".gz" else path.suffix.lower()
    if form == ".parquet":
        return _parquet(path, goes, is_dry=is_dry)
    if form in (".csv", ".csv.gz"):
        return _csv(path, goes, delimiter, encoding, is_squeezed=form.endswith(".gz"), is_dry=is_dry)
    return None


def _parquet(path: Path, goes: Goes, *, is_dry: bool) -> int:
    table = read_table(path)
    names = table.column_names
    columns = [[("" if v is None else str(v)) for v in column.to_pylist()] for column in table.columns]
    stays = [not goes(names, list(row)) for row in zip(*columns, strict=True)]
    gone = len(stays) - sum(stays)
    if gone and not is_dry:
        with files.written(path) as unfinished:
            pq.write_table(table.filter(pa.array(stays)), unfinished, compression="zstd")
            unfinished.chmod(path.stat().st_mode & 0o777)
    return gone


def _csv(path: Path, goes: Goes, delimiter: str, encoding: str, *, is_squeezed: bool, is_dry: bool) -> int:
    with (
        gzip.open(path, "rb") if is_squeezed else path.open("rb") as raw,
        io.TextIOWrapper(raw, encoding=encoding, newline="") as stream,
    ):
        lines = list(csv.reader(stream, delimiter=delimiter))
    header, rows = (lines[0], lines[1:]) if lines else ([], [])
    kept = [row for row in rows if not goes(header, row)]
    gone = len(rows) - len(kept)
    if gone and not is_dry:
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows([header, *kept])
        content = out.getvalue().encode(encoding)
        with files.written(path) as unfinished:
            unfinished.write_bytes(gzip.compress(content, mtime=0) if is_squeezed else content)
            unfinished.chmod(path.stat().st_mode & 0o777)
    return gone


def holds(path: Path, texts: Collection[str]) -> bool:
    """Whether any of the texts stands in a file: in its bytes as they are, unfolded, or in a column of it."""
    wanted = [text.encode() for text in texts]
    if any(_in_pieces(path, wanted)):
        return True
    try:
        return any(_inside(path, texts, wanted))
    except (OSError, EOFError, ValueError, zipfile.BadZipFile, pa.ArrowException, duckdb.Error):
        return False  # not the form that its name says: its bytes were looked at


def _in_pieces(path: Path, wanted: Collection[bytes]) -> Iterator[bool]:
    longest, before = max(map(len, wanted)), b""
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as stream:
        try:
            while piece := stream.read(_PIECE):
                yield any(one in before + piece for one in wanted)
                before = piece[-longest:]
        except (EOFError, gzip.BadGzipFile):
            return


def _inside(path: Path, texts: Collection[str], wanted: Collection[bytes]) -> Iterator[bool]:
    form = path.suffix.lower()
    if form == ".parquet":
        yield from _in_parquet(path, texts)
    elif form == ".duckdb":
        yield from _in_duckdb(path, texts)
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                content = archive.read(name)
                yield any(one in content for one in wanted)


def _in_parquet(path: Path, texts: Collection[str]) -> Iterator[bool]:
    wanted = set(texts)
    with pq.ParquetFile(path) as file:
        named = [field.name for field in file.schema_arrow if _is_text(field.type)]
        for batch in file.iter_batches(columns=named) if named else ():
            yield any(wanted & set(column.unique().to_pylist()) for column in batch.columns)


def _is_text(kind: pa.DataType) -> bool:
    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(inner) or pa.types.is_large_string(inner))


def _in_duckdb(path: Path, texts: Iterable[str]) -> Iterator[bool]:
    with connect_read_only(path) as con:
        columns = con.execute(
            "select c.schema_name, c.table_name, c.column_name from duckdb_columns() c join duckdb_tables() t"
            " using (database_name, schema_name, table_name) where not c.internal and c.data_type = 'VARCHAR'"
        ).fetchall()
        for schema, table, column in columns:
            query = f"select 1 from {relation(schema, table)} where {identifier(column)} in (select unnest(?)) limit 1"
            yield con.execute(query, [list(texts)]).fetchone() is not None
