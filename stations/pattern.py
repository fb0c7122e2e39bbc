"""Which cells stay closed, worked out from bits alone, and what has to be true for that to protect.

Every failing cell gets a flow: a change of the table that keeps every sum, moves this cell by one and leaves all other failing
cells alone. Along its flow a failing cell can be 0 or k without anything that is opened being different, if the cells that give
way are large enough. Whether they are is asked of the shares: a check is a combination of cells that no flow changes, so its
answer is the same for every table that an onlooker has to reckon with, and tells nothing that narrows the interval.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from scipy import sparse

from datawerkplaats.disclosure.flows import Part, cheapest_flow
from datawerkplaats.disclosure.suppression import LEVEL_COST
from stations.frame import Frame

Flow = dict[int, int]
_FARTHEST, _LARGEST_STEP, _DENOMINATOR = 2, 6.0, 6
_CLOSED_ALREADY, _REST, _ALSO_FAILS = 0.05, 40.0, 4_000.0


@dataclass(frozen=True)
class Check:
    """Something that has to be true of the shares: sum of coefficient x cell + constant >= threshold.

    `cells` has the coefficients of the sums over parties, `own` those of one party's own counts; `guards` is the cell that is
    asked to give way. All checks of one cell are answered with one bit.
    """

    cells: dict[int, int]
    constant: int
    threshold: int
    guards: int
    party: int = -1
    own: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Pattern:
    """Cells that stay closed, and the checks that have to hold before the others are opened.

    `unprotected` are failing cells that no flow can move: then nothing may be opened.
    """

    hidden: npt.NDArray[np.bool_]
    checks: tuple[Check, ...]
    flows: dict[int, Flow]
    unprotected: tuple[int, ...]


class Search:
    """The search for a pattern of one frame; it widens where a check has failed.

    Args:
        frame: The cells.
        passes: Per cell whether its bit says that it is large enough.
        k: The threshold.
        parties: The parties that bring data, each an onlooker who knows its own counts.
    """

    def __init__(self, frame: Frame, passes: npt.NDArray[np.bool_], k: int, parties: Sequence[int]) -> None:
        self.frame, self.passes, self.k, self.parties = frame, passes, k, tuple(parties)
        self.weak: set[int] = set()
        self.answered: list[Check] = []
        self.heights: dict[int, int] = {}
        self.sums_of: dict[int, list[int]] = defaultdict(list)
        for number, one in enumerate(frame.sums):
            for cell in _members(one.parent, one.parts, one.rest):
                self.sums_of[cell].append(number)

    def pattern(self) -> Pattern:
        """The pattern for what is known now."""
        failing = {int(i) for i in np.flatnonzero(~self.passes)}
        closed = failing | self.weak
        under = {one.rest for one in self.frame.sums if one.parent in failing and one.rest >= 0}
        flows, stuck = self._flows(closed | under)
        hidden = np.zeros(self.frame.size, dtype=bool)
        hidden[[cell for cell in closed if cell < self.frame.size]] = True
        for flow in flows.values():
            hidden[[cell for cell in flow if cell < self.frame.size]] = True
        dependent = set(stuck)
        unprotected = [
            cell for cell in dependent & failing if not any(flow.get(cell, 0) > 0 for flow in flows.values())
        ]
        unprotected += [c for c in dependent if any(flow.get(c, 0) < 0 for flow in flows.values())]
        checks = [*self._room(flows, dependent), *self._kept_answers(flows)]
        false = [
            check
            for check in checks
            if not check.cells and not check.own and check.constant < check.threshold
        ]
        unprotected += [check.guards for check in false]
        asked = tuple(check for check in checks if check.cells or check.own)
        return Pattern(hidden, asked, flows, tuple(unprotected))

    def learn(self, pattern: Pattern, answers: Mapping[int, bool]) -> None:
        """Take in the answers, one per cell that gives way; where one is no, the cell is not relied on again.

        A no says that one of several checks does not hold, not which: every table along the new flows says no as well.
        """
        self.answered += [check for check in pattern.checks if answers[check.guards]]
        self.weak |= {cell for cell, holds in answers.items() if not holds}

    def floor(self, cell: int) -> int:
        """What every party knows a cell to be at least, from its bit."""
        return self.k if cell < self.frame.size and self.passes[cell] else 0

    def _flows(self, closed: set[int]) -> tuple[dict[int, Flow], list[int]]:
        """A flow per closed cell that leaves the other ones alone, and the cells that follow from the others."""
        order = sorted(closed, key=lambda cell: (self._height(cell), cell))
        flows: dict[int, Flow] = {}
        stuck: list[int] = []
        used: set[int] = set()
        for cell in order:
            waiting = closed - set(flows)
            flow = self._flow(cell, set(flows), waiting, used)
            if flow is None:
                stuck.append(cell)
                continue
            for earlier, moves in flows.items():
                if times := moves.get(cell, 0):
                    flows[earlier] = _less(moves, flow, times)
            flows[cell] = flow
            used |= set(flow)
        return flows, stuck

    def _height(self, cell: int) -> int:
        """How many sums lie below a cell: parts come before what they add up to, which then follows from them."""
        if cell not in self.heights:
            own = [
                self.frame.sums[number]
                for number in self.sums_of[cell]
                if self.frame.sums[number].parent == cell
            ]
            self.heights[cell] = 1 + max(
                (self._height(part) for one in own for part in one.parts), default=-1
            )
        return self.heights[cell]

    def _flow(self, cell: int, fixed: set[int], waiting: set[int], used: set[int]) -> Flow | None:
        """The cheapest flow of one cell: near it if there is one, else anywhere."""
        for reach in (_FARTHEST, len(self.frame.sums)):
            sums = self._near(cell, reach)
            found = self._solved(cell, sums, fixed, waiting, used)
            if found is not None:
                return found
        return None

    def _near(self, cell: int, reach: int) -> list[int]:
        sums: set[int] = set()
        edge = {cell}
        for _ in range(reach):
            fresh = {number for one in edge for number in self.sums_of[one]} - sums
            if not fresh:
                break
            sums |= fresh
            edge = {member for number in fresh for member in _members(*_parts(self.frame, number))}
        return sorted(sums)

    def _solved(
        self, cell: int, sums: list[int], fixed: set[int], waiting: set[int], used: set[int]
    ) -> Flow | None:
        inside = {member for number in sums for member in _members(*_parts(self.frame, number))}
        # A cell at the edge takes part in sums that are not looked at: it may not move.
        chosen = set(sums)
        places = sorted(m for m in inside if set(self.sums_of[m]) <= chosen and m not in fixed)
        if cell not in places:
            return None if sums else {cell: 1}
        at = {place: i for i, place in enumerate(places)}
        rows, columns, signs = [], [], []
        for row, number in enumerate(sums):
            parent, parts, rest = _parts(self.frame, number)
            for member in _members(parent, parts, rest):
                if member in at:
                    rows.append(row)
                    columns.append(at[member])
                    signs.append(1.0 if member == parent else -1.0)
        matrix = sparse.csr_array((signs, (rows, columns)), shape=(len(sums), len(places)))
        part = Part(np.array(places), matrix, sparse.csc_array(sparse.hstack([matrix, -matrix])))
        cost = np.array([self._cost(place, waiting, used) for place in places])
        down = np.array([0.0 if place in waiting else _LARGEST_STEP for place in places])
        flow = cheapest_flow(part, cost, down, np.full(len(places), _LARGEST_STEP), {at[cell]: 1.0})
        return None if flow is None else _whole(flow, places, cell, matrix)

    def _cost(self, cell: int, waiting: set[int], used: set[int]) -> float:
        if cell in waiting:
            return _ALSO_FAILS
        if cell in used:
            return _CLOSED_ALREADY
        if cell >= self.frame.size:
            return _REST
        return LEVEL_COST.get(self.frame.levels[cell], 1.0) * self.frame.weights[cell]

    def _room(self, flows: dict[int, Flow], dependent: set[int]) -> Iterator[Check]:
        """Per cell that gives way: it can, in the eyes of an outsider and of each party that knows its own counts."""
        touched: dict[int, dict[int, int]] = defaultdict(dict)
        for source, flow in flows.items():
            for cell, step in flow.items():
                if cell not in flows and cell not in dependent:
                    touched[cell][source] = step
        for cell, steps in sorted(touched.items()):
            fall = self.k * max(0, *(-step for step in steps.values()))
            floor = self.floor(cell)
            raised = sum(step * self.floor(source) for source, step in steps.items())
            whole = {cell: 1, **{source: -step for source, step in steps.items()}}
            moves = dict(steps)
            yield self._check(whole, {}, raised, floor + fall + 1, cell, -1)
            for party in self.parties:
                # The others' counts alone have to be able to give way, and with the party's own stay above the floor.
                minus = {one: -value for one, value in whole.items()}
                yield self._check(whole, minus, raised, fall + 1, cell, party)
                if floor:
                    yield self._check(whole, moves, raised, floor + fall + 1, cell, party)

    def _kept_answers(self, flows: dict[int, Flow]) -> Iterator[Check]:
        """Earlier answers that a flow would change have to come out the same along it."""
        for check in self.answered:
            expanded = self._expanded(check.cells)
            steps = {source: _along(expanded, flow) for source, flow in flows.items()}
            own_steps = {source: _along(check.own, flow) for source, flow in flows.items()}
            if not any(steps.values()) and not any(own_steps.values()):
                continue
            is_of_others = check.own == {cell: -value for cell, value in expanded.items()}
            cells, own = dict(expanded), dict(check.own)
            constant = check.constant
            for source, step in steps.items():
                cells[source] = cells.get(source, 0) - step
                # What is said of the others' counts alone says nothing of a floor under the whole.
                constant += 0 if is_of_others else step * self.floor(source)
            for source, step in own_steps.items():
                own[source] = own.get(source, 0) - step
            worst = self.k * min(0, *(steps[source] + min(own_steps[source], 0) for source in flows))
            yield self._check(cells, own, constant, check.threshold - worst, check.guards, check.party)

    def _check(
        self,
        cells: dict[int, int],
        own: dict[int, int],
        constant: int,
        threshold: int,
        guards: int,
        party: int,
    ) -> Check:
        return Check(self._expanded(cells), constant, threshold, guards, party, self._expanded(own))

    def _expanded(self, cells: dict[int, int]) -> dict[int, int]:
        """The same combination without rests: a rest is its parent less the parts."""
        found: dict[int, int] = defaultdict(int)
        for cell, value in cells.items():
            if cell < self.frame.size:
                found[cell] += value
                continue
            one = next(one for one in self.frame.sums if one.rest == cell)
            found[one.parent] += value
            for part in one.parts:
                found[part] -= value
        return {cell: value for cell, value in found.items() if value}


def _members(parent: int, parts: Sequence[int], rest: int) -> Iterable[int]:
    return (parent, *parts, rest) if rest >= 0 else (parent, *parts)


def _parts(frame: Frame, number: int) -> tuple[int, tuple[int, ...], int]:
    one = frame.sums[number]
    return one.parent, one.parts, one.rest


def _along(cells: dict[int, int], flow: Flow) -> int:
    return sum(value * flow.get(cell, 0) for cell, value in cells.items())


def _less(moves: Flow, flow: Flow, times: int) -> Flow:
    found = {cell: moves.get(cell, 0) - times * flow.get(cell, 0) for cell in {*moves, *flow}}
    return {cell: step for cell, step in found.items() if step}


def _whole(
    flow: npt.NDArray[np.float64], places: Sequence[int], cell: int, matrix: sparse.csr_array
) -> Flow | None:
    """The flow in whole steps, if it is one: a vertex of these programs is, but for rounding."""
    exact = [Fraction(float(step)).limit_denominator(_DENOMINATOR) for step in flow]
    if any(step.denominator != 1 for step in exact):
        return None
    whole = np.array([int(step) for step in exact], dtype=np.int64)
    if np.any(matrix @ whole) or whole[list(places).index(cell)] != 1:
        return None
    return {places[i]: int(whole[i]) for i in np.flatnonzero(whole).tolist()}
