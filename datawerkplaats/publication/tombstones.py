"""What stays of a release that was withdrawn: its id, the reason and the moment, signed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.publication import seal
from datawerkplaats.publication.seal import Kind

_PREFIX = "withdrawn_"


@dataclass(frozen=True)
class Tombstone:
    """A withdrawn release: why, by whom and when; `fingerprint` is the hash of everything it was made from."""

    publication_id: str
    reason: str
    by: str
    at: str
    fingerprint: str = ""


def tombstone_name(publication_id: str) -> str:
    """The name of the tombstone of a release."""
    return f"{_PREFIX}{publication_id}.json"


def tombstone_of(publish_dir: Path, publication_id: str) -> Tombstone | None:
    """The tombstone of a release; none where it was not withdrawn, or where what lies there is not signed by us."""
    path = publish_dir / tombstone_name(publication_id)
    if not path.exists():
        return None
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        seal.require_sealed(Kind.TOMBSTONE, content, path.name)
        names = ("publication_id", "reason", "by", "at", "fingerprint")
        found = Tombstone(*(str(content[name]) for name in names))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, DataProblem):
        return None
    return found if found.publication_id == publication_id else None


def tombstones(publish_dir: Path) -> list[Tombstone]:
    """All withdrawn releases, oldest first."""
    ids = [path.stem.removeprefix(_PREFIX) for path in sorted(publish_dir.glob(f"{_PREFIX}*.json"))]
    return [found for one in ids if (found := tombstone_of(publish_dir, one))]


def require_not_withdrawn(publish_dir: Path, publication_id: str) -> None:
    """Nothing, unless the release was withdrawn.

    Raises:
        DataProblem: `publication_withdrawn`, with the reason and the day.
    """
    found = tombstone_of(publish_dir, publication_id)
    if found:
        raise DataProblem(
            "publication_withdrawn",
            subject=publication_id,
            found=f"{found.reason} ({found.at[:10]})",
            remedy="use the newest publication",
        )
