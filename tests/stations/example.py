"""The example region's joint table beside what the vault makes of the same deliveries."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.partners.counting import counted_by_year, level_of
from datawerkplaats.partners.release import protect_deliveries
from datawerkplaats.partners.residents import PLACES, residents_for
from datawerkplaats.partners.vault import Vault
from orchestration import steps
from stations.contribution import frames_of, own_of
from stations.local import INDEPENDENT, example
from stations.request import Terms, read_request
from stations.station import Station

_CELL = ["region_code", "period_id", "age_band", "sex"]


@dataclass(frozen=True)
class Example:
    """Per cell what the vault counts, what the stations bring together, and what was opened.

    Attributes:
        cells: A row per cell and year.
        own: Per provider its own persons by the finest area, age and sex, as its administration knows them.
        with_rest: Areas with people of whom nobody knows in which part of them they live.
        logs: How many different shared logs there are.
    """

    cells: pd.DataFrame
    own: dict[str, pd.DataFrame]
    with_rest: frozenset[str]
    logs: int

    @classmethod
    def made(cls, folder: Path) -> Example:
        """Load what is needed of the example region, protect it as the vault does, and let the stations compute."""
        settings = Settings(data_dir=folder, source="demo", files=None)
        catalogue = load_catalogue(settings.catalogue_dir)
        terms = Terms.of("youth_care", settings)
        source = catalogue.sources[terms.joint.delivery]
        for name in (PLACES, terms.micro.denominators.source, source.source_id):
            steps.ingest(catalogue.sources[name], settings)
        protect_deliveries(catalogue, settings)
        example(settings)
        request = read_request(folder / "stations" / "request.json")
        frames = frames_of(terms, request)
        stations = {
            party.name: own_of(
                frames, terms, request, source, Station(folder / "stations" / party.name, settings).deliveries
            )
            for party in request.parties
            if party.name != INDEPENDENT
        }
        rows = [
            {"region_code": key[0], "period_id": str(year), "age_band": key[1], "sex": key[2],
             "stations": sum(int(own[number].counts[place]) for own in stations.values())}
            for number, (year, (_, keys)) in enumerate(zip(request.years, frames, strict=True))
            for place, key in enumerate(keys)
        ]  # fmt: skip
        cells = pd.DataFrame(rows)
        residents = residents_for(source, settings)
        cells["region_level"] = [
            "region" if level_of(code) == "province" else level_of(code) for code in cells["region_code"]
        ]
        cells["parent_code"] = [residents.above(code) for code in cells["region_code"]]
        cells["measure"] = "joint"
        vault = Vault(source, settings)
        made = vault.current()
        assert made is not None
        private = pq.read_table(vault.rows(made.snapshot_id))
        partners = sorted(set(private.column("partner").to_pylist()))
        counted = counted_by_year(source.source_id, terms.micro, private, residents, partners)
        by_partner = {(part.year, *key): count for part in counted for key, count in part.cells.items()}
        keys = zip(
            cells["period_id"].astype(int),
            *(cells[n] for n in ("region_code", "age_band", "sex")),
            strict=True,
        )
        of_cell = [by_partner[key] for key in keys]
        cells["vault"] = [float(count.sum()) for count in of_cell]
        own = {name: _own(private.to_pandas(), name) for name in partners}
        cells = _with(cells, folder / "joint" / "joint_youth_care.parquet", terms.joint.count.id, "opened")
        protected = settings.inputs_dir / source.source_id / "data.parquet"
        assert source.micro is not None
        cells = _with(cells, protected, str(source.micro.measures.count), "by_vault")
        cells["is_hidden_by_vault"] = cells["by_vault"].isna()
        logs = {
            Station(folder / "stations" / party.name, settings).shared_log("youth_care").path.read_bytes()
            for party in request.parties
        }
        return cls(cells, own, _with_rest(cells), len(logs))


def _own(private: pd.DataFrame, partner: str) -> pd.DataFrame:
    persons = private[private["partner"] == partner]
    counted = persons.groupby(["year", "area", "age_band", "sex"]).size().rename("count").reset_index()
    counted = counted.rename(columns={"area": "region_code"}).assign(measure="joint")
    return counted.assign(period_id=counted["year"].astype(str)).drop(columns="year")


def _with(cells: pd.DataFrame, path: Path, measure: str, name: str) -> pd.DataFrame:
    """The cells with the values of a delivered table beside them."""
    told = pq.read_table(path).to_pandas()
    told = told[told["measure_code"] == measure].rename(columns={"year": "period_id", "value": name})
    return cells.merge(told[[*_CELL, name]], on=_CELL, how="left")


def _with_rest(cells: pd.DataFrame) -> frozenset[str]:
    """Areas whose parts add up to less than they do."""
    totals = cells[(cells["age_band"] == "all") & (cells["sex"] == "total")]
    parts = totals.groupby(["parent_code", "period_id"])["vault"].sum()
    found = set()
    for code, period, whole in zip(*(totals[n] for n in ("region_code", "period_id", "vault")), strict=True):
        inside = parts.get((code, period))
        if inside is not None and not np.isclose(inside, whole):
            found.add(str(code))
    return frozenset(found)
