"""Every figure that the risk model promises, one JSON line each: `python -m ml.evaluation.evaluate`.

Lines have the form {"name", "value", "unit", "compared_with", "ratio", "goal", "met"}. `--quick` is a smoke run;
`--large` adds 167,000 people and 17 million scored rows; `--only` limits the parts.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator

from ml.evaluation import audits, uses, worlds
from ml.evaluation.figures import FRESH, Line, Sizes

PARTS: dict[str, Callable[[Sizes], Iterator[Line]]] = {
    "trials": worlds.trials,
    "scenarios": worlds.scenarios,
    "explanations": uses.explanations,
    "transport": uses.transport,
    "recalibration": uses.recalibration,
    "areas": audits.areas,
    "leaks": audits.leaks,
    "real_data": audits.real_data,
    "cost": audits.cost,
    "reporting": audits.reporting,
    "large": worlds.large,
}


def main(arguments: list[str] | None = None) -> int:
    """Print the lines; the exit code is 1 when a goal was missed."""
    from datawerkplaats.base.settings import get_settings

    parser = argparse.ArgumentParser(prog="ml.evaluation.evaluate", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few worlds: does it run")
    parser.add_argument("--large", action="store_true", help="167,000 people and 17 million rows as well")
    parser.add_argument("--only", choices=list(PARTS), nargs="*")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first-seed", type=int, default=FRESH, help="the first world; 301 and on are fresh")
    given = parser.parse_args(arguments)
    data = get_settings().reference_data / "micro"
    sizes = Sizes(seeds=given.seeds, large=given.large, first_seed=given.first_seed, data=data)
    if given.quick:
        sizes = Sizes(people=5_000, seeds=1, worlds=2, leak_worlds=1, scored_rows=200_000, data=data)
    missed = 0
    for name in given.only or PARTS:
        for figure in PARTS[name](sizes):
            missed += figure["met"] is False
            sys.stdout.write(json.dumps(figure) + "\n")
            sys.stdout.flush()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
