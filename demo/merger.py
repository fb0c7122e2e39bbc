"""Veenland before 2019, when Oosterturf was two gemeenten whose wijken and buurten had other codes."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import shapely

from demo.classification import RECODED, Areas, Vintage

MERGED_IN = 2019
# Position of the merged gemeente, and code and name of the two that it was; declared in gemeente_changes_demo.csv too.
MERGED = 3
FORMER = (("GM9981", "Turfwolde"), ("GM9982", "Oostermande"))
_NUMBER = re.compile(r"^Wijk \d+ ")


def has_merger(vintage: Vintage) -> bool:
    """Whether the region is large enough to have a gemeente that was two."""
    several = int((vintage.wijken.gemeente == MERGED).sum()) >= len(FORMER)
    return len(vintage.gemeenten.codes) > max(MERGED, RECODED) and several


def before_merger(vintage: Vintage, year: int) -> Vintage:
    """The classification of a year before the merger: the same wijken, in two gemeenten, numbered anew in each.

    The second of the two comes last, so that the positions of all other gemeenten stay.
    """
    if not has_merger(vintage):
        return replace(vintage, year=year)
    own = np.flatnonzero(vintage.wijken.gemeente == MERGED)
    halves = (own[: len(own) // 2], own[len(own) // 2 :])
    positions = (MERGED, len(vintage.gemeenten.codes))
    wijk_codes, wijk_names = list(vintage.wijken.codes), list(vintage.wijken.names)
    wijk_owner = vintage.wijken.gemeente.copy()
    for (code, _), position, half in zip(FORMER, positions, halves, strict=True):
        wijk_owner[half] = position
        for number, w in enumerate(half):
            wijk_codes[w] = f"WK{code[2:]}{number:02d}"
            wijk_names[w] = f"Wijk {number:02d} {_NUMBER.sub('', vintage.wijken.names[w])}"
    buurt_codes = [
        f"BU{wijk_codes[w][2:]}{code[-2:]}"
        for code, w in zip(vintage.buurten.codes, vintage.buurten.wijk, strict=True)
    ]
    shapes = [shapely.union_all([vintage.wijken.shapes[w] for w in half]) for half in halves]
    gemeenten = vintage.gemeenten
    codes, names, outlines = list(gemeenten.codes), list(gemeenten.names), list(gemeenten.shapes)
    codes[MERGED], names[MERGED], outlines[MERGED] = *FORMER[0], shapes[0]
    codes, names, outlines = [*codes, FORMER[1][0]], [*names, FORMER[1][1]], [*outlines, shapes[1]]
    order = np.arange(len(codes))
    return Vintage(
        year,
        Areas("gemeente", codes, names, order, np.full(len(codes), -1), outlines),
        replace(vintage.wijken, codes=wijk_codes, names=wijk_names, gemeente=wijk_owner),
        replace(vintage.buurten, codes=buurt_codes, gemeente=wijk_owner[vintage.buurten.wijk]),
        vintage.buurt_order,
    )
