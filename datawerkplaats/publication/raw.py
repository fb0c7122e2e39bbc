"""What open sources delivered, as a file apart in the release: every measure with its label, nothing chosen or corrected.

The main file stays small; this one is signed with it, by its sha256 in the manifest. Its tables stand in its main schema, so that
attached under the name `raw` they are `raw.measure` and `raw.observation`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from datawerkplaats.base import files
from datawerkplaats.base.duckdb import attach, connect_memory, literal, relation, tables
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.publication.renew import Earlier
from datawerkplaats.publication.store import Publication, raw_name, sha256_of
from datawerkplaats.publication.verify import damaged
from datawerkplaats.publication.words import sorted_narrow

SCHEMA = "raw"
TABLES = ("measure", "observation")
# Of a measure all areas of a level in a row, as they are asked.
_ORDER = {
    "measure": "source_id, measure_code",
    "observation": "source_id, measure_code, region_level, year, age_band, sex, region_code",
}
_verified: dict[Path, tuple[str, int, int]] = {}


def write_raw(
    file: Path, parquet: Path, warehouse: Path, cores: int, earlier: Earlier | None = None
) -> dict[str, Any] | None:
    """Write the file and its Parquet, and return what the manifest tells of them; None for a warehouse without the tables.

    Args:
        file: Where the DuckDB file comes.
        parquet: The Parquet folder of the release.
        warehouse: The private warehouse file.
        cores: Number of threads.
        earlier: The release that is gone on from: where the deliveries are the same its files get a second name.
    """
    if earlier and earlier.has_same_raw and (copies := _from(earlier.publication, file, parquet)):
        return copies
    spill = file.with_suffix(".spill")
    with connect_memory(cores, spill=spill) as con:
        source = "warehouse"
        attach(con, warehouse, source)
        present = tables(con, source)
        if not all((SCHEMA, name) in present for name in TABLES):
            return None
        attach(con, file, "target", read_only=False)
        told = [_copied(con, name, source, present[SCHEMA, name], parquet) for name in TABLES]
        con.execute("CHECKPOINT target")
        con.execute("DETACH target")
    file.chmod(0o444)
    return {
        "file": {"name": file.name, "bytes": file.stat().st_size, "sha256": sha256_of(file)},
        "tables": told,
    }


def _from(earlier: Publication, file: Path, parquet: Path) -> dict[str, Any] | None:
    """What the manifest tells of copies of an earlier release's files; None where these are not as they were published."""
    told = earlier.manifest.get(SCHEMA)
    targets = [file, *(parquet / str(table["parquet"]["path"]) for table in told["tables"])] if told else []
    for target, (source, sha256) in zip(targets, raw_files(earlier).values(), strict=True):
        try:
            files.share(source, target)
        except OSError:
            return None
        target.chmod(0o444)
        if sha256_of(target) != sha256:
            for one in targets:
                one.unlink(missing_ok=True)
            return None
    return {**told, "file": {**told["file"], "name": file.name}} if told else None


def _copied(
    con: duckdb.DuckDBPyConnection, name: str, source: str, columns: list[tuple[str, str]], parquet: Path
) -> dict[str, Any]:
    target = relation("main", name, "target")
    rows = sorted_narrow(con, relation(SCHEMA, name, source), columns, _ORDER[name])
    con.execute(f"CREATE TABLE {target} AS {rows}")
    row = con.execute(f"select count(*) from {target}").fetchone()
    path = parquet / SCHEMA / f"{name}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    with files.written(path) as unfinished:
        con.execute(f"COPY {target} TO {literal(str(unfinished))} (FORMAT parquet, COMPRESSION zstd)")
    path.chmod(0o444)
    return {
        "name": name,
        "rows": int(row[0]) if row else 0,
        "parquet": {
            "path": f"{SCHEMA}/{path.name}",
            "bytes": path.stat().st_size,
            "sha256": sha256_of(path),
        },
    }


def raw_path(publication: Publication) -> Path:
    """The raw file of a release, once its bytes are those that were published; read once per process.

    Raises:
        DataProblem: `raw_absent` for a release without one, `publication_damaged`.
    """
    told = publication.manifest.get(SCHEMA)
    path = publication.path.with_name(raw_name(publication.id))
    if not told or not path.is_file() or path.is_symlink():
        raise DataProblem(
            "raw_absent",
            subject=publication.id,
            expected="a release with what its sources delivered",
            remedy="ask a newer release, or build again with `make materialise`",
        )
    stat = path.stat()
    seen = (publication.manifest_sha256, stat.st_mtime_ns, stat.st_size)
    if _verified.get(path) != seen:
        if (stat.st_size, sha256_of(path)) != (told["file"]["bytes"], told["file"]["sha256"]):
            raise damaged(publication, f"another content of {path.name} than in the manifest")
        _verified[path] = seen
    return path


def raw_files(publication: Publication) -> dict[str, tuple[Path, str]]:
    """Per name the raw files of a release with their sha256; none for a release without them."""
    told = publication.manifest.get(SCHEMA)
    if not told:
        return {}
    name = str(told["file"]["name"])
    found = {name: (publication.path.with_name(raw_name(publication.id)), str(told["file"]["sha256"]))}
    for table in told["tables"]:
        place = str(table["parquet"]["path"])
        found[f"parquet/{place}"] = (publication.parquet_dir / place, str(table["parquet"]["sha256"]))
    return found
