"""Answers that all visitors share, found again in microseconds.

Streamlit's own cache writes out and hashes every argument on every call, which takes longer than most of what a page asks.
Here the arguments themselves are the key: they must be what never changes, and so must the answers.
"""

from __future__ import annotations

import inspect
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from functools import update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar

Parameters = ParamSpec("Parameters")
Found = TypeVar("Found")
_FAILED: Any = object()
_all: weakref.WeakSet[Any] = weakref.WeakSet()


class Cached(Generic[Parameters, Found]):
    """A function whose answers to the last `most` different questions are kept.

    Arguments whose parameter begins with an underscore are no part of the question. Who asks while the same is being worked out
    waits for that answer. A failure is not kept: each who asks tries for himself.
    """

    def __init__(self, function: Callable[Parameters, Found], most: int) -> None:
        """Nothing is known yet."""
        self.__wrapped__ = function
        update_wrapper(self, function)
        names = inspect.signature(function).parameters
        self._asked = [index for index, name in enumerate(names) if not name.startswith("_")]
        self._most = most
        self._answers: OrderedDict[Hashable, Future[Found]] = OrderedDict()
        self._lock = threading.Lock()
        _all.add(self)

    def __call__(self, *args: Parameters.args, **more: Parameters.kwargs) -> Found:
        """The answer, worked out where it is not known."""
        key = tuple(args[index] for index in self._asked if index < len(args))
        key += tuple(sorted(more.items()))
        while True:
            answer, is_mine = self._claim(key)
            if is_mine:
                return self._work_out(key, answer, *args, **more)
            found = answer.result()
            if found is not _FAILED:
                return found

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._answers.clear()

    def _claim(self, key: Hashable) -> tuple[Future[Found], bool]:
        """The place for the answer, and whether the caller is the one who has to fill it."""
        with self._lock:
            known = self._answers.get(key)
            if known is not None:
                self._answers.move_to_end(key)
                return known, False
            mine = self._answers[key] = Future()
            while len(self._answers) > self._most:
                self._answers.popitem(last=False)
            return mine, True

    def _work_out(
        self, key: Hashable, answer: Future[Found], *args: Parameters.args, **more: Parameters.kwargs
    ) -> Found:
        try:
            found = self.__wrapped__(*args, **more)
        except BaseException:
            with self._lock:
                if self._answers.get(key) is answer:
                    del self._answers[key]
            answer.set_result(_FAILED)
            raise
        answer.set_result(found)
        return found


def clear_all() -> None:
    """Forget every answer of every function: something that was answered has been taken back."""
    for one in list(_all):
        one.clear()


def cached(most: int) -> Callable[[Callable[Parameters, Found]], Cached[Parameters, Found]]:
    """Keeps the answers of a function to the last `most` different questions."""
    return lambda function: Cached(function, most)
