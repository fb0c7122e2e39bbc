"""Every way to change a folder of publications that somebody who may write the data folder can think of."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from datawerkplaats.base.signing import Signer
from datawerkplaats.publication import seal
from datawerkplaats.publication.seal import Kind

Change = Callable[[Path, random.Random], None]


@dataclass(frozen=True)
class Tampering:
    """One way to change a folder of publications; the seed decides where."""

    kind: str
    seed: int
    change: Change


def _pointer(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "current.json").read_text(encoding="utf-8")))


def _served(folder: Path, kind: str, suffix: str) -> Path:
    return folder / f"{kind}_{_pointer(folder)['publication_id']}{suffix}"


def _writable(path: Path) -> Path:
    path.chmod(0o644)
    return path


def _flip(path: Path, chance: random.Random) -> None:
    """One bit, in place, with the times of the file as they were."""
    times = path.stat()
    content = bytearray(_writable(path).read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    with path.open("r+b") as stream:
        stream.write(content)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def _edit(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2), encoding="utf-8")


def one_bit(folder: Path, chance: random.Random) -> None:
    """One bit of the DuckDB file."""
    _flip(_served(folder, "warehouse", ".duckdb"), chance)


def cut_or_longer(folder: Path, chance: random.Random) -> None:
    """The DuckDB file shorter, longer or empty."""
    path = _writable(_served(folder, "warehouse", ".duckdb"))
    content = path.read_bytes()
    path.write_bytes(chance.choice([content[: len(content) // 2], content + b"\0" * 512, b""]))


def figures_by_sql(folder: Path, chance: random.Random) -> None:
    """Other figures, written by the engine itself."""
    path = _writable(_served(folder, "warehouse", ".duckdb"))
    copy = folder.parent / "copy.duckdb"  # the readers of this process have the file itself open
    shutil.copyfile(path, copy)
    with duckdb.connect(str(copy)) as con:
        con.execute(f"update indicator.fct_indicator set value = value + {chance.randint(1, 9)}")
    path.write_bytes(copy.read_bytes())


def file_and_manifest(folder: Path, chance: random.Random) -> None:
    """Other figures, and a manifest that says so."""
    figures_by_sql(folder, chance)
    content = _served(folder, "warehouse", ".duckdb").read_bytes()
    told = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    _edit(_served(folder, "manifest", ".json"), lambda manifest: manifest["file"].update(told))


def manifest_field(folder: Path, chance: random.Random) -> None:
    """One field of the manifest."""
    changes: list[Callable[[dict[str, Any]], None]] = [
        lambda manifest: manifest.update(title="Andere titel"),
        lambda manifest: manifest.update(mode="live"),
        lambda manifest: manifest.update(checks_failed=0, checks_passed=chance.randint(10, 99)),
        lambda manifest: manifest["tables"].pop(chance.randrange(len(manifest["tables"]))),
        lambda manifest: manifest["file"].update(bytes=chance.randint(1, 9)),
        lambda manifest: manifest.update(gates={"disclosure": {"findings": 0}}),
        lambda manifest: manifest.update(extra=chance.randint(1, 9)),
        lambda manifest: manifest.pop("published_at"),
    ]
    _edit(_served(folder, "manifest", ".json"), chance.choice(changes))


def pointer_field(folder: Path, chance: random.Random) -> None:
    """One field of the pointer."""
    older = _pointer(folder)["history"][0]
    changes: list[Callable[[dict[str, Any]], None]] = [
        lambda pointer: pointer.update(publication_id=older),
        lambda pointer: pointer.update(counter=pointer["counter"] + chance.randint(1, 9)),
        lambda pointer: pointer.update(history=pointer["history"][1:]),
        lambda pointer: pointer.update(manifest_sha256="0" * 64),
        lambda pointer: pointer.update(title="Andere titel"),
        lambda pointer: pointer.update(file="../private.duckdb"),
    ]
    _edit(folder / "current.json", chance.choice(changes))


def one_parquet(folder: Path, chance: random.Random) -> None:
    """One bit of one Parquet file, or the file away."""
    path = chance.choice(sorted(_served(folder, "parquet", "").rglob("*.parquet")))
    if chance.random() < 0.3:
        path.unlink()
    else:
        _flip(path, chance)


def replay(folder: Path, chance: random.Random) -> None:
    """An older pointer, signed by us when it was the newest."""
    shutil.copyfile(chance.choice(sorted((folder.parent / "pointers").iterdir())), folder / "current.json")


def other_release(folder: Path, _: random.Random) -> None:
    """The files of an older release under the names of the served one."""
    older, newer = _pointer(folder)["history"][0], _pointer(folder)["publication_id"]
    for name in ("manifest_{}.json", "warehouse_{}.duckdb"):
        (folder / name.format(newer)).unlink()
        shutil.copyfile(folder / name.format(older), folder / name.format(newer))


def path_in_manifest(folder: Path, chance: random.Random) -> None:
    """A manifest that leads out of the folder, even one with our signature; or a link in the place of a file."""
    private = folder.parent / "private.duckdb"
    path = _served(folder, "manifest", ".json")
    way = chance.choice(["../private.duckdb", str(private), "link", "parquet"])
    if way == "link":
        file = _served(folder, "warehouse", ".duckdb")
        file.unlink()
        file.symlink_to(private)
        return
    manifest = json.loads(path.read_text(encoding="utf-8"))
    if way == "parquet":
        manifest["tables"][0]["parquet"]["path"] = "../../private.parquet"
    else:
        manifest["file"]["name"] = way
    manifest = seal.sealed(Kind.MANIFEST, manifest) if chance.random() < 0.5 else manifest
    path.write_text(json.dumps(manifest), encoding="utf-8")


def unsigned(folder: Path, chance: random.Random) -> None:
    """No signature, one of another key, or one that was given to something else."""
    path = chance.choice([folder / "current.json", _served(folder, "manifest", ".json")])
    content = json.loads(path.read_text(encoding="utf-8"))
    kind = Kind.POINTER if path.name == "current.json" else Kind.MANIFEST
    content["signature"] = chance.choice(
        [
            None,
            Signer(folder.parent / "other_keys").sign(json.dumps(content).encode()),
            seal.sealed(Kind.TOMBSTONE, content)["signature"],
            seal.sealed(kind, {**content, "title": "Iets anders"})["signature"],
            content["signature"][::-1],
        ]
    )
    path.write_text(json.dumps(content), encoding="utf-8")


COUNTS: dict[Change, int] = {
    one_bit: 20, cut_or_longer: 6, figures_by_sql: 6, file_and_manifest: 8, manifest_field: 16, pointer_field: 12,
    one_parquet: 10, replay: 6, other_release: 2, path_in_manifest: 8, unsigned: 6,
}  # fmt: skip
TAMPERINGS = [
    Tampering(change.__name__, seed, change) for change, count in COUNTS.items() for seed in range(count)
]
