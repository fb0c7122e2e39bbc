"""A partner's file at the door: what points at a person, or is not what was agreed, stays out and is quoted nowhere."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pyarrow as pa
import pytest

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue.identifiers import is_citizen_number, name_tells, values_tell
from datawerkplaats.partners.loading import load_partner
from datawerkplaats.partners.validation import problems_of, read_persons
from datawerkplaats.partners.vault import Vault
from tests.partner_example import COUNTS, HEADING, SOURCE, World, make_world, person, persons, write_csv

BSN = ("123456782", "111222333", "100000009", "999990019")
CANARIES = (*BSN, "Jansen", "Anneke de Vries", "9411 XX", "12-03-2009", "anneke@voorbeeld.nl", "06-12345678")
GOOD = persons(COUNTS)


@pytest.fixture
def world(settings: Settings, tmp_path: Path) -> World:
    return make_world(settings, tmp_path)


def with_column(name: str, values: tuple[str, ...]) -> tuple[list[list[str]], list[str]]:
    return [[*row, values[i % len(values)]] for i, row in enumerate(GOOD)], [*HEADING, name]


def replaced(column: str, value: str, rows: int = 1) -> list[list[str]]:
    place = HEADING.index(column)
    return [
        [value if i == place and n < rows else v for i, v in enumerate(row)] for n, row in enumerate(GOOD)
    ]


def refusal(world: World, rows: list[list[str]], heading: list[str] | None = None) -> DataProblem:
    with pytest.raises(DataProblem) as caught:
        source = world.catalogue.sources[SOURCE]
        read_persons(
            source, write_csv(world.file, rows, heading or HEADING), frozenset(COUNTS) | {"GM0001", "GM0002"}
        )
    return caught.value


def test_citizen_numbers__the_proof_of_eleven() -> None:
    assert all(is_citizen_number(number) for number in BSN)
    assert not any(is_citizen_number(number) for number in ("123456789", "000000000", "111222334"))
    assert is_citizen_number("10000008") == is_citizen_number("010000008")


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("BSN", "a citizen service number"), ("Achternaam", "a name"), ("first_name", "a name"),
        ("geboortedatum", "a date of birth"), ("E-mail", "an e-mail address"), ("tel", "a telephone number"),
        ("PC6", "a postcode"), ("woonadres", "an address"), ("patientnr", "a patient number"),
        ("area_code", None), ("often_stressed", None), ("weight", None), ("detail", None),
    ],
)  # fmt: skip
def test_names_of_columns_tell(column: str, kind: str | None) -> None:
    assert name_tells(column) == kind


def test_values_tell__a_few_in_a_hundred_are_enough_and_one_by_chance_is_not() -> None:
    plain = [f"ref {n}" for n in range(98)]
    assert values_tell([*plain, "dossier 123456782", "bsn: 111.222.333"]) == "a citizen service number"
    assert values_tell([*plain, "123456782"]) is None
    assert values_tell(["123456782"]) == "a citizen service number"
    assert values_tell(["0.123456782", "1.111222333"]) is None, "decimals are no numbers of persons"


@pytest.mark.parametrize(
    ("name", "values", "code"),
    [
        ("bsn", BSN, "direct_identifier"), ("kenmerk", BSN, "direct_identifier"),
        ("naam", ("Jansen",), "direct_identifier"), ("contact", ("Anneke de Vries",), "direct_identifier"),
        ("code2", ("9411 XX",), "direct_identifier"), ("moment", ("12-03-2009",), "direct_identifier"),
        ("bereik", ("anneke@voorbeeld.nl",), "direct_identifier"), ("nummer", ("06-12345678",), "direct_identifier"),
        ("geboortedatum", ("",), "direct_identifier"), ("opmerking", ("niets",), "column_not_agreed"),
    ],
)  # fmt: skip
def test_a_column_too_many_is_refused(world: World, name: str, values: tuple[str, ...], code: str) -> None:
    problem = refusal(world, *with_column(name, values))
    assert problem.code == code and problem.subject == "partner_youth_care_test.csv"
    assert problem.where == (f"column {name}" if name_tells(name) else "column 8")
    assert problem.expected and problem.remedy
    assert not [canary for canary in CANARIES if canary in problem.sentence("nl") + problem.sentence("en")]


@pytest.mark.parametrize(
    ("rows", "code", "where"),
    [
        ([[*BSN[:1], *row[1:]] for row in GOOD], "direct_identifier", "column pseudonym"),
        (replaced("pseudonym", "123456782"), "unknown_category", "column pseudonym, row 1"),
        ([GOOD[0], *GOOD], "duplicate_key", "columns pseudonym, year, row 2"),
        (replaced("area_code", "WK999999", 3), "unknown_region", "column area_code, row 1"),
        (replaced("area_code", "hier"), "unknown_region", "column area_code, row 1"),
        (replaced("area_code", "BU00010001"), "region_too_fine", "column area_code, row 1"),
        (replaced("sex", "Jansen"), "unknown_category", "column sex, row 1"),
        (replaced("age_band", "25-30"), "unknown_category", "column age_band, row 1"),
        (replaced("care_type", "Anneke de Vries"), "direct_identifier", "column care_type"),
        (replaced("year", "12-03-2009"), "unknown_category", "column year, row 1"),
    ],
)  # fmt: skip
def test_a_value_that_was_not_agreed_is_refused(
    world: World, rows: list[list[str]], code: str, where: str
) -> None:
    problem = refusal(world, rows)
    assert (problem.code, problem.where) == (code, where)
    said = problem.sentence("en")
    assert not [canary for canary in (*CANARIES, "WK999999", "hier", "BU00010001") if canary in said]


def test_a_file_without_a_heading_is_refused_and_not_quoted(world: World) -> None:
    problem = refusal(world, GOOD, ["Jansen", "123456782", *GOOD[0][2:]])
    assert problem.code in ("direct_identifier", "column_not_agreed")
    assert "Jansen" not in problem.sentence() and "123456782" not in problem.sentence()
    assert GOOD[0][0] not in problem.sentence()


def test_a_line_that_does_not_fit_is_not_quoted(world: World) -> None:
    problem = refusal(world, [*GOOD, ["Anneke de Vries"]])
    assert problem.code == "uneven_row" and problem.where == f"line {len(GOOD) + 2}"
    assert "Anneke" not in problem.sentence()


def test_a_missing_column_is_named(world: World) -> None:
    problem = refusal(world, [row[:-1] for row in GOOD], HEADING[:-1])
    assert (problem.code, problem.where) == ("missing_column", "column care_type")


def test_what_is_kept_has_no_pseudonym_and_is_private(world: World) -> None:
    result = world.deliver(GOOD)
    assert result.status == "new" and result.provenance
    vault = Vault(world.catalogue.sources[SOURCE], world.settings)
    kept = vault.rows(result.provenance.snapshot_id)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    for folder in (kept.parent, vault.root, world.settings.private_dir, world.settings.private_dir.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700, folder
    content = b"".join(path.read_bytes() for path in world.settings.data_dir.rglob("*") if path.is_file())
    assert GOOD[0][0].encode() not in content
    assert world.deliver(GOOD).status == "unchanged"


def test_vault__rows_that_were_damaged_are_read_again_from_the_delivery(world: World) -> None:
    world.deliver(GOOD)
    vault = Vault(world.catalogue.sources[SOURCE], world.settings)
    made = vault.whole()
    assert made is not None
    rows = vault.rows(made.snapshot_id)
    whole = rows.read_bytes()
    rows.write_bytes(whole[: len(whole) // 2])
    assert vault.whole() is None
    world.deliver(GOOD)
    assert vault.whole() is not None
    assert rows.stat().st_mode & 0o077 == 0


def test_a_refused_file_leaves_a_reason_and_no_rows_and_what_was_there_stays(world: World) -> None:
    first = world.deliver(GOOD)
    world.protect()
    before = world.table()
    result = world.deliver(*with_column("bsn", BSN))
    assert result.status == "rejected" and result.provenance == first.provenance
    world.protect()
    assert world.table() == before
    left = [path for path in world.settings.rejected_dir.rglob("*") if path.is_file()]
    assert [path.name for path in left] == ["reason.json"]
    reason = json.loads(left[0].read_text(encoding="utf-8"))
    assert reason["code"] == "direct_identifier" and "bsn" in reason["where"]
    everything = [path.read_bytes() for path in world.settings.data_dir.rglob("*") if path.is_file()]
    assert not any(canary.encode() in content for canary in BSN for content in everything)


def survey(world: World, *weights: str) -> pa.Table:
    """A survey of one organisation: no partners in it, and a weight and an answer per respondent."""
    heading = ["pseudonym", "year", "area_code", "sex", "age_band", "weight", "often_stressed"]
    rows = [
        [*person(n, "GM0001")[:4], "16-20", weight, "nee" if n else "ja"] for n, weight in enumerate(weights)
    ]
    file = write_csv(world.file.with_name("partner_young_adults_survey_test.csv"), rows, heading)
    return read_persons(world.catalogue.sources["partner_young_adults_survey"], file, frozenset({"GM0001"}))


def test_a_delivery_without_partners_names_none_and_has_its_weights_and_answers(world: World) -> None:
    read = survey(world, "1,5", "2", "3e-1").to_pydict()
    assert read["partner"] == ["", "", ""]
    assert read["weight"] == [1.5, 2.0, 0.3] and read["answer"] == [True, False, False]


@pytest.mark.parametrize("weight", ["0", "-1", "veel", "1,5x", ""])
def test_a_weight_that_is_none_is_refused_with_its_row(world: World, weight: str) -> None:
    with pytest.raises(DataProblem) as caught:
        survey(world, "1", weight)
    assert (caught.value.code, caught.value.where) == ("not_a_number", "column weight, row 2")


def test_a_first_file_that_is_refused_leaves_the_source_absent(world: World) -> None:
    assert world.deliver(*with_column("naam", ("Jansen",))).status == "rejected"
    assert world.protect().snapshots[SOURCE] == "absent"
    assert world.table() == []


def test_a_person_may_have_a_gemeente_only_or_no_area_at_all(world: World) -> None:
    rows = [*GOOD, person(9001, "GM0001"), person(9002, ""), person(9003, "onbekend")]
    assert world.deliver(rows).status == "new"
    world.protect()
    counts = {
        (row["region_code"], row["sex"], row["age_band"]): row["value"]
        for row in world.table()
        if row["measure_code"] == "care_users_count"
    }
    assert counts["GM0001", "total", "all"] == 4 + 31 + 40 + 57 + 1
    assert counts["PV99", "total", "all"] == len(GOOD) + 3


def test_rows_that_nothing_needs_any_more_are_removed(world: World) -> None:
    first = world.deliver(GOOD)
    world.protect()
    second = world.deliver([*GOOD, person(9001, "WK000101")])
    world.protect()
    assert first.provenance and second.provenance
    vault = Vault(world.catalogue.sources[SOURCE], world.settings)
    assert not vault.rows(first.provenance.snapshot_id).exists()
    assert vault.rows(second.provenance.snapshot_id).exists()
    world.file.unlink()
    assert load_partner(world.catalogue.sources[SOURCE], world.settings).status == "absent"
    assert world.protect().snapshots[SOURCE] == "absent"
    assert not vault.rows(second.provenance.snapshot_id).exists() and world.table() == []


def test_problems_of__tells_the_years_and_rows_of_a_good_delivery_and_what_is_wrong_with_a_bad_one(
    world: World,
) -> None:
    source, known = world.catalogue.sources[SOURCE], frozenset(COUNTS) | {"GM0001", "GM0002"}
    found, years, rows = problems_of(source, write_csv(world.file, GOOD, HEADING), known)
    assert (found, rows) == ([], len(GOOD))
    period = source.micro.period if source.micro else ""
    assert years == sorted({int(row[HEADING.index(period)]) for row in GOOD})
    empty = write_csv(world.file, [], HEADING)
    found, years, rows = problems_of(source, empty, known, lambda _, delivered: {"id": delivered[HEADING[0]]})
    assert ([problem.code for problem in found], years, rows) == (["no_rows"], [], 0)
    found, years, rows = problems_of(source, empty, known)
    assert ([problem.code for problem in found], years, rows) == (["no_rows"], [], 0)
