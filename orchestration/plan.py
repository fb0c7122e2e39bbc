"""The one plan: which step comes after which, and whether anything has to be done at all.

The command line's look at what has changed, the assets in Dagster's UI and its schedules all read it. It imports nothing heavy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter

from data_quality.checks import kept_results
from data_quality.suites import suite_of
from datawerkplaats import publication
from datawerkplaats.base import files
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue import Catalogue, Source
from datawerkplaats.loading.readers import find_delivery
from datawerkplaats.loading.result import missing_delivery
from datawerkplaats.loading.snapshot import ABSENT, HasChangedError, Provenance
from ml.base.risk_models import risk_models
from ml.production import pipeline
from ml.production.paths import PANEL, RISK_AREAS
from orchestration import fingerprint, own_sources

# A step is called as its asset: the group and the name.
Step = tuple[str, ...]

PANEL_STAGED: Step = ("panel", "fct_panel_person_wave")
MODELS: Step = ("ml", "models")
SCORES: Step = ("ml", "area_scores")
CATALOGUE: Step = ("catalogue",)
WAREHOUSE: Step = ("warehouse",)
RULES: Step = ("quality", "rules")
PUBLICATION: Step = ("publication",)


def source_step(source_id: str) -> Step:
    """The step after which a source can be read: loaded, made here, or protected."""
    return ("sources", source_id)


def rows_step(source_id: str) -> Step:
    """The step that takes in a partner's rows, before they are protected."""
    return ("partners", source_id)


def after(catalogue: Catalogue) -> dict[Step, tuple[Step, ...]]:
    """Per step the ones that it comes after, in an order in which they can be done.

    What a source is made of is declared with the source; the steps in between, and those behind all sources, are told here.
    """
    found: dict[Step, tuple[Step, ...]] = {}
    rows = tuple(rows_step(source.source_id) for source in catalogue.sources.values() if source.micro)
    for source_id, source in catalogue.sources.items():
        made_of = tuple(source_step(name) for name in source.made_of)
        found[source_step(source_id)] = made_of
        if source.micro:
            found[rows_step(source_id)] = made_of
            found[source_step(source_id)] = (*rows, *made_of)  # all partners' tables are protected together
    if RISK_AREAS in catalogue.sources:
        panel = source_step(PANEL)
        beside = [name for name in catalogue.sources[RISK_AREAS].made_of if name != PANEL]
        beside += [
            name
            for model in risk_models(catalogue.folder).values()
            for name in (model.published.inhabitants.source, model.published.inhabitants.boundaries)
        ]
        people = tuple(source_step(name) for name in dict.fromkeys(beside))
        found |= {PANEL_STAGED: (panel,), MODELS: (PANEL_STAGED,), SCORES: (MODELS, *people)}
        found[source_step(RISK_AREAS)] = (SCORES,)
    found[CATALOGUE] = tuple(source_step(source_id) for source_id in catalogue.sources)
    found |= {WAREHOUSE: (CATALOGUE,), RULES: (WAREHOUSE,), PUBLICATION: (WAREHOUSE, RULES)}
    return {step: found[step] for step in TopologicalSorter(found).static_order()}


@dataclass(frozen=True)
class Looked:
    """What a look at all sources found: why something has to be done, or the snapshots that are still the right ones.

    Args:
        reason: Why something has to be done; empty if nothing has.
        snapshots: Per source the id of the snapshot in use.
        steps: The steps that have to be done; None for all.
    """

    reason: str
    snapshots: dict[str, str]
    steps: tuple[Step, ...] | None = None


def look(settings: Settings, catalogue: Catalogue) -> Looked:
    """Whether anything has to be done, and why; nothing is loaded, trained or made for it.

    Services are asked until the first that has something new: all are asked side by side when the work begins.
    """
    kept = snapshots_in_use(settings, catalogue)
    served = served_publication(settings)
    if served is None:
        return Looked("nothing is served yet", kept)
    reasons, changed = [], set[Step]()
    if served.fingerprint != fingerprint.take(settings, kept).value:
        reasons.append("code, catalogue, settings or snapshots are not those of what is served")
    order = after(catalogue)
    # All partners' tables are protected together, so that they are looked at once.
    are_protected = cache(lambda: _are_protected(settings, catalogue))
    for step in order:
        try:
            _look_at(step, settings, catalogue, are_protected)
        except HasChangedError as told:
            reasons.append(f"{told} has changed")
            changed.add(step)
            if settings.source == "live":
                return Looked(_all(reasons), kept)
    return Looked(_all(reasons), kept, and_after(order, changed) if reasons else None)


