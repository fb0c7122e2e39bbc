"""Whether two publications say the same, completely: every cell, comment and Parquet file, and the manifest, but for
ids and times. For a change that should change nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from datawerkplaats.base.duckdb import attach, connect_memory, literal, relation, tables
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.publication.layout import SCHEMA, parquet_of
from datawerkplaats.publication.row_sets import in_words, number, rows_apart
from datawerkplaats.publication.serving import current, named
from datawerkplaats.publication.store import POINTER, Publication
from datawerkplaats.publication.verify import verify_bytes

# Columns and fields of the manifest that name a build, its code, its moment or its bytes: other builds have others.
# Where they differ is noted, and is no difference.
IDS_AND_TIMES = {
    *(
        "publication_id",
        "published_at",
        "previous",
        "permanent_id",
        "citation",
        "descriptions",
        "compared_with",
        "earlier_publications",
        "dagster_run_id",
    ),
    *(
        "git_sha",
        "code_hash",
        "catalogue_hash",
        "fingerprint",
        "engine_version",
        "retrieved_at",
        "checked_at",
        "approved_at",
    ),
    *("seconds", "run_id", "challenger_run_id", "design_hash", "data_hash", "snapshot_id", "snapshot_hashes"),
    *("sha256", "bytes", "file", "signature"),
}

Columns = list[tuple[str, str]]


@dataclass(frozen=True)
class Found:
    """One thing that differs: where, in which way, and how often or from what to what."""

    subject: str
    kind: str
    detail: str


@dataclass
class Comparison:
    """What differs between two publications, and which ids and times do."""

    before: str
    after: str
    tables: int = 0
    rows: int = 0
    files: int = 0
    differences: list[Found] = field(default_factory=list)
    ids: list[Found] = field(default_factory=list)
    rounded: list[Found] = field(default_factory=list)

    @property
    def is_equal(self) -> bool:
        """True if they say the same."""
        return not self.differences

    def sentence(self) -> str:
        """The outcome in one sentence."""
        looked_at = f"{self.tables} tables, {self.rows:,} rows, {self.files} Parquet files"
        outcome = "say the same" if self.is_equal else f"differ in {len(self.differences)} ways"
        return f"Publications {self.before} and {self.after} {outcome} ({looked_at}, comments and manifest)."


def resolve(reference: str, publish_dir: Path) -> Publication:
    """A publication by its id, or the served one of a data folder, a folder of publications or a file in one.

    Args:
        reference: An id that is kept in `publish_dir`, or a path.
        publish_dir: Where ids are looked up.

    Raises:
        DataProblem: `no_publication` if nothing is published there.
    """
    path = Path(reference).expanduser()
    if path.suffix == ".duckdb" and path.exists():
        return named(path.resolve().parent, path.stem.removeprefix("warehouse_"))
    for folder in (path, path / "publish"):
        if (folder / POINTER).exists():
            return current(folder)
    if path.is_dir():
        raise DataProblem(
            "no_publication",
            subject=path.name,
            expected=f"{POINTER} in the folder or in its folder publish",
            remedy="name a data folder in which something was published, or an id",
        )
    return named(publish_dir, reference)


def compare(before: Publication, after: Publication) -> Comparison:
    """Everything in which two publications differ.

    Raises:
        DataProblem: `publication_damaged` if one of them is not as it was published.
    """
    for one in (before, after):
        verify_bytes(one)
    made = Comparison(before.id, after.id)
    with connect_memory() as con:
        attach(con, before.path, "before")
        attach(con, after.path, "after")
        _compare_tables(con, before, after, made)
        _compare_comments(con, made)
    _compare_manifests(before.manifest, after.manifest, made)
    return made


def _compare_tables(
    con: duckdb.DuckDBPyConnection, before: Publication, after: Publication, made: Comparison
) -> None:
    # What the views are made of is another layout of the same, and told by the views.
    old, new = (
        {key: columns for key, columns in tables(con, side).items() if key[0] != SCHEMA}
        for side in ("before", "after")
    )
    for schema, name in sorted(old.keys() ^ new.keys()):
        was, now = ("present", "absent") if (schema, name) in old else ("absent", "present")
        made.differences.append(Found(f"{schema}.{name}", "table", f"{was} became {now}"))
    for key in sorted(old.keys() & new.keys()):
        label = ".".join(key)
        sides = (relation(*key, "before"), relation(*key, "after"))
        made.tables += 1
        made.rows += number(con, f"select count(*) from {sides[1]}")
        _compare_rows(con, label, sides, (old[key], new[key]), made)
        files = tuple(_parquet(one, key, columns) for one, columns in ((before, old[key]), (after, new[key])))
        made.files += 1
        kinds = tuple(_described(con, file) for file in files)
        _compare_rows(con, f"{label} (Parquet)", (files[0], files[1]), (kinds[0], kinds[1]), made)
        # Each file says what its table says: so equal files and equal tables are one statement, not two by chance.
        _compare_rows(
            con, f"{label} (table and Parquet)", (sides[1], files[1]), (kinds[1], kinds[1]), made, ids=False
        )


def _parquet(publication: Publication, key: tuple[str, str], columns: Columns) -> str:
    """The rows of a table in its Parquet file."""
    schema, name = key
    told = next(table for table in publication.manifest["tables"] if (table["schema"], table["name"]) == key)
    file = publication.parquet_dir / told["parquet"]["path"]
    if "within" in told:
        return f"({parquet_of(f'{schema}.{name}', [column for column, _ in columns], file)})"
    return f"read_parquet({literal(str(file))})"


def _described(con: duckdb.DuckDBPyConnection, file: str) -> Columns:
    return [(row[0], row[1]) for row in con.execute(f"describe select * from {file}").fetchall()]


def _compare_rows(
    con: duckdb.DuckDBPyConnection,
    label: str,
    sides: tuple[str, str],
    columns: tuple[Columns, Columns],
    made: Comparison,
    *,
    ids: bool = True,
) -> None:
    """Compare the columns of two tables, and then their rows as a bag: their order says nothing."""
    old, new = columns
    if old != new:
        listed = [
            ", ".join(f"{name} {kind}" for name, kind in one if (name, kind) not in other)
            for one, other in ((old, new), (new, old))
        ]
        detail = " became ".join(part or "nothing" for part in listed) if any(listed) else "another order"
        made.differences.append(Found(label, "columns", detail))
    shared = [name for name, _ in old if name in dict(new)]
    told = [name for name in shared if name not in IDS_AND_TIMES or not ids]
    lost, added = rows_apart(con, sides, told)
    real = [name for name, kind in old if name in told and kind in ("DOUBLE", "FLOAT")]
    if (lost or added) and real and not any(rows_apart(con, sides, told, real)):
        # A mean over rows that several cores add up differs in its last digit from one build to the next.
        made.rounded.append(Found(label, "last digits", f"in {lost:,} rows"))
    elif lost or added:
        made.differences.append(Found(label, "rows", in_words(con, label, sides, told, lost, added)))
    for name in shared if ids else ():
        if name in IDS_AND_TIMES and any(pair := rows_apart(con, sides, [name])):
            made.ids.append(Found(label, name, f"in {max(pair):,} rows"))


def _compare_comments(con: duckdb.DuckDBPyConnection, made: Comparison) -> None:
    def read(side: str) -> dict[str, str | None]:
        rows = con.execute(
            "select schema_name || '.' || table_name, comment from duckdb_tables() where database_name = $1"
            " union all select schema_name || '.' || view_name, comment from duckdb_views()"
            " where database_name = $1 and not internal"
            " union all select schema_name || '.' || table_name || '.' || column_name, comment"
            " from duckdb_columns() where database_name = $1 and not internal",
            [side],
        ).fetchall()
        return dict(rows)

    old, new = read("before"), read("after")
    for subject in sorted(old.keys() & new.keys()):
        if old[subject] != new[subject]:
            detail = f"{old[subject] or 'none'} became {new[subject] or 'none'}"
            made.differences.append(Found(subject, "comment", detail))


def _compare_manifests(old: Mapping[str, Any], new: Mapping[str, Any], made: Comparison) -> None:
    before, after = dict(_leaves(old, "")), dict(_leaves(new, ""))
    for name in sorted(before.keys() | after.keys()):
        was, now = before.get(name, "absent"), after.get(name, "absent")
        if was != now:
            parts = name.split(".")
            is_id = bool(IDS_AND_TIMES & set(parts)) or _is_layout(parts)
            (made.ids if is_id else made.differences).append(Found("manifest", name, f"{was} became {now}"))


def _is_layout(parts: list[str]) -> bool:
    """Whether a field of the manifest tells how tables are stored, and not what they say."""
    return "within" in parts or "parquet" in parts or any(part.startswith(f"{SCHEMA}_") for part in parts)


def _leaves(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Every value of a manifest with the names that lead to it; a table goes by its name, not by its place."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, f"{name}.{key}".lstrip("."))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            is_named = isinstance(inner, Mapping) and "name" in inner
            own = (
                "_".join(str(inner[part]) for part in ("schema", "name") if part in inner)
                if is_named
                else number
            )
            yield from _leaves(inner, f"{name}.{own}")
    else:
        yield name, value
