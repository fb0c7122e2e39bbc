"""A model judged elsewhere: `python -m ml.validation pack|receive`.

pack <folder of a run> <folder>                 model, design and code for another place; there: python evaluate.py --data … --out …
receive <folder of results> <packed folder>     look at what came back
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ml.base.command import told
from ml.validation.pack import pack, receive


def main(arguments: list[str] | None = None) -> int:
    """0, or the exit code of the problem after one sentence on it."""
    parser = argparse.ArgumentParser(
        prog="ml.validation", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("task", choices=["pack", "receive"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("packed", type=Path)
    given = parser.parse_args(arguments)
    return told(_done(given.task, given.folder, given.packed))


def _done(task: str, folder: Path, packed: Path) -> Iterator[dict[str, Any]]:
    if task == "pack":
        yield {"packed": str(pack(folder, packed))}
        return
    with tempfile.TemporaryDirectory() as work:
        yield receive(folder, packed, Path(work))


if __name__ == "__main__":
    sys.exit(main())
