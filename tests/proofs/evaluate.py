"""The risk model against what is possible: the parts of `ml.evaluation`, each with its usual number of people and worlds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from ml.evaluation import audits, uses, worlds
from ml.evaluation.figures import Sizes
from tests.proofs.registry import Measured, Room

LARGE_PEOPLE, LARGE_ROWS = 167_000, 17_000_000


def _usual(part: Callable[[Sizes], Iterator[Measured]]) -> Callable[[Room], Iterator[Measured]]:
    def figures(room: Room) -> Iterator[Measured]:
        return part(Sizes(data=room.reference_data / "micro"))

    return figures


trials = _usual(lambda sizes: chain(worlds.trials(sizes), worlds.scenarios(sizes)))
explanations = _usual(uses.explanations)
transport = _usual(uses.transport)
recalibration = _usual(uses.recalibration)
areas = _usual(audits.areas)
leaks = _usual(audits.leaks)
real_data = _usual(audits.real_data)
cost = _usual(audits.cost)
reporting = _usual(audits.reporting)


def large(room: Room) -> Iterator[Measured]:
    """The panel of all young people of the country."""
    yield from worlds.large(Sizes(people=LARGE_PEOPLE))


def large_scenarios(room: Room) -> Iterator[Measured]:
    """The same size where the truth is a plain sum, and where interactions rule."""
    yield from worlds.scenarios(Sizes(people=LARGE_PEOPLE, compared_worlds=1))


def large_cost(room: Room) -> Iterator[Measured]:
    """Everybody of the country scored."""
    for name, value, beside in audits.cost(Sizes(scored_rows=LARGE_ROWS)):
        yield f"{name}_large", value, beside
