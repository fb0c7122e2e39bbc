"""What is told of a model or test that went wrong: which, what was found, and what to do."""

from __future__ import annotations

import os

import pytest

from datawerkplaats.base.dbt import NodeResult
from datawerkplaats.base.settings import Settings
from orchestration.dbt_run import failures, set_environment

MANIFEST = {
    "nodes": {"model.m": {"name": "m", "resource_type": "model", "original_file_path": "models/m.sql"}}
}


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


def test_a_model_that_is_wrong_is_to_be_corrected() -> None:
    assert "correct the model" in told("Binder Error: no such column")


def test_the_setting_reaches_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", dict(os.environ))
    set_environment(Settings(_env_file=None, engine_memory_mb=700))
    assert os.environ["DWP_ENGINE_MEMORY"] == "700MB"


def test_the_example_region_is_worked_out_by_one_thread_and_deliveries_by_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "environ", dict(os.environ))
    told = []
    for source in ("demo", "files", "live"):
        set_environment(Settings(_env_file=None, source=source, cores=3))
        told.append(os.environ["DWP_CORES"])
    assert told == ["1", "3", "3"]
