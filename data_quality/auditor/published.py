"""What an onlooker sees: the rows of a published file, read from its bytes (Parquet, CSV or DuckDB)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from datawerkplaats.base import duckdb
from datawerkplaats.base.errors import DataProblem

KEYS = ("measure", "period_id", "region_code", "age_band", "sex")
_REQUIRED = ("region_code", "age_band", "sex", "value")
_DEFAULTS: dict[str, object] = {
    "measure": "",
    "period_id": "",
    "region_level": "",
    "parent_code": "",
    "population": np.nan,
    "rate": np.nan,
    "rate_per": 100.0,
    "rounding_base": 0.0,
    "margin": 0.0,
    "suppression_reason": "",
}
_NUMBERS = ("value", "population", "rate", "rate_per", "rounding_base", "margin")


@dataclass(frozen=True)
class Published:
    """The rows of a publication with one number per row, NaN where a cell is empty, and the decimals of its
    rate.
    """

    name: str
    rows: pd.DataFrame


def read_published(path: Path, table: str = "") -> Published:
    """The rows of a published Parquet, CSV or DuckDB file (`table` is schema.table), as anyone would read
    them.

    Raises:
        DataProblem: If the file is of another kind or lacks a key.
    """
    kind = path.suffix.lower()
    if kind == ".parquet":
        rows = pd.read_parquet(path)
        decimals = None
    elif kind == ".csv":
        # Read as text first: the number of decimals is part of what a rate tells.
        rows = pd.read_csv(path, dtype=str, keep_default_na=False, sep=_separator(path), encoding="utf-8-sig")
        decimals = rows["rate"].map(_decimals) if "rate" in rows else None
    elif kind in (".duckdb", ".db"):
        with duckdb.connect_read_only(path) as connection:
            rows = connection.execute(f"SELECT * FROM {duckdb.relation(*table.split('.', 1))}").df()
        decimals = None
    else:
        raise DataProblem(
            "unsupported_file",
            subject=path.name,
            expected="parquet, csv or duckdb",
            remedy="publish one of these",
        )
    return from_rows(path.name, rows, decimals)


def _separator(path: Path) -> str:
    with path.open(encoding="utf-8-sig") as lines:
        return ";" if ";" in lines.readline() else ","


def _decimals(text: object) -> int:
    """How many decimals a number is written with; a float counts as its shortest text."""
    if text is None or text == "" or (isinstance(text, float) and np.isnan(text)):
        return 0
    number = Decimal(str(text))
    exponent = (number.normalize() if isinstance(text, float) else number).as_tuple().exponent
    return max(-int(exponent), 0)


def from_rows(name: str, rows: pd.DataFrame, decimals: pd.Series | None = None) -> Published:
    """A publication from rows in memory, with the same checks as a file.

    Raises:
        DataProblem: If a key column is missing or a key occurs twice.
    """
    missing = [column for column in _REQUIRED if column not in rows]
    if missing:
        raise DataProblem(
            "missing_column",
            subject=name,
            where=missing[0],
            expected=", ".join(_REQUIRED),
            found=", ".join(map(str, rows.columns[:12])),
            remedy="publish the keys of every cell, so that it can be audited",
        )
    columns = {**dict.fromkeys(_REQUIRED), **_DEFAULTS}
    frame = pd.DataFrame(
        {column: rows.get(column, default) for column, default in columns.items()}, index=rows.index
    )
    frame["decimals"] = frame["rate"].map(_decimals) if decimals is None else decimals
    for column in _NUMBERS:
        frame[column] = pd.to_numeric(frame[column], errors="coerce").astype(float)
    for column in (*KEYS, "region_level", "parent_code", "suppression_reason"):
        frame[column] = frame[column].fillna("").astype(str)
    twice = frame.duplicated(list(KEYS))
    if twice.any():
        raise DataProblem(
            "duplicate_key",
            subject=name,
            where="|".join(frame.loc[twice, list(KEYS)].iloc[0]),
            remedy="publish every cell once",
        )
    return Published(name, frame.reset_index(drop=True))


def parent_of(code: str, published_parent: str) -> str:
    """The area above: as published, else from the code (BU01060000 lies in WK010600, that in GM0106)."""
    if published_parent:
        return published_parent
    if code.startswith("BU") and len(code) == 10:
        return "WK" + code[2:8]
    return "GM" + code[2:6] if code.startswith("WK") and len(code) == 8 else ""


EVERYONE = (0, 200)


def age_range(band: str, everyone: tuple[int, int] = EVERYONE) -> tuple[int, int]:
    """The ages of a band as [from, to): 'all' and 'total' are `everyone` there is, '65+' has no end, '16-25' includes 25.

    Raises:
        DataProblem: If the band is none of these.
    """
    if band in ("all", "total", ""):
        return everyone
    if band.endswith("+") and band[:-1].isdigit():
        return int(band[:-1]), everyone[1]
    first, _, last = band.partition("-")
    if first.isdigit() and last.isdigit() and int(first) <= int(last):
        return int(first), int(last) + 1
    raise DataProblem(
        "expectation_failed",
        subject="age_band",
        found=band,
        expected="all, 65+ or 16-25",
        remedy="name the band by its ages",
    )


Floats = npt.NDArray[np.float64]
