"""By how many steps each figure of a corrected year moves: near to what it should be, and so that the figures add up.

Figures that are rounded one by one contradict each other. A gemeente that moves by more than its wijken, or by less than its
ages, uses up the margin of both: then one of its ends is certain, and the few people of unknown wijk, or those a partner
knows to have left, tell by how many a third cell grew at most. Here there is always a state of people that adds up, that is
exactly the first release in every figure that stays and lies within half a margin of every other figure: so each cell may
have had nobody more or fewer, and k more or fewer too. (After the controlled rounding of Cox, 1987, here of changes.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, sparse

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.partners.counting import Key

# How far the state is from a figure that moves, in steps.
_SLACK = 0.5
# What a solution costs, beside each person that a figure is off: a figure more than half a step off; one that moves anew;
# a step in people of whom only the larger area is known; a step that tells of few; a step that a sum lacks.
_BEYOND, _ANEW, _REST, _TELLS, _BROKEN = 20.0, 1.0, 1.0, 10_000.0, 1_500.0


@dataclass(frozen=True)
class Moving:
    """A figure that was shown: by how many persons it should move, by how many steps it did, and between which two it may,
    both since it was shown first.

    `tells` is which of those two would tell somebody of few others: a sum is broken sooner than it is taken.
    """

    change: float
    latest: int
    least: int
    most: int
    tells: tuple[bool, bool] = (False, False)

    def is_quiet(self, steps: int) -> bool:
        """Whether this step tells nobody of few others."""
        return not self.tells[0 if steps == self.least else 1]


@dataclass(frozen=True)
class Sum:
    """A parent and its parts; `rest` is by how many steps the people of whom only the larger area is known may fall, None where
    nobody is left besides the parts.
    """

    parent: Key
    parts: Sequence[Key]
    rest: float | None


def steps_that_add_up(
    moving: Mapping[Key, Moving], others: Mapping[Key, float], sums: Sequence[Sum], step: float, subject: str
) -> dict[Key, int]:
    """Steps per figure.

    Args:
        moving: The figures.
        others: Cells of which nothing is shown but that tie figures together, with the fewest steps each may move.
        sums: How they add up.
        step: Persons per step.
        subject: The source.

    Raises:
        DataProblem: `disclosure_risk` if the solver gives up; steps exist, since at a price a sum may be broken.
    """
    if not moving:
        return {}
    told = list(moving.values())
    keys = [*moving, *others]
    place = {key: i for i, key in enumerate(keys)}
    n, m, k = len(keys), len(told), len(sums)
    change, latest, least, most = (
        np.array([float(value) for value in column])
        for column in zip(*((one.change, one.latest, one.least, one.most) for one in told), strict=True)
    )
    ends = np.array([least, most])
    off = np.abs(step * ends - change)
    price = off + _BEYOND * (off > step / 2) + _ANEW * (ends != latest)
    price += _TELLS * np.array([one.tells for one in told]).T
    # How far the state may be from a figure: not at all from one that stays, which is taken to be exact.
    through = (least <= 0) & (most >= 0)
    per_step = np.where(through, np.where(most > 0, _SLACK, -_SLACK), 0.0)
    fixed = np.where(through, 0.0, _SLACK)
    signs = sparse.lil_array((k, n))
    for row, one in enumerate(sums):
        signs[row, place[one.parent]] += 1
        for part in one.parts:
            signs[row, place[part]] -= 1
    each, state, sums_of = sparse.eye_array(m), sparse.eye_array(m, n), sparse.eye_array(k)
    # Steps, the state; rest, and what a sum is short or over.
    rows = sparse.block_array(
        [
            [-each - sparse.diags_array(per_step), state, None, None, None],
            [-each + sparse.diags_array(per_step), state, None, None, None],
            [None, signs, -sums_of, sums_of, -sums_of],
        ],
        format="csr",
    )
    endless, none = np.full(m, np.inf), np.zeros(k)
    rest = np.array([one.rest or 0.0 for one in sums])
    grows = np.array([0.0 if one.rest is None else np.inf for one in sums])
    solution = optimize.milp(
        np.concatenate([price[1] - price[0], np.zeros(n), np.full(k, _REST), np.full(2 * k, _BROKEN)]),
        constraints=optimize.LinearConstraint(
            rows, np.concatenate([-endless, -fixed, none]), np.concatenate([fixed, endless, none])
        ),
        bounds=optimize.Bounds(
            np.concatenate([least, -endless, np.fromiter(others.values(), float, n - m), -rest, none, none]),
            np.concatenate([most, np.full(n, np.inf), grows, none + np.inf, none + np.inf]),
        ),
        integrality=np.concatenate([np.ones(m), np.zeros(n + 3 * k)]),
    )
    if solution.x is None:
        raise DataProblem(
            "disclosure_risk",
            subject=subject,
            expected="steps for the figures of a year that was corrected",
            found=f"none for {m} figures: {solution.message}",
            remedy="publish this breakdown at a higher level only",
        )
    return {key: round(float(solution.x[i])) for i, key in enumerate(moving)}
