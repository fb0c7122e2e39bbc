"""How many steps a series in a typed query can have: of whole numbers, of years in the data, or of dates.

A bound against a slip of the keyboard, which would become a thousand million rows. What a column that is called `year` holds is
believed here; the limits of the process hold where it is not so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

MAX_STEPS = 1_000_000

_DAY = 86_400.0
# Seconds per unit; of what differs in length the shortest.
_UNITS = {
    "microsecond": 1e-6, "millisecond": 1e-3, "second": 1.0, "minute": 60.0, "hour": 3_600.0, "day": _DAY, "week": 7 * _DAY,
    "month": 28 * _DAY, "quarter": 90 * _DAY, "year": 365 * _DAY, "decade": 3_650 * _DAY,
}  # fmt: skip
_SPAN = re.compile(rf"(\d{{1,6}})\s*({'|'.join(_UNITS)})s?")
_NOW = frozenset({"today", "now", "current_date", "current_timestamp", "get_current_timestamp"})
# What these give is a year, a place in the calendar or the length of a list: small whatever they are asked of.
_SMALL = frozenset({"year", "isoyear", "month", "quarter", "day", "week", "len", "length", "array_length"})
_YEARS = frozenset({"year", "jaar"})
_WHOLE_TYPES = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT"})
_MAX_SMALL = 9_999.0


@dataclass(frozen=True)
class _Value:
    """Bounds of a whole number, of a moment in seconds, or of the length of a time in seconds."""

    kind: str
    low: float
    high: float


def steps(node: dict[str, Any]) -> float | None:
    """The most steps that a call of `range` or `generate_series` can have; None where nobody can tell."""
    values = [_value(argument) for argument in _arguments(node)]
    if not 1 <= len(values) <= 3 or None in values:
        return None
    known = [value for value in values if value is not None]
    if len(known) == 1:
        known = [_Value("number", 0, 0), *known]
    if len(known) == 2:
        known.append(_Value("number", 1, 1))
    start, stop, step = known
    if start.kind != stop.kind or step.kind != {"number": "number", "moment": "span"}.get(start.kind):
        return None
    if step.low <= 0 <= step.high:
        return None
    widest = max(stop.high - start.low, start.high - stop.low)
    return widest / min(abs(step.low), abs(step.high))


def _arguments(node: dict[str, Any]) -> list[Any]:
    """What a function is called with, as engine 1 (`children`) or engine 2 (`arguments`) writes it."""
    return node.get("children") or [argument.get("expression") for argument in node.get("arguments") or []]


def _type(node: dict[str, Any]) -> str:
    """The name of the type of a cast, as engine 1 (`cast_type`) or engine 2 (`type_expr`) writes it."""
    told = node.get("cast_type") or {}
    return str(told.get("id") or (node.get("type_expr") or {}).get("type_name", "")).upper()


def _value(node: Any) -> _Value | None:
    if not isinstance(node, dict):
        return None
    kind = node.get("class")
    if kind == "CONSTANT":
        return _whole(_text(node))
    if kind == "CAST":
        return _cast(node)
    if kind == "COLUMN_REF":
        return _column(str(node["column_names"][-1]).lower())
    if kind == "FUNCTION":
        return _call(str(node.get("function_name", "")).lower(), _arguments(node))
    return None


def _column(name: str) -> _Value | None:
    if name in _NOW:  # written without brackets it looks like a column
        return _Value("moment", 0, 200 * _UNITS["year"])
    return _small() if name in _YEARS else None


def _small() -> _Value:
    return _Value("number", 0, _MAX_SMALL)


def _text(node: Any) -> str:
    """A literal, as engine 1 (`value`) or engine 2 (`literal`) writes it; empty for what is none."""
    if not isinstance(node, dict) or node.get("class") != "CONSTANT":
        return ""
    content = node.get("literal") or node.get("value") or {}
    return str(content.get("text", content.get("value")))


def _whole(text: str) -> _Value | None:
    return _Value("number", int(text), int(text)) if re.fullmatch(r"-?[0-9]{1,9}", text) else None


def _cast(node: dict[str, Any]) -> _Value | None:
    wanted, inside = _type(node), node.get("child")
    if wanted in _WHOLE_TYPES:
        return _value(inside)
    text = _text(inside)
    if wanted == "INTERVAL":
        found = _SPAN.fullmatch(text.strip().lower())
        return _span(found[2], float(found[1])) if found else None
    if wanted == "DATE" or wanted.startswith("TIMESTAMP"):
        try:
            moment = (
                datetime.fromisoformat(text.strip()).replace(tzinfo=None) - datetime(1970, 1, 1)
            ).total_seconds()
        except ValueError:
            return _value(inside)
        return _Value("moment", moment, moment)
    return None


def _span(unit: str, amount: float) -> _Value:
    return _Value("span", amount * _UNITS[unit], amount * _UNITS[unit])


def _call(name: str, children: list[Any]) -> _Value | None:
    if name in _NOW:
        return _Value("moment", 0, 200 * _UNITS["year"])
    if name in _SMALL:
        return _small()
    if name in ("min", "max") and len(children) == 1:
        return _value(children[0])
    if name.startswith("to_") and name[3:-1] in _UNITS and len(children) == 1:
        amount = _amount(children[0])
        return _span(name[3:-1], amount) if amount else None
    values = [_value(child) for child in children]
    if name not in ("+", "-", "*") or None in values:
        return None
    return _computed(name, [value for value in values if value is not None])


def _computed(sign: str, values: list[_Value]) -> _Value | None:
    if any(value.kind != "number" for value in values):
        return None
    if len(values) == 1 and sign == "-":
        return _Value("number", -values[0].high, -values[0].low)
    if len(values) != 2:
        return None
    one, other = values
    if sign == "+":
        return _Value("number", one.low + other.low, one.high + other.high)
    if sign == "-":
        return _Value("number", one.low - other.high, one.high - other.low)
    products = [left * right for left in (one.low, one.high) for right in (other.low, other.high)]
    return _Value("number", min(products), max(products))


def _amount(node: Any) -> float | None:
    """The number in `interval 3 months`, which the parser wraps in casts and a function that cuts off decimals."""
    while isinstance(node, dict) and node.get("class") != "CONSTANT":
        children = _arguments(node)
        is_cut = str(node.get("function_name", "")).lower() == "trunc" and len(children) == 1
        node = node.get("child") if node.get("class") == "CAST" else children[0] if is_cut else None
    found = _whole(_text(node))
    return found.low if found else None
