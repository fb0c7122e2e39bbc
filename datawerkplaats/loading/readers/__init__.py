"""Deliveries as files: finding them in the partner folder and reading each form, one short module per
form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.loading.readers.plain import lies_there
from datawerkplaats.loading.readers.values import Columns

FORMS = (".parquet", ".csv", ".xlsx", ".geojson", ".json")
TABLES = ("csv", "xlsx", "parquet")  # kinds of which every file is an edition
LAYOUTS = ("TypedDataSet", "UntypedDataSet")  # in which StatLine gives a table
MOST_COLUMNS = 5_000
PIECE = 2_000  # rows that are in memory at a time


def adds_up(source: Source) -> bool:
    """Whether every file of a source is an edition of it."""
    return source.reader.kind in TABLES and source.period_column is not None


def find_editions(source: Source, folder: Path) -> list[Path]:
    """The files that together are the source's delivery: every edition of a table in a file, one file of all else.

    A table that lies there in two forms (the same name, another extension) is one edition, in the form whose pattern
    comes first.
    """
    if not adds_up(source):
        found = find_delivery(source, folder)
        return [found] if found else []
    forms: dict[Path, Path] = {}
    for pattern in source.reader.files:
        for path in sorted(path for path in folder.glob(pattern) if lies_there(path)):
            forms.setdefault(path.with_suffix(""), path)
    return sorted(forms.values())


def find_delivery(source: Source, folder: Path) -> Path | None:
    """The source's delivery in the folder: the first pattern that matches, in alphabetical order; None if
    there is none.

    A StatLine table may lie there in another form or layout (typed or untyped) than the patterns name.
    """
    for pattern in [*source.reader.files, *_either_layout(source.reader.files)]:
        if found := sorted(path for path in folder.glob(pattern) if lies_there(path)):
            return found[0]
    return None


def _either_layout(patterns: Sequence[str]) -> list[str]:
    """For patterns of a StatLine data set: the same one in every form, then the other layout."""
    found = []
    for pattern in map(PurePosixPath, patterns):
        if pattern.stem in LAYOUTS:
            names = [pattern.stem, *(name for name in LAYOUTS if name != pattern.stem)]
            found += [str(pattern.with_name(name + form)) for name in names for form in FORMS[:3]]
    return list(dict.fromkeys(found))


def read_delivery(path: Path, source: Source) -> Iterator[Columns]:
    """The rows of a delivery in pieces, each as lists per column.

    Raises:
        DataProblem: If the file cannot be read as what it claims to be.
    """
    if path.stat().st_size == 0:
        raise empty_file(path.name)
    form = path.suffix.lower()
    if form not in FORMS:
        raise DataProblem(
            "unsupported_file",
            subject=path.name,
            expected=", ".join(FORMS),
            found=form or "no extension",
            remedy="deliver the table in one of these forms",
        )
    return _reader(form)(path, source)


def read_labels(path: Path) -> list[dict[str, Any]]:
    """The rows of a Parquet file with labels beside a delivery; none if it is not there.

    Raises:
        DataProblem: `unreadable_file` if it is damaged.
    """
    if not path.exists():
        return []
    from datawerkplaats.loading.readers.parquet import open_parquet

    rows: list[dict[str, Any]] = open_parquet(path).read().to_pylist()
    return rows


def empty_file(name: str) -> DataProblem:
    """The problem of a file without content."""
    return DataProblem(
        "empty_file",
        subject=name,
        expected="a table",
        found="0 bytes",
        remedy="deliver the file again; it was probably cut off",
    )


def too_large(subject: str, expected: str, found: str, where: str = "") -> DataProblem:
    """The problem of a delivery that is larger than any table of figures about areas."""
    return DataProblem(
        "too_large",
        subject=subject,
        where=where,
        expected=expected,
        found=found,
        remedy="deliver the table itself, without what was added to it",
    )


def _reader(form: str) -> Callable[[Path, Source], Iterator[Columns]]:
    if form == ".parquet":
        from datawerkplaats.loading.readers.parquet import read_parquet as reader
    elif form == ".csv":
        from datawerkplaats.loading.readers.csv import read_csv as reader
    elif form == ".xlsx":
        from datawerkplaats.loading.readers.xlsx import read_xlsx as reader
    else:
        from datawerkplaats.loading.readers.geojson import read_geojson as reader
    return reader
