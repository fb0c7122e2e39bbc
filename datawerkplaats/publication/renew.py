"""A release that differs from the one before in texts alone: its file goes on from that one, and only the texts are written.

Sorting and compressing a million figures that are the same costs most of a publication. What was published is in the file that
is gone on from, so that nothing is left in its unused blocks that readers did not have: a release with other figures, or with
fewer, is always written anew. Whatever does not fit is a reason for that too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from datawerkplaats.base import files
from datawerkplaats.base.duckdb import identifier, literal, relation, tables
from datawerkplaats.publication import layout
from datawerkplaats.publication.fill import copy_table, fill, source_query, target_beside
from datawerkplaats.publication.own_tables import OwnTable, write_own
from datawerkplaats.publication.store import Publication, predicted_name, sha256_of
from datawerkplaats.publication.tables import WHOLE, Part, PublicTable

# Columns that hold prose for people. No figure, code, status or limit stands in them, and nothing is sorted by them.
TEXTS = frozenset(
    f"{name}{language}"
    for name in (
        "title",
        "description",
        "caveats",
        "population",
        "gap_reason",
        "helpline",
        "reason",
        "informant",
    )
    for language in ("_nl", "_en")
) | {"publisher", "citation", "licence", "url_main", "methodology_url", "owner"}
# A table of this size is written anew in less time than it takes to look for what differs.
_SMALL = 20_000


@dataclass(frozen=True)
class Earlier:
    """The release that is gone on from.

    Args:
        publication: The release.
        texts: Per schema.table the columns that may read differently now, all of `TEXTS`.
        same: The other public tables, which are as they were.
        verdicts: Per gate what it found then, where that cannot be different now.
        has_same_raw: Whether what open sources delivered is as it was.
    """

    publication: Publication
    texts: Mapping[str, Sequence[str]]
    same: frozenset[str]
    verdicts: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    has_same_raw: bool = False

    @property
    def tables(self) -> dict[str, dict[str, Any]]:
        """What its manifest tells per schema.table."""
        return _by_label(self.publication.manifest["tables"])

    def file_of(self, part: Part) -> tuple[Path, str, dict[str, dict[str, Any]]]:
        """Of the file of a part its path, its sha256 and what is told per schema.table; without tables where there is none."""
        manifest, path = self.publication.manifest, self.publication.path
        if not part.is_predicted:
            return path, str(manifest["file"]["sha256"]), self.tables
        told = manifest.get("predicted")
        if not told:
            return path, "", {}
        name = predicted_name(self.publication.id)
        return path.with_name(name), str(told["file"]["sha256"]), _by_label(told["tables"])


def _by_label(told: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {f"{table['schema']}.{table['name']}": table for table in told}


class CannotRenewError(Exception):
    """Raised where a release has to be written anew; the reason is its text."""


def renew(
    file: Path,
    warehouse: Path,
    public: Sequence[PublicTable],
    own: Sequence[OwnTable],
    earlier: Earlier,
    *,
    cores: int,
    part: Part = WHOLE,
) -> list[dict[str, Any]]:
    """Write the DuckDB file of a part; per table its name, columns and the number of rows it should have.

    Raises:
        CannotRenewError: If more than texts differs, or the earlier file is not as it was published.
    """
    before_path, sha256, told = earlier.file_of(part)
    if any(set(columns) - TEXTS for columns in earlier.texts.values()):
        raise CannotRenewError("more than texts differs")
    files.copy(before_path, file)
    file.chmod(0o600)
    if sha256_of(file) != sha256:
        raise CannotRenewError("the file of the release before is not as it was published")
    with target_beside(file, warehouse, cores) as (con, source):
        present = tables(con, source)
        has_indicators = ("core", "dim_indicator") in present
        written = []
        for table in part.tables(public):
            columns = present.get((table.schema, table.name))
            before = told.get(table.label)
            if table.label not in (*earlier.texts, *earlier.same):
                raise CannotRenewError(f"nothing is known of {table.label}")
            if (
                columns is None
                or before is None
                or columns != [(one["name"], one["type"]) for one in before["columns"]]
            ):
                raise CannotRenewError(f"{table.label} has other columns")
            rows = int(before["rows"])
            if texts := earlier.texts.get(table.label):
                query = source_query(table, [name for name, _ in columns], source, has_indicators, part)
                rows = _put(con, table, before, columns, texts, query)
            written.append(_told(before, columns, rows))
        kept = {(table.schema, table.name) for table in part.tables(public)}
        for (schema, name), columns in tables(con, "target").items():
            if schema == layout.SCHEMA:
                before = told[f"{schema}.{name}"]
                written.append(_told(before, columns, int(before["rows"])))
            elif (schema, name) not in kept:
                con.execute(f"DROP TABLE {relation(schema, name, 'target')}")
        written += [write_own(con, "target", table) for table in own]
    return written


def _told(before: Mapping[str, Any], columns: Sequence[tuple[str, str]], rows: int) -> dict[str, Any]:
    """What the manifest tells of a table that stays where it was."""
    told = {"schema": before["schema"], "name": before["name"], "rows": rows, "columns": list(columns)}
    return {**told, **({"within": before["within"]} if "within" in before else {})}


def _put(
    con: duckdb.DuckDBPyConnection,
    table: PublicTable,
    before: Mapping[str, Any],
    columns: Sequence[tuple[str, str]],
    texts: Sequence[str],
    query: str,
) -> int:
    """Put other texts in one table; the number of its rows."""
    if "within" in before:
        _prepare(con, table, texts, query)
        layout.retext(con, texts)
    elif int(before["rows"]) <= _SMALL:
        con.execute(f"DROP TABLE {relation(table.schema, table.name, 'target')}")
        return copy_table(con, table, [name for name, _ in columns], query)
    else:
        _rewrite(con, table, texts, query)
    return int(before["rows"])


def _rewrite(con: duckdb.DuckDBPyConnection, table: PublicTable, texts: Sequence[str], query: str) -> None:
    """Put other texts in a large table, where every indicator has one text of each kind."""
    target = relation(table.schema, table.name, "target")
    names = _prepare(con, table, texts, query)
    other = " or ".join(f"was.{identifier(name)} is distinct from texts.{identifier(name)}" for name in texts)
    changed = con.execute(
        f"select indicator_id from (select distinct indicator_id, {names} from {target}) as was"
        f" join texts using (indicator_id) where {other}"
    ).fetchall()
    assigned = ", ".join(f"{identifier(name)} = texts.{identifier(name)}" for name in texts)
    for (indicator,) in changed:
        # By its indicator alone, by which the table is sorted: all other blocks stay as they are.
        con.execute(
            f"UPDATE {target} SET {assigned} FROM texts WHERE texts.indicator_id = {literal(indicator)}"
            f" AND {target}.indicator_id = {literal(indicator)}"
        )


def _prepare(con: duckdb.DuckDBPyConnection, table: PublicTable, texts: Sequence[str], query: str) -> str:
    """Put the texts of each indicator in the table `texts`; their names for SQL."""
    names = ", ".join(map(identifier, texts))
    con.execute(f"create or replace temp table texts as select distinct indicator_id, {names} {query}")
    several = con.execute("select count(*) - count(distinct indicator_id) from texts").fetchone()
    if several != (0,):
        raise CannotRenewError(f"{table.label} has several texts per indicator")
    return names


def filled(
    file: Path,
    warehouse: Path,
    public: Sequence[PublicTable],
    own: Sequence[OwnTable],
    earlier: Earlier | None,
    part: Part,
    cores: int,
) -> tuple[list[dict[str, Any]], Earlier | None]:
    """Write the DuckDB file, going on from an earlier release where that can be done; what was written, and that release."""
    if earlier:
        try:
            return renew(file, warehouse, public, own, earlier, part=part, cores=cores), earlier
        except (CannotRenewError, duckdb.Error, OSError):
            file.unlink(missing_ok=True)
            file.with_name(f"{file.name}.wal").unlink(missing_ok=True)
    return fill(file, warehouse, public, own, cores=cores, part=part), None
