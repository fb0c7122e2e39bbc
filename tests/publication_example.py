"""A small warehouse in the shape of the published contract, for tests of publication, reader and command line."""

from __future__ import annotations

from pathlib import Path

import duckdb

from datawerkplaats.publication import CheckResult, PublicTable, Release

FACT_COLUMNS = """
    indicator_id varchar, source_id varchar, measure_code varchar, region_code varchar, region_level varchar,
    region_vintage integer, region_id varchar, period_id varchar, period_start date, period_end date, year integer,
    sex varchar, age_band varchar, value double, lower double, upper double, numerator double, denominator double,
    value_status varchar, suppression_reason varchar, is_model_estimate boolean, snapshot_id varchar
"""
KEY = ("indicator_id", "region_id", "period_id", "sex", "age_band")
PUBLIC = [
    PublicTable(
        "core",
        "dim_indicator",
        "Every indicator. Grain: indicator.",
        (("indicator_id", "Id"),),
        (("indicator_id",),),
    ),
    PublicTable(
        "indicator",
        "fct_indicator",
        "Values of indicators. Grain: indicator, region, period, sex and age band.",
        (("indicator_id", "Which indicator"), ("value", "The value; empty where it is suppressed")),
        (KEY,),
        ("indicator_id", "value_status"),
    ),
]
CHECKS = [
    CheckResult(
        "unique__fct_indicator", "indicator.fct_indicator", "model", "passed", violated=0, denominator=40
    ),
    CheckResult(
        "plausible__fct_indicator",
        "indicator.fct_indicator",
        "model",
        "failed",
        "warn",
        1,
        40,
        "1 value out of range",
    ),
]


def release(stamp: str = "s1") -> Release:
    """A release whose snapshot, like the rows of `warehouse`, carries the stamp."""
    return Release(
        mode="demo",
        region="Veenland",
        title="Testwerkplaats",
        code_hash="code",
        catalogue_hash="catalogue",
        snapshot_hashes={"source_a": stamp},
        fingerprint=f"fingerprint-{stamp}",
    )


def warehouse(path: Path, stamp: str = "s1", rows: int = 40, shift: float = 0.0) -> Path:
    """A warehouse with a public and a secret indicator; every 10th cell is suppressed, every row carries the stamp."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    facts = f"""
        select indicator_id, 'source_a', 'Eenzaam', region_code, 'gemeente', 2020, region_code || '@2020', '2020',
            date '2020-01-01', date '2020-12-31', 2020, 'total', '18+',
            case when is_open then number + {shift} end, case when is_open then number - 1 end,
            case when is_open then number + 1 end, null, 1000, if(is_open, 'observed', 'suppressed'), null, false, '{stamp}'
        from (values ('loneliness_pct'), ('secret_pct')) as i(indicator_id), range({rows}) as r(number),
            lateral (select number % 10 <> 9 as is_open, format('GM{{:04d}}', number) as region_code)
    """
    with duckdb.connect(str(path)) as con:
        con.execute("create schema core; create schema indicator; create schema staging")
        con.execute(
            "create table core.dim_indicator (indicator_id varchar, title_nl varchar, is_public boolean)"
        )
        con.execute(
            "insert into core.dim_indicator values ('loneliness_pct', 'Eenzaam', true), ('secret_pct', 'Geheim', false)"
        )
        con.execute("create table staging.stg_source_a__observations as select 'intern' as note")
        con.execute(f"create table staging.facts ({FACT_COLUMNS})")
        con.execute(f"insert into staging.facts {facts}")
        # A view, as in the real warehouse: it names the file that it was made in.
        con.execute("create view indicator.fct_indicator as from staging.facts")
    return path
