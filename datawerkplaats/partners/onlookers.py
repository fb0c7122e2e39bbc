"""Which steps of a figure would tell somebody who knows rows of his own that others came, went or stayed.

A partner knows how many of his own people are in a figure, and so how many others came or went if it moves. He is left
with a range of two margins; where it leaves out nobody but not few, the figure moves by another step. Two partners may
need opposite steps, or one know of so many of his own elsewhere that neither will do: then wider margins are asked about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from datawerkplaats.catalogue.partners import Micro
from datawerkplaats.partners.counting import Counted, Floats, Key, areas_of, counted_cells, level_of
from datawerkplaats.partners.history import Released
from datawerkplaats.partners.residents import Residents
from datawerkplaats.partners.steps import Moving


@dataclass(frozen=True)
class Since:
    """What every onlooker (first the outsider, who knows nobody) knows of his own people in each cell: before and now.

    Attributes:
        before: When the publication was made that the figures of now are held against.
        now: Today.
        others: By how many all others changed.
        is_first: Whether that was the first publication, which was exact.
    """

    before: Mapping[Key, Floats]
    now: Mapping[Key, Floats]
    others: Mapping[Key, Floats]
    is_first: bool


def known_since(part: Counted, micro: Micro, released: Released, residents: Residents) -> list[Since]:
    """What onlookers know since the first publication, and since the last where that was of other rows again."""
    name = (part.source_id, part.year)
    published = released.contents.get(name, [])
    found = []
    for turn, content in enumerate(dict.fromkeys([*published[:1], *published[-1:]])):
        people = released.people.get((*name, content))
        if people is None:
            continue
        partners = sorted({*part.partners, *(row[3] for row in people)})
        at = [partners.index(partner) + 1 for partner in part.partners]
        then = counted_cells(
            Counted(*name[:1], part.quantity, part.year, partners=partners),
            micro,
            people,
            areas_of([*(row[0] for row in people), *(key[0] for key in part.cells)], residents),
            residents,
            partners,
        )
        before, now, others = {}, {}, {}
        for key, shares in part.cells.items():
            now[key] = np.zeros(len(partners) + 1)
            now[key][at] = shares
            before[key] = np.concatenate([[0.0], then.cells.get(key, np.zeros(len(partners)))])
            change = now[key] - before[key]
            others[key] = change.sum() - change
        found.append(Since(before, now, others, turn == 0))
    if not found:
        nobody = {key: np.zeros(1) for key in part.cells}
        found.append(Since(nobody, nobody, nobody, True))
    return found


def narrowed(
    part: Counted,
    moving: Mapping[Key, Moving],
    first: Mapping[Key, float],
    known: Sequence[Since],
    threshold: int,
    margin: float | None = None,
) -> dict[Key, Moving]:
    """The figures with which of their steps would tell somebody of few others, if this margin (else a step) is told beside all."""
    step = 2.0 * threshold
    margin = margin or step
    above = _all_above(part)
    few = _few(part, first, threshold)
    inside: dict[Key, list[Key]] = {key: [key] for key in moving}
    for key, larger in above.items():
        for one in larger & moving.keys():
            inside[one].append(key)
    found: dict[Key, Moving] = {}
    restless = [_restless(moving, above, since) for since in known]
    for key, told in moving.items():
        others = [
            np.array([since.others[c] for c in _bound(key, inside[key], areas) if c in since.others])
            for since, areas in zip(known, restless, strict=True)
        ]

        def tells(steps: int, key: Key = key, told: Moving = told, others: list[Floats] = others) -> bool:
            of_change = (
                _tells_of_change(
                    told, steps, since.now[key] - since.before[key], changed, since.is_first, step, margin
                )
                for since, changed in zip(known, others, strict=True)
            )
            changed = np.array([known[0].others[c][0] for c in inside[key] if c in known[0].others])
            few_in_it = (few[c] for c in inside[key][1:] if c in few)
            return any(of_change) or any(
                _tells_of_few(steps, key, one, changed, known[0], step, margin) for one in few_in_it
            )

        least, most = told.least, told.most
        if least == most and told.change == step * least and tells(least):
            # Right on a step: the one nearer to what was shown first is as far off as is stated, and no further.
            least, most = sorted((least, least - int(np.sign(least))))
        found[key] = replace(told, least=least, most=most, tells=(tells(least), tells(most)))
    return found


def _restless(
    moving: Mapping[Key, Moving], above: Mapping[Key, set[Key]], since: Since
) -> dict[Key, set[str]]:
    """The wijken that are told to have changed whatever happens, each with the areas that it lies in."""
    found: dict[Key, set[str]] = {}
    for key, told in moving.items():
        was = 0 if since.is_first else told.latest
        if level_of(key[0]) not in ("province", "gemeente") and (told.least > was or told.most < was):
            found[key] = {key[0], *(larger[0] for larger in above.get(key, ()))}
    return found


def _bound(key: Key, inside: Sequence[Key], restless: Mapping[Key, set[str]]) -> Sequence[Key]:
    """The cells of which a figure tells something: all in it, unless a wijk in it is told to have changed. Then its people may
    be all who came or went besides, if the cell has not all of them that the figure has.
    """
    moved = [areas for areas in restless.values() if key[0] in areas]
    return [one for one in inside if all(one[1:] == key[1:] and one[0] in areas for areas in moved)]


def _tells_of_change(
    told: Moving, steps: int, own: Floats, others: Floats, is_first: bool, step: float, margin: float
) -> bool:
    """Whether nobody else coming or going is out of reach in a cell of the figure, though the few who did are within it.

    Args:
        told: The figure.
        steps: By how many it would move since it was first shown.
        own: By how many each onlooker's own people in it changed.
        others: By how many all others changed, per cell in the figure and onlooker.
        is_first: Whether that is since the first publication, or the last.
        step: Persons per step, which was the margin before.
        margin: Of today.
    """
    moved = (step * (steps if is_first else steps - told.latest)) - own
    # A figure that is still the first one is taken to be exact.
    least = np.abs(moved) - (margin if is_first or told.latest == 0 else margin + step)
    changed = others * np.sign(moved)
    return bool(((least > 0) & (changed >= least) & (changed < step / 2)).any())


@dataclass(frozen=True)
class _Few:
    """A cell with few people today: how many, and how many there were as far as that is told."""

    key: Key
    count: float
    before: float | None


def _few(part: Counted, first: Mapping[Key, float], threshold: int) -> dict[Key, _Few]:
    """The cells with few people."""
    found: dict[Key, _Few] = {}
    for key, shares in part.cells.items():
        count = float(shares.sum())
        if 0 < count < threshold or (not count and first.get(key)):
            found[key] = _Few(key, count, first.get(key))
    return found


def _tells_of_few(
    steps: int, key: Key, few: _Few, changed: Floats, since: Since, step: float, margin: float
) -> bool:
    """Whether a figure that moves otherwise than that of a cell in it tells that some of the few people there are left, or that
    few are; or, since no more can leave a cell than there were, by how many another one grew at most.
    """
    own = since.now[few.key]
    before = since.before[few.key] if few.before is None else few.before
    elsewhere = (since.now[key] - since.before[key]) - (own - since.before[few.key])
    least = before + step * steps - margin - elsewhere
    most = float(least[0]) + 2 * margin
    left = (own < few.count) & (own < least) & (least <= few.count)
    if left.any() or 0 < few.count <= most < step / 2:
        return True
    if few.before is None:
        return False
    # Such a cell's figure is not shown below the threshold: by as much another one shrank at most.
    grew, shrank = most, float(least[0]) - 1.5 * step
    return bool(
        (0 < grew < step / 2 and ((changed > 0) & (changed <= grew)).any())
        or (-step / 2 < shrank < 0 and ((changed < 0) & (changed >= shrank)).any())
    )


def _all_above(part: Counted) -> dict[Key, set[Key]]:
    """Per cell all cells that it is counted in."""
    above: dict[Key, list[Key]] = {}
    for parent, parts in part.sums:
        for key in parts:
            above.setdefault(key, []).append(parent)
    found: dict[Key, set[Key]] = {}

    def climb(key: Key) -> set[Key]:
        if key not in found:
            found[key] = set()
            for parent in above.get(key, ()):
                found[key] |= {parent} | climb(parent)
        return found[key]

    for key in above:
        climb(key)
    return found
