"""The throwaway process that runs one typed query on one published file and then ends.

It reads one line of JSON (the job) from its standard input, gives up everything it will not need, and writes
one JSON answer: `{"columns": [[name, type]…], "rows": […], "truncated": bool, "seconds": float}` or
`{"problem": {…}}`. It is started by path with nothing in its environment; see `datawerkplaats.sandbox.pool`.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import resource
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if __name__ == "__main__":
    # Started without `site`, which takes a third of the start-up time: the caller says where packages are.
    sys.path.extend(json.loads(sys.argv[1]))

import duckdb

from datawerkplaats.base.duckdb import literal
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.sandbox.gate import PUBLISHED_SCHEMAS, RAW, SUBJECT, check, published_tables
from datawerkplaats.sandbox.pivot import MAX_COLUMNS, OpenPivot, explained, inner_pivot, open_pivot

if TYPE_CHECKING:
    from datawerkplaats.sandbox.result import Job

TIME_ZONE = "Europe/Amsterdam"
ENGINE_MEMORY_MB = 512
NOBODY = 65534
_BATCH = 1_000
_MOST_PIVOTS = 5
_MESSAGE_TAILS = ("\nLINE ", "\n\n")

_CLOSED = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_unsigned_extensions": "false",
    "allow_persistent_secrets": "false",
    "python_enable_replacements": "false",
    "memory_limit": f"{ENGINE_MEMORY_MB}MB",
    "threads": "2",
    "temp_directory": "",
    "max_temp_directory_size": "0KB",
    "max_expression_depth": "200",
}
# Options that came with engine 2; engine 1 refuses to start when it is given one.
_CLOSED_FROM_2 = {"allow_extension_repositories": "forbidden", "max_execution_time": "6000"}


def connect(path: Path, raw: str = "") -> duckdb.DuckDBPyConnection:
    """A read-only connection that reaches nothing but the file it has open, and beside it the raw one; its settings are locked."""
    newer = int(duckdb.__version__.split(".", maxsplit=1)[0]) >= 2
    con = duckdb.connect(str(path), read_only=True, config={**_CLOSED, **(_CLOSED_FROM_2 if newer else {})})
    con.execute(f"SET TimeZone = '{TIME_ZONE}'")
    schemas = {str(name) for (name,) in con.execute("select schema_name from duckdb_schemas()").fetchall()}
    if found := sorted(schemas & PUBLISHED_SCHEMAS):
        # A table may be named without its schema.
        con.execute(f"SET search_path = '{','.join(found)}'")
    if raw:
        con.execute(f"ATTACH {literal(raw)} AS {RAW} (READ_ONLY)")
    # The order matters: with the configuration locked first, external access would stay on. Without the
    # second, the bytes of the file itself stay readable and a log to a file can abort the process.
    con.execute("SET enable_external_access = false")
    con.execute("SET disabled_filesystems = 'LocalFileSystem'")
    con.execute("SET lock_configuration = true")
    return con


def load_lazily_imported() -> None:
    """Makes the engine import now what it imports on first use; later no file can be opened."""
    with duckdb.connect(":memory:") as con:
        con.execute(f"SET TimeZone = {literal(TIME_ZONE)}")  # of moments: by pytz, in engine 2 by zoneinfo
        con.execute(
            "select uuid(), 1.5::decimal(5, 2), now(), current_date, '12:00'::time, interval 1 day,"
            " 'x'::blob, map {'a': 1}, {'a': [1]}, json_serialize_sql('select 1')"
        ).fetchall()


def confine(memory_bytes: int, cpu_seconds: int, wall_seconds: float) -> None:
    """Gives up what a query never needs; call it with the file open and the engine's threads started.

    No file, socket or pipe can be opened any more, nothing written to a file, no process or thread started.
    Memory and processor time are bounded, and an alarm ends the process even where its caller has gone away.
    """
    in_use = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (in_use + memory_bytes, in_use + memory_bytes))
    # With both limits alike the process would be killed outright, and nobody could say that it was slow.
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    if os.geteuid() == 0:
        # For root the limit on processes does not hold, and files are readable whatever their mode. In a
        # container that withholds this capability the other limits have to do.
        with contextlib.suppress(PermissionError):
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, wall_seconds)


def _plain(value: Any) -> Any:
    """A value as JSON can carry it; dates and decimals as text, turned back by column type."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, bytes | bytearray):
        return value.hex()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


