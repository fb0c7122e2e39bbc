"""The opened cells as a delivery: the same columns as every protected partner table, and who computed it beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from datawerkplaats.base import files
from datawerkplaats.catalogue.sources import JOINT
from datawerkplaats.disclosure import PUBLISHED_REASON
from datawerkplaats.partners.delivery import SCHEMA, Row, count_rows
from datawerkplaats.workplace.events import Event
from stations.frame import Key, counted_of, frame_of
from stations.request import Request, Terms


def source_id(joint_id: str) -> str:
    """The source that a joint table is delivered as."""
    return f"{JOINT}{joint_id}"


def write_result(folder: Path, request: Request, terms: Terms, log: Sequence[Event]) -> list[Path]:
    """Write the table of all years that were opened, and the statement of who approved and computed it.

    Args:
        folder: Where it comes.
        request: Any request of this joint table: its code lists are used.
        terms: The declaration.
        log: The shared log, which holds every opened cell.
    """
    bodies = [(one, json.loads(one.body)) for one in log]
    opened = {body["year"]: body for one, body in bodies if one.verb == "opened"}
    rows = [row for year, body in sorted(opened.items()) for row in _rows(year, body, request, terms)]
    table, statement = (
        folder / f"{source_id(request.joint_id)}.parquet",
        folder / f"{source_id(request.joint_id)}.json",
    )
    with files.written(table) as unfinished:
        pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), unfinished, compression="zstd")
    told = {
        "joint_id": request.joint_id,
        "parties": [[party.name, party.role] for party in request.parties],
        "approvals": [
            {"party": one.actor, "role": one.role, "reason": body["reason"], "contract": body["contract"], "at": body["at"]}
            for one, body in bodies
            if one.verb == "approved"
        ],
        "rounds": [
            {name: body[name] for name in ("year", "round", "cells")} | {"opened": len(body["values"])}
            for body in opened.values()
        ],
        "log_head": log[-1].hash if log else "",
    }  # fmt: skip
    files.write_text(statement, json.dumps(told, ensure_ascii=False, indent=1))
    return [table, statement]


def _rows(year: int, body: dict[str, Any], request: Request, terms: Terms) -> Iterator[Row]:
    _, keys = frame_of(terms.micro, year, request.codes, request.residents)
    counted = counted_of(terms.micro, year, (), request.codes, request.residents)
    values: dict[str, int] = body["values"]
    for key in keys:
        counted.cells[key][0] = values.get("|".join(key), 0)
    hidden = {key for key in keys if "|".join(key) not in values}
    for row in count_rows(counted, hidden, terms.micro, request.residents):
        if row["measure_code"] is not None:
            yield row
    for measure in terms.joint.measures:
        if measure.column is None:
            continue
        sums: dict[str, int] = body["amounts"].get(measure.column, {})
        for key in keys:
            name = "|".join(key)
            amount = float(sums[name]) if name in sums else None
            if amount is not None and measure.kind == "mean":
                amount = round(amount / values[name], 1)
            yield _row(measure.id, year, key, amount, float(values[name]) if name in values else None)


def _row(measure: str, year: int, key: Key, value: float | None, persons: float | None) -> Row:
    return {
        "measure_code": measure, "region_code": key[0], "year": str(year), "sex": key[2], "age_band": key[1],
        "value": value, "lower": None, "upper": None, "numerator": None, "denominator": persons,
        "value_status": "suppressed" if value is None else "observed",
        "suppression_reason": PUBLISHED_REASON if value is None else None,
    }  # fmt: skip
