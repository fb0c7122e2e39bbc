"""The protected table of a source in the observation contract: what dbt reads, and all that ever leaves the vault."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from datawerkplaats.base.files import written
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue.partners import Micro, band_ages
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.disclosure import PUBLISHED_REASON
from datawerkplaats.loading.snapshot import (
    PROPERTY_COLUMNS,
    REGION_COLUMNS,
    Provenance,
    SnapshotFolder,
    reader_version,
    rows_sha256,
    write_labels,
)
from datawerkplaats.partners.beside import Beside
from datawerkplaats.partners.counting import ALL_AGES, BOTH, Counted, Key
from datawerkplaats.partners.expected import expected_counts
from datawerkplaats.partners.protection import rounded
from datawerkplaats.partners.residents import Residents
from datawerkplaats.partners.settled import Settled
from datawerkplaats.statistics.intervals import crude_rate, kish_design_effect, wilson_interval

PER, DECIMALS_FROM = 1_000.0, 1_000.0
_RESPONDENTS_BASE = 10
SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("measure_code", "region_code", "year", "sex", "age_band")]
    + [(name, pa.float64()) for name in ("value", "lower", "upper", "numerator", "denominator")]
    + [(name, pa.string()) for name in ("value_status", "suppression_reason")]
)
Row = dict[str, Any]
Weighted = Mapping[tuple[int, Key], tuple[list[float], list[bool]]]


def count_rows(
    counted: Counted,
    hidden: set[Key],
    micro: Micro,
    residents: Residents,
    settled: Settled | None = None,
    beside: Mapping[Key, Beside] | None = None,
) -> Iterator[Row]:
    """The counts of one year and what is made of them: nothing in a row comes from anything but what is shown.

    Of a corrected year, and of a cell told beside a small one, counts have the bounds that the margin gives, and those of
    rates and ratios are taken at these.
    """
    beside = beside or {}
    counts = settled.counts if settled else {key: float(part.sum()) for key, part in counted.cells.items()}
    all_shown = {key: rounded(count, micro) for key, count in counts.items() if key not in hidden}
    all_shown |= {key: told.value for key, told in beside.items()}
    expected = expected_counts(all_shown, micro, residents)
    for key in sorted(counted.cells):
        area, band, sex = key
        shown = all_shown.get(key)
        kind, age = micro.told_of(band)
        cell = (area, age, sex)
        margin = beside[key].margin if key in beside else settled.margin if settled else 0.0
        told = _row(
            micro.measures.count and micro.code_of(micro.measures.count, kind), counted.year, cell, shown
        )
        if shown is not None and margin:
            told |= {"lower": max(shown - margin, 0.0), "upper": shown + margin}
        yield told
        if micro.measures.ratio and key in expected:
            code = micro.code_of(micro.measures.ratio, kind)
            yield _ratio(code, counted.year, cell, shown, expected[key], margin)
        if kind:
            continue
        people = residents.of(area, band) if sex == BOTH else None
        if not micro.measures.rate or not people:
            continue
        row = _row(micro.measures.rate, counted.year, key, None)
        row["denominator"] = people
        if shown is not None:
            least, rate, most = (
                crude_rate([count], [people], multiplier=PER)
                for count in (max(shown - margin, 0.0), shown, shown + margin)
            )
            decimals = 0 if people < DECIMALS_FROM else 1
            figures = [round(float(part[0]), decimals) for part in (rate.value, least.lower, most.upper)]
            row |= dict(zip(("value", "lower", "upper"), figures, strict=True))
            row |= {"numerator": shown, "value_status": "observed", "suppression_reason": None}
        yield row


def _ratio(code: str, year: int, key: Key, shown: float | None, expected: float, margin: float) -> Row:
    """A count per 100 expected, with Byar's limits of the count, taken at its bounds where it has a margin."""
    row = _row(code, year, key, None)
    row["denominator"] = round(expected, 1)
    if shown is not None:
        least, ratio, most = (
            crude_rate([count], [row["denominator"]], multiplier=100.0)
            for count in (max(shown - margin, 0.0), shown, shown + margin)
        )
        figures = [round(float(part[0])) for part in (ratio.value, least.lower, most.upper)]
        row |= dict(zip(("value", "lower", "upper"), map(float, figures), strict=True))
        row |= {"numerator": shown, "value_status": "observed", "suppression_reason": None}
    return row