def _message(error: duckdb.Error, path: Path) -> str:
    """What the engine says, on one line, without the excerpt of the query and without the file's name."""
    text = str(error)
    for tail in _MESSAGE_TAILS:
        text = text.partition(tail)[0]
    return " ".join(text.split()).replace(str(path), path.name)


def prepare(con: duckdb.DuckDBPyConnection, sql: str) -> str:
    """The text to run: what was typed, or a PIVOT with its values written out; each text has passed the gate.

    Raises:
        DataProblem: If the gate refuses it.
    """
    tables = published_tables(con)
    explain, text = explained(sql)
    if explain:
        return _one_explanation(con, f"{explain} {prepare(con, text)}")
    for _ in range(_MOST_PIVOTS):
        try:
            check(con, text, tables)
        except DataProblem as problem:
            is_open = problem.code == "query_not_one_select"
            inner = inner_pivot(text) if is_open else None
            pivot = inner.pivot if inner else open_pivot(text) if is_open else None
            if pivot is None or not pivot.open_at:
                raise
            closed = _closed(con, pivot, tables)
            text = inner.around(closed) if inner else closed
        else:
            return text
    raise DataProblem("query_too_complex", subject=SUBJECT, where="PIVOT")


def _one_explanation(con: duckdb.DuckDBPyConnection, text: str) -> str:
    if [statement.type.name for statement in con.extract_statements(text)] != ["EXPLAIN"]:
        raise DataProblem("query_not_one_select", subject=SUBJECT)
    return text


def _closed(con: duckdb.DuckDBPyConnection, pivot: OpenPivot, tables: frozenset[tuple[str, str]]) -> str:
    """A PIVOT with the values of its columns written out."""

    def values(column: int) -> list[str]:
        query = pivot.values_query(column)
        check(con, query, tables)
        found = [row[0] for row in con.execute(query).fetchall() if row[0] is not None]
        if len(found) > MAX_COLUMNS:
            raise DataProblem("query_too_large", subject=SUBJECT, where="PIVOT", found=f"> {MAX_COLUMNS}")
        return found

    # First with a stand-in for the values, so that nothing runs of a statement that will be refused.
    check(con, pivot.closed(lambda _: ["?"]), tables)
    closed = pivot.closed(values)
    check(con, closed, tables)
    return closed


def answer(con: duckdb.DuckDBPyConnection, job: Job) -> dict[str, Any]:
    """The columns and rows of the job's query, cut off at its limits."""
    started = time.perf_counter()
    con.execute(prepare(con, job["sql"]) if job["gated"] else job["sql"])
    columns = [[name, str(kind)] for name, kind, *_ in con.description or []]
    rows: list[str] = []
    size, truncated = 0, False
    while not truncated and (batch := con.fetchmany(min(_BATCH, job["rows"] - len(rows) + 1))):
        for row in batch:
            text = json.dumps([_plain(value) for value in row])
            size += len(text)
            truncated = len(rows) == job["rows"] or size > job["bytes"]
            if truncated:
                break
            rows.append(text)
    if truncated and not rows:
        raise DataProblem("query_too_large", subject=SUBJECT, found=f"> {job['bytes']} bytes")
    seconds = time.perf_counter() - started
    return {"columns": columns, "rows": rows, "truncated": truncated, "seconds": seconds}


def _attempt(job: Job) -> dict[str, Any]:
    path = Path(job["path"])
    try:
        con = connect(path, job["raw"])
    except duckdb.Error as error:
        return {"problem": {"code": "publication_damaged", "found": _message(error, path)}}
    try:
        confine(job["memory"], job["cpu_seconds"], job["seconds"] + 1)
        return answer(con, job)
    except DataProblem as problem:
        return {"problem": {key: getattr(problem, key) for key in ("code", "where", "found")}}
    except (MemoryError, duckdb.OutOfMemoryException):
        return {"problem": {"code": "query_too_large"}}
    except duckdb.Error as error:
        return {"problem": {"code": "query_failed", "found": _message(error, path)}}


def main() -> None:
    """One job from standard input, one answer to standard output."""
    os.nice(5)
    load_lazily_imported()
    line = sys.stdin.readline()
    if not line:
        return  # the caller went away without needing this process
    reply = _attempt(json.loads(line))
    if "rows" in reply:
        head = json.dumps({**reply, "rows": []})
        sys.stdout.write(head[:-1] + ', "rows": [' + ",".join(reply["rows"]) + "]}")
    else:
        sys.stdout.write(json.dumps(reply))
    sys.stdout.flush()
    # Tearing down the interpreter would cost the caller another ten milliseconds.
    os._exit(0)


if __name__ == "__main__":
    main()
