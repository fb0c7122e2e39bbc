"""The upgrade of an installation, cut off at many moments: all has to be as it was, and asking again has to do it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from datawerkplaats.base import files
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.operations.backup import clear_away
from tests.kept_builds import copy_of
from tests.proofs.chaos.machine import full
from tests.proofs.earlier_version import Earlier
from tests.proofs.upgrade_held import compared, held_by, python, said_by, tell, upgrade

CUTS = 12
# The command, which is gone without a word at the n-th thing that it does to a file of the installation or its backup; with 0 it
# is let alone, and tells how many there are.
_CUT = """
import os, sys
at, home, done = int(sys.argv[1]), sys.argv[2], 0
def look(event, given):
    global done
    is_write = event in ("os.rename", "os.link", "os.symlink", "os.mkdir", "os.remove", "sqlite3.connect", "shutil.copyfile")
    is_write |= event == "open" and (isinstance(given[1], str) and given[1][0] in "wax" or bool((given[2] or 0) & os.O_WRONLY))
    if is_write and str(given[0]).startswith((home, "file:" + home)):
        done += 1
        if done == at:
            os._exit(9)
sys.addaudithook(look)
from datawerkplaats.cli.main import app
try:
    app(["upgrade", "--backup", home + "/backup"], standalone_mode=False)
finally:
    print("writes", done)
"""


def cut_off(of: Earlier, work: Path, before: Mapping[str, object], said: str) -> Iterator[bool]:
    """Per way in which an upgrade breaks whether all is as it was, for the earlier version too, and asking again does it."""
    with copied(of, work) as one:
        let_alone = python(one, _CUT, "0", str(work))
        if let_alone.returncode:
            raise DataProblem("build_failed", subject="dwp upgrade", found=let_alone.stderr[-1500:])
        writes = int(let_alone.stdout.split()[-1])
    # Half of them among the first: signatures are what is written to the installation itself.
    early = min(CUTS // 2, writes)
    later = [early + (writes - early) * n // (CUTS - early) for n in range(1, CUTS - early + 1)]
    for at in [*range(1, early + 1), *later]:
        with copied(of, work) as one:
            done = python(one, _CUT, str(at), str(work))
            if done.returncode != 9:
                found = (done.stdout + done.stderr)[-800:]
                raise DataProblem(
                    "build_failed", subject="dwp upgrade", expected="it is cut off", found=found
                )
            yield _is_as_it_was(one, before, said, f"cut off at {at} of {writes}")
    with copied(of, work) as one, full(work / "backups"):
        told = upgrade(one, "--backup", str(work / "backups" / "made"), fails=True)
        yield _is_as_it_was(one, before, said, f"no room for the backup ({told.strip()[-160:]})")
    # A build of the earlier version is at work.
    with copied(of, work) as one:
        with files.locked(one.data / ".build.lock"):
            told = upgrade(one, "--backup", str(work / "backup"), fails=True)
        yield _is_as_it_was(one, before, said, f"while a build runs ({told.strip()[-160:]})")


@contextmanager
def copied(of: Earlier, work: Path) -> Iterator[Earlier]:
    """The installation once more, until the block ends."""
    shutil.rmtree(work, ignore_errors=True)
    (work / "data").mkdir(parents=True)
    copy_of(of.data, work / "data")
    try:
        yield of.at(work)
    finally:
        clear_away(work)


def _is_as_it_was(one: Earlier, before: Mapping[str, object], said: str, how: str) -> bool:
    now = held_by(one)
    is_same = all(now.get(name) == told for name, told in before.items()) and said_by(one) == said
    aside = Path(one.told["DWP_DATA_DIR"]).with_name("again")
    upgrade(one, "--backup", str(aside))
    is_done = compared(before, one) == (0, 0)
    words = ("as it was" if is_same else "NOT as it was", "done" if is_done else "NOT done")
    tell(f"{how}: {words[0]}, {words[1]} when asked again")
    return is_same and is_done
