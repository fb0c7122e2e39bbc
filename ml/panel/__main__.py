"""Makes a synthetic panel: `python -m ml.panel --out <folder> [--answers <other folder>] [--people 5000] [--region noord]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ml.panel.draw import draw_panel
from ml.panel.files import LABEL, write_panel
from ml.panel.world import Dials, make_world


def main(arguments: list[str] | None = None) -> int:
    """Write the files of one panel, and the truth elsewhere when a folder for it is named."""
    parser = argparse.ArgumentParser(prog="ml.panel", description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--answers", type=Path)
    parser.add_argument("--people", type=int, default=5_000)
    parser.add_argument("--region", choices=["noord", "demo"], default="noord")
    parser.add_argument("--scenario", choices=["additive", "mixed", "interaction"], default="mixed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--elders", type=float, default=0.3, help="parents and grandparents per person")
    given = parser.parse_args(arguments)
    dials = Dials(seed=given.seed, scenario=given.scenario, region=given.region)
    panel = draw_panel(make_world(dials), given.people, given.seed, elders=given.elders)
    write_panel(panel, given.out, given.answers)
    sys.stdout.write(f"{LABEL}\n{len(panel.people.age)} people in {given.out}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
