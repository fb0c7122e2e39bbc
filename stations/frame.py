"""The cells of a joint table in one year, in one order for all parties: made of code lists alone, never of anybody's data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from datawerkplaats.catalogue.partners import Micro
from datawerkplaats.partners.counting import Counted, Key, counted_cells, level_of
from datawerkplaats.partners.residents import Residents

Person = tuple[str, str, str, str, int]
OWN = "own"


@dataclass(frozen=True)
class Sum:
    """A cell and the cells that add up to it; `rest` is the place of what they leave unexplained, -1 where they leave nothing."""

    parent: int
    parts: tuple[int, ...]
    rest: int = -1


@dataclass(frozen=True)
class Frame:
    """Cells and their sums.

    Attributes:
        names: A name per cell that may be opened.
        levels: Its region level.
        weights: What hiding it costs beside others of its level: 1 to 2, less where more people live.
        sums: All sums; the places from `size` on are rests, which are never opened.
        groups: (part, total) of the sums over ages and sexes, where a part may say something of everybody.
    """

    names: tuple[str, ...]
    levels: tuple[str, ...]
    weights: tuple[float, ...]
    sums: tuple[Sum, ...]
    groups: tuple[tuple[int, int], ...]

    @property
    def size(self) -> int:
        """How many cells may be opened."""
        return len(self.names)

    @property
    def whole(self) -> int:
        """Cells and rests together."""
        return self.size + sum(one.rest >= 0 for one in self.sums)


def made_frame(
    names: Sequence[str],
    levels: Sequence[str],
    sums: Sequence[tuple[int, Sequence[int], bool]],
    *,
    weights: Sequence[float] = (),
    groups: Sequence[tuple[int, int]] = (),
) -> Frame:
    """A frame; a sum is (parent, parts, whether something may be left unexplained)."""
    found, place = [], len(names)
    for parent, parts, has_rest in sums:
        found.append(Sum(parent, tuple(parts), place if has_rest else -1))
        place += has_rest
    return Frame(
        tuple(names), tuple(levels), tuple(weights) or (1.0,) * len(names), tuple(found), tuple(groups)
    )


def counted_of(
    micro: Micro, year: int, persons: Sequence[Person], areas: Sequence[str], residents: Residents
) -> Counted:
    """The counts of these persons in every cell of the declared tables, as the house counts every delivery."""
    return counted_cells(Counted("joint", "persons", year), micro, persons, list(areas), residents, [OWN])


def frame_of(micro: Micro, year: int, areas: Sequence[str], residents: Residents) -> tuple[Frame, list[Key]]:
    """The frame of one year and the key of each of its cells."""
    empty = counted_of(micro, year, (), areas, residents)
    keys = sorted(empty.cells)
    place = {key: i for i, key in enumerate(keys)}
    sums: list[tuple[int, Sequence[int], bool]] = []
    groups: list[tuple[int, int]] = []
    for parent, parts in empty.sums:
        # The bands of a joint table do not overlap, so the ages behind them tie nothing together.
        if parent not in place or any(part not in place for part in parts):
            continue
        same_area = parts[0][0] == parent[0]
        has_rest = not same_area or (
            parts[0][1] != parent[1] and not _covers(micro, [part[1] for part in parts])
        )
        members = [place[part] for part in parts]
        sums.append((place[parent], members, has_rest))
        if same_area:
            groups += [(member, place[parent]) for member in members]
    levels = ["region" if level_of(area) == "province" else level_of(area) for area, _, _ in keys]
    weights = [1 + 1 / (1 + (residents.of(area, band) or 0.0) / 1_000) for area, band, _ in keys]
    frame = made_frame(["|".join(key) for key in keys], levels, sums, weights=weights, groups=groups)
    return frame, keys


def _covers(micro: Micro, bands: Sequence[str]) -> bool:
    from datawerkplaats.catalogue.partners import band_ages

    inside = [band_ages(band) for band in bands]
    return all(
        any(first <= band_ages(leaf)[0] and band_ages(leaf)[1] <= last for first, last in inside)
        for leaf in micro.leaf_bands
    )


def values_of(counted: Counted, keys: Sequence[Key]) -> np.ndarray:
    """The counts in the order of the frame."""
    return np.array([int(counted.cells[key].sum()) for key in keys], dtype=np.int64)


__all__ = ["OWN", "Frame", "Key", "Sum", "counted_of", "frame_of", "made_frame", "values_of"]