def share_rows(
    counted: Counted,
    hidden: set[Key],
    micro: Micro,
    weighted: Weighted,
    settled: Settled | None = None,
) -> Iterator[Row]:
    """The weighted shares of one year, in whole per cents with the interval that the weights leave.

    Of a corrected year the rows that stay are served as they were.
    """
    for key in sorted(counted.cells):
        weights, answers = weighted.get((counted.year, key), ([], []))
        row = _row(micro.measures.share, counted.year, key, None)
        if settled and key in settled.stay:
            row |= vars(settled.stay[key]) | {"value_status": "observed", "suppression_reason": None}
        elif key not in hidden and weights:
            share = float(np.average(np.array(answers, dtype=float), weights=np.array(weights)))
            size = len(weights)
            found = wilson_interval(
                [share * size], [size], multiplier=100, design_effect=kish_design_effect(weights)
            )
            figures = [round(float(part[0])) for part in (found.value, found.lower, found.upper)]
            row |= dict(zip(("value", "lower", "upper"), map(float, figures), strict=True))
            row |= {
                "denominator": float(_RESPONDENTS_BASE * round(size / _RESPONDENTS_BASE)),
                "value_status": "observed",
                "suppression_reason": None,
            }
        elif key not in hidden:
            row |= {"value_status": "missing", "suppression_reason": "not_collected"}
        yield row


def weighted_answers(
    micro: Micro, rows: pa.Table, residents: Residents, cells: Mapping[int, set[Key]]
) -> Weighted:
    """Per year and cell the weights and answers of its respondents."""
    found: dict[tuple[int, Key], tuple[list[float], list[bool]]] = {}
    bands = {band: _bands_with(band, micro) for band in micro.leaf_bands}
    for row in rows.to_pylist():
        for area in residents.chain(row["area"]):
            for band in bands[row["age_band"]]:
                for sex in (BOTH, row["sex"]):
                    if (area, band, sex) in cells.get(row["year"], ()):
                        weights, answers = found.setdefault((row["year"], (area, band, sex)), ([], []))
                        weights.append(row["weight"])
                        answers.append(row["answer"])
    return found


def _bands_with(leaf: str, micro: Micro) -> list[str]:
    first, last = band_ages(leaf)
    shown = {band for table in micro.tables for band in micro.bands(table)}
    return [ALL_AGES, *(b for b in shown if band_ages(b)[0] <= first and last <= band_ages(b)[1])]


def _row(measure: str | None, year: int, key: Key, value: float | None) -> Row:
    return {
        "measure_code": measure,
        "region_code": key[0],
        "year": str(year),
        "sex": key[2],
        "age_band": key[1],
        "value": value,
        "lower": None,
        "upper": None,
        "numerator": None,
        "denominator": None,
        "value_status": "suppressed" if value is None else "observed",
        "suppression_reason": PUBLISHED_REASON if value is None else None,
    }


def deliver(source: Source, settings: Settings, rows: Sequence[Row], private: Provenance) -> Provenance:
    """Make these rows the source's current snapshot, as any other delivery is; its provenance."""
    folder = SnapshotFolder(source, settings)
    workspace = folder.workspace()
    table = pa.Table.from_pylist(list(rows), schema=SCHEMA)
    with written(workspace / "data.parquet") as unfinished:
        pq.write_table(table, unfinished, compression="zstd")
    write_labels(workspace / "properties.parquet", [], PROPERTY_COLUMNS)
    write_labels(workspace / "regions.parquet", [], REGION_COLUMNS)
    content = hashlib.sha256(repr([tuple(row.values()) for row in rows]).encode()).hexdigest()
    provenance = Provenance(
        source_id=source.source_id,
        snapshot_id=content[:16],
        mode=settings.source,
        urls=(),
        table=None,
        source_modified=None,
        retrieved_at=private.retrieved_at,
        sha256=content,
        bytes=(workspace / "data.parquet").stat().st_size,
        rows=table.num_rows,
        columns=tuple(table.column_names),
        reader_version=reader_version(source),
        parts=(),
        notes=("counts and shares, protected against disclosure; the rows behind them are not kept here",),
        data_sha256=rows_sha256(workspace),
    )
    folder.accept(workspace, provenance)
    return provenance
