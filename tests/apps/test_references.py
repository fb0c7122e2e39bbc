"""What an area is compared with is of the same figure, year, age and sex; a figure beside it that is larger is never taken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from apps.dashboard.data import queries
from apps.dashboard.data import release as published_release
from tests.apps.one_figure import altered, first, profiled

OTHERS = {"age_band": "'65+'", "sex": "'female'", "year": "year - 1"}
WRONG = 99.0


@pytest.fixture
def key(published: Path) -> dict[str, Any]:
    """A figure with a reference, in a publication that also has references of another age, sex and year, all much higher."""
    with altered(published) as con:
        figure = first(
            con,
            """select indicator_id, year, age_band, sex, value from outcome.fct_outcome
               where region_level = 'country' and value is not null and sex = 'total' order by all limit 1""",
        )
        for table in ("outcome.fct_outcome", "core.fct_observation"):
            for column, other in OTHERS.items():
                con.execute(
                    f"""insert into {table} by name select * replace ({other} as {column}, {WRONG} as value) from {table}
                        where indicator_id = ? and year = ? and region_level in ('country', 'province', 'ggd_region', 'gemeente')
                          and age_band = ? and sex = 'total'""",
                    [figure["indicator_id"], figure["year"], figure["age_band"]],
                )
    return figure


def test_map__has_the_reference_of_the_chosen_year_age_and_sex_only(key: dict[str, Any]) -> None:
    found = queries.reference_figures(
        published_release.current_release(),
        "outcome",
        key["indicator_id"],
        key["year"],
        key["age_band"],
        key["sex"],
    )
    assert [row["value"] for row in found if row["level"] == "country"] == [key["value"]]
    assert len({(row["level"], row["code"]) for row in found}) == len(found), "one figure per larger area"
    assert WRONG not in [row["value"] for row in found]


def test_profile__compares_with_the_same_year_age_and_sex_only(key: dict[str, Any]) -> None:
    row = profiled(key, "gemeente", "GM9901", "GM9901")
    assert row["country"] == key["value"]
    compared = [row[name] for name in ("province", "ggd_region", "province_computed", "ggd_region_computed")]
    assert any(value is not None for value in compared)
    assert all(value is None or value < WRONG / 2 for value in (*compared, row["low"], row["high"]))
