"""The steps of a round: share, compare, open the bits, agree on a pattern, check it, and only then open the cells that survive.

This is the only place where anything is opened: bits (does a cell pass, does a closed cell's cover hold) and cells of the pattern.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from datawerkplaats.base.errors import DataProblem
from stations.channel import Channel
from stations.frame import Frame
from stations.pattern import Check, Pattern, Search
from stations.shares import Computation

_ROUNDS_OF_CHECKS = 5
_CONTRIBUTOR_BITS = 7


@dataclass(frozen=True)
class Rule:
    """When a cell may be opened: persons, contributing parties, and the largest share of its total."""

    k: int
    contributors: int
    group_share: float = 1.0


@dataclass
class Opened:
    """What every party saw of one frame.

    Attributes:
        passes: The bit of each cell.
        hidden: Which cells stay closed; all where no pattern protects.
        values: The opened counts, and -1 for a closed cell.
        amounts: Per amount the opened sums, likewise.
        answered: The checks that were answered with yes, for whoever examines the round.
    """

    passes: npt.NDArray[np.bool_]
    hidden: npt.NDArray[np.bool_]
    values: npt.NDArray[np.int64]
    amounts: dict[str, npt.NDArray[np.int64]] = field(default_factory=dict)
    answered: list[Check] = field(default_factory=list)


@dataclass(frozen=True)
class Own:
    """What one party brings to a frame: counts, and amounts by name; zeros where it brings none."""

    counts: npt.NDArray[np.int64]
    amounts: dict[str, npt.NDArray[np.int64]] = field(default_factory=dict)


async def compute(
    channel: Channel, computation: Computation, frames: Sequence[Frame], own: Sequence[Own], rule: Rule
) -> list[Opened]:
    """What may be opened of each frame.

    Args:
        channel: The connected lines to the others.
        computation: The computation on shares over these lines.
        frames: The frames, the same at every party.
        own: What this party brings to each of them.
        rule: When a cell may be opened.

    Raises:
        DataProblem: If a party fails or disagrees; nothing is opened then.
    """
    offsets = np.cumsum([0, *(frame.size for frame in frames)])
    counts = np.concatenate([one.counts for one in own])
    names = sorted(own[0].amounts)
    parts = computation.shared(counts)
    whole = computation.total(parts)
    contributing = computation.total(computation.shared((counts > 0).astype(np.int64)))
    amounts = {
        name: computation.total(computation.shared(np.concatenate([one.amounts[name] for one in own])))
        for name in names
    }
    bits = await _passing(computation, frames, offsets, whole, contributing, rule)
    passes = (await channel.until(computation.opened(bits, most=1))).astype(bool)
    searches = [
        Search(frame, passes[offsets[i] : offsets[i + 1]], rule.k, range(len(computation.inputs)))
        for i, frame in enumerate(frames)
    ]
    patterns = await _protected(channel, computation, searches, offsets, whole, parts)
    await _agreed(channel, patterns)
    shown = [np.flatnonzero(~pattern.hidden) + offsets[i] for i, pattern in enumerate(patterns) if pattern]
    cells = np.concatenate(shown).astype(np.int64) if shown else np.zeros(0, dtype=np.int64)
    found = np.full(len(counts), -1, dtype=np.int64)
    sums = {name: np.full(len(counts), -1, dtype=np.int64) for name in names}
    if cells.size:
        found[cells] = await channel.until(computation.opened(computation.picked(whole, cells.tolist())))
        for name, shares in amounts.items():
            sums[name][cells] = await channel.until(
                computation.opened(computation.picked(shares, cells.tolist()))
            )
    return [
        Opened(
            passes=passes[a:b],
            hidden=found[a:b] < 0,
            values=found[a:b],
            amounts={name: values[a:b] for name, values in sums.items()},
            answered=searches[i].answered,
        )
        for i, (a, b) in enumerate(pairwise(offsets.tolist()))
    ]


async def _passing(
    computation: Computation, frames: Sequence[Frame], offsets: Any, whole: Any, contributing: Any, rule: Rule
) -> Any:
    """Per cell 1 where it has enough persons of enough parties and is no group that says something of everybody."""
    enough = await computation.at_least(whole, rule.k)
    of_many = await computation.at_least(contributing, rule.contributors, _CONTRIBUTOR_BITS)
    passing = await computation.both(enough, of_many)
    groups = [
        (int(part + offsets[i]), int(total + offsets[i]))
        for i, frame in enumerate(frames)
        for part, total in frame.groups
    ]
    share = Fraction(rule.group_share).limit_denominator(100)
    if not groups or share == 1:
        return passing
    by_part: dict[int, list[int]] = defaultdict(list)
    for number, (part, _) in enumerate(groups):
        by_part[part].append(number)
    margins = [{total: share.numerator, part: -share.denominator} for part, total in groups]
    within = await computation.at_least(await computation.combined(whole, margins, [0] * len(groups)), 0)
    per_part = await _all_of(computation, within, list(by_part.values()))
    # A cell of no group is met by a 1 that everybody knows.
    size = passing.shape[0]
    order = [list(by_part).index(cell) if cell in by_part else len(by_part) for cell in range(size)]
    one = computation.number.array(np.array([1], dtype=object))
    return await computation.both(
        passing, computation.picked(computation.runtime.np_concatenate((per_part, one)), order)
    )


async def _all_of(computation: Computation, bits: Any, groups: Sequence[Sequence[int]]) -> Any:
    """Per group 1 where all its bits are 1."""
    one = computation.number.array(np.array([1], dtype=object))
    padded = computation.runtime.np_concatenate((bits, one))
    nothing = bits.shape[0]
    width = max(len(group) for group in groups)
    columns = [
        computation.picked(padded, [group[i] if i < len(group) else nothing for group in groups])
        for i in range(width)
    ]
    while len(columns) > 1:
        pairs = [await computation.both(a, b) for a, b in zip(columns[::2], columns[1::2], strict=False)]
        columns = [*pairs, *(columns[-1:] if len(columns) % 2 else [])]
    return columns[0]


async def _protected(
    channel: Channel,
    computation: Computation,
    searches: Sequence[Search],
    offsets: Any,
    whole: Any,
    parts: Sequence[Any],
) -> list[Pattern | None]:
    """A pattern per frame whose checks all hold; None where there is none, and that frame stays closed."""
    found: list[Pattern | None] = [None] * len(searches)
    open_ones = set(range(len(searches)))
    stacked = computation.runtime.np_concatenate((whole, *parts))
    length = int(offsets[-1])
    for _ in range(_ROUNDS_OF_CHECKS):
        asked: list[tuple[int, Check]] = []
        tried: dict[int, Pattern] = {}
        for i in sorted(open_ones):
            tried[i] = searches[i].pattern()
            if tried[i].unprotected:
                open_ones.discard(i)
            else:
                asked += [(i, check) for check in tried[i].checks]
        answers: dict[int, dict[int, bool]] = defaultdict(dict)
        if asked:
            groups: dict[tuple[int, int], list[int]] = defaultdict(list)
            for number, (i, check) in enumerate(asked):
                groups[i, check.guards].append(number)
            combinations = [
                {cell + int(offsets[i]): value for cell, value in check.cells.items()}
                | {
                    cell + int(offsets[i]) + length * (1 + check.party): value
                    for cell, value in check.own.items()
                }
                for i, check in asked
            ]
            constants = [check.constant - check.threshold for _, check in asked]
            holds = await computation.at_least(
                await computation.combined(stacked, combinations, constants), 0
            )
            bits = await channel.until(
                computation.opened(await _all_of(computation, holds, list(groups.values())), most=1)
            )
            for (i, guard), bit in zip(groups, bits, strict=True):
                answers[i][guard] = bool(bit)
        for i in sorted(open_ones):
            searches[i].learn(tried[i], answers[i])
            if all(answers[i].values()):
                found[i] = tried[i]
                open_ones.discard(i)
        if not open_ones:
            break
    return found


async def _agreed(channel: Channel, patterns: Sequence[Pattern | None]) -> None:
    """Every party has worked out the same pattern, and is still there; before this nothing is opened but bits."""
    content = [None if one is None else np.flatnonzero(one.hidden).tolist() for one in patterns]
    digest = hashlib.sha256(json.dumps(content).encode()).hexdigest()
    said = await channel.exchange({"pattern": digest})
    for peer, one in zip(channel.parties, said, strict=True):
        if one != {"pattern": digest}:
            raise DataProblem(
                "other_contract",
                subject=peer.name,
                where="pattern of closed cells",
                expected="the pattern that every party works out from the same bits",
                remedy="see that every party runs the same version, then start again",
            )
