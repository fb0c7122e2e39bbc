"""Publishing, reading, rolling back and comparing, on a small warehouse."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from datawerkplaats import publication
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.publication import CheckResult, Publication, PublicTable, Reader, write
from tests.kept_builds import copy_of
from tests.publication_example import CHECKS, PUBLIC, release, warehouse

pytestmark = pytest.mark.busy


def publish(folder: Path, stamp: str = "s1", shift: float = 0.0, rows: int = 40) -> Publication:
    source = warehouse(folder / "warehouse.duckdb", stamp, rows, shift)
    return publication.publish(folder / "publish", source, PUBLIC, release(stamp), CHECKS)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, published once."""
    folder = tmp_path_factory.mktemp("example") / "published"
    publish(folder)
    return folder


@pytest.fixture
def served(example: Path, tmp_path: Path) -> Publication:
    """What is served in the test's own folder, which the test may spoil."""
    copy_of(example, tmp_path)
    return publication.current(tmp_path / "publish")


def files(folder: Path) -> set[str]:
    return {path.name for path in (folder / "publish").iterdir() if path.name != ".lock"}


def test_publish__writes_file_parquet_manifest_and_pointer(tmp_path: Path) -> None:
    made = publish(tmp_path)
    served = publication.current(tmp_path / "publish")
    assert served == made
    assert served.path.name == f"warehouse_{made.id}.duckdb"
    assert stat.S_IMODE(served.path.stat().st_mode) == 0o444
    assert (served.mode, served.region, served.title, served.fingerprint) == (
        "demo",
        "Veenland",
        "Testwerkplaats",
        "fingerprint-s1",
    )
    assert served.published_at.tzinfo is not None
    pointer = json.loads((tmp_path / "publish" / "current.json").read_text())
    assert pointer["publication_id"] == made.id
    assert pointer["file"] == made.path.name
    assert {table["name"]: table["rows"] for table in served.manifest["tables"]} == {
        "dim_indicator": 1, "fct_indicator": 40, "check_result": 2, "publication": 1
    }  # fmt: skip
    parquet = served.parquet_dir / "indicator" / "fct_indicator.parquet"
    assert duckdb.sql(f"select count(*) from '{parquet}'").fetchall() == [(40,)]


@pytest.mark.usefixtures("served")
def test_publish__holds_only_what_is_public_with_comments_and_origin(tmp_path: Path) -> None:
    with Reader(tmp_path / "publish").connect() as con:
        names = con.sql("select schema_name || '.' || table_name from duckdb_tables() order by 1").fetchall()
        assert [name for (name,) in names] == [
            "core.dim_indicator", "indicator.fct_indicator", "meta.publication", "quality.check_result"
        ]  # fmt: skip
        assert con.sql("select distinct indicator_id from indicator.fct_indicator").fetchall() == [
            ("loneliness_pct",)
        ]
        comment = con.sql("select comment from duckdb_tables() where table_name = 'fct_indicator'").fetchall()
        assert comment == [(PUBLIC[1].description,)]
        value = "select comment from duckdb_columns() where table_name = 'fct_indicator' and column_name = 'value'"
        assert con.sql(value).fetchall() == [("The value; empty where it is suppressed",)]
        meta = con.sql(
            "select mode, region, snapshot_hashes, checks_passed, checks_failed, checks_warned from meta.publication"
        )
        assert meta.fetchall() == [("demo", "Veenland", '{"source_a": "s1"}', 1, 0, 1)]
        assert con.sql("select rule, status, severity, violated from quality.check_result order by rule").fetchall() == [
            ("plausible__fct_indicator", "failed", "warn", 1), ("unique__fct_indicator", "passed", "error", 0)
        ]  # fmt: skip
        with pytest.raises(duckdb.Error, match="read-only"):
            con.execute("delete from indicator.fct_indicator")


