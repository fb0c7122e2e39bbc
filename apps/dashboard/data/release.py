"""The publication that pages read, and the one way to ask it: parameterised queries, never on the warehouse itself.

A connection is kept per publication id, so a new publication opens a new file and an old page keeps reading the old one;
every query has a cursor of its own, because one connection shared by threads mixes up results.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import streamlit as st

from apps.dashboard.data.cache import cached, clear_all
from datawerkplaats import publication
from datawerkplaats.base.duckdb import connect_read_only
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import get_settings
from datawerkplaats.publication import serving

Row = dict[str, Any]
Identity = tuple[str, str]
Extent = tuple[str, str, str]
View = tuple[str, str, str, str]


class Answer(NamedTuple):
    """Column names and rows of one query."""

    names: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Release:
    """The publication a page shows: identity, where it lies and how its data came in."""

    id: str
    path: Path
    mode: str
    title: str
    published_at: datetime
    theme: str = ""  # the theme it is looked at with; the first one where it names none
    region: str = (
        ""  # the declared region it is looked at for; the one it was published for where it names none
    )

    @property
    def identity(self) -> Identity:
        """What caches are keyed by: the id with the folder, since two folders may hold the same id."""
        return self.id, str(self.path)

    @property
    def extent(self) -> Extent:
        """What caches are keyed by whose answer follows from the region as well."""
        return self.id, str(self.path), self.region

    @property
    def view(self) -> View:
        """What caches are keyed by whose answer follows from theme and region as well."""
        return self.id, str(self.path), self.theme, self.region

    @property
    def is_fictional(self) -> bool:
        """Whether everything shown is made up."""
        return self.mode == "demo"


def current_release() -> Release:
    """The publication that is served now.

    Raises:
        DataProblem: `no_publication` or `publication_damaged`, as a sentence for the page.
    """
    found = publication.current(get_settings().publish_dir)
    return Release(found.id, found.path, found.mode, found.title, found.published_at)


@st.cache_resource(max_entries=3, show_spinner=False, on_release=lambda connection: connection.close())
def _connection(release_id: str, path: str) -> duckdb.DuckDBPyConnection:
    confirm((release_id, path))
    try:
        return connect_read_only(Path(path))
    except duckdb.Error as error:
        raise _unreadable(release_id, error) from error


def forget() -> None:
    """Close every file and forget every answer; what is asked next is read anew."""
    clear_all()
    _connection.clear()


def confirm(identity: Identity) -> None:
    """Nothing, if the file of a release is, byte for byte, what was published and signed.

    It is read once per process and again only when somebody has touched it, so this may be asked before every query. A file
    that was cleared away can no longer be changed: who has it open reads on.

    Raises:
        DataProblem: `publication_damaged`, `publication_forged` or `publication_withdrawn`.
    """
    with suppress(FileNotFoundError):
        serving.confirm_file(Path(identity[1]))


def raw_file(path: Path) -> Path | None:
    """The file with what sources delivered to the release of a file, with its bytes confirmed; None for a release without."""
    try:
        return publication.raw_path(publication.of_file(path))
    except (DataProblem, FileNotFoundError) as problem:
        if isinstance(problem, DataProblem) and problem.code != "raw_absent":
            raise
        return None


def _unreadable(release_id: str, error: Exception) -> DataProblem:
    return DataProblem(
        "publication_damaged",
        subject=release_id,
        found=type(error).__name__,
        remedy="make materialise",
    )


@cached(150)
def query(identity: Identity, sql: str, parameters: tuple[Any, ...] = ()) -> Answer:
    """The answer to one query on one publication, kept by publication id, query and parameters.

    Answers are tuples, so all visitors can share them without a copy: copying 3,340 rows takes longer than the query.

    Raises:
        DataProblem: `publication_damaged` if the file can no longer be read.
    """
    connection = _connection(*identity)
    confirm(identity)
    try:
        with connection.cursor() as cursor:
            result = cursor.execute(sql, list(parameters))
            return Answer(tuple(column[0] for column in result.description), tuple(result.fetchall()))
    except duckdb.Error as error:
        raise _unreadable(identity[0], error) from error


def columns(identity: Identity, sql: str, parameters: tuple[Any, ...] = ()) -> dict[str, Any]:
    """The answer as numpy arrays, for hundreds of thousands of numbers; not kept."""
    connection = _connection(*identity)
    confirm(identity)
    try:
        with connection.cursor() as cursor:
            return dict(cursor.execute(sql, list(parameters)).fetchnumpy())
    except duckdb.Error as error:
        raise _unreadable(identity[0], error) from error


def records(identity: Identity, sql: str, parameters: tuple[Any, ...] = ()) -> list[Row]:
    """The answer as dictionaries that the caller may change, for the few rows of most queries."""
    names, rows = query(identity, sql, parameters)
    return [dict(zip(names, row, strict=True)) for row in rows]


def has_tables(release: Release, *names: str) -> bool:
    """Whether a publication has all of these tables (schema.table): one of before they were made has not."""
    sql = "select table_schema || '.' || table_name from information_schema.tables"
    return {name for (name,) in query(release.identity, sql).rows} >= set(names)


def has_column(release: Release, table: str, column: str) -> bool:
    """Whether a table (schema.table) of a publication has a column: in one of before it was made it has not."""
    sql = """select 1 from information_schema.columns
             where table_schema || '.' || table_name = ? and column_name = ?"""
    return bool(query(release.identity, sql, (table, column)).rows)


def held_against(release: Release) -> tuple[str, str, str]:
    """The SQL for a larger area's figure beside an estimate, for what a survey of that area says where that is another, and for
    whether the figure is a mean of estimates.

    Like with like: a survey may lie tenths from the mean of the estimates of all areas. Publications from before it was told
    apart have the one figure.
    """
    if not has_column(release, "core.fct_observation", "mean_of_estimates"):
        return "value", "cast(null as double)", "is_model_estimate"
    return (
        "coalesce(mean_of_estimates, value)",
        "if(mean_of_estimates is null, null, value)",
        "(is_model_estimate or mean_of_estimates is not null)",
    )
