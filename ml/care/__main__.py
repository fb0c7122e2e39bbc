"""`python -m ml.care train [--files <folder>]` makes both tools; `status` tells how their gates stand."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from datawerkplaats.base.errors import message
from datawerkplaats.base.settings import get_settings
from ml.base.problems import DataProblem
from ml.care import registry


def main(arguments: list[str] | None = None) -> int:
    """Train, or tell what was trained; 1 where a gate is closed or a delivery is not right."""
    parser = argparse.ArgumentParser(prog="python -m ml.care", description=__doc__)
    parser.add_argument("step", choices=["train", "status"])
    parser.add_argument(
        "--files", type=Path, help="folder with clienten.csv, beschikkingen.csv and trajecten.csv"
    )
    given = parser.parse_args(arguments)
    settings = get_settings()
    try:
        from ml.care.train import learn, models_dir

        if given.step == "train":
            learn(settings, given.files)
        known = {tool: registry.last(models_dir(settings), tool) for tool in registry.TOOLS}
    except DataProblem as problem:
        print(message(problem), file=sys.stderr)
        return problem.exit_code
    for tool, one in known.items():
        gate = "not trained" if one is None else "; ".join(f["en"] for f in one["failures"]) or "gate open"
        print(f"{tool}: {gate}{'' if one is None else ' · ' + one['artefact'][:16]}")
    return int(any(one is None or one["failures"] for one in known.values()))


if __name__ == "__main__":
    sys.exit(main())
