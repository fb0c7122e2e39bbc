"""Loading of one source, in any mode, into a snapshot; a delivery that is not right is kept aside and
nothing loaded is touched.
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from datawerkplaats.base.errors import DataProblem

if TYPE_CHECKING:
    import httpx

    from datawerkplaats.base.settings import Settings
    from datawerkplaats.catalogue.sources import Source
    from datawerkplaats.loading.snapshot import Provenance, SnapshotFolder

Status = Literal["new", "unchanged", "absent", "rejected"]
# The source is not there, as opposed to: what is there is wrong.
NOT_THERE = frozenset({"missing_delivery", "table_not_found", "service_unavailable", "request_refused"})


@dataclass(frozen=True)
class IngestResult:
    """What came of loading a source; `problem` says why it is absent or rejected, or why an earlier
    snapshot stays in use.
    """

    status: Status
    provenance: Provenance | None
    problem: DataProblem | None = None


def ingest_source(
    source: Source, settings: Settings, transport: httpx.BaseTransport | None = None
) -> IngestResult:
    """Loads a source with the current settings; the pointer in `inputs_dir` leads to a snapshot
    afterwards if it ever can.

    Args:
        source: The catalogue's declaration.
        settings: Mode, addresses and folders.
        transport: Answers instead of the network, for tests; in demo mode the fictional region answers.
    """
    from datawerkplaats.loading.notices import clear_notice
    from datawerkplaats.loading.snapshot import SnapshotFolder

    if source.micro:
        from datawerkplaats.partners.loading import load_partner

        return load_partner(source, settings)
    folder = SnapshotFolder(source, settings)
    received: list[Path] = []
    try:
        is_new, provenance = _load(source, settings, folder, transport, received)
    except DataProblem as problem:
        return _refuse(source, settings, folder, problem, received)
    clear_notice(settings.publish_dir, source.source_id)
    return IngestResult("new" if is_new else "unchanged", provenance)


def _load(
    source: Source,
    settings: Settings,
    folder: SnapshotFolder,
    transport: httpx.BaseTransport | None,
    received: list[Path],
) -> tuple[bool, Provenance]:
    """Whether the content is new, and its provenance; `received` gets the files to keep aside if it fails."""
    from datawerkplaats.loading.files import load_file
    from datawerkplaats.loading.readers import find_delivery
    from datawerkplaats.loading.services import load_regions, load_table

    is_table, is_map = source.reader.kind == "statline_v3", source.reader.kind == "geojson"
    files = settings.files
    if settings.source == "demo" and files is None and not (is_table or is_map):
        from demo.transport import demo_files

        files = demo_files(settings)
    delivery = find_delivery(source, files) if files else None
    if settings.source == "files" or not (is_table or is_map) or (is_map and delivery):
        if delivery is None:
            raise _missing_delivery(source, settings)
        received.append(delivery)
        return load_file(source, settings, folder, delivery)
    if settings.source == "demo" and transport is None:
        from demo.transport import demo_transport

        transport = demo_transport(settings)
    if is_map:
        return load_regions(source, settings, folder, transport, received)
    try:
        return load_table(source, settings, folder, transport, received)
    except DataProblem as problem:
        if problem.code != "table_not_found" or delivery is None:
            raise
        received.append(delivery)
        return load_file(source, settings, folder, delivery)


def _refuse(
    source: Source, settings: Settings, folder: SnapshotFolder, problem: DataProblem, received: list[Path]
) -> IngestResult:
    from datawerkplaats.loading.notices import set_notice

    earlier = folder.current()
    if problem.code in NOT_THERE and not source.required:
        set_notice(settings.publish_dir, source.source_id, "absent", problem)
        # A service that is silent today does not unmake what it said before; a folder without the file does.
        if earlier and settings.source != "files":
            return IngestResult("unchanged", earlier, problem)
        folder.accept_absence()
        return IngestResult("absent", None, problem)
    # Rows per person are not copied to where refused deliveries are looked at.
    kept = [] if source.disclosure == "person_level" else [path for path in received if path.exists()]
    folder.reject(problem, kept)
    set_notice(settings.publish_dir, source.source_id, "rejected", problem)
    if earlier is None and not source.required:
        folder.accept_absence()
    for left in folder.root.glob(".building-*"):
        shutil.rmtree(left, ignore_errors=True)
    return IngestResult("rejected", earlier, problem)


def _missing_delivery(source: Source, settings: Settings) -> DataProblem:
    patterns = " or ".join(source.reader.files) or "a pattern under reader.files of the source"
    return DataProblem(
        "missing_delivery",
        subject=source.source_id,
        where=str(settings.files) if settings.files else "no folder set (FILES=…)",
        expected=patterns,
        found="no such file",
        remedy="put the file in the folder, or set FILES to the folder that holds it",
    )


def load_source(catalogue_dir: Path, source_id: str) -> Source:
    """One source of the catalogue, without reading the rest of it.

    Raises:
        DataProblem: `catalogue_field`, naming the file and the field that is not right.
    """
    import yaml

    from datawerkplaats.catalogue.sources import Source

    try:
        text = (catalogue_dir / "sources" / f"{source_id}.yml").read_text(encoding="utf-8")
        return Source.model_validate({"source_id": source_id, **yaml.safe_load(text)})
    except (OSError, ValueError, TypeError, yaml.YAMLError) as error:
        from datawerkplaats.catalogue import load_catalogue

        sources = load_catalogue(catalogue_dir).sources  # raises the sentence, if the file is there
        raise DataProblem(
            "catalogue_field",
            subject=f"sources/{source_id}.yml",
            expected=f"one of {', '.join(sorted(sources))}",
            found=source_id,
            remedy="name a source of the catalogue",
        ) from error


def _load_little() -> None:
    """Keeps libraries out of a process that only loads: pyarrow and httpx import these if they are
    installed (together 16 MB).

    A source of polygons needs numpy after all, so once pyarrow has been imported it may be.
    """
    unwanted = [name for name in ("numpy", "click") if name not in sys.modules]
    sys.modules.update(dict.fromkeys(unwanted))  # type: ignore[arg-type]
    import httpx  # noqa: F401
    import pyarrow as pa

    for name in unwanted:
        del sys.modules[name]
    pa.set_memory_pool(pa.system_memory_pool())  # the default one keeps 16 MB more in reserve


def main(arguments: list[str]) -> int:
    """Loads the sources that are named and prints one line each; 1 if any was rejected."""
    _load_little()
    from datawerkplaats.base.settings import get_settings

    settings, failed = get_settings(), not arguments
    for source_id in arguments:
        try:
            result = ingest_source(load_source(settings.catalogue_dir, source_id), settings)
        except DataProblem as error:
            result = IngestResult("rejected", None, error)
        loaded = result.provenance
        rows = f"{loaded.rows:,} rows, snapshot {loaded.snapshot_id}" if loaded else ""
        sentence = result.problem.sentence() if result.problem else ""
        print(" · ".join(filter(None, [source_id, result.status, rows, sentence])))
        failed |= result.status == "rejected"
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
