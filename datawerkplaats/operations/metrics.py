"""Figures about the installation in the text format that Prometheus reads (version 0.0.4), written by hand: it is lines of text.

Source: https://prometheus.io/docs/instrumenting/exposition_formats/. Labels are ids of releases and sources, names of parts and
kinds; no area, no person, no published value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from datawerkplaats.operations.facts import Facts
from datawerkplaats.operations.troubles import SENTENCES, Trouble

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_Labels = dict[str, str]


@dataclass(frozen=True)
class Waiting:
    """How it stands with notices: how many wait, since when the oldest does, how many were sent, and not queued as it was full."""

    queued: int = 0
    oldest: datetime | None = None
    sent: int = 0
    refused: int = 0


def text(facts: Facts, found: Sequence[Trouble], waiting: Waiting) -> str:
    """All figures, a line each."""
    return "".join(_lines(facts, found, waiting))


def _lines(facts: Facts, found: Sequence[Trouble], waiting: Waiting) -> Iterator[str]:
    yield from _of_release(facts)
    yield from _of_builds_and_room(facts)
    ups = [({"address": name}, is_up) for name, is_up in facts.answers.items()]
    yield from _many("part_up", "Whether a part of the service answers.", ups)
    counts = [({"kind": kind}, sum(one.kind == kind for one in found)) for kind in SENTENCES]
    yield from _many("troubles", "Troubles that the watch sees now, by kind.", counts)
    yield from _one("notices_waiting", "Notices that wait to be delivered.", waiting.queued)
    yield from _one("notices_oldest_timestamp_seconds", "Since when the oldest waits.", waiting.oldest)
    yield from _one("notices_sent_total", "Notices delivered since the start.", waiting.sent, "counter")
    yield from _one("notices_not_queued_total", "Times that the queue was full.", waiting.refused, "counter")


def _of_builds_and_room(facts: Facts) -> Iterator[str]:
    succeeded = facts.run_status == "succeeded" if facts.run_status else None
    yield from _one("last_run_success", "Whether the last build succeeded.", succeeded)
    yield from _one("last_run_timestamp_seconds", "When the last build ended.", facts.run_at)
    yield from _one("build_running", "Whether a build is running.", facts.is_building)
    sizes = [({"part": name}, size) for name, size in sorted(facts.sizes.items())]
    yield from _many("data_bytes", "Bytes of each part of the data folder.", sizes)
    yield from _one("disk_free_bytes", "Room on the disk of the data folder.", facts.disk_free)
    yield from _one("backup_timestamp_seconds", "When the newest backup was made.", facts.backup_at)
    ends = facts.certificate_until
    yield from _one("certificate_end_timestamp_seconds", "When the web server's certificate ends.", ends)
    yield from _one("incidents_open", "Serious incidents that are open.", facts.incidents)


def _of_release(facts: Facts) -> Iterator[str]:
    release = facts.release
    yield from _one(
        "publication_ok", "Whether what is served is what was published and signed.", release is not None
    )
    yield from _one("releases", "Releases that are kept.", facts.releases)
    yield from _one("releases_pinned", "Releases that somebody pinned.", facts.pinned)
    yield from _one("releases_withdrawn", "Releases that were withdrawn.", facts.withdrawn)
    if release is None:
        return
    manifest = release.manifest
    yield from _many(
        "publication_info", "The release that is served.", [({"id": release.id, "mode": release.mode}, 1)]
    )
    yield from _one("publication_timestamp_seconds", "When it was published.", release.published_at)
    yield from _one("publication_bytes", "Its DuckDB file.", int(manifest["file"]["bytes"]))
    yield from _one("publication_tables", "Its tables.", len(manifest["tables"]))
    outcomes = [
        ({"outcome": name}, int(manifest[f"checks_{name}"])) for name in ("passed", "failed", "warned")
    ]
    yield from _many("checks", "Checks of the release, by outcome.", outcomes)
    ages = [
        ({"source": source_id}, max(0.0, (facts.at - source.retrieved_at).total_seconds()))
        for source_id, source in sorted(facts.sources.items())
        if source.retrieved_at is not None
    ]
    yield from _many("source_age_seconds", "How long ago a source had something new.", ages)
    late = [
        ({"source": source_id}, source.next_due < facts.at.date())
        for source_id, source in sorted(facts.sources.items())
        if source.next_due is not None
    ]
    yield from _many("source_late", "Whether the next edition of a source should have come.", late)


def _one(name: str, told: str, value: float | datetime | None, kind: str = "gauge") -> Iterator[str]:
    yield from _many(name, told, [] if value is None else [({}, value)], kind)


def _many(
    name: str, told: str, rows: Sequence[tuple[_Labels, float | datetime]], kind: str = "gauge"
) -> Iterator[str]:
    if not rows:
        return
    yield f"# HELP dwp_{name} {told}\n# TYPE dwp_{name} {kind}\n"
    for labels, value in rows:
        listed = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        number = value.timestamp() if isinstance(value, datetime) else float(value)
        yield f"dwp_{name}{{{listed}}} {number:.17g}\n" if listed else f"dwp_{name} {number:.17g}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
