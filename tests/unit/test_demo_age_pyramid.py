"""The demo's people by sex and age: whole numbers that agree with every other table, labelled as made up."""

from __future__ import annotations

from collections import defaultdict

import pytest

from demo.age_pyramid import YEARS
from demo.metadata import Table, table_info
from tests.province import SEED, province

KEY_FIGURES = {2024: "85984NED", 2025: "86165NED"}
People = dict[tuple[str, int, str, str], int]


@pytest.fixture(scope="module")
def tables() -> dict[str, Table]:
    return province().further


@pytest.fixture(scope="module")
def people(tables: dict[str, Table]) -> People:
    rows = [row for row in tables["03759ned"].rows if row["BurgerlijkeStaat"] == "T001019"]
    return {
        (
            row["RegioS"].strip(),
            int(row["Perioden"][:4]),
            row["Geslacht"].strip(),
            row["Leeftijd"],
        ): row["BevolkingOp1Januari_1"]
        for row in rows
    }


def years_of(age: str) -> int:
    """The age behind a code of a single year."""
    return 0 if age == "10010" else 105 if age == "22300" else min(int(age[1:3]), 99) + int(age[3:])


def test_people__men_and_women_and_all_ages_make_the_whole(people: People) -> None:
    for (region, year, sex, age), count in people.items():
        assert isinstance(count, int) and count >= 0
        if sex == "T001038":
            assert count == people[region, year, "3000", age] + people[region, year, "4000", age]
    singles: dict[tuple[str, int, str], int] = defaultdict(int)
    oldest: dict[tuple[str, int, str], int] = defaultdict(int)
    for (region, year, sex, age), count in people.items():
        if age not in ("10000", "22000"):
            singles[region, year, sex] += count
            oldest[region, year, sex] += count if years_of(age) >= 95 else 0
    assert len(singles) == (1 + 1 + 12) * len(YEARS) * 3
    assert {key: people[(*key, "10000")] for key in singles} == singles
    assert {key: people[(*key, "22000")] for key in oldest} == oldest


def test_people__agree_with_the_key_figures_of_the_same_year(
    tables: dict[str, Table], people: People
) -> None:
    for year, table in KEY_FIGURES.items():
        rows = {row["WijkenEnBuurten"].strip(): row for row in tables[table].rows}
        columns = {name.rpartition("_")[0]: name for name in tables[table].rows[0]}
        regions = sorted({region for region, of, *_ in people if of == year and region != "PV99"})
        assert len(regions) == 13
        for region in regions:
            row = rows["NL00" if region == "NL01" else region]
            assert people[region, year, "T001038", "10000"] == row[columns["AantalInwoners"]]
            for column, first, last in (
                ("k_0Tot15Jaar", 0, 14),
                ("k_15Tot25Jaar", 15, 24),
                ("k_65JaarOfOuder", 65, 105),
            ):
                found = sum(
                    count
                    for (of, then, sex, age), count in people.items()
                    if (of, then, sex) == (region, year, "T001038")
                    and age not in ("10000", "22000")
                    and first <= years_of(age) <= last
                )
                assert abs(found - row[columns[column]]) <= 2, (region, column)  # both are rounded


def test_people__the_province_is_the_sum_of_its_gemeenten(people: People) -> None:
    for (region, year, sex, age), count in people.items():
        if region == "PV99":
            assert count == sum(
                other for (of, *rest), other in people.items() if of[:2] == "GM" and rest == [year, sex, age]
            )


def test_people__more_women_than_men_among_the_oldest_and_the_table_says_it_is_made_up(
    tables: dict[str, Table], people: People
) -> None:
    for region in {region for region, *_ in people}:
        assert people[region, 2025, "4000", "22000"] > people[region, 2025, "3000", "22000"]
    table = tables["03759ned"]
    assert "fictief" in table_info(table, SEED)["Title"]
    assert {row["BurgerlijkeStaat"] for row in table.rows} == {"T001019", "1010   "}, (
        "not all of it is asked for"
    )
