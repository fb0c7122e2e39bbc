"""Proof that a publication is what it says: bytes, rows, columns and keys as promised, nothing suppressed."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb

from datawerkplaats.base.duckdb import connect_read_only, identifier, relation, tables
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.files import State, state_of
from datawerkplaats.publication.store import Publication, sha256_of
from datawerkplaats.publication.tables import PublicTable

# What could give a suppressed value away. The denominator is a population and is public.
_REVEALING = ("value", "lower", "upper", "numerator")
# Files that are hashed side by side; hashing lets other threads work.
_READERS = 2
_OPEN = ("observed", "modelled", "provisional", "imputed")


def _count(con: duckdb.DuckDBPyConnection, query: str) -> int:
    row = con.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def _fault(subject: str, expected: str, found: str) -> DataProblem:
    return DataProblem(
        "build_failed",
        subject=subject,
        expected=expected,
        found=found,
        remedy="the previous publication stays served; see the model in Dagster",
    )


def _verify_disclosure(
    con: duckdb.DuckDBPyConnection, label: str, name: str, columns: list[str], has_indicators: bool
) -> None:
    """Refuse a table that shows a suppressed value or an indicator that is not public."""
    revealing = [column for column in _REVEALING if column in columns]
    if "value_status" in columns and revealing:
        shown = " or ".join(f"{column} is not null" for column in revealing)
        # A status that is not known to be open may hide a suppression. A ratio can be missing beside its zero counts.
        closed = f"coalesce(value_status, '') not in {_OPEN} and ({shown})"
        counts = "value_status = 'missing' and value is null"
        leaks = _count(con, f"select count(*) from {name} where {closed} and not coalesce({counts}, false)")
        if leaks:
            expected = "no value in a row that is suppressed, missing or without status"
            raise _fault(label, expected, f"{leaks} rows with a value")
    if "indicator_id" in columns and has_indicators:
        hidden = f"select count(*) from {name} where indicator_id is null or indicator_id not in"
        closed_rows = _count(con, f"{hidden} (select indicator_id from core.dim_indicator where is_public)")
        if closed_rows:
            raise _fault(label, "only indicators that are public", f"{closed_rows} rows of others")


def _verify_shape(con: duckdb.DuckDBPyConnection, table: PublicTable, name: str, columns: list[str]) -> None:
    """Refuse a table without a contracted column, with an empty required value or with a repeated key."""
    missing = [column for column, _ in table.columns if column not in columns]
    if missing:
        raise _fault(table.label, "all columns of its contract", f"without {', '.join(missing)}")
    for column in table.required:
        nulls = _count(con, f"select count(*) from {name} where {identifier(column)} is null")
        if nulls:
            raise _fault(f"{table.label}.{column}", "no empty values", f"{nulls} empty")
    for key in table.keys:
        listed = ", ".join(identifier(column) for column in key)
        repeated = _count(
            con, f"select count(*) from (select 1 from {name} group by {listed} having count(*) > 1)"
        )
        if repeated:
            raise _fault(table.label, f"{', '.join(key)} is unique", f"{repeated} repeated keys")


def verify_content(
    file: Path, public: Sequence[PublicTable], written: Sequence[dict[str, Any]], publication_id: str
) -> None:
    """Nothing, if a fresh read of the file finds what was meant to be written.

    Raises:
        DataProblem: `build_failed`, naming the table and what is wrong with it.
    """
    contracts = {(table.schema, table.name): table for table in public}
    with connect_read_only(file) as con:
        database = file.stem
        present = tables(con, database)
        has_indicators = ("core", "dim_indicator") in present
        if set(present) != {(table["schema"], table["name"]) for table in written}:
            raise _fault(file.name, f"{len(written)} tables", f"{len(present)}")
        for table in written:
            label, name = f"{table['schema']}.{table['name']}", relation(table["schema"], table["name"])
            rows = _count(con, f"select count(*) from {name}")
            if rows != table["rows"]:
                raise _fault(label, f"{table['rows']} rows as in the warehouse", f"{rows} rows")
            if present[table["schema"], table["name"]] != table["columns"]:
                raise _fault(label, "the columns and types of the warehouse", "others")
            columns = [column for column, _ in table["columns"]]
            contract = contracts.get((table["schema"], table["name"]))
            if contract is not None:
                _verify_shape(con, contract, name, columns)
            is_gap_list = contract is not None and contract.lists_gaps
            _verify_disclosure(con, label, name, columns, has_indicators and not is_gap_list)
        if con.execute("select publication_id from meta.publication").fetchall() != [(publication_id,)]:
            raise _fault("meta.publication", f"one row with {publication_id}", "something else")


def damaged(publication: Publication, found: str) -> DataProblem:
    """The problem for a published file that is not as it was published."""
    return DataProblem(
        "publication_damaged",
        subject=publication.path.name,
        expected="the bytes as they were published",
        found=found,
        remedy="go back with `dwp rollback` or build again with `make rebuild`",
    )


def is_whole(publication: Publication) -> bool:
    """Whether all its files are as they were published; see `verify_bytes`.

    Raises:
        FileNotFoundError: If the DuckDB file has been cleared away.
    """
    try:
        verify_bytes(publication)
    except DataProblem:
        return False
    return True


# What was read and found right: per DuckDB file the hash of its manifest and the state of each file of the release.
_verified: dict[Path, tuple[str, dict[Path, State]]] = {}


def is_unchanged(path: Path) -> bool:
    """Whether the release of a DuckDB file was verified in this process and nobody has touched one of its files since."""
    try:
        return path in _verified and all(seen == state_of(one) for one, seen in _verified[path][1].items())
    except FileNotFoundError:
        return False


def is_intact(publication: Publication) -> bool:
    """Whether the DuckDB file has the bytes that were published, read now: a bad copy keeps its size and time."""
    try:
        return sha256_of(publication.path) == str(publication.manifest["file"]["sha256"])
    except OSError:
        return False


def verify_bytes(publication: Publication) -> None:
    """Nothing, if the DuckDB file and every Parquet file have the size and sha256 of the manifest; read once per process.

    Raises:
        DataProblem: `publication_damaged`, naming the first that differs.
        FileNotFoundError: If the DuckDB file has been cleared away.
    """
    known = _verified.get(publication.path)
    if known and known[0] == publication.manifest_sha256 and is_unchanged(publication.path):
        return
    told = {publication.path: publication.manifest["file"]}
    for table in publication.manifest["tables"]:
        told[publication.parquet_dir / table["parquet"]["path"]] = table["parquet"]
    seen: dict[Path, State] = {}
    for path, entry in told.items():
        try:
            seen[path] = state_of(path)
        except (FileNotFoundError, NotADirectoryError) as error:
            if path == publication.path:
                raise
            raise damaged(publication, f"no file {entry['path']}") from error
        if path.stat().st_size != entry["bytes"]:
            raise damaged(
                publication, f"{path.name} of {path.stat().st_size} bytes instead of {entry['bytes']}"
            )
    with ThreadPoolExecutor(_READERS) as readers:
        for path, found in zip(told, readers.map(sha256_of, told), strict=True):
            if found != told[path]["sha256"]:
                raise damaged(publication, f"another sha256 of {path.name} than in the manifest")
    _verified[publication.path] = (publication.manifest_sha256, seen)


def verify_file(publication: Publication, path: Path, size: int, sha256: str) -> None:
    """Nothing, if one file of a release has this size and sha256; read once per process, and again when it was touched.

    Raises:
        DataProblem: `publication_damaged`.
        FileNotFoundError: If it is not there.
    """
    if _verified.get(path, ("",))[0] == publication.manifest_sha256 and is_unchanged(path):
        return
    seen = {path: state_of(path)}
    if path.stat().st_size != size or sha256_of(path) != sha256:
        raise damaged(publication, f"another content of {path.name} than in the manifest")
    _verified[path] = (publication.manifest_sha256, seen)
