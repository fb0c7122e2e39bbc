"""Which intervention works on which indicator: one row per pair, with everything that a reader is told of it."""

from __future__ import annotations

from typing import Any

from datawerkplaats.catalogue.models import Catalogue


def helping_rows(catalogue: Catalogue) -> list[dict[str, Any]]:
    """One row per intervention and indicator, in the order of their ids."""
    return [
        {
            "intervention_id": key,
            "indicator_id": indicator,
            "name": entry.name,
            "owner": entry.owner,
            "register_nl": register.title.nl,
            "register_en": register.title.en,
            "register_url": register.url,
            "level": entry.level,
            "recognised_on": entry.recognised_on.isoformat() if entry.recognised_on else None,
            "checked_on": entry.checked_on.isoformat() if entry.checked_on else None,
            "youngest_age": entry.ages[0],
            "oldest_age": entry.ages[1],
            "audience_nl": entry.audience.nl,
            "audience_en": entry.audience.en,
            "description_nl": entry.description.nl,
            "description_en": entry.description.en,
        }
        for key, entry in sorted(catalogue.interventions.items())
        for register in (catalogue.dimensions.registers[entry.register_id],)
        for indicator in sorted(entry.indicators)
    ]