def refuse(folder: Path, change: str, public: list[PublicTable] = PUBLIC) -> DataProblem:
    """Change the warehouse of what is served with SQL and publish: that must be refused without a trace."""
    served = publication.current(folder / "publish")
    before = files(folder)
    source = warehouse(folder / "warehouse.duckdb", "s2")
    with duckdb.connect(str(source)) as con:
        con.execute(change)
    with pytest.raises(DataProblem) as caught:
        publication.publish(folder / "publish", source, public, release("s2"), CHECKS)
    assert publication.current(folder / "publish") == served
    assert files(folder) == before
    return caught.value


@pytest.mark.usefixtures("served")
def test_publish__suppressed_row_with_a_value_is_refused(tmp_path: Path) -> None:
    where = "where value_status = 'suppressed' and region_code = 'GM0009' and indicator_id = 'loneliness_pct'"
    problem = refuse(tmp_path, f"update staging.facts set numerator = 3 {where}")
    assert "indicator.fct_indicator" in problem.sentence()
    assert "1 rows with a value" in problem.sentence()


@pytest.mark.usefixtures("served")
def test_publish__row_without_status_is_refused(tmp_path: Path) -> None:
    public = [PUBLIC[0], PublicTable("indicator", "fct_indicator")]
    problem = refuse(
        tmp_path,
        "update staging.facts set value_status = null where region_code = 'GM0001'",
        public,
    )
    assert "without status" in problem.sentence()


@pytest.mark.usefixtures("served")
def test_publish__status_nobody_knows_is_refused(tmp_path: Path) -> None:
    change = "update staging.facts set value_status = 'open' where region_code = 'GM0001'"
    assert "1 rows with a value" in refuse(tmp_path, change).sentence()


def test_publish__ratio_that_is_missing_beside_its_counts_is_no_leak(tmp_path: Path) -> None:
    source = warehouse(tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(source)) as con:
        counts = "value = null, lower = null, upper = null, numerator = 0, denominator = 0"
        con.execute(
            f"update staging.facts set value_status = 'missing', {counts} where region_code = 'GM0001'"
        )
    publication.publish(tmp_path / "publish", source, PUBLIC, release(), CHECKS)


@pytest.mark.usefixtures("served")
def test_publish__repeated_key_is_refused(tmp_path: Path) -> None:
    problem = refuse(
        tmp_path,
        "insert into staging.facts from staging.facts where region_code = 'GM0001'",
    )
    assert "unique" in problem.sentence()


@pytest.mark.usefixtures("served")
def test_publish__empty_required_value_is_refused(tmp_path: Path) -> None:
    public = [PUBLIC[0], PublicTable("indicator", "fct_indicator", required=("region_code",))]
    problem = refuse(
        tmp_path, "update staging.facts set region_code = null where region_code = 'GM0001'", public
    )
    assert "indicator.fct_indicator.region_code" in problem.sentence()


@pytest.mark.usefixtures("served")
def test_publish__missing_contract_column_is_refused(tmp_path: Path) -> None:
    problem = refuse(
        tmp_path,
        "create or replace view indicator.fct_indicator as select * exclude (value) from staging.facts",
    )
    assert "without value" in problem.sentence()


@pytest.mark.usefixtures("served")
def test_publish__missing_table_is_refused(tmp_path: Path) -> None:
    assert "indicator.fct_indicator" in refuse(tmp_path, "drop view indicator.fct_indicator").sentence()


def test_publish__failed_check_of_severity_error_is_refused(tmp_path: Path) -> None:
    source = warehouse(tmp_path / "warehouse.duckdb")
    bad = CheckResult("not_null__value", "indicator.fct_indicator", "model", "failed", violated=2)
    with pytest.raises(DataProblem, match="not_null__value"):
        publication.publish(tmp_path / "publish", source, PUBLIC, release(), [*CHECKS, bad])
    with pytest.raises(DataProblem, match="materialise"):
        publication.current(tmp_path / "publish")


