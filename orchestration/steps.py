"""The steps of a build that every way of starting one shares; here the fictional province comes in from outside."""

from __future__ import annotations

from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.loading import door
from datawerkplaats.loading.ingest import ingest_source
from datawerkplaats.loading.notices import clear_notice
from datawerkplaats.loading.result import IngestResult, StandIn
from datawerkplaats.partners.loading import load_partner


def ingest(source: Source, settings: Settings, *, only_look: bool = False) -> IngestResult:
    """The outcome of loading any delivered source, read by a process of its own; in demo mode the fictional province answers.

    Raises:
        HasChangedError: With `only_look`, if there is something to load.
    """
    stand_in = StandIn()
    if settings.source == "demo":
        from demo.transport import province

        stand_in = province(settings)
    elif source.reader.printed:
        settings = settings.model_copy(update={"files": settings.catalogue_dir / "printed"})
    if source.computed_jointly:
        return _joint(source, settings, stand_in, only_look=only_look)
    if source.micro:
        return door.load(load_partner, source, settings, stand_in.files, only_look=only_look)
    return door.load(ingest_source, source, settings, *stand_in, only_look=only_look)


def _joint(source: Source, settings: Settings, stand_in: StandIn, *, only_look: bool) -> IngestResult:
    """What partners computed together, if they did: that nobody agreed on such a table yet is no news for a reader."""
    settings.joint_dir.mkdir(parents=True, exist_ok=True)
    delivered = settings.model_copy(update={"files": settings.joint_dir})
    result = door.load(ingest_source, source, delivered, *stand_in, only_look=only_look)
    if result.status == "absent":
        clear_notice(settings.publish_dir, source.source_id)
    return result
