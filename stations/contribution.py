"""What a party brings: its own delivery, checked at its own door and counted into the cells of the request."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.catalogue import Source
from datawerkplaats.loading.readers import find_delivery
from datawerkplaats.partners.validation import read_persons
from stations.frame import OWN, Frame, counted_of, frame_of, values_of
from stations.protocol import Own
from stations.request import Request, Terms

Key = tuple[str, str, str]


def frames_of(terms: Terms, request: Request) -> list[tuple[Frame, list[Key]]]:
    """Per year the frame and the keys of its cells: the same at every party."""
    return [frame_of(terms.micro, year, request.codes, request.residents) for year in request.years]


def nothing_of(frames: list[tuple[Frame, list[Key]]], terms: Terms) -> list[Own]:
    """What a party that computes along brings."""
    return [
        Own(
            np.zeros(frame.size, dtype=np.int64),
            {name: np.zeros(frame.size, dtype=np.int64) for name in terms.joint.amounts},
        )
        for frame, _ in frames
    ]


def own_of(
    frames: list[tuple[Frame, list[Key]]], terms: Terms, request: Request, source: Source, folder: Path
) -> list[Own]:
    """The own counts and amounts per year, from the delivery in this station's folder.

    Raises:
        DataProblem: If the delivery is not there or not what was agreed, or its counts are not plausible.
    """
    delivery = find_delivery(source, folder)
    if delivery is None:
        raise DataProblem(
            "missing_delivery",
            subject=source.source_id,
            where="the station's folder with deliveries",
            expected=" or ".join(source.reader.files),
            remedy="put the delivery there and run `dwp station check`",
        )
    reading = source.model_copy(update={"micro": terms.micro})
    rows = read_persons(reading, delivery, frozenset(request.areas))
    if rows.num_rows < terms.joint.least_rows:
        raise _implausible(
            f"at least {terms.joint.least_rows} persons",
            "do not take part: with so few, taking part tells more than it adds",
        )
    found = []
    for (_, keys), year in zip(frames, request.years, strict=True):
        of_year = _persons(rows, year, "")
        if not of_year:
            raise _implausible(
                f"persons in {year}", "deliver every year of the request, or ask for fewer years"
            )
        counts = values_of(counted_of(terms.micro, year, of_year, request.codes, request.residents), keys)
        if counts.max(initial=0) > terms.joint.most_in_cell:
            raise _implausible(
                f"at most {terms.joint.most_in_cell} persons in a cell", "look for doubled rows"
            )
        amounts = {
            name: values_of(
                counted_of(terms.micro, year, _persons(rows, year, name), request.codes, request.residents),
                keys,
            )
            for name in terms.joint.amounts
        }
        found.append(Own(counts, amounts))
    return found


def _persons(rows: pa.Table, year: int, amount: str) -> list[tuple[str, str, str, str, int]]:
    """The persons of a year, each counting for one or for its amount."""
    columns = {name: rows.column(name).to_pylist() for name in rows.column_names}
    return [
        (
            columns["area"][i],
            columns["age_band"][i],
            columns["sex"][i],
            OWN,
            columns[amount][i] if amount else 1,
        )
        for i, of in enumerate(columns["year"])
        if of == year
    ]


def _implausible(expected: str, remedy: str) -> DataProblem:
    return DataProblem("implausible_count", subject="own delivery", expected=expected, remedy=remedy)
