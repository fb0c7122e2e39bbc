"""Publishing: from the private warehouse to a new, verified, immutable file that is then pointed to."""

from __future__ import annotations

import errno
import json
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from datawerkplaats.errors import DataProblem
from datawerkplaats.publication.candidate import Candidate, Gate, Release, kept, pass_gates
from datawerkplaats.publication.checks import CheckResult, require_green, summarise, write_checks
from datawerkplaats.publication.store import (
    TEMPORARY,
    Publication,
    clear,
    file_name,
    load,
    manifest_name,
    parquet_name,
    publisher_lock,
    read_pointer,
    sha256_of,
    sync_folder,
    write_json,
    write_pointer,
)
from datawerkplaats.publication.tables import PublicTable, sort_columns
from datawerkplaats.publication.verify import verify_content
from datawerkplaats.warehouse import attach, connect_memory, identifier, literal, relation, tables

KEEP = 5

_META = (
    ("publication_id", "varchar", "Identity of this publication"),
    ("published_at", "timestamptz", "When it was published"),
    ("mode", "varchar", "How the data came in: demo, files or live"),
    ("region", "varchar", "The region that the pages open with"),
    ("git_sha", "varchar", "Revision of the code; empty outside a checkout"),
    ("code_hash", "varchar", "Hash of the code and models that made it"),
    ("catalogue_hash", "varchar", "Hash of the catalogue that made it"),
    ("snapshot_hashes", "varchar", "JSON: per source the id of the snapshot that went in"),
    ("checks_passed", "integer", "Number of checks that passed"),
    ("checks_failed", "integer", "Number of checks of severity error that failed"),
    ("checks_warned", "integer", "Number of checks of severity warn that failed"),
    ("engine_version", "varchar", "Version of DuckDB that wrote the file"),
    ("dagster_run_id", "varchar", "The run that made it"),
)


def _new_id(history: Sequence[str]) -> tuple[str, datetime]:
    """An id of the moment, in milliseconds, that is a plain SQL name and has not been given before."""
    while True:
        now = datetime.now(UTC)
        publication_id = f"{now:%Y%m%d_%H%M%S}_{now.microsecond // 1000:03d}"
        if publication_id not in history:
            return publication_id, now
        time.sleep(0.001)


def _source_query(table: PublicTable, columns: list[str], source: str, has_indicators: bool) -> str:
    """The rows of a table that may be seen. An indicator that is not known to be public is left out."""
    query = f"from {relation(table.schema, table.name, source)}"
    if "indicator_id" in columns and has_indicators:
        indicators = relation("core", "dim_indicator", source)
        query += f" where indicator_id in (select indicator_id from {indicators} where is_public)"
    return query


def _copy_table(con: duckdb.DuckDBPyConnection, table: PublicTable, columns: list[str], query: str) -> int:
    """Copy one table in sorted order with its comments; the number of rows that were written."""
    target = relation(table.schema, table.name, "target")
    order = ", ".join(f"{identifier(name)} nulls last" for name in sort_columns(columns))
    con.execute(f"CREATE SCHEMA IF NOT EXISTS target.{identifier(table.schema)}")
    row = con.execute(f"CREATE TABLE {target} AS select * {query} order by {order}").fetchone()
    if table.description:
        con.execute(f"COMMENT ON TABLE {target} IS {literal(table.description)}")
    for name, description in table.columns:
        if description and name in columns:
            con.execute(f"COMMENT ON COLUMN {target}.{identifier(name)} IS {literal(description)}")
    assert row is not None
    return int(row[0])


def _write_meta(con: duckdb.DuckDBPyConnection, values: dict[str, Any]) -> None:
    con.execute("CREATE SCHEMA target.meta")
    con.execute(
        f"CREATE TABLE target.meta.publication ({', '.join(f'{name} {kind}' for name, kind, _ in _META)})"
    )
    marks = ", ".join("?" * len(_META))
    con.execute(
        f"INSERT INTO target.meta.publication VALUES ({marks})", [values[name] for name, _, _ in _META]
    )
    con.execute(
        "COMMENT ON TABLE target.meta.publication IS 'Identity and origin of this file. Grain: one row.'"
    )
    for name, _, description in _META:
        con.execute(f"COMMENT ON COLUMN target.meta.publication.{name} IS {literal(description)}")


def _fill(
    file: Path,
    warehouse: Path,
    public: Sequence[PublicTable],
    checks: Sequence[CheckResult],
    meta: dict[str, Any],
    *,
    cores: int,
) -> list[dict[str, Any]]:
    """Write the DuckDB file; per table its name, columns and the number of rows it should have."""
    with connect_memory(cores) as con:
        # Views carry the name of the file they were made in, so that it has to be attached under that name.
        source = warehouse.stem
        attach(con, warehouse, source)
        attach(con, file, "target", read_only=False)
        present = tables(con, source)
        has_indicators = ("core", "dim_indicator") in present
        written = []
        for table in public:
            columns = present.get((table.schema, table.name))
            if columns is None:
                raise DataProblem(
                    "build_failed",
                    subject=table.label,
                    expected="every model with access: public has been built",
                    found="no such table in the warehouse",
                    remedy="run `make rebuild`",
                )
            names = [name for name, _ in columns]
            rows = _copy_table(con, table, names, _source_query(table, names, source, has_indicators))
            written.append({"schema": table.schema, "name": table.name, "rows": rows, "columns": columns})
        write_checks(con, "target", checks)
        _write_meta(con, meta)
        own = tables(con, "target")
        written.append(
            {
                "schema": "quality",
                "name": "check_result",
                "rows": len(checks),
                "columns": own["quality", "check_result"],
            }
        )
        written.append(
            {"schema": "meta", "name": "publication", "rows": 1, "columns": own["meta", "publication"]}
        )
        con.execute("CHECKPOINT target")
        con.execute("DETACH target")
    return written


