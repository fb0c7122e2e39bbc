"""Registered tools of the care table: plain JSON, each file with its hash, and one hash of them all that decisions are about."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from datawerkplaats.base.files import write_bytes
from ml.base.problems import DataProblem

Tool = Literal["next_step", "escalation_24m"]
TOOLS: tuple[Tool, ...] = ("next_step", "escalation_24m")


def system_name(tool: Tool) -> str:
    """The name of the tool in the register of governance."""
    return f"care_table_{tool}"


_CURRENT = "current.json"


@dataclass(frozen=True)
class Registered:
    """A tool as registered: its folder, its hash, and what was found of it."""

    home: Path
    artefact: str
    manifest: dict[str, Any]

    def read(self, name: str) -> Any:
        """The content of one of its files.

        Raises:
            DataProblem: `model_damaged` if its bytes are not those that were registered.
        """
        try:
            body = (self.home / name).read_bytes()
        except OSError as error:
            raise _damaged(self.home.name, name) from error
        if hashlib.sha256(body).hexdigest() != self.manifest["files"].get(name):
            raise _damaged(self.home.name, name)
        return json.loads(body)


def _damaged(tool: str, name: str) -> DataProblem:
    return DataProblem(
        "model_damaged", subject=f"{tool}/{name}", expected="the bytes that were registered", remedy="python -m ml.care train"
    )  # fmt: skip


def _bytes(content: Any) -> bytes:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def artefact_of(files: dict[str, str]) -> str:
    """One hash of the hashes of all files."""
    return hashlib.sha256(_bytes(files)).hexdigest()


def register(
    folder: Path, tool: Tool, contents: dict[str, Any], report: dict[str, Any], about: dict[str, Any]
) -> Registered:
    """Write a tool down and make it the current one; a tool whose gate is closed is kept and does not become current.

    Args:
        folder: Where tools are kept.
        tool: Which one.
        contents: Per file what a model is made of: the same data, code and seed give the same bytes.
        report: What was found of it.
        about: `failures` of its gate, `measures` for bounds, `findings` for the register, `synthetic`, `key`.
    """
    bodies = {name: _bytes(content) for name, content in contents.items()}
    files = {name: hashlib.sha256(body).hexdigest() for name, body in bodies.items()}
    artefact = artefact_of(files)
    home = folder / tool / artefact[:16]
    for name, body in bodies.items():
        write_bytes(home / name, body)
    write_bytes(home / "report.json", _bytes(report))
    manifest = {"tool": tool, "files": files, "artefact": artefact, **about}
    write_bytes(home / "manifest.json", _bytes(manifest))
    folder.chmod(0o700)  # reports hold exact counts of people
    write_bytes(
        folder / tool / "last.json",
        _bytes({"artefact": artefact, "key": about["key"], "failures": about["failures"]}),
    )
    if about["failures"]:
        (folder / tool / _CURRENT).unlink(missing_ok=True)
    else:
        write_bytes(folder / tool / _CURRENT, _bytes({"artefact": artefact}))
    return Registered(home, artefact, manifest)


def current(folder: Path, tool: Tool) -> Registered | None:
    """The tool in use; None where none was trained or its gate is closed.

    Raises:
        DataProblem: `model_damaged`.
    """
    try:
        artefact = json.loads((folder / tool / _CURRENT).read_bytes())["artefact"]
        home = folder / tool / artefact[:16]
        manifest = json.loads((home / "manifest.json").read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(tool, "manifest.json") from error
    if artefact_of(manifest["files"]) != artefact:
        raise _damaged(tool, "manifest.json")
    return Registered(home, artefact, manifest)


def last(folder: Path, tool: Tool) -> dict[str, Any] | None:
    """What the last training came to."""
    try:
        found: dict[str, Any] = json.loads((folder / tool / "last.json").read_bytes())
        return found
    except (OSError, ValueError):
        return None
