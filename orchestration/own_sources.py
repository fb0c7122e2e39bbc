"""Sources that the house makes itself: the panel of the example region, and what the risk model delivers.

They are loaded as any other source: a file in a folder, a snapshot with provenance, a notice when something is wrong.
"""

from __future__ import annotations

from contextlib import suppress

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue import Source
from datawerkplaats.loading.notices import set_notice
from datawerkplaats.loading.result import IngestResult
from datawerkplaats.loading.snapshot import ABSENT, HasChangedError, SnapshotFolder
from ml.production import pipeline
from ml.production.paths import PANEL, POPULATION, RISK_AREAS, deliveries_dir, snapshot_id
from orchestration import steps


def ingest(source: Source, settings: Settings, *, only_look: bool = False) -> IngestResult:
    """The outcome for any source; what it is made of has been loaded, checked and made before.

    Raises:
        HasChangedError: With `only_look`, if there is something to load or make.
    """
    if source.source_id == PANEL:
        made_up = settings.source == "demo" and settings.files is None
        result = (_demo_panel if made_up else steps.ingest)(source, settings, only_look=only_look)
        # Rows per person: for whoever builds, and nobody else on the machine.
        (settings.snapshots_dir / PANEL).chmod(0o700)
        return result
    if source.source_id == RISK_AREAS:
        return _risk_areas(source, settings, only_look=only_look)
    return steps.ingest(source, settings, only_look=only_look)


def _demo_panel(source: Source, settings: Settings, *, only_look: bool) -> IngestResult:
    from ml.production.demo_panel import is_made, make_demo_panel

    folder = settings.demo_dir  # without people to invent there is no delivery either, and nothing to make
    if snapshot_id(settings, POPULATION) != ABSENT:
        if only_look and not is_made(settings):
            raise HasChangedError(source.source_id)
        with suppress(DataProblem):
            folder = make_demo_panel(settings)
    return steps.ingest(source, settings.model_copy(update={"files": folder}), only_look=only_look)


def _risk_areas(source: Source, settings: Settings, *, only_look: bool) -> IngestResult:
    """What released models deliver; when the risk model was refused its earlier delivery stays, with the reason as a notice."""
    problem = pipeline.refused(settings)
    deliveries_dir(settings).mkdir(parents=True, exist_ok=True)
    delivered = settings.model_copy(update={"files": deliveries_dir(settings)})
    result = steps.ingest(source, delivered, only_look=only_look)
    if problem is None and result.status != "absent":
        return result
    if problem is None:
        problem = _nothing_to_deliver(settings)
        set_notice(settings.publish_dir, source.source_id, "absent", problem)
        return IngestResult("absent", None, problem)
    set_notice(settings.publish_dir, source.source_id, "rejected", problem)
    return IngestResult("rejected", SnapshotFolder(source, settings).current(), problem)


def _nothing_to_deliver(settings: Settings) -> DataProblem:
    """Why the risk model delivers nothing: there is no panel, or no model of it has been released."""
    if pipeline.is_present(settings):
        expected, remedy = (
            "a released model",
            "approve one: python -m ml.production approve <model> --by <name>",
        )
    else:
        expected, remedy = (
            f"a panel (source {PANEL})",
            "put the files of the panel in the folder; until then no risk is estimated",
        )
    return DataProblem("missing_delivery", subject=RISK_AREAS, expected=expected, found="none", remedy=remedy)
