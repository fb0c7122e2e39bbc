"""Which wijk became which between two classifications, worked out from what is delivered of both.

In this order: the same code and name is the same wijk; polygons of both years tell how a wijk was divided, its parts
weighted by the residents they hold afterwards; without polygons its buurten are recognised by name; what is left is spread
over the new wijken of the same gemeente by their residents. Everything but the first is an estimate and says so.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from datawerkplaats.regions.crosswalk import Crosswalk, Link
from datawerkplaats.regions.names import plain_name, same_area

SLIVER = 0.02  # of an area: less is a difference in drawing, not in boundaries
SAME_SHAPE = 0.9
BY_SHAPE = "overlap of the polygons, weighted by residents"
BY_NAME = "same name, other code"
BY_BUURT = "buurten recognised by name, weighted by residents"
BY_CONTAINER = "spread over the new wijken of the gemeente by residents"
_SCATTERED = re.compile(r"^(verspreide huizen|verspr h) ?(in )?(de |het )?")
_ORDINALS = {"eerste": "1e", "tweede": "2e", "derde": "3e", "vierde": "4e"}


@dataclass(frozen=True)
class District:
    """A wijk as one classification delivers it; buurten are (name, residents), `shape` a shapely geometry or None."""

    code: str
    name: str
    population: float = 0.0
    buurten: tuple[tuple[str, float], ...] = ()
    shape: Any = field(default=None, compare=False)

    @property
    def gemeente(self) -> str:
        """The gemeente it lies in, by its code."""
        return "GM" + self.code[2:6]


def district_crosswalk(
    before: Mapping[str, District],
    after: Mapping[str, District],
    vintages: tuple[int, int],
    gemeenten: Crosswalk | None = None,
) -> Crosswalk:
    """The crosswalk between the wijken of two classifications.

    Args:
        before: Wijken of the earlier one, by code.
        after: Wijken of the later one, by code.
        vintages: The two years.
        gemeenten: What became of the gemeenten that changed in between.
    """
    links: list[Link] = []
    for old, new in _containers(before, after, gemeenten):
        kept = {d.code for d in old if d.code in after and _is_same(d, after[d.code])}
        links += [Link(code, code) for code in sorted(kept)]
        left = [d for d in old if d.code not in kept]
        free = [d for d in new if d.code not in kept]
        drawn = all(d.shape is not None for d in (*left, *new))
        for district in left:
            found = _by_shape(district, new) if drawn else []
            links += found or _by_name(district, free or new)
    return Crosswalk(*vintages, tuple(links))


def _is_same(old: District, new: District) -> bool:
    # Without a name there is only the code to go by.
    if not old.name or not new.name or same_area(old.name, new.name):
        return True
    if old.shape is None or new.shape is None or not old.shape.area or not new.shape.area:
        return False
    common = old.shape.intersection(new.shape).area
    return bool(common / max(old.shape.area, new.shape.area) >= SAME_SHAPE)


def _containers(
    before: Mapping[str, District], after: Mapping[str, District], gemeenten: Crosswalk | None
) -> Iterable[tuple[list[District], list[District]]]:
    """The wijken of both years per gemeente, gemeenten that gave land to each other taken together."""
    leader: dict[str, str] = {}

    def find(code: str) -> str:
        while leader.setdefault(code, code) != code:
            code = leader[code]
        return code

    for link in gemeenten.links if gemeenten else ():
        leader[find(link.from_code)] = find(link.to_code)
    groups: dict[str, tuple[list[District], list[District]]] = defaultdict(lambda: ([], []))
    for place, districts in enumerate((before, after)):
        for code in sorted(districts):
            groups[find(districts[code].gemeente)][place].append(districts[code])
    # A gemeente of which only one of the years is delivered cannot be followed.
    return [group for group in groups.values() if group[0] and group[1]]


def _by_shape(district: District, candidates: list[District]) -> list[Link]:
    """Links by overlap: each piece weighs its share of the residents of the wijk it lies in afterwards."""
    if not district.shape.area:
        return []
    pieces: dict[str, tuple[float, float]] = {}
    for other in candidates:
        if not district.shape.intersects(other.shape):
            continue
        area = float(district.shape.intersection(other.shape).area)
        if area / district.shape.area > SLIVER or (other.shape.area and area / other.shape.area > 0.5):
            pieces[other.code] = (area, area / other.shape.area * other.population)
    people = sum(residents for _, residents in pieces.values())
    total = people or sum(area for area, _ in pieces.values())
    if not total:
        return []
    shares = {code: (residents if people else area) / total for code, (area, residents) in pieces.items()}
    return _normalised(district.code, shares, "area", BY_SHAPE)


def _by_name(district: District, candidates: list[District]) -> list[Link]:
    """Links by the names of the wijk and its buurten; what no name tells is spread by residents."""
    namesake = _find(district.name, candidates)
    found: dict[str, float] = defaultdict(float)
    rest = 0.0
    for name, residents in district.buurten:
        target = _find(name, candidates) or namesake
        if target:
            found[target] += residents
        else:
            rest += residents
    recognised = sum(found.values())
    if namesake and set(found) <= {namesake}:
        return _normalised(district.code, {namesake: 1.0}, "same_name", BY_NAME)
    if recognised and not rest:
        return _normalised(district.code, dict(found), "population", BY_BUURT)
    named = set(found)
    spread = [d for d in candidates if d.code not in named] or candidates
    people = sum(d.population for d in spread)
    share = rest / (recognised + rest) if recognised else 1.0
    weights = (
        {code: residents / (recognised + rest) for code, residents in found.items()} if recognised else {}
    )
    for d in spread:
        part = d.population / people if people else 1 / len(spread)
        weights[d.code] = weights.get(d.code, 0.0) + share * part
    return _normalised(district.code, weights, "population", BY_CONTAINER)


def _normalised(code: str, shares: dict[str, float], method: str, source: str) -> list[Link]:
    total = sum(shares.values())
    return [Link(code, to, s / total, method, True, source) for to, s in sorted(shares.items()) if s > 0]


def _find(name: str, candidates: list[District]) -> str | None:
    """The wijk of that name, whichever way a number or 'scattered houses' is written; the same spelling goes first."""
    wanted = _key(name)
    keys = {d.code: _key(d.name) for d in candidates}
    exact = next((code for code, key in keys.items() if wanted and key == wanted), None)
    near = (
        code
        for code, key in keys.items()
        if wanted and key and same_area(wanted, key) and _digits(wanted) == _digits(key)
    )
    return exact or next(near, None)


def _key(name: str) -> str:
    words = _SCATTERED.sub("", plain_name(name)).split()
    return " ".join(_ORDINALS.get(word, word) for word in words)


def _digits(name: str) -> list[str]:
    """Numbers in a name: wijk 2 is nearly spelled as wijk 3, and is another one."""
    return re.findall(r"\d+", name)
