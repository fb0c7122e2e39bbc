"""A small warehouse in which every rule of data_quality holds: 30 gemeenten with two wijken each, three indicators, two years."""

from __future__ import annotations

from pathlib import Path

import duckdb

# counted_pct is delivered with an interval, ratio_pct computed from its terms, estimated_pct comes from a model.
_MAKE = """
create schema core;
create table core.dim_source as
select source_id, 'P' as publisher, 'CC BY 4.0' as licence, 'P, table' as citation, 'yearly' as cadence,
    20000 as expected_lag_days, true as is_required, is_model as is_model_estimate,
    if(is_model, 'age, sex', '') as model_predictors, 'loaded' as status, 's1' as snapshot_id,
    timestamp '2024-01-01' as retrieved_at, '2024-01-01' as source_modified, 100 as rows, repeat('ab', 32) as sha256
from (values ('counts', false), ('estimates', true)) as v (source_id, is_model);

create table core.dim_indicator as
select indicator_id, mart, null as also_class, 'Naam' as title_nl, 'Name' as title_en, 'Uitleg' as description_nl,
    'Explanation' as description_en, 'wellbeing' as trimbos_component, 'individual' as determinant_level,
    if(indicator_id = 'counted_pct', 'djg', null) as instrument,
    if(indicator_id = 'counted_pct', '>=3', null) as cut_off, 'volwassenen' as population_nl, '18+' as age_band, '%' as unit,
    if(source_id = 'counts', 1, 0) as decimals, method, if(method = 'ratio', 100.0, 1.0)::double as multiplier,
    50.0 as min_denominator, source_id, indicator_id || '_measure' as measure_code,
    if(method = 'ratio', 'people', null) as denominator_code,
    'https://example.org' as methodology_url, 'Let op' as caveats_nl, 'Note' as caveats_en, 'active' as status,
    '2020' as since, null as replaced_by, 0::double as min_plausible, 90::double as max_plausible, null::double as max_change,
    0::double as min_coverage, 'warn' as severity, true as is_public
from (values ('counted_pct', 'indicator', 'passthrough', 'counts'), ('ratio_pct', 'determinant', 'ratio', 'counts'),
    ('estimated_pct', 'indicator', 'passthrough', 'estimates')) as v (indicator_id, mart, method, source_id);

create table core.bridge_theme_indicator as
select 'theme' as theme_id, indicator_id, mart as role, 'wellbeing' as component from core.dim_indicator;

create table core.dim_period as select '2020' as period_id, date '2020-01-01' as period_start;

create table core.dim_region as
select code || '@2020' as region_id, code as region_code, 2020 as region_vintage, 'Naam' as region_name,
    level as region_level, 'NL00' as country_code, if(level = 'country', null, 'PV22') as province_code,
    if(level = 'country', null, 'GG0401') as ggd_region_code, gemeente as gemeente_code, gemeente as gemeente_name,
    if(level = 'wijk', code, null) as wijk_code, 1000.0::double as population, place
from (
    select 'NL00' as code, 'country' as level, null as gemeente, 0 as place
    union all
    select format('GM{:04d}', i), 'gemeente', format('GM{:04d}', i), i from range(1, 31) as r (i)
    union all
    select format('WK{:04d}{:02d}', i, j), 'wijk', format('GM{:04d}', i), i
    from range(1, 31) as r (i), range(1, 3) as s (j)
);

create table core.dim_region_geometry as select region_id, '{}' as geometry_geojson from core.dim_region;

create table core.fct_observation as
with placed as (
    select indicators.*, regions.region_id, regions.region_code, regions.region_level, regions.region_vintage, year,
        case region_level when 'country' then 35.0::double when 'gemeente' then 20.0 + place
            else 20.0 + place + if(right(region_code, 1) = '1', 1, -1) end as level_value,
        case region_level when 'country' then 30000.0 when 'gemeente' then 1000.0 else 500.0 end as people
    from core.dim_indicator as indicators, core.dim_region as regions, (values (2020), (2021)) as y (year)
)
select indicator_id, source_id, measure_code, region_code, region_level, region_vintage, region_id,
    year::varchar as period_id, make_date(year, 1, 1) as period_start, make_date(year, 12, 31) as period_end, year,
    'total' as sex, age_band,
    case when method = 'ratio' and region_level = 'country' then 35.5 else level_value end as value,
    value - 2 as lower, value + 2 as upper, 'delivered' as interval_status,
    if(method = 'ratio', value * people / 100, null) as numerator, if(method = 'ratio', people, null) as denominator,
    if(source_id = 'estimates', 'modelled', 'observed') as value_status, null::varchar as suppression_reason,
    null::varchar as withheld_by, 'none' as quality_flag,
    source_id = 'estimates' as is_model_estimate, 's1' as snapshot_id
from placed;
update core.fct_observation set value = null, lower = null, upper = null, interval_status = 'none',
    value_status = 'suppressed', suppression_reason = 'secondary', withheld_by = 'publisher'
where indicator_id = 'estimated_pct' and region_code = 'WK000101' and year = 2020;
alter table core.dim_region drop column place;

insert into core.dim_region by name
select 'PV22@2020' as region_id, 'PV22' as region_code, 2020 as region_vintage, 'Naam' as region_name, 'province' as region_level,
    'NL00' as country_code, 'PV22' as province_code, 30000.0 as population;
create table core.fct_population as
select 'people' as source_id, region_code, region_level, region_vintage, region_id, 2020 as year, 'total' as sex, 'all' as age_band,
    if(region_level = 'gemeente', 1000, 30000) as people
from core.dim_region
where region_level != 'wijk';
update core.dim_region set population = 30000 where region_level = 'country';
"""


def make_warehouse(path: Path) -> Path:
    """Write the warehouse."""
    with duckdb.connect(str(path)) as con:
        con.execute(_MAKE)
    return path
