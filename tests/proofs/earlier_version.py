"""The code of a version that was released, as it was, and an installation that it made and in which people decided things.

Version 0.1.0 had no store of what people write: what they wrote were approvals of what the load gate held back, with name and
reason, and which release is served.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import PROJECT_ROOT
from tests.warm_builds import clean_environment

# Every version that was released, oldest first, with the commit that it was: the changelog names the same ones.
VERSIONS: Mapping[str, str] = {"0.1.0": "86d0765cb4bd", "1.0.0": "e0e43f5c78ab"}
BY, REASON = "epidemioloog", "niet meer gemeten, afgesproken in het overleg van november"
# Figures that its steward takes out, one after the other.
_TAKEN_OUT = ("high_stress_4w_pct", "burglary_rate_per_1000")


@dataclass(frozen=True)
class Earlier:
    """A version, and where its code and its installation are.

    Attributes:
        version: As the changelog names it.
        code: Its code, as it was.
        told: Where its data and the keys of later versions are.
    """

    version: str
    code: Path
    told: Mapping[str, str]

    @property
    def data(self) -> Path:
        """Its data folder."""
        return Path(self.told["DWP_DATA_DIR"])

    def run(self, module: str, *arguments: str, fails: bool = False) -> str:
        """What a command of this version prints."""
        return run(self.code, self.told, module, *arguments, fails=fails)

    def at(self, home: Path) -> Earlier:
        """The same code, for an installation elsewhere; the keys of this one go along, where the version has any."""
        there = Earlier(self.version, self.code, places(home))
        if (keys := Path(self.told["DWP_KEYS_DIR"])).exists():
            shutil.copytree(keys, there.told["DWP_KEYS_DIR"], dirs_exist_ok=True)
        return there


def places(home: Path) -> dict[str, str]:
    """Where data and keys of an installation in a folder are."""
    return {"DWP_DATA_DIR": str(home / "data"), "DWP_KEYS_DIR": str(home / "keys")}


def run(code: Path, told: Mapping[str, str], module: str, *arguments: str, fails: bool = False) -> str:
    """What a command of the code in a folder prints, the sentence of why it fails included.

    Raises:
        DataProblem: `build_failed` if it fails and should not, or the other way round.
    """
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=code, capture_output=True, text=True, check=False,
        env={**clean_environment(), "PYTHONPATH": str(code), **told},
    )  # fmt: skip
    if bool(done.returncode) != fails or "Traceback (most recent call last)" in done.stderr:
        raise DataProblem(
            "build_failed", subject=f"{module} {' '.join(arguments)} of {code}",
            expected="that it fails with a sentence" if fails else "that it succeeds",
            found=(done.stdout + done.stderr)[-1500:],
        )  # fmt: skip
    return done.stdout + (done.stderr if fails else "")


def other_pins(code: Path) -> list[str]:
    """The packages that a version pins and of which another version, or none, is installed here."""
    project = tomllib.loads((code / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [pin for pin in _pins(project["dependencies"]) if not _is_installed(*pin.split("=="))]


def _pins(dependencies: Iterable[str]) -> list[str]:
    return [re.sub(r"\[.*?\]", "", one).strip() for one in dependencies]


def _is_installed(name: str, wanted: str) -> bool:
    try:
        return version(name) == wanted
    except PackageNotFoundError:
        return False


def made_by(of: str, home: Path) -> Earlier:
    """An installation of a version: two releases, one after an approval, the first served again; an approval not used yet."""
    earlier = Earlier(of, home / "code", places(home))
    _unpack(VERSIONS[of], earlier.code)
    earlier.run("orchestration.materialise")
    _approve(earlier, _TAKEN_OUT[0])
    earlier.run("orchestration.materialise")
    earlier.run("datawerkplaats.cli", "rollback")
    _approve(earlier, _TAKEN_OUT[1])
    return earlier


def _approve(earlier: Earlier, figure: str) -> None:
    """Take a figure out of the catalogue, be held back for it, and approve that."""
    path = next((earlier.code / "catalogue" / "indicators").glob(f"*/{figure}.yml"))
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + "\nstatus: draft\n", encoding="utf-8")
    earlier.run("orchestration.materialise", fails=True)
    held = json.loads((earlier.data / "load_gate" / "pending.json").read_text(encoding="utf-8"))["findings"]
    earlier.run("datawerkplaats.cli", "approve", held, "--by", BY, "--reason", REASON)


def _unpack(commit: str, folder: Path) -> None:
    """The code of a commit, as it was.

    Raises:
        DataProblem: `build_failed` where this checkout does not know the commit (a shallow clone).
    """
    kept = subprocess.run(
        ["git", "archive", "--format=tar", commit], cwd=PROJECT_ROOT, capture_output=True, check=False
    )
    if kept.returncode:
        raise DataProblem(
            "build_failed", subject=f"commit {commit}", expected="the whole history of this project",
            remedy="git fetch --unshallow", found="a checkout without it",
        )  # fmt: skip
    folder.mkdir(parents=True)
    with tarfile.open(fileobj=io.BytesIO(kept.stdout)) as archive:
        archive.extractall(folder, filter="data")
