"""The catalogue as JSON tables for dbt, and the checks that need the deliveries themselves."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from datawerkplaats.base.files import write_text
from datawerkplaats.base.parquet import read_table
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue.measures import measure_codes
from datawerkplaats.catalogue.models import Catalogue, Indicator, Source
from datawerkplaats.regions.members import check_regions
from datawerkplaats.regions.setting import resolve_region
from datawerkplaats.regions.tables import region_tables
from datawerkplaats.warehouse_inputs.beside import area_rows, break_rows, correction_rows, theme_rows
from datawerkplaats.warehouse_inputs.circular import circular_pairs, predictors_of
from datawerkplaats.warehouse_inputs.editions import (
    Held,
    check_measures_held,
    official_in_use,
    sources_in_use,
)
from datawerkplaats.warehouse_inputs.helping import helping_rows
from datawerkplaats.warehouse_inputs.staging import staging_model

Row = dict[str, Any]


def compile_catalogue(catalogue: Catalogue, settings: Settings) -> None:
    """Write one JSON table per subject into `settings.compiled_catalogue_dir`, each replaced in one step.

    Raises:
        DataProblem: before anything is written: `unknown_region_setting` when REGION is not in the data,
            `crosswalk_weights` or `crosswalk_line` when a declared crosswalk is not right; `catalogue_field` for a region.
    """
    chosen = resolve_region(settings, catalogue)
    check_regions(settings, catalogue)
    held = _held(settings)
    used = {key: sources_in_use(catalogue, i, held) for key, i in catalogue.indicators.items()}
    # What a survey says of a larger area comes before the mean of estimates.
    official = {key: official_in_use(catalogue, i, held) for key, i in catalogue.indicators.items()}
    tables: dict[str, list[Row]] = {
        "indicators": [_indicator_row(catalogue, i, used[key]) for key, i in catalogue.indicators.items()],
        "indicator_sources": [
            {"indicator_id": key, "source_id": source.source_id, "preference": place}
            for key, sources in used.items()
            for place, source in enumerate([*official[key], *sources], 1)
        ],
        "indicator_people": [
            {"indicator_id": key, "measure_code": code, "weight": weight}
            for key, indicator in catalogue.indicators.items()
            for code, weight in indicator.definition.among.items()
        ],
        "theme_indicators": theme_rows(catalogue),
        "indicator_breaks": break_rows(catalogue),
        "sources": [_source_row(s, settings) for s in catalogue.sources.values()],
        "measures": [row for s in catalogue.sources.values() for row in _measure_rows(s, settings)],
        "corrections": correction_rows(catalogue),
        "areas": area_rows(catalogue),
        "focus": [{"region_level": level, "region_code": code} for level, code in chosen.members],
        **region_tables(catalogue, settings),
        "circular_pairs": circular_pairs(catalogue, used),
        "interventions": helping_rows(catalogue),
    }
    for name, rows in tables.items():
        write_text(
            settings.compiled_catalogue_dir / f"{name}.json", json.dumps(rows, ensure_ascii=False, indent=1)
        )


def check_measures(catalogue: Catalogue, settings: Settings) -> None:
    """Raise when an active indicator reads a measure that its source's current snapshot does not hold.

    A source that is absent is skipped: its absence is a notice of its own.

    Raises:
        DataProblem: `unknown_measure`, naming file, field and the nearest measure that exists.
    """
    check_measures_held(catalogue, _held(settings))


def _held(settings: Settings) -> Held:
    """A look-up of the measures of a source, each source read once."""

    @cache
    def held(source_id: str) -> dict[str, bool] | None:
        source = sources[source_id]
        if is_absent(source, settings):
            return None
        return {row["measure_code"]: row["has_values"] for row in _measure_rows(source, settings)}

    sources: dict[str, Source] = {}

    def of_source(source: Source) -> dict[str, bool] | None:
        sources[source.source_id] = source
        return held(source.source_id)

    return of_source


def is_absent(source: Source, settings: Settings) -> bool:
    """True when no delivery of the source is loaded in the current mode."""
    provenance = read_provenance(source.source_id, settings)
    return not provenance or provenance.get("snapshot_id") in (None, "", "absent")


def read_provenance(source_id: str, settings: Settings) -> Row:
    """Where the source's current snapshot came from; empty when there is none."""
    path = settings.inputs_dir / source_id / "provenance.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def _measure_rows(source: Source, settings: Settings) -> list[Row]:
    """The measures a StatLine table holds, with the label and unit that the service gives them."""
    path = settings.inputs_dir / source.source_id / "data.parquet"
    if source.reader.kind == "geojson" or not path.exists():
        return []
    if source.micro or source.computed_jointly:
        return _partner_measures(source)
    import pyarrow.parquet as pq

    metadata = pq.read_metadata(path)
    codes = measure_codes(metadata.schema.names, source.dimension_columns)
    filled = _filled_columns(metadata)
    labels = _properties(path.with_name("properties.parquet"))
    categories: dict[str | None, str | None] = {None: None}
    if source.split:
        categories = dict(source.split.categories.items())
    return [
        {
            "source_id": source.source_id,
            "measure_code": f"{code}__{name}" if name else code,
            "column_name": column,
            "category": key,
            "label": labels.get(column, {}).get("Title"),
            "unit": labels.get(column, {}).get("Unit"),
            "has_values": column in filled,
        }
        for column, code in codes.items()
        for key, name in categories.items()
    ]


