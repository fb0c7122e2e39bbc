"""Publishing: from the private warehouse to a new, verified, immutable file that is then pointed to."""

from __future__ import annotations

import errno
import json
import time
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from datawerkplaats.base import files
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.publication import seal
from datawerkplaats.publication.adopt import adopt_unsigned
from datawerkplaats.publication.candidate import Candidate, Gate, Release, Report, kept, pass_gates
from datawerkplaats.publication.checks import CheckResult, checks_table, require_green, summarise
from datawerkplaats.publication.describe import NAMES, citation, permanent_id, write_descriptions
from datawerkplaats.publication.fill import add, meta_table
from datawerkplaats.publication.manifest import second_manifest
from datawerkplaats.publication.own_tables import OwnTable
from datawerkplaats.publication.parquet import write_parquet
from datawerkplaats.publication.raw import write_raw
from datawerkplaats.publication.renew import Earlier, filled
from datawerkplaats.publication.retention import Retention, agreed_now, lasting, pins
from datawerkplaats.publication.seal import Kind
from datawerkplaats.publication.store import (
    TEMPORARY,
    Publication,
    clear,
    file_name,
    load,
    manifest_name,
    names_of,
    parquet_name,
    predicted_name,
    publisher_lock,
    raw_name,
    recovered_pointer,
    sha256_of,
    write_json,
    write_pointer,
)
from datawerkplaats.publication.tables import WHOLE, Part, PublicTable
from datawerkplaats.publication.tombstones import tombstones
from datawerkplaats.publication.verify import verify_content


def _new_id(history: Sequence[str]) -> tuple[str, datetime]:
    """An id of the moment, in milliseconds, that is a plain SQL name and has not been given before."""
    while True:
        now = datetime.now(UTC)
        publication_id = f"{now:%Y%m%d_%H%M%S}_{now.microsecond // 1000:03d}"
        if publication_id not in history:
            return publication_id, now
        time.sleep(0.001)


def _store(publish_dir: Path, workplace: Path, publication_id: str) -> None:
    """Give the finished files their lasting names. They are not served before the pointer names them."""
    for name in names_of(publication_id):
        if (workplace / name).exists():
            files.move(workplace / name, publish_dir / name)
    workplace.rmdir()


def _write_predicted(
    workplace: Path,
    warehouse: Path,
    public: Sequence[PublicTable],
    meta: Mapping[str, Any],
    part: Part,
    earlier: Earlier | None,
    cores: int,
) -> dict[str, Any]:
    """Write what is predicted into a file of its own, which only its owner reads; what the manifest tells of it."""
    publication_id = str(meta["publication_id"])
    file = workplace / predicted_name(publication_id)
    written, _ = filled(file, warehouse, public, [meta_table(dict(meta))], earlier, part, cores)
    verify_content(file, part.tables(public), written, publication_id)
    file.chmod(0o400)
    return {
        "file": {"name": file.name, "bytes": file.stat().st_size, "sha256": sha256_of(file)},
        "tables": [
            {**table, "columns": [{"name": name, "type": kind} for name, kind in table["columns"]]}
            for table in written
        ],
    }


