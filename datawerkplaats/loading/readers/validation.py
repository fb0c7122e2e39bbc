"""Rules that every delivery must meet, whatever its form: region codes that exist, numbers that are numbers, unique keys."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import compress
from math import isfinite
from pathlib import Path
from typing import Any

import pyarrow as pa

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue.measures import ROW_NUMBER
from datawerkplaats.loading.arrow_columns import integer_column, number_column, text_column
from datawerkplaats.loading.readers.columns import ColumnNames, missing
from datawerkplaats.loading.readers.editions import Editions, check_agreement
from datawerkplaats.loading.readers.values import (
    NO_FIGURE,
    NUMBER,
    REGION_CODE,
    YEAR,
    Columns,
    as_text,
    coalesced,
    key_values,
    kind_of,
    nested_cell,
    repeated,
    trimmed,
    with_points,
)

_NUMBERS = {int, float, type(None)}
TYPES = {text_column: pa.string(), number_column: pa.float64(), integer_column: pa.int64()}


class TableRules:
    """Checks one delivery while it streams by, and gives its rows the types they are stored with.

    Texts stay as delivered, including padding; measures of a typed table become float64, so that the
    schema of a source never depends on whether an edition happens to hold a fraction; the row number is
    an int64.
    """

    def __init__(self, names: ColumnNames, subject: str) -> None:
        self.names, self.subject = names, subject
        self._make: dict[str, Callable[[Any], pa.Array]] = {
            name: number_column if name in names.numbers else text_column for name in names.written
        }
        if ROW_NUMBER in self._make:
            self._make[ROW_NUMBER] = integer_column
        self._texts_of_figures = set(names.measures) - names.numbers
        self.schema = pa.schema([(name, TYPES[make]) for name, make in self._make.items()])
        self.rows = 0
        # Rows that no region or year can be told of, per file, column and whether any of them holds a figure.
        self.left_out: Counter[tuple[str, str, bool]] = Counter()
        self._delivered_rows = 0
        self._starts: list[tuple[int, str]] = [(0, subject)]
        self._editions = Editions()
        self._keys = array("q")
        self._known_figures: set[str] = set()
        self._known_regions: set[str | None] = set()
        self._known_years: set[Any] = set()
        self._gemeenten: set[str] = set()
        self._parts: dict[str, tuple[str, int, str]] = {}

    def go_on_with(self, names: ColumnNames) -> None:
        """The next rows come from another file of the same table.

        Raises:
            DataProblem: `missing_column` if it has other columns.
        """
        if names.written != self.names.written:
            lacking = next((name for name in self.names.written if name not in names.written), "")
            other = next((name for name in names.written if name not in self.names.written), "")
            raise missing(
                names.subject, lacking or self.names.written[0], [other] if other else names.written
            )
        self.names, self.subject = names, names.subject
        self._delivered_rows = 0
        self._starts.append((self.rows, names.subject))

    def take(self, columns: Columns) -> tuple[Columns, pa.RecordBatch]:
        """The rows under the names and with the values they are stored with, and the same as Arrow, after the
        checks that can be done row by row.

        Raises:
            DataProblem: Naming the table or file, the column and the row.
        """
        try:
            return self._taken(columns)
        except TypeError as error:
            if (cell := nested_cell(columns)) is None:
                raise
            raise self._wrong_cell("nested_cell", *cell, "one text or number per cell") from error

    def _taken(self, columns: Columns) -> tuple[Columns, pa.RecordBatch]:
        if self.names.is_mapped:
            columns = self._mapped(columns)
        for name in self.names.measures:
            if name not in self.names.numbers:
                self._check_figures(name, columns[name])
        if self.names.region:
            self._check_regions(self.names.region, columns[self.names.region])
        if self.names.is_edition and self.names.period:
            self._check_years(self.names.period, columns[self.names.period])
        if self.names.is_edition and self.names.period and self.names.region:
            self._editions.claim(columns[self.names.period], columns[self.names.region], self.names)
        if self.names.keys:
            self._keys.extend(map(hash, key_values(columns, self.names.keys)))
        stored: dict[str, Sequence[Any]] = {}
        arrays = []
        for name in self.names.written:
            array_, stored[name] = self._array(name, columns[name])
            arrays.append(array_)
        batch = pa.RecordBatch.from_arrays(arrays, schema=self.schema)
        self.rows += batch.num_rows
        return stored, batch

    def _mapped(self, columns: Columns) -> Columns:
        """The declared columns, without the rows that name no region or no year: lists of regions also carry
        former ones.
        """
        check_agreement(self.names, columns, self._delivered_rows)
        self._delivered_rows += len(next(iter(columns.values())))
        columns = {name: coalesced(columns, taken) for name, taken in self.names.taken.items()}
        for name in filter(None, (self.names.region, self.names.period)):
            if all(columns[name]) or not self.names.taken[name]:
                continue
            told = [value is not None for value in columns[name]]
            for number in (i for i, is_told in enumerate(told) if not is_told):
                holds = any(columns[measure][number] is not None for measure in self.names.measures)
                self.left_out[self.subject, name, holds] += 1
            columns = {key: list(compress(values, told)) for key, values in columns.items()}
        return columns

    def finish(self, stored: Path) -> None:
        """The checks that need the whole table.

        Raises:
            DataProblem: `no_rows`, `unknown_region` or `duplicate_key`.
        """
        if self.rows == 0:
            raise no_rows(self.subject)
        if self._gemeenten and self.names.region:
            for gemeente, (code, row, subject) in self._parts.items():
                if gemeente not in self._gemeenten:
                    expected = "a region of a gemeente that is in the same table"
                    self.subject = subject
                    raise self._unknown_region(self.names.region, row, code, expected)
        if twice := repeated(self._keys):
            self._raise_duplicate(stored, twice)

    def _array(self, name: str, values: Sequence[Any]) -> tuple[pa.Array, Sequence[Any]]:
        """A column as Arrow, and its values as they are stored."""
        make = self._make[name]
        if make is text_column and name in self._texts_of_figures:
            values = with_points(values)
        try:
            if make is number_column:
                values = self._sound_numbers(name, values)
            made = make(values)
            # The numbers of a file may be whole where those of a service have a point: Arrow settles that.
            return made, values if make is text_column else made.to_pylist()
        except TypeError:
            pass
        if make is text_column:
            texts = [None if value is None else as_text(value) for value in values]
            return text_column(texts), texts
        figures = [self._figure(name, i, value) for i, value in enumerate(values)]
        figures = [v if v is None or make is number_column else int(v) for v in figures]
        return make(figures), figures

    def _figure(self, name: str, index: int, value: Any) -> float | None:
        if value is None or (isinstance(value, str) and value.strip() in NO_FIGURE):
            return None
        if isinstance(value, str) and not NUMBER.fullmatch(value):
            raise self._not_a_number(name, index, value)
        try:
            figure = float(value.replace(",", ".") if isinstance(value, str) else value)
        except (TypeError, ValueError, OverflowError) as error:
            raise self._not_a_number(name, index, value) from error
        if isinstance(value, bool) or not isfinite(figure):
            raise self._not_a_number(name, index, value)
        return figure

    def _sound_numbers(self, name: str, values: Sequence[Any]) -> Sequence[Any]:
        """The values, if none of them is true, false or a number without an end; texts are looked at one by one later."""
        kinds = set(map(type, values))
        if not kinds <= _NUMBERS or (
            float in kinds and not isfinite(sum(v for v in values if v is not None))
        ):
            for index, value in enumerate(values):
                if value is not None and not isinstance(value, str):
                    self._figure(name, index, value)
        return values

    def _check_figures(self, name: str, values: Sequence[Any]) -> None:
        if self._known_figures.issuperset(values):
            return
        for value in set(values) - self._known_figures:
            text = "" if value is None else str(value)
            if text.strip() not in NO_FIGURE and not NUMBER.fullmatch(text):
                raise self._not_a_number(name, values.index(value), value)
            self._known_figures.add(value)

    def _check_years(self, name: str, values: Sequence[Any]) -> None:
        if self._known_years.issuperset(values):
            return
        for value in set(values) - self._known_years:
            if not YEAR.fullmatch(trimmed(value)):
                expected = "a year such as 2022 or 2022JJ00"
                raise self._wrong_cell("not_a_year", name, values.index(value), value, expected)
            self._known_years.add(value)

    def _check_regions(self, name: str, values: Sequence[Any]) -> None:
        if self._known_regions.issuperset(values):
            return
        for value in set(values) - self._known_regions:
            code = str(value or "").strip()
            if not REGION_CODE.fullmatch(code):
                row = self._row(values.index(value))
                raise self._unknown_region(
                    name, row, code, "a code such as NL00, PV22, GG1101, GM1680, WK168001 or BU16800101"
                )
            self._known_regions.add(value)
            if code.startswith("GM"):
                self._gemeenten.add(code)
            elif code.startswith(("WK", "BU")):
                self._parts.setdefault("GM" + code[2:6], (code, self._row(values.index(value)), self.subject))

    def _raise_duplicate(self, stored: Path, twice: set[int]) -> None:
        """Finds the rows behind equal hashes; equal hashes of different keys are no problem."""
        import pyarrow.parquet as pq

        seen: dict[tuple[str, ...], int] = {}
        row = 0
        for batch in pq.ParquetFile(stored).iter_batches(columns=self.names.keys):
            for key in key_values(batch.to_pydict(), self.names.keys):
                row += 1
                if hash(key) not in twice:
                    continue
                if key in seen:
                    start, subject = next(place for place in reversed(self._starts) if place[0] < row)
                    raise DataProblem(
                        "duplicate_key",
                        subject=subject,
                        where=f"columns {', '.join(self.names.keys)}, row {row - start}",
                        expected="each combination once",
                        found=f"the same in row {seen[key] - start} and in row {row - start}",
                        remedy="remove one of the two rows, or ask the publisher which is right",
                    )
                seen[key] = row

    def _row(self, index: int) -> int:
        """The row's number in its own file."""
        return self.rows - self._starts[-1][0] + index + 1

    def _not_a_number(self, name: str, index: int, value: Any) -> DataProblem:
        expected = "a number, or an empty field or a dot where there is none"
        return self._wrong_cell("not_a_number", name, index, value, expected)

    def _wrong_cell(self, code: str, name: str, index: int, value: Any, expected: str) -> DataProblem:
        return DataProblem(
            code,
            subject=self.subject,
            where=f"column {name}, row {self._row(index)}",
            expected=expected,
            found=kind_of(value),
            remedy="correct the value in the delivery",
        )

    def _unknown_region(self, name: str, row: int, code: str, expected: str) -> DataProblem:
        return DataProblem(
            "unknown_region",
            subject=self.subject,
            where=f"column {name}, row {row}",
            expected=expected,
            found=kind_of(code),
            remedy="correct the code, or check that the delivery uses the source's classification of regions",
        )


def no_rows(subject: str) -> DataProblem:
    """The problem of a table without rows."""
    return DataProblem(
        "no_rows",
        subject=subject,
        expected="at least one row",
        found="0 rows",
        remedy="ask the publisher for a new delivery",
    )