def _partner_measures(source: Source) -> list[Row]:
    """What is counted of partners' rows, which are never looked at here."""
    codes = source.micro.codes if source.micro else source.computed_jointly
    return [
        {
            "source_id": source.source_id,
            "measure_code": code,
            "column_name": code,
            "category": None,
            "label": None,
            "unit": None,
            "has_values": True,
        }
        for code in codes
    ]


def _filled_columns(metadata: Any) -> set[str]:
    """Columns with at least one value, by the counts that a Parquet file keeps of itself."""
    filled = set()
    for group in range(metadata.num_row_groups):
        part = metadata.row_group(group)
        for position in range(part.num_columns):
            counts = part.column(position).statistics
            if counts is None or not counts.has_null_count or counts.null_count < part.num_rows:
                filled.add(part.column(position).path_in_schema)
    return filled


def _properties(path: Path) -> dict[str, Row]:
    if not path.exists():
        return {}
    return {row["Key"]: row for row in read_table(path).to_pylist() if row.get("Key")}


def _indicator_row(catalogue: Catalogue, indicator: Indicator, sources: list[Source]) -> Row:
    definition, plausibility = indicator.definition, indicator.plausibility
    source = sources[0] if sources else None
    series = catalogue.dimensions.editions.get(str(definition.source))
    population = catalogue.dimensions.populations[indicator.population]
    caveats = [catalogue.dimensions.caveats[key].text for key in catalogue.caveats_of(indicator, source)]
    helpline = catalogue.helpline_of(indicator)
    decimals = indicator.decimals
    if decimals is None:
        decimals = 0 if source and source.is_model_estimate else 1
    gap = indicator.gap_reason
    return {
        "indicator_id": indicator.indicator_id,
        "mart": indicator.mart,
        "also_class": indicator.also_class,
        "title_nl": indicator.title.nl,
        "title_en": indicator.title.en,
        "description_nl": indicator.description.nl,
        "description_en": indicator.description.en,
        **catalogue.framework_columns(indicator.indicator_id),
        "determinant_level": indicator.determinant_level,
        "continuum": indicator.continuum,
        "instrument": definition.instrument,
        "cut_off": definition.cut_off,
        "population_nl": population.title.nl,
        "population_en": population.title.en,
        "age_band": population.age_band,
        "unit": indicator.unit,
        "decimals": decimals,
        "polarity": indicator.polarity,
        "multiplier": definition.multiplier,
        "counted_per": definition.counted_per,
        "min_denominator": definition.min_denominator,
        "definition_version": definition.definition_version,
        "method": definition.method,
        "interval_method": definition.interval_in_use,
        "model_predictors": ", ".join(predictors_of(sources)) or None,
        "source_id": source.source_id if source else None,
        "series": definition.source if series else None,
        "series_rule": series.rule if series else None,
        "measure_code": definition.measure or definition.numerator,
        "denominator_code": definition.denominator,
        "methodology_url": indicator.methodology_url or (source.url_main if source else None),
        "caveats_nl": "\n".join(text.nl for text in caveats),
        "caveats_en": "\n".join(text.en for text in caveats),
        "is_ranked": indicator.shown.ranked,
        "helpline_nl": helpline.nl if helpline else None,
        "helpline_en": helpline.en if helpline else None,
        "status": indicator.status,
        "gap_reason_nl": gap.nl if gap else None,
        "gap_reason_en": gap.en if gap else None,
        "owner": indicator.owner,
        "since": indicator.since,
        "replaced_by": indicator.replaced_by,
        "policy_lever": indicator.policy_lever,
        "min_plausible": plausibility.min,
        "max_plausible": plausibility.max,
        "max_change": plausibility.max_change,
        "min_coverage": plausibility.min_coverage,
        "severity": plausibility.severity,
        "min_n": indicator.disclosure.min_n,
        "min_cell": indicator.disclosure.min_cell,
        "rounding_base": indicator.disclosure.rounding_base,
        "is_public": indicator.disclosure.public,
        "as_feature": indicator.ml.as_feature,
        "as_target": indicator.ml.as_target,
        "lag_years": indicator.ml.lag_years,
    }


def _source_row(source: Source, settings: Settings) -> Row:
    provenance = read_provenance(source.source_id, settings)
    absent = is_absent(source, settings)
    return {
        "source_id": source.source_id,
        "title_nl": source.title.nl,
        "title_en": source.title.en,
        "publisher": source.publisher,
        "url_main": source.url_main,
        "licence": source.licence,
        "citation": source.citation,
        "cadence": source.cadence,
        "expected_lag_days": source.expected_lag_days,
        "is_required": source.required,
        "is_model_estimate": source.is_model_estimate,
        "model_predictors": ", ".join(source.model_predictors),
        "period": source.period,
        "region_vintage": source.region_vintage,
        "mode": settings.source,
        "status": "absent" if absent else "loaded",
        "snapshot_id": "absent" if absent else provenance["snapshot_id"],
        "retrieved_at": None if absent else provenance.get("retrieved_at"),
        "source_modified": None if absent else provenance.get("source_modified"),
        "rows": 0 if absent else provenance.get("rows"),
        "sha256": None if absent else provenance.get("sha256"),
        "is_fictional": settings.source == "demo",
        "disclosure": source.disclosure,
        "is_open": source.access == "open" and source.disclosure == "already_public",
        "staging_model": staging_model(source),
    }
