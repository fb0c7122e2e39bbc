"""`python -m tests.bench [name …]`: runs the benchmarks (all but scale by default) and prints one JSON line per figure."""

from __future__ import annotations

import argparse
import importlib
import sys
import tempfile
from pathlib import Path

from datawerkplaats.base.settings import get_settings

BENCHMARKS = {
    "load": "tests.bench.loading",
    "build": "tests.bench.building",
    "panel": "tests.bench.panel_staging",
    "checks": "tests.bench.checks",
    "pages": "tests.bench.pages",
    "interactions": "tests.bench.interactions",
    "sessions": "tests.bench.sessions",
    "reports": "tests.bench.reports",
    "scale": "tests.bench.scaling",
}
# Ten times the country takes a quarter of an hour: only on request.
ON_REQUEST = {"scale"}


def main() -> int:
    """Runs the chosen benchmarks; returns 0, also where a goal is missed: a benchmark measures, it does not judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "names", nargs="*", choices=[*BENCHMARKS, []], help="which benchmarks (default: all but scale)"
    )
    names = parser.parse_args().names or [name for name in BENCHMARKS if name not in ON_REQUEST]
    reference_data = get_settings().reference_data
    if not reference_data.exists():
        print(
            f"The reference data is not at {reference_data}: set DWP_REFERENCE_DATA to its folder.",
            file=sys.stderr,
        )
        return 1
    with tempfile.TemporaryDirectory(prefix="dwp-bench-") as work:
        for name in names:
            for figure in importlib.import_module(BENCHMARKS[name]).figures(reference_data, Path(work)):
                figure.print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
