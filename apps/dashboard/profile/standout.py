"""What stands out in an area: groups of figures first, then single figures that surely differ, then what goes well.

Pure functions of figures and the rules of a theme (`catalogue/themes`). A pattern over figures that go together is described and
never tested. No place is given under the minimum base; a model estimate is placed in thirds; ties never make a place better known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from apps.dashboard.data.standing import Peer
from apps.dashboard.profile.lines import Line
from apps.dashboard.wording.figures import has_base
from apps.dashboard.wording.numbers import rounded
from datawerkplaats.catalogue.themes import Rules, Theme

Side = Literal["worst", "best", "between", "unknown"]
_GOOD_AND_BAD = ("higher_is_worse", "higher_is_better")


@dataclass(frozen=True)
class Standing:
    """One figure of an area beside the same figure of the other areas of the region."""

    phase: str
    line: Line
    polarity: str
    is_ranked: bool
    peers: tuple[Peer, ...]


@dataclass(frozen=True)
class Place:
    """On which side an area lies: among the `edge` least or most favourable of `areas`, or in the middle, or not known."""

    side: Side
    edge: int = 0
    areas: int = 0


@dataclass(frozen=True)
class Finding:
    """Something to say. `kind` is `group` (`count` of `figures` at one side), `single`, `small` or `nothing`."""

    kind: Literal["group", "single", "small", "nothing"]
    is_good: bool = False
    phase: str = ""
    members: tuple[Standing, ...] = ()
    places: tuple[Place, ...] = ()
    count: int = 0
    size: float = 0.0

    @property
    def figures(self) -> int:
        """How many figures were looked at."""
        return len(self.members)

    @property
    def certainty(self) -> str:
        """How sure the figures are: `modelled`, `none` (no margins) or `margin`."""
        if any(member.line.is_modelled for member in self.members):
            return "modelled"
        return "margin" if all(member.line.lower is not None for member in self.members) else "none"


def is_large_enough(residents: float | None, rules: Rules) -> bool:
    """Whether an area may be placed among others; one of which nobody knows the residents may not."""
    return has_base(residents, rules.min_residents)


def place(standing: Standing, residents: float | None, rules: Rules) -> Place:
    """Where the area lies among the areas with a figure and enough residents, itself among them."""
    line = standing.line
    if line.value is None or standing.polarity not in _GOOD_AND_BAD or not is_large_enough(residents, rules):
        return Place("unknown")
    known = [p for p in standing.peers if p.value is not None and is_large_enough(p.residents, rules)]
    if len(known) < rules.min_areas:
        return Place("unknown")
    share = 1 / rules.modelled_parts if line.is_modelled else rules.extreme_share
    edge = max(1, int(len(known) * share))
    sign = 1 if standing.polarity == "higher_is_worse" else -1
    side: Side = "between"
    if _is_extreme(line, known, sign, edge):
        side = "worst"
    elif _is_extreme(line, known, -sign, edge):
        side = "best"
    return Place(side, edge, len(known))


def _is_extreme(line: Line, known: Sequence[Peer], sign: int, edge: int) -> bool:
    """Whether an area is among the `edge` at one side.

    Of counted figures without margins who shares the third place is third, as in any list. Where figures are equal because of
    their margins, or coarse because a model made them, all that are not clearly better have to fit in.
    """
    decimals = line.style.decimals
    if line.is_modelled or line.lower is not None:
        return sum(not _is_better(peer, line, sign, decimals) for peer in known) <= edge
    return sum(_is_better(peer, line, -sign, decimals) for peer in known) < edge


def _is_better(peer: Peer, line: Line, sign: int, decimals: int) -> bool:
    """Whether another area is clearly more favourable: as written, and beyond the margins where both have them.

    With the sign turned around: whether it is clearly less favourable.
    """
    there, here = peer.value or 0.0, line.value or 0.0
    difference = (rounded(here, decimals) - rounded(there, decimals)) * sign
    if difference <= 0:
        return False
    margins = (peer.lower, peer.upper, line.lower, line.upper)
    if any(bound is None for bound in margins):
        return True
    there_low, there_high, low, high = (bound or 0.0 for bound in margins)
    return there_high < low if sign > 0 else there_low > high


def size(standing: Standing) -> float:
    """How far the area lies from its comparison, in standard deviations between the areas; positive is less favourable."""
    line = standing.line
    values = [peer.value for peer in standing.peers if peer.value is not None]
    spread = float(np.std(values)) if len(values) > 1 else 0.0
    if line.value is None or line.reference is None or spread == 0.0:
        return 0.0
    sign = 1 if standing.polarity == "higher_is_worse" else -1
    return sign * (line.value - line.reference) / spread


def findings(theme: Theme, standings: Sequence[Standing], residents: float | None) -> list[Finding]:
    """What to say of an area, in order; there is always something to say.

    Args:
        theme: Phases and rules.
        standings: The figures of the theme, in the order of the page.
        residents: Of the area.
    """
    rules = theme.rules
    if residents is not None and residents < rules.min_residents:
        return [Finding("small")]
    groups = [found for name in theme.phases if (found := _group(theme, name, standings, residents))]
    told = {(found.phase, found.is_good) for found in groups}
    singles = [
        found
        for standing in standings
        if (found := _single(standing, rules)) and (found.phase, found.is_good) not in told
    ]
    singles.sort(key=lambda found: -abs(found.size))
    alarms = _ordered(found for found in (*groups, *singles) if not found.is_good)[: rules.most_alarms]
    good = _ordered(found for found in (*groups, *singles) if found.is_good)[: rules.most_good]
    return [*alarms, *good] or [Finding("nothing")]


def _ordered(found: Iterable[Finding]) -> list[Finding]:
    """Groups before single figures; of the groups the measured before the estimated, and the most complete first."""

    def weight(finding: Finding) -> tuple[bool, bool, float]:
        share = finding.count / finding.figures if finding.kind == "group" else abs(finding.size)
        return finding.kind != "group", finding.certainty == "modelled", -share

    return sorted(found, key=weight)


def _group(theme: Theme, name: str, standings: Sequence[Standing], residents: float | None) -> Finding | None:
    """The pattern of a phase, where more than the declared share of its figures lies at one side."""
    rules = theme.rules
    if not theme.phases[name].pattern:
        return None
    placed = [(item, place(item, residents, rules)) for item in standings if item.phase == name]
    placed = [(item, where) for item, where in placed if where.side != "unknown"]
    if len(placed) < rules.min_figures:
        return None
    members, places = tuple(item for item, _ in placed), tuple(where for _, where in placed)
    for side, is_good in (("worst", False), ("best", True)):
        count = sum(where.side == side for where in places)
        if count > rules.pattern_share * len(places):
            return Finding("group", is_good, name, members, places, count)
    return None


def _single(standing: Standing, rules: Rules) -> Finding | None:
    """A figure whose whole margin lies at one side of its comparison, and by enough to matter."""
    line = standing.line
    surely = line.verdict in ("higher", "lower") and standing.polarity in _GOOD_AND_BAD
    far = size(standing)
    if not surely or not standing.is_ranked or abs(far) < rules.min_size:
        return None
    return Finding("single", far < 0, standing.phase, (standing,), (Place("unknown"),), 1, far)
