"""Who could have been counted: residents per area and age band, and in which larger area each one lies."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from datawerkplaats.base.parquet import read_table
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue.partners import Micro, band_ages
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.loading.snapshot import Provenance

Groups = dict[tuple[str, str], float]
PLACES = "cbs_regions_85067ned"
_POPULATION = ("period_code", "sex_code", "age_code", "marital_status_code")
_SEXES, _ALL_STATES = {"3000": "men", "4000": "women"}, "T001019"
_AGE = re.compile(r"1(\d\d)(?:00|10)")
_AREAS = ("GM", "WK", "BU")


@dataclass(frozen=True)
class Residents:
    """Per area code the residents of each age band (no entry where they are not known), and the province of each gemeente.

    `groups` has per area the residents by the age bands of a delivery and sex, where counts are held against what was expected.
    """

    by_area: dict[str, dict[str, float]]
    province: dict[str, str]
    origin: str
    groups: dict[str, dict[tuple[str, str], float]] = field(default_factory=dict)

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


def origin_for(source: Source, settings: Settings) -> str:
    """From which snapshots the residents of a source come, without reading any of them."""
    assert source.micro is not None
    declared = source.micro.denominators
    names = [declared.source, PLACES]
    if source.micro.measures.ratio and declared.by_age_and_sex:
        names.append(declared.by_age_and_sex)
    return " ".join(_origin(settings.inputs_dir / name) for name in names)


def residents_for(source: Source, settings: Settings) -> Residents:
    """The residents that the source's rates are taken of; without entries where their source is absent."""
    assert source.micro is not None
    declared = source.micro.denominators
    columns = sorted({name for names in declared.bands.values() for name in names})
    origin = origin_for(source, settings)
    table = _table(settings.inputs_dir / declared.source, [declared.region_column, *columns])
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
    places = _table(settings.inputs_dir / PLACES, ["gemeente_code", "province_code"])
    province = {
        str(row["gemeente_code"]).strip(): str(row["province_code"]).strip()
        for row in places
        if row.get("province_code") and str(row["gemeente_code"]).strip() in by_area
    }
    known = Residents(by_area, province, origin)
    if not source.micro.measures.ratio or not declared.by_age_and_sex:
        return known
    counted = ["region_code", *_POPULATION, "people_count"]
    people = _table(settings.inputs_dir / declared.by_age_and_sex, counted)
    return replace(known, groups=_by_age_and_sex(known, source.micro, people))


def _by_age_and_sex(known: Residents, micro: Micro, people: list[dict[str, Any]]) -> dict[str, Groups]:
    """The residents of every area by age and sex: its own age bands, split as those of its gemeente are.

    Nobody publishes ages by sex of a wijk, so a wijk is taken to be divided within an age band as its gemeente is.
    """
    ages = _single_ages(people)
    bands = {band: range(*band_ages(band)) for band in micro.denominators.bands if band != "all"}
    found: dict[str, Groups] = {}
    for area, of_band in known.by_area.items():
        of_gemeente = ages.get("GM" + area[2:6])
        if of_gemeente is None or any(band not in of_band for band in bands):
            continue
        groups: Groups = dict.fromkeys(((age, sex) for age in micro.ages for sex in _SEXES.values()), 0.0)
        for band, years in bands.items():
            whole = sum(of_gemeente.get((year, sex), 0.0) for year in years for sex in _SEXES.values())
            for age, sex in groups if whole else ():
                inside = sum(
                    of_gemeente.get((year, sex), 0.0) for year in range(*band_ages(age)) if year in years
                )
                groups[age, sex] += of_band[band] * inside / whole
        found[area] = groups
    for code in set(known.province.values()):
        parts = [gemeente for gemeente, place in known.province.items() if place == code]
        if parts and all(part in found for part in parts):
            found[code] = {key: sum(found[part][key] for part in parts) for key in found[parts[0]]}
    return found


def _single_ages(people: list[dict[str, Any]]) -> dict[str, dict[tuple[int, str], float]]:
    """By gemeente the people of each year of age and sex, in the newest year there is."""
    newest = max((str(row["period_code"]).strip() for row in people), default="")
    found: dict[str, dict[tuple[int, str], float]] = {}
    for row in people:
        age, sex = _AGE.fullmatch(str(row["age_code"]).strip()), _SEXES.get(str(row["sex_code"]).strip())
        plain = str(row["marital_status_code"]).strip() == _ALL_STATES
        if plain and age and sex and str(row["period_code"]).strip() == newest and row["people_count"]:
            of_area = found.setdefault(str(row["region_code"]).strip(), {})
            # 10010 is younger than one, 10100 one year, 12400 twenty-four.
            of_area[int(age[1]), sex] = float(row["people_count"])
    return found


def _origin(folder: Path) -> str:
    """The id of a current snapshot with rows."""
    made = Provenance.read(folder)
    return made.snapshot_id if made and made.rows else "absent"


def _table(folder: Path, columns: Iterable[str]) -> list[dict[str, Any]]:
    """The rows of a current snapshot; columns are found without the number of their edition, and none is left out."""
    if _origin(folder) == "absent":
        return []
    path = folder / "data.parquet"
    delivered = pq.read_schema(path).names
    names = {c: next((d for d in delivered if d == c or d.rpartition("_")[0] == c), None) for c in columns}
    if None in names.values():
        return []
    rows = read_rows(path, [name for name in names.values() if name])
    return [{own: row[name] for own, name in names.items() if name} for row in rows]


def read_rows(path: Path, columns: list[str] | None = None) -> list[dict[str, Any]]:
    """The rows of a Parquet file."""
    rows: list[dict[str, Any]] = read_table(path, columns).to_pylist()
    return rows
