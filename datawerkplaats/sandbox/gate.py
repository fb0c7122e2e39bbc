"""The gate for typed SQL: one statement that reads published tables, or a sentence why not.

The engine's own parser turns the text into a tree (`json_serialize_sql`); nothing is bound or run. Every
object in that tree must be of a kind on the lists below, so that syntax nobody has looked at is refused, also
syntax of a later engine version.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

import duckdb

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.sandbox.functions import FUNCTIONS, SERIES, TABLE_FUNCTIONS
from datawerkplaats.sandbox.series import MAX_STEPS, steps

SUBJECT = "SQL"
PUBLISHED_SCHEMAS = frozenset({"core", "mart", "indicator", "determinant", "outcome", "quality", "meta"})
# The file with what sources delivered is attached under this name, so that its tables are raw.measure and raw.observation.
RAW = "raw"
MAX_CHARACTERS = 20_000

_SCHEMA_VIEWS = frozenset({("information_schema", "tables"), ("information_schema", "columns")})
_SHOWN_LISTS = frozenset({"__show_tables_expanded", '"tables"'})
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

_EXPRESSIONS = frozenset(
    {
        "BETWEEN",
        "CASE",
        "CAST",
        "COLLATE",
        "COLUMN_REF",
        "COMPARISON",
        "CONJUNCTION",
        "CONSTANT",
        "FUNCTION",
        "LAMBDA",
        "LAMBDA_REF",
        "OPERATOR",
        "POSITIONAL_REFERENCE",
        "STAR",
        "SUBQUERY",
        "TYPE",
        "WINDOW",
    }
)
_NODES = frozenset(
    {
        "SELECT_NODE",
        "SET_OPERATION_NODE",
        "RECURSIVE_CTE_NODE",
        "BASE_TABLE",
        "SUBQUERY",
        "JOIN",
        "TABLE_FUNCTION",
        "PIVOT",
        "EXPRESSION_LIST",
        "EMPTY",
        "EMPTY_FROM",
        "SHOW_REF",
        "ORDER_MODIFIER",
        "LIMIT_MODIFIER",
        "LIMIT_PERCENT_MODIFIER",
        "DISTINCT_MODIFIER",
        "ORDER_DEFAULT",
        "ASCENDING",
        "DESCENDING",
    }
)


def _refusal(code: str, where: object = "", found: str = "") -> DataProblem:
    # Names come from what was typed: shortened, so that a sentence stays a sentence.
    return DataProblem(code, subject=SUBJECT, where=str(where)[:120], found=found[:300])


def published_tables(con: duckdb.DuckDBPyConnection) -> frozenset[tuple[str, str]]:
    """The (schema, table) pairs of the published schemas in the open file and of what is attached as raw, in lower case."""
    rows = con.execute(
        f"select if(database_name = '{RAW}', '{RAW}', lower(schema_name)), lower(table_name) from duckdb_tables()"
        " where not internal"
        f" union select lower(schema_name), lower(view_name) from duckdb_views() where not internal and database_name != '{RAW}'"
    ).fetchall()
    return frozenset((schema, table) for schema, table in rows if schema in PUBLISHED_SCHEMAS | {RAW})


def parse(con: duckdb.DuckDBPyConnection, sql: str) -> dict[str, Any]:
    """What the parser makes of the text: `statements`, or `error` with its message.

    Raises:
        DataProblem: `query_too_complex` for a text that is too long or nested too deeply.
    """
    if len(sql) > MAX_CHARACTERS:
        raise _refusal("query_too_complex", found=f"{len(sql)} > {MAX_CHARACTERS}")
    if "\x00" in sql:
        # The parser would stop there and never see what follows.
        raise _refusal("query_construct_not_allowed", "U+0000")
    try:
        # As a quoted text rather than a parameter, for which engine 1 would import pandas: half a second per
        # process.
        quoted = sql.replace("'", "''")
        row = con.execute(f"select json_serialize_sql('{quoted}')").fetchone()
        tree: dict[str, Any] = json.loads(row[0]) if row else {}
    except RecursionError:
        raise _refusal("query_too_complex") from None
    return tree


def check(con: duckdb.DuckDBPyConnection, sql: str, tables: Iterable[tuple[str, str]]) -> None:
    """Lets a text through that is one allowed reading statement.

    Args:
        con: Any connection; only its parser is used.
        sql: What was typed.
        tables: The (schema, table) pairs that may be read, in lower case.

    Raises:
        DataProblem: One of the `query_…` codes, saying what is not allowed.
    """
    tree = parse(con, sql)
    if tree.get("error", True):
        message = str(tree.get("error_message", ""))
        if "expression depth limit" in message:
            raise _refusal("query_too_complex")
        code = "query_syntax" if tree.get("error_type") == "parser" else "query_not_one_select"
        place = f"{tree['position']}" if tree.get("position") else ""
        raise _refusal(code, place, message if code == "query_syntax" else "")
    statements = tree["statements"]
    # The parser that will run the text must see the same single statement as the one that drew the tree.
    # What it does not read after all is nested more deeply than this connection allows.
    try:
        kinds = [statement.type.name for statement in con.extract_statements(sql)]
    except duckdb.ParserException:
        raise _refusal("query_too_complex") from None
    if len(statements) != 1 or kinds != ["SELECT"]:
        raise _refusal("query_not_one_select")
    if statements[0].get("named_param_map"):
        raise _refusal("query_construct_not_allowed", "?")
    try:
        _Walk(frozenset(tables)).visit(statements[0]["node"], frozenset())
    except RecursionError:
        raise _refusal("query_too_complex") from None


def _path(node: dict[str, Any], *parts: str) -> list[str]:
    """A qualified name, outermost part first; engine 2 keeps it in one list, engine 1 in separate fields."""
    named = [str(node[part]) for part in parts if node.get(part)]
    qualified = [str(part) for part in (node.get("qualified_name") or {}).get("path") or []]
    if qualified and qualified[-len(named) :] != named:
        return [*qualified, *named]
    return [part.lower() for part in qualified or named]


class _Walk:
    """One pass over a tree; a table without schema is a WITH query in scope there, or the only published one of that name."""

    def __init__(self, tables: frozenset[tuple[str, str]]) -> None:
        self._tables = tables | _SCHEMA_VIEWS
        names = [table for _, table in tables]
        self._unqualified = frozenset(name for name in names if names.count(name) == 1)

    def visit(self, node: Any, scope: frozenset[str]) -> None:
        if isinstance(node, list):
            for item in node:
                self.visit(item, scope)
        elif isinstance(node, dict):
            if "class" in node:
                self._expression(node, scope)
            elif isinstance(node.get("type"), str):
                self._node(node, scope)
            elif "is_null" not in node:  # a literal value holds nothing that could be run
                self._inside(node, scope)

    def _inside(self, node: dict[str, Any], scope: frozenset[str], *skipped: str) -> None:
        for key, value in node.items():
            if key not in skipped:
                self.visit(value, scope)

    def _expression(self, node: dict[str, Any], scope: frozenset[str]) -> None:
        kind = node["class"]
        if kind not in _EXPRESSIONS:
            raise _refusal("query_construct_not_allowed", kind)
        if kind == "CONSTANT":
            return
        if kind in ("FUNCTION", "WINDOW"):
            self._function(node, FUNCTIONS)
        self._inside(node, scope, "cast_type")

    def _function(self, node: dict[str, Any], allowed: frozenset[str]) -> None:
        path = _path(node, "catalog", "schema", "function_name")
        # What stands before the name is a schema or, in `name.upper()`, a column; the name alone decides.
        if not path or path[-1] not in allowed:
            raise _refusal("query_function_not_allowed", ".".join(path))
        if path[-1] in SERIES:
            _bounded(node, path[-1])

    def _node(self, node: dict[str, Any], scope: frozenset[str]) -> None:
        kind = node["type"]
        if kind not in _NODES:
            raise _refusal("query_construct_not_allowed", kind)
        if kind == "BASE_TABLE":
            self._table(node, scope)
        elif kind == "SHOW_REF":
            self._show(node)
        elif kind == "PIVOT" and any(pivot.get("pivot_enum") for pivot in node.get("pivots", [])):
            raise _refusal("query_construct_not_allowed", "PIVOT … IN enum")
        elif kind == "TABLE_FUNCTION":
            self._function(node["function"], TABLE_FUNCTIONS)
            self._inside(node["function"], scope)
            self._inside(node, scope, "function")
            return
        if kind == "RECURSIVE_CTE_NODE":
            scope = scope | {str(node["cte_name"]).lower()}
        self._inside(node, self._with(node, scope), "cte_map")

    def _with(self, node: dict[str, Any], scope: frozenset[str]) -> frozenset[str]:
        """The scope inside a node: each WITH query sees the ones before it, the body sees them all."""
        for entry in (node.get("cte_map") or {}).get("map") or []:
            # A name that is also a file or a system view would be read where the WITH query is out of scope.
            if not _PLAIN_NAME.fullmatch(entry["key"]):
                raise _refusal("query_construct_not_allowed", f"WITH {entry['key']}")
            self.visit(entry["value"], scope)
            scope = scope | {entry["key"].lower()}
        return scope

    def _table(self, node: dict[str, Any], scope: frozenset[str]) -> None:
        path = _path(node, "catalog_name", "schema_name", "table_name")
        alone = len(path) == 1 and (path[0] in scope or path[0] in self._unqualified)
        known = alone or (len(path) > 1 and tuple(path) in self._tables)
        if not known:
            raise _refusal("query_table_not_published", ".".join(path))
        if node.get("at_clause"):
            raise _refusal("query_construct_not_allowed", "AT")

    def _show(self, node: dict[str, Any]) -> None:
        """DESCRIBE and SUMMARIZE hold a query, walked like any other; otherwise only the list of tables."""
        path = _path(node, "catalog_name", "schema_name", "table_name")
        of_a_query = node.get("query") is not None and not path
        of_the_file = node.get("query") is None and len(path) == 1 and path[0] in _SHOWN_LISTS
        if not (of_a_query or of_the_file):
            raise _refusal("query_construct_not_allowed", f"SHOW {'.'.join(path)}")


def _bounded(node: dict[str, Any], name: str) -> None:
    count = steps(node)
    if count is None or count > MAX_STEPS:
        raise _refusal("query_range_not_bounded", name, found="" if count is None else f"{count:.0f}")
