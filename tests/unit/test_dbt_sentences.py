"""What is told of a model or test that went wrong: which, what was found, and what to do."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from datawerkplaats.base import files
from datawerkplaats.base.dbt import NodeResult
from datawerkplaats.base.settings import Settings
from orchestration import dbt_run
from orchestration.dbt_run import failures, set_environment

MANIFEST: dict[str, Any] = {
    "nodes": {
        f"model.{name}": {
            "name": name, "resource_type": "model", "original_file_path": f"models/{name}.sql", "fqn": ["p", name],
            "package_name": "p",
        }
        for name in "lmn"
    }
}  # fmt: skip
NO_ROOM = (
    "Out of Memory Error: failed to offload data block of size 256.0 KiB (9.9 MiB/10.0 MiB used).\nThis limit was set by the "
    "'max_temp_directory_size' setting.\nYou can adjust this setting, by using (for example) PRAGMA max_temp_directory_size='10GiB'"
)
NO_MEMORY = "Out of Memory Error: failed to pin block of size 256.0 KiB (514.8 MiB/514.9 MiB used)"


def told(message: str) -> str:
    (sentence,) = failures([NodeResult("model.m", "error", 1.0, message, None)], MANIFEST)
    return sentence


def test_a_model_that_holds_more_than_the_engine_may_names_the_setting() -> None:
    sentence = told(
        "Runtime Error in model m\n  Out of Memory Error: could not allocate block of size 256.0 KiB (572.1 MiB/572.2 MiB used)\n"
        "  \n  Possible solutions:\n  * Increasing the memory limit (SET memory_limit='...GB')"
    )
    assert "DWP_ENGINE_MEMORY_MB" in sentence and "572.1 MiB" in sentence and "models/m.sql" in sentence
    assert "SET memory_limit" not in sentence


def test_a_model_for_which_the_disk_has_no_room_names_the_disk() -> None:
    sentence = told(NO_ROOM)
    assert "free some space" in sentence and "9.9 MiB" in sentence
    assert "DWP_ENGINE_MEMORY_MB" not in sentence and "PRAGMA" not in sentence


def test_a_model_that_is_wrong_is_to_be_corrected() -> None:
    assert "correct the model" in told("Binder Error: no such column")


def test_the_setting_reaches_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", dict(os.environ))
    set_environment(Settings(_env_file=None, engine_memory_mb=700))
    assert os.environ["DWP_ENGINE_MEMORY"] == "700MB"


def of(name: str, message: str = "") -> NodeResult:
    """What came of a model: made, skipped because of the one before, or wrong."""
    status = "success" if not message else "skipped" if message == "skipped" else "error"
    return NodeResult(name if "." in name else f"model.{name}", status, 1.0, message, None)


Started = list[tuple[str, tuple[str, ...]]]


def built(
    monkeypatch: pytest.MonkeyPatch, home: Path, first: Sequence[NodeResult], again: Sequence[NodeResult]
) -> tuple[list[str], Started]:
    """What a build says that came to these results, and with which memory and arguments dbt was started."""
    results, started = results_of(monkeypatch, home, first, again)
    return failures(results, MANIFEST), started


def results_of(
    monkeypatch: pytest.MonkeyPatch,
    home: Path,
    first: Sequence[NodeResult],
    again: Sequence[NodeResult],
    manifest: dict[str, Any] = MANIFEST,
) -> tuple[list[NodeResult], Started]:
    """What a build left to be known, and how dbt was started."""
    monkeypatch.setattr(os, "environ", dict(os.environ))
    monkeypatch.setattr("orchestration.machine_memory.machine_mb", lambda: 4_000)
    settings = Settings(_env_file=None, engine_memory_mb=540, data_dir=home)
    started: Started = []

    def run(_: Path, __: Path, *arguments: str) -> list[NodeResult]:
        started.append((os.environ["DWP_ENGINE_MEMORY"], arguments))
        return list((first, again)[len(started) - 1])

    monkeypatch.setattr("datawerkplaats.base.dbt.build", run)
    return dbt_run.build(settings, manifest), started


def test_a_model_that_ended_for_want_of_memory_is_made_again_with_more_and_so_is_what_waited_for_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first, again = [of("l"), of("m", NO_MEMORY), of("n", "skipped")], [of("m"), of("n")]
    wrong, ((memory, _), (more, arguments)) = built(monkeypatch, tmp_path, first, again)
    assert wrong == [] and (memory, more) == ("540MB", "2000MB")
    assert [name for name in arguments if name.startswith("fqn:")] == ["fqn:p.m", "fqn:p.n"]


def test_a_page_that_waited_for_a_model_is_not_made_and_all_is_known_to_be_made(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = [of("m", NO_MEMORY), of("exposure.page", "skipped"), of("test.t", "skipped")]
    manifest = {"nodes": {**MANIFEST["nodes"], "test.t": {**MANIFEST["nodes"]["model.n"], "name": "t"}}}
    made = [of("m"), of("test.t")]
    left, started = results_of(monkeypatch, tmp_path, first, made, manifest)
    assert failures(left, manifest) == [] and len(started) == 2
    assert not any("page" in argument for argument in started[1][1])
    assert left == made


def test_a_model_for_which_even_that_is_too_little_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lacking = [of("l"), of("m", NO_MEMORY), of("n", "skipped")]
    wrong, started = built(monkeypatch, tmp_path, lacking, lacking[1:])
    assert len(wrong) == 1 and "DWP_ENGINE_MEMORY_MB" in wrong[0] and len(started) == 2


def test_more_memory_is_no_help_where_the_disk_is_full(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    wrong, started = built(monkeypatch, tmp_path, [of("m", NO_ROOM), of("n", "skipped")], [])
    assert len(wrong) == 1 and len(started) == 1


def test_the_statements_of_what_was_made_again_stand_with_those_of_the_build(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A look ahead runs them: without them there is none, and with those of an earlier build it tells of other models."""
    settings = Settings(_env_file=None, data_dir=tmp_path)
    usual = dbt_run.target_dir(settings)
    of_models = [MANIFEST["nodes"][f"model.{name}"] for name in "lmn"]
    roomy, here = (
        [dbt_run.compiled(target, node) for node in of_models]
        for target in (usual.with_name("target_with_more"), usual)
    )
    for path, text in (
        (roomy[1], "select 2"),
        (roomy[2], "select 3"),
        (here[0], "select 1"),
        (here[2], "an old one"),
    ):
        files.write_text(path, text)
    built(monkeypatch, tmp_path, [of("l"), of("m", NO_MEMORY), of("n", "skipped")], [of("m"), of("n")])
    assert [path.read_text() for path in here] == ["select 1", "select 2", "select 3"]


