"""The command line: every answer is readable, every failure is a sentence with exit code 1."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from datawerkplaats import publication
from datawerkplaats.base.errors import DATA, EXIT_CODES, PROBLEMS
from datawerkplaats.base.settings import PROJECT_ROOT, Settings, get_settings
from datawerkplaats.catalogue import load_catalogue
from datawerkplaats.cli.main import app
from datawerkplaats.publication import Publication, approvals
from datawerkplaats.publication.findings import Finding
from datawerkplaats.workplace import questions, schema
from datawerkplaats.workplace.people import LOCAL
from datawerkplaats.workplace.store import open_store
from tests.publication_example import CHECKS, PUBLIC, release, warehouse


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def fails(*arguments: str) -> str:
    """The sentence with which a command fails."""
    result = run(*arguments)
    assert result.exit_code in {1, *EXIT_CODES.values(), DATA}, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    assert result.stdout == ""
    return result.stderr.strip()


@pytest.fixture
def served(settings: Settings) -> Publication:
    return publish(settings, "s1")


def publish(settings: Settings, stamp: str, shift: float = 0.0) -> Publication:
    source = warehouse(settings.warehouse_path, stamp, shift=shift)
    return publication.publish(settings.publish_dir, source, PUBLIC, release(stamp), CHECKS)


COUNT = "select indicator_id, count(*) as n, max(value) as highest from indicator.fct_indicator group by all"


def test_sql__shows_an_aligned_table(served: Publication) -> None:
    result = run("sql", COUNT)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "indicator_id     n  highest", "--------------  --  -------", "loneliness_pct  40       38"
    ]  # fmt: skip


def test_sql__csv_and_json_give_all_rows(served: Publication) -> None:
    query = "select range as n, null as nothing from range(250)"
    rows = list(csv.reader(io.StringIO(run("sql", query, "--csv").stdout)))
    assert (rows[0], rows[-1], len(rows)) == (["n", "nothing"], ["249", ""], 251)
    objects = json.loads(run("sql", query, "--json").stdout)
    assert (objects[7], len(objects)) == ({"n": 7, "nothing": None}, 250)


def test_sql__limits_rows_and_says_so(served: Publication) -> None:
    result = run("sql", "select * from range(250)", "--limit", "10")
    assert len(result.stdout.splitlines()) == 12
    assert "first 10 rows" in result.stderr
    assert len(run("sql", "select * from range(250)", "--limit", "0").stdout.splitlines()) == 252
    assert "first" not in run("sql", "select * from range(100)").stderr


@pytest.mark.parametrize(
    "query",
    [
        "delete from indicator.fct_indicator",
        "create table t as select 1",
        "drop table core.dim_indicator",
        "attach 'other.duckdb'",
        "copy indicator.fct_indicator to 'leak.csv'",
        "set enable_external_access = true",
        "install httpfs",
        "select 1; select 2",
        "",
    ],
)
def test_sql__refuses_everything_that_is_no_single_select(served: Publication, query: str) -> None:
    assert fails("sql", query).startswith("SQL: the query was refused")


@pytest.mark.parametrize(
    "query", ["select * from read_csv('/etc/passwd')", "explain analyze copy (select 1) to 'leak.csv'"]
)
def test_sql__reaches_no_other_file(served: Publication, query: str) -> None:
    assert "the query was refused" in fails("sql", query)


def test_sql__names_what_is_wrong_with_a_query(served: Publication) -> None:
    assert "fct_indicators" in fails("sql", "select * from indicator.fct_indicators")
    assert "Did you mean" in fails("sql", "select * from indicator.fct_indicators")
    assert "syntax error" in fails("sql", "selct 1")
    assert "valu" in fails("sql", "select valu from indicator.fct_indicator")


@pytest.mark.parametrize("command", [["sql", "select 1"], ["path"], ["status"], ["diff"], ["rollback"]])
def test_commands__without_publication_say_what_to_do(settings: Settings, command: list[str]) -> None:
    assert "make materialise" in fails(*command)


def test_path__is_the_published_file(served: Publication) -> None:
    assert run("path").stdout.strip() == str(served.path)


def test_status__tells_mode_publication_checks_and_notices(served: Publication, settings: Settings) -> None:
    notice = {
        "source_id": "source_b",
        "kind": "rejected",
        "sentence_nl": "x",
        "sentence_en": "source_b: the file is empty.",
    }
    (settings.publish_dir / "notices.json").write_text(json.dumps([notice]))
    failed = {
        "status": "failed",
        "at": "2026-01-01T00:00:00+00:00",
        "sentences": ["source_b: the file is empty."],
    }
    (settings.publish_dir / "last_run.json").write_text(json.dumps(failed))
    shown = run("status").stdout
    for part in (
        "mode demo (fictional data)",
        served.id,
        "1 passed, 0 failed, 1 warned",
        "plausible__fct_indicator",
        "rejected",
    ):
        assert part in shown
    assert "still served" in shown


def test_diff_and_rollback__follow_the_pointer(served: Publication, settings: Settings) -> None:
    assert "at least two publications" in fails("diff")
    second = publish(settings, "s2", shift=1.0)
    shown = run("diff").stdout
    assert f"From {served.id} to {second.id}: 0 cells added, 0 lost and 36 changed" in shown
    assert "loneliness_pct  2020  gemeente" in shown
    assert "same data" in run("diff", second.id, second.id).stdout
    whole = run("diff", "--all", "--against", str(settings.data_dir))
    assert whole.exit_code == 0 and "say the same" in whole.stdout
    other = run("diff", "--all")
    assert other.exit_code == 1 and "indicator.fct_indicator" in other.stdout
    assert served.id in run("rollback").stdout
    assert publication.current(settings.publish_dir) == served
    assert second.id in run("rollback", second.id).stdout
    assert "nonsense" in fails("rollback", "nonsense")


def test_settings__a_wrong_one_is_a_sentence(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DWP_SOURCE", "nonsense")
    get_settings.cache_clear()
    assert fails("path").startswith("Setting DWP_SOURCE: ")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of catalogue and dbt project that commands may write into."""
    root = tmp_path / "project"
    shutil.copytree(PROJECT_ROOT / "catalogue", root / "catalogue")
    shutil.copytree(
        PROJECT_ROOT / "dbt_project", root / "dbt_project", ignore=shutil.ignore_patterns("target", "logs")
    )
    monkeypatch.setenv("DWP_CATALOGUE_DIR", str(root / "catalogue"))
    get_settings.cache_clear()
    yield root
    get_settings.cache_clear()


