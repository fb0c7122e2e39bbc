"""A small release with every state of a figure, and the service on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from starlette.testclient import TestClient

from apps.api.app import make_app
from datawerkplaats.base.settings import get_settings
from datawerkplaats.publication import Publication, PublicTable, Release, publish

# Twelve gemeenten; GM0012 has few residents, GM0001 hides its benefits, GM0099 has become GM0001.
WAREHOUSE = """
create schema core; create schema mart; create schema quality; create schema raw;
create table raw.measure as select * from (values ('survey', 'Eenzaam', 'Eenzaam_29', 'Eenzaam', '%'),
  ('survey', 'Roker', 'Roker_11', 'Rookt', '%')) as v (source_id, measure_code, column_name, label, unit),
  (select 'Een peiling' as source_title_nl);
create table raw.observation as
select 'survey' as source_id, m as measure_code, 'GM' || lpad(i::varchar, 4, '0') as region_code, 'gemeente' as region_level,
  2020 as region_vintage, 2020 as year, 'total' as sex, 'all' as age_band, i::double as value, null::double as lower,
  null::double as upper, null::varchar as suppression_reason, 's' as snapshot_id
from range(1, 13) t(i), (values ('Eenzaam'), ('Roker')) as measures(m);
create table core.dim_indicator as
select id as indicator_id, m as mart, 'Titel ' || id as title_nl, 'Title ' || id as title_en, 'Uitleg' as description_nl,
  'Explanation' as description_en, '%' as unit, 1 as decimals, 'higher_is_worse' as polarity, 'inwoners' as population_nl,
  'inhabitants' as population_en, 'all' as age_band, null::varchar as instrument, null::varchar as cut_off,
  'perceptive' as trimbos_component, 'absence' as trimbos_building_block, 'cbs_health_survey_85463ned' as source_id,
  'wilson' as interval_method,
  '=Let op' as caveats_nl, 'Note' as caveats_en, ranked as is_ranked, helpline as helpline_nl, helpline as helpline_en,
  'active' as status, public as is_public
from (values ('lonely_pct', 'indicator', true, null, true), ('benefit_pct', 'determinant', true, null, true),
  ('suicide_pct', 'outcome', false, 'Bel 113', true), ('secret_pct', 'outcome', true, null, false))
  as v (id, m, ranked, helpline, public);
create table core.bridge_theme_indicator as
select * from (values ('lifestyle', 'benefit_pct', 'determinant', 'individual', null, null),
  ('lifestyle', 'lonely_pct', 'outcome', null, null, 'adults'), ('mental_health', 'lonely_pct', 'indicator', 'perceptive',
  'absence', 'adults')) as v (theme_id, indicator_id, role, component, building_block, headline_phase);
create table core.dim_region as
select 'GM' || lpad(i::varchar, 4, '0') as region_code, 'GM' || lpad(i::varchar, 4, '0') as gemeente_code,
  null::varchar as wijk_code, 'PV99' as province_code, 'GG99' as ggd_region_code, 'NL00' as country_code,
  2022 as region_vintage, if(i = 12, 400, 1000 + hash(i) % 9000)::double as population from range(1, 13) t(i);
create table core.dim_region_successor as
select 'GM0099' as region_code, 'GM0001' as successor_code, 'Een' as successor_name;
create table core.bridge_circular_pair as
select 'lonely_pct' as indicator_id, 'suicide_pct' as other_indicator_id, 'circular_pair' as guard, 'age' as predictors,
  'ingebouwd' as reason_nl, 'built in' as reason_en;
create table quality.rpt_gap_list as
select 'bullied_pct' as indicator_id, 'Nobody asks' as gap_reason_en, 'Niemand vraagt' as gap_reason_nl;
create table mart.obs as
with filled as (
  select indicator_id, mart, unit, region_code, 'Gebied ' || region_code as region_name, 'gemeente' as region_level,
    gemeente_code, 'Gebied ' || region_code as gemeente_name, 'Veenland' as province_name, 'GGD Veenland' as ggd_region_name,
    population, y as year,
    make_date(if(indicator_id = 'benefit_pct', y - 1, y), 1, 1) as period_start, make_date(y, 12, 31) as period_end,
    'all' as age_band, 'total' as sex, true as is_default,
    if(indicator_id = 'benefit_pct' and region_code = 'GM0001', null, (hash(region_code, indicator_id, y) % 400 / 10.0)::double)
      as value
  from core.dim_indicator, core.dim_region, (values (2020), (2022)) as p (y)
)
select *, value - 1 as lower, value + 1 as upper, if(value is null, 'suppressed', 'observed') as value_status,
  if(value is null, 'disclosure', null) as suppression_reason, if(value is null, 'workplace', null) as withheld_by,
  'similar' as significance, '=Let op' as caveats_nl, indicator_id != 'suicide_pct' as is_ranked,
  if(indicator_id = 'suicide_pct', 'Bel 113', null) as helpline_nl
from filled;
"""
TABLES = [
    PublicTable("core", "dim_indicator"),
    PublicTable("core", "dim_region"),
    PublicTable("core", "dim_region_successor"),
    PublicTable("core", "bridge_circular_pair"),
    PublicTable("core", "bridge_theme_indicator"),
    PublicTable("quality", "rpt_gap_list", lists_gaps=True),
    PublicTable("mart", "obs", "Figures", keys=(("indicator_id", "region_code", "year"),)),
]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[Publication]]]:
    """The folder with two releases, oldest first; the second has one changed, one new and one lost figure."""
    folder = tmp_path_factory.mktemp("api")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DWP_KEYS_DIR", str(folder / "keys"))
        patch.setenv("DWP_DATA_DIR", str(folder))
        get_settings.cache_clear()
        warehouse = folder / "warehouse.duckdb"
        (folder / "publish").mkdir()
        with duckdb.connect(str(warehouse)) as con:
            con.execute(WAREHOUSE)
        release = Release(mode="demo", region="NL", title="Veenland")
        made = [publish(folder / "publish", warehouse, TABLES, release)]
        with duckdb.connect(str(warehouse)) as con:
            con.execute("""update mart.obs set value = 99.5, lower = 98.5, upper = 100.5
                where indicator_id = 'lonely_pct' and region_code = 'GM0002'""")
        made.append(publish(folder / "publish", warehouse, TABLES, release))
        yield folder / "publish", made
        get_settings.cache_clear()


@pytest.fixture(scope="module")
def client(published: tuple[Path, list[Publication]]) -> Iterator[TestClient]:
    with TestClient(make_app(published[0]), raise_server_exceptions=False) as opened:
        yield opened
