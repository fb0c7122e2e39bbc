"""Rows of the compiled catalogue that stand beside indicators and sources: corrections, breaks of method, and areas."""

from __future__ import annotations

from typing import Any

from datawerkplaats.catalogue.events import load_events
from datawerkplaats.catalogue.models import Catalogue

Row = dict[str, Any]


def correction_rows(catalogue: Catalogue) -> list[Row]:
    """One row per correction, region, period and age band; repaired ones are history and not compiled."""
    return [
        {
            "correction_id": entry.correction_id,
            "source_id": source_id,
            "measure_code": entry.measure,
            "region_code": region,
            "period_id": period,
            "age_band": age_band,
            "action": entry.action,
            "new_value": entry.value,
            "factor": entry.factor,
            "expected_value": entry.expect,
            "reason": entry.reason,
        }
        for source_id, entries in catalogue.corrections.items()
        for entry in entries
        if entry.status == "open"
        for region in entry.regions
        for period in entry.periods
        for age_band in entry.age_bands
    ]


def break_rows(catalogue: Catalogue) -> list[Row]:
    """The first year of another method of each indicator; an event without figures concerns all."""
    return [
        {"indicator_id": indicator_id, "first_year": event.year}
        for event in load_events(catalogue.folder)
        if event.kind == "method"
        for indicator_id in event.figures or catalogue.indicators
    ]


def theme_rows(catalogue: Catalogue) -> list[Row]:
    """Which figure plays which role in which theme, and where it stands in the headline set of that theme."""
    return [
        {
            "theme_id": theme_id,
            "indicator_id": indicator_id,
            "role": place.role,
            "component": place.component or _level(catalogue, indicator_id, place.role),
            "building_block": place.building_block,
            "headline_phase": phases.get(indicator_id),
        }
        for theme_id, theme in catalogue.themes.items()
        # Of several life phases the first that the page shows.
        for phases in [{figure: phase for phase, _, figure in reversed(list(theme.figures()))}]
        for indicator_id, place in theme.places.items()
    ]


def _level(catalogue: Catalogue, indicator_id: str, role: str) -> str | None:
    return catalogue.indicators[indicator_id].determinant_level if role == "determinant" else None


def area_rows(catalogue: Catalogue) -> list[Row]:
    """Every spelling of every province and GGD region, and the gemeenten that deliveries place nowhere."""
    rows: list[Row] = []
    levels = {"province": catalogue.dimensions.provinces, "ggd_region": catalogue.dimensions.ggd_regions}
    for level, areas in levels.items():
        for code, area in areas.items():
            base = {"area_level": level, "area_code": code, "area_name": area.name}
            rows += [{**base, "spelling": s, "gemeente_code": None} for s in (code, area.name, *area.aliases)]
            rows += [{**base, "spelling": None, "gemeente_code": gemeente} for gemeente in area.gemeenten]
    return rows
