"""What a reading process tells, as JSON: the outcome, never an object that could do something where it is received."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import orjson

from datawerkplaats.base.errors import PROBLEMS, DataProblem
from datawerkplaats.loading.result import IngestResult
from datawerkplaats.loading.snapshot import HasChangedError, Provenance
from datawerkplaats.loading.table_writer import Part

LONGEST = 16_000_000
_FIELDS = ("code", "subject", "where", "expected", "found", "remedy")


def told(outcome: IngestResult | list[str] | BaseException) -> bytes:
    """The outcome as bytes."""
    if isinstance(outcome, list):
        return orjson.dumps({"lines": outcome})
    if isinstance(outcome, IngestResult):
        result = {
            "status": outcome.status,
            "provenance": asdict(outcome.provenance) if outcome.provenance else None,
            "problem": _fields(outcome.problem) if outcome.problem else None,
        }
        return orjson.dumps({"result": result})
    if isinstance(outcome, HasChangedError):
        return orjson.dumps({"changed": str(outcome)})
    if isinstance(outcome, DataProblem):
        return orjson.dumps({"problem": _fields(outcome)})
    if isinstance(outcome, OSError) and outcome.errno:
        return orjson.dumps({"os_error": outcome.errno, "text": outcome.strerror or ""})
    return orjson.dumps({"ended": type(outcome).__name__})


def understood(reply: bytes) -> IngestResult:
    """The outcome again.

    Raises:
        HasChangedError: If only was looked, and there is something to load.
        DataProblem: If that is how it ended.
        OSError: If the disk did not hold what had to be written.
        ValueError: If the bytes are no outcome.
    """
    found = _outcome(reply)
    if "result" in found:
        result = found["result"]
        return IngestResult(
            result["status"],
            _provenance(result["provenance"]) if result["provenance"] else None,
            _problem(result["problem"]) if result["problem"] else None,
        )
    raise ValueError("no outcome")


def lines_of(reply: bytes) -> list[str]:
    """What a command that read something says.

    Raises:
        DataProblem: If that is how it ended.
        OSError: As `understood` does; ValueError too.
    """
    return [str(line) for line in _outcome(reply)["lines"]]


def _outcome(reply: bytes) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(reply)
    if "changed" in found:
        raise HasChangedError(found["changed"])
    if "problem" in found:
        raise _problem(found["problem"])
    if "os_error" in found:
        raise OSError(int(found["os_error"]), str(found["text"]))
    return found


def _fields(problem: DataProblem) -> dict[str, str]:
    return {name: getattr(problem, name) for name in _FIELDS}


def _problem(fields: dict[str, Any]) -> DataProblem:
    code = fields["code"] if fields["code"] in PROBLEMS else "unreadable_file"
    return DataProblem(code, **{name: str(fields[name]) for name in _FIELDS[1:]})


def _provenance(fields: dict[str, Any]) -> Provenance:
    parts = tuple(Part(**part) for part in fields.pop("parts"))
    fields |= {name: tuple(fields[name]) for name in ("urls", "columns", "notes")}
    left_out = tuple((file, column, n) for file, column, n in fields.pop("left_out"))
    return Provenance(**fields, parts=parts, left_out=left_out)
