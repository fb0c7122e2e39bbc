"""Which intervention works on which indicator: one row per pair, with everything that a reader is told of it."""

from __future__ import annotations

from typing import Any

from datawerkplaats.catalogue.dimensions import Register
from datawerkplaats.catalogue.models import Catalogue

_DEAD = {"nl": "{title}; de link werkte niet op {day}", "en": "{title}; its link did not work on {day}"}


def helping_rows(catalogue: Catalogue) -> list[dict[str, Any]]:
    """One row per intervention and indicator, in the order of their ids."""
    return [
        {
            "intervention_id": key,
            "indicator_id": indicator,
            "name": entry.name,
            "owner": entry.owner,
            "register_nl": _told(register, "nl"),
            "register_en": _told(register, "en"),
            "register_url": "" if register.link_dead_on else register.url,
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


def _told(register: Register, language: str) -> str:
    """The register by name; where its link is dead, with the day somebody found that, in every place that names it."""
    title = register.title.nl if language == "nl" else register.title.en
    if register.link_dead_on is None:
        return title
    return _DEAD[language].format(title=title, day=f"{register.link_dead_on:%d-%m-%Y}")
