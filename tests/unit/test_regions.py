"""Crosswalks and restating: totals stay, rates stay in range, what is hidden stays hidden, wrong weights are refused."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.regions import Crosswalk, Link, restate
from datawerkplaats.regions import changes as declared
from datawerkplaats.regions.districts import District, district_crosswalk
from datawerkplaats.regions.restating import Restated
from tests.present import present

HAAREN = Crosswalk(
    2020,
    2021,
    (
        Link("HA", "OI", 0.6, "population", True),
        Link("HA", "VU", 0.4, "population", True),
        Link("OI", "OI"),
        Link("VU", "VU"),
        Link("XX", "XX"),
    ),
)
PEOPLE = {"HA": 100.0, "OI": 300.0, "VU": 200.0, "XX": 50.0}


def test_restate__counts_are_divided_and_keep_their_total() -> None:
    found = restate({"HA": 10.0, "OI": 1.0, "VU": 2.0, "XX": 4.0}, HAAREN, kind="count")
    assert {code: r.value for code, r in found.items()} == {"OI": 7.0, "VU": 6.0, "XX": 4.0}
    assert [found["OI"].is_changed, found["OI"].is_estimated, found["XX"].is_changed] == [True, True, False]


def test_restate__rates_are_means_by_the_residents_that_come_along() -> None:
    found = restate({"HA": 10.0, "OI": 20.0, "VU": 30.0, "XX": 4.0}, HAAREN, kind="rate", population=PEOPLE)
    assert found["OI"].value == pytest.approx((60 * 10 + 300 * 20) / 360)
    assert found["VU"].value == pytest.approx((40 * 10 + 200 * 30) / 240)
    assert found["OI"].interval_reason == "restated_no_interval"
    assert found["XX"].interval_reason is None


def test_restate__a_hidden_or_missing_part_hides_the_whole_and_never_gives_a_partial_sum() -> None:
    values = {"HA": None, "OI": 1.0, "VU": 2.0, "XX": 4.0}
    hidden = restate(values, HAAREN, kind="count", suppressed={"HA"})
    assert (hidden["OI"].value, hidden["OI"].reason) == (None, "restated_part_suppressed")
    absent = restate(values, HAAREN, kind="count")
    assert (absent["VU"].value, absent["VU"].reason) == (None, "restated_part_missing")
    assert absent["XX"].value == 4.0


def test_restate__a_rate_of_several_parts_needs_their_residents() -> None:
    found = restate({"HA": 10.0, "OI": 20.0, "VU": 30.0, "XX": 4.0}, HAAREN, kind="rate")
    assert (found["OI"].value, found["OI"].reason) == (None, "restated_no_population")
    assert found["XX"].value == 4.0


def test_restate__a_part_where_nobody_lives_says_nothing() -> None:
    people = {**PEOPLE, "HA": 0.0}
    found = restate({"HA": None, "OI": 20.0, "VU": 30.0, "XX": 4.0}, HAAREN, kind="rate", population=people)
    assert (found["OI"].value, found["VU"].value) == (20.0, 30.0)


@pytest.mark.parametrize("weights", [(0.6, 0.3), (0.6, 0.41), (1.2, -0.2)])
def test_crosswalk__weights_that_lose_or_invent_people_are_refused(weights: tuple[float, float]) -> None:
    with pytest.raises(DataProblem) as raised:
        Crosswalk(2020, 2021, (Link("HA", "OI", weights[0]), Link("HA", "VU", weights[1])))
    assert raised.value.code == "crosswalk_weights"
    assert "HA" in raised.value.sentence("nl")


def test_crosswalk__joins_only_what_follows_on() -> None:
    with pytest.raises(DataProblem, match="crosswalk"):
        HAAREN.then(Crosswalk(2021, 2022, (Link("OI", "OI"),)))
    with pytest.raises(DataProblem, match="2022"):
        HAAREN.then(Crosswalk(2022, 2023, tuple(Link(code, code) for code in ("OI", "VU", "XX"))))


def test_crosswalk__a_chain_is_as_sure_as_its_weakest_link_and_names_its_sources() -> None:
    order = ("same_code", "same_name", "address", "population", "area")
    for first, weaker in itertools.combinations_with_replacement(order, 2):
        for steps in ((first, weaker), (weaker, first)):
            one, two = (
                Crosswalk(2020 + n, 2021 + n, (Link(a, b, 1.0, method, source=f"s{n}"),))
                for n, (a, b, method) in enumerate(zip("AB", "BC", steps, strict=True))
            )
            assert one.then(two).links == (Link("A", "C", 1.0, weaker, False, "s0; s1"),)
    split = Crosswalk(
        2020, 2021, (Link("A", "B", 0.3, "address", source="x"), Link("A", "C", 0.7, "area", True, "y"))
    )
    again = Crosswalk(2021, 2022, (Link("B", "D"), Link("C", "D")))
    assert split.then(again).links == (Link("A", "D", 1.0, "area", True, "x; y"),)


def test_crosswalk__the_way_back_shares_by_residents_and_is_an_estimate() -> None:
    back = HAAREN.back(PEOPLE)
    assert (back.from_vintage, back.to_vintage) == (2021, 2020)
    shares = {(link.from_code, link.to_code): link for link in back.links}
    assert shares["OI", "HA"].weight == pytest.approx(60 / 360)
    assert shares["OI", "HA"].is_estimated
    assert not shares["XX", "XX"].is_estimated


@st.composite
def chains(draw: st.DrawFn) -> tuple[Crosswalk, Crosswalk, dict[str, float], dict[str, float]]:
    """Two crosswalks that follow each other, with figures and residents of the first areas."""
    sizes = [draw(st.integers(1, 7)) for _ in range(3)]
    names = [[f"{level}{i}" for i in range(size)] for level, size in zip("abc", sizes, strict=True)]
    crosswalks = []
    for step in (0, 1):
        links = []
        for code in names[step]:
            reached = draw(st.lists(st.sampled_from(names[step + 1]), min_size=1, max_size=4, unique=True))
            parts = [draw(st.integers(1, 1000)) for _ in reached]
            links += [
                Link(code, to, part / sum(parts), "population")
                for to, part in zip(reached, parts, strict=True)
            ]
        crosswalks.append(Crosswalk(2020 + step, 2021 + step, tuple(links)))
    values = {code: draw(st.floats(0, 1e6)) for code in names[0]}
    people = {code: float(draw(st.integers(1, 10**6))) for code in names[0]}
    # Every area of the middle is somebody's successor, else the second crosswalk has areas without a figure.
    middle = {link.to_code for link in crosswalks[0].links}
    second = tuple(link for link in crosswalks[1].links if link.from_code in middle)
    return crosswalks[0], Crosswalk(2021, 2022, second), values, people


def figures(found: dict[str, Restated]) -> dict[str, float]:
    return {code: present(restated.value) for code, restated in found.items()}


@given(chains())
def test_restate__any_crosswalk_keeps_totals_and_two_steps_are_one(
    chain: tuple[Crosswalk, Crosswalk, dict[str, float], dict[str, float]],
) -> None:
    first, second, values, people = chain
    joined = first.then(second)
    once = figures(restate(values, joined, kind="count"))
    twice = figures(restate(figures(restate(values, first, kind="count")), second, kind="count"))
    assert math.fsum(once.values()) == pytest.approx(math.fsum(values.values()), rel=1e-9, abs=1e-9)
    assert once == pytest.approx(twice, rel=1e-9, abs=1e-9)

    rates = figures(restate(values, joined, kind="rate", population=people))
    between = figures(restate(people, first, kind="count"))
    step = figures(restate(values, first, kind="rate", population=people))
    again = figures(restate(step, second, kind="rate", population=between))
    assert rates == pytest.approx(again, rel=1e-7, abs=1e-7)
    for code, rate in rates.items():
        sources = [values[link.from_code] for link in joined.by_to[code] if link.weight > 0]
        assert min(sources) <= rate <= max(sources)


@given(chains())
def test_crosswalk__forth_and_back_keeps_totals(
    chain: tuple[Crosswalk, Crosswalk, dict[str, float], dict[str, float]],
) -> None:
    first, _, values, people = chain
    there = figures(restate(values, first, kind="count"))
    back = figures(restate(there, first.back(people), kind="count"))
    assert math.fsum(back.values()) == pytest.approx(math.fsum(values.values()), rel=1e-9, abs=1e-9)


@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=6), st.floats(1e-5, 0.5))
def test_crosswalk__any_sum_that_is_not_one_is_refused(parts: list[float], off: float) -> None:
    weights = [part / math.fsum(parts) * (1 - off) for part in parts]
    with pytest.raises(DataProblem):
        Crosswalk(2020, 2021, tuple(Link("a", f"b{i}", weight) for i, weight in enumerate(weights)))


def test_districts__the_same_name_a_buurt_and_the_rest_of_the_gemeente() -> None:
    before = {
        d.code: d
        for d in (
            District("WK000100", "Wijk 00 Dorp", 100, (("Dorp", 60.0), ("Verspreide huizen Gehucht", 40.0))),
            District("WK000101", "Wijk 01 Oud", 50, (("Iets anders", 50.0),)),
            District("WK000102", "Wijk 02 Blijft", 10),
        )
    }
    after = {
        d.code: d
        for d in (
            District("WK000100", "Nieuwbouw", 30),
            District("WK000150", "Dorp", 65),
            District("WK000151", "Gehucht", 35),
            District("WK000152", "Rest", 20),
            District("WK000102", "Blijft", 11),
        )
    }
    links = {(x.from_code, x.to_code): x for x in district_crosswalk(before, after, (2020, 2022)).links}
    assert links["WK000102", "WK000102"].method == "same_code"
    assert links["WK000100", "WK000150"].weight == pytest.approx(0.6)
    assert links["WK000100", "WK000151"].weight == pytest.approx(0.4)
    shared = {to: link.weight for (code, to), link in links.items() if code == "WK000101"}
    assert math.fsum(shared.values()) == pytest.approx(1)
    assert all(link.is_estimated for link in links.values() if link.method != "same_code")


def test_districts__polygons_tell_how_a_wijk_was_divided() -> None:
    shapely = pytest.importorskip("shapely")
    before = {"WK000100": District("WK000100", "Heel", 100, (), shapely.box(0, 0, 10, 1))}
    after = {
        "WK000110": District("WK000110", "Links", 30, (), shapely.box(0, 0, 2, 1)),
        "WK000111": District("WK000111", "Rechts", 90, (), shapely.box(2, 0, 10, 1)),
    }
    found = district_crosswalk(before, after, (2022, 2024))
    assert {link.to_code: link.weight for link in found.links} == pytest.approx(
        {"WK000110": 0.25, "WK000111": 0.75}
    )
    assert {link.method for link in found.links} == {"area"}


HEADING = "old_code,old_name,new_code,new_name,effective_date,weight,method,is_estimated,source,note\n"


def write(folder: Path, lines: str) -> Path:
    (folder / declared.REAL).write_text(HEADING + lines, encoding="utf-8")
    (folder / declared.FICTIONAL).write_text(HEADING, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        ("GM0788,Haaren,GM0757,Boxtel,2021-01-01,0.9,population,false,CBS,\n", "crosswalk_weights", "line 2"),
        (
            "GM0788,Haaren,GM0757,Boxtel,2021-13-01,1,population,false,CBS,\n",
            "crosswalk_line",
            "effective_date",
        ),
        ("GM0788,Haaren,GM0757,Boxtel,2021-01-01,veel,population,false,CBS,\n", "crosswalk_line", "weight"),
        ("GM0788,Haaren,GM0757,Boxtel,2021-01-01,1,guess,false,CBS,\n", "crosswalk_line", "method"),
        ("GM0788,Haaren,GM0757,Boxtel,2021-01-01,1,population,false,,\n", "crosswalk_line", "source"),
        ("GM788,Haaren,GM0757,Boxtel,2021-01-01,1,population,false,CBS,\n", "crosswalk_line", "old_code"),
    ],
)
def test_declared__a_wrong_line_is_told_with_file_line_and_remedy(
    tmp_path: Path, line: str, code: str, told: str
) -> None:
    with pytest.raises(DataProblem) as raised:
        declared.check_declared(write(tmp_path, line))
    assert raised.value.code == code
    assert told in raised.value.where
    assert "gemeente_changes.csv" in raised.value.sentence()
    assert raised.value.remedy


def test_declared__the_project_s_own_files_are_right() -> None:
    declared.check_declared()


COUNTS = {
    2012: 415, 2013: 408, 2014: 403, 2015: 393, 2016: 390, 2017: 388, 2018: 380,
    2019: 355, 2020: 355, 2021: 352, 2022: 345, 2023: 342, 2024: 342, 2025: 342,
}  # fmt: skip


@pytest.mark.reference
def test_declared__the_changes_lead_from_the_list_of_2020_to_every_other_year(reference_data: Path) -> None:
    import re

    import pyarrow.parquet as pq

    delivered = pq.read_table(
        reference_data / "statline/84799NED/TypedDataSet.parquet", columns=["WijkenEnBuurten"]
    )
    codes = {code.strip() for code in delivered["WijkenEnBuurten"].to_pylist()}
    base = {code for code in codes if code.startswith("GM")}
    changes = declared.read_changes(declared.REAL)
    assert {year: len(declared.alive(base, 2020, changes, year)) for year in COUNTS} == COUNTS
    in_2022 = set(
        re.findall(r"GM\d{4}", (reference_data / "geo/gemeente_2022.geojson").read_text(encoding="utf-8"))
    )
    assert declared.alive(base, 2020, changes, 2022) == in_2022
    in_2024 = set(
        re.findall(r"GM\d{4}", (reference_data / "geo/wijk_2024.geojson").read_text(encoding="utf-8"))
    )
    assert declared.alive(base, 2020, changes, 2024) == in_2024 - {"GM0998"}


def test_declared__from_2012_to_2025_in_one_step() -> None:
    found = declared.between(declared.read_changes(declared.REAL), 2012, 2025)
    assert {link.to_code for link in found.by_from["GM0694"]} == {
        "GM1978"
    }  # Liesveld, Molenwaard, Molenlanden
    assert {link.to_code for link in found.by_from["GM0055"]} == {"GM0074", "GM0080", "GM1900", "GM1940"}
    assert math.fsum(link.weight for link in found.by_from["GM0055"]) == pytest.approx(1)
    assert all(link.is_estimated for link in found.by_from["GM0055"])
    assert not any(link.is_estimated for link in found.by_from["GM0140"])
