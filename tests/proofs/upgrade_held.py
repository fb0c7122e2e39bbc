"""What an installation of an earlier version holds that nobody may lose, and what that version and this one say of it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing

import duckdb

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.publication.store import sha256_of
from tests.proofs.earlier_version import Earlier, run
from tests.warm_builds import clean_environment

# What nobody may lose: bytes of releases and snapshots, rows of persons with what was published of them, models, approvals.
_KEPT = (
    "publish/*.duckdb", "publish/parquet_*/*/*.parquet", "snapshots/*/*/*/*", "private/**/*", "models/**/*", "load_gate/*",
    "publish/notices.json", "rejected/**/*",
)  # fmt: skip
# Every table of a release: rows, and a sum over all that stands in them.
_ROWS = "select count(*), sum(hash(one::varchar)) from {table} one"
_TABLES = "select schema_name || '.' || table_name from duckdb_tables() where not internal order by all"
# The releases as readers of this version open them, signatures and bytes looked at.
_READER = f"""
import json, sys
from pathlib import Path
from datawerkplaats import publication
folder, found = Path(sys.argv[1]), {{}}
for one in publication.history(folder):
    with publication.Reader(folder).connect(publication.named(folder, one)) as con:
        for (table,) in con.sql("{_TABLES}").fetchall():
            found[one + " " + table] = [str(cell) for cell in con.sql("{_ROWS}".format(table=table)).fetchone()]
print(json.dumps([publication.current(folder).id, found]))
"""


def upgrade(of: Earlier, *arguments: str, fails: bool = False) -> str:
    """What `dwp upgrade` of this version prints."""
    return run(PROJECT_ROOT, of.told, "datawerkplaats.cli", "upgrade", *arguments, fails=fails)


def held_by(of: Earlier) -> dict[str, object]:
    """What nobody may lose, every file by its hash, every table of a release by its rows, and the runs that Dagster knows."""
    found: dict[str, object] = {
        path.relative_to(of.data).as_posix(): str(path.readlink()) if path.is_symlink() else sha256_of(path)
        for pattern in _KEPT
        for path in of.data.glob(pattern)
        if path.is_symlink() or path.is_file()
    }
    for path in of.data.glob("publish/warehouse_*.duckdb"):
        with closing(duckdb.connect(str(path), read_only=True)) as con:
            for (table,) in con.sql(_TABLES).fetchall():
                rows = con.sql(_ROWS.format(table=table)).fetchone() or ()
                found[f"{path.stem.removeprefix('warehouse_')} {table}"] = [str(cell) for cell in rows]
    for path in of.data.glob("dagster/history/runs/*-*.db"):
        found[f"run {path.stem}"] = True
    pointer = json.loads((of.data / "publish" / "current.json").read_text(encoding="utf-8"))
    found["served"], found["history"] = pointer["publication_id"], pointer["history"]
    return found


def releases(held: Mapping[str, object]) -> dict[str, object]:
    """Of what is held the releases alone: files, and rows of their tables. A build goes on with everything else."""
    return {
        name: told
        for name, told in held.items()
        if (name.startswith("publish/") and name.endswith((".duckdb", ".parquet")))
        or (" " in name and not name.startswith("run "))
    }


def said_by(of: Earlier) -> str:
    """What the earlier version tells of the installation, every file of the served release looked at."""
    return of.run("datawerkplaats.cli", "status")


def compared(before: Mapping[str, object], of: Earlier) -> tuple[int, int]:
    """How much is lost, and how much is another; rows are counted as readers of this version get them."""
    after = held_by(of)
    printed = run_code(of, _READER, str(of.data / "publish"))
    served, rows = json.loads(printed.splitlines()[-1])  # DuckDB shows above it how far a slow question is
    after |= rows
    if "served" in before:
        after["served"] = served
    gone = before.keys() - after.keys()
    other = [name for name, told in before.items() if name in after and after[name] != told]
    for name in (*sorted(gone)[:5], *other[:5]):
        tell(f"not as it was: {name}")
    return len(gone), len(other)


def run_code(of: Earlier, code: str, *arguments: str) -> str:
    """What a piece of Python prints that knows this version and the installation.

    Raises:
        DataProblem: `build_failed` if it fails.
    """
    done = python(of, code, *arguments)
    if done.returncode:
        raise DataProblem("build_failed", subject="readers of this version", found=done.stderr[-1500:])
    return done.stdout


def python(of: Earlier, code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A piece of Python that knows this version and the installation."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False,
        env={**clean_environment(), "PYTHONPATH": str(PROJECT_ROOT), **of.told},
    )  # fmt: skip


def tell(text: str) -> None:
    """For who looks on."""
    print(text.strip(), file=sys.stderr, flush=True)