def _all(reasons: list[str]) -> str:
    """Each reason once, in a sentence."""
    return "; ".join(dict.fromkeys(reasons))


def and_after(order: dict[Step, tuple[Step, ...]], changed: set[Step]) -> tuple[Step, ...] | None:
    """These steps and those that come after them; None where the risk model is among them, which looks at everything itself."""
    found = {*changed, CATALOGUE}
    for step, earlier in order.items():
        if found & set(earlier):
            found.add(step)
    return None if found & {PANEL_STAGED, MODELS, SCORES} else tuple(step for step in order if step in found)


def _look_at(step: Step, settings: Settings, catalogue: Catalogue, are_protected: Callable[[], bool]) -> None:
    """Raises `HasChangedError` if a step has something to do."""
    group, name = step[0], step[-1]
    if step == SCORES and not pipeline.is_current(settings):
        raise HasChangedError("the risk model")
    if group not in ("partners", "sources"):
        return
    source = catalogue.sources[name]
    if group == "sources" and source.micro:
        if not are_protected():
            raise HasChangedError("partners")
    else:
        own_sources.ingest(source, settings, only_look=True)
    if group == "sources" and not _is_checked(source, settings):
        raise HasChangedError(f"what is expected of {name}")


def _are_protected(settings: Settings, catalogue: Catalogue) -> bool:
    """Whether the tables of all partners are what they would be if they were made now."""
    from datawerkplaats.partners.release import protect_deliveries

    try:
        protect_deliveries(catalogue, settings, only_look=True)
    except HasChangedError:
        return False
    return True


def _is_checked(source: Source, settings: Settings) -> bool:
    """Whether it is known how a delivery goes with what is expected of it now."""
    made = Provenance.read(settings.inputs_dir / source.source_id)
    if made is None or made.snapshot_id == ABSENT:
        return True
    return kept_results(settings.gx_dir, source.source_id, made.snapshot_id, suite_of(source)) is not None


def snapshots_in_use(settings: Settings, catalogue: Catalogue) -> dict[str, str]:
    """Per source the id of the snapshot that is read now."""
    found = {}
    for source_id in catalogue.sources:
        made = Provenance.read(settings.inputs_dir / source_id)
        found[source_id] = made.snapshot_id if made else ABSENT
    return found


def served_publication(settings: Settings) -> publication.Publication | None:
    """What is served; None where nothing is, or where it is not what was published."""
    try:
        served = publication.current(settings.publish_dir)
    except DataProblem:
        return None
    return served if publication.is_intact(served) else None


def check_links(settings: Settings) -> None:
    """Look whether every link to a snapshot is one still, before any work begins.

    A source that cannot be pointed to its new snapshot would be refused, and the build go on with its old one.

    Raises:
        DataProblem: `link_is_folder` if the data folder was copied by something that follows links.
    """
    links = [*settings.inputs_dir.glob("[!.]*"), *settings.private_dir.glob("*/current")]
    files.check_links(sorted(links))


def missing(settings: Settings, catalogue: Catalogue) -> list[DataProblem]:
    """The required deliveries that are not there, told before any work begins."""
    return [
        missing_delivery(source, settings)
        for source in _delivered_as_files(settings, catalogue)
        if source.required and not (settings.files and find_delivery(source, settings.files))
    ]


def _delivered_as_files(settings: Settings, catalogue: Catalogue) -> Iterator[Source]:
    """The sources that only a file in the folder can deliver; in the demo region everything is made."""
    if settings.source == "demo":
        return
    for source in catalogue.sources.values():
        by_service = settings.source == "live" and source.reader.kind in ("statline_v3", "geojson")
        if not by_service and source.source_id != RISK_AREAS:
            yield source
