"""What the catalogue has to know of a risk model: which column of which source holds its estimates, and who reads it.

The rest of `catalogue/models/<model_id>.yml` says how the model is made and is read by `ml.base.risk_models`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from pydantic import ConfigDict, Field

from datawerkplaats.catalogue.dimensions import Entry
from datawerkplaats.catalogue.models import Catalogue
from datawerkplaats.catalogue.reading import parsed, problem
from datawerkplaats.catalogue.sources import Source


class Published(Entry):
    """Where the estimates of a model are found."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    source: str = Field(description="The source that holds them.")
    measure: str = Field(description="Their column there.")
    indicator_id: str = Field(description="The indicator that reads them.")


class _Declared(Entry):
    """What is read of the file of a model here."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    published: Published = Field(description="source, measure and indicator_id of what the model publishes")


def published(catalogue_dir: Path) -> dict[str, Published]:
    """By model id what every file in `catalogue/models` says of its estimates.

    Raises:
        DataProblem: `catalogue_field`, if a file does not say so.
    """
    return {
        path.stem: _published(path, path.stat().st_mtime_ns)
        for path in sorted((catalogue_dir / "models").glob("*.yml"))
    }


def with_model_measures(source: Source, catalogue_dir: Path) -> Source:
    """The source with a column for every risk model that delivers to it, so that no list of models is kept there."""
    measures = [one.measure for one in published(catalogue_dir).values() if one.source == source.source_id]
    if not measures:
        return source
    columns = {**source.reader.columns, **{measure: [] for measure in measures}}
    return source.model_copy(update={"reader": source.reader.model_copy(update={"columns": columns})})


@lru_cache(maxsize=256)
def _published(path: Path, changed: int) -> Published:
    del changed
    return parsed(_Declared, path, path.parent.parent, {}).published


def check_risk_models(catalogue: Catalogue, models: Mapping[str, Published]) -> None:
    """Every risk model delivers a measure of its own to a source that exists, and an indicator reads that measure."""
    taken: dict[tuple[str, str], str] = {}
    for model_id, one in models.items():
        name = f"models/{model_id}.yml"
        for field, given, known in (
            ("source", one.source, catalogue.sources),
            ("indicator_id", one.indicator_id, catalogue.indicators),
        ):
            if given not in known:
                room = "sources" if field == "source" else "indicators"
                raise problem(
                    name,
                    f"published.{field}",
                    f"a file in catalogue/{room}",
                    given,
                    "add the file or name another",
                )
        read = catalogue.indicators[one.indicator_id].definition
        if (read.source, read.measure) != (one.source, one.measure):
            raise problem(
                name,
                "published.measure",
                f"{read.measure} of {read.source}, which {one.indicator_id} reads",
                f"{one.measure} of {one.source}",
                "name the same measure in the model and in its indicator",
            )
        other = taken.setdefault((one.source, one.measure), model_id)
        if other != model_id:
            raise problem(
                name, "published.measure", "a measure of its own", f"also in models/{other}.yml", "rename one"
            )