def test_approve__lists_what_is_held_back_and_lifts_it_by_name(settings: Settings) -> None:
    assert "Nothing is held back" in run("approve").stdout
    finding = Finding(
        "lost_cells", "blocks", "loneliness_pct/gemeente/2020", "36 figures", "6 of them absent"
    )
    approvals.hold(
        settings.load_gate_dir, approvals.Pending("0a1b2c3d4e5f", "20240101_000000_000", [finding])
    )
    listed = run("approve").stdout
    assert "lost_cells" in listed
    assert "6 of them absent" in listed
    assert "dwp approve 0a1b2c3d4e5f --by" in listed
    assert "--reason" in fails("approve", "0a1b2c3d4e5f", "--by", "epidemiologist")
    assert "--by" in fails("approve", "0a1b2c3d4e5f", "--reason", "withdrawn by the publisher")
    done = run("approve", "0a1b2c3d4e5f", "--by", "epidemiologist", "--reason", "withdrawn by the publisher")
    assert done.exit_code == 0, done.output
    assert "Approved by epidemiologist" in done.stdout
    with open_store(settings).reading() as connection:
        event = connection.execute(sa.select(schema.event)).one()
    told = json.loads(event.body)
    assert (event.object_type, event.object_id, event.verb) == ("load_gate", "0a1b2c3d4e5f", "approved")
    assert told["by"] == "epidemiologist" and told["signed_in"] is False  # refused tries left nothing
    assert "--reason" in fails("approve", "0a1b2c3d4e5f", "--by", "epidemiologist", "--reason", "short")
    kept = approvals.approval_of(settings.load_gate_dir, "0a1b2c3d4e5f")
    assert kept and kept.reason == "withdrawn by the publisher"  # and take nothing away


