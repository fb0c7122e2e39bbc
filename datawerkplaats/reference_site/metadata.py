"""What the site and its downloads tell of each indicator, as one plain row per indicator."""

from __future__ import annotations

from typing import Any

from datawerkplaats.catalogue import Catalogue, Indicator, Source
from datawerkplaats.warehouse_inputs.staging import staging_model

Row = dict[str, Any]


def metadata_rows(catalogue: Catalogue) -> list[Row]:
    """One row per indicator, with texts in both languages and ids for everything else."""
    return [_row(catalogue, indicator) for indicator in catalogue.indicators.values()]


def _row(catalogue: Catalogue, indicator: Indicator) -> Row:
    definition, plausibility = indicator.definition, indicator.plausibility
    sources = catalogue.sources_of(indicator)
    gap = indicator.gap_reason
    population = catalogue.dimensions.populations[indicator.population]
    caveats = [catalogue.dimensions.caveats[key].text for key in catalogue.caveats_of(indicator)]
    helpline = catalogue.helpline_of(indicator)
    return {
        "indicator_id": indicator.indicator_id,
        "mart": indicator.mart,
        "also_class": indicator.also_class,
        "status": indicator.status,
        "title_nl": indicator.title.nl,
        "title_en": indicator.title.en,
        "description_nl": indicator.description.nl,
        "description_en": indicator.description.en,
        **catalogue.framework_columns(indicator.indicator_id),
        "determinant_level": indicator.determinant_level,
        "continuum": indicator.continuum,
        "population_nl": population.title.nl,
        "population_en": population.title.en,
        "instrument": definition.instrument,
        "cut_off": definition.cut_off,
        "method": definition.method if sources else None,
        "measure": definition.measure or definition.numerator,
        "denominator": definition.denominator,
        "multiplier": definition.multiplier,
        "definition_version": definition.definition_version,
        "sources": [source.source_id for source in sources],
        "publishers": list(dict.fromkeys(source.publisher for source in sources)),
        "licences": list(dict.fromkeys(source.licence for source in sources)),
        "unit": indicator.unit,
        "polarity": indicator.polarity,
        "min_plausible": plausibility.min,
        "max_plausible": plausibility.max,
        "since": indicator.since,
        "policy_lever": indicator.policy_lever,
        "methodology_url": indicator.methodology_url or (sources[0].url_main if sources else None),
        "caveats_nl": [text.nl for text in caveats],
        "caveats_en": [text.en for text in caveats],
        "is_ranked": indicator.shown.ranked,
        "helpline_nl": helpline.nl if helpline else None,
        "helpline_en": helpline.en if helpline else None,
        "gap_reason_nl": gap.nl if gap else None,
        "gap_reason_en": gap.en if gap else None,
    }


def lineage(indicator: Indicator, sources: list[Source]) -> list[str]:
    """The way of a figure: deliveries, staging models, the steps in between, mart and page."""
    if not sources:
        return []
    staged = dict.fromkeys(f"staging.{staging_model(source)}" for source in sources)
    return [
        ", ".join(source.reader.table or source.source_id for source in sources),
        ", ".join(staged),
        "intermediate.int_observations__unioned → int_observations__corrected → int_observations__regionalised",
        "intermediate.int_indicator_values → core.fct_observation",
        f"{indicator.mart}.fct_{indicator.mart}",
        "dashboard: Verkennen",
    ]


def checks_of(indicator: Indicator, sources: list[Source]) -> list[str]:
    """What is checked on the way, in words that need no translation of names."""
    found = [
        f"{source.source_id}: has rows; unique on {', '.join(source.keys)}; columns {', '.join(source.required_columns)}"
        for source in sources
    ]
    if sources:
        bounds = indicator.plausibility
        found.append(f"{bounds.min:g} ≤ value ≤ {bounds.max:g} ({bounds.severity})")
        found.append("core.fct_observation: one value per region, period, sex and age band; value or status")
    return found
