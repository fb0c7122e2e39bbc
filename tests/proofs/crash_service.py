"""`python -m tests.proofs.crash_service <port>`: the code server and the daemon of `make run`, without its pages."""

from __future__ import annotations

import os
import sys
import time

from datawerkplaats.base.build_lock import only_service
from datawerkplaats.base.settings import get_settings
from orchestration.serve import services, stop_all


def main(port: int) -> None:
    """Start both on the port and go on until one of them, or who started this, ends."""
    settings, parent = get_settings(), os.getppid()
    with only_service(settings.data_dir):
        running = [one for one in services(settings, port + 100, port - 1) if one.name in ("Code", "Daemon")]
        try:
            for one in running:
                one.start(settings.dagster_home)
            while not any(one.has_ended for one in running) and os.getppid() == parent:
                time.sleep(0.5)
        finally:
            stop_all(running)


if __name__ == "__main__":
    main(int(sys.argv[1]))
