"""The manifest of a publication stands in two places, so that one that was damaged is read, and mended, from the other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def second_manifest(parquet_dir: Path) -> Path:
    """The manifest once more, beside the Parquet files: whoever takes the folder along has it too."""
    return parquet_dir / "manifest.json"


def read_manifest(path: Path, parquet_dir: Path) -> tuple[bytes, dict[str, Any]]:
    """Bytes and content of a manifest; of its copy where it cannot be read. Both carry the signature.

    Raises:
        FileNotFoundError: If there is no manifest: then its publication was cleared away.
        ValueError: If neither can be read.
    """
    raw = path.read_bytes()
    try:
        return raw, dict(json.loads(raw))
    except (ValueError, TypeError):
        if not second_manifest(parquet_dir).exists():
            raise
        raw = second_manifest(parquet_dir).read_bytes()
        return raw, dict(json.loads(raw))
