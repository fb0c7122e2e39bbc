"""MPyC as it is used here: without its command line, and with whole numbers as messages.

MPyC packs arrays with pickle, which would let a party run code at another. Here shares travel as whole numbers of fixed width and
nothing else is understood.
"""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import numpy as np

from datawerkplaats.base.errors import DataProblem

_SECURITY_BITS = 40  # masks hide a value but for a chance of 2 ** -40
_PRSS_UP_TO = 7  # with more parties the keys of pseudorandom sharing outgrow what they save


def _mpyc() -> Any:
    """The library, without its reading of our command line."""
    arguments, sys.argv = sys.argv, sys.argv[:1]
    try:
        import mpyc.runtime as library
    finally:
        sys.argv = arguments
    return library


class WholeNumbers:
    """Arrays of whole numbers as bytes: count, width, and the numbers; in the place of pickle."""

    @staticmethod
    def dumps(values: Any) -> bytes:
        """The bytes of an array of numbers of 0 or more."""
        numbers = [int(value) for value in values]
        width = max((max(numbers, default=0).bit_length() + 7) // 8, 1)
        head = len(numbers).to_bytes(4, "little") + width.to_bytes(2, "little")
        return head + b"".join(number.to_bytes(width, "little") for number in numbers)

    @staticmethod
    def loads(content: bytes) -> Any:
        """The array of these bytes.

        Raises:
            DataProblem: `station_message` if they are no array of numbers.
        """
        count, width = int.from_bytes(content[:4], "little"), int.from_bytes(content[4:6], "little")
        if len(content) != 6 + count * width or not width:
            raise DataProblem("station_message", subject="shares", expected="whole numbers of one width")
        numbers = (
            int.from_bytes(content[place : place + width], "little")
            for place in range(6, len(content), width)
        )
        return np.fromiter(numbers, dtype=object, count=count)


def runtime_of(index: int, size: int) -> Any:
    """The runtime of one party among so many, with fewer than half of them unable to learn anything together."""
    library = _mpyc()
    library.pickle = WholeNumbers
    options = SimpleNamespace(
        threshold=(size - 1) // 2,
        no_log=True,
        no_prss=size > _PRSS_UP_TO,
        no_async=False,
        no_barrier=True,
        ssl=False,
        mix32_64bit=False,
        sec_param=_SECURITY_BITS,
    )
    parties = [library.Party(i) for i in range(size)]
    runtime = library.Runtime(index, parties, options)
    from mpyc import asyncoro, mpctools, random, secgroups, seclists, secpols, sectypes, statistics

    for module in (asyncoro, mpctools, random, secgroups, seclists, secpols, sectypes, statistics):
        module.runtime = runtime
    return runtime
