"""How the last run ended, kept beside the publication for `dwp status` and the pages."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from datawerkplaats.publication.store import write_json

_FILE = "last_run.json"
STOPPED = "The build was stopped from outside; what is served stays. Run `make materialise` to build."


def record_failure(publish_dir: Path, run_id: str, sentences: list[str]) -> None:
    """Keep why a run failed."""
    _write(publish_dir, "failed", run_id, sentences)


def record_success(publish_dir: Path, run_id: str) -> None:
    """Keep that the last run succeeded."""
    _write(publish_dir, "succeeded", run_id, [])


def read(publish_dir: Path) -> dict[str, Any]:
    """How the last run ended; nothing where none has, or where it cannot be read."""
    try:
        return dict(json.loads((publish_dir / _FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _write(publish_dir: Path, status: str, run_id: str, sentences: list[str]) -> None:
    publish_dir.mkdir(parents=True, exist_ok=True)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    write_json(publish_dir / _FILE, {"status": status, "at": at, "run_id": run_id, "sentences": sentences})
