"""Worlds with a history: partners' rows, and corrections of one person or one wijk in a chain of releases."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.catalogue.partners import Micro
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.partners.counting import Counted, counted_by_year
from datawerkplaats.partners.delivery import Row, count_rows
from datawerkplaats.partners.history import CellKey, People, Released, Told, people_of
from datawerkplaats.partners.protection import protect
from datawerkplaats.partners.residents import Residents
from datawerkplaats.partners.vault import content_hash
from demo import geography as maps
from demo.partners import write_partner_files
from demo.population import make_population

YEAR = 2022
SOURCES = ("partner_youth_care", "partner_ggz_referrals")
PARTNERS = ["provider_a", "provider_b", "provider_c"]
_BANDS = ("0-11", "12-14", "15-17", "18-24")
_SHARES = (0.34, 0.19, 0.20, 0.27)
Rng = np.random.Generator


@dataclass(frozen=True)
class Place:
    """A source with its people: a row each of area, sex, age_band and partner, and who could have been counted."""

    source_id: str
    people: pd.DataFrame
    residents: Residents

    @property
    def micro(self) -> Micro:
        """The source's declaration."""
        micro = _declared()[self.source_id].micro
        assert micro
        return micro

    def counted(self) -> list[Counted]:
        """All cells of its tables, counted."""
        return list(counted_by_year(self.source_id, self.micro, self.rows(), self.residents, PARTNERS))

    def rows(self) -> pa.Table:
        """The rows as the vault has them."""
        return pa.Table.from_pandas(self.people.assign(year=YEAR), preserve_index=False)


@cache
def _declared() -> dict[str, Source]:
    return load_catalogue(PROJECT_ROOT / "catalogue").sources


def small_region(seed: int) -> Place:
    """Three gemeenten of 14 to 18 wijken, of which one is small; every third world has referrals instead of care."""
    rng = np.random.default_rng([seed, 60])
    wijken = [f"WK{g + 1:04d}{w:02d}" for g in range(3) for w in range(int(rng.integers(14, 19)))]
    expected = np.exp(rng.normal(4.1, 0.55, len(wijken)))
    tiny = rng.choice(len(wijken), 1)
    expected[tiny] = rng.uniform(2, 9, tiny.size)
    counts = rng.poisson(expected)
    areas = np.repeat(wijken, counts)
    unknown = rng.random(areas.size)
    areas = np.where(unknown < 0.001, "", np.where(unknown < 0.0042, [f"GM{a[2:6]}" for a in areas], areas))
    people = _kinds(rng, areas)
    residents = {w: max(6.0 * float(e), 60.0) for w, e in zip(wijken, expected, strict=True)}
    return Place(SOURCES[int(seed % 3 == 2)], people, _residents(residents))


def _kinds(rng: Rng, areas: np.ndarray) -> pd.DataFrame:
    n = areas.size
    return pd.DataFrame(
        {
            "area": areas.astype(object),
            "sex": np.where(rng.random(n) < 0.47, "women", "men").astype(object),
            "age_band": rng.choice(_BANDS, n, p=_SHARES).astype(object),
            "partner": rng.choice(PARTNERS, n, p=rng.dirichlet(np.full(3, 4.0))).astype(object),
        }
    )


def _residents(wijken: dict[str, float]) -> Residents:
    bands = {code: {"all": 2 * n, "0-14": n, "15-24": n} for code, n in wijken.items()}
    gemeenten = sorted({"GM" + code[2:6] for code in wijken})
    for gemeente in gemeenten:
        inside = [bands[code] for code in wijken if code[2:6] == gemeente[2:]]
        bands[gemeente] = {band: sum(part[band] for part in inside) for band in ("all", "0-14", "15-24")}
    return Residents(bands, dict.fromkeys(gemeenten, "PV99"), "made up")


def demo_region(seed: int) -> Place:
    """The example province's own partner rows of one year, made by its own code with another seed."""
    where = maps.make_geography(20221201)
    people = make_population(20221201, where)
    source_id = SOURCES[int(seed % 3 == 2)]
    with tempfile.TemporaryDirectory() as folder:
        write_partner_files(Path(folder), seed, where, people)
        with (Path(folder) / f"{source_id}_synthetic.csv").open(encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file, delimiter=";") if row["year"] == str(YEAR)]
    table = pd.DataFrame(
        {
            "area": [row["area_code"] for row in rows],
            "sex": [{"m": "men", "v": "women"}[row["sex"]] for row in rows],
            "age_band": [row["age_band"] for row in rows],
            "partner": [f"provider_{row['provider']}" for row in rows],
        }
    )
    vintage = where.vintages[2022]
    order = vintage.buurt_order
    young = (people.ages["0_14"] + people.ages["15_24"])[order] / 2
    wijken = pd.Series(young).groupby(np.asarray(vintage.wijken.codes)[vintage.buurten.wijk]).sum()
    return Place(source_id, table, _residents({str(code): max(float(n), 1.0) for code, n in wijken.items()}))


