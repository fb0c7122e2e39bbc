"""The confidential counts behind partners' published cells, counted anew from the private rows: nothing here comes from the
code that made the publication.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from data_quality.auditor.published import age_range, parent_of
from datawerkplaats.base.errors import DataProblem

CELL = ["year", "region_code", "age_band", "sex"]


@dataclass(frozen=True)
class Truth:
    """The persons of one source, a row each, and how many there are of each kind in every area that they live in."""

    persons: pd.DataFrame
    inside: pd.DataFrame

    def counts(self, cells: pd.DataFrame, answer: bool | None = None) -> pd.Series:
        """The number of persons (with this answer) in each cell, in the order of the cells."""
        if not len(cells):  # a survey of which every share is the one that was published before
            return pd.Series(dtype=float, index=cells.index)
        people = self.inside if answer is None else self.inside[self.inside["answer"] == answer]
        by_age = people.groupby(["year", "area", "age_band", "sex"], as_index=False)["count"].sum()
        both_sexes = pd.concat([by_age, by_age.assign(sex="total")])
        parts = []
        for band in cells["age_band"].unique():
            first, last = age_range(band)
            leaves = [
                leaf
                for leaf in by_age["age_band"].unique()
                if first <= age_range(leaf)[0] and age_range(leaf)[1] <= last
            ]
            within = both_sexes[both_sexes["age_band"].isin(leaves)]
            parts.append(
                within.groupby(["year", "area", "sex"], as_index=False)["count"].sum().assign(age_band=band)
            )
        found = pd.concat(parts).rename(columns={"area": "region_code"})
        counts = cells[CELL].merge(found, on=CELL, how="left")["count"].fillna(0.0)
        return counts.set_axis(cells.index)

    def of_partner(self, partner: str, year: int) -> pd.DataFrame:
        """What one partner knows: its own persons of a year by the finest area, age and sex."""
        own = self.persons[(self.persons["partner"] == partner) & (self.persons["year"] == year)]
        keys = ["area", "age_band", "sex"]
        return own.groupby(keys).size().rename("count").reset_index().rename(columns={"area": "region_code"})

    def with_rest(self, year: int, published: Iterable[str]) -> frozenset[str]:
        """The areas with people of whom no finer published area is known, among those that have finer ones."""
        shown = set(published)
        chains = self.inside[(self.inside["year"] == year) & self.inside["area"].isin(shown)]
        nearest = chains.sort_values("depth").groupby("home")["area"].first()
        return frozenset(set(nearest) & set(chains["above"]))


def read_truth(private_dir: Path, source_id: str, protected_id: str, regions: pd.DataFrame) -> Truth:
    """The rows from which a published table was made.

    Args:
        private_dir: Where the private rows of this mode are.
        source_id: The partner's source.
        protected_id: The published snapshot id.
        regions: Region codes with the code of the area above (as published).

    Raises:
        DataProblem: `disclosure_risk` if they are not there, since nothing can be judged without them.
    """
    folder = private_dir / source_id
    try:
        made_from = json.loads((folder / "protected.json").read_text(encoding="utf-8"))[protected_id]
        persons = pd.read_parquet(folder / made_from / "data.parquet")
    except (OSError, ValueError, KeyError) as error:
        raise DataProblem(
            "disclosure_risk",
            subject=source_id,
            expected="the private rows that the published table was made from",
            found="none",
            remedy="load the partner's delivery again, then publish",
        ) from error
    return truth_of(persons, regions)


def truth_of(persons: pd.DataFrame, regions: pd.DataFrame) -> Truth:
    """Persons with what they count in.

    Args:
        persons: A row each: year, area, age_band, sex, partner.
        regions: Region codes with the code of the area above (as published).
    """
    above = dict(zip(regions["region_code"], regions["parent_code"], strict=True))
    provinces = {_top(code, above) for code in persons["area"].unique() if code} - {""}
    chains = []
    for area in persons["area"].unique():
        code = area or (next(iter(provinces)) if len(provinces) == 1 else "")
        depth = 0
        while code:
            up = above.get(code) or parent_of(code, "")
            chains.append((area, code, up, depth))
            code, depth = up, depth + 1
    inside = pd.DataFrame(chains, columns=["home", "area", "above", "depth"])
    kinds = ["year", "area", "age_band", "sex", *(["answer"] if "answer" in persons else [])]
    homes = persons.groupby(kinds).size().rename("count").reset_index().rename(columns={"area": "home"})
    return Truth(persons, homes.merge(inside, on="home"))


def _top(code: str, above: dict[str, str]) -> str:
    while up := above.get(code) or parent_of(code, ""):
        code = up
    return code if code.startswith("PV") else ""
