"""One micro delivery against its declaration, check by check; no message repeats a value of a person."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from functools import partial

import pyarrow as pa

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue.identifiers import name_tells, values_tell
from datawerkplaats.catalogue.partners import LEVELS, Categories
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.loading.readers.values import REGION_CODE

LEVEL_OF = {"PV": "province", "GM": "gemeente", "WK": "wijk", "BU": "buurt"}
NO_REGION = frozenset({"", "onbekend", "unknown"})
YEAR = re.compile(r"(19|20)[0-9]{2}")
_REMEDY = (
    "deliver the file again without it; the agreed columns stand under micro in the source's catalogue file"
)

Values = dict[str, list[str]]


def _said(checks: Sequence[Callable[[], object]]) -> list[DataProblem]:
    found = []
    for check in checks:
        try:
            check()
        except DataProblem as problem:
            found.append(problem)
    return found


class Door:
    """One delivery against the declaration of its source."""

    def __init__(self, source: Source, name: str, delivered: Values) -> None:
        assert source.micro is not None
        self.micro, self.name, self.delivered = source.micro, name, delivered
        self.size = len(next(iter(delivered.values())))

    def rows(self, known_regions: frozenset[str]) -> pa.Table:
        """What is kept of the delivery, once every check is passed."""
        micro = self.micro
        self._check_columns()
        self._check_identifiers()
        self._check_persons()
        area = self._areas(known_regions)
        year = self.delivered[micro.period]
        self._check_years()
        for agreed in micro.checked:
            self._categories(agreed)
        columns = {
            "area": pa.array(area, pa.string()),
            "year": pa.array(self._periods(year), pa.int16()),
            "sex": pa.array(self._categories(micro.sex), pa.string()),
            "age_band": pa.array(self._bands(), pa.string()),
            "partner": pa.array(
                self._categories(micro.partner) if micro.partner else [""] * self.size, pa.string()
            ),
        }
        if micro.weight and micro.answer:
            columns["weight"] = pa.array(self._weights(micro.weight), pa.float64())
            columns["answer"] = pa.array([v == "yes" for v in self._categories(micro.answer)], pa.bool_())
        for name, most in micro.amounts.items():
            columns[name] = pa.array(self._amounts(name, most), pa.int64())
        return pa.table(columns)

    def problems(self, known_regions: frozenset[str]) -> list[DataProblem]:
        """What each check says, where it says anything; without its columns nothing else can be looked at."""
        if found := _said([self._check_columns]):
            return found
        micro = self.micro
        checks: list[Callable[[], object]] = [
            self._check_identifiers,
            self._check_persons,
            lambda: self._areas(known_regions),
            self._check_years,
            *(partial(self._categories, agreed) for agreed in micro.agreed),
        ]
        if micro.weight:
            checks.append(partial(self._weights, micro.weight))
        checks += [partial(self._amounts, name, most) for name, most in micro.amounts.items()]
        return _said(checks) or _said([lambda: self.rows(known_regions)])

    def _check_years(self) -> None:
        years = [YEAR.fullmatch(v) is not None for v in self.delivered[self.micro.period]]
        self._all(self.micro.period, years, "unknown_category", "a year")

    def _bands(self) -> list[str]:
        """The finest band of each person: the age, of a kind where there are kinds."""
        ages = self._categories(self.micro.age)
        if not self.micro.kinds:
            return ages
        kinds = self._categories(self.micro.kinds)
        return [self.micro.band_of(kind, age) for kind, age in zip(kinds, ages, strict=True)]

    def _periods(self, years: list[str]) -> list[int]:
        """The year that each row is counted under."""
        if not self.micro.pooled:
            return [int(year) for year in years]
        under = {str(year): last for last, together in self.micro.pooled.items() for year in together}
        self._all(
            self.micro.period,
            [year in under for year in years],
            "unknown_category",
            f"a year that is counted with others: {', '.join(sorted(under))}",
            "leave it out, or agree which years it is counted with and add them to the source's catalogue file",
        )
        delivered = {int(year) for year in years}
        half = [
            last for last, some in self.micro.pooled.items() if 0 < len(delivered & set(some)) < len(some)
        ]
        # A year more, later, would tell that year by the difference.
        if half:
            some = self.micro.pooled[half[0]]
            raise DataProblem(
                "unknown_category",
                subject=self.name,
                where=f"column {self.micro.period}",
                expected=f"all of the years {', '.join(map(str, some))}, as they are counted together",
                found=", ".join(str(year) for year in some if year in delivered),
                remedy="leave these years out until all of them can be delivered",
            )
        return [under[year] for year in years]

    def _place(self, column: str) -> str:
        """How a column is named in a message: an agreed name or one that says what it is, else its place."""
        if column in self.micro.columns or re.fullmatch(r"[a-z]+(_[a-z]+)*", column.lower()):
            known = column in self.micro.columns or name_tells(column)
            if known:
                return f"column {column}"
        return f"column {list(self.delivered).index(column) + 1}"

    def _check_columns(self) -> None:
        for column in self.delivered:
            if column in self.micro.columns:
                continue
            told = name_tells(column) or values_tell([column]) or values_tell(self.delivered[column])
            raise DataProblem(
                "direct_identifier" if told else "column_not_agreed",
                subject=self.name,
                where=self._place(column),
                expected=f"only {', '.join(self.micro.columns)}",
                found=told or "a column that nobody asked for",
                remedy=_REMEDY,
            )
        for column in self.micro.columns:
            if column not in self.delivered:
                raise DataProblem(
                    "missing_column",
                    subject=self.name,
                    where=f"column {column}",
                    expected=", ".join(self.micro.columns),
                    remedy="ask the partner for the column",
                )

    def _check_identifiers(self) -> None:
        """An agreed column may not hold what points at a person either."""
        agreed = {part.column: part.values for part in self.micro.agreed}
        for column in self.micro.columns:
            other = [value for value in self.delivered[column] if value not in agreed.get(column, {})]
            told = values_tell(other)
            if told:
                raise DataProblem(
                    "direct_identifier",
                    subject=self.name,
                    where=f"column {column}",
                    expected="a pseudonym made with a key, or one of the agreed categories",
                    found=f"values like {told}",
                    remedy=_REMEDY,
                )

    def _check_persons(self) -> None:
        micro = self.micro
        shape = re.compile(micro.person_pattern)
        fits = [shape.fullmatch(value) is not None for value in self.delivered[micro.person]]
        self._all(micro.person, fits, "unknown_category", f"a pseudonym of the form {micro.person_pattern}")
        keys = list(zip(*(self.delivered[name] for name in micro.unique), strict=True))
        seen: set[tuple[str, ...]] = set()
        for row, key in enumerate(keys, 1):
            if key in seen:
                raise DataProblem(
                    "duplicate_key",
                    subject=self.name,
                    where=f"columns {', '.join(micro.unique)}, row {row}",
                    expected="each person once per year" if len(micro.unique) > 1 else "each person once",
                    found=f"{len(keys) - len(set(keys))} rows too many",
                    remedy="deliver one row per person, the one that counts",
                )
            seen.add(key)

    def _areas(self, known: frozenset[str]) -> list[str]:
        column, finest = self.micro.region, LEVELS.index(self.micro.finest_level)
        codes = ["" if v.lower() in NO_REGION else v.upper() for v in self.delivered[column]]
        ranks = [LEVELS.index(LEVEL_OF[c[:2]]) if c[:2] in LEVEL_OF else -1 for c in codes]
        self._all(
            column,
            [rank <= finest for rank in ranks],
            "region_too_fine",
            f"codes of a {self.micro.finest_level} or a larger area",
            "make the codes coarser before the file leaves your organisation",
        )
        exists = [not c or (REGION_CODE.fullmatch(c) is not None and c[:2] in LEVEL_OF) for c in codes]
        if known:
            exists = [
                not c or (fine and (c in known or c.startswith("PV")))
                for c, fine in zip(codes, exists, strict=True)
            ]
        self._all(
            column,
            exists,
            "unknown_region",
            "a code of the classification that the source declares, or nothing where it is unknown",
            "correct the code, or leave it empty",
        )
        return codes

    def _categories(self, agreed: Categories) -> list[str]:
        values = self.delivered[agreed.column]
        self._all(
            agreed.column,
            [value in agreed.values for value in values],
            "unknown_category",
            ", ".join(agreed.values),
            "use one of these, or agree on another and add it to the source's catalogue file",
        )
        return [agreed.values[value] for value in values]

    def _weights(self, column: str) -> list[float]:
        texts = [value.replace(",", ".") for value in self.delivered[column]]
        shape = re.compile(r"[0-9]+(\.[0-9]+)?(e-?[0-9]+)?")
        fits = [shape.fullmatch(text) is not None and 0 < float(text) < math.inf for text in texts]
        self._all(column, fits, "not_a_number", "a weight above 0", "deliver the weights of the survey")
        return [float(text) for text in texts]

    def _amounts(self, column: str, most: int) -> list[int]:
        texts = self.delivered[column]
        fits = [re.fullmatch(r"[0-9]{1,12}", text) is not None and int(text) <= most for text in texts]
        self._all(column, fits, "not_a_number", f"a whole number from 0 to {most}", "correct the amounts")
        return [int(text) for text in texts]

    def _all(
        self, column: str, fits: Sequence[bool], code: str, expected: str, remedy: str = "correct the column"
    ) -> None:
        """Passes if every row fits; else tells the first row and how many, not what stands in it."""
        wrong = [row for row, fit in enumerate(fits, 1) if not fit]
        if wrong:
            raise DataProblem(
                code,
                subject=self.name,
                where=f"column {column}, row {wrong[0]}",
                expected=expected,
                found=f"{len(wrong)} of {self.size} rows",
                remedy=remedy,
            )
