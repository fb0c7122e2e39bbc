"""The example region: trends of registers, the survey's own figures of the country, and registrations beside what was expected."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.proofs.truth import shown


@pytest.fixture(scope="module")
def marts(demo: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(demo / "warehouse.duckdb"), read_only=True) as con:
        yield con


def test_example__answers_for_most_registers_and_for_no_estimate(marts: duckdb.DuckDBPyConnection) -> None:
    found = {name: value for name, value, _ in shown(marts)}
    assert found["register_trends"] >= 60 and found["modelled_trends_demo"] == 0
    assert found["official_countries"] >= 30 and found["official_modelled"] == 0
    assert found["registrations_wijken"] >= 85 and found["registrations_expected"] <= 0.5


def test_official__figures_stand_beside_the_mean_of_estimates_that_areas_are_held_against(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    row = marts.execute(
        """select value_status, interval_status, lower <= value and value <= upper, mean_of_estimates is not null, value
           from core.fct_observation where indicator_id = 'high_risk_anxiety_depression_k10_pct' and region_code = 'NL00'
             and year = 2020 and age_band = '18+' and sex = 'total'"""
    ).fetchone()
    assert row and row[:4] == ("observed", "delivered", True, True)
    compared = marts.execute(
        """select distinct comparator_status, comparator_value from mart.obs
           where indicator_id = 'high_risk_anxiety_depression_k10_pct' and region_level = 'gemeente' and year = 2020
             and age_band = '18+' and value is not null"""
    ).fetchall()
    assert [status for status, _ in compared] == ["modelled"], (
        "an estimate is held against the mean of estimates"
    )


def test_margins__that_are_ours_say_so(marts: duckdb.DuckDBPyConnection) -> None:
    rows = marts.execute(
        """select distinct o.interval_status, contains(i.caveats_nl, 'De marge is van de werkplaats')
           from core.fct_observation as o join core.dim_indicator as i using (indicator_id)
           where o.indicator_id in ('wmo_clients_per_1000', 'low_income_households_pct', 'suicide_deaths_per_100k')
             and o.value is not null and o.lower is not null"""
    ).fetchall()
    assert rows == [("computed", True)]


def test_registrations__of_the_kinds_make_up_the_total_and_years_stand_together(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    rows = marts.execute(
        """select region_code, sum(value) filter (where indicator_id = 'ggz_registrations_youth_count'),
             sum(value) filter (where indicator_id != 'ggz_registrations_youth_count'), min(year), max(year)
           from core.fct_observation where indicator_id like 'ggz_registrations_youth%_count' and region_level = 'gemeente'
             and age_band = 'all' and sex = 'total' group by 1"""
    ).fetchall()
    assert len(rows) >= 10 and all(total == parts for _, total, parts, _, _ in rows if parts)
    assert {(first, last) for *_, first, last in rows} == {(2023, 2023)}
    told = marts.execute(
        """select distinct period_id, period_start, period_end, year from core.fct_observation
           where source_id = 'partner_ggz_registrations'
           union select distinct period_id, period_start, period_end, year
           from mart.obs join core.dim_period using (period_start, period_end, year)
           where source_id = 'partner_ggz_registrations'"""
    ).fetchall()
    assert told == [("2019-2023", date(2019, 1, 1), date(2023, 12, 31), 2023)]
    grains = marts.execute(
        "select period_grain, count(*) from core.dim_period group by 1 order by 1"
    ).fetchall()
    assert grains[0][0] == "year" and grains[1:] == [("years", 1)]


def test_partners__further_deliveries_are_published(marts: duckdb.DuckDBPyConnection) -> None:
    found = dict(
        marts.execute(
            """select indicator_id, count(value) from core.fct_observation
               where source_id in ('partner_pupils_survey', 'partner_gp') group by 1"""
        ).fetchall()
    )
    assert set(found) == {
        "psychological_complaints_mhi5_le60_pupils_pct",
        "poh_ggz_contacts_partners_count",
        "poh_ggz_contacts_partners_per_1000",
    }
    assert min(found.values()) >= 12


def test_raw__has_every_measure_of_open_sources_and_none_of_a_partner(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    sources = {row[0] for row in marts.execute("select distinct source_id from raw.measure").fetchall()}
    assert not [name for name in sources if name.startswith(("partner_", "joint_", "ml_"))]
    assert {"ggd_young_adults_50140ned", "cbs_key_figures_85039ned", "cbs_health_monitor_85012ned"} <= sources
    row = marts.execute(
        """select count(*), count(*) filter (where measure_code not in (select measure_code from raw.observation as o
             where o.source_id = m.source_id)) from raw.measure as m
           where source_id = 'ggd_young_adults_50140ned' and has_values"""
    ).fetchone()
    assert row and row[0] > 25 and row[1] == 0
