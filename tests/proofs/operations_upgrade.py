"""An installation that the code of an earlier version made, brought up to this one: built, served, and nothing of it lost.

The upgrade is cut off at many moments first, each time in a copy: then the earlier version has to find everything as it was, and
asking for the upgrade again has to do it. Then it is carried out, a second time as well, and the installation is used.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT
from datawerkplaats.publication.store import sha256_of
from tests.browser import free_port
from tests.proofs.earlier_version import BY, REASON, VERSIONS, Earlier, made_by, other_pins, run
from tests.proofs.registry import Measured, Room
from tests.proofs.upgrade_cuts import cut_off
from tests.proofs.upgrade_held import compared, held_by, releases, said_by, tell, upgrade
from tests.warm_builds import clean_environment

# Module and where it says that it is well.
_SERVED = (("apps.dashboard", "--server.port", "/_stcore/health"), ("apps.api", "--port", "/v1"))
# What a backup leaves out: Dagster's lists of runs, and rows of persons that are staged from a delivery, each time anew.
_LEFT_OUT = re.compile(r"run |models/[^/]+/panel/")


def figures(room: Room) -> Iterator[Measured]:
    """From each version that was released to the code that is here."""
    pins = spoilt = lost = changed = again = builds = silent = cuts = 0
    slowest = 0.0
    for version in VERSIONS:
        home = room.work / f"from_{version}"
        earlier = made_by(version, home)
        pins += len(other_pins(earlier.code))
        before, said = held_by(earlier), said_by(earlier)
        tell(
            f"{version} made releases of {len(releases(before))} files and tables, of {len(before)} things to keep"
        )
        for outcome in cut_off(earlier, room.work / "cut", before, said):
            cuts, spoilt = cuts + 1, spoilt + (not outcome)
        started = time.monotonic()
        printed = upgrade(earlier, "--backup", str(home / "backup"))
        slowest = max(slowest, time.monotonic() - started)
        tell(printed)
        gone, other = compared(before, earlier)
        lost, changed = lost + gone, changed + other + _is_kept_wrong(earlier, home, before, said)
        whole = _every_byte(home)
        upgrade(earlier, "--without-backup")
        again += len(whole.items() ^ _every_byte(home).items())
        builds += _is_built(earlier)
        gone, other = compared(releases(before), earlier)
        lost, changed = lost + gone, changed + other
        run(PROJECT_ROOT, earlier.told, "datawerkplaats.cli", "verify-log")
        silent += sum(not _answers(earlier.told, *one) for one in _SERVED)
    yield "upgrade_versions", len(VERSIONS), None
    yield "upgrade_other_pins", pins, None
    yield "upgrade_cuts", cuts, None
    yield "upgrade_cuts_spoilt", spoilt, None
    yield "upgrade_slowest", slowest, None
    yield "upgrade_lost", lost, None
    yield "upgrade_changed", changed, None
    yield "upgrade_again", again, None
    yield "upgrade_builds", builds, len(VERSIONS)
    yield "upgrade_silent_parts", silent, None


def _is_kept_wrong(of: Earlier, home: Path, before: Mapping[str, object], said: str) -> int:
    """The backup is the way back: what is not as it was where the earlier version works on the backup's data folder."""
    back = of.at(home / "back")
    shutil.copytree(home / "backup" / "data", back.data, symlinks=True)
    now = held_by(back)
    other = [name for name, told in before.items() if not _LEFT_OUT.match(name) and now.get(name) != told]
    for name in other[:5]:
        tell(f"not in the backup as it was: {name}")
    return len(other) + (said_by(back) != said)


def _every_byte(home: Path) -> dict[str, object]:
    """Every file of the installation and its keys; locks tell who came last."""
    return {
        str(path): sha256_of(path)
        for folder in ("data", "keys")
        for path in (home / folder).rglob("*")
        if path.is_file()
        and not path.is_symlink()
        and ".lock" not in path.name
        and path.name not in (".build.json",)
    }


def _is_built(of: Earlier) -> bool:
    """The installation publishes anew, all earlier releases beside it; what is held back, its steward approves."""
    before = json.loads((of.data / "publish" / "current.json").read_text(encoding="utf-8"))
    try:
        run(PROJECT_ROOT, of.told, "orchestration.materialise")
    except DataProblem:
        held = json.loads((of.data / "load_gate" / "pending.json").read_text(encoding="utf-8"))
        tell(f"held back by the load gate: {len(held['rows'])} findings of another catalogue")
        approval = ("approve", held["findings"], "--by", BY, "--reason", REASON)
        run(PROJECT_ROOT, of.told, "datawerkplaats.cli", *approval)
        run(PROJECT_ROOT, of.told, "orchestration.materialise")
    after = json.loads((of.data / "publish" / "current.json").read_text(encoding="utf-8"))
    return after["publication_id"] != before["publication_id"] and set(before["history"]) <= set(
        after["history"]
    )


def _answers(told: Mapping[str, str], module: str, option: str, path: str) -> bool:
    """Whether a part of the service starts on this data folder and says that it is well."""
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-m", module, option, str(port)], cwd=PROJECT_ROOT,
        env={**clean_environment(), "PYTHONPATH": str(PROJECT_ROOT), "PATH": os.environ["PATH"], **told},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        end = time.monotonic() + 300
        try:
            while time.monotonic() < end:
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
                        return bool(answer.status == 200)
                except (urllib.error.URLError, OSError):
                    time.sleep(1)
        finally:
            process.terminate()
    return False
