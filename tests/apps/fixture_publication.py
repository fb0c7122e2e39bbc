# Long because it is one publication: every state a page has to show, in tables that refer to each other.
"""A small published file with every state a page has to show: normal, suppressed, missing, recoded and without polygon.

The region is a grid: four gemeenten side by side, each with four wijken. GM9904 lies outside the focus region.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import duckdb

from tests.sealing import seal_all

GEMEENTEN = {"GM9901": "Turfhaven", "GM9902": "Heideloo", "GM9903": "Zandwold", "GM9904": "Overwater"}
PARENTS = ("PV99", "Veenland", "GG9901", "GGD Veenland")
PUBLICATION_ID = "20221201T080000Z-fixture"
OBSERVATION = """indicator_id varchar, source_id varchar, measure_code varchar, region_code varchar, region_level varchar,
 region_vintage integer, region_id varchar, period_id varchar, period_start date, period_end date, year integer, sex varchar,
 age_band varchar, value double, lower double, upper double, numerator double, denominator double, value_status varchar,
 suppression_reason varchar, is_model_estimate boolean, snapshot_id varchar"""
TABLES = {
    "core.dim_region": """region_id varchar, region_code varchar, region_vintage integer, region_name varchar,
      region_level varchar, country_code varchar, province_code varchar, province_name varchar, ggd_region_code varchar,
      ggd_region_name varchar,
      gemeente_code varchar, gemeente_name varchar, wijk_code varchar, wijk_name varchar, population double, is_focus boolean,
      is_fictional boolean""",
    "core.dim_region_geometry": """region_id varchar, region_code varchar, region_vintage integer, region_level varchar,
      region_name varchar, geometry_geojson varchar""",
    "core.dim_indicator": """indicator_id varchar, mart varchar, also_class varchar, title_nl varchar, title_en varchar,
      description_nl varchar, description_en varchar, instrument varchar, cut_off varchar, population_nl varchar,
      population_en varchar, unit varchar, decimals integer, polarity varchar, source_id varchar, measure_code varchar,
      methodology_url varchar, caveats_nl varchar, caveats_en varchar, status varchar, is_public boolean,
      as_target boolean, model_predictors varchar, is_ranked boolean, helpline_nl varchar, helpline_en varchar""",
    "core.bridge_circular_pair": """indicator_id varchar, other_indicator_id varchar, guard varchar, predictors varchar,
      reason_nl varchar, reason_en varchar""",
    "core.dim_source": """source_id varchar, title_nl varchar, title_en varchar, publisher varchar,
      url_main varchar, licence varchar,
      citation varchar, cadence varchar, expected_lag_days integer, is_model_estimate boolean, model_predictors varchar,
      mode varchar, status varchar, snapshot_id varchar, retrieved_at timestamp, source_modified varchar, rows bigint,
      sha256 varchar, is_fictional boolean, staging_model varchar""",
    "core.bridge_postcode_region": """source_id varchar, postcode varchar, region_code varchar, gemeente_code varchar,
      region_vintage integer, addresses bigint, snapshot_id varchar""",
    "core.fct_observation": OBSERVATION,
    "core.fct_population": """source_id varchar, region_code varchar, region_level varchar, region_vintage integer,
      region_id varchar, period_id varchar, year integer, sex varchar, age_band varchar, age_from integer, people bigint,
      snapshot_id varchar""",
    "indicator.fct_indicator": OBSERVATION,
    "determinant.fct_determinant": OBSERVATION,
    "outcome.fct_outcome": OBSERVATION,
    "quality.check_result": """rule varchar, subject varchar, subject_kind varchar, status varchar, severity varchar,
      violated bigint, denominator bigint, message varchar, checked_at timestamp, category varchar, threshold double,
      consequence varchar, guidance varchar""",
    "quality.rpt_disclosure": """indicator_id varchar, source_id varchar, region_level varchar, year integer, n_cells bigint,
      n_hidden bigint, hidden_share double, hidden_events_share double""",
    "quality.rpt_load_gate": """finding varchar, severity varchar, subject varchar, before varchar, after varchar,
      compared_with varchar, approved_by varchar, reason varchar""",
    "quality.dim_rule": """rule varchar, title_nl varchar, title_en varchar, category varchar, level varchar, severity varchar,
      consequence varchar, reader_nl varchar, reader_en varchar, guidance varchar""",
    "meta.publication": """publication_id varchar, published_at timestamptz, mode varchar, region varchar, git_sha varchar,
      code_hash varchar, catalogue_hash varchar, snapshot_hashes varchar, checks_passed integer, checks_failed integer,
      checks_warned integer, engine_version varchar, dagster_run_id varchar""",
}

# What is told of the trends: of one figure as it would be judged, of the others that their series are too short.
TRENDS = """select indicator_id, region_level, region_code, age_band, sex, year,
  case when is_model_estimate or indicator_id <> 'care_use_pct' then 'cannot_be_calculated' else 'decreasing' end as trend,
  case when is_model_estimate then 'modelled_series' when indicator_id = 'care_use_pct' then '' else 'fewer_than_5_points' end
    as trend_reason from core.fct_observation"""


def _square(column: int, row: int, size: float) -> str:
    x, y = 6.0 + column * size, 52.5 + row * size
    ring = [[x, y], [x, y + size], [x + size, y + size], [x + size, y], [x, y]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


def _regions() -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for vintage in (2020, 2022):

        def row(
            code: str, name: str, level: str, gemeente: str | None, people: float, v: int = vintage
        ) -> None:
            gemeente_name = GEMEENTEN.get(gemeente or "")
            focus = level in ("province", "ggd_region") or (
                level in ("gemeente", "wijk") and gemeente != "GM9904"
            )
            top = level == "country"
            parents = ("NL00", *((None,) * 4 if top else PARENTS), gemeente, gemeente_name)
            rows.append((f"{code}@{v}", code, v, name, level, *parents, None, None, people, focus, True))

        row("NL00", "Nederland (fictief)", "country", None, 80_000)
        row("PV99", "Veenland", "province", None, 60_000)
        row("GG9901", "GGD Veenland", "ggd_region", None, 60_000)
        for i, (code, name) in enumerate(GEMEENTEN.items()):
            row(code, name, "gemeente", code, 10_000 + 5_000 * i)
            for w in range(4):
                row(
                    f"WK{code[2:]}{_wijk_number(i, w, vintage)}",
                    f"Wijk {w} {name}",
                    "wijk",
                    code,
                    2_500 + 1_250 * i,
                )
    return rows


def _wijk_number(gemeente: int, wijk: int, vintage: int) -> str:
    """The last wijk of the third gemeente got another code between the two classifications."""
    return "09" if (gemeente, wijk, vintage) == (2, 3, 2022) else f"0{wijk}"


def _geometries() -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for i, (code, name) in enumerate(GEMEENTEN.items()):
        rows.append((f"{code}@2022", code, 2022, "gemeente", name, _square(i, 0, 0.2)))
        for w in range(4):
            wijk = f"WK{code[2:]}{_wijk_number(i, w, 2022)}"
            square = _square(2 * i + w % 2, w // 2, 0.1)
            rows.append((f"{wijk}@2022", wijk, 2022, "wijk", f"Wijk {w} {name}", square))
    return rows


def _postcodes() -> list[tuple[object, ...]]:
    """One wijk, two wijken of one gemeente, of two gemeenten, a wijk that the figures do not have, and outside the region."""
    addresses = {
        ("0101AB", "WK990100"): 40, ("0101AC", "WK990101"): 130, ("0101AC", "WK990100"): 1, ("0102AA", "WK990202"): 12,
        ("0103AA", "WK990203"): 9, ("0103AA", "WK990300"): 30, ("0104AA", "WK990277"): 5, ("0105AA", "WK990401"): 7,
        ("0106AA", "WK880000"): 7,
    }  # fmt: skip
    return [
        ("cbs_postcodes_2024", postcode, wijk, f"GM{wijk[2:6]}", 2024, count, "0123456789abcdef")
        for (postcode, wijk), count in addresses.items()
    ]


def _observation(
    indicator: str,
    source: str,
    code: str,
    level: str,
    year: int,
    age: str,
    value: float | None,
    **more: object,
) -> tuple[object, ...]:
    status = more.get("status") or (
        "modelled" if source == "rivm_fixture" and level == "wijk" else "observed"
    )
    return (
        indicator, source, indicator, code, level, 2020, f"{code}@2020", str(year), date(year, 1, 1), date(year, 12, 31), year,
        "total", age, value, more.get("lower"), more.get("upper"), None, None, status, more.get("reason"),
        source == "rivm_fixture" and level == "wijk", "0123456789abcdef",
    )  # fmt: skip


def _observations() -> dict[str, list[tuple[object, ...]]]:
    lonely: list[tuple[object, ...]] = []
    for year, shift in ((2016, 0.0), (2020, 3.0)):
        for age, extra in (("18+", 0.0), ("65+", 4.0)):
            lonely.append(
                _observation(
                    "loneliness_pct", "rivm_fixture", "NL00", "country", year, age, 44.2 + shift + extra
                )
            )
            for i, code in enumerate(GEMEENTEN):
                value = 40.0 + 2.5 * i + shift + extra
                lonely.append(
                    _observation("loneliness_pct", "rivm_fixture", code, "gemeente", year, age, value)
                )
                for w in range(4):
                    wijk = f"WK{code[2:]}0{w}"
                    suppressed, missing = (i, w) == (0, 0), (i, w) == (1, 1)
                    status = "suppressed" if suppressed else "missing" if missing else None
                    known = None if status else value - 3 + 2 * w
                    lonely.append(
                        _observation(
                            "loneliness_pct", "rivm_fixture", wijk, "wijk", year, age, known, status=status,
                            reason="source_secret" if suppressed else None,
                        )
                    )  # fmt: skip
    density = [_observation("density_per_km2", "cbs_fixture", "NL00", "country", 2020, "all", 521.0)]
    density += [
        _observation("density_per_km2", "cbs_fixture", c, "gemeente", 2020, "all", 1_234.5 * (i + 1))
        for i, c in enumerate(GEMEENTEN)
    ]
    care = [
        _observation(
            "care_use_pct", "ggd_fixture", "NL00", "country", 2020, "16-25", 10.0, lower=9.8, upper=10.2
        )
    ]
    shares = (14.0, 10.1, 6.0, None)
    for share, code in zip(shares, GEMEENTEN, strict=True):
        interval = {} if share is None else {"lower": share - 1.5, "upper": share + 1.5}
        status = None if share is not None else "suppressed"
        care.append(
            _observation(
                "care_use_pct",
                "ggd_fixture",
                code,
                "gemeente",
                2020,
                "16-25",
                share,
                status=status,
                **interval,
            )
        )
    hidden = [
        _observation(
            "hidden_pct",
            "ggd_fixture",
            c,
            "gemeente",
            2020,
            "18+",
            None,
            status="suppressed",
            reason="too_few_respondents",
        )
        for c in GEMEENTEN
    ]
    return {"indicator": lonely + hidden, "determinant": density, "outcome": care}


def _population() -> list[tuple[object, ...]]:
    """As many of each sex and age, but in gemeenten a fifth more of 55 to 59 years and a fifth fewer of 0 to 4 years."""
    areas = [("NL00", "country", 80_000), ("PV99", "province", 60_000)]
    areas += [(code, "gemeente", 10_000 + 5_000 * i) for i, code in enumerate(GEMEENTEN)]
    rows: list[tuple[object, ...]] = []
    for code, level, people in areas:
        for sex in ("men", "women", "total"):
            unit = people // 40 * (2 if sex == "total" else 1)
            bump = unit // 5 if level == "gemeente" else 0
            parts = {start: unit + bump * ((start == 55) - (start == 0)) for start in range(0, 100, 5)}
            named = {f"{start}-{start + 4}" if start < 95 else "95+": start for start in parts}
            counts: list[tuple[str, int | None, int]] = [
                (band, start, parts[start]) for band, start in named.items()
            ]
            counts.append(("all", None, sum(parts.values())))
            rows += [
                (
                    "cbs_population_03759ned",
                    code,
                    level,
                    2020,
                    f"{code}@2020",
                    "2020",
                    2020,
                    sex,
                    *count,
                    "0123456789abcdef",
                )
                for count in counts
            ]
    return rows


def _indicator(
    indicator: str,
    mart: str,
    nl: str,
    en: str,
    unit: str,
    decimals: int,
    polarity: str,
    source: str,
    **more: str,
) -> tuple[object, ...]:
    return (
        indicator, mart, None, nl, en, f"{nl}: uitleg in gewone woorden.", f"{en}: explained in plain words.",
        more.get("instrument"),
        more.get("cut_off"), "volwassenen", "adults", unit, decimals, polarity, source, indicator, "https://example.org/method",
        "Zelf gemeld.", "Self-reported.", "active", True, indicator == "loneliness_pct",
        "age,sex" if source == "rivm_fixture" else None, True, None, None,
    )  # fmt: skip


INDICATORS = [
    _indicator(
        "loneliness_pct", "indicator", "Eenzaamheid", "Loneliness", "%", 1, "higher_is_worse", "rivm_fixture",
        instrument="De Jong Gierveld (11 vragen)", cut_off="score van 3 of hoger",
    ),
    _indicator("hidden_pct", "indicator", "Geheim cijfer", "Hidden figure", "%", 1, "higher_is_worse", "ggd_fixture"),
    _indicator(
        "density_per_km2", "determinant", "Bevolkingsdichtheid", "Population density", "per km²", 1, "neutral", "cbs_fixture",
    ),
    _indicator("care_use_pct", "outcome", "Zorggebruik", "Care use", "%", 1, "neutral", "ggd_fixture"),
]  # fmt: skip


def _sources(mode: str) -> list[tuple[object, ...]]:
    def row(
        source: str, title: str, publisher: str, cadence: str, modelled: bool, status: str = "loaded"
    ) -> tuple[object, ...]:
        loaded = status == "loaded"
        return (
            source, title, f"{title} (en)", publisher, "https://example.org", "CC BY 4.0", f"{publisher}, {title}", cadence, 365,
            modelled, "age,sex" if modelled else None, mode, status, "0123456789abcdef" if loaded else None,
            datetime(2022, 12, 1, 8) if loaded else None, "2022-11-30", 120 if loaded else 0, "0" * 64, mode == "demo",
            f"stg_{source}__observations",
        )  # fmt: skip

    return [
        row("rivm_fixture", "Gezondheid per wijk", "RIVM", "every_four_years", True),
        row("cbs_fixture", "Kerncijfers wijken", "CBS", "yearly", False),
        row("cbs_population_03759ned", "Bevolking naar leeftijd", "CBS", "yearly", False),
        row("ggd_fixture", "Monitor jongvolwassenen", "GGD", "every_two_years", False),
        row("pdok_buurt_2022", "Buurtgrenzen 2022", "CBS/Kadaster", "once", False, status="absent"),
    ]


def build_publication(publish_dir: Path, mode: str = "demo", publication_id: str = PUBLICATION_ID) -> Path:
    """The path of a published file with pointer, manifest and one notice."""
    publish_dir.mkdir(parents=True, exist_ok=True)
    path = publish_dir / f"warehouse_{publication_id}.duckdb"
    facts = _observations()
    published = datetime(2022, 12, 1, 8)
    rows: dict[str, list[tuple[object, ...]]] = {
        "core.dim_region": _regions(),
        "core.dim_region_geometry": _geometries(),
        "core.dim_indicator": INDICATORS,
        "core.dim_source": _sources(mode),
        "core.bridge_circular_pair": [
            (*pair, "circular_pair", "age", "Leeftijd zit in het model.", "Age is in the model.")
            for pair in (("loneliness_pct", "age_65_plus_pct"), ("age_65_plus_pct", "loneliness_pct"))
        ],
        "core.fct_observation": [row for mart in facts.values() for row in mart],
        "core.fct_population": _population(),
        "core.bridge_postcode_region": _postcodes(),
        **{f"{mart}.fct_{mart}": mart_rows for mart, mart_rows in facts.items()},
        "quality.check_result": [
            (
                "unique_key",
                "indicator.fct_indicator",
                "model",
                "passed",
                "error",
                0,
                100,
                "",
                published,
                "conformance",
                0.0,
                "blocks_publication",
                "unique_key",
            ),
            (
                "value_plausible",
                "density_per_km2/wijk/2020",
                "indicator",
                "failed",
                "warn",
                2,
                4,
                "2 values above the range",
                published,
                "plausibility",
                0.0,
                "shown_with_warning",
                "value_plausible",
            ),
        ],
        "quality.rpt_disclosure": [
            ("hidden_pct", "rivm_fixture", "wijk", 2020, 30, 1, 1 / 30, 0.012),
            ("hidden_pct", "rivm_fixture", "wijk", 2022, 30, 2, 2 / 30, 0.01),
        ],
        "quality.rpt_load_gate": [
            (
                "lost_cells",
                "blocks",
                "hidden_pct/wijk/2018",
                "12 figures",
                "12 of them absent",
                "20211201T080000Z-fixture",
                "epidemioloog",
                "de uitgever trok deze cijfers in",
            ),
        ],
        "quality.dim_rule": [
            (
                "value_plausible",
                "een cijfer is aannemelijk",
                "a figure is plausible",
                "plausibility",
                "indicator",
                "warn",
                "shown_with_warning",
                "controleer dit cijfer voor je het gebruikt.",
                "Read the note beside the figure.",
                "# value",
            ),
        ],
        "meta.publication": [
            (
                publication_id,
                published,
                mode,
                "Veenland",
                "abc",
                "def",
                "ghi",
                "{}",
                41,
                0,
                1,
                "1.5.5",
                "run-1",
            ),
        ],
    }
    with duckdb.connect(str(path)) as connection:
        for table, columns in TABLES.items():
            connection.execute(f"create schema if not exists {table.split('.')[0]}")
            connection.execute(f"create table {table} ({columns})")
            marks = ", ".join("?" * len(rows[table][0]))
            connection.executemany(f"insert into {table} values ({marks})", rows[table])
        connection.execute("create schema mart")
        connection.execute(f"create view mart.obs as {TRENDS}")
    about = {
        "publication_id": publication_id, "published_at": "2022-12-01T08:00:00+00:00", "mode": mode, "region": "Veenland",
        "title": "Datawerkplaats Veenland",
    }  # fmt: skip
    manifest_name = f"manifest_{publication_id}.json"
    (publish_dir / manifest_name).write_text(json.dumps({**about, "file": {"name": path.name}}))
    pointer = {**about, "file": path.name, "manifest": manifest_name, "history": [publication_id]}
    (publish_dir / "current.json").write_text(json.dumps(pointer))
    seal_all(publish_dir)
    notice = {
        "source_id": "pdok_buurt_2022", "kind": "absent", "at": "2022-12-01T08:00:00+00:00",
        "sentence_nl": "Buurtgrenzen 2022 ontbreken: er is geen kaart van buurten.",
        "sentence_en": "Neighbourhood borders 2022 are absent: there is no map of buurten.",
    }  # fmt: skip
    (publish_dir / "notices.json").write_text(json.dumps([notice]))
    return path
