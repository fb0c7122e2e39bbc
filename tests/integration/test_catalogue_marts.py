"""What the catalogue promises holds in the published marts of the demo region."""

from __future__ import annotations

import itertools
from pathlib import Path

import duckdb
import numpy as np
import pytest

from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.publication import current
from datawerkplaats.statistics import recent_trend, wilson_interval

pytestmark = pytest.mark.slow


def test_demo__delivers_every_source(demo: Path) -> None:
    catalogue = load_catalogue(PROJECT_ROOT / "catalogue")
    for key, source in catalogue.sources.items():
        provenance = demo / "inputs" / "demo" / key / "provenance.json"
        assert provenance.exists(), f"{key} ({source.reader.kind}) has no demo delivery"


def test_mhi5__the_published_marts_hold_three_series_that_never_meet(demo: Path) -> None:
    with duckdb.connect(str(current(demo / "publish").path), read_only=True) as con:
        rows = con.execute(
            """select distinct i.cut_off, i.population_en, f.indicator_id, f.source_id, f.measure_code
               from indicator.fct_indicator as f inner join core.dim_indicator as i using (indicator_id)
               where i.instrument = 'mhi5'"""
        ).fetchall()
        twice = con.execute(
            """select instrument, cut_off, population_en from core.dim_indicator
               where instrument is not null and status = 'active' group by all having count(*) > 1"""
        ).fetchall()
        united = con.execute(
            """select f.indicator_id from core.fct_observation as f inner join core.dim_indicator as i using (indicator_id)
               group by f.indicator_id
               having count(distinct (i.instrument, i.cut_off, i.population_en)) > 1"""
        ).fetchall()
    assert {cut_off for cut_off, *_ in rows} == {"<60", "<=60", "<=76"}
    for one, other in itertools.combinations(rows, 2):
        if one[:2] != other[:2]:
            assert one[2] != other[2], "one id for two concepts"
            assert one[3:] != other[3:], "one column of a delivery for two concepts"
    assert not twice and not united


def test_estimates__are_as_delivered_and_say_whether_their_interval_is_known(demo: Path) -> None:
    with duckdb.connect(str(current(demo / "publish").path), read_only=True) as con:
        precise, called_observed = con.execute(
            """select count(*) filter (f.value != floor(f.value)), count(*) filter (f.value_status = 'observed')
               from core.fct_observation as f inner join core.dim_indicator as i using (indicator_id)
               where f.is_model_estimate and i.unit = '%'"""
        ).fetchone() or (0, 0)
        unsaid = con.execute(
            """select count(*) from core.fct_observation
               where value is not null and (lower is null or upper is null) = (interval_status in ('delivered', 'computed'))"""
        ).fetchone()
        unexplained = con.execute(
            """select count(*) from (
                   select value, suppression_reason, withheld_by from core.fct_observation
                   union all by name select value, suppression_reason, withheld_by from core.fct_observation_restated)
               where value is null and (suppression_reason is null or withheld_by is null)"""
        ).fetchone()
        holders = set(
            con.execute(
                "select distinct withheld_by, suppression_reason from core.fct_observation where value is null"
            ).fetchall()
        )
        gaps = con.execute("select count(*) from quality.rpt_gap_list").fetchone()
        computed = con.execute(
            """select count(*), bool_and(f.lower <= f.value and f.value <= f.upper and (f.upper <= 100 or i.unit <> '%'))
               from core.fct_observation as f inner join core.dim_indicator as i using (indicator_id)
               where f.interval_status = 'computed' and i.interval_method = 'wilson'"""
        ).fetchone()
        terms = con.execute(
            """select f.numerator, f.denominator, f.lower, f.upper from core.fct_observation as f
               where f.indicator_id = 'benefit_social_assistance_pct' and f.interval_status = 'computed'"""
        ).fetchnumpy()
    library = wilson_interval(terms["numerator"], terms["denominator"], multiplier=100)
    np.testing.assert_allclose([terms["lower"], terms["upper"]], [library.lower, library.upper], rtol=1e-9)
    assert precise > 1000 and called_observed == 0
    assert gaps == (
        sum(i.status == "no_data" for i in load_catalogue(PROJECT_ROOT / "catalogue").indicators.values()),
    )
    assert unexplained == (0,)
    assert {
        ("workplace", "too_few_cases"),
        ("publisher", "not_delivered"),
        ("workplace", "disclosure"),
    } <= holders
    assert unsaid == (0,)
    assert computed is not None and computed[0] > 1000 and computed[1]


def test_circular_pairs__are_published_with_their_reason(demo: Path) -> None:
    with duckdb.connect(str(current(demo / "publish").path), read_only=True) as con:
        reasons = con.execute(
            """select guard, reason_nl, reason_en from core.bridge_circular_pair
               where indicator_id = 'loneliness_djg_pct' and other_indicator_id = 'low_income_households_pct'"""
        ).fetchall()
        one_way = con.execute(
            """select count(*) from core.bridge_circular_pair as a left join core.bridge_circular_pair as b
               on a.indicator_id = b.other_indicator_id and a.other_indicator_id = b.indicator_id and a.guard = b.guard
               where b.guard is null"""
        ).fetchone()
        without = con.execute(
            """select count(*) from core.dim_indicator as i inner join core.dim_source as s using (source_id)
               where s.is_model_estimate and i.model_predictors is null"""
        ).fetchone()
    [(guard, dutch, english)] = reasons
    assert guard == "circular_pair" and "huishoudinkomen" in dutch and "household income" in english
    assert one_way == (0,) and without == (0,)


def test_obs__one_row_per_area_of_now_and_the_trends_of_the_library(demo: Path) -> None:
    with duckdb.connect(str(current(demo / "publish").path), read_only=True) as con:
        series = con.execute(
            """select list(year order by year), list(value order by year), list(lower order by year),
                      list(upper order by year), any_value(trend), any_value(trend_reason)
               from mart.obs where value is not null and not is_model_estimate
               group by indicator_id, region_code, age_band, sex having count(*) >= 5
               order by hash(indicator_id, region_code) limit 400"""
        ).fetchall()
        modelled = con.execute("select distinct trend from mart.obs where is_model_estimate").fetchall()
        margins = con.execute("select count(lower) from mart.obs where is_restated").fetchone()
        words = con.execute(
            """select avg((lower > comparator_value or upper < comparator_value)::int) as before,
                      avg((significance in ('better', 'worse', 'lower', 'higher'))::int) as after
               from mart.obs where significance_by = 'spread' and region_level = 'gemeente' and lower is not null"""
        ).fetchone()
    for years, values, lowers, uppers, trend, reason in series:
        known, low, high = (np.array(part, dtype=float) for part in (values, lowers, uppers))
        expected = recent_trend(years, known, low, high, "neutral")
        assert (trend, reason) == (expected.marker[0], expected.reason[0])
    assert len(series) == 400 and len({trend for *_, trend, _ in series}) > 1
    assert modelled == [("cannot_be_calculated",)]
    assert margins is not None and margins[0] > 100
    # Held against chance alone nearly everybody differs; against the spread between areas few do.
    assert words is not None and words[0] > 0.5 and words[1] < 0.15
