"""The choice of areas that several pages share: gemeenten or wijken, of the region or of the whole country."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from apps.dashboard.components.address import Address
from apps.dashboard.data import cube as cube_data
from apps.dashboard.data import queries
from apps.dashboard.data.cube import Cube, Moment
from apps.dashboard.data.release import Row
from apps.dashboard.wording import regions
from apps.dashboard.wording.context import Context
from apps.dashboard.wording.texts import text

REGION, COUNTRY = "region", "country"


def first_gemeente(gemeenten: Iterable[Row]) -> Row | None:
    """Where a page opens when nobody has chosen: the largest gemeente of the region, or of the country; None without any."""
    every = list(gemeenten)
    inside = [row for row in every if row["is_focus"]] or every
    return max(inside, key=lambda row: row["population"] or 0, default=None)


def comparator(address: Address, names: Mapping[str, str], label: str, column: Any) -> str:
    """The chosen area to compare with, of these by key; the first of them when nobody has chosen."""
    chosen: str = address.one(
        "compare", list(names), next(iter(names)), label, names.__getitem__, column=column
    )
    return chosen


def level_and_scope(
    context: Context,
    address: Address,
    columns: tuple[Any, Any],
    *,
    level: str = "gemeente",
    scope: str = COUNTRY,
) -> tuple[str, str]:
    """The chosen level and extent; without a region there is nothing to choose."""
    language = context.language
    chosen = address.one(
        "level", cube_data.LEVELS, level, text("shared.level", language),
        lambda item: text(f"verkennen.level_{item}", language).split(" (")[0], column=columns[0],
    )  # fmt: skip
    region = queries.focus_region(context.release)
    if region is None:
        return chosen, COUNTRY
    names = {REGION: region["region_name"], COUNTRY: text("verkennen.whole_country", language)}
    extent = address.one(
        "scope",
        (REGION, COUNTRY),
        scope,
        text("shared.scope", language),
        names.__getitem__,
        column=columns[1],
    )
    return chosen, extent


def table(context: Context, level: str, scope: str, wanted: list[Moment]) -> Cube:
    """The figures of all areas in the chosen extent."""
    return _in_extent(cube_data.cube(context.release, level, tuple(wanted)), scope)


def tables(
    context: Context, level: str, scope: str, wanted: Mapping[int, tuple[Moment, ...]]
) -> dict[int, Cube]:
    """Per year the figures of all areas in the chosen extent."""
    found = cube_data.cubes(context.release, level, wanted)
    return {year: _in_extent(cube, scope) for year, cube in found.items()}


def _in_extent(found: Cube, scope: str) -> Cube:
    return found.only(found.focus) if scope == REGION and found.focus.any() else found


def known_areas(cube: Cube, indicator: str) -> int:
    """In how many areas a figure is known."""
    return int((~np.isnan(cube.columns[indicator])).sum())


def larger_areas(context: Context, area: Row, level: str) -> dict[str, str]:
    """What an area can be compared with, by name, what pages open with first: the country, its province, its GGD region, and of
    a wijk its gemeente, as far as the region wants them.
    """
    country = "verkennen.country_fictional" if context.release.is_fictional else "verkennen.country"
    names = {
        "country": text(country, context.language),
        "province": area["province_name"],
        "ggd_region": area["ggd_region_name"],
        "gemeente": area["gemeente_name"] if level == "wijk" else None,
    }
    return regions.compared(context.region, {key: str(name) for key, name in names.items() if name})
