"""Leaks put into a safe publication on purpose, to see whether the auditor finds each of them.

Every leak is certain by construction: it is a cell that then follows by one subtraction, or a rate that only
one count explains.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data_quality.auditor.published import Published, age_range, from_rows

_CELL = ["region_code", "age_band", "sex"]


@dataclass(frozen=True)
class Leak:
    """A publication with a leak, the releases before it, and the cell (area, age, sex) that leaks."""

    kind: str
    published: Published
    earlier: tuple[Published, ...]
    cell: str


def seeded_leaks(
    safe: pd.DataFrame, count: np.ndarray, threshold: int, seed: int, each: int = 3
) -> Iterator[Leak]:
    """Up to `each` leaks of every kind: a cell restored, an old release, an age band, a decimal, a small
    count, a reason.

    Args:
        safe: The rows of a safe publication.
        count: The confidential count of each row.
        threshold: Below which counts are sensitive.
        seed: Which cells are taken.
        each: How many leaks of each kind.
    """
    rng = np.random.default_rng(seed)
    rows = safe.reset_index(drop=True).assign(count=count)
    rows["hidden"] = rows["value"].isna()
    rows["few"] = rows["hidden"] & (rows["count"] > 0) & (rows["count"] < threshold)
    kinds: Mapping[str, Callable[[pd.DataFrame, np.random.Generator, int], Iterator[Leak]]] = {
        "restored_cell": _restored,
        "old_release": _old_release,
        "extra_age_band": _extra_band,
        "a_decimal_more": _decimal,
        "small_count": _small_count,
        "telling_reason": _reason,
    }
    for make in kinds.values():
        yield from make(rows, rng, each)


def _leak(kind: str, rows: pd.DataFrame, cell: pd.Series, *earlier: pd.DataFrame) -> Leak:
    kept = [column for column in rows.columns if column not in ("count", "hidden", "few")]
    old = tuple(from_rows("earlier release", part[kept]) for part in earlier)
    return Leak(kind, from_rows(kind, rows[kept]), old, "|".join(cell[_CELL]))


def _row(rows: pd.DataFrame, place: int) -> pd.Series:
    return rows.iloc[place]  # the rows are numbered from 0: see seeded_leaks


def _pairs(rows: pd.DataFrame, rng: np.random.Generator, each: int) -> list[tuple[int, int]]:
    """Pairs of a small hidden count and the only other hidden cell of a sum it is in, at random."""
    sums = [
        group.index.to_numpy()
        for keys in (["region_code", "age_band"], ["parent_code", "region_level", "age_band", "sex"])
        for _, group in rows.groupby(keys, sort=False)
    ]
    pairs = []
    for members in sums:
        hidden = members[rows.loc[members, "hidden"].to_numpy()]
        if hidden.size == 2 and _has_published_total(rows, members):
            for small, other in (hidden, hidden[::-1]):
                if rows.at[small, "few"]:
                    pairs.append((int(small), int(other)))
    return [pairs[i] for i in rng.permutation(len(pairs))[:each]]


def _has_published_total(rows: pd.DataFrame, members: np.ndarray) -> bool:
    """Whether the sum of these rows is known: they hold their own total (sexes), or the area above is
    published.
    """
    first = rows.loc[members[0]]
    if len(set(rows.loc[members, "region_code"])) == 1:
        return True
    above = rows[
        (rows["region_code"] == first["parent_code"])
        & (rows["age_band"] == first["age_band"])
        & (rows["sex"] == first["sex"])
    ]
    return len(above) == 1 and not above["hidden"].iloc[0]


def _restored(rows: pd.DataFrame, rng: np.random.Generator, each: int) -> Iterator[Leak]:
    for small, other in _pairs(rows, rng, each):
        changed = rows.copy()
        changed.loc[other, "value"] = rows["count"][other]
        yield _leak("restored_cell", changed, _row(rows, small))


def _old_release(rows: pd.DataFrame, rng: np.random.Generator, each: int) -> Iterator[Leak]:
    for small, other in _pairs(rows, rng, each):
        old = rows.loc[[other]].copy()
        old["value"] = old["count"]
        yield _leak("old_release", rows, _row(rows, small), old)


def _extra_band(rows: pd.DataFrame, rng: np.random.Generator, each: int) -> Iterator[Leak]:
    """A band that joins a small hidden one and the published one after it."""
    following = {}
    bands = [band for band in rows["age_band"].unique() if band not in ("all", "total")]
    for band in bands:
        for other in bands:
            if age_range(band)[1] == age_range(other)[0]:
                following[band] = other
    named = rows.set_index(_CELL)
    found = 0
    for place in rng.permutation(rows.index[rows["few"]].to_numpy()):
        cell = rows.loc[place]
        other = following.get(cell["age_band"])
        if other is None:
            continue
        beside = named.xs((cell["region_code"], other, cell["sex"]))
        if beside["hidden"]:
            continue
        first, last = age_range(cell["age_band"])[0], age_range(other)[1]
        extra = rows.loc[[place]].copy()
        extra["age_band"] = f"{first}+" if last >= 200 else f"{first}-{last - 1}"
        extra["value"] = cell["count"] + beside["count"]
        extra["population"] = np.nan
        yield _leak("extra_age_band", pd.concat([rows, extra], ignore_index=True), cell)
        found += 1
        if found == each:
            return


def _decimal(rows: pd.DataFrame, rng: np.random.Generator, each: int) -> Iterator[Leak]:
    """The rate of a small hidden count with as many decimals as leave one count only."""
    places = rows.index[rows["few"] & (rows["population"] > 0) & (rows["population"] < 20_000)].to_numpy()
    for place in rng.permutation(places)[:each]:
        changed = rows.copy()
        count, people, per = (float(rows[name][place]) for name in ("count", "population", "rate_per"))
        decimals = max(int(np.ceil(np.log10(people / per))), 0) + 1
        changed.loc[place, "rate"] = round(count / people * per, decimals)
        yield _leak("a_decimal_more", changed, rows.loc[place])


def _small_count(rows: pd.DataFrame, rng: np.random.Generator, each: int) -> Iterator[Leak]:
    for place in rng.permutation(rows.index[rows["few"]].to_numpy())[:each]:
        changed = rows.copy()
        changed.loc[place, "value"] = rows["count"][place]
        yield _leak("small_count", changed, rows.loc[place])


def _reason(rows: pd.DataFrame, rng: np.random.Generator, each: int) -> Iterator[Leak]:
    for place in rng.permutation(rows.index[rows["few"]].to_numpy())[:each]:
        changed = rows.copy()
        changed.loc[place, "suppression_reason"] = "too_few_cases"
        yield _leak("telling_reason", changed, rows.loc[place])
