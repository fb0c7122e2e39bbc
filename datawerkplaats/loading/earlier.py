"""A delivery that had been replaced and lies there again: readers get the figures of before, and are told so.

A service tells the moment of a table, and an older one is refused. A file tells none: whoever puts the one of last year back may
have meant it, or not.
"""

from __future__ import annotations

import json

from datawerkplaats.base import files
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.loading.snapshot import Provenance, SnapshotFolder


def came_back(
    folder: SnapshotFolder, before: Provenance | None, accepted: Provenance, *, is_new: bool
) -> DataProblem | None:
    """What to tell of the rows in use, if they are an earlier delivery's; for as long as they stay in use.

    The fictional province has no earlier and later: another seed is another province.

    Args:
        folder: The snapshots of the source, the accepted one in use.
        before: What was in use before.
        accepted: What was accepted now.
        is_new: Whether that is something else than `before`.
    """
    if folder.settings.source == "demo":
        return None
    note, made = folder.settings.inputs_dir / f".{folder.source.source_id}.back", folder.current()
    if is_new:
        note.unlink(missing_ok=True)
        # Rows that are known keep the moment at which they came for the first time. Both were made by the same clock; what is
        # refused by its checks and delivered again came later than what is in use in its place.
        is_known = made is not None and made.retrieved_at != accepted.retrieved_at
        if made and before and is_known and made.retrieved_at < before.retrieved_at:
            told = {"snapshot_id": made.snapshot_id, "first": made.retrieved_at, "later": before.retrieved_at}
            files.write_text(note, json.dumps(told))
    try:
        told = json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if made is None or told["snapshot_id"] != made.snapshot_id:
        return None
    names = [part.name for part in accepted.parts]
    return DataProblem(
        "older_delivery",
        subject=", ".join(names[:3]) or folder.source.source_id,
        expected=f"the one of {told['later'][:10]}, or a later one",
        found=f"the rows that first came on {told['first'][:10]}; they are in use again",
        remedy="deliver the later one again; if it was taken back on purpose, nothing has to be done",
    )
