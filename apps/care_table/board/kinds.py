"""The kinds of care on the blocks, and the number of the tag that stands for each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from datawerkplaats.catalogue.care import care_kinds


@dataclass(frozen=True)
class Kind:
    """A kind of care: its words, its colour and pattern, and the number of its tag."""

    id: str
    nl: str
    en: str
    colour: str  # as #rrggbb
    pattern: str
    tag: int


@cache
def kinds() -> tuple[Kind, ...]:
    """All kinds in the order of their tags."""
    declared = care_kinds()
    return tuple(
        Kind(one.id, one.nl, one.en, declared.colours[one.colour], one.pattern, number)
        for number, one in enumerate(declared.kinds)
    )
