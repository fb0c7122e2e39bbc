"""What the attacks are aimed at: a small published file, and canaries around it that no answer may show."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import duckdb

CANARY = "canary-7f3d"
VARIABLE = "DWP_CANARY"
FRAME = "canary_frame"

_RAW = """
create table measure as
select 'ggd_young_adults_50140ned' as source_id, 'Slaap_1' as measure_code, 'Slaapt slecht' as label;
create table observation as
select source_id, measure_code, 'GM0001' as region_code, 'gemeente' as region_level, 12.5 as value from measure
"""

_OBSERVATIONS = """
create table {schema}.{table} as
select indicator_id, source_id, measure_code, region_code, region_level, region_vintage, region_id,
  y::varchar as period_id, make_date(y, 1, 1) as period_start, make_date(y, 12, 31) as period_end, y as year, 'total' as sex,
  if(mart = 'determinant', 'all', '18+') as age_band,
  case when hash(region_id, indicator_id, y) % 20 > 0 then (hash(region_id, indicator_id, y) % 900 / 10.0)::double end as value,
  null::double as lower, null::double as upper, 'not_delivered' as interval_status,
  null::double as numerator, null::double as denominator,
  if(hash(region_id, indicator_id, y) % 20 > 0, 'modelled', 'suppressed') as value_status,
  if(hash(region_id, indicator_id, y) % 20 > 0, null, 'too_few') as suppression_reason,
  if(hash(region_id, indicator_id, y) % 20 > 0, null, 'publisher') as withheld_by, 'none' as quality_flag,
  true as is_model_estimate, 'abc' as snapshot_id
from core.dim_region, core.dim_indicator, (values (2016), (2020)) p(y) where {condition}
"""

_TABLES = """
create schema core; create schema indicator; create schema determinant; create schema outcome; create schema quality;
create schema meta; create schema staging;
create table core.dim_region as
select code || '@2020' as region_id, code as region_code, 2020 as region_vintage, level || ' ' || n as region_name,
  level as region_level, 'NL00' as country_code, 'PV20' as province_code, 'Veenland' as province_name,
  'GG9901' as ggd_region_code, 'GGD Veenland' as ggd_region_name,
  'GM' || lpad((n % 12)::varchar, 4, '0') as gemeente_code, 'gemeente ' || n % 12 as gemeente_name,
  null::varchar as wijk_code, null::varchar as wijk_name, (1000 + n)::double as population, true as is_focus,
  true as is_fictional
from (
  select 'NL00' as code, 'country' as level, 0 as n
  union all select 'GM' || lpad(i::varchar, 4, '0'), 'gemeente', i from range(12) t(i)
  union all select 'WK' || lpad(i::varchar, 6, '0'), 'wijk', i from range(110) t(i)
  union all select 'BU' || lpad(i::varchar, 8, '0'), 'buurt', i from range(440) t(i));
create table core.dim_indicator as
select id as indicator_id, m as mart, 'titel ' || id as title_nl, 'title ' || id as title_en, 'active' as status,
  '%' as unit, 'neutral' as polarity, 'rivm_health_50090ned' as source_id, id as measure_code
from (values ('loneliness_djg_pct', 'indicator'), ('high_risk_anxiety_depression_k10_pct', 'indicator'),
  ('single_person_households_pct', 'determinant'), ('benefit_social_assistance_pct', 'determinant'),
  ('life_satisfaction_pct', 'outcome')) v(id, m);
create table core.dim_source as
select 'rivm_health_50090ned' as source_id, 'RIVM' as publisher, 'Gezondheid' as title_nl, 'CC BY 4.0' as licence,
  true as is_model_estimate, 'age, sex' as model_predictors, 'demo' as mode, 'loaded' as status,
  timestamp '2024-01-02 03:04:05' as retrieved_at, 1234::bigint as rows, repeat('ab', 32) as sha256;
create table core.bridge_circular_pair as
select 'loneliness_djg_pct' as indicator_id, 'single_person_households_pct' as other_indicator_id, 'circular_pair' as guard,
  'household_type' as predictors, 'ingebouwd' as reason_nl, 'built in' as reason_en;
