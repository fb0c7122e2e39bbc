"""The whole country as really published: from the files to the marts nothing is lost, known values stand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.integration.dbt_warehouse import national_warehouse
from tests.postcodes_example import SEVERAL

pytestmark = [pytest.mark.slow, pytest.mark.reference]

HEALTH = "staging.stg_rivm_health_50090ned__observations"
DIMENSIONS = (
    "ID",
    "Leeftijd",
    "Marges",
    "WijkenEnBuurten",
    "Perioden",
    "Gemeentenaam_1",
    "SoortRegio_2",
    "Codering_3",
)


@pytest.fixture(scope="module")
def national(reference_data: Path) -> Iterator[tuple[duckdb.DuckDBPyConnection, dict[str, str]]]:
    made = national_warehouse(reference_data)
    with duckdb.connect(str(made.path), read_only=True) as connection:
        yield connection, made.statuses


National = tuple[duckdb.DuckDBPyConnection, dict[str, str]]


def one(national: National, sql: str, *values: object) -> Any:
    return national[0].execute(sql, list(values)).fetchone()


def test_build__is_green(national: National) -> None:
    assert {n: s for n, s in national[1].items() if s not in ("success", "pass", "no-op")} == {}


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        ("rivm_health_50090ned", 138_728),
        ("cbs_key_figures_84799ned", 17_341),
        ("ggd_young_adults_50140ned", 365),
    ],
)
def test_staging__holds_every_delivered_row(national: National, source: str, rows: int) -> None:
    assert one(national, f"select count(*) from staging.stg_{source}__rows") == (rows,)


def test_staging__long_form_holds_every_row_and_measure_and_the_cells_as_delivered(
    national: National, reference_data: Path
) -> None:
    connection, _ = national
    delivered = reference_data / "statline/50090NED/UntypedDataSet.parquet"
    names = [row[0] for row in connection.execute(f"describe select * from '{delivered}'").fetchall()]
    measures = [name for name in names if name not in DIMENSIONS]
    wide = ", ".join(
        f"max(value) filter (where measure_code = '{m.rpartition('_')[0]}') as \"{m}\", "
        f"max(suppression_reason) filter (where measure_code = '{m.rpartition('_')[0]}') as \"{m} reason\""
        for m in measures
    )
    cells = ", ".join(
        f'try_cast("{m}" as double), '
        f"case trim(\"{m}\") when '.' then 'source_secret' when '' then 'not_collected' end"
        for m in measures
    )
    # To lay whole rows beside each other is dear: every area whose code ends in a 5, of each level.
    some = "right({code}, 1) = '5'"
    pivoted = (
        f"select region_code, year(period_start) as y, age_band, {wide} from {HEALTH} "
        f"where {some.format(code='region_code')} group by all"
    )
    assert connection.execute(f"select count(*) > 7_000 from ({pivoted})").fetchone() == (True,)
    expected = f"""
        select replace(trim("WijkenEnBuurten"), 'NL01', 'NL00'), cast(left("Perioden", 4) as bigint),
            case trim("Leeftijd") when '20300' then '18+' when '53115' then '18-64' else '65+' end, {cells}
        from '{delivered}' where {some.format(code='trim("WijkenEnBuurten")')}"""
    counted = f"select count(distinct (region_code, period_start, age_band)), count(distinct measure_code) from {HEALTH}"
    assert connection.execute(counted).fetchone() == (138_728, len(measures))
    lost = connection.execute(f"select count(*) from ({expected} except {pivoted})").fetchone()
    assert lost == (0,)


@pytest.mark.parametrize(
    ("indicator", "value"), [("high_risk_anxiety_depression_k10_pct", 5.5), ("loneliness_djg_pct", 46.4)]
)
def test_marts__assen_2020_is_as_in_the_file(national: National, indicator: str, value: float) -> None:
    found = one(
        national,
        "select value, value_status, is_model_estimate from indicator.fct_indicator "
        "where indicator_id = ? and region_code = 'GM0106' and year = 2020 and age_band = '18+'",
        indicator,
    )
    assert found == (value, "modelled", True), "stored as delivered; pages round"


def test_marts__ratio_is_the_quotient_of_the_delivered_counts(
    national: National, reference_data: Path
) -> None:
    file = reference_data / "statline/84799NED/TypedDataSet.parquet"
    expected = one(
        national,
        f"select PersonenPerSoortUitkeringBijstand_83 * 100.0 / AantalInwoners_5 from '{file}' "
        "where trim(WijkenEnBuurten) = 'GM0106'",
    )
    found = one(
        national,
        "select value from core.fct_observation "
        "where indicator_id = 'benefit_social_assistance_pct' and region_code = 'GM0106'",
    )
    assert found == pytest.approx(expected)


def test_regions__drenthe_in_2020(national: National) -> None:
    rows = national[0].execute(
        "select region_level, count(*) from core.dim_region "
        "where province_code = 'PV22' and region_vintage = 2020 and is_focus "
        "group by region_level order by region_level"
    )
    assert rows.fetchall() == [
        ("buurt", 663),
        ("gemeente", 12),
        ("ggd_region", 1),
        ("province", 1),
        ("wijk", 181),
    ]


def test_regions__every_gemeente_has_a_province_and_a_ggd_region(national: National) -> None:
    counted = (
        "select count(*), count(province_code), count(ggd_region_code) from core.dim_region "
        "where region_level = 'gemeente' and region_vintage = ?"
    )
    assert one(national, counted, 2020) == (355, 355, 355)
    assert one(national, counted, 2022) == (345, 345, 345)
    total, with_province, with_ggd = one(national, counted, 2024)
    assert total == with_province == with_ggd


def test_regions__every_year_has_its_gemeenten(national: National) -> None:
    counted = national[0].execute(
        "select region_vintage, count(*), count(province_code), count(ggd_region_code) from core.dim_region "
        "where region_level = 'gemeente' and left(region_code, 2) = 'GM' group by all order by all"
    )
    known = (415, 408, 403, 393, 390, 388, 380, 355, 355, 352, 345, 342, 342, 342)
    assert counted.fetchall() == [(year, n, n, n) for year, n in enumerate(known, start=2012)]


def test_bridge__weights_sum_to_one_and_lead_only_to_areas_that_exist(national: National) -> None:
    wrong = (
        "select count(*) from (select 1 from core.bridge_region_vintage group by from_region_id, to_vintage "
        "having abs(sum(weight) - 1) > 1e-6)"
    )
    assert one(national, wrong) == (0,)
    haaren = national[0].execute(
        "select successor_name, round(weight, 3) from core.dim_region_successor where region_code = 'GM0788'"
    )
    assert haaren.fetchall() == [
        ("Oisterwijk", 0.409),
        ("Vught", 0.339),
        ("Boxtel", 0.15),
        ("Tilburg", 0.102),
    ]


def test_restated__a_merged_gemeente_is_the_mean_of_its_parts_by_residents(national: National) -> None:
    found = one(
        national,
        "select value, from_region_codes, value_status from core.fct_observation_restated "
        "where indicator_id = 'loneliness_djg_pct' and region_code = 'GM1991' and year = 2020 and age_band = '18+'",
    )
    expected = one(
        national,
        "select sum(value * population) / sum(population) from core.fct_observation join core.dim_region using (region_id) "
        "where indicator_id = 'loneliness_djg_pct' and region_id in ('GM0856@2020', 'GM1685@2020') and year = 2020 "
        "and age_band = '18+'",
    )
    assert found == (pytest.approx(expected[0]), "GM0856, GM1685", "modelled")


def test_restated__counts_of_borger_odoorn_keep_their_total(national: National) -> None:
    moved = one(
        national,
        "select sum(weight * population) from core.bridge_region_vintage as b "
        "join core.dim_region as r on r.region_id = b.from_region_id "
        "where from_vintage = 2020 and to_vintage = 2022 and b.to_code like 'WK1681%'",
    )
    before = one(
        national,
        "select sum(population) from core.dim_region where region_vintage = 2020 and region_code like 'WK1681%'",
    )
    assert moved[0] == pytest.approx(before[0], abs=1e-9)
    assert one(
        national,
        "select count(*) from core.fct_observation_restated where value is not null and region_code = 'WK168182'",
    )[0]


def test_regions__none_is_nameless(national: National) -> None:
    assert one(national, "select count(*) from core.dim_region where region_name = region_code") == (0,)


def test_marts__all_are_plausible(national: National) -> None:
    rows = national[0].execute(
        "select indicator_id, min, max from quality.rpt_indicator_coverage where not plausible"
    )
    assert rows.fetchall() == []


def test_marts__a_page_asks_for_every_wijk_and_gets_it(national: National) -> None:
    sql = (
        "select region_code, value, value_status from indicator.fct_indicator "
        "where indicator_id = 'loneliness_djg_pct' and region_level = 'wijk' "
        "and year = 2020 and age_band = '18+'"
    )
    # How soon is for the benchmark to measure.
    assert len(national[0].execute(sql).fetchall()) == 3_177


def test_postcode__of_the_middle_of_emmen_lies_in_its_wijken_most_addresses_first(national: National) -> None:
    sql = """select region_code, gemeente_code, sum(addresses) from core.bridge_postcode_region
             where postcode like '7811%' group by all order by 3 desc"""
    assert national[0].execute(sql).fetchall() == [(code, "GM0114", count) for code, count in SEVERAL.items()]
    unknown = """select count(*) from core.bridge_postcode_region anti join core.dim_region using (region_code, region_vintage)"""
    assert one(national, unknown) == (0,), "a wijk of a postcode is on no map of its year"
