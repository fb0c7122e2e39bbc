"""The whole catalogue, read and cross-checked: a mistake becomes a sentence that names file and field."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from datawerkplaats.catalogue.check import check_references
from datawerkplaats.catalogue.contradictions import check_contradictions
from datawerkplaats.catalogue.helped import check_interventions
from datawerkplaats.catalogue.models import (
    MARTS,
    Catalogue,
    Correction,
    Dimensions,
    Indicator,
    Intervention,
    Source,
)
from datawerkplaats.catalogue.reading import file_name, not_valid, parsed, problem, read_declared, validated
from datawerkplaats.catalogue.risk_models import check_risk_models, published, with_model_measures
from datawerkplaats.catalogue.theme_checks import check_themes


def sources_in(catalogue_dir: Path) -> dict[str, Source]:
    """The sources of a folder by id, each checked by itself alone."""
    sources = {}
    for path in sorted(catalogue_dir.glob("sources/*.yml")):
        source = parsed(Source, path, catalogue_dir, {"source_id": path.stem})
        sources[source.source_id] = with_model_measures(source, catalogue_dir)
    return sources


def load(catalogue_dir: Path) -> Catalogue:
    """The checked catalogue in a folder."""
    sources = sources_in(catalogue_dir)
    indicators: dict[str, Indicator] = {}
    files: dict[str, str] = {}
    for mart in MARTS:
        for path in sorted(catalogue_dir.glob(f"indicators/{mart}/*.yml")):
            indicator = parsed(Indicator, path, catalogue_dir, {"indicator_id": path.stem, "mart": mart})
            name = file_name(path, catalogue_dir)
            if path.stem in files:
                raise problem(
                    name,
                    "indicator_id",
                    "an id that no other file has",
                    f"also in {files[path.stem]}",
                    "rename one of the two",
                )
            indicators[path.stem], files[path.stem] = indicator, name
    corrections = {
        path.stem: [
            validated(Correction, entry, file_name(path, catalogue_dir))
            for entry in read_declared(path, catalogue_dir, list)
        ]
        for path in sorted(catalogue_dir.glob("corrections/*.yml"))
    }
    interventions = {
        path.stem: parsed(Intervention, path, catalogue_dir, {"intervention_id": path.stem})
        for path in sorted(catalogue_dir.glob("interventions/*.yml"))
    }
    catalogue = Catalogue(
        folder=catalogue_dir,
        sources=sources,
        indicators=indicators,
        corrections=corrections,
        dimensions=_dimensions(catalogue_dir),
        interventions=interventions,
    )
    check_references(catalogue, files)
    check_interventions(catalogue, files)
    models = published(catalogue_dir)
    check_risk_models(catalogue, models)
    check_contradictions(catalogue, files)
    themes = check_themes(catalogue_dir, indicators, catalogue.dimensions.determinant_levels, models)
    return catalogue.model_copy(update={"themes": themes})


def _dimensions(folder: Path) -> Dimensions:
    lists = {}
    for name, field in Dimensions.model_fields.items():
        path = folder / "dimensions" / f"{name}.yml"
        adapter: TypeAdapter[Any] = TypeAdapter(field.annotation)  # type: ignore[arg-type]
        try:
            lists[name] = adapter.validate_python(read_declared(path, folder, dict))
        except ValidationError as error:
            raise not_valid(error, file_name(path, folder)) from error
    return Dimensions.model_construct(**lists)
