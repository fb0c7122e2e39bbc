"""Which area of one classification became which of another, and how much of it: weights that sum to one per area."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from datawerkplaats.base.errors import DataProblem

TOLERANCE = 1e-6
# From the surest to the least sure; a chain of links is as sure as its weakest one.
METHODS = ("same_code", "same_name", "address", "population", "area")


@dataclass(frozen=True)
class Link:
    """That `weight` of `from_code` lies in `to_code` afterwards."""

    from_code: str
    to_code: str
    weight: float = 1.0
    method: str = "same_code"
    is_estimated: bool = False
    source: str = ""


@dataclass(frozen=True)
class Crosswalk:
    """All links between two classifications; the weights of every area that is left sum to one.

    Raises:
        DataProblem: `crosswalk_weights`, with the area, the sum and the remedy, when they do not.
    """

    from_vintage: int
    to_vintage: int
    links: tuple[Link, ...]

    def __post_init__(self) -> None:
        """Refuse weights that lose or invent people."""
        check_weights(self.links, f"crosswalk {self.from_vintage} to {self.to_vintage}")

    @cached_property
    def by_from(self) -> dict[str, tuple[Link, ...]]:
        """The links per area that is left."""
        found: dict[str, list[Link]] = defaultdict(list)
        for link in self.links:
            found[link.from_code].append(link)
        return {code: tuple(links) for code, links in found.items()}

    @cached_property
    def by_to(self) -> dict[str, tuple[Link, ...]]:
        """The links per area that is reached."""
        found: dict[str, list[Link]] = defaultdict(list)
        for link in self.links:
            found[link.to_code].append(link)
        return {code: tuple(links) for code, links in found.items()}

    def then(self, after: Crosswalk) -> Crosswalk:
        """This crosswalk followed by another: 2012 to 2018 and 2018 to 2025 give 2012 to 2025.

        Raises:
            DataProblem: `crosswalk_incomplete` when the other one starts elsewhere or lacks an area.
        """
        if after.from_vintage != self.to_vintage:
            raise _incomplete(self, after, "vintage", str(after.from_vintage))
        found: dict[tuple[str, str], Link] = {}
        for first in self.links:
            onward = after.by_from.get(first.to_code)
            if onward is None:
                raise _incomplete(self, after, first.to_code, "no link")
            for second in onward:
                key = (first.from_code, second.to_code)
                joined = _joined(first, second)
                found[key] = _added(found[key], joined) if key in found else joined
        return Crosswalk(self.from_vintage, after.to_vintage, tuple(found.values()))

    def back(self, population: Mapping[str, float]) -> Crosswalk:
        """The way back, estimated: what an area holds now is shared as its former parts shared its people.

        Args:
            population: Residents per area of `from_vintage`; where nobody is known to have lived, parts count alike.
        """
        links: list[Link] = []
        for code, parts in self.by_to.items():
            people = [population.get(link.from_code, 0.0) * link.weight for link in parts]
            total = math.fsum(people)
            whole = len(parts) == 1
            links += [
                Link(
                    code,
                    link.from_code,
                    share / total if total > 0 else 1 / len(parts),
                    link.method if whole else "population",
                    link.is_estimated or not whole,
                    link.source,
                )
                for link, share in zip(parts, people, strict=True)
            ]
        return Crosswalk(self.to_vintage, self.from_vintage, tuple(links))


def check_weights(links: Iterable[Link], subject: str, where: Mapping[str, str] | None = None) -> None:
    """Raise when a weight is no share, or the weights of an area do not sum to one.

    Args:
        links: The links to look at.
        subject: File or crosswalk they stand in.
        where: Per area that is left, the line it stands on.

    Raises:
        DataProblem: `crosswalk_weights`.
    """
    weights: dict[str, list[float]] = defaultdict(list)
    for link in links:
        weights[link.from_code].append(link.weight)
    for code, parts in weights.items():
        total = math.fsum(parts)
        if abs(total - 1) <= TOLERANCE and all(0 <= weight <= 1 + TOLERANCE for weight in parts):
            continue
        raise DataProblem(
            "crosswalk_weights",
            subject=subject,
            where=(where or {}).get(code, code),
            expected="weights between 0 and 1 that sum to 1 per area that is left",
            found=f"{code}: {' + '.join(f'{weight:g}' for weight in parts)} = {total:g}",
            remedy="give every part of the area its share of the residents; a part that is missing needs a line of its own",
        )


def _joined(first: Link, second: Link) -> Link:
    sources = dict.fromkeys(source for source in (first.source, second.source) if source)
    return Link(
        first.from_code,
        second.to_code,
        first.weight * second.weight,
        max(first.method, second.method, key=METHODS.index),
        first.is_estimated or second.is_estimated,
        "; ".join(sources),
    )


def _added(one: Link, other: Link) -> Link:
    sources = dict.fromkeys(
        source for source in (*one.source.split("; "), *other.source.split("; ")) if source
    )
    return Link(
        one.from_code,
        one.to_code,
        one.weight + other.weight,
        max(one.method, other.method, key=METHODS.index),
        one.is_estimated or other.is_estimated,
        "; ".join(sources),
    )


def _incomplete(first: Crosswalk, second: Crosswalk, code: str, found: str) -> DataProblem:
    return DataProblem(
        "crosswalk_incomplete",
        subject=f"crosswalk {second.from_vintage} to {second.to_vintage}",
        where=code,
        expected=f"a link for every area that the crosswalk {first.from_vintage} to {first.to_vintage} leads to",
        found=found,
        remedy="join crosswalks in the order of their years, and declare where each area went",
    )
