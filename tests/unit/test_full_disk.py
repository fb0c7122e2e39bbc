"""A disk that becomes full in a step of a build is told as a sentence, as anywhere else."""

from __future__ import annotations

import pytest
from dagster_shared.error import SerializableErrorInfo

from orchestration.sentences import sentence_of


@pytest.mark.parametrize(
    "told",
    [
        "OSError: [Errno 28] No space left on device\n",
        "OSError: [Errno 28] Error writing bytes to file. Detail: [errno 28] No space left on device\n",
        "OperationalError: (sqlite3.OperationalError) database or disk is full\n",
    ],
)
def test_a_full_disk_in_a_step_is_a_sentence(told: str) -> None:
    raised = SerializableErrorInfo(told, [], "OSError")
    found = sentence_of(SerializableErrorInfo("a step failed", [], "DagsterError", cause=raised))
    assert "the disk is full" in found and "free some space" in found


def test_another_error_is_told_by_its_first_line() -> None:
    assert sentence_of(SerializableErrorInfo("ValueError: no\nmore", [], "ValueError")) == "ValueError: no"
