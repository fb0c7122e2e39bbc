"""Which cells to hide so that no hidden sensitive count can be worked out, by an outsider or by a partner.

For every sensitive cell and both directions the cheapest flow is found (see `flows`); what carries flow is
hidden and costs nothing from then on. Each onlooker has its own floor under every count: 0 for an outsider,
its own cases for a partner.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.disclosure.cells import REST, Bools, Floats, Integers, LinkedTable
from datawerkplaats.disclosure.flows import Part, cheapest_flow, parts_of
from datawerkplaats.disclosure.rules import Sensitive

LEVEL_COST: Mapping[str, float] = {"region": 400.0, "gemeente": 60.0, "wijk": 15.0, "buurt": 1.0, REST: 0.0}
_TOTAL_FACTOR = 4.0
_CLOSED_FROM = 60.0  # levels this dear stay published as long as there is any other way
_SLACK = 1e-6


@dataclass(frozen=True)
class Suppressed:
    """Which cells are hidden, which of these only to protect others, and how many programs that took."""

    hidden: Bools
    secondary: Bools
    programs: int


def cell_costs(table: LinkedTable) -> Floats:
    """What hiding each cell costs: log2(1 + x) + 1, times the weight of its level; times 4 for a buurt's totals.

    Above the buurt the weight itself keeps totals; a factor on top would hide more cells to spare a few.
    """
    cells, weights = table.cells, _weights(table)
    totals = np.where(cells.is_total & (weights <= LEVEL_COST["buurt"]), _TOTAL_FACTOR, 1.0)
    return np.asarray((np.log2(1 + cells.value) + 1) * weights * totals, dtype=np.float64)


def _weights(table: LinkedTable) -> Floats:
    return np.array([LEVEL_COST.get(level, 1.0) for level in table.cells.level.tolist()])


def suppress(table: LinkedTable, sensitive: Sensitive, also: Bools | None = None) -> Suppressed:
    """The cells to hide: the sensitive ones and a cheap set that protects them against every onlooker.

    Args:
        table: Cells and sums.
        sensitive: Which cells are sensitive, and how uncertain each must stay.
        also: Cells that are hidden besides, because an earlier release hid them or another table does.

    Raises:
        DataProblem: If a sensitive cell cannot be protected, because it or what it follows from is already
            public.
    """
    search = _Search(table, sensitive)
    if also is not None:
        search.hide(also)
    search.run()
    rest = table.cells.level == REST
    hidden = search.hidden & ~rest
    return Suppressed(hidden, hidden & ~sensitive.primary, search.programs)


class _Search:
    """The search for cells to hide: what is hidden so far, and how far each onlooker's interval is shown to
    reach.

    Rows of `need` and `reach` are onlookers, the outsider first; the first axis holds falls (0) and rises
    (1).
    """

    def __init__(self, table: LinkedTable, sensitive: Sensitive) -> None:
        cells = table.cells
        self.table, self.sensitive = table, sensitive
        self.x = cells.value
        self.hidden: Bools = sensitive.primary | (cells.level == REST)
        self.cost: Floats = np.where(self.hidden, 0.0, cell_costs(table))
        self.floors: Floats = np.maximum(np.vstack([np.zeros(len(cells)), cells.own.T]), cells.lower)
        self.need: Floats = self._needs()
        self.reach: Floats = np.zeros(self.need.shape)
        self.programs = 0

    def hide(self, places: Bools) -> None:
        """Hide cells that are not sensitive by themselves: nobody may work them out to within less than 1."""
        self.hidden = self.hidden | places
        self.cost = np.where(places, 0.0, self.cost)

    def _needs(self) -> Floats:
        """How far each sensitive count must be able to fall and to rise in the eyes of each onlooker.

        An outsider must reckon with the whole range of the rule. A partner, who knows its own cases, must
        reckon with nobody else being there.
        """
        sensitive, others = self.sensitive, self.x - self.floors
        fall = np.minimum(self.x - sensitive.low, others)
        rise = np.zeros(fall.shape)
        rise[0] = np.minimum(sensitive.high, self.table.cells.upper) - self.x
        return np.where(sensitive.primary & (others > 0), np.maximum(np.stack([fall, rise]), 0.0), 0.0)

    def run(self) -> None:
        """Serve every need: piece by piece first, then with every cell that is not yet public."""
        public = self.table.cells.public_before
        for place in np.flatnonzero(self.sensitive.primary & public)[:1]:
            raise self._unprotectable(int(place))
        cheap = (_weights(self.table) < _CLOSED_FROM) | self.hidden
        unserved = [need for part in parts_of(self.table, cheap & ~public) for need in self._protect(part)]
        if unserved:
            for part in parts_of(self.table, ~public):
                for place in self._protect(part):
                    raise self._unprotectable(place)
        # What is hidden besides may lie at a level that is closed: then the next pass opens it.
        if self._widen(parts_of(self.table, self.hidden | cheap & ~public)):
            for place in self._widen(parts_of(self.table, self.hidden | ~public)):
                raise self._unprotectable(place)

    def _protect(self, part: Part) -> list[int]:
        """Serve all needs inside a part; the cells whose needs it cannot serve come back."""
        # The dearest levels first, so that what these need anyway serves the others. The outsider's falls
        # come last: most are served by then, as what a partner without cases in a cell has to reckon with an
        # outsider has to as well.
        turns = [(0, 1), *((onlooker, 0) for onlooker in reversed(range(len(self.floors))))]
        weight = _weights(self.table)[part.places]
        return [
            place
            for level in np.unique(weight)[::-1]
            for onlooker, side in turns
            for place in self._serve(part, onlooker, side, weight == level)
        ]

    def _serve(self, part: Part, onlooker: int, side: int, served: Bools) -> list[int]:
        """Serve the falls (side 0) or rises (1) of some cells for an onlooker, one cell of every block at a
        time.
        """
        places, given_up = part.places, np.zeros(part.places.size, dtype=bool)
        need = np.where(served, self.need[side, onlooker, places], 0.0)
        sign = 1.0 if side else -1.0
        while True:
            waiting = np.flatnonzero((need > self.reach[side, onlooker, places] + _SLACK) & ~given_up)
            if not waiting.size:
                return [int(place) for place in places[given_up]]
            batch = waiting[np.unique(self.table.cells.block[places[waiting]], return_index=True)[1]]
            if not self._move(part, onlooker, batch, sign * need):
                alone = [self._move(part, onlooker, batch[i : i + 1], sign * need) for i in range(batch.size)]
                given_up[batch[~np.array(alone)]] = True

    def _move(self, part: Part, onlooker: int, batch: Integers, amount: Floats) -> bool:
        """Hide the cheapest cells that let a batch move by its amounts; whether there are any."""
        places = part.places
        room_down = self.x[places] - self.floors[onlooker, places]
        room_up = self.table.cells.upper[places] - self.x[places]
        wanted = {int(i): float(amount[i]) for i in batch}
        self.programs += 1
        flow = cheapest_flow(part, self.cost[places], room_down, room_up, wanted)
        if flow is None:
            return False
        carries = places[flow != 0]
        self.hidden[carries], self.cost[carries] = True, 0.0
        possible = (self.x[places] + flow >= self.floors[:, places] - _SLACK).all(axis=1)
        for seen_by in np.flatnonzero(possible):
            for side, moved in enumerate((-flow, flow)):
                self.reach[side, seen_by, places] = np.maximum(self.reach[side, seen_by, places], moved)
        return True

    def _widen(self, parts: list[Part]) -> list[int]:
        """See to it that an outsider can work out no secondary cell to within less than 1; those for which that
        fails come back.
        """
        secondary = self.table.cells.level != REST
        secondary &= ~self.sensitive.primary
        stuck: list[int] = []
        for part in parts:
            step = np.ones(part.places.size)
            for i in range(part.places.size):
                place = part.places[i]
                if (
                    not (self.hidden[place] and secondary[place])
                    or self.reach[:, 0, place].max() >= 1 - _SLACK
                ):
                    continue
                if not any(self._move(part, 0, np.array([i]), sign * step) for sign in (1.0, -1.0)):
                    stuck.append(int(place))
        return stuck

    def _unprotectable(self, place: int) -> DataProblem:
        return DataProblem(
            "disclosure_risk",
            subject=str(self.table.cells.cell_id[place]),
            expected="a count that cannot be worked out from what is or was published",
            found="it follows from figures that are already public",
            remedy="publish this breakdown at a higher level only",
        )
