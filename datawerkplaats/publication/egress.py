"""The egress gate: nothing goes out of which is not declared what it is, and nothing that tells of few people.

Looks at the finished candidate, both of its files, and at the documents beside it. Whether hidden cells of partners can be worked
out from all releases together is the question of another gate (`data_quality.disclosure_gate`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import yaml

from datawerkplaats.base.duckdb import attach, connect_memory, identifier, literal, relation, tables
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.files import write_text
from datawerkplaats.catalogue import Catalogue
from datawerkplaats.catalogue.egress import FILE, KINDS, Egress, Kind, TableDeclared, load_egress
from datawerkplaats.publication.candidate import Candidate, Gate
from datawerkplaats.publication.checks import CheckResult

MINIMUM = 10
# What open sources delivered is attached under this name; its tables are declared as raw.measure and raw.observation.
RAW = "raw"
PROPOSAL = "egress_proposal.yml"
# Documents that lie beside the release in the folder of publications, by the name under which they are declared.
DOCUMENTS = ("notices.json", "last_run.json", "current.json")
_PERSONS = ("person_level", "survey")


def egress_gate(catalogue: Catalogue, folder: Path, data_docs: Path | None = None) -> Gate:
    """The gate for what is declared in this catalogue; a proposal for what is not is left in `folder`.

    `data_docs` is the folder with the results that the Data Docs are made of.
    """

    def gate(candidate: Candidate) -> dict[str, Any]:
        declared = load_egress(catalogue.folder)
        found = proposal([path for path in (candidate.path, candidate.predicted) if path], declared)
        if found:
            write_text(folder / PROPOSAL, yaml.safe_dump({"tables": found}, sort_keys=False, width=120))
        else:
            (folder / PROPOSAL).unlink(missing_ok=True)
        looked = judge(candidate, declared, persons(catalogue))
        return {**looked, "data_docs": judge_data_docs(data_docs, declared) if data_docs else 0}

    return gate


def persons(catalogue: Catalogue) -> frozenset[str]:
    """The sources whose rows, or whose tables, derive from rows of persons that were handed to us or computed jointly."""
    return frozenset(
        source_id
        for source_id, source in catalogue.sources.items()
        if source.disclosure in _PERSONS or source.micro or source.computed_jointly
    )


@dataclass
class _File:
    con: duckdb.DuckDBPyConnection
    name: str
    is_predicted: bool
    declared: Egress
    persons: frozenset[str]


def judge(candidate: Candidate, declared: Egress, of_persons: frozenset[str]) -> dict[str, Any]:
    """What was looked at: tables, columns and documents.

    Raises:
        DataProblem: `egress_undeclared` or `egress_refused`, naming table and column and never a value.
    """
    looked = {"tables": 0, "columns": 0, "documents": 0}
    with connect_memory() as con:
        for path, name in (
            (candidate.path, "figures"),
            (candidate.predicted, "predicted"),
            (candidate.raw if candidate.raw and candidate.raw.exists() else None, RAW),
        ):
            if path is None:
                continue
            attach(con, path, name)
            file = _File(con, name, name == "predicted", declared, of_persons)
            for (schema, table), columns in tables(con, name).items():
                _judge_table(file, schema, table, [column for column, _ in columns])
                looked["tables"] += 1
                looked["columns"] += len(columns)
    for name in DOCUMENTS:
        looked["documents"] += _judge_document(candidate.path.parent.parent / name, declared)
    return looked


def in_tens(number: int | None) -> int | None:
    """A number of rows of persons as it may be told: to the nearest ten, and not at all below it."""
    return None if number is None or 0 < number < MINIMUM else (number + 5) // 10 * 10


def without_exact_numbers(checks: Sequence[CheckResult], of_persons: frozenset[str]) -> list[CheckResult]:
    """The results with numbers of rows of persons to the nearest ten, and without those below it."""
    return [
        replace(row, violated=in_tens(row.violated), denominator=in_tens(row.denominator))
        if row.subject_kind == "source" and row.subject in of_persons
        else row
        for row in checks
    ]


def _judge_table(file: _File, schema: str, table: str, columns: list[str]) -> None:
    label = f"{RAW if file.name == RAW else schema}.{table}"
    about = file.declared.tables.get(label)
    unknown = [name for name in columns if about is None or name not in about.names]
    if about is None or unknown:
        raise _undeclared(f"{label}.{unknown[0]}" if unknown else label, len(unknown))
    own_file = (
        ("predicted", "both", "by_indicator") if file.is_predicted else ("figures", "both", "by_indicator")
    )
    if about.place not in own_file and label != "meta.publication":
        raise _refused(
            label, "predictions in the file that needs a decision, and figures in the other", about.place
        )
    if not file.is_predicted and about.place != "both":
        _judge_predictions(file, schema, table, columns)
    if about.persons:
        _judge_persons(file, schema, table, about, columns)


def _judge_predictions(file: _File, schema: str, table: str, columns: list[str]) -> None:
    """Refuse a row of a source that predicts, or of its indicator, in the file that everybody reads."""
    listed = ", ".join(literal(source) for source in sorted(file.declared.predicted)) or "null"
    conditions = [f"source_id in ({listed})"] if "source_id" in columns and table != "dim_source" else []
    if "indicator_id" in columns and ("core", "dim_indicator") in tables(file.con, file.name):
        known = relation("core", "dim_indicator", file.name)
        conditions.append(f"indicator_id in (select indicator_id from {known} where source_id in ({listed}))")
    for condition in conditions:
        found = _count(file, schema, table, condition)
        if found:
            raise _refused(f"{schema}.{table}", "no row that is predicted", f"{found} rows")


def _judge_persons(file: _File, schema: str, table: str, about: TableDeclared, columns: list[str]) -> None:
    """Refuse counts below the minimum, counts that are not rounded as declared, and shares with more digits than declared."""
    rows = _rows_of_persons(file, about, columns)
    label = f"{schema}.{table}"
    counted = [(name, rows) for name in about.people]
    counted += [
        (name, f"{rows} and {_in_unit(file, unit)}") for name, unit in about.counts_where_unit.items()
    ]
    for name, counts in counted:
        column = identifier(name)
        if small := _count(file, schema, table, f"{counts} and {column} > 0 and {column} < {MINIMUM}"):
            raise _refused(
                f"{label}.{name}", f"counts of people of {MINIMUM} or more", f"{small} smaller ones"
            )
        if loose := _count(file, schema, table, f"{counts} and {column} % {about.round_to} != 0"):
            raise _refused(f"{label}.{name}", f"multiples of {about.round_to}", f"{loose} others")
    for name in about.derived_from_counts:
        most = about.decimals.get(name, about.decimals.get("*"))
        column = identifier(name)
        if most is None:
            continue
        if loose := _count(file, schema, table, f"{rows} and abs({column} - round({column}, {most})) > 1e-9"):
            raise _refused(f"{label}.{name}", f"at most {most} decimals", f"{loose} with more")


def _rows_of_persons(file: _File, about: TableDeclared, columns: list[str]) -> str:
    """The condition on rows that derive from persons."""
    if about.persons != "by_source":
        return "true"
    listed = ", ".join(literal(source) for source in sorted(file.persons)) or "null"
    for name in ("source_id", "subject"):
        if name in columns:
            return f"{identifier(name)} in ({listed})"
    known = relation("core", "dim_indicator", file.name)
    return f"indicator_id in (select indicator_id from {known} where source_id in ({listed}))"


def _in_unit(file: _File, unit: str) -> str:
    known = relation("core", "dim_indicator", file.name)
    return f"indicator_id in (select indicator_id from {known} where unit = {literal(unit)})"


def _count(file: _File, schema: str, table: str, condition: str) -> int:
    query = f"select count(*) from {relation(schema, table, file.name)} where {condition}"
    row = file.con.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def _judge_document(path: Path, declared: Egress) -> int:
    """1 if there is such a document and every field of it is declared."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return 0
    require_declared(path.name, content, declared)
    return 1


