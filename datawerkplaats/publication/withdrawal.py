"""Taking back a release that leaks: its bytes go at once and everywhere we know of, and a signed tombstone says why.

The tombstone is written first: from then on no reader opens the release, whatever happens to the rest of the work.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.publication import seal
from datawerkplaats.publication.raw import SCHEMA
from datawerkplaats.publication.seal import Kind
from datawerkplaats.publication.store import (
    POINTER,
    TEMPORARY,
    is_pointer_whole,
    load,
    names_of,
    publisher_lock,
    recovered_pointer,
    write_json,
    write_pointer,
)
from datawerkplaats.publication.tombstones import Tombstone, tombstone_name, tombstone_of
from datawerkplaats.publication.verify import is_intact


@dataclass(frozen=True)
class Withdrawn:
    """What withdrawing did: the tombstone, what was removed, what is served now, and copies that somebody else has to remove."""

    tombstone: Tombstone
    removed: list[str]
    served: str
    copies: list[Path]


def withdraw(
    publish_dir: Path, publication_id: str, reason: str, by: str, backups: Sequence[Path] = ()
) -> Withdrawn:
    """Take a release back; may be asked again, which finishes what was begun.

    Args:
        publish_dir: The folder with publications.
        publication_id: Which one.
        reason: What readers are told; no figure and no name.
        by: Role or initials.
        backups: Folders in which copies may lie: those are listed, not touched.

    Raises:
        DataProblem: `no_publication` if there never was such a release here, `wrong_entry` without a reason or name.
    """
    if not reason.strip() or not by.strip():
        raise DataProblem(
            "wrong_entry",
            subject="withdraw",
            expected="--reason and --by",
            remedy="say why, and who answers for it",
        )
    with publisher_lock(publish_dir):
        tombstone = tombstone_of(publish_dir, publication_id)
        if tombstone is None:
            tombstone = _bury(publish_dir, publication_id, reason.strip(), by.strip())
        served = _serve_another(publish_dir, publication_id)
        removed = [name for name in names_of(publication_id) if _destroy(publish_dir / name)]
        removed += [path.name for path in publish_dir.glob(f"{TEMPORARY}{publication_id}*") if _destroy(path)]
    return Withdrawn(tombstone, removed, served, list(copies(publication_id, publish_dir, backups)))


def copies(publication_id: str, publish_dir: Path, backups: Sequence[Path]) -> Iterator[Path]:
    """What elsewhere carries the name of a release: beside the publications, and in folders with backups."""
    data_dir = publish_dir.parent
    for folder in dict.fromkeys((data_dir, *backups)):
        for path in sorted(folder.rglob(f"*{publication_id}*")):
            is_own = path.parent == publish_dir and path.name == tombstone_name(publication_id)
            if not is_own and not any(publication_id in parent.name for parent in path.parents):
                yield path


def _bury(publish_dir: Path, publication_id: str, reason: str, by: str) -> Tombstone:
    try:
        publication = load(publish_dir, publication_id)
        told = {
            "fingerprint": publication.fingerprint,
            "permanent_id": str(publication.manifest.get("permanent_id", "")),
            "sha256": str(publication.manifest["file"]["sha256"]),
        }
    except (FileNotFoundError, DataProblem) as error:
        # A release that is damaged, or of which only a part is left, can be withdrawn as well.
        if not any((publish_dir / name).exists() for name in names_of(publication_id)):
            raise DataProblem(
                "no_publication",
                subject=publication_id,
                expected="a release that is kept here",
                remedy="see `dwp status`",
            ) from error
        told = {"fingerprint": "", "permanent_id": "", "sha256": ""}
    at = datetime.now(UTC).isoformat(timespec="seconds")
    content = {"publication_id": publication_id, "reason": reason, "by": by, "at": at, **told}
    write_json(publish_dir / tombstone_name(publication_id), seal.sealed(Kind.TOMBSTONE, content))
    found = tombstone_of(publish_dir, publication_id)
    assert found is not None, "it was just written"
    return found


def _serve_another(publish_dir: Path, publication_id: str) -> str:
    """Take a release out of the pointer; what is served afterwards, empty where nothing is left."""
    pointer = recovered_pointer(publish_dir)
    if pointer is None:
        return ""
    if publication_id not in pointer.history and is_pointer_whole(publish_dir):
        return pointer.publication_id
    rest = [name for name in pointer.history if name != publication_id]
    wanted = pointer.publication_id if pointer.publication_id in rest else ""
    for name in [wanted] if wanted else list(reversed(rest)):
        with contextlib.suppress(FileNotFoundError, DataProblem):
            publication = load(publish_dir, name)
            if is_intact(publication):
                write_pointer(publish_dir, publication, rest)
                return name
    # Nothing whole is left: nothing is served, rather than what leaks.
    (publish_dir / POINTER).unlink(missing_ok=True)
    return ""


def _destroy(path: Path) -> bool:
    """Remove a file or folder so that who still has it open reads nothing more of it; whether there was one."""
    if path.is_dir() and not path.is_symlink():
        for file in path.rglob("*"):
            if file.is_file() and not file.is_symlink():
                _empty(file)
        shutil.rmtree(path)
        return True
    if not path.exists() and not path.is_symlink():
        return False
    if path.is_file() and not path.is_symlink():
        _empty(path)
    path.unlink()
    return True


def _empty(file: Path) -> None:
    """Give the bytes of a file back to the disk, also under a reader that has it open.

    What open sources delivered may be the bytes of another release too, which stays as it is (`raw.py`).
    """
    if SCHEMA in (file.parent.name, file.name.partition("_")[0]) and file.stat().st_nlink > 1:
        return
    with contextlib.suppress(OSError):
        file.chmod(0o600)
        os.truncate(file, 0)
