"""Figures that mean what they say: simulated alarms and coverage, and what the national marts hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np

from datawerkplaats import statistics as st
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.catalogue import load_catalogue
from tests.integration.conftest import demo_build
from tests.integration.dbt_warehouse import national_warehouse
from tests.integration.test_analysts import joined_share
from tests.proofs.registry import Measured, Room
from tests.unit.test_statistics_spread import nested_world, slope_of

_SHARES = ((0.01, 2_000), (0.05, 400), (0.3, 70), (0.01, 20_000), (0.1, 2_000), (0.5, 400), (0.5, 20_000))
_DRAWS = 1_000_000
_WORLDS = 1_000


def simulated(room: Room) -> Iterator[Measured]:
    """False alarms per mille and tail, and how often limits of nested areas hold what is true."""
    del room  # nothing is read or written
    yield from alarms(_DRAWS)
    yield from coverage(_WORLDS)


def alarms(draws: int) -> Iterator[Measured]:
    """The fewest and most false alarms of a tail, in a thousand areas that chance alone sets apart."""
    rng = np.random.default_rng(11)
    tails: dict[str, list[float]] = {"small_998": [], "large_998": [], "all_95": []}
    for share, n in _SHARES:
        found = rng.binomial(n, share, draws) / n
        limits = st.funnel_limits_proportion([n], share)
        expected = min(n * share, n * (1 - share))
        strict = [(found > limits.upper998).mean() * 1000, (found < limits.lower998).mean() * 1000]
        tails["large_998" if expected >= 200 else "small_998"] += strict
        tails["all_95"] += [(found > limits.upper95).mean() * 1000, (found < limits.lower95).mean() * 1000]
    for events in (20, 60, 200, 2_000):
        found = rng.poisson(events, draws).astype(float)
        limits = st.funnel_limits_rate([events], 100.0, 100.0)
        strict = [
            (found > limits.upper998 * events / 100).mean() * 1000,
            (found < limits.lower998 * events / 100).mean() * 1000,
        ]
        tails["large_998" if events >= 200 else "small_998"] += strict
        tails["all_95"] += [
            (found > limits.upper95 * events / 100).mean() * 1000,
            (found < limits.lower95 * events / 100).mean() * 1000,
        ]
    for name, found_tails in tails.items():
        yield f"alarms_{name}_fewest", float(min(found_tails)), None
        yield f"alarms_{name}_most", float(max(found_tails)), None


def coverage(worlds: int) -> Iterator[Measured]:
    """Of the limits of SII and correlation over wijken in gemeenten, the share that holds what is true."""
    rng = np.random.default_rng(12)
    truth = float(np.mean([slope_of(nested_world(rng, 2_000, 16)) for _ in range(4)]))
    hits = np.zeros(3)
    for _ in range(worlds):
        number, x, y, w = nested_world(rng, 24, 16)
        clustered, plain = st.weighted_correlation(x, y, w, clusters=number), st.weighted_correlation(x, y, w)
        low, high = st.area_inequality(20 + 2 * y, w, x, number).measures.sii_limits[0]
        hits += [clustered.lower < 0.5 < clustered.upper, low < truth < high, plain.lower < 0.5 < plain.upper]
    for name, share in zip(
        ("correlation_coverage", "sii_coverage", "plain_coverage"), hits / worlds, strict=True
    ):
        yield name, float(share * 100), None


def national(room: Room) -> Iterator[Measured]:
    """What the marts of the whole country hold."""
    made = national_warehouse(room.reference_data)
    with duckdb.connect(str(made.path), read_only=True) as con:
        yield from held(con)
        for level in ("gemeente", "wijk"):
            yield f"joined_{level}", joined_share(con, level) * 100, None
        known = _names_in_raw(con)
        delivered = delivered_measures(room.reference_data)
        missing = {
            f"{file}: {name}"
            for file, names in delivered.items()
            for name in names
            if name.strip() not in known
        }
        if missing:
            print("not in raw:", *sorted(missing), sep="\n")
        yield "delivered_measures", sum(map(len, delivered.values())), None
        yield "delivered_measures_missing", len(missing), None


# What tells which row it is, and what it is called: no measure, though some of it is written in digits.
_TELLS_WHICH = re.compile(
    r"(?i)^(id|wijkenenbuurten|regios|perioden|leeftijd|marges|.*(naam|code|codering)(_\d+)?|name|province|soortregio_\d+|"
    r"(\w+_)?(peil)?jaar|year|geometry|geom|.*indelingswijziging.*|meestvoorkomendepostcode_\d+|urbanity)$"
)


def delivered_measures(reference: Path) -> dict[str, set[str]]:
    """By file of the reference data about areas, the columns that hold numbers: read here apart from how sources are declared."""
    found: dict[str, set[str]] = {}
    tables = [*reference.glob("statline/*/*DataSet.*"), *reference.glob("gemeente/*.csv")]
    with duckdb.connect() as con:
        for path in sorted(tables):
            read = (
                f"read_parquet('{path}')"
                if path.suffix == ".parquet"
                else f"read_csv('{path}', all_varchar = true, normalize_names = false)"
            )
            names = [row[0] for row in con.execute(f"describe from {read}").fetchall()]
            counts = ", ".join(f'count(try_cast(trim("{name}"::varchar) as double))' for name in names)
            row = con.execute(f"select {counts} from {read}").fetchone()
            assert row is not None
            found[str(path.relative_to(reference))] = {
                name
                for name, count in zip(names, row, strict=True)
                if count and not _TELLS_WHICH.match(name.strip())
            }
    for path in sorted(reference.glob("geo/*.geojson")):
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        found[str(path.relative_to(reference))] = {
            name
            for feature in features
            for name, value in feature["properties"].items()
            if isinstance(value, int | float) and not _TELLS_WHICH.match(name)
        }
    return found


def _names_in_raw(con: duckdb.DuckDBPyConnection) -> set[str]:
    """The names of all columns in raw, also as editions and files call them."""
    found = con.execute("select source_id, column_name from raw.measure").fetchall()
    sources = load_catalogue(PROJECT_ROOT / "catalogue").sources
    also = (name for source, own in found for name in sources[source].reader.columns.get(own, []))
    return {own.strip() for _, own in found} | set(also)


def example(room: Room) -> Iterator[Measured]:
    """What the example region shows: how many series of registers have a trend answer, and what partners and surveys tell."""
    del room  # nothing is read or written
    with duckdb.connect(str(demo_build() / "warehouse.duckdb"), read_only=True) as con:
        yield from shown(con)


# What is no count of people or events has no margin, and so no trend: costs, distances, densities, scores and classes.
_COUNTED = "unit in ('%', 'aantal') or unit like 'per 1%'"


def shown(con: duckdb.DuckDBPyConnection) -> Iterator[Measured]:
    """The figures of a warehouse of the example region."""
    series = f"""select indicator_id, region_code, age_band, sex, any_value(trend) as trend, any_value({_COUNTED}) as is_counted
        from mart.obs where value is not null group by all having count(*) >= 5 and not bool_or(is_model_estimate)"""
    for name, sql in (
        (
            "register_trends",
            f"select 100 * avg((trend != 'cannot_be_calculated')::int) from ({series})",
        ),
        (
            "register_trends_of_counts",
            f"select 100 * avg((trend != 'cannot_be_calculated')::int) from ({series}) where is_counted",
        ),
        (
            "modelled_trends_demo",
            "select count(*) from mart.obs where is_model_estimate and trend != 'cannot_be_calculated'",
        ),
        (
            "official_countries",
            """select count(*) from mart.obs where source_id like 'cbs_health_monitor_%' and region_code = 'NL00'
               and lower is not null""",
        ),
        (
            "official_modelled",
            "select count(*) from mart.obs where source_id like 'cbs_health_monitor_%' and value_status = 'modelled'",
        ),
        (
            "registrations_wijken",
            """select 100 * avg((value is not null)::int) from mart.obs
               where indicator_id = 'ggz_registrations_youth_count' and region_level = 'wijk'""",
        ),
        (
            "registrations_expected",
            """select 100 * abs(sum(denominator) / sum(numerator) - 1) from mart.obs
               where indicator_id = 'ggz_registrations_youth_index' and region_level = 'gemeente'""",
        ),
    ):
        row = con.execute(sql).fetchone()
        assert row is not None
        yield name, float(row[0]), None


def held(con: duckdb.DuckDBPyConnection) -> Iterator[Measured]:
    """Empty cells without reason or holder, gaps, and how many gemeenten are called different."""
    gaps = sum(i.status == "no_data" for i in load_catalogue(PROJECT_ROOT / "catalogue").indicators.values())
    for name, sql in (
        (
            "unexplained_cells",
            "select count(*) from mart.obs where value is null and (suppression_reason is null or withheld_by is null)",
        ),
        (
            "means_called_observed",
            "select count(*) from mart.obs where is_model_estimate and value_status = 'observed'",
        ),
        ("gaps_lost", f"select {gaps} - count(*) from quality.rpt_gap_list"),
        (
            "modelled_trends",
            "select count(*) from mart.obs where is_model_estimate and trend != 'cannot_be_calculated'",
        ),
        (
            "different_by_chance",
            """select 100 * avg((lower > comparator_value or upper < comparator_value)::int) from mart.obs
               where significance_by = 'spread' and region_level = 'gemeente' and lower is not null""",
        ),
        (
            "different_by_spread",
            """select 100 * avg((significance in ('better', 'worse', 'lower', 'higher'))::int) from mart.obs
               where significance_by = 'spread' and region_level = 'gemeente'""",
        ),
        (
            "k10_2020_country",
            """select value from mart.obs where indicator_id = 'high_risk_anxiety_depression_k10_pct' and region_code = 'NL00'
               and year = 2020 and is_default and value_status = 'observed'""",
        ),
        (
            "raw_unreachable",
            """select count(*) from raw.measure where has_values
               and (source_id, measure_code) not in (select (source_id, measure_code) from raw.observation)""",
        ),
        ("raw_measures", "select count(*) from raw.measure"),
        (
            "raw_measures_50140ned",
            "select count(*) from raw.measure where source_id = 'ggd_young_adults_50140ned'",
        ),
    ):
        row = con.execute(sql).fetchone()
        assert row is not None
        yield name, float(row[0]), None
