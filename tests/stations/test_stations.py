"""Stations: a round between processes, what it opens, what it refuses; more of the same in `make prove ONLY=stations`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import yaml
from typer.testing import CliRunner

from datawerkplaats.base import files
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.governance import joint
from orchestration.steps import ingest
from stations.cli import app
from stations.contribution import frames_of, own_of
from stations.declaration import load_joint
from stations.frame import made_frame
from stations.ledger import Ledger
from stations.library import WholeNumbers
from stations.local import free_ports
from stations.pattern import Search
from stations.protocol import Opened
from stations.pseudonym import key_of, pseudonym, pseudonymise
from stations.request import Terms, check_request
from stations.station import Station
from tests.stations.at_once import faults_of_two_at_once
from tests.stations.broken import BREAKS, cut_off, faults_found
from tests.stations.crew import computed, made_crew, parts_of, random_table
from tests.stations.examiner import narrow_cells
from tests.stations.party import Task

pytestmark = pytest.mark.busy
K = 10


@pytest.mark.parametrize(
    ("parties", "years"),
    [
        ("a:data:127.0.0.1", "2023"),
        ("a:data:::1:8701", "2023"),
        ("a:data:127.0.0.1:x", "2023"),
        ("a:data:127.0.0.1:8701", "2023,twee"),
        ("", "2023"),
    ],
)
def test_request__that_cannot_be_read_is_a_sentence(tmp_path: Path, parties: str, years: str) -> None:
    Station.make(tmp_path / "a", "a", Settings(_env_file=None, data_dir=tmp_path / "data"))
    arguments = ["request", "any", "--years", years, "--within", "PV22", "--station", str(tmp_path / "a")]
    with pytest.raises(DataProblem, match="name:role:host:port"):
        CliRunner().invoke(app, [*arguments, "--parties", parties], catch_exceptions=False)


def test_round__opens_what_is_large_enough_and_is_the_same_everywhere(tmp_path: Path) -> None:
    crew = made_crew(tmp_path)
    told = crew.go()
    assert [found and found["code"] for found in told.values()] == [""] * 4
    assert len(crew.logs()) == 1
    table = pq.read_table(crew.station("een").results / "joint_youth_care.parquet").to_pandas()
    counts = table[table["measure_code"] == "care_users_joint_count"].set_index(
        ["region_code", "age_band", "sex"]
    )["value"]
    terms = Terms.of("youth_care", Settings())
    ((frame, keys),) = frames_of(terms, crew.request)
    plain = sum(
        own_of(
            [(frame, keys)], terms, crew.request, crew.station(n).source(terms), crew.station(n).deliveries
        )[0].counts
        for n in ("een", "twee", "drie")
    )
    by_key = {
        (key[0], key[1], key[2]): int(count) for key, count in zip(keys, np.asarray(plain), strict=True)
    }
    shown = counts.dropna()
    assert {key: int(value) for key, value in shown.items()} == {key: by_key[key] for key in shown.index}
    assert by_key["WK990100", "all", "total"] < K and np.isnan(counts["WK990100", "all", "total"])
    assert shown.min() >= K and len(shown) >= 25
    # What came out is loaded as any other delivery, with who approved it beside it.
    house = Settings(data_dir=tmp_path / "house", source="files", files=tmp_path)
    for path in crew.station("een").results.iterdir():
        files.copy(path, house.joint_dir / path.name)
    assert joint.made(house, "joint_youth_care").sha256 == crew.request.contract
    loaded = ingest(load_catalogue(house.catalogue_dir).sources["joint_youth_care"], house)
    assert loaded.status == "new", str(loaded)
    assert loaded.provenance and loaded.provenance.rows == len(table)


def test_computation__equals_plain_sums_and_leaves_small_cells_their_interval(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    tables = [random_table(rng) for _ in range(6)]
    found = computed(
        Task("protocol", free_ports(3), [frame for frame, _ in tables], parts_of(tables, 3)), tmp_path
    )
    looked = 0
    for number, (frame, own) in enumerate(tables):
        opened: Opened = found[0]["opened"][number]
        plain, shown = own.sum(axis=0), ~opened.hidden
        assert (opened.values[shown] == plain[shown]).all()
        assert (opened.passes == ((plain >= K) & ((own > 0).sum(axis=0) >= 3))).all()
        assert not (shown & ~opened.passes).any()
        for onlooker in (-1, 0, 1, 2):
            assert narrow_cells(frame, opened, own, K, onlooker) == []
        looked += int(shown.sum())
    assert looked > 20


def test_examiner__sees_a_cell_that_only_primary_hiding_leaves_open() -> None:
    frame = made_frame(["all", "a", "b"], ["gemeente", "wijk", "wijk"], [(0, [1, 2], False)])
    own = np.array([[20, 1, 19], [20, 1, 19], [20, 2, 18]])
    passes, values = np.array([True, False, True]), np.array([60, -1, 56])
    assert narrow_cells(frame, Opened(passes, ~passes, values), own, K) == [1]
    both = Opened(passes, np.array([False, True, True]), np.array([60, -1, -1]))
    assert narrow_cells(frame, both, own, K) == []


def test_pattern__a_failing_cell_without_anything_that_can_give_way_keeps_the_table_closed() -> None:
    frame = made_frame(["all", "a"], ["gemeente", "wijk"], [(0, [1], False)])
    search = Search(frame, np.array([True, False]), K, range(3))
    pattern = search.pattern()
    assert pattern.hidden.all()  # the total falls with its only part
    assert all(check.guards == 0 for check in pattern.checks)


@pytest.mark.parametrize(
    "name",
    [
        "a party has not approved",
        "an approval that comes too late",
        "a certificate of another authority",
        "kill -9 of drie at compute",
    ],
)
def test_broken__nothing_is_opened_and_a_rerun_works(name: str, tmp_path: Path) -> None:
    # Whoever waits in vain waits shorter than in `make prove ONLY=stations`: what it tells is the same.
    assert faults_found(next(one for one in BREAKS if one.name == name), tmp_path, wait_s=5) == []


def test_broken__a_party_that_is_cut_off_in_the_middle_of_comparing(tmp_path: Path) -> None:
    assert faults_found(cut_off("twee", 40), tmp_path, wait_s=5) == []


def test_round__of_two_requests_at_once_one_opens_the_year_at_most(tmp_path: Path) -> None:
    assert faults_of_two_at_once(tmp_path) == []


def test_shares__whole_numbers_and_nothing_else_are_understood() -> None:
    values = np.array([0, 1, 2**61], dtype=object)
    assert WholeNumbers.loads(WholeNumbers.dumps(values)).tolist() == values.tolist()
    with pytest.raises(DataProblem, match="cannot be understood"):
        WholeNumbers.loads(b"\x80\x04K\x01.")


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("k", 2, "k"),
        ("parties", {"least": 2}, "parties.least"),
        ("measures", [{"id": "a", "kind": "sum", "column": "hours"}], "measures.0"),
        ("measures", [{"id": "a", "kind": "sum", "column": "hours", "most": 9}], "one count"),
        (
            "tables",
            [{"levels": ["wijk"], "age_bands": ["0-14"]}, {"levels": ["wijk"], "age_bands": ["0-17"]}],
            "overlap",
        ),
        ("purpose", None, "purpose"),
        ("unasked", 1, "unasked"),
    ],
)
def test_declaration__a_mistake_is_a_sentence(field: str, value: object, told: str, tmp_path: Path) -> None:
    content = yaml.safe_load((PROJECT_ROOT / "catalogue/joint/youth_care.yml").read_text(encoding="utf-8"))
    content[field] = value
    if value is None:
        del content[field]
    (tmp_path / "joint").mkdir()
    (tmp_path / "joint" / "youth_care.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(DataProblem) as caught:
        load_joint(tmp_path, "youth_care")
    assert "catalogue/joint/youth_care.yml" in caught.value.sentence() and told in caught.value.sentence()


def test_request__is_refused_before_anything_is_computed(tmp_path: Path) -> None:
    crew = made_crew(tmp_path, is_approved=False)
    terms = Terms.of("youth_care", Settings())
    few = {
        code: dict.fromkeys(people, 5.0) if code.startswith("WK") else people
        for code, people in crew.request.areas.items()
    }
    for changes, code in (
        ({"years": (1999,)}, "input_refused"),
        ({"parties": crew.request.parties[1:]}, "input_refused"),
        ({"parties": crew.request.parties[:3], "asked_by": "een"}, "input_refused"),
        ({"areas": few}, "nothing_may_open"),
        ({"asked_at": "2031-01-01"}, "other_contract"),
    ):
        with pytest.raises(DataProblem) as caught:
            check_request(terms, replace(crew.request, **changes))
        assert caught.value.code == code
    assert terms.contract(replace(crew.request, years=(2023,))) != crew.request.contract
    with pytest.raises(DataProblem, match="role and a reason"):
        crew.station("een").approve(crew.request, "functionaris", "kort")
    assert crew.station("een").approval(crew.request) is None
    assert any("levering in orde" in line for line in crew.station("een").check(crew.request))


def test_contract__changes_with_any_word_of_the_declaration(tmp_path: Path) -> None:
    crew = made_crew(tmp_path, is_approved=False)
    terms = Terms.of("youth_care", Settings())
    other = replace(terms, joint=terms.joint.model_copy(update={"k": 11}))
    assert terms.contract(crew.request) == crew.request.contract != other.contract(crew.request)


def test_ledger__a_changed_line_is_found_and_a_missed_end_is_taken_over(tmp_path: Path) -> None:
    ahead, behind = Ledger(tmp_path / "a.jsonl", "x"), Ledger(tmp_path / "b.jsonl", "x")
    first = [("een", "", "requested", {"years": [2022]})]
    for log in (ahead, behind):
        log.add(first, at="2026-01-01")
    ahead.add([("een", "", "opened", {"year": 2022})], at="2026-01-02")
    behind.take_over(ahead.since(1))
    assert ahead.head() == behind.head() and ahead.head()[0] == 2
    behind.path.write_text(behind.path.read_text(encoding="utf-8").replace("2022", "2023"), encoding="utf-8")
    with pytest.raises(DataProblem, match="changed after it was written"):
        behind.read()
    with pytest.raises(DataProblem, match="log is no longer whole"):
        ahead.take_over([{"number": 7}])


def test_pseudonym__keyed_per_purpose_and_year_and_no_number_is_sent_on(tmp_path: Path) -> None:
    source, target = tmp_path / "own.csv", tmp_path / "out.csv"
    source.write_text("clientnummer;year\n000123;2022\n0.00.124;2022\n", encoding="utf-8")
    one, other = key_of(tmp_path, "youth_care", 2022), key_of(tmp_path, "youth_care", 2023)
    assert one != other == key_of(tmp_path, "youth_care", 2023) and len(one) == 32
    assert pseudonymise(source, target, "clientnummer", one) == 2
    lines = target.read_text(encoding="utf-8").splitlines()
    assert (
        lines[0] == "pseudonym;year"
        and lines[1] == f"{pseudonym(one, '123')};2022"
        and "123" not in lines[1].split(";")[1]
    )
    assert pseudonym(one, "123") != pseudonym(other, "123")
    assert (tmp_path / "pseudonym_youth_care_2022.key").stat().st_mode & 0o77 == 0
    source.write_text("clientnummer;bsn;year\n1;111222333;2022\n", encoding="utf-8")
    with pytest.raises(DataProblem) as caught:
        pseudonymise(source, target, "clientnummer", one)
    assert caught.value.code == "direct_identifier" and "111222333" not in caught.value.sentence()
