"""Looks for texts in every byte of a folder, also in what is packed."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


def hits(
    folder: Path, wanted: Iterable[str], outside: Iterable[Path] = (), copied_from: Path | None = None
) -> list[tuple[str, str]]:
    """Every wanted text that stands in a file of the folder or in its name, with the file's place.

    Args:
        folder: Where to look.
        wanted: Texts; one of digits alone is also looked for as a number.
        outside: Folders that are not looked at.
        copied_from: What the folder is a copy of, made before anything was planted: files that are still those are not read.
    """
    texts = sorted(set(wanted))
    needles = [(text, text.encode(), text.encode("utf-16-le")) for text in texts]
    closed, found = list(outside), []
    for path in sorted(folder.rglob("*")):
        if any(path.is_relative_to(one) for one in closed):
            continue
        shown = path.relative_to(folder).as_posix()
        found += [(text, f"name of {shown}") for text in texts if text in path.name]
        if (
            path.is_file()
            and not path.is_symlink()
            and not (copied_from and _is_still(copied_from / shown, path))
        ):
            for content in _contents(path, {int(text) for text in texts if text.isdigit()}):
                found += [
                    (text, shown) for text, plain, wide in needles if plain in content or wide in content
                ]
    return found


def _is_still(before: Path, path: Path) -> bool:
    """Whether a file has the size and time of the one it was copied from; who writes a file changes its time."""
    try:
        one, other = before.stat(), path.stat()
    except FileNotFoundError:
        return False
    return (one.st_size, one.st_mtime_ns) == (other.st_size, other.st_mtime_ns)


def _contents(path: Path, numbers: set[int]) -> Iterator[bytes]:
    """What a file holds: its bytes, and those of what is packed in it."""
    content = path.read_bytes()
    yield content
    if content[:2] == b"\x1f\x8b":
        yield gzip.decompress(content)
    elif content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            yield from (packed.read(part) for part in packed.namelist())
    elif content[:4] == b"PAR1":
        table = pq.read_table(io.BytesIO(content))
        yield "\n".join(table.column_names).encode()
        for column in table.columns:
            if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
                yield "\n".join(value for value in column.to_pylist() if value).encode()
            elif pa.types.is_floating(column.type) or pa.types.is_integer(column.type):
                values = column.drop_null().unique().to_pylist()
                told = {int(value) for value in values if value in numbers}
                yield " ".join(map(str, told)).encode()
