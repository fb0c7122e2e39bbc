"""What the log says of an erasure: that it was done, of which source and how far it went, and never of whom."""

from __future__ import annotations

from collections.abc import Sequence

from datawerkplaats.workplace.people import Right, Subject, needs
from datawerkplaats.workplace.store import Store, new_id


@needs(Right.ERASE)
def note(
    store: Store,
    subject: Subject,
    /,
    source_id: str,
    *,
    persons: int,
    rewritten: int,
    removed: int,
    left: int,
    models: Sequence[str],
    seconds: float,
) -> None:
    """Write it down: how many files were written anew or went, in how many somebody is left, what is to be trained again."""
    body = {
        "source": source_id, "persons": persons, "rewritten": rewritten, "removed": removed, "left": left,
        "models": list(models), "seconds": seconds,
    }  # fmt: skip
    with store.writing(subject, Right.ERASE) as write:
        write.record("erasure", new_id(), "erased", body)
