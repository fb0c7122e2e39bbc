"""The signed head of the log, in a file beside the database: how many events there are and the hash of the newest."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from datawerkplaats.base import files
from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.signing import Signer
from datawerkplaats.workplace.events import FIRST, canonical


@dataclass(frozen=True)
class Head:
    """The newest event that was vouched for."""

    events: int
    hash: str


@dataclass(frozen=True)
class HeadFile:
    """The file that holds the head. Written after each commit, by whoever committed; it only ever moves forward."""

    path: Path
    signer: Signer

    def read(self) -> Head:
        """The signed head; of nothing where nothing was written yet.

        Raises:
            DataProblem: If the file is not what this installation signed.
        """
        try:
            content = json.loads(self.path.read_text(encoding="utf-8"))
            head, signature = Head(int(content["events"]), str(content["hash"])), str(content["signature"])
        except FileNotFoundError:
            return Head(0, FIRST)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise self._not_ours() from error
        if not self.signer.is_signed(_signed(head), signature):
            raise self._not_ours()
        return head

    def move_to(self, head: Head) -> None:
        """Sign `head` and keep it, unless a later one is there."""
        with files.locked(self.path.with_suffix(".lock")):
            if self.path.exists() and self.read().events >= head.events:
                return
            content = {"events": head.events, "hash": head.hash, "signature": self.signer.sign(_signed(head))}
            files.write_text(self.path, canonical(content))

    def _not_ours(self) -> DataProblem:
        return DataProblem(
            "log_broken",
            subject=self.path.name,
            expected="the head of the log as this installation signed it",
            remedy="restore the last backup of the workplace and compare it: somebody changed this file",
        )


def _signed(head: Head) -> bytes:
    return f"datawerkplaats log head {head.events} {head.hash}".encode()
