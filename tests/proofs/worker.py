"""`python -m tests.proofs.worker <module:function> <folder>` runs one part, in a process of its own that can die alone.

Standard output carries one JSON list per measured figure and a word at the end; whatever the part itself prints goes to
standard error.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

from datawerkplaats.base.errors import DataProblem
from tests.proofs.registry import Room


def main(run: str, work: str) -> None:
    """Yields what the part measures; a problem is the last word, as a sentence."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)

    def say(word: Any) -> None:
        out.write(json.dumps(word) + "\n")

    module, function = run.split(":")
    try:
        for name, value, beside in getattr(importlib.import_module(module), function)(Room(Path(work))):
            say([name, float(value), None if beside is None else float(beside)])
        say("finished")
    except DataProblem as problem:
        say({"problem": problem.sentence()})
    except Exception as error:
        if os.environ.get("DWP_TRACE"):
            traceback.print_exc()
        first = (str(error).splitlines() or [""])[0][:300]
        say({"problem": f"{type(error).__name__}: {first} (DWP_TRACE=1 shows where)"})


if __name__ == "__main__":
    main(*sys.argv[1:])
