"""A loop over cases fails as loudly as the items that it replaces."""

from __future__ import annotations

import inspect

import pytest

from tests.for_each import for_each


def test_for_each__tells_every_case_that_fails() -> None:
    @for_each("number, name", [(1, "one"), (2, "two"), (3, "three")])
    def odd(number: int, name: str) -> None:
        assert number % 2, name

    @for_each("number", [2, 4])
    def also_odd(number: int) -> None:
        assert number % 2

    with pytest.raises(pytest.fail.Exception, match=r"1 of 3 are wrong:\n\(2, 'two'\): AssertionError: two"):
        odd()
    with pytest.raises(pytest.fail.Exception, match=r"2 of 2 are wrong:\n2: .*\n(.|\n)*4: "):
        also_odd()


def test_for_each__an_exception_is_a_failure_too_and_no_case_is_one() -> None:
    @for_each("key", ["a"])
    def lookup(key: str) -> None:
        dict[str, str]()[key]

    @for_each("key", [])
    def nothing(key: str) -> None:
        raise AssertionError(key)

    with pytest.raises(pytest.fail.Exception, match="'a': KeyError"):
        lookup()
    with pytest.raises(AssertionError, match="no case"):
        nothing()


def test_for_each__twice_gives_all_pairs_and_leaves_the_fixtures() -> None:
    seen = []

    @for_each("one", [1, 2])
    @for_each("other", "ab")
    def pairs(one: int, other: str, tmp_path: str) -> None:
        seen.append((one, other, tmp_path))

    assert list(inspect.signature(pairs).parameters) == ["tmp_path"]
    pairs(tmp_path="here")
    assert seen == [(1, "a", "here"), (1, "b", "here"), (2, "a", "here"), (2, "b", "here")]