def _write_parquet(file: Path, folder: Path, written: list[dict[str, Any]], cores: int) -> None:
    """Write each table as Parquet and add its place, size and sha256."""
    with connect_memory(cores) as con:
        attach(con, file, "target")
        for table in written:
            path = folder / table["schema"] / f"{table['name']}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            con.execute(
                f"COPY {relation(table['schema'], table['name'], 'target')} TO {literal(str(path))}"
                " (FORMAT parquet, COMPRESSION zstd)"
            )
            path.chmod(0o444)
            table["parquet"] = {
                "path": f"{table['schema']}/{path.name}",
                "bytes": path.stat().st_size,
                "sha256": sha256_of(path),
            }


def _store(publish_dir: Path, workplace: Path, publication_id: str) -> None:
    """Give the finished files their lasting names. They are not served before the pointer names them."""
    for name in (file_name(publication_id), parquet_name(publication_id), manifest_name(publication_id)):
        (workplace / name).rename(publish_dir / name)
    workplace.rmdir()
    sync_folder(publish_dir)


def publish(
    publish_dir: Path,
    warehouse: Path,
    public: Sequence[PublicTable],
    release: Release,
    checks: Sequence[CheckResult] = (),
    *,
    gates: Mapping[str, Gate] | None = None,
    cores: int = 2,
    keep: int = KEEP,
) -> Publication:
    """Publish the public tables of the warehouse and serve them; returns the new publication.

    A failure or kill at any moment leaves what is served as it was; its remains are cleared next time.

    Args:
        publish_dir: The folder with publications and the pointer.
        warehouse: The private warehouse file; no other process may be writing to it.
        public: The tables to copy, from `public_tables`.
        release: Where the data comes from.
        checks: The results of all quality checks of this build.
        gates: Judges of the finished candidate, by name: each may hold it back.
        cores: Number of threads.
        keep: Number of publications that stay, the new one included.

    Raises:
        DataProblem: If a check holds it back, a table is missing, the copy is wrong or the disk is full.
    """
    require_green(checks)
    with publisher_lock(publish_dir):
        pointer = read_pointer(publish_dir)
        history = pointer.history if pointer else []
        clear(publish_dir, history)
        publication_id, now = _new_id(history)
        summary = summarise(checks)
        meta: dict[str, Any] = {
            **{
                name: getattr(release, name)
                for name in ("mode", "region", "git_sha", "code_hash", "catalogue_hash")
            },
            "publication_id": publication_id,
            "published_at": now,
            "snapshot_hashes": json.dumps(release.snapshot_hashes, sort_keys=True),
            "checks_passed": summary.passed,
            "checks_failed": summary.failed,
            "checks_warned": summary.warned,
            "engine_version": f"duckdb {duckdb.__version__}",
            "dagster_run_id": release.dagster_run_id,
        }
        workplace = publish_dir / f"{TEMPORARY}{publication_id}"
        file = workplace / file_name(publication_id)
        try:
            workplace.mkdir()
            written = _fill(file, warehouse, public, checks, meta, cores=cores)
            verify_content(file, public, written, publication_id)
            _write_parquet(file, workplace / parquet_name(publication_id), written, cores)
            file.chmod(0o444)
            earlier = kept(publish_dir, history)
            served = next((one for one in earlier if pointer and one.id == pointer.publication_id), None)
            candidate = Candidate(
                publication_id, file, workplace / parquet_name(publication_id), release, served, earlier
            )
            verdicts = pass_gates(candidate, gates or {})
            manifest = {
                **meta,
                "published_at": now.isoformat(),
                "snapshot_hashes": release.snapshot_hashes,
                "title": release.title,
                "fingerprint": release.fingerprint,
                "gates": verdicts,
                "previous": pointer.publication_id if pointer else None,
                "file": {"name": file.name, "bytes": file.stat().st_size, "sha256": sha256_of(file)},
                "tables": [
                    {**table, "columns": [{"name": name, "type": kind} for name, kind in table["columns"]]}
                    for table in written
                ],
            }
            write_json(workplace / manifest_name(publication_id), manifest)
            _store(publish_dir, workplace, publication_id)
        except (duckdb.Error, OSError) as error:
            clear(publish_dir, history)
            raise _as_problem(error) from error
        except DataProblem:
            clear(publish_dir, history)
            raise
        publication = load(publish_dir, publication_id)
        lasting = [*history, publication_id][-keep:]
        write_pointer(publish_dir, publication, lasting)
        clear(publish_dir, lasting)
        return publication


def _as_problem(error: duckdb.Error | OSError) -> DataProblem:
    """The sentence for a failure of the disk or the engine."""
    if getattr(error, "errno", None) == errno.ENOSPC or "No space left" in str(error):
        return DataProblem(
            "not_enough_space",
            subject="publication",
            expected="room for a copy of the warehouse and its Parquet files",
            remedy="free some space and publish again; the previous publication stays served",
        )
    return DataProblem(
        "build_failed",
        subject="publication",
        expected="a warehouse that can be read",
        found=f"{type(error).__name__}: {str(error).splitlines()[0]}",
        remedy="run `make rebuild`; the previous publication stays served",
    )
