"""The same attacks on a connection that is merely read-only: how many would have worked.

Run by `tests.security.attack` as a process of its own, which forks for each attack, so that one that ends the
process counts too. Prints one JSON list `[name, outcome]` a line; outcome is `ran`, `failed` or `crashed`.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path

import duckdb
import pandas as pd

from tests.security.attacks import ATTACKS
from tests.security.target import CANARY, FRAME, Target

_SECONDS = 10
_MEMORY = 4_000_000_000


def _attempt(target: Target, sql: str) -> int:
    """0 where the statements ran, 1 where the engine refused one."""
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    sys.modules["__main__"].__dict__[FRAME] = pd.DataFrame({"secret": [CANARY]})
    try:
        with duckdb.connect(str(target.published), read_only=True) as con:
            con.execute(sql).fetchall()
    except (duckdb.Error, UnicodeError, RuntimeError, ValueError):
        return 1
    return 0


def main(folder: Path) -> None:
    """Forks for each attack and prints its outcome."""
    target = Target(folder)
    silent = os.open(os.devnull, os.O_RDWR)
    for attack in ATTACKS:
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            os.chdir(folder)
            os.dup2(silent, 1)
            os.dup2(silent, 2)
            os._exit(_attempt(target, target.fill(attack.sql)))
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(json.dumps([attack.name, {0: "ran", 1: "failed"}.get(status, "crashed")]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
