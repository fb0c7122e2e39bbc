"""Folds that never divide a person or a family, in space and in time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from ml.base.dataset import Dataset

Rows = NDArray[np.int64]


def groups(data: Dataset) -> Rows:
    """One number per row: rows that share a person or a family, also through others, share the number."""
    _, person = np.unique(data.person, return_inverse=True)
    _, family = np.unique(data.family, return_inverse=True)
    people = int(person.max()) + 1
    ones = np.ones(len(person), dtype=np.int8)
    graph = coo_matrix((ones, (person, people + family)), shape=(people + int(family.max()) + 1,) * 2)
    _, component = connected_components(graph, directed=False)
    return np.asarray(component[person], dtype=np.int64)


def grouped_folds(data: Dataset, folds: int, seed: int) -> Rows:
    """The fold of each row: groups stay whole, and events are spread evenly over the folds."""
    _, group = np.unique(groups(data), return_inverse=True)
    n = int(group.max()) + 1
    events = np.bincount(group, weights=np.nan_to_num(data.outcome), minlength=n)
    sizes = np.bincount(group, minlength=n)
    rng = np.random.default_rng(seed)
    # Deal the groups out like cards, those with most events first and in random order among equals.
    order = np.lexsort((rng.random(n), -sizes, -events))
    fold_of = np.empty(n, dtype=np.int64)
    fold_of[order] = np.arange(n) % folds
    return fold_of[group]


def temporal_split(data: Dataset, train: list[str], test: list[str]) -> tuple[Rows, Rows]:
    """Rows of the training periods, and rows of the test periods whose person and family did not train."""
    early, late = np.isin(data.period, train), np.isin(data.period, test)
    component = groups(data)
    seen = np.unique(component[early])
    return np.flatnonzero(early), np.flatnonzero(late & ~np.isin(component, seen))


def temporal_split_halves(data: Dataset, train: list[str], test: list[str], seed: int) -> tuple[Rows, Rows]:
    """As `temporal_split` for panels, where the same people return: half the families train, the others test later."""
    half = grouped_folds(data, 2, seed)
    return np.flatnonzero(np.isin(data.period, train) & (half == 0)), np.flatnonzero(
        np.isin(data.period, test) & (half == 1)
    )


def leave_one_out(data: Dataset, stratum: str, minimum_events: int = 20) -> Iterator[tuple[str, Rows, Rows]]:
    """Per area: its name, the rows outside it and the rows inside. Families that straddle areas train nowhere else.

    Areas with too few events are passed over, and so is one outside which too few are left: an only province has no elsewhere.
    """
    component = groups(data)
    for value in np.unique(data.strata[stratum]):
        inside = data.strata[stratum] == value
        events = np.nansum(data.outcome[inside])
        if min(events, inside.sum() - events) < minimum_events:
            continue
        outside = ~inside & ~np.isin(component, component[inside])
        if np.nansum(data.outcome[outside]) < minimum_events:
            continue
        yield str(value), np.flatnonzero(outside), np.flatnonzero(inside)