def test_workplace__is_verified_kept_and_put_back(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(settings)
    questions.ask(store, LOCAL, "Hoeveel jongeren wachten op hulp?")
    (settings.workplace_dir / "documents").mkdir()
    (settings.workplace_dir / "documents" / "plan.pdf").write_bytes(b"plan")
    assert "whole: 1 events" in run("verify-log").stdout
    assert run("backup", str(tmp_path / "kept")).exit_code == 0
    assert "never writes over" in fails("restore", str(tmp_path / "kept"))
    monkeypatch.setenv("DWP_DATA_DIR", str(tmp_path / "elsewhere"))
    get_settings.cache_clear()
    assert "dwp backup" in fails("restore", str(tmp_path / "nothing"))
    assert "1 events" in run("restore", str(tmp_path / "kept")).stdout
    assert (get_settings().workplace_dir / "documents" / "plan.pdf").read_bytes() == b"plan"
    with open_store(get_settings()).engine.begin() as connection:
        connection.execute(sa.update(schema.event).values(actor="somebody"))
    assert "event 1" in fails("verify-log")


@pytest.mark.parametrize("mart", ["indicator", "determinant", "outcome"])
def test_new_indicator__writes_one_file_that_validates(settings: Settings, project: Path, mart: str) -> None:
    arguments = ["--mart", mart, "--source", "rivm_health_50090ned", "--measure", "NieuweMaat"]
    result = run("new", "indicator", "new_measure_pct", *arguments)
    assert result.exit_code == 0, result.output
    assert (project / "catalogue" / "indicators" / mart / "new_measure_pct.yml").exists()
    assert load_catalogue(project / "catalogue").indicators["new_measure_pct"].mart == mart
    assert "id that is not in use" in fails("new", "indicator", "new_measure_pct", *arguments)


def test_new_indicator__mistake_leaves_nothing(settings: Settings, project: Path) -> None:
    sentence = fails(
        "new", "indicator", "x_pct", "--mart", "outcome", "--source", "rivm_helth", "--measure", "A"
    )
    assert "rivm_health" in sentence
    assert not list(project.rglob("x_pct.yml"))
    assert "determinant" in fails(
        "new", "indicator", "x_pct", "--mart", "mart", "--source", "a", "--measure", "A"
    )


def test_new_theme__of_three_figures_is_a_whole_theme(settings: Settings, project: Path) -> None:
    figures = "loneliness_djg_pct,smoking_pct,wmo_clients_per_1000"
    result = run("new", "theme", "quiet", "--title", "Rust", "--figures", figures)
    assert result.exit_code == 0, result.output
    theme = load_catalogue(project / "catalogue").themes["quiet"]
    assert {place.role for place in theme.places.values()} == {"indicator", "determinant", "outcome"}
    assert list(load_catalogue(project / "catalogue").themes)[-1] == "quiet"
    assert "id that is not in use" in fails("new", "theme", "quiet", "--title", "Rust", "--figures", figures)


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        ("loneliness_djg_pct,smoking_pct", "at least 3"),
        ("loneliness_djg_pct,smoking_pct,smokin_pct", "smokin_pct"),
    ],
)
def test_new_theme__mistake_leaves_nothing(
    settings: Settings, project: Path, figures: str, told: str
) -> None:
    assert told in fails("new", "theme", "quiet", "--title", "Rust", "--figures", figures)
    assert not list(project.rglob("quiet.yml"))


def test_check__tells_what_the_catalogue_holds(settings: Settings, project: Path) -> None:
    assert "The catalogue is in order" in run("check").stdout
    (project / "catalogue" / "sources" / "broken.yml").write_text("title: x\n")
    assert "catalogue/sources/broken.yml" in fails("check")


def test_failures__have_a_code_and_an_exit_code_for_programs(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("path").exit_code == EXIT_CODES["no_publication"]
    monkeypatch.setenv("DWP_ERRORS", "json")
    told = json.loads(fails("path"))
    assert (told["code"], told["exit_code"]) == ("no_publication", EXIT_CODES["no_publication"])
    assert "make materialise" in told["sentence"]


def test_exit_codes__stand_for_problems_that_exist_and_are_documented() -> None:
    assert EXIT_CODES.keys() <= PROBLEMS.keys()
    documented = (PROJECT_ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert all(f"| {number} |" in documented for number in {*EXIT_CODES.values(), DATA})
    assert not {0, 1, 2} & {*EXIT_CODES.values(), DATA}