def test_where_something_else_is_wrong_too_nothing_is_made_on_top_of_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = [of("l", "Binder Error: no such column"), of("m", NO_MEMORY), of("n", "skipped")]
    wrong, started = built(monkeypatch, tmp_path, first, [])
    assert len(wrong) == 2 and len(started) == 1


def test_what_dbt_has_read_of_the_project_belongs_to_one_profile(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path)
    others = ({"engine_memory_mb": 700}, {"source": "files"}, {"source": "files", "cores": 7})
    keys = {dbt_run._manifest_key(settings.model_copy(update=other)) for other in ({}, *others)}
    assert len(keys) == 4


def test_an_empty_project_is_read_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(dbt_run, "_as_read", lambda _: ("--no-partial-parse-file-diff",))
    wrong, started = built(monkeypatch, tmp_path, [], [of("m")])
    assert wrong == [] and [("--no-partial-parse-file-diff" in arguments) for _, arguments in started] == [
        True,
        False,
    ]


def test_the_example_region_is_worked_out_by_one_thread_and_deliveries_by_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "environ", dict(os.environ))
    monkeypatch.setenv("DWP_CORES", "3")
    told = []
    for source in ("demo", "files", "live"):
        set_environment(Settings(_env_file=None, source=source))
        told.append(os.environ["DWP_ENGINE_CORES"])
    assert told == ["1", "3", "3"]
    # Also in what is started after that: a run of a timer trains on all of them.
    assert Settings(_env_file=None).cores == 3
