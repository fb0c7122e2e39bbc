# Long because it is one layout: what is written, and the views that tell it again, column by column.
"""One fact and thin views: figures that several published tables share are written once, in `stored.figure`.

`core.fct_observation`, its three marts and `mart.obs` have the same figures with other columns beside them. In a release they
are views, with the columns and types of the warehouse. A view names tables of its own file only, without that file's name: so it
holds under every name that it is attached by, also over HTTP. Few words are enumerated, an area is a number in the order of rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from datawerkplaats.base.duckdb import identifier, literal, relation, tables
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.publication.comments import comment
from datawerkplaats.publication.row_sets import fingerprint
from datawerkplaats.publication.tables import PublicTable

SCHEMA, FIGURE, AREA = "stored", "stored.figure", "stored.area"
FACT, NOW = "core.fct_observation", "mart.obs"
MARTS = ("indicator", "determinant", "outcome")
_INDICATORS = "core.dim_indicator"
# What belongs to an area and not to a figure, as the table of the areas of now tells it.
_OF_AREA = (
    "region_code", "region_name", "gemeente_code", "gemeente_name", "province_name", "ggd_region_name", "population", "is_focus",
)  # fmt: skip
_REGION = ("region_id", "region_code")
# By these a reader passes over whole blocks, which it cannot by a word that is enumerated.
_PLAIN = ("indicator_id", "region_level")
_KEY = ("indicator_id", "year", "age_band", "sex")
_NEEDED = {
    FACT: {*_KEY, *_REGION, "region_level", "value"},
    NOW: {*_KEY, *_OF_AREA, "region_id", "region_level", "mart", "is_restated", "delivered_vintage"},
    _INDICATORS: {"indicator_id", "mart"},
}
_MOST_WORDS = 50_000

Columns = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Source:
    """One table of the warehouse: its columns with their types, and the query (from …) of the rows that may be seen."""

    table: PublicTable
    columns: Columns
    query: str

    @property
    def names(self) -> list[str]:
        """Its columns."""
        return [name for name, _ in self.columns]


def members(labels: Mapping[str, Columns]) -> tuple[str, ...]:
    """Which of these tables are written as views; none where one that they need is not there or has other columns."""
    if any(not needed <= {name for name, _ in labels.get(label, ())} for label, needed in _NEEDED.items()):
        return ()
    return tuple(label for label in (FACT, *(f"{mart}.fct_{mart}" for mart in MARTS), NOW) if label in labels)


def write(
    con: duckdb.DuckDBPyConnection, sources: Mapping[str, Source], indicators: str, parts: Sequence[str]
) -> list[dict[str, Any]]:
    """Write the fact and its views into the attached file `target`; what the manifest tells of each.

    Args:
        con: With `target` attached.
        sources: The members, by label.
        indicators: The relation with the indicators of the warehouse.
        parts: Conditions that cut the fact into runs in order, each small enough to sort in memory.

    Raises:
        DataProblem: `build_failed` if a view does not say what its table says.
    """
    fact, now = sources[FACT], sources[NOW]
    con.execute(f"CREATE SCHEMA IF NOT EXISTS target.{SCHEMA}")
    areas = _write_areas(con, fact, now)
    stored = _stored_columns(fact, now)
    _write_figures(con, fact, now, indicators, stored, parts)
    written = [
        {"schema": SCHEMA, "name": name, "rows": rows, "columns": tables(con, "target")[SCHEMA, name], **more}
        for name, rows, more in (
            ("figure", _count(con, "from target.stored.figure"), {}),
            ("area", areas, {"within": FIGURE}),
        )
    ]
    con.execute("USE target")
    for name in _STORED:
        _comment_stored(con, name, sources)
    for label, source in sources.items():
        schema, name = label.split(".")
        con.execute(f"CREATE SCHEMA IF NOT EXISTS {identifier(schema)}")
        con.execute(f"CREATE VIEW {relation(schema, name)} AS {_view(label, source)}")
        told = [(column, text) for column, text in source.table.columns if column in source.names]
        comment(con, "VIEW", relation(schema, name), source.table.description, told)
    con.execute("USE memory")
    for label, source in sources.items():
        rows = _require_same(con, label, source, indicators)
        schema, name = label.split(".")
        written.append(
            {"schema": schema, "name": name, "rows": rows, "columns": list(source.columns), "within": FIGURE}
        )
    return written


def _write_areas(con: duckdb.DuckDBPyConnection, fact: Source, now: Source) -> int:
    """Every area in the order in which rows lie; the number of areas."""
    told = ", ".join(("region_id", *_OF_AREA))
    con.execute(
        f"""CREATE TABLE target.stored.area AS
        with told as (select distinct {told} {now.query}),
        every as (
            select region_id, any_value(region_code) as region_code, any_value(region_level) as region_level
            from (select distinct region_id, region_code, region_level {fact.query}
                  union all select distinct region_id, region_code, region_level {now.query})
            group by region_id)
        select cast(row_number() over (
                order by every.region_level, told.province_name, told.gemeente_code, every.region_code, region_id
            ) as integer) as area_no, region_id, every.region_code, told.* exclude (region_id, region_code)
        from every left join told using (region_id) order by area_no"""
    )
    areas = _count(con, "from target.stored.area")
    if areas != _count(con, "from (select distinct region_id from target.stored.area)"):
        raise _fault(NOW, "one name, gemeente and number of residents per area", "an area with several")
    return areas


def _stored_columns(fact: Source, now: Source) -> list[tuple[str, str, bool, bool]]:
    """The columns of the fact: name, type, whether delivered rows have it, and whether rows of now do."""
    left = {*_REGION, *_OF_AREA}
    kinds = {**dict(now.columns), **dict(fact.columns)}
    ordered = dict.fromkeys([*fact.names, *now.names])
    return [
        (name, kinds[name], name in fact.names, name in now.names) for name in ordered if name not in left
    ]


def _write_figures(
    con: duckdb.DuckDBPyConnection,
    fact: Source,
    now: Source,
    indicators: str,
    stored: Sequence[tuple[str, str, bool, bool]],
    parts: Sequence[str],
) -> None:
    """Lay rows that were delivered beside rows of now, in order. Words are numbers before they are joined and sorted."""
    _gather_words(con, fact, now, stored)
    kinds, narrow = dict[str, str](), dict[str, str]()
    for name, kind, in_fact, in_now in stored:
        queries = [f"from {words}" for has, words in ((in_fact, "words_fact"), (in_now, "words_now")) if has]
        narrow[name] = found = _kind(con, name, kind, queries)
        kinds[name] = kind if name in _PLAIN else found
        if found != kind:
            # By a name, as a statement that lists all words several times takes long to read.
            narrow[name] = identifier(f"words_of_{name}")
            con.execute(f"CREATE OR REPLACE TEMP TYPE {narrow[name]} AS {found}")
    fields = [f"{identifier(name)} {kind}" for name, kind in kinds.items()]
    con.execute(
        f"CREATE TABLE target.stored.figure ({', '.join(fields)}, delivered_no integer, area_no integer)"
    )
    con.execute(
        f"""create or replace temp table same_area as
        select a.area_no, o.delivered_vintage as vintage, d.area_no as same_no
        from (select distinct region_id, region_code, delivered_vintage {now.query} and not is_restated) as o
        inner join target.stored.area as a using (region_id)
        inner join target.stored.area as d on o.region_code || '@' || o.delivered_vintage = d.region_id"""
    )
    taken = []
    for name, _, in_fact, in_now in stored:
        column = identifier(name)
        if name == "mart":
            # Delivered rows that are not of now belong to a mart too.
            taken.append(f"cast(i.mart as {narrow[name]}) as mart")
        elif in_fact and in_now:
            taken.append(f"if(f.delivered_no is null, o.{column}, f.{column}) as {column}")
        else:
            taken.append(f"{'f' if in_fact else 'o'}.{column}")
    match = " and ".join(f"f.{name} = o.{name}" for name in _KEY)
    plain = ", ".join(f"cast({name} as varchar) as {name}" for name in _PLAIN)
    of_fact, of_now = (
        ", ".join(
            f"cast({identifier(one[0])} as {narrow[one[0]]}) as {identifier(one[0])}"
            for one in stored
            if one[place]
        )
        for place in (2, 3)
    )
    for part in parts:
        con.execute(
            f"""INSERT INTO target.stored.figure BY NAME
            with f as (
                select {of_fact}, a.area_no as delivered_no
                from (select * {fact.query} and {part}) as f inner join target.stored.area as a using (region_id)),
            o as (
                select {of_now}, a.area_no, s.same_no
                from (select * {now.query} and {part}) as o inner join target.stored.area as a using (region_id)
                left join same_area as s
                    on a.area_no = s.area_no and if(o.is_restated, null, o.delivered_vintage) = s.vintage),
            figures as (
                select {", ".join(taken)}, f.delivered_no, o.area_no
                from f full join o on f.delivered_no = o.same_no and {match}
                left join {indicators} as i on i.indicator_id = cast(coalesce(f.indicator_id, o.indicator_id) as varchar)
                order by region_level, indicator_id, year, age_band, sex, coalesce(o.area_no, f.delivered_no))
            select * replace ({plain}) from figures"""
        )
    con.execute("drop table same_area")


def _gather_words(
    con: duckdb.DuckDBPyConnection,
    fact: Source,
    now: Source,
    stored: Sequence[tuple[str, str, bool, bool]],
) -> None:
    """Read both tables once for the words of all their columns: what goes together is far less than all figures."""
    for words, source, place in (("words_fact", fact, 2), ("words_now", now, 3)):
        names = [identifier(one[0]) for one in stored if one[place] and _may_be_enumerated(one[1])]
        con.execute(
            f"create or replace temp table {words} as select distinct {', '.join(names) or '1'} {source.query}"
        )


def _may_be_enumerated(kind: str) -> bool:
    return kind == "VARCHAR"


def _kind(con: duckdb.DuckDBPyConnection, name: str, kind: str, queries: Sequence[str]) -> str:
    """The type of a stored column: words that are few are enumerated."""
    if not _may_be_enumerated(kind):
        return kind
    column = identifier(name)
    every = " union ".join(f"select distinct {column} as word {query}" for query in queries)
    words = con.execute(f"select word from ({every}) where word is not null order by word").fetchall()
    if not 0 < len(words) <= _MOST_WORDS:
        return kind
    return f"ENUM({', '.join(literal(word) for (word,) in words)})"


def _view(label: str, source: Source) -> str:
    """The query behind a view."""
    is_now = label == NOW
    of_area = {*_OF_AREA, "region_id"} if is_now else set(_REGION)
    columns = []
    for name, kind in source.columns:
        column = identifier(name)
        if name in of_area:
            columns.append(f"a.{column}")
        elif kind == "VARCHAR" and name not in _PLAIN:
            columns.append(f"cast(f.{column} as varchar) as {column}")
        else:
            columns.append(f"f.{column}")
    number = "area_no" if is_now else "delivered_no"
    mart = f" where f.mart = {literal(source.table.schema)}" if label not in (FACT, NOW) else ""
    return f"select {', '.join(columns)} from stored.figure as f inner join stored.area as a on f.{number} = a.area_no{mart}"


_STORED = {
    "figure": "Every figure once: the tables core.fct_observation, its marts and mart.obs are views on it.",
    "area": "Every area once, in the order in which figures lie.",
}
_NUMBERS = {
    "area_no": "Number of the area (stored.area) under which a figure of now stands; empty where it does not.",
    "delivered_no": "Number of the area (stored.area) for which a figure was delivered; empty where it was restated.",
}


def _comment_stored(con: duckdb.DuckDBPyConnection, name: str, sources: Mapping[str, Source]) -> None:
    told = _told({label: source.table for label, source in sources.items()}) | _NUMBERS
    columns = [(column, told.get(column, "")) for column, _ in tables(con, "target")[SCHEMA, name]]
    comment(con, "TABLE", relation(SCHEMA, name), _STORED[name], columns)


def _require_same(con: duckdb.DuckDBPyConnection, label: str, source: Source, indicators: str) -> int:
    """The number of rows, if a view says what its table says. A mart has the rows of the fact: of it those per indicator count."""
    view = relation(source.table.schema, source.table.name, "target")
    if label in (FACT, NOW):
        sides = [fingerprint(con, side, source.names) for side in (f"(select * {source.query})", view)]
        rows, is_same = sides[0][0], sides[0] == sides[1]
    else:
        counted = "select indicator_id, count(*) {} group by all order by all"
        found = [con.execute(counted.format(query)).fetchall() for query in (source.query, f"from {view}")]
        rows, is_same = sum(count for _, count in found[0]), found[0] == found[1]
    if not is_same:
        raise _fault(
            label, f"a view that says what the table of {rows} rows in the warehouse says", "another"
        )
    return int(rows)


def about(label: str, described: Mapping[str, PublicTable]) -> tuple[str, dict[str, str]]:
    """The description of a table and of its columns; of the fact that of all columns of the tables that it serves."""
    if label != FIGURE:
        table = described.get(label)
        return (table.description, dict(table.columns)) if table else ("", {})
    return (
        "Every figure once: rows of core.fct_observation (is_delivered) and of mart.obs (is_current).",
        _told(described),
    )


def _told(described: Mapping[str, PublicTable]) -> dict[str, str]:
    """What is told of the columns of the tables that the fact serves; of one that two of them have, as the fact tells it."""
    return {**dict(described[NOW].columns), **dict(described[FACT].columns)}


def parquet_query() -> str:
    """The rows of the Parquet file of the fact, in which each row has its area; flags tell which tables it belongs to."""
    return (
        "select f.* exclude (delivered_no, area_no), coalesce(d.region_code, a.region_code) as region_code,"
        " d.region_id as region_id, a.region_id as current_region_id,"
        f" {', '.join(f'a.{name}' for name in _OF_AREA if name != 'region_code')},"
        " f.delivered_no is not null as is_delivered, f.area_no is not null as is_current"
        " from target.stored.figure as f left join target.stored.area as d on f.delivered_no = d.area_no"
        " left join target.stored.area as a on f.area_no = a.area_no"
    )


def parquet_of(label: str, columns: Sequence[str], file: Path | str) -> str:
    """The query that gives the rows of a view from the Parquet file of the fact; empty for what has no rows of its own there."""
    if label.startswith(f"{SCHEMA}."):
        return ""
    listed = ", ".join(
        "current_region_id as region_id" if name == "region_id" and label == NOW else identifier(name)
        for name in columns
    )
    mart = label.partition(".")[0]
    kind = {FACT: "is_delivered", NOW: "is_current"}.get(label, f"is_delivered and mart = {literal(mart)}")
    return f"select {listed} from read_parquet({literal(str(file))}) where {kind}"


def retext(con: duckdb.DuckDBPyConnection, texts: Sequence[str]) -> None:
    """Put other texts of indicators into the fact; table `texts` has one row per indicator. Every other column stays as it is."""
    for name in texts:
        column = identifier(name)
        kind = _kind(con, name, "VARCHAR", ["from texts"])
        described = con.execute(
            "select comment from duckdb_columns() where database_name = 'target' and schema_name = 'stored'"
            f" and table_name = 'figure' and column_name = {literal(name)}"
        ).fetchone()
        con.execute(f"ALTER TABLE target.stored.figure DROP COLUMN {column}")
        con.execute(f"ALTER TABLE target.stored.figure ADD COLUMN {column} {kind}")
        if described and described[0]:
            con.execute("USE target")  # a comment takes no name of a file
            con.execute(f"COMMENT ON COLUMN stored.figure.{column} IS {literal(described[0])}")
            con.execute("USE memory")
    assigned = ", ".join(f"{identifier(name)} = texts.{identifier(name)}" for name in texts)
    con.execute(
        f"UPDATE target.stored.figure SET {assigned} FROM texts WHERE texts.indicator_id = figure.indicator_id"
    )


def _count(con: duckdb.DuckDBPyConnection, query: str) -> int:
    row = con.execute(f"select count(*) {query}").fetchone()
    assert row is not None
    return int(row[0])


def _fault(label: str, expected: str, found: str) -> DataProblem:
    return DataProblem(
        "build_failed",
        subject=label,
        expected=expected,
        found=found,
        remedy="this is a mistake in the models or in publishing; the previous publication stays served",
    )
