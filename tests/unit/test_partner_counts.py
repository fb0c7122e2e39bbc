"""Counting, protecting and publishing of partners' persons: sums, rates of published counts, shares with their weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as some
from pydantic import ValidationError

from data_quality.auditor import Policy, audit, from_rows
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.catalogue.partners import Categories, Micro, ProtectionRule, band_ages
from datawerkplaats.partners.counting import Counted, Key, counted_by_year, level_of
from datawerkplaats.partners.delivery import count_rows, share_rows, weighted_answers
from datawerkplaats.partners.history import Released
from datawerkplaats.partners.protection import protect
from datawerkplaats.partners.residents import Residents
from datawerkplaats.statistics.intervals import kish_design_effect

CATALOGUE = load_catalogue(PROJECT_ROOT / "catalogue")
CARE, SURVEY = "partner_youth_care", "partner_young_adults_survey"
REFERRALS = "partner_ggz_referrals"
NOTHING_SAID = Released({})
PARTNERS = ["provider_a", "provider_b"]


def micro_of(source_id: str) -> Micro:
    micro = CATALOGUE.sources[source_id].micro
    assert micro
    return micro


def residents(wijken: Mapping[str, float]) -> Residents:
    gemeenten = sorted({"GM" + code[2:6] for code in wijken})
    bands = {code: {"all": n, "0-14": n / 2, "15-24": n / 2} for code, n in wijken.items()}
    for gemeente in gemeenten:
        inside = [bands[code] for code in wijken if code[2:6] == gemeente[2:]]
        bands[gemeente] = {band: sum(part[band] for part in inside) for band in ("all", "0-14", "15-24")}
    return Residents(bands, dict.fromkeys(gemeenten, "PV99"), "made up")


def rows(persons: list[tuple[str, str, str, str]], **columns: Sequence[object]) -> pa.Table:
    area, sex, age, partner = zip(*persons, strict=True)
    fixed = {"area": area, "sex": sex, "age_band": age, "partner": partner}
    return pa.table({**{k: list(v) for k, v in fixed.items()}, "year": [2022] * len(persons), **columns})


def counted(source_id: str, table: pa.Table, people: Residents) -> list[Counted]:
    return list(counted_by_year(source_id, micro_of(source_id), table, people, PARTNERS))


PERSONS = [
    ("WK000100", "men", "0-11", "provider_a"), ("WK000100", "women", "15-17", "provider_b"),
    ("WK000101", "women", "18-24", "provider_a"), ("WK000101", "men", "12-14", "provider_a"),
    ("GM0001", "men", "0-11", "provider_b"), ("", "women", "18-24", "provider_b"),
]  # fmt: skip


def test_bands__hold_their_last_year_of_age() -> None:
    """15-24 are those of 15 up to and including 24: a band ends where the next begins."""
    assert [band_ages(band) for band in ("0-11", "12-17", "15-24")] == [(0, 12), (12, 18), (15, 25)]
    first, beyond = band_ages("65+")
    assert first == 65 and beyond > 120


def test_catalogue__a_column_with_one_value_is_agreed_and_one_without_is_not() -> None:
    assert Categories(column="sex", values={"v": "women"}).values == {"v": "women"}
    with pytest.raises(ValidationError, match="at least 1"):
        Categories(column="sex", values={})


def test_catalogue__the_only_age_band_may_be_published() -> None:
    declared = micro_of(CARE).model_dump()
    declared["age"]["values"] = {"0-24": "0-24"}
    for table in declared["tables"]:
        table["age_bands"] = ["0-24"]
    assert {band for table in Micro.model_validate(declared).tables for band in table.age_bands} == {"0-24"}


def test_counts__every_level_breakdown_and_partner_adds_up() -> None:
    (one,) = counted(CARE, rows(PERSONS), residents({"WK000100": 100, "WK000101": 100, "WK000102": 100}))
    total = {key: count.sum() for key, count in one.cells.items()}
    assert total["WK000100", "all", "total"] == total["WK000101", "all", "total"] == 2
    assert total["WK000102", "all", "total"] == 0, "a wijk without anybody counts nobody"
    assert total["GM0001", "all", "total"] == 5 and total["PV99", "all", "total"] == 6
    assert total["GM0001", "0-14", "men"] == 3 and total["PV99", "15-24", "women"] == 3
    assert one.cells["GM0001", "all", "total"].tolist() == [3, 2]
    assert ("WK000100", "all", "men") not in total, "not a table that is declared"
    for parent, parts in one.sums:
        values = {**one.cells, **one.inner}
        assert sum(values[key].sum() for key in parts) <= values[parent].sum()


def test_counts__overlapping_bands_are_tied_by_ages_that_are_never_published() -> None:
    (one,) = counted(REFERRALS, rows(PERSONS), residents({"WK000100": 100, "WK000101": 100}))
    assert {band for _, band, _ in one.cells} == {"all", "0-14", "15-24", "0-17", "18-24"}
    assert {band for _, band, _ in one.inner} == {"0-11", "12-14", "15-17"}
    assert one.level(("GM0001", "15-17", "men")) == "rest"
    assert (("GM0001", "0-17", "men"), [("GM0001", b, "men") for b in ("0-11", "12-14", "15-17")]) in one.sums


def test_rates__are_made_of_published_counts_and_lose_their_decimals_in_small_areas() -> None:
    micro, people = micro_of(CARE), residents({"WK000100": 300, "WK000101": 2000})
    persons = [PERSONS[0]] * 41 + [PERSONS[2]] * 333
    (one,) = counted(CARE, rows(persons), people)
    hidden: set[Key] = {("GM0001", "all", "total")}
    found = {
        (r["measure_code"], r["region_code"], r["age_band"], r["sex"]): r
        for r in count_rows(one, hidden, micro, people)
    }
    small = found["care_users_per_1000", "WK000100", "all", "total"]
    large = found["care_users_per_1000", "WK000101", "all", "total"]
    assert (small["value"], small["numerator"], small["denominator"]) == (137.0, 41.0, 300)
    assert large["value"] == 166.5 and large["lower"] < 166.5 < large["upper"]
    gone = found["care_users_per_1000", "GM0001", "all", "total"]
    assert gone["value"] is gone["lower"] is gone["upper"] is gone["numerator"] is None
    assert (gone["value_status"], gone["suppression_reason"]) == ("suppressed", "disclosure")
    rounding = micro.model_copy(update={"rule": ProtectionRule(rounding_base=5)})
    rounded = {r["region_code"]: r for r in count_rows(one, hidden, rounding, people) if r["numerator"]}
    assert rounded["WK000100"]["numerator"] == 40 and rounded["WK000100"]["value"] == 133


def test_shares__are_weighted_whole_per_cents_with_the_interval_of_the_weights() -> None:
    people = residents({"WK000100": 900})
    persons = [("GM0001", "men" if i % 2 else "women", "16-20", "") for i in range(200)]
    answers, weights = [i % 4 == 0 for i in range(200)], [3.0 if i % 4 == 0 else 1.0 for i in range(200)]
    table, micro = rows(persons, weight=weights, answer=answers), micro_of(SURVEY)
    yes, _ = counted_by_year(SURVEY, micro, table, people, [""])
    weighted = weighted_answers(micro, table, people, {2022: set(yes.cells)})
    found = {(r["region_code"], r["age_band"], r["sex"]): r for r in share_rows(yes, set(), micro, weighted)}
    row = found["GM0001", "all", "total"]
    assert row["value"] == 50, "a quarter says yes, with three times the weight"
    simple = 50 - 100 * 1.96 * np.sqrt(0.25 / 200)
    assert row["lower"] < simple, f"a design effect of {kish_design_effect(weights):.2f} widens it"
    assert row["denominator"] == 200 and row["numerator"] is None


def test_protection__is_the_same_every_time() -> None:
    people = residents({f"WK0001{i:02d}": 500 for i in range(8)})
    persons = [(f"WK0001{i:02d}", *PERSONS[n % 4][1:]) for i in range(8) for n in range(6 + 3 * i)]
    parts = counted(CARE, rows(persons), people)
    first = protect(parts, {CARE: micro_of(CARE)}, {CARE: people}, NOTHING_SAID)
    again = protect(parts, {CARE: micro_of(CARE)}, {CARE: people}, NOTHING_SAID)
    assert first.hidden == again.hidden and first.hidden[CARE, 2022]


def test_protection__stops_where_the_count_is_public_already() -> None:
    people = residents({"WK000100": 500, "WK000101": 500})
    parts = counted(CARE, rows([PERSONS[0]] * 7 + [PERSONS[2]] * 40), people)
    said = Released({(CARE, 2022, "WK000100", "all", "total"): [7.0]})
    with pytest.raises(DataProblem, match="already public"):
        protect(parts, {CARE: micro_of(CARE)}, {CARE: people}, said)


def test_protection__a_share_of_few_is_hidden_with_what_would_give_it_away() -> None:
    people = residents({"WK000100": 900, "WK000200": 900})
    persons = [("GM0001", "men", "16-20", "")] * 30 + [("GM0001", "women", "21-25", "")] * 200
    table = rows(persons, weight=[1.0] * 230, answer=[i % 3 == 0 for i in range(230)])
    parts = list(counted_by_year(SURVEY, micro_of(SURVEY), table, people, [""]))
    hidden = protect(parts, {SURVEY: micro_of(SURVEY)}, {SURVEY: people}, NOTHING_SAID).hidden[SURVEY, 2022]
    assert ("GM0001", "all", "men") in hidden and ("GM0001", "all", "women") in hidden
    assert ("GM0001", "all", "total") not in hidden


@some.composite
def regions(draw: some.DrawFn) -> tuple[Residents, pa.Table]:
    """One or two gemeenten of two to four wijken, with any number of persons in each, some of unknown wijk."""
    shape = draw(some.lists(some.integers(2, 4), min_size=1, max_size=2))
    wijken = [f"WK{g + 1:04d}{w:02d}" for g, size in enumerate(shape) for w in range(size)]
    places = [*wijken, *(f"GM{g + 1:04d}" for g in range(len(shape)))]
    counts = draw(some.lists(some.integers(0, 30), min_size=len(places), max_size=len(places)))
    kinds = [(s, a, p) for s in ("men", "women") for a in micro_of(CARE).leaf_bands for p in PARTNERS]
    turn = draw(some.integers(1, 15))
    persons = [
        (place, *kinds[(i * turn) % len(kinds)])
        for place, n in zip(places, counts, strict=True)
        for i in range(n)
    ]
    return residents(dict.fromkeys(wijken, 1000.0)), rows(persons or [("WK000100", *kinds[0])])


@given(regions(), some.sampled_from([CARE, REFERRALS]))
def test_protection__nothing_published_gives_a_small_count_away(
    drawn: tuple[Residents, pa.Table], source_id: str
) -> None:
    """For any delivery: the auditor, which knows nothing of the protector, pins no small count, also as a partner."""
    people, table = drawn
    (one,) = counted(source_id, table, people)
    found = protect([one], {source_id: micro_of(source_id)}, {source_id: people}, NOTHING_SAID)
    hidden, beside = found.hidden[source_id, 2022], found.beside[source_id, 2022]
    keys = pd.DataFrame(list(one.cells), columns=["region_code", "age_band", "sex"])
    keys["count"] = [float(count.sum()) for count in one.cells.values()]
    published = keys.drop(columns="count").assign(
        value=[
            beside[key].value if key in beside else np.nan if key in hidden else count
            for key, count in zip(one.cells, keys["count"], strict=True)
        ],
        margin=[beside[key].margin if key in beside else 0.0 for key in one.cells],
        region_level=[level_of(code) for code in keys["region_code"]],
        parent_code=[people.above(code) for code in keys["region_code"]],
    )
    persons = (
        table.to_pandas().groupby(["partner", "area", "age_band", "sex"]).size().rename("count").reset_index()
    )
    own = {name: part.rename(columns={"area": "region_code"}) for name, part in persons.groupby("partner")}
    finest = set(keys["region_code"])
    rest = frozenset(a for a in persons["area"] if a in finest and any(people.above(c) == a for c in finest))
    report = audit(
        from_rows("t", published), keys, Policy(threshold=10, with_rest=rest, everyone=(0, 25)), partners=own
    )
    assert report.findings == []
    off = (published["value"] - keys["count"]).abs()
    assert not (off > published["margin"]).any(), "a figure is as near as it says"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sex": {"column": "sex", "values": {"m": "male"}}}, "men or women"),
        ({"weight": "weight"}, "belong together"),
        ({"unique": ["pseudonym", "month"]}, "month"),
        ({"tables": [{"levels": ["gemeente"], "age_bands": ["0-13"]}]}, "no sum of the age bands"),
        ({"tables": [{"levels": ["gemeente"], "age_bands": ["0-14", "12-17"]}]}, "tables of their own"),
        ({"measures": {"rate": "x"}}, "needs a count"),
        ({"rule": {"threshold": 1}}, "greater than or equal to 3"),
    ],
)  # fmt: skip
def test_catalogue__a_declaration_that_contradicts_itself_is_refused(
    change: dict[str, object], message: str
) -> None:
    declared = micro_of(CARE).model_dump() | change
    with pytest.raises(ValidationError, match=message):
        Micro.model_validate(declared)
