"""From a partner's file to private rows: refused at the door with a reason, or kept where only counting reads them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.loading.notices import clear_notice, set_notice
from datawerkplaats.loading.readers import find_delivery
from datawerkplaats.loading.readers.plain import check_plain
from datawerkplaats.loading.result import IngestResult, missing_delivery
from datawerkplaats.loading.snapshot import HasChangedError, Provenance, SnapshotFolder
from datawerkplaats.partners.leaving import leaving
from datawerkplaats.partners.quarantine import accepted
from datawerkplaats.partners.residents import origin_for, residents_for
from datawerkplaats.partners.validation import read_persons
from datawerkplaats.partners.vault import Vault


def load_partner(
    source: Source,
    settings: Settings,
    files: Path | None = None,
    *,
    only_look: bool = False,
    refused: DataProblem | None = None,
) -> IngestResult:
    """Loads a micro delivery into the vault. A refused one leaves a reason and no rows, and what was there stays.

    Args:
        source: The catalogue's declaration, with its `micro`.
        settings: Mode and folders.
        files: Stands for the folder with deliveries where the settings name none.
        only_look: Read nothing: only see whether there is something to read.
        refused: Why a process that began with this delivery was ended: read nothing, refuse it.

    Raises:
        HasChangedError: With `only_look`, if there is something to read.
    """
    vault = Vault(source, settings)
    earlier = vault.current()
    # What somebody accepted on the page goes before what lies in the folder.
    folder = accepted(source, settings) or settings.files or files
    delivery = find_delivery(source, folder) if folder else None
    if refused:
        return _refuse(source, settings, earlier, refused, delivery, only_look=only_look)
    if delivery is None:
        problem = missing_delivery(source, settings)
        if only_look and earlier:
            raise HasChangedError(source.source_id)
        vault.forget_current()
        set_notice(settings.publish_dir, source.source_id, "absent", problem)
        return IngestResult("absent", None, problem)
    try:
        check_plain(delivery, folder, settings.read_file_mb)
        left_out = leaving(source, settings)
        beside = f"{origin_for(source, settings)}\0{left_out.digest}\0".encode()
        sha256 = hashlib.sha256(beside + delivery.read_bytes()).hexdigest()
        # Rows that were damaged are read again from the delivery.
        if (
            vault.whole()
            and earlier
            and earlier.reader_version == vault.version
            and earlier.parts[0].sha256 == sha256
        ):
            clear_notice(settings.publish_dir, source.source_id)
            return IngestResult("unchanged", earlier)
        if only_look:
            raise HasChangedError(source.source_id)
        rows = read_persons(source, delivery, residents_for(source, settings).codes, left_out.kept)
        is_new, provenance = vault.keep(rows, delivery, sha256)
    except DataProblem as problem:
        return _refuse(source, settings, earlier, problem, delivery, only_look=only_look)
    clear_notice(settings.publish_dir, source.source_id)
    return IngestResult("new" if is_new else "unchanged", provenance)


def _refuse(
    source: Source,
    settings: Settings,
    earlier: Provenance | None,
    problem: DataProblem,
    delivery: Path | None,
    *,
    only_look: bool,
) -> IngestResult:
    """Keeps the reason with size and hash of the delivery, and none of its rows."""
    folder = SnapshotFolder(source, settings, only_look=only_look)
    folder.reject(problem, [delivery] if delivery else [])
    set_notice(settings.publish_dir, source.source_id, "rejected", problem)
    return IngestResult("rejected", earlier, problem)
