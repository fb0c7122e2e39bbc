"""The mutants: what is changed and what is not, and three of them tried out for real."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT
from tests.proofs.mutants import trial
from tests.proofs.mutants.operators import mutants

PYTHON = '''
"""A docstring with 3 in it."""
TABLE = {"a": 1, "b": 2}

def rule(n: tuple[int, int], é: bool = True) -> bool:
    log(n, 10)
    if not n:
        raise ValueError("at least 7")
    return n[0] >= 0.5 and é is not None or n in (3, 4, 5)
'''
SQL = "select sum(x), coalesce(y, 0) -- 8 rows\nfrom a left join b using (k)\nwhere x <= 12 and y is null"
YAML = "- id: rule\n  title: above 4\n  violates: value > 100\n  threshold: 5\n  severity: error\n  required: true\n"


def changes(path: str, text: str) -> set[str]:
    return {mutant.change(text) for mutant in mutants(path, text)}


def test_python_is_changed_where_it_decides() -> None:
    found = changes("a.py", PYTHON)
    assert {
        '1, "b": 2 -> 2, "b": 1', "n, 10 -> 10, n", "log(n, 10) -> pass", "not -> nothing", "0 -> 1", ">= -> >", "0.5 -> 0.55",
        "and -> or", "or -> and", "is not -> is", "in -> not in", "3, -> nothing", "True -> False",
    } <= found  # fmt: skip
    assert not any(
        "7" in change or "docstring" in change or "int" in change
        for change in found - {'raise ValueError("at least 7") -> pass'}
    )


@pytest.mark.parametrize(
    ("path", "text", "some"),
    [
        ("a.sql", SQL, {"sum( -> max(", "coalesce(y, 0) -> y", "left join -> inner join", "where -> where true or",
                        "<= -> <", "12 -> 13", "and -> or", "is null -> is not null"}),
        ("a.py", f'QUERY = """{SQL}"""\n', {"left join -> inner join", "12 -> 13"}),
        ("a.yml", YAML, {"> -> >=", "100 -> 101", "5 -> 6", "error -> warning", "true -> false"}),
    ],
)  # fmt: skip
def test_sql_and_declarations_are_changed_too(path: str, text: str, some: set[str]) -> None:
    found = changes(path, text)
    assert some <= found
    assert not any(change.startswith(("8 ", "4 ")) for change in found)


def test_every_mutant_differs_in_one_place_and_python_still_reads() -> None:
    text = (PROJECT_ROOT / "datawerkplaats/statistics/inequality.py").read_text(encoding="utf-8")
    made = mutants("inequality.py", text)
    assert len(made) > 50 and len({mutant.applied(text) for mutant in made}) == len(made)
    for mutant in made:
        compile(mutant.applied(text), "mutant", "exec")


def test_the_seed_draws_the_same_mutants_and_each_target_by_itself() -> None:
    content = trial.declared()
    cases, left_out = trial.drawn(content)
    assert len(cases) + len(content["named"]) >= 100
    assert trial.drawn(content) == (cases, left_out)
    alone, _ = trial.drawn({**content, "targets": content["targets"][2:3]})
    assert alone and set(alone) < set(cases)


def test_what_is_called_equivalent_is_a_mutant_with_a_reason() -> None:
    for entry in trial.declared()["equivalent"]:
        text = (PROJECT_ROOT / entry["file"]).read_text(encoding="utf-8")
        possible = {(mutant.line(text), mutant.change(text)) for mutant in mutants(entry["file"], text)}
        assert (entry["line"], entry["change"]) in possible and len(entry["reason"]) > 20, entry["line"]


def test_the_named_mutants_can_still_be_made() -> None:
    content = trial.declared()
    cases = list(trial.named(content))
    assert len(cases) >= 9
    for case in cases:
        assert case.mutated != (PROJECT_ROOT / case.file).read_text(encoding="utf-8")
        assert all((PROJECT_ROOT / test.split("::")[0]).exists() for test in case.tests)
    gone = {**content["named"][0], "find": "what is not there"}
    with pytest.raises(DataProblem, match=gone["id"]):
        list(trial.named({"named": [gone]}))


def project(folder: Path, test: str = "assert double(2) == 4") -> Path:
    (folder / "code.py").write_text(
        "def double(n):\n    return n * 2\n\n\ndef unseen(n):\n    return n + 1\n"
    )
    (folder / "test_code.py").write_text(f"from code import double\n\ndef test_double():\n    {test}\n")
    return folder


def test_three_mutants_one_killed_one_surviving_one_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "copied", lambda root, folder: project(folder))
    (text,) = {(project(tmp_path) / "code.py").read_text()}
    put = {
        "killed": text.replace("* 2", "* 3"),
        "survives": text.replace("+ 1", "+ 2"),
        "endless": f"while True: pass\n{text}",
    }
    cases = [trial.Case("code.py", mutated, ("test_code.py",), name) for name, mutated in put.items()]
    monkeypatch.setattr(trial, "_limit", lambda usual: 1)
    with trial.lanes(1, imported="pytest") as made:
        verdicts = {verdict.case.told: verdict.killed for verdict in trial.judged(cases, made)}
        assert (made[0].root / "code.py").read_text() == text
    assert verdicts == {"killed": True, "survives": False, "endless": True}


def test_tests_that_fail_by_themselves_judge_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "copied", lambda root, folder: project(folder, "assert double(2) == 5"))
    case = trial.Case("code.py", "", ("test_code.py",), "any")
    with trial.lanes(1, imported="pytest") as made:
        for wrong in (case, dataclasses.replace(case, tests=("test_gone.py",))):
            with pytest.raises(DataProblem, match="tests that pass as long as there is no mutant"):
                list(trial.judged([wrong], made))
