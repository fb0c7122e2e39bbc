"""Shared answers: one question is worked out once, whoever asks, and a failure is not kept."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from apps.dashboard.data.cache import cached
from apps.dashboard.data.declared import Looked

pytestmark = pytest.mark.busy


def test_cache__works_out_each_question_once_and_forgets_the_oldest() -> None:
    asked = []

    @cached(2)
    def double(number: int, _told: object) -> int:
        asked.append(number)
        return 2 * number

    assert [double(n, object()) for n in (1, 1, 2, 1, 3, 1, 2)] == [2, 2, 4, 2, 6, 2, 4]
    assert asked == [1, 2, 3, 2], "the one that was longest ago is forgotten, and no other"
    double.clear()
    assert double(1, None) == 2
    assert asked[-1] == 1


def test_cache__lets_everybody_wait_for_the_one_who_is_at_it() -> None:
    asked, go_on = [], threading.Event()

    @cached(4)
    def slow(number: int) -> int:
        asked.append(number)
        go_on.wait(10)
        return number

    with ThreadPoolExecutor(8) as visitors:
        answers = [visitors.submit(slow, 7) for _ in range(8)]
        go_on.set()
        assert {answer.result(10) for answer in answers} == {7}
    assert asked == [7]


def test_cache__keeps_no_failure() -> None:
    asked = []

    @cached(4)
    def fails_once() -> int:
        asked.append(1)
        if len(asked) == 1:
            raise ValueError("not yet")
        return 5

    with pytest.raises(ValueError, match="not yet"):
        fails_once()
    assert fails_once() == 5


def test_declarations__are_looked_at_again_and_a_failure_is_not_kept(tmp_path: Path) -> None:
    file = tmp_path / "one"

    def read(folder: Path) -> str:
        return (folder / "one").read_text(encoding="utf-8")

    patient, eager = Looked(read, 3_600), Looked(read, 0)
    for looked in (patient, eager):
        with pytest.raises(FileNotFoundError):
            looked(tmp_path)
    file.write_text("before", encoding="utf-8")
    assert (patient(tmp_path), eager(tmp_path)) == ("before", "before")
    file.write_text("after", encoding="utf-8")
    assert (patient(tmp_path), eager(tmp_path)) == ("before", "after")
