"""Borger-Odoorn as really published: 17 wijken of 2020 on the 25 of 2022, with other codes and other borders."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.loading.ingest import ingest_source
from datawerkplaats.regions import Crosswalk, restate
from datawerkplaats.regions.changes import REAL, between, read_changes
from datawerkplaats.regions.districts import District, district_crosswalk
from datawerkplaats.regions.tables import district_lists
from tests.present import present

pytestmark = pytest.mark.reference
BORGER_ODOORN = "GM1681"
Lists = Mapping[int, Mapping[str, District]]


@pytest.fixture(scope="module")
def lists(reference_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Lists:
    settings = Settings(
        _env_file=None, source="files", files=reference_data, data_dir=tmp_path_factory.mktemp("regions")
    )
    catalogue = load_catalogue(settings.catalogue_dir)
    for source_id in ("cbs_key_figures_84799ned", "pdok_wijk_2022"):
        ingest_source(catalogue.sources[source_id], settings)
    return district_lists(catalogue, settings)


@pytest.fixture(scope="module")
def crosswalk(lists: Lists) -> Crosswalk:
    gemeenten = between(read_changes(REAL), 2020, 2022)
    return district_crosswalk(lists[2020], lists[2022], (2020, 2022), gemeenten)


def wijken_of(found: Mapping[str, District], gemeente: str) -> dict[str, District]:
    return {code: district for code, district in found.items() if district.gemeente == gemeente}


def test_borger_odoorn__recodes_its_wijken(lists: Lists, crosswalk: Crosswalk) -> None:
    before, after = (wijken_of(lists[year], BORGER_ODOORN) for year in (2020, 2022))
    assert (len(before), len(after)) == (17, 25)
    links = {(x.from_code, x.to_code): x for x in crosswalk.links if x.from_code in before}
    assert {to for _, to in links} == set(after)
    # Borger was WK168100, which is Valthe now; Valthe was WK168112.
    assert ("WK168100", "WK168100") not in links
    assert links["WK168112", "WK168100"].weight == 1
    assert links["WK168100", "WK168182"].weight == pytest.approx(0.967, abs=0.001)
    assert {to for code, to in links if code == "WK168109"} == {"WK168190", "WK168191", "WK168192"}
    assert all(link.is_estimated for link in links.values())


def test_borger_odoorn__residents_keep_their_total(lists: Lists, crosswalk: Crosswalk) -> None:
    people = {code: d.population for code, d in lists[2020].items()}
    found = restate(people, crosswalk, kind="count")
    after = wijken_of(lists[2022], BORGER_ODOORN)
    restated = {code: found[code].value for code in after}
    total = math.fsum(d.population for d in wijken_of(lists[2020], BORGER_ODOORN).values())
    assert math.fsum(v for v in restated.values() if v is not None) == pytest.approx(total, abs=1e-9)
    assert all(found[code].is_changed for code in after)
    # Two years later most people live where they were: what is restated resembles what was counted then.
    wrong = math.fsum(abs((restated[code] or 0) - after[code].population) for code in after)
    assert wrong / total < 0.05


def test_borger_odoorn__loneliness_stays_within_its_sources(
    lists: Lists, crosswalk: Crosswalk, reference_data: Path
) -> None:
    table = pq.read_table(
        reference_data / "statline/50090NED/UntypedDataSet.parquet",
        columns=["WijkenEnBuurten", "Perioden", "Leeftijd", "Eenzaam_28"],
        filters=[("Perioden", "==", "2020JJ00"), ("Leeftijd", "==", "20300")],
    )
    codes = pc.utf8_trim_whitespace(table["WijkenEnBuurten"]).to_pylist()
    lonely = {
        code: float(value) if value.strip() not in ("", ".") else None
        for code, value in zip(codes, table["Eenzaam_28"].to_pylist(), strict=True)
        if code[2:6] == BORGER_ODOORN[2:] and code.startswith("WK")
    }
    people = {code: d.population for code, d in lists[2020].items()}
    hidden = {code for code, value in lonely.items() if value is None}
    found = restate(lonely, crosswalk, kind="rate", population=people, suppressed=hidden)
    restated_people = restate(people, crosswalk, kind="count")
    after = wijken_of(lists[2022], BORGER_ODOORN)
    known = {code: value for code in after if (value := found[code].value) is not None}
    assert len(known) >= 23
    for code, value in known.items():
        parts = [lonely[link.from_code] for link in crosswalk.by_to[code]]
        sources = [part for part in parts if part is not None]
        assert min(sources) <= value <= max(sources)
    if not hidden:
        mean_before = math.fsum(present(lonely[c]) * people[c] for c in lonely) / math.fsum(
            people[c] for c in lonely
        )
        weights = {code: restated_people[code].value or 0.0 for code in known}
        mean_after = math.fsum(known[c] * weights[c] for c in known) / math.fsum(weights.values())
        assert mean_after == pytest.approx(mean_before, abs=1e-9)


def test_every_gemeente__keeps_its_residents(lists: Lists, crosswalk: Crosswalk) -> None:
    people = {code: d.population for code, d in lists[2020].items()}
    found = restate(people, crosswalk, kind="count")
    merged = {link.from_code for link in between(read_changes(REAL), 2020, 2022).links}
    before: dict[str, float] = {}
    after: dict[str, float] = {}
    for code, district in lists[2020].items():
        before[district.gemeente] = before.get(district.gemeente, 0.0) + people[code]
    for code, restated in found.items():
        gemeente = lists[2022][code].gemeente
        after[gemeente] = after.get(gemeente, 0.0) + (restated.value or 0.0)
    unchanged = set(before) - merged
    assert len(unchanged) > 250
    assert {g: after[g] for g in unchanged} == pytest.approx({g: before[g] for g in unchanged}, abs=1e-9)
    assert math.fsum(after.values()) == pytest.approx(math.fsum(before.values()), abs=1e-6)
