"""An examiner of what was delivered: looks for counts of 1-9 that derive from people, and for shares that give counts back.

It knows the published bytes, the names of sources and nothing of the gate that let them through: no code of the house is used,
and no declaration of what goes out. What it cannot place it takes for a count of people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import duckdb
import yaml

SMALL = range(1, 10)
# Tables of which every row derives from people who took part.
OF_PARTICIPANTS = re.compile(r"(dim|rpt|fct)_(model|risk|panel|drift|joint)\w*")
# Whole numbers that count no people: years, places in an order, settings, items of a list, residents of an area.
NO_PEOPLE = {
    "year", "tenth", "rank", "rank_lower", "rank_upper", "horizon_years", "features", "tripod_items", "probast_items", "seed",
    "rows_needed", "region_vintage", "delivered_vintage",
}  # fmt: skip
RESIDENTS = {("rpt_risk_area", "people")}
# Of rows of sources with people: what is a count, beside the value of an indicator that is in numbers.
COUNTED = ("numerator",)
WORDS = re.compile(
    r"(?<![\d.,])[1-9] (?:rijen|rows|mensen|people|deelnemers|participants|personen|persons|cases)\b"
)
MOST_DECIMALS = 4
Row = dict[str, Any]


@dataclass(frozen=True)
class Leak:
    """What was found: kind, table with column, and how often; never a value."""

    kind: str
    place: str
    number: int


def people_sources(catalogue: Path) -> set[str]:
    """The sources that derive from rows of people, by their own files."""
    found = set()
    for path in sorted((catalogue / "sources").glob("*.yml")):
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
        if (
            told.get("disclosure") in ("person_level", "survey")
            or told.get("micro")
            or told.get("computed_jointly")
        ):
            found.add(str(told.get("source_id", path.stem)))
    return found


def examine(publish_dir: Path, publication_id: str, catalogue: Path) -> list[Leak]:
    """Everything that a release tells of few people: in both DuckDB files and in each Parquet file."""
    sources = people_sources(catalogue)
    found: list[Leak] = []
    for name in (f"warehouse_{publication_id}.duckdb", f"predicted_{publication_id}.duckdb"):
        if (publish_dir / name).exists():
            with duckdb.connect(str(publish_dir / name), read_only=True) as con:
                found += of_file(con, sources)
    with duckdb.connect() as con:
        folder = publish_dir / f"parquet_{publication_id}"
        for path in sorted(folder.glob("*/*.parquet")):
            con.execute(f"create schema if not exists {path.parent.name}")
            con.execute(f"create view {path.parent.name}.{path.stem} as from read_parquet('{path}')")
        found += [Leak(leak.kind, f"{leak.place} (Parquet)", leak.number) for leak in of_file(con, sources)]
    return found


def of_file(con: duckdb.DuckDBPyConnection, sources: set[str]) -> Iterator[Leak]:
    """What all tables and views of a connection tell of few people."""
    columns: dict[tuple[str, str], dict[str, str]] = {}
    for schema, table, column, kind in con.execute(
        "select schema_name, table_name, column_name, data_type from duckdb_columns() where not internal"
    ).fetchall():
        columns.setdefault((schema, table), {})[column] = kind
    has_indicators = ("core", "dim_indicator") in columns
    for (schema, table), kinds in sorted(columns.items()):
        name = f"{schema}.{table}"
        if OF_PARTICIPANTS.fullmatch(table):
            rows = _rows(con, f"select * from {name}")
            yield from _of_participants(name, table, rows, kinds)
        else:
            yield from _of_sources(con, name, kinds, sources, has_indicators)
        yield from _of_words(con, name, kinds, is_about_people=bool(OF_PARTICIPANTS.fullmatch(table)))
    yield from _differences(con, columns)


def _rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    cursor = con.execute(sql)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _numbers(rows: list[Row], name: str) -> list[float]:
    return [float(row[name]) for row in rows if row[name] is not None]


def _of_participants(name: str, table: str, rows: list[Row], kinds: dict[str, str]) -> Iterator[Leak]:
    for column, kind in kinds.items():
        if kind == "VARCHAR" or kind == "BOOLEAN" or column in NO_PEOPLE or (table, column) in RESIDENTS:
            continue
        values = _numbers(rows, column)
        if kind.endswith(("INT", "INTEGER")):
            small = sum(value in SMALL for value in values)
            if small:
                yield Leak("small_count", f"{name}.{column}", small)
        elif not _is_of_estimates(table):
            fine = sum(abs(value - round(value, MOST_DECIMALS)) > 1e-12 for value in values)
            if fine:
                yield Leak("exact_figure", f"{name}.{column}", fine)
    people = next((column for column in ("people", "participants") if column in kinds), "")
    for share in ("observed", "share_of_people", "prevalence"):
        if people and share in kinds:
            back = [
                row
                for row in rows
                if _gives_back(row[people], row[share], _step(rows, people), _step(rows, share))
            ]
            if back:
                yield Leak("share_gives_count", f"{name}.{share}", len(back))


def _is_of_estimates(table: str) -> bool:
    """The estimates per area come from draws of a model over all areas: no count is a multiple of them."""
    return table == "rpt_risk_area"


def _step(rows: list[Row], column: str) -> float:
    """The smallest step in which a column is told: 10 for tens, 0.01 for two decimals."""
    values = _numbers(rows, column)
    for step in (10.0, 5.0, 1.0, 0.1, 0.01, 0.001, 0.0001):
        if values and all(abs(value / step - round(value / step)) < 1e-6 for value in values):
            return step
    return 1e-12


def _gives_back(people: float | None, share: float | None, people_step: float, share_step: float) -> bool:
    """Whether only one number of people fits a share, or only numbers below ten."""
    if people is None or share is None:
        return False
    fits = set()
    for total in range(max(1, round(people - people_step / 2)), round(people + people_step / 2) + 1):
        low, high = (share - share_step / 2) * total, (share + share_step / 2) * total
        fits |= {count for count in range(int(low), int(high) + 2) if low - 1e-9 <= count <= high + 1e-9}
    return len(fits) <= 1 or 0 < max(fits) < 10


def _of_sources(
    con: duckdb.DuckDBPyConnection, name: str, kinds: dict[str, str], sources: set[str], has_indicators: bool
) -> Iterator[Leak]:
    """Counts in the rows of sources with people, however a table names its source."""
    listed = ", ".join(f"'{source}'" for source in sorted(sources)) or "null"
    of_indicator = f"(select indicator_id from core.dim_indicator where source_id in ({listed})"
    if "source_id" in kinds:
        own = f"source_id in ({listed})"
    elif "indicator_id" in kinds and has_indicators:
        own = f"indicator_id in {of_indicator})"
    elif "subject" in kinds:
        own = f"subject in ({listed})"
    else:
        return
    asked = {column: own for column in (*COUNTED, "rows", "violated") if column in kinds}
    if "indicator_id" in kinds and has_indicators and "value" in kinds:
        asked["value"] = f"indicator_id in {of_indicator} and unit = 'aantal')"
    for column, condition in asked.items():
        (small,) = con.execute(
            f"select count(*) from {name} where {condition} and {column} between 1 and 9"
        ).fetchone() or (0,)
        if small:
            yield Leak("small_count", f"{name}.{column}", int(small))


def _of_words(
    con: duckdb.DuckDBPyConnection, name: str, kinds: dict[str, str], *, is_about_people: bool
) -> Iterator[Leak]:
    if not is_about_people:
        return
    for column, kind in kinds.items():
        if kind == "VARCHAR":
            told = [
                str(value)
                for (value,) in con.execute(f"select distinct {column} from {name}").fetchall()
                if value
            ]
            found = sum(bool(WORDS.search(text)) for text in told)
            if found:
                yield Leak("count_in_words", f"{name}.{column}", found)


def _differences(
    con: duckdb.DuckDBPyConnection, columns: dict[tuple[str, str], dict[str, str]]
) -> Iterator[Leak]:
    """Two tables that differ by few people: models of the same ages, a total and its parts, a gemeente and its wijken."""
    if ("core", "dim_model") not in columns:
        return
    models = {row["model_id"]: row for row in _rows(con, "select * from core.dim_model")}
    groups = (
        _rows(con, "select * from quality.rpt_model_subgroup")
        if ("quality", "rpt_model_subgroup") in columns
        else []
    )
    told = {(row["model_id"], row["subgroup"], row["category"]): row for row in groups}
    found = 0
    for one, other in combinations(sorted(models), 2):
        if models[one]["age_band"] != models[other]["age_band"]:
            continue
        pairs = [(models[one], models[other], ("participants", "events"))]
        pairs += [
            (row, told[other, *key[1:]], ("people", "events"))
            for key, row in told.items()
            if key[0] == one and (other, *key[1:]) in told
        ]
        found += sum(_differ(a[name], b[name]) for a, b, names in pairs for name in names)
    if found:
        yield Leak("difference_of_models", "quality.rpt_model_subgroup", found)
    parts = 0
    for model_id, model in models.items():
        for subgroup in {row["subgroup"] for row in groups}:
            own = [row for row in groups if (row["model_id"], row["subgroup"]) == (model_id, subgroup)]
            hidden = sum(row["people"] is None for row in own)
            rest = (
                None
                if model["participants"] is None
                else model["participants"] - sum(row["people"] or 0 for row in own)
            )
            parts += hidden == 1 and rest is not None and rest in SMALL
    if parts:
        yield Leak("total_minus_parts", "quality.rpt_model_subgroup", parts)
    yield from _areas(con, columns)


def _areas(con: duckdb.DuckDBPyConnection, columns: dict[tuple[str, str], dict[str, str]]) -> Iterator[Leak]:
    if (
        "participants" not in columns.get(("quality", "rpt_risk_area"), {})
        or ("core", "dim_region") not in columns
    ):
        return
    rows = _rows(
        con,
        """select a.model_id, a.region_level, a.participants, coalesce(r.gemeente_code, a.region_code) as gemeente
        from quality.rpt_risk_area a left join (select distinct region_code, gemeente_code from core.dim_region) r
            on a.region_code = r.region_code""",
    )
    wholes = {
        (r["model_id"], r["gemeente"]): r["participants"] for r in rows if r["region_level"] == "gemeente"
    }
    found = 0
    for key, whole in wholes.items():
        own = [
            r["participants"]
            for r in rows
            if r["region_level"] == "wijk" and (r["model_id"], r["gemeente"]) == key
        ]
        if whole is not None and own.count(None) == 1:
            found += whole - sum(part or 0 for part in own) in SMALL
    if found:
        yield Leak("total_minus_parts", "quality.rpt_risk_area.participants", found)


def _differ(one: float | None, other: float | None) -> bool:
    return one is not None and other is not None and abs(one - other) in SMALL
