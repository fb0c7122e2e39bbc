"""Who could have been counted: residents per area and age band, and in which larger area each one lies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.loading.snapshot import Provenance

PLACES = "cbs_regions_85067ned"
_AREAS = ("GM", "WK", "BU")


@dataclass(frozen=True)
class Residents:
    """Per area code the residents of each age band (no entry where they are not known), and the province of each gemeente."""

    by_area: dict[str, dict[str, float]]
    province: dict[str, str]
    origin: str

    @property
    def codes(self) -> frozenset[str]:
        """The codes of gemeenten, wijken and buurten that exist."""
        return frozenset(self.by_area)

    def above(self, code: str) -> str:
        """The area that an area lies in; empty above a province."""
        if code.startswith("BU"):
            return "WK" + code[2:8]
        if code.startswith("WK"):
            return "GM" + code[2:6]
        return self.province.get(code, "") if code.startswith("GM") else ""

    def chain(self, code: str) -> list[str]:
        """An area and all that it lies in."""
        found = []
        while code:
            found.append(code)
            code = self.above(code)
        return found

    def of(self, code: str, band: str) -> float | None:
        """The residents of an age band in an area; of a province the sum of its gemeenten, if all are known."""
        if not code.startswith("PV"):
            return self.by_area.get(code, {}).get(band)
        parts = [self.of(gemeente, band) for gemeente, place in self.province.items() if place == code]
        known = [part for part in parts if part is not None]
        return sum(known) if known and len(known) == len(parts) else None


def residents_for(source: Source, settings: Settings) -> Residents:
    """The residents that the source's rates are taken of; without entries where their source is absent."""
    assert source.micro is not None
    declared = source.micro.denominators
    columns = sorted({name for names in declared.bands.values() for name in names})
    origin, table = _table(settings.inputs_dir / declared.source, [declared.region_column, *columns])
    by_area: dict[str, dict[str, float]] = {}
    for row in table:
        code = str(row.pop(declared.region_column) or "").strip()
        if code[:2] not in _AREAS:
            continue
        by_area[code] = {
            band: sum(float(row[name]) for name in names)
            for band, names in declared.bands.items()
            if all(row.get(name) is not None for name in names)
        }
    placed, places = _table(settings.inputs_dir / PLACES, ["gemeente_code", "province_code"])
    province = {
        str(row["gemeente_code"]).strip(): str(row["province_code"]).strip()
        for row in places
        if row.get("province_code") and str(row["gemeente_code"]).strip() in by_area
    }
    return Residents(by_area, province, f"{origin} {placed}")


def _table(folder: Path, columns: Iterable[str]) -> tuple[str, list[dict[str, Any]]]:
    """The id of a current snapshot and its rows; columns are found without the number of their edition."""
    made, path = Provenance.read(folder), folder / "data.parquet"
    if made is None or made.rows == 0:
        return "absent", []
    delivered = pq.read_schema(path).names
    names = {c: next((d for d in delivered if d == c or d.rpartition("_")[0] == c), None) for c in columns}
    if None in names.values():
        return made.snapshot_id, []
    rows = pq.read_table(path, columns=[name for name in names.values() if name]).to_pylist()
    return made.snapshot_id, [{own: row[name] for own, name in names.items() if name} for row in rows]
