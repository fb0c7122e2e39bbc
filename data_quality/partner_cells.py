"""Partners' cells as readers get them: from every published table that tells of an indicator of theirs, in both forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet

from datawerkplaats.base import duckdb
from datawerkplaats.catalogue import Source

KEY = ["source_id", "year", "region_code", "age_band", "sex"]
_NEEDED = {"indicator_id", "region_code", "region_vintage", "year", "sex", "age_band", "value"}
_FIGURES = ("value", "lower", "upper", "numerator", "denominator")
_REGIONS = """
    select
        region_code,
        any_value(case region_level
            when 'buurt' then wijk_code when 'wijk' then gemeente_code when 'gemeente' then province_code
        end) as parent_code
    from core.dim_region group by region_code
"""


@dataclass(frozen=True)
class PartnerCells:
    """Every published row of partners' indicators, the regions beside them, and how many tables and files were read."""

    rows: pd.DataFrame
    regions: pd.DataFrame
    places: int


def read_cells(path: Path, sources: Mapping[str, Source], parquet_dir: Path | None = None) -> PartnerCells:
    """The rows of partners in a publication: `what` says count, rate or share, `place` where each was found."""
    found: list[pd.DataFrame] = []
    with duckdb.connect_read_only(path) as con:
        tables = con.execute(
            "select distinct schema_name, table_name from duckdb_columns() where not internal"
        ).fetchall()
        if ("core", "dim_indicator") not in tables or ("core", "dim_region") not in tables:
            return PartnerCells(pd.DataFrame(), pd.DataFrame(), 0)
        measures = _measures(
            con.execute("select indicator_id, source_id, measure_code from core.dim_indicator").df(), sources
        )
        regions = con.execute(_REGIONS).df().fillna("")
        for schema, table in tables:
            columns = {
                row[0]
                for row in con.execute(
                    "select column_name from duckdb_columns() where schema_name = ? and table_name = ?",
                    [schema, table],
                ).fetchall()
            }
            if not columns >= _NEEDED:
                continue
            query = f"select * from {duckdb.relation(schema, table)} where indicator_id in (select unnest(?))"
            found.append(
                _shaped(con.execute(query, [list(measures)]).df(), measures, sources, f"{schema}.{table}")
            )
    for file in sorted(parquet_dir.rglob("*.parquet")) if parquet_dir else []:
        if set(pyarrow.parquet.read_schema(file).names) >= _NEEDED:
            # By DuckDB, which reads what is asked only: a file of the whole country would take gigabytes as a data frame.
            with duckdb.connect_memory() as con:
                query = f"select * from read_parquet({duckdb.literal(str(file))}) where indicator_id in (select unnest(?))"
                rows = con.execute(query, [list(measures)]).df()
            found.append(_shaped(rows, measures, sources, f"{file.parent.name}/{file.name}"))
    if not found:
        return PartnerCells(pd.DataFrame(), regions, 0)
    rows = pd.concat(found, ignore_index=True)
    vintages = {key: source.region_vintage for key, source in sources.items()}
    # Figures restated to other boundaries are made of published ones, and tell nothing that these do not.
    own = rows[rows["region_vintage"] == rows["source_id"].map(vintages)] if len(rows) else rows
    return PartnerCells(own.reset_index(drop=True), regions, len(found))


def _measures(indicators: pd.DataFrame, sources: Mapping[str, Source]) -> dict[str, tuple[str, str, str]]:
    """Per indicator of a partner its source, what it tells (count, rate, share or ratio) and of which kind; empty for all."""
    found = {}
    for row in indicators.itertuples(index=False):
        source = sources.get(str(row.source_id))
        if source is None or source.micro is None:
            continue
        code, _, kind = str(row.measure_code).partition("__")
        told = source.micro.measures.model_dump()
        found.update(
            {str(row.indicator_id): (source.source_id, k, kind) for k, known in told.items() if known == code}
        )
    return found


def _bands(
    rows: pd.DataFrame, measures: Mapping[str, tuple[str, str, str]], sources: Mapping[str, Source]
) -> pd.Series:
    """The band of each row on the one axis of kinds and ages, worked out here from the declaration and nothing else."""

    def band(indicator: str, age: str) -> str:
        source_id, _, kind = measures[indicator]
        micro = sources[source_id].micro
        if not kind or micro is None or micro.kinds is None:
            return age
        ends = [int(told.rpartition("-")[2]) for told in micro.age.values.values()]
        start = list(dict.fromkeys(micro.kinds.values.values())).index(kind) * (max(ends) + 1)
        first, last = (0, max(ends)) if age == "all" else map(int, age.split("-"))
        return f"{start + first}-{start + last}"

    return pd.Series(
        [band(i, a) for i, a in zip(rows["indicator_id"], rows["age_band"], strict=True)],
        index=rows.index,
        dtype=object,
    )


def _shaped(
    rows: pd.DataFrame,
    measures: Mapping[str, tuple[str, str, str]],
    sources: Mapping[str, Source],
    place: str,
) -> pd.DataFrame:
    shaped = pd.DataFrame(
        {
            "source_id": rows["indicator_id"].map(lambda key: measures[key][0]),
            "what": rows["indicator_id"].map(lambda key: measures[key][1]),
            "place": place,
            "snapshot_id": rows.get("snapshot_id", ""),
            "region_level": rows.get("region_level", ""),
            "suppression_reason": rows["suppression_reason"].fillna("")
            if "suppression_reason" in rows
            else "",
            "age_band": _bands(rows, measures, sources),
            **{name: rows[name] for name in ("year", "region_code", "region_vintage", "sex")},
        }
    )
    for name in _FIGURES:
        shaped[name] = rows[name].astype(float) if name in rows else np.nan
    return shaped
