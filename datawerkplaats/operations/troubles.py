"""Which troubles an installation has, by one look at it: a kind, what it is about, and a sentence that says what to do.

A sentence names sources and parts of the installation and never a figure, an area or a person: it leaves the house by mail.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from datawerkplaats.base.errors import Language
from datawerkplaats.base.settings import Settings
from datawerkplaats.operations.facts import Facts

# Per kind the sentence; docs/operations.md has a line per kind with what to do.
SENTENCES: dict[str, dict[Language, str]] = {
    "build_failed": {
        "nl": "De laatste bouw is mislukt; wat gepubliceerd was blijft staan. `dwp status` zegt waarom.",
        "en": "The last build failed; what was published stays. `dwp status` says why.",
    },
    "build_late": {
        "nl": "Er is te lang geen bouw geslaagd. Kijk of de dienst van Dagster draait.",
        "en": "No build has succeeded for too long. See whether Dagster's daemon runs.",
    },
    "release_wrong": {
        "nl": "Wat gepubliceerd is klopt niet of is er niet: {subject}. `dwp rollback` geeft een vorige publicatie.",
        "en": "What is published is not right or not there: {subject}. `dwp rollback` serves an earlier one.",
    },
    "edition_late": {
        "nl": "Een nieuwe editie blijft uit: {subject}. Vraag de uitgever ernaar.",
        "en": "A new edition has not come: {subject}. Ask its publisher.",
    },
    "delivery_rejected": {
        "nl": "Een levering is geweigerd: {subject}. De reden staat op Start en in de map `rejected`.",
        "en": "A delivery was refused: {subject}. The reason stands on Start and in the folder `rejected`.",
    },
    "delivery_incomplete": {
        "nl": "Een levering is niet volledig: {subject}. Zie Start.",
        "en": "A delivery is not complete: {subject}. See Start.",
    },
    "held_back": {
        "nl": "Een publicatie wacht op een besluit van een mens: `dwp approve` zegt waarom.",
        "en": "A publication waits for somebody's decision: `dwp approve` says why.",
    },
    "disk_low": {
        "nl": "De schijf raakt vol. Maak ruimte; wat gepubliceerd is blijft staan.",
        "en": "The disk is filling up. Make room; what is published stays.",
    },
    "backup_late": {
        "nl": "Er is geen reservekopie van vandaag. Kijk naar de dienst die ze maakt.",
        "en": "There is no backup of today. Look at the unit that makes them.",
    },
    "certificate_ends": {
        "nl": "Het certificaat van de webserver loopt bijna af. Vernieuw het.",
        "en": "The certificate of the web server is about to end. Renew it.",
    },
    "incident_open": {
        "nl": "Er is een ernstig incident open. Zie de pagina Vragen; voorspellingen zijn gesloten.",
        "en": "A serious incident is open. See the page Vragen; predictions are closed.",
    },
    "store_wrong": {
        "nl": "De opslag van notities en besluiten is niet bereikbaar of klopt niet ({subject}). Zie `dwp verify-log`.",
        "en": "The store of notes and decisions cannot be reached or is not right ({subject}). See `dwp verify-log`.",
    },
    "part_silent": {
        "nl": "Een deel van de dienst antwoordt niet: {subject}. Kijk naar zijn unit.",
        "en": "A part of the service does not answer: {subject}. Look at its unit.",
    },
}
_CERTIFICATE = timedelta(days=21)


@dataclass(frozen=True, order=True)
class Trouble:
    """One thing that is wrong."""

    kind: str
    subject: str = ""

    def sentence(self, language: Language) -> str:
        """What is wrong and what to do."""
        return SENTENCES[self.kind][language].format(subject=self.subject)


def troubles(facts: Facts, settings: Settings) -> list[Trouble]:
    """Everything that is wrong, in a fixed order."""
    return sorted({*_building(facts, settings), *_deliveries(facts), *_around(facts, settings)})


def _building(facts: Facts, settings: Settings) -> Iterator[Trouble]:
    if facts.run_status == "failed" and not facts.is_building:
        yield Trouble("build_failed")
    is_old = facts.run_at is not None and facts.at - facts.run_at > timedelta(hours=settings.late_hours)
    if settings.schedules and facts.run_status == "succeeded" and is_old:
        yield Trouble("build_late")
    if facts.release_problem:
        yield Trouble("release_wrong", facts.release_problem)
    if facts.is_held_back:
        yield Trouble("held_back")


def _deliveries(facts: Facts) -> Iterator[Trouble]:
    kinds = {"rejected": "delivery_rejected", "incomplete": "delivery_incomplete"}
    for source_id, kind in facts.deliveries.items():
        if (
            kind in kinds
        ):  # what is absent is absent by choice: a required delivery that is missing fails the build
            yield Trouble(kinds[kind], source_id)
    for source_id, source in facts.sources.items():
        if source.next_due is not None and source.next_due < facts.at.date():
            yield Trouble("edition_late", source_id)


def _around(facts: Facts, settings: Settings) -> Iterator[Trouble]:
    if facts.disk_free < settings.disk_free_mb * 1_000_000:
        yield Trouble("disk_low")
    if settings.backup_folders and (
        facts.backup_at is None or facts.at - facts.backup_at > timedelta(hours=settings.backup_hours)
    ):
        yield Trouble("backup_late")
    if facts.certificate_until is not None and facts.certificate_until - facts.at < _CERTIFICATE:
        yield Trouble("certificate_ends")
    if facts.incidents:
        yield Trouble("incident_open")
    if facts.store_problem:
        yield Trouble("store_wrong", facts.store_problem)
    for address in facts.silent:
        yield Trouble("part_silent", address)
