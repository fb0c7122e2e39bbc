"""The computation itself: sums, numbers of contributing parties and comparisons on secret shares (Shamir, MPyC).

Nothing here knows a network, a file or a declaration. Values are whole numbers; an array has one entry per cell. What is opened is
opened in one place, `opened`, and every call of it stands in `stations.protocol`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from datawerkplaats.base.errors import DataProblem

Integers = npt.NDArray[np.int64]
Functional = Mapping[int, int]  # cell to its coefficient
_BATCH = 2_000  # cells compared at once: more would cost memory, fewer would cost rounds


@dataclass
class Computation:
    """One computation on shares.

    Args:
        runtime: The MPyC runtime of this party, started.
        bits: Size of the numbers: no sum may reach 2 ** (bits - 1).
        inputs: The numbers of the parties that bring data; the others bring shares of nothing.
    """

    runtime: Any
    bits: int
    inputs: Sequence[int]

    def __post_init__(self) -> None:
        self.number = self.runtime.SecInt(self.bits)
        self.rounds = 0

    def shared(self, own: Integers) -> list[Any]:
        """Per party that brings data its values as shares; `own` is this party's (zeros where it brings none)."""
        self.rounds += 1
        values = self.number.array(np.array([int(v) for v in own], dtype=object))
        return list(self.runtime.input(values, senders=list(self.inputs)))

    def total(self, parts: Sequence[Any]) -> Any:
        """The sum over parties, still shared."""
        found = parts[0]
        for part in parts[1:]:
            found = found + part
        return found

    async def combined(self, values: Any, functionals: Sequence[Functional], constants: Sequence[int]) -> Any:
        """Whole-number combinations of cells, still shared: costs no message."""
        shares = await self.runtime.gather(values)
        order = self.number.field.modulus
        made = [
            (constant + sum(coefficient * shares.value[cell] for cell, coefficient in one.items())) % order
            for one, constant in zip(functionals, constants, strict=True)
        ]
        return self.number.array(self.number.field.array(np.array(made, dtype=object), check=False))

    async def at_least(self, values: Any, threshold: int, bits: int = 0) -> Any:
        """Per cell 1 where the value is at least the threshold, else 0; still shared."""
        size = values.shape[0]
        found = []
        for start in range(0, size, _BATCH):
            batch = values[start : start + _BATCH]
            bound = self.number.array(np.array([int(threshold)] * batch.shape[0], dtype=object))
            below = self.runtime.np_sgn(batch - bound, l=bits or None, LT=True)
            # Waiting here keeps the memory of one batch; its rounds are those of the bits of a number.
            await self.runtime.gather(below)
            self.rounds += ROUNDS_OF_COMPARING(bits or self.bits)
            found.append(1 - below)
        return found[0] if len(found) == 1 else self.runtime.np_concatenate(found)

    async def both(self, first: Any, second: Any) -> Any:
        """Per cell 1 where both are 1; still shared."""
        product = first * second
        await self.runtime.gather(product)
        self.rounds += 1
        return product

    async def opened(self, values: Any, most: int = 0) -> Integers:
        """The values themselves, for every party.

        Raises:
            DataProblem: `station_message` if a value is below 0 or above `most` (where none is given: what the numbers hold), as
                happens where a party's shares are not what they should be.
        """
        self.rounds += 1
        found = [int(value) for value in await self.runtime.output(values)]
        bound = most or min(2 ** (self.bits - 1), 2**63) - 1
        if any(not 0 <= value <= bound for value in found):
            raise DataProblem(
                "station_message",
                subject="shares",
                expected=f"shares that come together as numbers from 0 to {bound}",
                remedy="see that every party runs the same version, then start again",
            )
        return np.array(found, dtype=np.int64)

    def picked(self, values: Any, cells: Sequence[int]) -> Any:
        """Some of the cells, in the order given."""
        return values[np.array(list(cells), dtype=np.int64)]


def ROUNDS_OF_COMPARING(bits: int) -> int:  # noqa: N802
    """Rounds of one comparison of numbers of so many bits: random bits, masking, a product of bits + 1, two openings."""
    return 4 + int(np.ceil(np.log2(bits + 1)))
