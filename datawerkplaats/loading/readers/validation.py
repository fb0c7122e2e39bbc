"""Rules that every delivery must meet, whatever its form: region codes that exist, numbers that are
numbers, keys that are unique.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations, compress, product
from pathlib import Path
from typing import Any

import pyarrow as pa

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.loading.arrow_columns import integer_column, number_column, text_column
from datawerkplaats.loading.readers.columns import ROW_NUMBER, ColumnNames, ambiguous

# Country, part of the country, province, COROP area, GGD region (two ways of coding), gemeente, wijk,
# buurt. In newer editions the last characters of a wijk may be letters (WK0363AA).
REGION_CODE = re.compile(
    r"NL\d\d|LD\d\d|PV\d\d|CR\d\d|CG\d\d|GG\d{4}|GM\d{4}|WK\d{4}[0-9A-Z]{2}|BU\d{4}[0-9A-Z]{4}"
)
NUMBER = re.compile(r"\s*-?\d+(?:[.,]\d+)?\s*")
SAME_YEAR = re.compile(r"(\d+)(?:[.,]0+|JJ00)")
# How publishers write that there is no figure: suppressed, secret, not measured, or one of the suppression
# codes $4-$7.
NO_FIGURE = frozenset({"", ".", "x", "X", "-", "$4", "$5", "$6", "$7"})
Columns = Mapping[str, Sequence[Any]]
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
        self.schema = pa.schema([(name, TYPES[make]) for name, make in self._make.items()])
        self.rows = 0
        self.left_out = 0
        self._delivered_rows = 0
        self._keys = array("q")
        self._known_figures: set[str] = set()
        self._known_regions: set[str | None] = set()
        self._gemeenten: set[str] = set()
        self._parts: dict[str, tuple[str, int]] = {}

    def take(self, columns: Columns) -> tuple[Columns, pa.RecordBatch]:
        """The rows under the names and with the values they are stored with, and the same as Arrow, after the
        checks that can be done row by row.

        Raises:
            DataProblem: Naming the table or file, the column and the row.
        """
        if self.names.is_mapped:
            columns = self._mapped(columns)
        for name in self.names.measures:
            if name not in self.names.numbers:
                self._check_figures(name, columns[name])
        if self.names.region:
            self._check_regions(self.names.region, columns[self.names.region])
        if self.names.keys:
            self._keys.extend(map(hash, _key_values(columns, self.names.keys)))
        stored: dict[str, Sequence[Any]] = {}
        arrays = []
        for name in self.names.written:
            array_, stored[name] = self._array(name, columns[name])
            arrays.append(array_)
        batch = pa.RecordBatch.from_arrays(arrays, schema=self.schema)
        self.rows += batch.num_rows
        return stored, batch

    def _mapped(self, columns: Columns) -> Columns:
        """The declared columns, without the rows that name no region: lists of regions also carry former
        ones.
        """
        for name, candidates in self.names.taken.items():
            rivals = product(candidates, self.names.rivals.get(name, ()))
            self._check_agreement(name, columns, [*combinations(candidates, 2), *rivals])
        self._delivered_rows += len(next(iter(columns.values())))
        columns = {name: _coalesced(columns, taken) for name, taken in self.names.taken.items()}
        if self.names.region is None or all(columns[self.names.region]):
            return columns
        named = [code is not None for code in columns[self.names.region]]
        self.left_out += named.count(False)
        return {name: list(compress(values, named)) for name, values in columns.items()}

    def _check_agreement(self, column: str, columns: Columns, pairs: list[tuple[str, str]]) -> None:
        """Columns that one value may be taken from say the same wherever two of them say anything."""
        for one, other in pairs:
            for row, (mine, theirs) in enumerate(zip(columns[one], columns[other], strict=True), 1):
                if mine != theirs and _contradict(mine, theirs):
                    where = f"row {self._delivered_rows + row}"
                    raise ambiguous(self.names.subject, where, column, (one, other))

    def finish(self, stored: Path) -> None:
        """The checks that need the whole table.

        Raises:
            DataProblem: `no_rows`, `unknown_region` or `duplicate_key`.
        """
        if self.rows == 0:
            raise no_rows(self.subject)
        if self._gemeenten and self.names.region:
            for gemeente, (code, row) in self._parts.items():
                if gemeente not in self._gemeenten:
                    expected = f"a region of a gemeente in the same table; {gemeente} is not in it"
                    raise self._unknown_region(self.names.region, row, code, expected)
        if twice := _repeated(self._keys):
            self._raise_duplicate(stored, twice)

    def _array(self, name: str, values: Sequence[Any]) -> tuple[pa.Array, Sequence[Any]]:
        """A column as Arrow, and its values as they are stored."""
        make = self._make[name]
        try:
            made = make(values)
            # The numbers of a file may be whole where those of a service have a point: Arrow settles that.
            return made, values if make is text_column else made.to_pylist()
        except TypeError:
            pass
        if make is text_column:
            texts = [None if value is None else _text(value) for value in values]
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
            return float(value.replace(",", ".") if isinstance(value, str) else value)
        except (TypeError, ValueError) as error:
            raise self._not_a_number(name, index, value) from error

    def _check_figures(self, name: str, values: Sequence[Any]) -> None:
        if self._known_figures.issuperset(values):
            return
        for value in set(values) - self._known_figures:
            text = "" if value is None else str(value)
            if text.strip() not in NO_FIGURE and not NUMBER.fullmatch(text):
                raise self._not_a_number(name, values.index(value), value)
            self._known_figures.add(value)

    def _check_regions(self, name: str, values: Sequence[Any]) -> None:
        if self._known_regions.issuperset(values):
            return
        for value in set(values) - self._known_regions:
            code = str(value or "").strip()
            if not REGION_CODE.fullmatch(code):
                row = self.rows + values.index(value) + 1
                raise self._unknown_region(
                    name, row, code, "a code such as NL00, PV22, GG1101, GM1680, WK168001 or BU16800101"
                )
            self._known_regions.add(value)
            if code.startswith("GM"):
                self._gemeenten.add(code)
            elif code.startswith(("WK", "BU")):
                self._parts.setdefault("GM" + code[2:6], (code, self.rows + values.index(value) + 1))

    def _raise_duplicate(self, stored: Path, twice: set[int]) -> None:
        """Finds the rows behind equal hashes; equal hashes of different keys are no problem."""
        import pyarrow.parquet as pq

        seen: dict[tuple[str, ...], int] = {}
        row = 0
        for batch in pq.ParquetFile(stored).iter_batches(columns=self.names.keys):
            for key in _key_values(batch.to_pydict(), self.names.keys):
                row += 1
                if hash(key) not in twice:
                    continue
                if key in seen:
                    raise DataProblem(
                        "duplicate_key",
                        subject=self.subject,
                        where=f"columns {', '.join(self.names.keys)}, row {row}",
                        expected="each combination once",
                        found=f"{' / '.join(key)} in row {seen[key]} and in row {row}",
                        remedy="remove one of the two rows, or ask the publisher which is right",
                    )
                seen[key] = row

    def _not_a_number(self, name: str, index: int, value: Any) -> DataProblem:
        return DataProblem(
            "not_a_number",
            subject=self.subject,
            where=f"column {name}, row {self.rows + index + 1}",
            expected="a number, or an empty field or a dot where there is none",
            found=repr(value),
            remedy="correct the value in the delivery",
        )

    def _unknown_region(self, name: str, row: int, code: str, expected: str) -> DataProblem:
        return DataProblem(
            "unknown_region",
            subject=self.subject,
            where=f"column {name}, row {row}",
            expected=expected,
            found=repr(code),
            remedy="correct the code, or check that the delivery uses the source's classification of regions",
        )


def _repeated(hashes: array[int]) -> set[int]:
    """The hashes that occur more than once, found in eight parts to keep the sets small."""
    repeated: set[int] = set()
    for part in range(8):
        some = [value for value in hashes if value & 7 == part]
        if len(set(some)) != len(some):
            seen: set[int] = set()
            repeated |= {value for value in some if value in seen or seen.add(value)}  # type: ignore[func-returns-value]
    return repeated


def no_rows(subject: str) -> DataProblem:
    """The problem of a table without rows."""
    return DataProblem(
        "no_rows",
        subject=subject,
        expected="at least one row",
        found="0 rows",
        remedy="ask the publisher for a new delivery",
    )


def _coalesced(columns: Columns, names: list[str]) -> list[Any]:
    """Per row the first value that is not empty, trimmed."""
    if not names:
        return [None] * len(next(iter(columns.values())))
    parts = [[_text(v).strip() or None if v is not None else None for v in columns[name]] for name in names]
    return [next((v for v in row if v), None) for row in zip(*parts, strict=True)]


@lru_cache(4096)
def _contradict(one: Any, other: Any) -> bool:
    """Whether two values for one field are both there and differ: 2022, 2022.0 and 2022JJ00 are one year, and regions of two
    levels are a place and the place it lies in.
    """
    mine, theirs = (SAME_YEAR.sub(r"\1", _trimmed(value)) for value in (one, other))
    if not mine or not theirs or mine == theirs:
        return False
    if REGION_CODE.fullmatch(mine) and REGION_CODE.fullmatch(theirs):
        return mine[:2] == theirs[:2] != "NL"
    return True


def _key_values(columns: Columns, names: list[str]) -> Iterator[tuple[str, ...]]:
    """Per row the values of the key, without padding."""
    return zip(*(map(_trimmed_once(), columns[name]) for name in names), strict=True)


def _trimmed_once() -> Callable[[Any], str]:
    """A function that trims, quick for values that keep coming back."""
    known: dict[Any, str] = {}

    def trim(value: Any) -> str:
        text = known.get(value)
        if text is None:
            text = known[value] = _trimmed(value)
        return text

    return trim


def _trimmed(value: Any) -> str:
    return value.strip() if isinstance(value, str) else "" if value is None else _text(value)


def _text(value: Any) -> str:
    """A value as text; a spreadsheet's 2020.0 is 2020."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