def test_publish__unreadable_warehouse_is_a_sentence(tmp_path: Path) -> None:
    source = tmp_path / "warehouse.duckdb"
    source.write_bytes(b"no database" * 1000)
    with pytest.raises(DataProblem, match="make rebuild"):
        publication.publish(tmp_path / "publish", source, PUBLIC, release(), CHECKS)
    assert files(tmp_path) == set()


def test_publish__full_disk_is_a_sentence(
    served: Publication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write, "write_parquet", full)
    with pytest.raises(DataProblem, match="disk is full"):
        publish(tmp_path, "s2")
    assert publication.current(tmp_path / "publish") == served


def test_publish__keeps_what_is_of_the_last_thirty_days(tmp_path: Path) -> None:
    made = [publish(tmp_path, f"s{number}").id for number in range(7)]
    assert publication.history(tmp_path / "publish") == made
    expected = {"current.json"}
    for item in made:
        expected |= {f"warehouse_{item}.duckdb", f"manifest_{item}.json", f"parquet_{item}"}
    assert files(tmp_path) == expected


CRASH = """
import os, signal, sys
from pathlib import Path
from datawerkplaats import publication
from datawerkplaats.publication import write
from tests.publication_example import CHECKS, PUBLIC, release, warehouse
folder, moment = Path(sys.argv[1]), sys.argv[2]
original = getattr(write, moment)
def die(*args, **kwargs):
    if sys.argv[3] == "after":
        original(*args, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(write, moment, die)
publication.publish(folder / "publish", warehouse(folder / "new.duckdb", "s2"), PUBLIC, release("s2"), CHECKS)
"""


@pytest.mark.parametrize(
    ("moment", "side"),
    [
        ("filled", "after"),
        ("verify_content", "after"),
        ("write_parquet", "after"),
        ("_store", "after"),
        ("write_pointer", "before"),
    ],
)
def test_publish__kill_leaves_the_served_one_and_no_trace_after_the_next(
    served: Publication, tmp_path: Path, moment: str, side: str
) -> None:
    before = files(tmp_path)
    run = subprocess.run(
        [sys.executable, "-c", CRASH, str(tmp_path), moment, side], cwd=PROJECT_ROOT, check=False
    )
    assert run.returncode == -signal.SIGKILL
    assert publication.current(tmp_path / "publish") == served
    assert files(tmp_path) != before, "the kill came too early to leave anything"
    with Reader(tmp_path / "publish").connect() as con:
        assert con.sql("select count(*) from indicator.fct_indicator").fetchall() == [(40,)]
    following = publish(tmp_path, "s3")
    made = {name.format(following.id) for name in ("warehouse_{}.duckdb", "manifest_{}.json", "parquet_{}")}
    assert files(tmp_path) == before | made


def test_publish__a_gate_sees_the_finished_file_and_can_hold_it_back(
    served: Publication, tmp_path: Path
) -> None:
    before = files(tmp_path)
    seen: list[publication.Candidate] = []

    def refuses(candidate: publication.Candidate) -> dict[str, object]:
        seen.append(candidate)
        with duckdb.connect(str(candidate.path), read_only=True) as con:
            rows = con.sql("select count(*) from indicator.fct_indicator").fetchall()[0][0]
        raise DataProblem(
            "build_failed", subject="the gate", expected="fewer rows", found=f"{rows} rows", remedy="wait"
        )

    source = warehouse(tmp_path / "warehouse.duckdb", "s2", 41, 0.0)
    with pytest.raises(DataProblem, match="41 rows"):
        publication.publish(
            tmp_path / "publish", source, PUBLIC, release("s2"), CHECKS, gates={"judge": refuses}
        )
    assert files(tmp_path) == before
    assert publication.current(tmp_path / "publish") == served
    assert seen[0].served == served and seen[0].earlier == (served,)
    made = publication.publish(
        tmp_path / "publish",
        source,
        PUBLIC,
        release("s2"),
        CHECKS,
        gates={"judge": lambda _: {"looked_at": 41}},
    )
    assert made.manifest["gates"] == {"judge": {"looked_at": 41}}
