"""One way to prove: what is declared, what a run prints and keeps, and how it ends when asked badly or when a part dies."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT
from tests.proofs import __main__ as command
from tests.proofs import ledger
from tests.proofs.registry import Figure, Measured, Part, Room, chosen, load

pytestmark = pytest.mark.busy

GOOD = {"title": "a title", "minutes": 1, "run": f"{__name__}:fine", "code": ["tests/proofs/*.py"]}
FIELDS = {"name", "value", "unit", "compared_with", "ratio", "goal", "met"}


def fine(room: Room) -> Iterator[Measured]:
    print("what a part prints is no figure")
    os.system("echo nor what its processes print")
    yield "fast", 1, 4
    yield "size (start)", 3, None
    yield "seen", 7, None


def slow(room: Room) -> Iterator[Measured]:
    yield "fast", 8, 4
    yield "size (start)", 3, None
    yield "seen", 7, None


def dies(room: Room) -> Iterator[Measured]:
    yield "fast", 1, 4
    raise ValueError("no room\nmore of it")


def killed(room: Room) -> Iterator[Measured]:
    yield "fast", 1, 4
    os.kill(os.getpid(), signal.SIGKILL)


def without(room: Room) -> Iterator[Measured]:
    yield "fast", 1, 4


def undeclared(room: Room) -> Iterator[Measured]:
    yield "fast", 1, 4
    yield "invented", 1, 4


def part(run: str = "fine") -> Part:
    figures = (
        Figure("fast", "s", "ratio <= 0.5", "a peer"),
        Figure("size (*)", "MB", "value 1..5"),
        Figure("seen", "rows", "none"),
        Figure("served", "rows", "value = 0", optional="only where something is served"),
    )
    return Part("example", "an example", 1, f"{__name__}:{run}", ("tests/proofs/*.py",), figures)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The ledger somewhere else, and the example as the only part."""
    monkeypatch.setattr(ledger, "LINES", tmp_path / "proofs.jsonl")
    monkeypatch.setattr(ledger, "PAGE", tmp_path / "proofs.md")
    monkeypatch.setattr(command, "load", lambda: {"example": part()})
    return tmp_path


def run(monkeypatch: pytest.MonkeyPatch, name: str) -> int:
    monkeypatch.setattr(command, "load", lambda: {"example": part(name)})
    return command.main(["--only", "example"])


def test_listing_imports_nothing_heavy() -> None:
    code = (
        "import sys, tests.proofs.__main__ as c; c.load();"
        "print(sorted({'pandas', 'numpy', 'duckdb', 'streamlit'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_who_reads_the_first_lines_only_gets_no_trace() -> None:
    listed = "import runpy; from tests.proofs import ledger; ledger.publish = print; "
    listed += "runpy.run_module('tests.proofs', run_name='__main__')"
    command = ["sh", "-c", '"$0" -c "$1" | head -1', sys.executable, listed]
    done = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)
    assert done.stdout and done.stderr == ""


def test_the_list_names_every_part_with_its_minutes(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([]) == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("example")]
    assert line.split()[:3] == ["example", "1", "3"] and "not measured" in line


def test_standard_output_holds_figures_and_nothing_else(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "fine") == 0
    out, err = capfd.readouterr()
    lines = [json.loads(text) for text in out.splitlines()]
    assert [(x["name"], x["ratio"], x["met"]) for x in lines] == [
        ("fast", 0.25, True),
        ("size (start)", None, True),
        ("seen", None, None),
    ]
    assert all(set(line) == FIELDS for line in lines)
    assert lines[0]["compared_with"] == "a peer: 4 s" and lines[2]["goal"] == "none"
    assert "no figure" in err and "nor what" in err


def test_a_missed_goal_is_told_by_the_exit_code(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch, "slow") == 1


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("dies", "ValueError: no room (DWP_TRACE=1 shows where)"),
        ("killed", "signal SIGKILL"),
        ("without", "without size (*), seen."),
        ("undeclared", "invented, which tests/proofs/parts does not declare."),
        ("no_such_function", "AttributeError"),
    ],
)
def test_a_part_that_dies_keeps_its_figures_and_says_one_sentence(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], name: str, words: str
) -> None:
    assert run(monkeypatch, "slow") == 1
    capfd.readouterr()
    assert run(monkeypatch, name) == 3
    out, err = capfd.readouterr()
    (sentence,) = err.splitlines()
    assert sentence.startswith("example died half-way") and words in sentence
    kept = {line["name"]: line["value"] for line in ledger.read()}
    # What was measured is new; what was not reached stays as it was.
    assert kept == {"fast": 8.0 if name == "no_such_function" else 1.0, "size (start)": 3.0, "seen": 7.0}
    assert len(out.splitlines()) == (0 if name == "no_such_function" else 1)


