"""The name of a run, decided by what it is made of."""

from __future__ import annotations

import hashlib


def run_identity(design: str, data: str, seed: int) -> str:
    """The name of a run: the same design, data and seed always give the same one."""
    return hashlib.sha256(f"{design}|{data}|{seed}".encode()).hexdigest()[:16]
