"""Persons of a kind (a complaint group): counted beside the total, protected with it, and held against what was to be expected."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as some
from pydantic import ValidationError

from data_quality.auditor import Policy, audit, from_rows
from data_quality.auditor.published import age_range
from data_quality.partner_cells import _bands
from data_quality.partner_truth import Truth
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.catalogue.partners import Micro
from datawerkplaats.partners.counting import BOTH, Counted, counted_by_year, level_of
from datawerkplaats.partners.delivery import count_rows
from datawerkplaats.partners.expected import expected_counts
from datawerkplaats.partners.history import Released
from datawerkplaats.partners.protection import protect
from datawerkplaats.partners.residents import Residents
from datawerkplaats.partners.validation import read_persons

CATALOGUE = load_catalogue(PROJECT_ROOT / "catalogue")
SOURCE = CATALOGUE.sources["partner_ggz_registrations"]
KINDS = ("anxiety", "mood", "behaviour", "other")
AGES = ("0-11", "12-17", "18-24")
PARTNERS = ["provider_a", "provider_b"]


def micro() -> Micro:
    assert SOURCE.micro
    return SOURCE.micro


def residents(wijken: dict[str, float], **of_group: dict[tuple[str, str], float]) -> Residents:
    gemeenten = sorted({"GM" + code[2:6] for code in wijken})
    people = {code: {"all": n} for code, n in wijken.items()}
    people |= {g: {"all": sum(n for c, n in wijken.items() if c[2:6] == g[2:])} for g in gemeenten}
    return Residents(people, dict.fromkeys(gemeenten, "PV99"), "made up", dict(of_group))


def table(persons: list[tuple[str, str, str, str, str]]) -> pa.Table:
    """Rows of (area, sex, age, kind, partner), as the door keeps them."""
    area, sex, age, kind, partner = zip(*persons, strict=True)
    bands = [micro().band_of(k, a) for k, a in zip(kind, age, strict=True)]
    return pa.table(
        {
            "area": list(area), "sex": list(sex), "age_band": bands, "partner": list(partner),
            "year": [2023] * len(persons),
        }
    )  # fmt: skip


def counted(persons: list[tuple[str, str, str, str, str]], people: Residents) -> Counted:
    (one,) = counted_by_year(SOURCE.source_id, micro(), table(persons), people, PARTNERS)
    return one


def test_kinds__stand_on_one_axis_with_the_ages_and_come_back_from_it() -> None:
    assert micro().band_of("mood", "12-17") == "37-42" and micro().band_of("mood", "all") == "25-49"
    for kind in KINDS:
        for age in (*AGES, "all"):
            assert micro().told_of(micro().band_of(kind, age)) == (kind, age)
    assert micro().told_of("all") == (None, "all")


def test_kinds__the_gate_works_out_the_same_axis_by_itself() -> None:
    measures = {kind: (SOURCE.source_id, "count", kind) for kind in KINDS}
    rows = pd.DataFrame(
        [(kind, age) for kind in KINDS for age in (*AGES, "all")], columns=["indicator_id", "age_band"]
    )
    found = _bands(rows, measures, CATALOGUE.sources)
    assert found.tolist() == [
        micro().band_of(k, a) for k, a in zip(rows["indicator_id"], rows["age_band"], strict=True)
    ]
    assert max(age_range(band)[1] for band in found) <= age_range("all")[1]


def test_counts__of_all_kinds_make_up_the_total() -> None:
    people = residents({"WK000100": 900.0, "WK000101": 900.0})
    persons = [
        (f"WK00010{i % 2}", "women" if i % 3 else "men", AGES[i % 3], KINDS[i % 4], PARTNERS[i % 2])
        for i in range(96)
    ]
    one = counted(persons, people)
    total = {key: float(value.sum()) for key, value in one.cells.items()}
    parts = [total["GM0001", micro().band_of(kind, "all"), BOTH] for kind in KINDS]
    assert parts == [24.0] * 4 and total["GM0001", "all", BOTH] == 96
    assert ("WK000100", micro().band_of("mood", "all"), BOTH) not in total, "no kinds per wijk are declared"
    codes = {row["measure_code"] for row in count_rows(one, set(), micro(), people)}
    assert codes == {"registered_count", "registered_per_1000", *(f"registered_count__{k}" for k in KINDS)}
    assert codes <= set(micro().codes)


@some.composite
def deliveries(draw: some.DrawFn) -> tuple[Residents, list[tuple[str, str, str, str, str]]]:
    """One or two gemeenten of two or three wijken, with any number of persons of each kind, some of unknown wijk."""
    shape = draw(some.lists(some.integers(2, 3), min_size=1, max_size=2))
    wijken = [f"WK{g + 1:04d}{w:02d}" for g, size in enumerate(shape) for w in range(size)]
    places = [*wijken, *(f"GM{g + 1:04d}" for g in range(len(shape)))]
    persons = [
        (place, ("men", "women")[i % 2], AGES[i % 3], kind, PARTNERS[i % 2])
        for place in places
        for kind in KINDS
        for i in range(draw(some.integers(0, 14)))
    ]
    return residents(dict.fromkeys(wijken, 1000.0)), persons or [
        ("WK000100", "men", AGES[0], KINDS[0], PARTNERS[0])
    ]


def findings(
    people: Residents, persons: list[tuple[str, str, str, str, str]], *, only_small: bool
) -> list[str]:
    """What the auditor finds when the protector hid cells, or when only small ones were."""
    one = counted(persons, people)
    protected = protect([one], {SOURCE.source_id: micro()}, {SOURCE.source_id: people}, Released({}))
    hidden = protected.hidden[SOURCE.source_id, 2023]
    if only_small:
        hidden = {key for key, value in one.cells.items() if 0 < value.sum() < 10}
    keys = pd.DataFrame(list(one.cells), columns=["region_code", "age_band", "sex"])
    keys["count"] = [float(count.sum()) for count in one.cells.values()]
    shown = [np.nan if key in hidden else n for key, n in zip(one.cells, keys["count"], strict=True)]
    published = keys.drop(columns="count").assign(
        value=shown,
        region_level=[level_of(code) for code in keys["region_code"]],
        parent_code=[people.above(code) for code in keys["region_code"]],
    )
    frame = table(persons).to_pandas()
    groups = frame.groupby(["partner", "area", "age_band", "sex"]).size().rename("count").reset_index()
    own = {
        str(name): part.rename(columns={"area": "region_code"}) for name, part in groups.groupby("partner")
    }
    finest = set(keys["region_code"])
    rest = frozenset(a for a in groups["area"] if a in finest and any(people.above(c) == a for c in finest))
    policy = Policy(threshold=10, with_rest=rest, everyone=(0, 100))
    return [found.kind for found in audit(from_rows("t", published), keys, policy, partners=own).findings]


@given(deliveries())
def test_protection__no_kind_can_be_worked_out(
    drawn: tuple[Residents, list[tuple[str, str, str, str, str]]],
) -> None:
    assert findings(*drawn, only_small=False) == []


def test_protection__a_small_kind_follows_from_the_total_where_only_it_is_hidden() -> None:
    people = residents({"WK000100": 900.0, "WK000101": 900.0})
    persons = [
        ("WK000100", ("men", "women")[i % 2], AGES[i % 3], kind, PARTNERS[i % 2])
        for kind, n in zip(KINDS, (60, 60, 60, 4), strict=True)
        for i in range(n)
    ]
    assert "worked_out" in findings(people, persons, only_small=True), (
        "the others and the total tell the fourth"
    )
    assert findings(people, persons, only_small=False) == []


def test_expected__is_that_of_the_province_at_the_residents_of_the_area() -> None:
    """Two gemeenten, one with twice the young women: it is expected to have what the province has of them, two to one."""
    plain = dict.fromkeys(((age, sex) for age in AGES for sex in ("men", "women")), 100.0)
    more = {**plain, ("18-24", "women"): 200.0}
    whole = {key: plain[key] + more[key] for key in plain}
    people = residents({"WK000100": 600.0, "WK000200": 700.0}, GM0001=plain, GM0002=more, PV99=whole)
    persons = [
        (f"WK000{1 + i % 2}00", "women", "18-24", kind, PARTNERS[i % 2]) for kind in KINDS for i in range(60)
    ]
    one = counted(persons, people)
    shown = {key: float(value.sum()) for key, value in one.cells.items()}
    expected = expected_counts(shown, micro(), people)
    mood = micro().band_of("mood", "all")
    assert (expected["GM0001", mood, BOTH], expected["GM0002", mood, BOTH]) == pytest.approx((20.0, 40.0))
    assert expected["GM0002", "all", BOTH] == pytest.approx(160.0)
    rows = {(r["measure_code"], r["region_code"]): r for r in count_rows(one, set(), micro(), people)}
    ratio = rows["registered_ratio__mood", "GM0001"]
    assert (ratio["value"], ratio["numerator"], ratio["denominator"]) == (150.0, 30.0, 20.0)
    assert ratio["lower"] < 150 < ratio["upper"]
    # Where the province hides an age of a kind, that kind is spread by residents of all ages; nothing hidden is used.
    del shown["PV99", micro().band_of("mood", "18-24"), "women"]
    assert expected_counts(shown, micro(), people)["GM0001", mood, BOTH] == pytest.approx(60 * 600 / 1300)


def test_expected__a_hidden_count_has_no_ratio() -> None:
    plain = dict.fromkeys(((age, sex) for age in AGES for sex in ("men", "women")), 100.0)
    people = residents({"WK000100": 600.0}, GM0001=plain, PV99=plain)
    one = counted(
        [("WK000100", "men", "0-11", kind, "provider_a") for kind in KINDS for _ in range(20)], people
    )
    key = ("GM0001", micro().band_of("mood", "all"), BOTH)
    row = {(r["measure_code"], r["region_code"]): r for r in count_rows(one, {key}, micro(), people)}[
        "registered_ratio__mood", "GM0001"
    ]
    assert row["value"] is row["lower"] is row["numerator"] is None and row["value_status"] == "suppressed"


def delivery(folder: Path, years: tuple[int, ...]) -> Path:
    path = folder / "partner_ggz_registrations_synthetic.csv"
    lines = ["pseudonym;year;area_code;sex;age_band;complaint;provider"]
    lines += [f"{i:016x};{year};WK000100;v;12-17;angst;a" for i, year in enumerate(years)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_door__years_are_counted_together_and_only_whole(tmp_path: Path) -> None:
    rows = read_persons(SOURCE, delivery(tmp_path, (2019, 2020, 2021, 2022, 2023)), frozenset({"WK000100"}))
    assert set(rows.column("year").to_pylist()) == {2023}
    assert set(rows.column("age_band").to_pylist()) == {"12-17"}, "anxiety is the first kind"
    for years, found in (((2021, 2023), "2021, 2023"), ((2019, 2020, 2021, 2022, 2023, 2024), "2024")):
        with pytest.raises(DataProblem, match=f"found: {found}"):
            read_persons(SOURCE, delivery(tmp_path, years), frozenset({"WK000100"}))
    with pytest.raises(DataProblem, match="counted with others"):
        read_persons(SOURCE, delivery(tmp_path, (2018,)), frozenset({"WK000100"}))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kinds": None}, "need micro.kinds"),
        ({"pooled": {2023: [2022, 2023], 2024: [2023, 2024]}}, "stands once"),
        ({"pooled": {2022: [2022, 2023]}}, "last year"),
        ({"kinds": {"column": "k", "values": {str(i): f"kind_{i}" for i in range(9)}}}, "no more than 8"),
        ({"tables": [{"levels": ["gemeente"], "age_bands": ["0-11"]}]}, "per kind"),
    ],
)  # fmt: skip
def test_catalogue__a_declaration_of_kinds_that_contradicts_itself_is_refused(
    change: dict[str, object], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        Micro.model_validate(micro().model_dump() | change)


def test_gate__counts_of_no_cells_are_none_and_no_failure() -> None:
    """A second publication of an unchanged survey leaves no share to be counted anew."""
    inside = pd.DataFrame(
        {
            "year": [2023],
            "area": ["GM0001"],
            "age_band": ["12-14"],
            "sex": ["men"],
            "count": [4],
            "answer": [True],
        }
    )
    truth = Truth(pd.DataFrame(), inside)
    cells = pd.DataFrame({"year": [2023], "region_code": ["GM0001"], "age_band": ["all"], "sex": ["total"]})
    assert truth.counts(cells).tolist() == [4.0]
    assert truth.counts(cells.head(0)).tolist() == []
