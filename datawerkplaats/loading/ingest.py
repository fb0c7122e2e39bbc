"""Loading of one source, in any mode, into a snapshot; a delivery that is not right is kept aside and
nothing loaded is touched.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.loading.little import load_little
from datawerkplaats.loading.result import (
    GOES_ON,
    NOT_THERE,
    IngestResult,
    StandIn,
    missing_delivery,
    rows_left_out,
    unverified,
)

if TYPE_CHECKING:
    import httpx

    from datawerkplaats.base.settings import Settings
    from datawerkplaats.catalogue.sources import Source
    from datawerkplaats.loading.snapshot import Provenance, SnapshotFolder


def ingest_source(
    source: Source,
    settings: Settings,
    transport: httpx.BaseTransport | None = None,
    files: Path | None = None,
    *,
    only_look: bool = False,
    refused: DataProblem | None = None,
) -> IngestResult:
    """Loads a source with the current settings; the pointer in `inputs_dir` leads to a snapshot
    afterwards if it ever can.

    Args:
        source: The catalogue's declaration; one with a row per person is loaded by `partners.loading` instead.
        settings: Mode, addresses and folders.
        transport: Answers instead of the network; in demo mode it has to be given.
        files: Stands for the folder with deliveries where the settings name none, for what no service has.
        only_look: Load nothing: only see whether there is something to load.
        refused: Why a process that began with this delivery was ended: read nothing, refuse it.

    Raises:
        HasChangedError: With `only_look`, if there is something to load.
        DataProblem: `wrong_entry`, if the source is not for this function or nothing answers in demo mode.
    """
    from datawerkplaats.loading.earlier import came_back
    from datawerkplaats.loading.notices import clear_notice, set_notice
    from datawerkplaats.loading.snapshot import SnapshotFolder

    _check_entry(source, settings, transport)
    folder = SnapshotFolder(source, settings, only_look=only_look)
    received: list[Path] = []
    if refused:
        return _refuse(source, settings, folder, refused, _deliveries(source, settings, files))
    before = folder.current()
    try:
        is_new, provenance = _load(source, settings, folder, StandIn(transport, files), received)
    except DataProblem as problem:
        return _refuse(source, settings, folder, problem, received)
    back = came_back(folder, before, provenance, is_new=is_new)
    if warning := rows_left_out(provenance):
        set_notice(settings.publish_dir, source.source_id, "incomplete", warning)
    elif warning := back:
        set_notice(settings.publish_dir, source.source_id, "earlier", warning)
    else:
        clear_notice(settings.publish_dir, source.source_id)
    return IngestResult("new" if is_new else "unchanged", provenance, warning)


def _load(
    source: Source,
    settings: Settings,
    folder: SnapshotFolder,
    stand_in: StandIn,
    received: list[Path],
) -> tuple[bool, Provenance]:
    """Whether the content is new, and its provenance; `received` gets the files to keep aside if it fails."""
    from datawerkplaats.loading.files import load_files
    from datawerkplaats.loading.readers import find_editions
    from datawerkplaats.loading.readers.plain import check_plain
    from datawerkplaats.loading.services import load_table, load_table_v4

    is_table, is_map = source.reader.kind in ("statline_v3", "statline_v4"), source.reader.kind == "geojson"
    load = load_table if source.reader.kind == "statline_v3" else load_table_v4
    files = settings.files or (None if is_table or is_map else stand_in.files)
    delivered = find_editions(source, files) if files else []
    for path in delivered:
        check_plain(path, files, settings.read_file_mb)
    if settings.source == "files" or not (is_table or is_map) or (is_map and delivered):
        if not delivered:
            raise missing_delivery(source, settings)
        received += delivered
        return load_files(source, settings, folder, delivered)
    if source.unverified and settings.source == "live":
        raise unverified(source)
    if is_map:
        from datawerkplaats.loading.maps import load_regions

        return load_regions(source, settings, folder, stand_in.transport, received)
    try:
        return load(source, settings, folder, stand_in.transport, received)
    except DataProblem as problem:
        if problem.code != "table_not_found" or not delivered:
            raise
        received += delivered
        return load_files(source, settings, folder, delivered)


def _deliveries(source: Source, settings: Settings, files: Path | None) -> list[Path]:
    """The files that a reading that was ended may have begun with."""
    from datawerkplaats.loading.readers import find_editions

    folder = settings.files or files
    return find_editions(source, folder) if folder else []


def _check_entry(source: Source, settings: Settings, transport: httpx.BaseTransport | None) -> None:
    if source.micro:
        raise DataProblem(
            "wrong_entry",
            subject=source.source_id,
            expected="a source without a row per person",
            remedy="make materialise loads what partners deliver",
        )
    if (
        settings.source == "demo"
        and transport is None
        and source.reader.kind
        in (
            "statline_v3",
            "statline_v4",
            "geojson",
        )
    ):
        raise DataProblem(
            "wrong_entry",
            subject=source.source_id,
            expected="the fictional province, handed in by who starts the loading",
            remedy="python -m demo <source> loads from the province; or set SOURCE to files or live",
        )


def _refuse(
    source: Source, settings: Settings, folder: SnapshotFolder, problem: DataProblem, received: list[Path]
) -> IngestResult:
    from datawerkplaats.loading.notices import set_notice

    earlier = folder.whole()
    if problem.code in NOT_THERE and not source.required:
        set_notice(settings.publish_dir, source.source_id, "absent", problem)
        # A service that is silent today does not unmake what it said before; a folder without the file does.
        if earlier and settings.source != "files":
            return IngestResult("unchanged", earlier, problem)
        folder.accept_absence()
        return IngestResult("absent", None, problem)
    if problem.code == "older_delivery":  # what is loaded is newer: it stays, and the build goes on with it
        set_notice(settings.publish_dir, source.source_id, "rejected", problem)
        return IngestResult("unchanged", earlier, problem)
    folder.reject(problem, received)
    set_notice(settings.publish_dir, source.source_id, "rejected", problem)
    if earlier is None and not source.required:
        folder.accept_absence()
    folder.clear(with_pages=problem.code not in GOES_ON)
    return IngestResult("rejected", earlier, problem)


def load_source(catalogue_dir: Path, source_id: str) -> Source:
    """One source of the catalogue, without reading the rest of it.

    Raises:
        DataProblem: `catalogue_field`, naming the file and the field that is not right.
    """
    import yaml

    from datawerkplaats.catalogue.risk_models import with_model_measures
    from datawerkplaats.catalogue.sources import Source

    try:
        text = (catalogue_dir / "sources" / f"{source_id}.yml").read_text(encoding="utf-8")
        source = Source.model_validate({"source_id": source_id, **yaml.safe_load(text)})
        return with_model_measures(source, catalogue_dir)
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


def main(arguments: list[str], stand_in: Callable[[Settings], StandIn] = lambda _: StandIn()) -> int:
    """Loads the sources that are named and prints one line each; 1 if any was rejected."""
    load_little()
    from datawerkplaats.base.settings import get_settings
    from datawerkplaats.loading.door import apart_here

    settings, failed = get_settings(), not arguments
    for source_id in arguments:
        try:
            source, answers = load_source(settings.catalogue_dir, source_id), stand_in(settings)
            result = apart_here(
                lambda refused, one=source, by=answers: ingest_source(one, settings, *by, refused=refused),  # type: ignore[misc]
                source,
                settings,
            )
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
