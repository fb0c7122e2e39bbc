"""A model judged elsewhere: `python -m ml.validation pack|receive`.

pack <folder of a run> <folder>                 model, design and code for another place; there: python evaluate.py --data … --out …
receive <folder of results> <packed folder>     look at what came back
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from datawerkplaats.base.errors import message
from ml.base.problems import DataProblem
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
    try:
        if given.task == "pack":
            told = {"packed": str(pack(given.folder, given.packed))}
        else:
            with tempfile.TemporaryDirectory() as work:
                told = receive(given.folder, given.packed, Path(work))
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    except DataProblem as problem:
        sys.stderr.write(message(problem) + "\n")
        return problem.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
