"""Which polygons belong to a view, and the static file that holds them (written when first needed)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from apps.dashboard.components import geometry
from apps.dashboard.data import geometry as geometry_data
from apps.dashboard.data import release as published_release
from datawerkplaats.regions.names import same_area


@dataclass(frozen=True)
class PreparedMap:
    """A map that can be drawn: address, year of the borders, and the name per code."""

    url: str
    vintage: int
    names: dict[str, str]


def matching_codes(figures: Iterable[tuple[str, str, int]], prepared: PreparedMap) -> set[str]:
    """Codes of which figure and polygon are one area.

    Where the classifications differ, wijken and buurten must agree on their name too: hundreds of codes are used again for
    another area. Codes of gemeenten are never used again.

    Args:
        figures: Code, name and classification of each area with a figure.
        prepared: The map.
    """
    return {
        code
        for code, name, vintage in figures
        if code in prepared.names
        and (vintage == prepared.vintage or code.startswith("GM") or same_area(name, prepared.names[code]))
    }


class MapNotWritableError(Exception):
    """The folder for map files cannot be written; the page then goes on without a map."""


def nearest_vintage(available: list[int], wanted: int) -> int | None:
    """The classification closest to the one of the figures; of two equally close ones the later."""
    return min(available, key=lambda vintage: (abs(vintage - wanted), -vintage), default=None)


def prepare_map(
    release: published_release.Release,
    level: str,
    vintage_of_figures: int,
    only_focus: bool,
    gemeente: str = "",
) -> PreparedMap | None:
    """The map of a level near the classification of the figures, of one gemeente if named; None where there are no polygons.

    Raises:
        MapNotWritableError: If the file cannot be written.
    """
    vintage = nearest_vintage(geometry_data.geometry_vintages(release).get(level, []), vintage_of_figures)
    if vintage is None:
        return None
    name = geometry.map_url(
        release.id,
        f"{release.path}{release.region and f'|{release.region}'}",
        level,
        vintage,
        only_focus,
        gemeente,
    )
    names = geometry_data.polygon_names(release, level, vintage, only_focus, gemeente)
    if not names:
        return None
    if not (geometry.GEO_DIR / name).exists():
        try:
            found = geometry_data.polygons(release, level, vintage, only_focus, gemeente)
            geometry.write_map(found, name)
        except OSError as error:
            raise MapNotWritableError(str(geometry.GEO_DIR)) from error
    return PreparedMap(f"app/static/geo/{name}", vintage, names)