create table core.fct_population as
select region_id, region_code, region_level, 2025 as year, sex, age || '-' || (age + 4) as age_band, age as age_from, 10 as people
from core.dim_region, (values ('men'), ('women')) as s (sex), range(0, 95, 5) as a (age) where region_level != 'wijk';
create table core.dim_region_successor as select 'GM9999' as region_code, 'GM0001' as successor_code;
create table quality.dim_rule as select 'unique' as rule, 'Unique' as title_en;
create table quality.check_result as
select 'unique' as rule, 'conformance' as category, 'unique' as guidance,
  'core.dim_region' as subject, 'passed' as status, 'error' as severity, 0::bigint as violated,
  575::bigint as denominator, now() as checked_at;
create table meta.publication as
select 'p0' as publication_id, now() as published_at, 'demo' as mode, 'GGD Veenland' as region, 7 as checks_passed,
  0 as checks_failed, 0 as checks_warned;
create table staging.hidden as select '{canary}' as secret;
create table main.hidden as select '{canary}' as secret;
comment on table core.dim_region is 'Areas in a vintage';
comment on column core.dim_region.region_id is 'code@vintage';
"""

# The next classification, and figures moved to it.
_AFTER_OBSERVATIONS = """
create table core.fct_observation_restated as
select * replace (2024 as region_vintage), 2020 as from_vintage from core.fct_observation where region_code = 'GM0001';
insert into core.dim_region
select * replace (region_code || '@2024' as region_id, 2024 as region_vintage)
from core.dim_region where region_level = 'gemeente';
"""


@dataclass(frozen=True)
class Target:
    """A folder with the published file and the canaries."""

    folder: Path

    @property
    def published(self) -> Path:
        """The published file."""
        return self.folder / "warehouse_p0.duckdb"

    @property
    def raw(self) -> Path:
        """What sources delivered, the file beside the published one."""
        return self.folder / "raw_p0.duckdb"

    def fill(self, sql: str) -> str:
        """A statement with the places of this target in it."""
        places = {
            "text": self.folder / "canary.txt",
            "csv": self.folder / "canary.csv",
            "json": self.folder / "canary.json",
            "parquet": self.folder / "canary.parquet",
            "database": self.folder / "canary.duckdb",
            "self": self.published,
            "folder": self.folder,
            "variable": VARIABLE,
            "frame": FRAME,
        }
        for name, place in places.items():
            sql = sql.replace("{" + name + "}", str(place))
        return sql

    def fingerprint(self) -> str:
        """Changes when any file in the folder changes, appears or goes."""
        digest = hashlib.sha256()
        for path in sorted(self.folder.rglob("*")):
            digest.update(str(path).encode())
            if path.is_file():
                digest.update(path.read_bytes())
        return digest.hexdigest()


def build(folder: Path) -> Target:
    """A target in an empty folder; sets the canary variable for this process and what it starts."""
    target = Target(folder)
    os.environ[VARIABLE] = CANARY
    with duckdb.connect(str(target.published)) as con:
        con.execute(_TABLES.replace("{canary}", CANARY))
        for schema, table, condition in (
            ("core", "fct_observation", "true"),
            ("indicator", "fct_indicator", "mart = 'indicator'"),
            ("determinant", "fct_determinant", "mart = 'determinant'"),
            ("outcome", "fct_outcome", "mart = 'outcome'"),
        ):
            con.execute(_OBSERVATIONS.format(schema=schema, table=table, condition=condition))
        con.execute(_AFTER_OBSERVATIONS)
    with duckdb.connect(str(target.raw)) as con:
        con.execute(_RAW)
    with duckdb.connect(str(folder / "canary.duckdb")) as con:
        con.execute(f"create table hidden as select '{CANARY}' as secret")
        con.execute(f"copy (select '{CANARY}' as secret) to '{folder / 'canary.parquet'}' (format parquet)")
    (folder / "canary.txt").write_text(f"{CANARY}\n")
    (folder / "canary.csv").write_text(f"code,secret\na,{CANARY}\n")
    (folder / "canary.json").write_text(f'{{"secret": "{CANARY}"}}\n')
    target.published.chmod(0o444)
    target.raw.chmod(0o444)
    return target
