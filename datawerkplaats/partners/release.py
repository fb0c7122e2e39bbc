"""From private rows to protected tables: all partners together, made again only when something has changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from datawerkplaats.base.code_hash import code_hash
from datawerkplaats.base.files import write_text
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue import Catalogue, Source
from datawerkplaats.loading.snapshot import ABSENT, HasChangedError, Provenance, SnapshotFolder
from datawerkplaats.partners.history import Released, released
from datawerkplaats.partners.outcome import Outcome
from datawerkplaats.partners.residents import origin_for, read_rows, residents_for
from datawerkplaats.partners.vault import Vault, private_files

_KEY = "protected_key.json"
# What was published before is a part of the key of its own; settings decide no table.
_BESIDE = ("datawerkplaats.base", "datawerkplaats.publication")


def partner_sources(catalogue: Catalogue) -> list[Source]:
    """The sources whose deliveries hold a row per person."""
    return [source for source in catalogue.sources.values() if source.micro]


def protect_deliveries(catalogue: Catalogue, settings: Settings, *, only_look: bool = False) -> Outcome:
    """Makes or confirms the protected table of every partner source; dbt reads these and never the rows.

    A source that cannot be protected keeps its earlier table; the others go on without it.

    Raises:
        HasChangedError: With `only_look`, if there is something to protect.
    """
    sources = partner_sources(catalogue)
    present = {source.source_id: made for source in sources if (made := Vault(source, settings).current())}
    for source in sources:
        folder = SnapshotFolder(source, settings, only_look=only_look)
        if source.source_id in present:
            continue
        Vault(source, settings).prune("")
        if folder.current() or not folder.pointer.exists():
            folder.accept_absence()
    given = [source for source in sources if source.source_id in present]
    key = _key(given, present, settings)
    said = released(settings, sources)
    if given and _is_made(given, settings, key, said):
        return Outcome(_current(sources, settings), "nothing has changed: protected tables stay")
    if only_look and given:
        raise HasChangedError("partners")
    if not given:
        if not only_look:  # tables that are made again later are never taken for those of before
            (settings.private_dir / _KEY).unlink(missing_ok=True)
        return Outcome(_current(sources, settings), "no partner delivers")
    from datawerkplaats.partners.making import (
        make_tables,  # numpy and scipy, only where there is something to make
    )

    residents = {source.source_id: residents_for(source, settings) for source in given}
    outcome = make_tables(given, present, residents, said, settings)
    if not outcome.problems:
        with private_files():
            settings.private_dir.mkdir(parents=True, exist_ok=True)
            write_text(settings.private_dir / _KEY, json.dumps({"made_from": key, "said": said.digest}))
    return Outcome(_current(sources, settings), outcome.line, outcome.problems)


def _key(given: list[Source], present: Mapping[str, Provenance], settings: Settings) -> list[str]:
    """Everything that the protected tables are made from, but for what was published before."""
    parts = [code_hash([__name__], beside=_BESIDE)]
    for source in given:
        assert source.micro is not None
        declared = hashlib.sha256(source.micro.model_dump_json().encode()).hexdigest()[:16]
        name = source.source_id
        parts.append(f"{name} {present[name].snapshot_id} {declared} {origin_for(source, settings)}")
    return parts


def _is_made(given: list[Source], settings: Settings, key: list[str], said: Released) -> bool:
    """Whether the tables are made from these very things, and nothing was published since that changes them."""
    path: Path = settings.private_dir / _KEY
    try:
        made = json.loads(path.read_text(encoding="utf-8"))
        is_same, heard = made["made_from"] == key, made["said"] == said.digest
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return is_same and (heard or all(_agrees(source, settings, said) for source in given))


def _agrees(source: Source, settings: Settings, said: Released) -> bool:
    """Whether the current table hides what was hidden before and shows what was shown before."""
    folder = settings.inputs_dir / source.source_id
    made = Provenance.read(folder)
    if made is None or made.snapshot_id == ABSENT or source.micro is None:
        return False
    kinds = source.micro.counted_as
    for row in read_rows(folder / "data.parquet"):
        if row["measure_code"] not in kinds:
            continue
        band = source.micro.band_of(kinds[row["measure_code"]], row["age_band"])
        told = (source.source_id, int(row["year"]), row["region_code"], band, row["sex"])
        if said.was_hidden(told) if row["value"] is not None else said.has_shown(told):
            return False
    return True


def _current(sources: list[Source], settings: Settings) -> dict[str, str]:
    found = {}
    for source in sources:
        made = Provenance.read(settings.inputs_dir / source.source_id)
        found[source.source_id] = made.snapshot_id if made else ABSENT
    return found