def publish(
    publish_dir: Path,
    warehouse: Path,
    public: Sequence[PublicTable],
    release: Release,
    checks: Sequence[CheckResult] = (),
    *,
    own: Sequence[OwnTable] = (),
    reports: Sequence[Report] = (),
    gates: Mapping[str, Gate] | None = None,
    parts: tuple[Part, Part] | None = None,
    earlier: Earlier | None = None,
    cores: int = 2,
    keep: Retention = Retention(),  # noqa: B008
    referred: Collection[str] = (),
) -> Publication:
    """Publish the public tables of the warehouse and serve them; returns the new publication.

    A failure or kill at any moment leaves what is served as it was; its remains are cleared next time.

    Args:
        publish_dir: The folder with publications and the pointer.
        warehouse: The private warehouse file; no other process may be writing to it.
        public: The tables to copy, from `public_tables`.
        release: Where the data comes from.
        checks: The results of all quality checks of this build.
        own: Further small tables that belong to this build, such as the rules behind the checks.
        reports: Each looks at the filled candidate and adds what it found as a table.
        gates: Judges of the finished candidate, by name: each may hold it back.
        parts: What goes into the file that everybody reads and what into the one that needs a decision; by default all is read
            by everybody.
        earlier: The release that differs from this one in texts alone, if there is one.
        cores: Number of threads.
        keep: How long earlier publications stay; those that are pinned stay for ever.
        referred: Publications that something refers to: they stay as well.

    Raises:
        DataProblem: If a check holds it back, a table is missing, the copy is wrong or the disk is full.
    """
    require_green(checks)
    with publisher_lock(publish_dir):
        adopt_unsigned(publish_dir)
        _require_another_build(publish_dir, release.fingerprint)
        pointer = recovered_pointer(publish_dir)
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
            figures = parts[0] if parts else WHOLE
            tables = [checks_table(checks), *own, meta_table(meta)]
            written, earlier = filled(file, warehouse, public, tables, earlier, figures, cores)
            predicted = (
                _write_predicted(workplace, warehouse, public, meta, parts[1], earlier, cores)
                if parts
                else None
            )
            before = kept(publish_dir, history)
            served = next((one for one in before if pointer and one.id == pointer.publication_id), None)
            parquet = workplace / parquet_name(publication_id)
            candidate = Candidate(
                publication_id,
                file,
                parquet,
                release,
                served,
                before,
                workplace / predicted_name(publication_id) if predicted else None,
                figures,
                workplace / raw_name(publication_id),
            )
            written += [add(file, report(candidate)) for report in reports]
            verify_content(file, figures.tables(public), written, publication_id)
            write_parquet(file, parquet, written, public, cores, earlier)
            raw = write_raw(workplace / raw_name(publication_id), parquet, warehouse, cores, earlier)
            file.chmod(0o444)
            known = earlier.verdicts if earlier else {}
            asked = {name: gate for name, gate in (gates or {}).items() if name not in known}
            verdicts = {**known, **pass_gates(candidate, asked)}
            sha256 = sha256_of(file)
            identifier = permanent_id(sha256)
            manifest = {
                **meta,
                "published_at": now.isoformat(),
                "snapshot_hashes": release.snapshot_hashes,
                "title": release.title,
                "fingerprint": release.fingerprint,
                "gates": verdicts,
                "previous": pointer.publication_id if pointer else None,
                "file": {"name": file.name, "bytes": file.stat().st_size, "sha256": sha256},
                "permanent_id": identifier,
                "citation": citation(release.title, publication_id, now, identifier),
                "tables": [
                    {**table, "columns": [{"name": name, "type": kind} for name, kind in table["columns"]]}
                    for table in written
                ],
                **({"predicted": predicted} if predicted else {}),
                **({"raw": raw} if raw else {}),
            }
            write_descriptions(parquet, manifest, public, now)
            manifest["descriptions"] = {name: sha256_of(parquet / name) for name in NAMES}
            sealed = seal.sealed(Kind.MANIFEST, manifest)
            for place in (second_manifest(parquet), workplace / manifest_name(publication_id)):
                write_json(place, sealed)
            _store(publish_dir, workplace, publication_id)
        except (duckdb.Error, OSError) as error:
            clear(publish_dir, history)
            raise _as_problem(error) from error
        except DataProblem:
            clear(publish_dir, history)
            raise
        publication = load(publish_dir, publication_id)
        staying = _staying(publish_dir, [*history, publication_id], referred, keep, now)
        write_pointer(publish_dir, publication, staying)
        clear(publish_dir, staying)
        return publication


def _staying(
    publish_dir: Path, history: list[str], referred: Collection[str], keep: Retention, now: datetime
) -> list[str]:
    """The publications that stay; all of them where nobody can tell which are pinned."""
    try:
        always = {*referred, *pins(publish_dir)}
    except DataProblem:
        return history
    return lasting(history, always, keep, agreed_now(history, now))


def _require_another_build(publish_dir: Path, fingerprint: str) -> None:
    """Nothing, unless exactly this was withdrawn before: what leaked would be published once more."""
    for one in tombstones(publish_dir):
        if fingerprint and one.fingerprint == fingerprint:
            raise DataProblem(
                "publication_withdrawn",
                subject="publication",
                expected="something else than what was withdrawn",
                found=f"the same sources, code and catalogue as {one.publication_id}: {one.reason}",
                remedy="correct the source, its rule or the model first; what is published stays served",
            )


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
