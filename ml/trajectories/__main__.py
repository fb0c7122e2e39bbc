"""Makes synthetic trajectories: `python -m ml.trajectories --out <folder> [--answers <other folder>] [--clients 8000]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ml.trajectories.draw import draw
from ml.trajectories.files import LABEL, write_trajectories
from ml.trajectories.world import Dials, make_world


def main(arguments: list[str] | None = None) -> int:
    """Write the files of one region, and the truth elsewhere when a folder for it is named."""
    parser = argparse.ArgumentParser(prog="ml.trajectories", description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--answers", type=Path)
    parser.add_argument("--clients", type=int, default=8_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--unfair", type=float, default=0.0, help="how far wishes differ by origin, in log odds"
    )
    given = parser.parse_args(arguments)
    drawn = draw(make_world(Dials(seed=given.seed, unfair=given.unfair)), given.clients)
    write_trajectories(drawn, given.out, given.answers)
    sys.stdout.write(f"{LABEL}\n{given.clients} clients in {given.out}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
