"""Which measures a source holds, as far as its declaration tells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from datawerkplaats.catalogue.sources import Source

EDITION_NUMBER = re.compile(r"_\d+$")
# A column that StatLine adds to every table and that says nothing.
ROW_NUMBER = "ID"


def measure_codes(columns: Iterable[str], dimension_columns: Iterable[str]) -> dict[str, str]:
    """Measure code per measure column: its name without its number, or the whole name where ambiguous."""
    skip = {ROW_NUMBER, *dimension_columns}
    measures = [column for column in columns if column not in skip]
    stems = Counter(EDITION_NUMBER.sub("", column) for column in measures)
    return {c: (stem if stems[stem := EDITION_NUMBER.sub("", c)] == 1 else c) for c in measures}


def declared_measures(source: Source) -> set[str] | None:
    """The codes of a source that names all its columns; None where only a delivery can tell."""
    if source.micro:
        return set(source.micro.codes)
    if not source.reader.columns:
        return None
    codes = measure_codes(source.reader.columns, source.dimension_columns).values()
    if source.split is None:
        return set(codes)
    return {f"{code}__{name}" for code in codes for name in source.split.categories.values()}
