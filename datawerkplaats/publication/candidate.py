"""A publication that is written and verified but not served yet, and the gates that judge it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from datawerkplaats.publication.own_tables import OwnTable
from datawerkplaats.publication.store import Publication, load, manifest_name
from datawerkplaats.publication.tables import WHOLE, Part


@dataclass(frozen=True)
class Release:
    """Where a publication comes from: written into `meta.publication` and the manifest."""

    mode: str
    region: str
    title: str
    git_sha: str = ""
    code_hash: str = ""
    catalogue_hash: str = ""
    snapshot_hashes: dict[str, str] = field(default_factory=dict)
    fingerprint: str = ""
    dagster_run_id: str = ""


@dataclass(frozen=True)
class Candidate:
    """What the gates judge: the finished file, and the publications that readers already have."""

    publication_id: str
    path: Path
    parquet_dir: Path
    release: Release
    served: Publication | None
    earlier: tuple[Publication, ...] = ()
    predicted: Path | None = None
    part: Part = WHOLE
    raw: Path | None = None


# What was found in a candidate, as a table that is published with it. The file is filled, its Parquet is not yet written.
Report = Callable[[Candidate], OwnTable]

# Raises a DataProblem to hold the candidate back. What it returns is kept in the manifest under its name.
Gate = Callable[[Candidate], dict[str, Any]]


def pass_gates(candidate: Candidate, gates: Mapping[str, Gate]) -> dict[str, Any]:
    """What each gate found, by its name.

    Raises:
        DataProblem: Of the first gate that holds the candidate back.
    """
    return {name: gate(candidate) for name, gate in gates.items()}


def kept(publish_dir: Path, history: Sequence[str]) -> tuple[Publication, ...]:
    """The publications that are still there, oldest first."""
    return tuple(load(publish_dir, one) for one in history if (publish_dir / manifest_name(one)).exists())
