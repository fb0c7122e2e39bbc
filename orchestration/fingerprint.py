"""A hash of everything a publication is made from, cheap enough to be taken before anything heavy is imported."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from datawerkplaats.base.settings import PROJECT_ROOT, Settings
from datawerkplaats.warehouse_inputs.staging import WRITTEN

# What decides the outcome besides data and catalogue. Tests, docs and pages do not.
_CODE = (
    ("datawerkplaats", "*.py"),
    ("data_quality", "*.py"),
    ("data_quality/rules", "*.*"),
    ("data_quality/docs", "*.md"),
    ("orchestration", "*.py"),
    ("ml", "*.py"),
    ("ml/designs", "*.yml"),
    ("dbt_project/models", "*.*"),
    ("dbt_project/panel", "*.*"),
    ("dbt_project/macros", "*.sql"),
    ("dbt_project/seeds", "*.*"),
    ("dbt_project/tests", "*.sql"),
)
_FILES = ("dbt_project/dbt_project.yml", "dbt_project/profiles.yml", "requirements.lock")


@dataclass(frozen=True)
class Fingerprint:
    """What goes into a build: hashes of code and catalogue, snapshot ids and the settings that show in the result."""

    code_hash: str
    catalogue_hash: str
    snapshots: tuple[tuple[str, str], ...]
    mode: str
    region: str

    @property
    def value(self) -> str:
        """One hash of all of it."""
        return hashlib.sha256(repr(self).encode()).hexdigest()


def take(settings: Settings, snapshots: dict[str, str]) -> Fingerprint:
    """The fingerprint of a build with these settings and snapshot ids (by source)."""
    return Fingerprint(
        code_hash=code_hash(),
        catalogue_hash=catalogue_hash(settings.catalogue_dir),
        snapshots=tuple(sorted(snapshots.items())),
        mode=settings.source,
        region=settings.region,
    )


def code_hash() -> str:
    """A hash of the code and models that make a publication."""
    declared = {
        PROJECT_ROOT / "dbt_project" / name for name in WRITTEN
    }  # these follow the catalogue, which has a hash of its own
    found = [
        path
        for folder, pattern in _CODE
        for path in (PROJECT_ROOT / folder).rglob(pattern)
        if path not in declared
    ]
    return _hash_of(PROJECT_ROOT, [*found, *(PROJECT_ROOT / name for name in _FILES)])


def dbt_hash() -> str:
    """A hash of the dbt project: when it changes, dbt's manifest has to be made again."""
    project = PROJECT_ROOT / "dbt_project"
    found = [
        path for folder in ("models", "macros", "seeds", "tests") for path in (project / folder).rglob("*.*")
    ]
    return _hash_of(project, [*found, project / "dbt_project.yml", project / "profiles.yml"])


def catalogue_hash(folder: Path) -> str:
    """A hash of all declarations in the catalogue."""
    return _hash_of(folder, folder.rglob("*.yml"))


def _hash_of(root: Path, files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(set(files)):
        if path.is_file():
            digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def git_sha() -> str:
    """The revision of the checkout, read without starting git; empty outside a checkout."""
    folder = PROJECT_ROOT / ".git"
    try:
        head = (folder / "HEAD").read_text(encoding="utf-8").strip()
        if not head.startswith("ref: "):
            return head
        name = head.removeprefix("ref: ")
        loose = folder / name
        if loose.exists():
            return loose.read_text(encoding="utf-8").strip()
        packed = (folder / "packed-refs").read_text(encoding="utf-8").splitlines()
        return next(line.split()[0] for line in packed if line.endswith(f" {name}"))
    except (OSError, StopIteration):
        return ""
