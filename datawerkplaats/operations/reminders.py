"""Reminders that leave the house: agreements whose day has passed, and followed figures that a release changed.

They go by mail or webhook, so a sentence holds counts and where to look, never a figure, an area, a text or a person.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from datawerkplaats.base.errors import Language
from datawerkplaats.base.settings import Settings
from datawerkplaats.operations.notices import Notice, Queue, ways
from datawerkplaats.publication import Reader
from datawerkplaats.workplace import agreements, follows
from datawerkplaats.workplace.people import Role, Subject
from datawerkplaats.workplace.store import Store, open_store

HOUSE = Subject("house", frozenset({Role.READER}))
SENTENCES: dict[str, dict[Language, str]] = {
    "agreements_late": {
        "nl": "Afspraken waarvan de dag voorbij is: {count}. Ze staan bovenaan op de pagina Afspraken en vragen.",
        "en": "Agreements whose day has passed: {count}. They stand first on the page Agreements and questions.",
    },
    "followed_changed": {
        "nl": "Gevolgde cijfers die meer dan hun marge veranderden: {count}. Ze staan op de pagina Volgen.",
        "en": "Followed figures that changed by more than their margin: {count}. They stand on the page Following.",
    },
}


@dataclass(frozen=True)
class Reminders:
    """What there is to be told now, by keys that are told once: late agreements and changed figures."""

    late: frozenset[str]
    changed: frozenset[str]

    @property
    def keys(self) -> frozenset[str]:
        """All of it."""
        return self.late | self.changed

    def new(self, told: Collection[str]) -> Reminders:
        """What was not told before."""
        return Reminders(self.late - set(told), self.changed - set(told))


def due(settings: Settings, store: Store | None = None) -> Reminders:
    """What there is to be told; nothing where nobody has written anything.

    Raises:
        DataProblem: If the store or the release cannot be read.
    """
    if store is None:
        if settings.workplace_url is None and not (settings.workplace_dir / "workplace.db").exists():
            return Reminders(frozenset(), frozenset())
        store = open_store(settings)
    today = store.clock().date()
    late = frozenset(
        f"late {one.id} {one.due_on}" for one in agreements.agreements(store, HOUSE) if one.is_overdue(today)
    )
    followed = follows.all_followed(store)
    if not followed:
        return Reminders(late, frozenset())
    opened = Reader(settings.publish_dir).open()

    def ask(sql: str, asked: tuple[Any, ...]) -> Sequence[Mapping[str, Any]]:
        found = opened.connection.execute(sql, asked)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    try:
        changed = follows.changes(followed, ask, opened.publication.id)
    finally:
        opened.connection.close()
    return Reminders(
        late,
        frozenset(f"changed {one.then.selection.key} {one.now and one.now.value}" for one in changed),
    )


def notice(found: Reminders, title: str, at: datetime, by: Sequence[str]) -> Notice:
    """A notice about these reminders."""
    counts = {"agreements_late": len(found.late), "followed_changed": len(found.changed)}
    now = [
        {
            "kind": kind,
            "subject": str(count),
            "sentence_nl": SENTENCES[kind]["nl"].format(count=count),
            "sentence_en": SENTENCES[kind]["en"].format(count=count),
        }
        for kind, count in counts.items()
        if count
    ]
    return Notice(at.isoformat(timespec="seconds"), title, now, [], list(by))


def remind(
    settings: Settings, told: Collection[str], at: datetime, store: Store | None = None
) -> frozenset[str]:
    """Send what is new by the ways that are configured; what has been told now, for the next time.

    Args:
        settings: The installation.
        told: What was told before.
        at: Now.
        store: The store, where it is open already.
    """
    found = due(settings, store)
    out = ways(settings)
    queue = Queue(settings.operations_dir / "reminders", settings.notice_queue)
    fresh = found.new(told)
    if out and fresh.keys:
        queue.put(notice(fresh, "Datawerkplaats", at, [way.name for way in out]))
    for way in out:
        way.deliver(queue)
    return found.keys
