"""The theme that a publication is looked at with: which figures take part, in which role, and where they stand."""

from __future__ import annotations

from apps.dashboard.data.declared import Looked
from apps.dashboard.data.release import Release, Row
from datawerkplaats.base.settings import get_settings
from datawerkplaats.catalogue.dimensions import MARTS
from datawerkplaats.catalogue.themes import OTHER, Place, Theme, load_theme, load_themes

_declared = Looked(load_themes)


def all_themes() -> dict[str, Theme]:
    """Every theme by id, the one that pages open with first."""
    return _declared(get_settings().catalogue_dir)


def theme_of(release: Release) -> Theme:
    """The theme that the publication is looked at with."""
    return all_themes().get(release.theme) or load_theme(get_settings().catalogue_dir)


def place_in(theme: Theme, indicator: str, mart: str) -> Place | None:
    """Where a figure stands in a theme, None where it takes no part.

    What no theme names, such as a figure of an older publication, stands last in the first theme, in the role of its mart.
    """
    found = theme.places.get(indicator)
    if found is not None:
        return found
    themes = all_themes()
    is_first = theme.theme_id == next(iter(themes), theme.theme_id)
    if not is_first or any(indicator in other.places for other in themes.values()):
        return None
    return Place(next(role for role in MARTS if role == mart), None, None)


def placed(row: Row, place: Place | None, theme: Theme) -> Row:
    """An indicator as a theme sees it: its role as `mart`, its `component`, and as `home` the mart where its figures stand."""
    role = place.role if place else row["mart"]
    # What the publication itself says of the place, of a figure that the theme does not name.
    column = {
        "determinant": "determinant_level",
        "indicator": theme.framework.columns.get("component", ""),
    }.get(role, "")
    component = (place.component if place else None) or row.get(column) or OTHER
    return {**row, "mart": role, "home": row["mart"], "component": component}
