"""A small world of partners: two gemeenten with wijken, a file of youth care, and a publication made of what is protected."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from data_quality.disclosure_gate import disclosure_gate
from datawerkplaats import publication
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.catalogue import Catalogue, load_catalogue
from datawerkplaats.loading.result import IngestResult
from datawerkplaats.loading.snapshot import Provenance, SnapshotFolder
from datawerkplaats.partners.loading import load_partner
from datawerkplaats.partners.outcome import Outcome
from datawerkplaats.partners.release import protect_deliveries
from datawerkplaats.publication import Publication, PublicTable, Release

SOURCE = "partner_youth_care"
HEADING = ["pseudonym", "year", "area_code", "sex", "age_band", "provider", "care_type"]
# In the first gemeente one wijk is small, in the second none is.
COUNTS = {
    "WK000100": 4, "WK000101": 31, "WK000102": 40, "WK000103": 57,
    "WK000200": 66, "WK000201": 48, "WK000202": 35,
}  # fmt: skip
RESIDENTS = 400
PUBLIC = [PublicTable("core", name) for name in ("dim_indicator", "dim_region", "fct_observation")]


def person(number: int, area: str, year: int = 2022, **other: str) -> list[str]:
    """A row: sexes, ages and providers take turns."""
    row = {
        "pseudonym": hashlib.sha256(f"person {number}".encode()).hexdigest()[:24],
        "year": str(year),
        "area_code": area,
        "sex": "mv"[number % 2],
        "age_band": ("0-11", "12-14", "15-17", "18-24")[number // 2 % 4],
        "provider": "abc"[number % 3],
        "care_type": "ambulant",
    }
    return list((row | other).values())


def persons(counts: dict[str, int], year: int = 2022, start: int = 0) -> list[list[str]]:
    """The rows of so many persons per area."""
    areas = [area for area, count in counts.items() for _ in range(count)]
    return [person(start + i, area, year) for i, area in enumerate(areas)]


def write_csv(path: Path, rows: Iterable[Sequence[str]], heading: Sequence[str] = HEADING) -> Path:
    """A delivery as a partner sends it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(heading)
        writer.writerows(rows)
    return path


@dataclass
class World:
    """Settings in a folder of their own, with the public figures that partners' are held against."""

    settings: Settings
    catalogue: Catalogue
    more_tables: tuple[str, ...] = ()

    @property
    def file(self) -> Path:
        """Where the partner's file lies."""
        assert self.settings.files
        return self.settings.files / "partner_youth_care_test.csv"

    def deliver(self, rows: Iterable[Sequence[str]], heading: Sequence[str] = HEADING) -> IngestResult:
        """What came of loading a file with these rows."""
        write_csv(self.file, rows, heading)
        return load_partner(self.catalogue.sources[SOURCE], self.settings)

    def protect(self) -> Outcome:
        """What came of protecting what is there."""
        return protect_deliveries(self.catalogue, self.settings)

    def table(self) -> list[dict[str, Any]]:
        """The protected table."""
        return list(pq.read_table(self.settings.inputs_dir / SOURCE / "data.parquet").to_pylist())

    def warehouse(self) -> Path:
        """A warehouse with the protected table in the shape of the marts."""
        path = self.settings.warehouse_path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        made = Provenance.read(self.settings.inputs_dir / SOURCE)
        assert made
        regions = ", ".join(
            f"('{code}', '{level}', '{gemeente}', 'PV99')"
            for code, level, gemeente in [
                ("PV99", "province", ""),
                *((g, "gemeente", g) for g in sorted({"GM" + c[2:6] for c in COUNTS})),
                *((c, "wijk", "GM" + c[2:6]) for c in COUNTS),
            ]
        )
        with duckdb.connect(str(path)) as con:
            con.execute("create schema core")
            con.execute(
                "create table core.dim_indicator as select * from (values"
                f" ('care_count', '{SOURCE}', 'care_users_count', true), ('care_rate', '{SOURCE}', 'care_users_per_1000', true)"
                ") as t (indicator_id, source_id, measure_code, is_public)"
            )
            con.execute(
                "create table core.dim_region as select *, cast(null as varchar) as wijk_code from (values"
                f" {regions}) as t (region_code, region_level, gemeente_code, province_code)"
            )
            con.execute(
                "create table core.fct_observation as select"
                " case measure_code when 'care_users_count' then 'care_count' else 'care_rate' end as indicator_id,"
                f" '{SOURCE}' as source_id, measure_code, region_code,"
                " case left(region_code, 2) when 'PV' then 'province' when 'GM' then 'gemeente' else 'wijk' end as region_level,"
                " 2022 as region_vintage, cast(year as integer) as year, sex, age_band, value, lower, upper, numerator,"
                f" denominator, value_status, suppression_reason, '{made.snapshot_id}' as snapshot_id"
                " from read_parquet(?)",
                [str(self.settings.inputs_dir / SOURCE / "data.parquet")],
            )
        return path

    def change(self, statement: str, *values: object) -> None:
        """Spoil the warehouse."""
        with duckdb.connect(str(self.settings.warehouse_path)) as con:
            con.execute(statement, list(values))

    def publish(self, stamp: str = "s1") -> Publication:
        """Publish the warehouse through the gate."""
        release = Release(mode="files", region="NL", title="Test", fingerprint=stamp)
        gates = {"disclosure": disclosure_gate(self.settings, self.catalogue)}
        more = (name.split(".") for name in self.more_tables)
        tables = [*PUBLIC, *(PublicTable(schema, name) for schema, name in more)]
        return publication.publish(
            self.settings.publish_dir, self.settings.warehouse_path, tables, release, gates=gates
        )


@cache
def _catalogue() -> Catalogue:
    return load_catalogue(PROJECT_ROOT / "catalogue")


def make_world(settings: Settings, folder: Path, *, residents: int = RESIDENTS) -> World:
    """A world without a delivery yet."""
    files = folder / "files"
    files.mkdir(parents=True)
    settings = settings.model_copy(update={"files": files, "source": "files"})
    catalogue = _catalogue()
    gemeenten = sorted({"GM" + code[2:6] for code in COUNTS})
    wijken = dict.fromkeys(COUNTS, residents)
    sizes = wijken | {g: sum(n for c, n in wijken.items() if c[2:6] == g[2:]) for g in gemeenten}
    figures: dict[str, Sequence[object]] = {
        "region_code": list(sizes),
        "k_0Tot15Jaar": [float(n // 2) for n in sizes.values()],
        "k_15Tot25Jaar": [float(n - n // 2) for n in sizes.values()],
    }
    _public(catalogue, settings, "cbs_key_figures_85318ned", figures)
    places: dict[str, Sequence[object]] = {
        "gemeente_code": gemeenten,
        "province_code": ["PV99"] * len(gemeenten),
    }
    _public(catalogue, settings, "cbs_regions_85067ned", places)
    return World(settings, catalogue)


def _public(
    catalogue: Catalogue, settings: Settings, source_id: str, columns: Mapping[str, Sequence[object]]
) -> None:
    folder = SnapshotFolder(catalogue.sources[source_id], settings)
    folder.accept_absence()
    table = pa.table(columns)
    target = folder.root / "made"
    target.mkdir()
    pq.write_table(table, target / "data.parquet")
    before = Provenance.read(folder.pointer)
    assert before
    fields = {**vars(before), "snapshot_id": "made", "rows": table.num_rows}
    Provenance(**fields).write(target)
    folder._point_to(target)
