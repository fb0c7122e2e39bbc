"""What makes a release unforgeable: signatures under manifest, pointer and tombstones, and the highest counter seen.

Key and counter lie in the folder of the setting `keys_dir`, outside the data folder: who can write data can neither sign
it nor put an earlier pointer back unseen.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from datawerkplaats.base import files
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import get_settings
from datawerkplaats.base.signing import signer_of

SIGNATURE = "signature"


class Kind(StrEnum):
    """What is signed; a signature under one kind is none under another."""

    MANIFEST = "manifest"
    POINTER = "pointer"
    TOMBSTONE = "tombstone"
    PINS = "pins"


def sealed(kind: Kind, content: Mapping[str, Any]) -> dict[str, Any]:
    """The content as plain JSON values with our signature among its fields."""
    plain: dict[str, Any] = json.loads(json.dumps(content, default=str))
    plain.pop(SIGNATURE, None)
    return {**plain, SIGNATURE: signer_of(get_settings()).sign(_bytes(kind, plain))}


def require_sealed(kind: Kind, content: Mapping[str, Any], subject: str) -> None:
    """Nothing, if the content is signed by this installation, every field of it.

    Raises:
        DataProblem: `publication_forged` if it is not; `signing_key` if the public key cannot be read.
    """
    signature = content.get(SIGNATURE)
    plain = {name: value for name, value in content.items() if name != SIGNATURE}
    if not isinstance(signature, str):
        found = "no signature"
    elif not signer_of(get_settings()).is_signed(_bytes(kind, plain), signature):
        found = "a signature of something else"
    else:
        return
    raise DataProblem(
        "publication_forged",
        subject=subject,
        expected="what publishing wrote, with our signature",
        found=found,
        remedy="go back with `dwp rollback`, or build again with `make materialise`; after a change of key: `dwp sign`",
    )


def highest(publish_dir: Path) -> int:
    """The highest counter of a pointer that was ever seen in this folder; 0 where none was."""
    return int(last_seen(publish_dir).get("counter", 0))


def last_seen(publish_dir: Path) -> dict[str, Any]:
    """The newest pointer that was ever seen in this folder; empty where none was.

    Raises:
        DataProblem: `signing_key` if what is kept with the keys cannot be read.
    """
    try:
        return dict(json.loads(seen_at(publish_dir).read_text(encoding="utf-8"))["pointer"])
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataProblem(
            "signing_key",
            subject=seen_at(publish_dir).name,
            expected="the newest pointer that was seen, in the folder of the setting DWP_KEYS_DIR",
            found=type(error).__name__,
            remedy="put it back from the backup of that folder, or remove this file and run `dwp status`",
        ) from error


def remember(publish_dir: Path, pointer: Mapping[str, Any]) -> None:
    """Keep a pointer that is newer than what was seen. Who may not write there still compares with it."""
    if pointer["counter"] <= highest(publish_dir):
        return
    with contextlib.suppress(OSError), files.locked(seen_at(publish_dir).with_suffix(".lock")):
        if pointer["counter"] > highest(publish_dir):
            content = {"folder": str(publish_dir.resolve()), "pointer": pointer}
            files.write_text(seen_at(publish_dir), json.dumps(content, indent=1))


def seen_at(publish_dir: Path) -> Path:
    """The file that holds the newest pointer seen of a folder of publications, outside the data."""
    name = hashlib.sha256(str(publish_dir.resolve()).encode()).hexdigest()[:16]
    return get_settings().keys_dir / "served" / f"{name}.json"


def _bytes(kind: Kind, plain: Mapping[str, Any]) -> bytes:
    told = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return f"datawerkplaats {kind}\n{told}".encode()
