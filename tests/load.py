"""`python -m tests.load [number]`: keeps so many processes busy until Ctrl-C, to see which tests fail on a busy machine."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

_SPIN = "while True:\n    sum(i * i for i in range(100_000))"


@contextmanager
def load_of(number: int) -> Iterator[None]:
    """A load of `number` processes that never wait, as long as the block lasts; each is ended by its own handle."""
    processes = [subprocess.Popen([sys.executable, "-c", _SPIN]) for _ in range(number)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()


def main() -> int:
    """Returns 0 after Ctrl-C, or after `--seconds`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("number", nargs="?", type=int, default=8, help="how many processes (default: 8)")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="end by itself after so long")
    options = parser.parse_args()
    end = time.monotonic() + options.seconds
    with load_of(options.number):
        print(f"a load of {options.number}; Ctrl-C ends it", flush=True)
        try:
            while time.monotonic() < end:
                time.sleep(1)
        except KeyboardInterrupt:
            pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