def judge_data_docs(folder: Path, declared: Egress) -> int:
    """How many results of checks were looked at: each says whether a rule holds, and holds nothing of any row.

    Raises:
        DataProblem: `egress_undeclared` or `egress_refused`.
    """
    looked = 0
    for path in sorted(folder.rglob("*.json")):
        for entry in json.loads(path.read_text(encoding="utf-8")).get("results", []):
            require_declared("data_docs", entry, declared)
            if entry.get("result"):
                raise _refused(
                    f"Data Docs, {path.parts[len(folder.parts)]}", "a result without values", "values of rows"
                )
            looked += 1
    return looked


def require_declared(name: str, content: Any, declared: Egress) -> None:
    """Nothing, if every field of a document (or of each entry in a list) is declared under its name.

    Raises:
        DataProblem: `egress_undeclared`.
    """
    about = declared.documents.get(name)
    for entry in content if isinstance(content, list) else [content]:
        unknown = sorted(set(entry) - about.names) if about and isinstance(entry, Mapping) else sorted(entry)
        if about is None or unknown:
            raise _undeclared(f"{name}, {unknown[0]}" if unknown else name, len(unknown))


def _undeclared(subject: str, number: int) -> DataProblem:
    return DataProblem(
        "egress_undeclared",
        subject=subject,
        expected=f"each column and field in catalogue/{FILE}, as one of {', '.join(KINDS)}",
        found=f"{number} undeclared here" if number else "nothing declared",
        remedy="`dwp egress` shows a proposal: read it and add it; what was published stays served",
    )


def _refused(subject: str, expected: str, found: str) -> DataProblem:
    return DataProblem(
        "egress_refused",
        subject=subject,
        expected=expected,
        found=found,
        remedy="round, merge or leave it out where it is made, then build again; what was published stays served",
    )


_GUESSES: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    ("area_id", ("region_code", "region_id", "gemeente_code", "wijk_code", "province_code", "geometry")),
    ("count", ("people", "events", "rows", "numerator", "denominator", "population", "n_", "cells", "count")),
    ("estimate", ("expected", "predicted", "estimate", "weight")),
    ("derived_from_counts", ("value", "lower", "upper", "share", "rate", "mean", "min", "max")),
)


def proposal(files: Sequence[Path], declared: Egress) -> dict[str, dict[str, list[str]]]:
    """Per table of DuckDB files the columns that are not declared, each under a guess of what it is: for a person to read."""
    found: dict[str, dict[str, list[str]]] = {}
    with connect_memory() as con:
        for number, file in enumerate(files):
            attach(con, file, f"file_{number}")
            for (schema, table), columns in tables(con, f"file_{number}").items():
                label = f"{schema}.{table}"
                known = declared.tables[label].names if label in declared.tables else set()
                for name, kind in columns:
                    if name not in known:
                        found.setdefault(label, {}).setdefault(_guess(name, kind), []).append(name)
    return found


def _guess(name: str, kind: str) -> Kind:
    is_number = kind.endswith("INT") or kind in ("INTEGER", "DOUBLE", "FLOAT", "HUGEINT")
    for found, parts in _GUESSES:
        if any(part in name for part in parts) and (is_number or found == "area_id"):
            return found
    return "catalogue_text"
