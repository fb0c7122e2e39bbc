"""Ten thousand reads while fifty releases are published: the stress test of the suite at full size, and its readers counted."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.browser import until
from tests.integration.test_publication_stress import PUBLISHER, READER, start
from tests.proofs.registry import Measured, Room

READERS, PUBLICATIONS, READS = 2, 50, 5_000


def figures(room: Room) -> Iterator[Measured]:
    """Errors, and reads of half a release, of readers that go on until each has met so many releases in so many reads."""
    work = Path(tempfile.mkdtemp(dir=room.work))
    publisher = start(PUBLISHER, work)
    try:
        until((work / "publish" / "current.json").exists, "nothing was published")
        readers = [start(READER, work / "publish", PUBLICATIONS, READS) for _ in range(READERS)]
        found = [json.loads(_said(reader)) for reader in readers]
    finally:
        (work / "enough").touch()
        published = int(_said(publisher))
    yield "reads_during_publications", sum(one["reads"] for one in found), None
    yield "publications_during_reads", min(published, *(one["seen"] for one in found)), None
    yield "reader_errors", sum(len(one["errors"]) for one in found), None
    yield "reads_torn", sum(one["torn"] for one in found), None


def _said(process: subprocess.Popen[str]) -> str:
    return process.communicate()[0]
