"""The steps of a build that every way of starting one shares; here the fictional province comes in from outside."""

from __future__ import annotations

from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.loading.ingest import ingest_source
from datawerkplaats.loading.result import IngestResult, StandIn
from datawerkplaats.partners.loading import load_partner


def ingest(source: Source, settings: Settings, *, only_look: bool = False) -> IngestResult:
    """The outcome of loading any delivered source; in demo mode the fictional province answers.

    Raises:
        HasChangedError: With `only_look`, if there is something to load.
    """
    stand_in = StandIn()
    if settings.source == "demo":
        from demo.transport import province

        stand_in = province(settings)
    if source.micro:
        return load_partner(source, settings, stand_in.files, only_look=only_look)
    return ingest_source(source, settings, *stand_in, only_look=only_look)
