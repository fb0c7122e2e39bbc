"""The map of Veenland: counts, codes, names, exact borders, and the recoding between 2020 and 2022."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import shapely

from demo.geography import Geography, make_geography
from tests.province import SMALL, province

LEVELS = ("gemeenten", "wijken", "buurten")


@pytest.fixture(scope="module")
def geography() -> Geography:
    return province().geography


def test_geography__has_the_promised_number_of_areas(geography: Geography) -> None:
    counts = {y: [len(getattr(v, level).codes) for level in LEVELS] for y, v in geography.vintages.items()}
    assert counts == {2020: [12, 190, 680], 2022: [12, 198, 680]}


def test_geography__codes_are_unique_well_formed_and_nested(geography: Geography) -> None:
    for vintage in geography.vintages.values():
        codes = [c for level in LEVELS for c in getattr(vintage, level).codes]
        assert len(set(codes)) == len(codes)
        for level, prefix, digits in (
            ("gemeenten", "GM99", 2),
            ("wijken", "WK99", 4),
            ("buurten", "BU99", 6),
        ):
            found = getattr(vintage, level).codes
            assert found == sorted(found)
            assert all(c.startswith(prefix) and c[4:].isdigit() and len(c) == 4 + digits for c in found)
        for code, wijk, gemeente in zip(
            vintage.buurten.codes, vintage.buurten.wijk, vintage.buurten.gemeente, strict=True
        ):
            assert vintage.wijken.codes[wijk][2:] == code[2:8]
            assert vintage.gemeenten.codes[gemeente][2:] == code[2:6]


def test_geography__polygons_are_valid_counter_clockwise_and_fill_the_province(geography: Geography) -> None:
    area = geography.province.area
    for vintage in geography.vintages.values():
        for level in LEVELS:
            shapes = np.array(getattr(vintage, level).shapes)
            assert shapely.is_valid(shapes).all()
            assert all(shape.exterior.is_ccw for shape in shapes)
            # The sum equals the area of the union and of the province: nothing overlaps and there is no gap.
            assert shapely.area(shapes).sum() == pytest.approx(area, rel=1e-9)
            assert shapely.union_all(shapes).symmetric_difference(geography.province).area < area * 1e-9


def test_geography__borders_run_through_the_same_points_at_every_level(geography: Geography) -> None:
    for vintage in geography.vintages.values():
        corners = {tuple(p) for shape in vintage.buurten.shapes for p in shapely.get_coordinates(shape)}
        for level in ("gemeenten", "wijken"):
            for shape in getattr(vintage, level).shapes:
                assert {tuple(p) for p in shapely.get_coordinates(shape)} <= corners


def test_geography__a_buurt_is_its_parents_part(geography: Geography) -> None:
    vintage = geography.vintages[2022]
    for w, shape in enumerate(vintage.wijken.shapes):
        parts = [vintage.buurten.shapes[b] for b in np.flatnonzero(vintage.buurten.wijk == w)]
        assert shapely.union_all(parts).symmetric_difference(shape).area < shape.area * 1e-9


def test_geography__lies_in_the_open_sea(geography: Geography) -> None:
    west, south, east, north = geography.province.bounds
    assert 4.0 < west < east < 5.2
    assert 53.6 < south < north < 54.4


def test_geography__one_gemeente_recodes_its_wijken_and_nothing_else_changes(geography: Geography) -> None:
    before, after = geography.vintages[2020], geography.vintages[2022]
    recoded = before.gemeenten.codes[geography.recoded_gemeente][2:]
    old = {c for c in before.wijken.codes if c[2:6] == recoded}
    new = {c for c in after.wijken.codes if c[2:6] == recoded}
    assert (len(old), len(new)) == (17, 25)
    assert not old & new
    rest = dict(zip(before.wijken.codes, before.wijken.shapes, strict=True))
    for code, name, shape in zip(after.wijken.codes, after.wijken.names, after.wijken.shapes, strict=True):
        if code not in new:
            assert shape.equals(rest[code])
            assert name == before.wijken.names[before.wijken.codes.index(code)]
    assert all(a.equals(b) for a, b in zip(before.gemeenten.shapes, after.gemeenten.shapes, strict=True))
    shapes = {s.wkb for s in before.buurten.shapes}
    assert {s.wkb for s in after.buurten.shapes} == shapes
    assert not {s.wkb for c, s in rest.items() if c in old} <= {s.wkb for s in after.wijken.shapes}


def test_geography__names_are_unique_within_their_parent(geography: Geography) -> None:
    for vintage in geography.vintages.values():
        assert len(set(vintage.gemeenten.names)) == 12
        for g in range(12):
            wijken = [
                n
                for n, owner in zip(vintage.wijken.names, vintage.wijken.gemeente, strict=True)
                if owner == g
            ]
            assert len(set(wijken)) == len(wijken)
        for w in range(len(vintage.wijken.codes)):
            buurten = [
                n for n, owner in zip(vintage.buurten.names, vintage.buurten.wijk, strict=True) if owner == w
            ]
            assert len(set(buurten)) == len(buurten)


@pytest.mark.reference
def test_geography__no_gemeente_has_the_name_or_code_of_a_real_one(
    geography: Geography, reference_data: Path
) -> None:
    with (reference_data / "geo" / "gemeente_2022_ggd_corop_provincie.csv").open(encoding="utf-8") as file:
        real = list(csv.DictReader(file))
    taken = {
        row[column].casefold()
        for row in real
        for column in ("name", "ggdregio", "provincie", "nuts3", "code")
    }
    mine = geography.vintages[2022].gemeenten
    assert len(real) > 300
    assert not {n.casefold() for n in [*mine.names, *mine.codes, "Veenland", "GGD Veenland"]} & taken


def test_geography__same_seed_same_map_and_another_seed_another() -> None:
    first, again, other = make_geography(5, SMALL), make_geography(5, SMALL), make_geography(6, SMALL)
    assert first.province.wkb == again.province.wkb != other.province.wkb
    assert [s.wkb for s in first.vintages[2022].buurten.shapes] == [
        s.wkb for s in again.vintages[2022].buurten.shapes
    ]
    assert first.vintages[2020].buurten.names == again.vintages[2020].buurten.names


@pytest.mark.parametrize("seed", range(12))
def test_geography__any_seed_gives_valid_areas(seed: int) -> None:
    geography = make_geography(seed, SMALL)
    for vintage in geography.vintages.values():
        for level in LEVELS:
            shapes = np.array(getattr(vintage, level).shapes)
            assert shapely.is_valid(shapes).all()
            assert shapely.area(shapes).sum() == pytest.approx(geography.province.area, rel=1e-9)


def test_geography__one_gemeente_was_two_before_2019(geography: Geography) -> None:
    before, after = geography.classification(2018), geography.classification(2019)
    assert (len(before.gemeenten.codes), len(after.gemeenten.codes)) == (13, 12)
    assert set(before.gemeenten.codes) - set(after.gemeenten.codes) == {"GM9981", "GM9982"}
    assert set(after.gemeenten.codes) - set(before.gemeenten.codes) == {"GM9904"}
    for level in ("wijken", "buurten"):
        codes = getattr(before, level).codes
        assert len(set(codes)) == len(codes) == len(getattr(after, level).codes)
        assert {code[2:6] for code in codes} == {code[2:] for code in before.gemeenten.codes}
    parts = [
        s
        for c, s in zip(before.gemeenten.codes, before.gemeenten.shapes, strict=True)
        if c[2:4] == "99" and c > "GM9980"
    ]
    whole = after.gemeenten.shapes[after.gemeenten.codes.index("GM9904")]
    assert shapely.union_all(parts).symmetric_difference(whole).area < whole.area * 1e-9
    assert geography.classification(2022) is geography.vintages[2022]
