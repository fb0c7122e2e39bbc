"""What publications have already said of partners' cells: kept in private, so that a new release never contradicts or
completes an old one.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from pathlib import Path

from datawerkplaats.base.duckdb import connect_read_only, literal
from datawerkplaats.base.files import write_text
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.partners.vault import private_files
from datawerkplaats.publication.store import Publication, load, recovered_pointer
from datawerkplaats.publication.verify import verify_bytes

_FILE = "released.json"
# source, year, area, age band, sex
CellKey = tuple[str, int, str, str, str]


@dataclass(frozen=True)
class Released:
    """Per cell every figure that any publication has shown of it; an empty list where it was only ever hidden."""

    shown: dict[CellKey, list[float]]

    @property
    def digest(self) -> str:
        """Changes when a publication has said something new."""
        return hashlib.sha256(repr(sorted(self.shown.items())).encode()).hexdigest()[:16]

    def was_hidden(self, key: CellKey) -> bool:
        """Whether every publication that has the cell hid it."""
        return key in self.shown and not self.shown[key]

    def has_shown(self, key: CellKey, value: float | None = None) -> bool:
        """Whether a publication has shown this very figure, or any figure where none is given."""
        figures = self.shown.get(key, [])
        return bool(figures) if value is None else any(math.isclose(value, figure) for figure in figures)


def released(settings: Settings, sources: list[Source]) -> Released:
    """What all publications up to now have said, the cleared ones included: each is read once and remembered."""
    path = settings.private_dir / _FILE
    seen, shown = _read(path)
    pointer = recovered_pointer(settings.publish_dir)
    fresh = [one for one in (pointer.history if pointer else []) if one not in seen]
    for publication_id in fresh:
        try:
            publication = load(settings.publish_dir, publication_id)
        except FileNotFoundError:
            continue
        for key, value in _cells_of(publication, sources):
            figures = shown.setdefault(key, [])
            if value is not None and value not in figures:
                figures.append(value)
        seen.append(publication_id)
    if fresh:
        _write(path, seen, shown)
    return Released(shown)


def _cells_of(publication: Publication, sources: list[Source]) -> list[tuple[CellKey, float | None]]:
    """The cells of partners in a publication: the count, or for a survey whether there is a share."""
    measures = {
        (source.source_id, code): code
        for source in sources
        if source.micro
        for code in (source.micro.measures.count or source.micro.measures.share,)
        if code
    }
    if not measures:
        return []
    wanted = ", ".join(f"({literal(source)}, {literal(code)})" for source, code in measures)
    verify_bytes(publication)
    with connect_read_only(publication.path) as con:
        has = con.execute(
            "select count(*) from duckdb_tables() where schema_name = 'core' and table_name = 'fct_observation'"
        ).fetchone()
        if not has or not has[0]:
            return []
        rows = con.execute(
            "select distinct source_id, year, region_code, age_band, sex, value from core.fct_observation"
            f" where (source_id, measure_code) in ({wanted})"
        ).fetchall()
    return [
        ((str(source), int(year), str(area), str(band), str(sex)), None if value is None else float(value))
        for source, year, area, band, sex, value in rows
    ]


def _read(path: Path) -> tuple[list[str], dict[CellKey, list[float]]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return [], {}
    shown = {
        (source, int(year), area, band, sex): [float(figure) for figure in figures]
        for source, year, area, band, sex, figures in content["cells"]
    }
    return list(content["publications"]), shown


def _write(path: Path, seen: list[str], shown: dict[CellKey, list[float]]) -> None:
    cells = [[*key, figures] for key, figures in sorted(shown.items())]
    with private_files():
        write_text(path, json.dumps({"publications": seen, "cells": cells}))