def corrections(place: Place, seed: int, most: int = 4) -> Iterator[tuple[str, Place]]:
    """One to `most` corrections after one another, each of one person or of one wijk: its kind, and the rows after it."""
    rng = np.random.default_rng([seed, 61])
    wijken = np.array(sorted({code for code in place.residents.by_area if code.startswith("WK")}))
    # Some chains keep coming back to one wijk, as a partner who puts its own figures right does.
    home = _drawn(rng, place, wijken) if rng.random() < 0.5 else ""
    for _ in range(int(rng.integers(1, most + 1))):
        wijk = home or _drawn(rng, place, wijken)
        kind = str(rng.choice(["added", "removed", "moved", "mended", "small", "grown", "shrunk"]))
        place = replace(place, people=_corrected(rng, place.people, wijk, kind, wijken))
        yield kind, place


def _drawn(rng: Rng, place: Place, wijken: np.ndarray) -> str:
    """A wijk, the smaller ones more often: there is most to be told."""
    counts = place.people["area"].value_counts().reindex(wijken).fillna(0).to_numpy(dtype=float)
    chance = 1 / (5 + counts)
    return str(rng.choice(wijken, p=chance / chance.sum()))


def _without(people: pd.DataFrame, gone: np.ndarray) -> pd.DataFrame:
    return people[~people.index.isin(gone)].reset_index(drop=True)


def _corrected(rng: Rng, people: pd.DataFrame, wijk: str, kind: str, wijken: np.ndarray) -> pd.DataFrame:
    here = np.flatnonzero(people["area"] == wijk)
    if kind == "small" and here.size > 9:
        gone = rng.choice(here, here.size - int(rng.integers(0, 10)), replace=False)
        return _without(people, gone)
    if kind == "shrunk" and here.size > 1:
        gone = rng.choice(here, max(1, int(here.size * rng.uniform(0.1, 0.6))), replace=False)
        return _without(people, gone)
    if kind == "removed" and here.size:
        return _without(people, rng.choice(here, 1))
    if kind in ("moved", "mended") and here.size:
        people, one = people.copy(), int(rng.choice(here))
        if kind == "moved":
            people.loc[one, "area"] = str(rng.choice([*wijken, "GM" + wijk[2:6]]))
        else:
            people.loc[one, "age_band"] = str(rng.choice(_BANDS))
            people.loc[one, "sex"] = str(rng.choice(["men", "women"]))
        return people
    more = 1 if kind != "grown" else int(rng.integers(5, 40))
    return pd.concat([people, _kinds(rng, np.repeat(wijk, more))], ignore_index=True)


@dataclass
class Publisher:
    """The house's protection with its own history, release after release, without a build."""

    secret: bytes
    said: Released

    @staticmethod
    def new(seed: int) -> Publisher:
        """A house that has published nothing yet."""
        return Publisher(f"world {seed}".encode(), Released({}))

    def publish(self, place: Place) -> pd.DataFrame:
        """What readers get of these rows: keys, parent, level, value (NaN where hidden) and margin."""
        (one,), name = place.counted(), (place.source_id, YEAR)
        content = content_hash(place.rows())
        corrected = {name} if self.said.is_corrected(*name, content) else ()
        source = place.source_id
        found = protect([one], {source: place.micro}, {source: place.residents}, self.said, corrected)
        settled = found.settled.get((*name, "persons"))
        rows = [
            row
            for row in count_rows(
                one, found.hidden[name], place.micro, place.residents, settled, found.beside.get(name)
            )
            if row["measure_code"] == place.micro.measures.count
        ]
        self.said = remembered(self.said, name, rows, content, people_of(place.rows())[YEAR])
        table = pd.DataFrame(rows)
        return pd.DataFrame(
            {
                **{key: table[key] for key in ("region_code", "age_band", "sex")},
                "parent_code": [place.residents.above(code) for code in table["region_code"]],
                "region_level": table["region_code"]
                .str[:2]
                .map({"PV": "province", "GM": "gemeente", "WK": "wijk"}),
                "value": table["value"].astype(float),
                "margin": (table["upper"].astype(float) - table["value"].astype(float)).fillna(0.0),
            }
        )


def remembered(
    said: Released, name: tuple[str, int], rows: Sequence[Row], content: str, people: People
) -> Released:
    """What has been said after one more release."""
    shown: dict[CellKey, list[float]] = {key: list(figures) for key, figures in said.shown.items()}
    latest = dict(said.latest)
    for row in rows:
        key = (*name, row["region_code"], row["age_band"], row["sex"])
        figures = shown.setdefault(key, [])
        if row["value"] is not None:
            if row["value"] not in figures:
                figures.append(row["value"])
            latest[key] = Told(row["value"], row["lower"], row["upper"])
    published = said.contents.get(name, [])
    contents = published if published[-1:] == [content] else [*published, content]
    return Released(
        shown, latest, {**said.contents, name: contents}, {**said.people, (*name, content): people}
    )


def truth(one: Counted, cells: pd.DataFrame) -> np.ndarray:
    """The true counts of cells."""
    return np.array(
        [
            float(one.cells[key].sum())
            for key in cells[["region_code", "age_band", "sex"]].itertuples(index=False, name=None)
        ]
    )
