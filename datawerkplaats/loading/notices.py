"""What the Start page tells about deliveries: those that were refused or had been replaced, and sources that are absent,
until they are accepted again.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.files import locked, write_text
from datawerkplaats.loading.snapshot import now

Notice = dict[str, str]
Kind = Literal["rejected", "absent", "incomplete", "earlier"]
FILE_NAME = "notices.json"


def read_notices(publish_dir: Path) -> list[Notice]:
    """The open notices, by source id."""
    try:
        notices: list[Notice] = json.loads((publish_dir / FILE_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return notices


def set_notice(publish_dir: Path, source_id: str, kind: Kind, problem: DataProblem) -> None:
    """Replaces the source's notice."""
    sentences = {"sentence_nl": problem.sentence("nl"), "sentence_en": problem.sentence("en")}
    _change(
        publish_dir,
        source_id,
        {"source_id": source_id, "kind": kind, "at": now(), "code": problem.code, **sentences},
    )


def clear_notice(publish_dir: Path, source_id: str) -> None:
    """Removes the source's notice, if there is one."""
    if any(notice["source_id"] == source_id for notice in read_notices(publish_dir)):
        _change(publish_dir, source_id, None)


def _change(publish_dir: Path, source_id: str, notice: Notice | None) -> None:
    # One writer at a time: sources may be loaded in parallel.
    with locked(publish_dir / f".{FILE_NAME}.lock"):
        others = [n for n in read_notices(publish_dir) if n["source_id"] != source_id]
        notices = sorted([*others, *([notice] if notice else [])], key=lambda n: n["source_id"])
        write_text(publish_dir / FILE_NAME, json.dumps(notices, ensure_ascii=False, indent=1))
