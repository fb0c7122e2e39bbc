"""Where a delivery that was handed in on the page lies: in quarantine until somebody decides, then where loading reads it.

Both places are in the private folder, readable for the owner of the process alone. The name that the file had is kept nowhere.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from datawerkplaats.base import files
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue.sources import Source
from datawerkplaats.loading.hashes import file_sha256
from datawerkplaats.loading.readers import find_delivery
from datawerkplaats.partners.vault import private_files

QUARANTINE, ACCEPTED = "quarantine", "accepted"
MB = 1_000_000
_LEFT_S = 3_600


@dataclass(frozen=True)
class Received:
    """What is told of bytes that came in."""

    sha256: str
    bytes: int


def own_name(source: Source, form: str) -> str:
    """The name under which a delivery of this form is kept: the one that the declaration expects.

    Raises:
        DataProblem: `unsupported_file` if the source is not delivered in this form.
    """
    for pattern in source.reader.files:
        name = PurePosixPath(pattern).name.replace("*", "")
        if name.endswith(form.lower()) and form:
            return name
    forms = sorted({PurePosixPath(pattern).suffix for pattern in source.reader.files})
    raise DataProblem(
        "unsupported_file",
        subject=source.source_id,
        expected=" or ".join(forms),
        found="another form of file",
        remedy="save the table in one of these forms",
    )


def place_of(settings: Settings, delivery_id: str) -> Path:
    """The folder of a delivery in quarantine, which holds its file and what was made of it."""
    return settings.private_dir / QUARANTINE / delivery_id


def keep(
    source: Source, settings: Settings, delivery_id: str, form: str, pieces: Iterable[bytes]
) -> Received:
    """Write what comes in into quarantine, piece by piece; nothing stays where it is too large or breaks off.

    Raises:
        DataProblem: `too_large`, `unsupported_file` or `empty_file`.
    """
    path = place_of(settings, delivery_id) / own_name(source, form)
    digest, size = hashlib.sha256(), 0
    try:
        with private_files():
            path.parent.mkdir(parents=True)
            _close(settings, path.parent)
            with files.written(path) as unfinished, unfinished.open("wb") as stream:
                for piece in pieces:
                    size += len(piece)
                    _check_size(source, size, settings)
                    digest.update(piece)
                    stream.write(piece)
        if not size:
            raise DataProblem(
                "empty_file",
                subject=source.source_id,
                expected="a table",
                found="0 bytes",
                remedy="deliver the file again; it was probably cut off",
            )
    except BaseException:
        remove(settings, delivery_id)
        raise
    return Received(digest.hexdigest(), size)


def file_in(source: Source, folder: Path) -> Path | None:
    """The file of a delivery in its folder."""
    return find_delivery(source, folder) if folder.is_dir() else None


def remove(settings: Settings, delivery_id: str) -> None:
    """No byte of it stays."""
    shutil.rmtree(place_of(settings, delivery_id), ignore_errors=True)


def clear(settings: Settings, waiting: Collection[str], now: float) -> None:
    """Remove what lies in quarantine of deliveries that do not wait: of a process that ended before it was noted.

    Args:
        settings: Where the private folder is.
        waiting: The ids of deliveries that wait.
        now: The time, in seconds: what is younger than an hour may be coming in just now.
    """
    root = settings.private_dir / QUARANTINE
    for folder in list(root.iterdir()) if root.exists() else ():
        if folder.name not in waiting and now - folder.stat().st_mtime > _LEFT_S:
            shutil.rmtree(folder, ignore_errors=True)


def accept(source: Source, settings: Settings, delivery_id: str, sha256: str) -> None:
    """Let loading read it from now on, in the place of what was accepted before.

    Raises:
        DataProblem: `delivery_gone` if it is not there any more as it was handed in.
    """
    found = file_in(source, place_of(settings, delivery_id))
    if found is None or file_sha256(found) != sha256:
        raise DataProblem(
            "delivery_gone",
            subject=source.source_id,
            expected="the bytes that were handed in",
            found="none" if found is None else "others",
            remedy="reject it and hand it in again",
        )
    target = settings.private_dir / ACCEPTED / source.source_id
    with private_files():
        target.mkdir(parents=True, exist_ok=True)
        _close(settings, target)
        files.move(found, target / found.name)
        for other in target.iterdir():  # in another form, of before
            if other.name != found.name:
                other.unlink()
    remove(settings, delivery_id)


def accepted(source: Source, settings: Settings) -> Path | None:
    """The folder with the delivery that was accepted on the page; None where there is none."""
    folder = settings.private_dir / ACCEPTED / source.source_id
    return folder if file_in(source, folder) else None


def _check_size(source: Source, size: int, settings: Settings) -> None:
    most = settings.delivery_mb
    if size > most * MB:
        raise DataProblem(
            "too_large",
            subject=source.source_id,
            expected=f"at most {most} MB",
            found="more",
            remedy="look at the file; if it is right, the steward can raise DWP_DELIVERY_MB",
        )


def _close(settings: Settings, folder: Path) -> None:
    for one in (settings.private_dir.parent, settings.private_dir, folder.parent, folder):
        one.chmod(0o700)