@pytest.mark.parametrize("only", ["no_such_part", "", "example,", "example.more"])
def test_an_unknown_part_is_a_sentence(desk: Path, capfd: pytest.CaptureFixture[str], only: str) -> None:
    assert command.main(["--only", only]) == 2
    out, err = capfd.readouterr()
    assert not out and len(err.splitlines()) == 1 and "example" in err


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"figures": {}}, "figures"),
        ({"figures": {"fast": {"unit": "s", "goal": "none"}}}, "at least one figure with a goal"),
        ({"figures": {"fast": {"unit": "s"}}}, "fast, goal"),
        ({"figures": {"fast": {"unit": "s", "goal": "quick"}}}, "fast, goal"),
        ({"figures": {"fast": {"unit": "s", "goal": "value < 1", "aim": 2}}}, "example, fast"),
        ({"minutes": None}, "example, minutes"),
        ({"speed": 3}, "example"),
    ],
)
def test_a_declaration_that_is_not_right_is_a_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    change: dict[str, object],
    words: str,
) -> None:
    figures = {"fast": {"unit": "s", "goal": "value < 1"}}
    (tmp_path / "example.yml").write_text(yaml.safe_dump({"example": {**GOOD, "figures": figures, **change}}))
    monkeypatch.setattr(command, "load", lambda: load(tmp_path))
    assert command.main(["--only", "example"]) == 2
    out, err = capfd.readouterr()
    assert not out and len(err.splitlines()) == 1 and "example.yml" in err and words in err


def test_two_parts_cannot_measure_the_same_figure(tmp_path: Path) -> None:
    declared = {**GOOD, "figures": {"fast": {"unit": "s", "goal": "value < 1"}}}
    (tmp_path / "example.yml").write_text(yaml.safe_dump({"example.a": declared, "example.b": declared}))
    with pytest.raises(DataProblem, match="one part only"):
        load(tmp_path)


def test_a_family_is_run_by_its_name_but_for_what_has_to_be_asked_for() -> None:
    parts = {"a.x": part(), "a.y": dataclasses.replace(part(), on_request=True), "b": part()}
    assert chosen("a", parts) == [parts["a.x"]]
    assert chosen("a.y, b", parts) == [parts["a.y"], parts["b"]]


@pytest.mark.parametrize(
    ("goal", "value", "ratio", "met"),
    [
        ("value <= 2", 2, None, True),
        ("value < 2", 2, None, False),
        ("value > 2", 2.1, None, True),
        ("value >= 2", 1.9, None, False),
        ("value = 0", 0, None, True),
        ("value = 0", 1, None, False),
        ("ratio <= 0.5", 9, 0.4, True),
        ("ratio <= 0.5", 0.1, 0.6, False),
        ("ratio <= 0.5", 0.1, None, False),
        ("value 0.9..1.1", 0.9, None, True),
        ("value 0.9..1.1", 1.2, None, False),
        ("value >= 0", float("nan"), None, False),
        ("none", 1, None, None),
    ],
)
def test_goals_are_judged_in_one_place(
    goal: str, value: float, ratio: float | None, met: bool | None
) -> None:
    assert Figure("x", "s", goal).met(value, ratio) is met


def test_a_figure_is_stale_as_soon_as_code_or_goal_changes(tmp_path: Path) -> None:
    (tmp_path / "looked_at.py").write_text("a = 1")
    (tmp_path / "other.py").write_text("a = 1")
    (tmp_path / "runs.py").write_text("import imported")
    (tmp_path / "imported.py").write_text("a = 1")
    one = dataclasses.replace(part(), run="runs:figures", code=("looked*.py",))
    before = one.code_hash(tmp_path)
    (tmp_path / "other.py").write_text("a = 2")
    assert one.code_hash(tmp_path) == before
    eased = dataclasses.replace(
        one, figures=(Figure("fast", "s", "ratio <= 0.9", "a peer"), *one.figures[1:])
    )
    assert eased.code_hash(tmp_path) != before
    (tmp_path / "looked_at.py").write_text("a = 2")
    assert one.code_hash(tmp_path) != before
    before = one.code_hash(tmp_path)
    (tmp_path / "imported.py").write_text("a = 2")
    assert one.code_hash(tmp_path) != before
    lines = [{"name": "fast", "part": "example", "code": "older"}]
    assert ledger.stale(lines, {"example": part()}) == {"fast"}
    assert ledger.stale([{**lines[0], "code": part().code_hash()}], {"example": part()}) == set()


def test_the_page_marks_what_is_stale(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(monkeypatch, "fine")
    page = ledger.PAGE.read_text()
    assert ledger.marked(page) == set() and "| fast | 1 s | a peer: 4 s | 0.25 | ratio <= 0.5 | yes |" in page
    changed = [{**line, "code": "old"} if line["name"] == "seen" else line for line in ledger.read()]
    ledger.LINES.write_text("".join(json.dumps(line) + "\n" for line in changed))
    command.main([])
    assert ledger.marked(ledger.PAGE.read_text()) == {"seen"}


def test_of_two_branches_the_newest_line_counts(desk: Path) -> None:
    old, new = (
        {"name": "fast", "part": "example", "date": f"2026-11-{day}", "value": day} for day in (28, 29)
    )
    ledger.LINES.write_text(f"{json.dumps(new)}\n{json.dumps(old)}\n")
    assert ledger.read() == [new]


def test_the_page_is_what_the_kept_lines_render_to() -> None:
    """But for the marks: they tell which code had changed when the page was last made, and every commit may change that."""
    page, lines = ledger.PAGE.read_text(encoding="utf-8"), ledger.read()
    parts = load()
    assert page == ledger.render(lines, ledger.marked(page), parts)
    for line in lines:
        assert parts[line["part"]].figure(line["name"]), f"{line['name']} is kept but not declared"
